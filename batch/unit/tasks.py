"""The tasks engines run: read and process a bundle of files, renew a unit after the checks across units.

Files are read in the worker, or before sending when workers do not see this machine's disk. A file that is
still changing waits for the next batch; an error of ours costs the files it happened on, never the night.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from batch.checks.engine.printed import PrintedWords, without_print
from batch.engines.common import HANGS
from batch.engines.cpu_limit import OutOfTimeError, at_most
from batch.errors import in_chinese
from batch.inbox.listing import known_time
from batch.inbox.scan import AGAIN, Candidate
from batch.model.kept_details import KeptDetails
from batch.model.review import Finding, Review
from batch.model.unit_facts import UnitFacts
from batch.outbox.publish_plan import sha256_of
from batch.rollup.parts.detail_rows import spelt_details
from batch.store.batch_record import accepted
from batch.store.decisions import packed_fields
from batch.store.unit_tables import Worked, rows_of
from batch.unit.bundle import Bundle, BundleResult, Claim, Identity, Sent, UnitWork
from batch.unit.comparison import settle
from batch.unit.review_bundle import NO_COPY, TOO_MUCH, TROUBLE, reannotate, review_files
from batch.unit.rules import Context

#: seconds of processor time for each file of a task; an ordinary one takes a hundredth of one
SECONDS = 10


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that changed since the inbox was listed or cannot be read now, and why."""

    name: str
    reason: str


_Copies = tuple[tuple[str, bytes], ...]
#: a file to be read where it is worked on, or already read because it is worked on elsewhere
File = Candidate | Sent | Waiting


@dataclass(frozen=True, slots=True)
class ReadTask:
    """Read and process the files of one folder, or a single one."""

    folder: str
    files: tuple[File, ...]
    rules: Context
    left_out: tuple[tuple[str, str, str], ...] = ()
    known: tuple[Identity, ...] | None = None
    has_roster: bool = False


@dataclass(frozen=True, slots=True)
class RenewTask:
    """Renew a unit that got further findings, or whose copies are out of date."""

    #: as its own files give it, without verdicts, which nobody needs here
    review: Review
    #: its facts without what is long in them
    facts: UnitFacts
    #: its files; none when the copies are as they should be
    files: tuple[File, ...]
    rules: Context
    #: the further findings
    added: Sequence[Finding] = ()
    #: what it is told of print, and no more
    printed: tuple[PrintedWords, ...] = ()


@dataclass(slots=True)
class ReadResult:
    """The result of a bundle."""

    #: each with its copies: (path in the outbox, bytes)
    units: list[tuple[Worked, _Copies]] = field(default_factory=list)
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    #: by file, the years its forms say
    years: dict[str, str] = field(default_factory=dict)
    asks: bool = False
    #: whether the same files would give the same again: not when one was still changing
    settled: bool = True


@dataclass(frozen=True, slots=True)
class RenewResult:
    """The result for a renewed unit: the rows its further findings change (None without any), and its new
    copies."""

    worked: Worked | None
    copies: _Copies = ()
    #: why it keeps the copies it has
    trouble: str = ""
    #: (file, reason): those without a copy, should the unit have had none before
    unprocessed: tuple[tuple[str, str], ...] = ()


Task = TypeVar("Task", ReadTask, RenewTask)


def with_bytes(task: Task) -> Task:
    """The task with the bytes of its files, for workers that do not see this machine's disk."""
    return replace(task, files=tuple(_read(file) for file in task.files))


def read_and_work(task: ReadTask) -> ReadResult:
    """Read a bundle's files and process them."""
    files = [_read(file) for file in task.files]
    sent = tuple(file for file in files if isinstance(file, Sent))
    waiting = [(file.name, file.reason) for file in files if isinstance(file, Waiting)]
    bundle = Bundle(task.folder, sent, task.left_out, task.known, task.has_roster)
    try:
        with at_most(SECONDS * len(sent)):
            done = review_files(bundle, task.rules, all_copies=False)
            units = [
                (_rows_of(unit)._replace(owes_copies=unit.owes_copies), tuple(unit.copies))
                for unit in done.units
            ]
    except OutOfTimeError:
        return worker_died(task, HANGS.format(seconds=SECONDS * len(sent)))
    except MemoryError:
        return worker_died(task, TOO_MUCH)
    except Exception:  # noqa: BLE001 - a mistake of ours on one unit's files must not cost the others their night
        told = [(file.name, TROUBLE) for file in sent]
        return ReadResult([], [*told, *waiting], [traceback.format_exc()], settled=False)
    return _back(done, units, waiting)


