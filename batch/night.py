"""One batch from start to end: the file to read first.

scan the inbox → read, check and annotate every unit → compare the units → roll up → stage → verify →
publish → record. Nothing in the inbox is ever changed. Everything published follows from the inbox, the rules
and what the ledger held before: the same batch run again gives the same outputs, byte for byte.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from batch.clerk_book.effects import (
    RULINGS,
    problem_of,
    problems_of,
    without_effect,
)
from batch.engines.engine import open_engine
from batch.figures.briefing import brief
from batch.inbox.scan import AGAIN, Candidate, Listing, ensure_there, scan
from batch.model.reviewed import Reviewed
from batch.outbox.archive_check import look_after_archives
from batch.outbox.publish import Outbox
from batch.outbox.unchanged import remember_outbox, stands_still
from batch.outputs import (
    Night,
    clerk_book_update,
    export,
    published_content,
    rollup_content,
    stage_answers,
    stage_archive,
    write_books,
)
from batch.report.ownership import TOLD_ONLY
from batch.roster.turnout import turnout_told
from batch.store.batch_record import record_batch
from batch.store.claims import claims
from batch.store.history import BatchRecord, before
from batch.store.ledger import open_ledger, transaction
from batch.unit.identity import Directory
from batch.unit.inbox_work import Progress, Workplace, process_inbox
from batch.unit.round_year import said_before, year_said
from batch.unit.rules import context_of, load_rules
from batch.unit.task_digest import basis_of
from batch.unit.tasks import digest_of_file

if TYPE_CHECKING:
    from batch.config.settings import Settings


class NotRecorded(Exception):  # noqa: N818 - says what happened
    """The new set is in place, but the ledger could not be written; the cause says why."""


def run_night(
    settings: Settings,
    progress: Progress | None = None,
    *,
    force: bool = False,
    ahead: bool = False,
    listing: Listing | None = None,
) -> Night:
    """Run one batch and publish its outputs. `force`: read every file again, whatever the ledger keeps.

    `ahead`: what goes back to units is published as soon as it is made, before what is told of all units.
    `listing`: what lies in the inbox, when that was looked through already.
    Raises RulebookError for a mistake in the rules, RosterError for a roster that cannot be read, LedgerError
    for a ledger that cannot be used, OSError when inbox or outbox cannot be used, NotRecorded for whatever
    comes between after the outputs are in place.
    """
    outbox = Outbox(settings.outbox)
    try:
        return _run(settings, outbox, progress, listing, force=force, ahead=ahead)
    except Exception as error:
        if outbox.published:
            raise NotRecorded from error
        raise


def _run(
    settings: Settings,
    outbox: Outbox,
    progress: Progress | None,
    listing: Listing | None,
    *,
    force: bool,
    ahead: bool,
) -> Night:
    usual = load_rules(context_of(settings)).book.year
    listing = listing or scan(settings.inbox)
    outbox.open()
    with open_ledger(outbox.state) as ledger:
        digests = {candidate.name: digest_of_file(candidate) for candidate in listing.candidates}
        # the first time there is nothing to be ahead of
        ahead = ahead and (outbox.root / "results.json").exists()
        begun = _Begun(ledger, outbox, listing, digests, settings.year, ahead)
        said = settings.year or year_said(said_before(digests, claims(ledger)))
        # the pack's own year is the settings' 0, so that the night after is the same batch
        year = settings.year if said == usual else said
        done = _night(begun, replace(settings, year=year), progress, force=force, final=False)
        if isinstance(done, int):
            # files that nobody had read before say another year than was thought: all is read for that year
            outbox.open()
            done = _night(begun, replace(settings, year=done), progress, force=force, final=True)
            assert isinstance(done, Night)
    return done


@dataclass(frozen=True, slots=True)
class _Begun:
    """A batch that has begun: its workplace, and the listing of the inbox."""

    ledger: sqlite3.Connection
    outbox: Outbox
    listing: Listing
    #: of the files' bytes, by name
    digests: Mapping[str, str]
    #: the year of the settings; 0 where they leave it open
    asked: int
    #: whether what goes back to units is published ahead of the rest
    ahead: bool


def _night(
    begun: _Begun, settings: Settings, progress: Progress | None, *, force: bool, final: bool
) -> Night | int:
    """The batch for the settings' year; that of most forms, where they say another and it is not `final`."""
    ledger, outbox, listing, digests = begun.ledger, begun.outbox, begun.listing, begun.digests
    context = context_of(settings)
    rules = load_rules(context)
    cutoff = max((c.modified for c in listing.candidates), default=0)
    known = Directory.of(ledger, settings, rules, f"{_moment(cutoff):%Y-%m-%d}")
    batch_id = _batch_id(listing.candidates, rules.book.version, repr(context), known.digest)
    # what is passed over is told as well: a lock file that is gone makes another 未处理
    basis = f"{basis_of(context, known)} {listing.passed_over} "
    clerk = known.clerk_book
    lies = clerk.sha256 if clerk else ""
    if not force and stands_still(ledger, outbox, batch_id, digests, basis + lies):
        return _as_before(outbox, batch_id, listing, known, look_after_archives(ledger, outbox.root))
    with open_engine(settings.engine, settings.workers, settings.scheduler) as engine:
        at = Workplace(outbox, engine, progress)
        reviewed = process_inbox(listing, settings, known, at, digests=digests, force=force)
        said = year_said(reviewed.claims.values())
        if not final and not begun.asked and said and said != rules.book.year:
            return said
        if any(AGAIN in reason for _, reason in reviewed.unprocessed):
            # files that could not be read are told one by one, unless the whole share is gone
            ensure_there(settings.inbox, listing)
        passed_over = [(name, reason) for name, _, reason in listing.passed_over]
        idle = without_effect(known.rulings, reviewed.findings, known.day, rules.catalogue)
        night = Night(
            batch=batch_id,
            unprocessed=sorted([*reviewed.unprocessed, *passed_over]),
            troubles=reviewed.troubles,
            failed_files=any(reason not in TOLD_ONLY for _, reason in reviewed.unprocessed),
            read=reviewed.read,
            problems=(*known.problems, *problems_of(idle)),
            idle_rulings=problems_of(idle),
            turnout=reviewed.turnout,
            year_from="设置" if begun.asked else "报送的表" if said else "规则包",
        )
        stage_answers(outbox, night)
        if begun.ahead:
            outbox.publish_ahead()
        batch = _record_of(night, reviewed, cutoff, rules.book.year)
        was = before(ledger, night.batch, rules.book.year)
        units = zip(reviewed.facts, reviewed.reviews, strict=True)
        night.briefing = brief(units, rules.figures, night.turnout)
        export(outbox, night, reviewed, rules, batch, was)
        content = rollup_content(night, reviewed, known, settings, batch, was)
        write_books(outbox, night, content)
        stage_archive(outbox, night)
        update = clerk_book_update(clerk, known, content, idle, settings) if clerk else None
        if update and update.previous:
            outbox.write(f"存档/{night.batch}/{update.book.path.name}", update.previous)
        night.beside = outbox.publish()
        if update:
            trouble = update.save()
            night.clerk_book_saved = update.data is not None and not trouble
            night.amiss += [trouble] if trouble else []
        _record(ledger, batch, reviewed)
    with transaction(ledger):
        # what lies beside an open file, or could not be made, is put in its place by the next night
        lies = update.sha256 if update else ""
        remember_outbox(ledger, outbox, "" if night.beside or night.amiss else basis + lies)
    night.amiss += [*filter(None, [outbox.amiss]), *look_after_archives(ledger, outbox.root)]
    return night


