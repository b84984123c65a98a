"""Mail as the commands want it: told on the screen and in the log, and never the end of a night.

Heavy parts are imported where they are used: most runs send nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import click

from batch.model.reference import RosterUnit
from batch.settings import Settings

Log = Callable[[str], None]
Roster = Mapping[str, RosterUnit]


def mail_now(settings: Settings, log: Log, roster: Roster | None = None, *, dry_run: bool = False) -> bool:
    """Mail the batch in the outbox, or lay it down as .eml; returns whether everything went out.

    `roster` is by the units' full names, None when there is none.
    """
    return _mail(settings, _both(log, err=False), roster, dry_run=dry_run)


def mail_on_run(settings: Settings, log: Log, roster: Roster | None = None) -> bool:
    """The same after a run, if the settings want it; returns False only when a mail did not go out."""
    # standard output is left to what a program may read
    return not _wanted(settings) or _mail(settings, _both(log, err=True), roster, dry_run=False)


def mail_failed_night(settings: Settings, reason: str) -> None:
    """Tell by mail that the batch could not run, if the settings want mail after a run."""
    if not _wanted(settings):
        return
    from batch.mail.dispatch import mail_failure

    mail_failure(settings, _both(None, err=True), reason, datetime.now().astimezone().date())


def _mail(settings: Settings, tell: Log, roster: Roster | None, *, dry_run: bool) -> bool:
    from batch.mail.dispatch import mail_batch
    from batch.mail.published import MailError

    try:
        return mail_batch(settings, tell, roster, dry_run=dry_run)
    except MailError as error:
        tell(str(error))
        return False


def _wanted(settings: Settings) -> bool:
    return settings.mail is not None and settings.mail.on_run


def _both(log: Log | None, *, err: bool) -> Log:
    def tell(line: str) -> None:
        if log is not None:
            log(line)
        click.echo(line, err=err)

    return tell