def _back(
    done: BundleResult, units: list[tuple[Worked, _Copies]], waiting: list[tuple[str, str]]
) -> ReadResult:
    settled = not waiting and not done.troubles
    return ReadResult(
        units, [*done.unprocessed, *waiting], done.troubles, done.claims, done.years, done.asks, settled
    )


def worker_died(task: ReadTask, reason: str) -> ReadResult:
    """The result of a bundle whose worker died or hung."""
    return ReadResult(unprocessed=[(file.name, reason) for file in task.files], settled=False)


def renew(task: RenewTask) -> RenewResult:
    """Settle a unit's further findings, and make its copies again where they are out of date."""
    review, worked = _settled(task)
    files = [_read(file) for file in task.files]
    sent = [file for file in files if isinstance(file, Sent)]
    if len(sent) < len(files):
        # a file changed meanwhile: the next round looks at the new one
        waiting = tuple((file.name, file.reason) for file in files if isinstance(file, Waiting))
        return RenewResult(worked, unprocessed=waiting)
    if not files:
        return RenewResult(worked)
    try:
        with at_most(SECONDS * len(sent)):
            copies = reannotate(review, sent, task.rules)
    except OutOfTimeError:
        return not_renewed(task, HANGS.format(seconds=SECONDS * len(sent)))
    except Exception:  # noqa: BLE001 - the unit has its copies without what the comparison said
        told = tuple((file.name, NO_COPY) for file in sent)
        return RenewResult(worked, trouble=traceback.format_exc(), unprocessed=told)
    failed = tuple((name, NO_COPY) for name in copies.failed)
    return RenewResult(worked, tuple(copies.made), "\n".join(copies.troubles), failed)


def not_renewed(task: RenewTask, reason: str) -> RenewResult:
    """The result for a unit whose worker died or hung: its findings are right, its copies stay as they
    were."""
    _, worked = _settled(task)
    told = tuple((file.name, reason) for file in task.files)
    return RenewResult(worked, trouble=f"{task.review.unit}：{reason}", unprocessed=told)


def _settled(task: RenewTask) -> tuple[Review, Worked | None]:
    """The review with its further findings, and the rows that change with them."""
    if not task.added and not task.printed:
        return task.review, None
    kept = replace(task.review, findings=without_print(task.review.findings, task.printed))
    review, facts = settle(kept, task.facts, task.added, task.rules)
    return review, rows_of(replace(review, scorecard=None), facts)


def _rows_of(unit: UnitWork) -> Worked:
    """A unit's rows as its own files give them."""
    details = unit.facts.details
    packed = packed_fields(accepted(details))
    kept = KeptDetails(len(details), spelt_details(unit.facts.unit, details), packed)
    return rows_of(unit.review, unit.facts, kept)


def digest_of_file(candidate: Candidate) -> str:
    """SHA-256 of a file's bytes; "" when it cannot be read now."""
    try:
        return sha256_of(candidate.path)
    except OSError:
        return ""


def _read(file: File) -> Sent | Waiting:
    """A file's bytes, if it is unchanged since the inbox was listed; else why it has to wait."""
    if not isinstance(file, Candidate):
        return file
    try:
        data = file.path.read_bytes()
        stat = file.path.stat()
    except OSError as error:
        return Waiting(file.name, f"读取文件时出错，{AGAIN}（{in_chinese(error)}）")
    if (stat.st_size, known_time(stat.st_mtime_ns)) != (file.size, file.modified):
        return Waiting(file.name, f"尚未复制完，本次跳过，{AGAIN}")
    return Sent(file.name, file.modified, data)
