"""Mail as commands send it: reported on the terminal and in the log; its failures never fail a night.

Heavy modules are imported where they are used: most runs send nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import click

from batch.config.settings import Settings
from batch.model.reference import RosterUnit

Log = Callable[[str], None]


def mail_now(settings: Settings, log: Log, *, dry_run: bool = False) -> bool:
    """Mail the batch in the outbox, or lay it down as .eml; returns whether everything went out."""
    return _mail(settings, _both(log, err=False), dry_run=dry_run)


def mail_on_run(settings: Settings, log: Log) -> bool:
    """The same after a run, if the settings want it; returns False only when a mail did not go out."""
    # standard output is left to what a program may read
    return not _wanted(settings) or _mail(settings, _both(log, err=True), dry_run=False)


def mail_failed_night(settings: Settings, reason: str) -> None:
    """Tell by mail that the batch could not run, if the settings want mail after a run."""
    if not _wanted(settings):
        return
    from batch.mail.dispatch import mail_failure

    mail_failure(settings, _both(None, err=True), reason, datetime.now().astimezone().date())


def _mail(settings: Settings, tell: Log, *, dry_run: bool) -> bool:
    from batch.mail.dispatch import mail_batch
    from batch.mail.published import MailError

    try:
        return mail_batch(settings, tell, _roster_of(settings, tell), dry_run=dry_run)
    except MailError as error:
        tell(str(error))
        return False


def _roster_of(settings: Settings, tell: Log) -> Mapping[str, RosterUnit] | None:
    """The units of the roster by full name when units get mail; a roster that cannot be read is told."""
    if settings.mail is None or not settings.mail.unit_mails:
        return None
    from batch.config.entries import RulebookError
    from batch.roster.problems import RosterError
    from batch.unit.identity import roster_of

    try:
        roster = roster_of(settings)
    except (RosterError, RulebookError) as error:
        tell(str(error))
        return None
    return {unit.name: unit for unit in roster.units} if roster and roster.units else None


def _wanted(settings: Settings) -> bool:
    return settings.mail is not None and settings.mail.on_run


def _both(log: Log | None, *, err: bool) -> Log:
    def tell(line: str) -> None:
        if log is not None:
            log(line)
        click.echo(line, err=err)

    return tell