def _as_before(outbox: Outbox, batch: str, listing: Listing, known: Directory, amiss: list[str]) -> Night:
    """The night whose outputs are in the outbox already."""
    content = published_content(outbox)
    told = [(entry["file"], entry["reason"]) for entry in content["unprocessed"]]
    passed_over = {name for name, _, _ in listing.passed_over}
    return Night(
        batch=batch,
        unprocessed=told,
        content=content,
        amiss=amiss,
        failed_files=any(name not in passed_over and reason not in TOLD_ONLY for name, reason in told),
        problems=(*known.problems, *map(problem_of, content[RULINGS])),
        turnout=turnout_told(known.roster, content),
    )


def _batch_id(candidates: tuple[Candidate, ...], *basis: str) -> str:
    """The batch's name: its newest file and a digest of its inputs, so the same inbox is the same batch.

    `basis`: the other inputs, the rules' version first.
    """
    digest = hashlib.sha256("\0".join(basis).encode())
    newest = 0
    for candidate in candidates:
        digest.update(f"{candidate.name}\0{candidate.size}\0{candidate.modified}\n".encode())
        newest = max(newest, candidate.modified)
    if not candidates:
        return "无文件"
    return f"{f'{_moment(newest):%Y%m%d-%H%M}' if newest else '时间不明'}-{digest.hexdigest()[:6]}"


def _moment(nanoseconds: int) -> datetime:
    # local time without a zone: it is read by people of one county
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000)  # noqa: DTZ006


def _record_of(night: Night, reviewed: Reviewed, cutoff: int, year: int) -> BatchRecord:
    each = [(facts.errors, facts.warnings, facts.hints) for facts in reviewed.facts]
    errors, warnings, hints = map(sum, zip(*each, strict=True)) if each else (0, 0, 0)
    until = f"{_moment(cutoff):%Y-%m-%d %H:%M}" if cutoff else ""
    return BatchRecord(night.batch, until, year, errors, warnings, hints)


def _record(ledger: sqlite3.Connection, batch: BatchRecord, reviewed: Reviewed) -> None:
    with transaction(ledger):
        record_batch(ledger, batch, reviewed)
