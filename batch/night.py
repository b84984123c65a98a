"""One batch from start to end: the file to read first.

scan the inbox → read, check and annotate every unit → compare the units → roll up → stage → verify →
publish. Nothing in the inbox is ever changed. Everything published follows from the inbox and the rules
alone: the same inbox gives the same outputs, byte for byte.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from batch.engines import run_all
from batch.inbox.scan import Candidate, Listing, scan
from batch.model.review import Finding, Review, Severity
from batch.outputs.publish import Outbox
from batch.outputs.results import results, write_findings, write_results
from batch.outputs.seen import first_seen
from batch.work import (
    Bundle,
    Context,
    Done,
    Sent,
    UnitWork,
    compared,
    context_of,
    load_rules,
    reannotate,
    work,
)

if TYPE_CHECKING:
    from batch.outputs.facts import UnitFacts
    from batch.settings import Settings


@dataclass(slots=True)
class Night:
    """What one batch came to."""

    batch: str
    reviews: list[Review] = field(default_factory=list)
    #: (file, reason)
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: outputs that lie beside an older one because it was open
    beside: list[str] = field(default_factory=list)
    content: dict[str, object] = field(default_factory=dict)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)
    #: whether a file that should have been read could not be
    failed_files: bool = False

    @property
    def findings(self) -> list[Finding]:
        """All open findings of the batch."""
        return [finding for review in self.reviews for finding in review.findings]

    def count(self, severity: Severity) -> int:
        """Open findings of one severity over all units."""
        return sum(review.count(severity) for review in self.reviews)


_TROUBLE = "处理该文件时程序出错，已记入日志，请联系管理员；其他文件不受影响"
#: told (files done, files in all) as the batch goes on
Progress = Callable[[int, int], None]


def run_night(settings: Settings, progress: Progress | None = None) -> Night:
    """Run one batch and publish its outputs.

    Raises RulebookError for a mistake in the rules, OSError when inbox or outbox cannot be used.
    """
    rules_at = context_of(settings)
    rules = load_rules(rules_at)
    listing = scan(settings.inbox)
    outbox = Outbox(settings.outbox)
    outbox.open()
    bundles = _bundles(listing.candidates)
    units, unprocessed, troubles = _work_through(bundles, listing, rules_at, settings, progress)
    failed = bool(unprocessed)
    unprocessed = sorted([*unprocessed, *((name, reason) for name, _, reason in listing.passed_over)])
    units.sort(key=lambda unit: (unit.review.code, unit.review.unit))
    troubles += _compare(units, listing, rules_at, settings)
    night = Night(_batch_id(bundles, rules.book.version), [u.review for u in units], unprocessed)
    night.failed_files = failed
    night.troubles = troubles
    cutoff = max((c.modified for c in listing.candidates), default=0)
    _stage(outbox, night, [u.facts for u in units], rules_at, cutoff)
    for unit in units:
        for name, data in unit.copies:
            outbox.write(name, data)
    _verify(outbox)
    night.beside = outbox.publish()
    return night


def _bundles(candidates: tuple[Candidate, ...]) -> list[list[Candidate]]:
    """Files of one folder together, files that lie in the inbox itself each alone."""
    folders: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        folders.setdefault(candidate.folder or f"/{candidate.name}", []).append(candidate)
    return list(folders.values())


def _work_through(
    bundles: list[list[Candidate]],
    listing: Listing,
    rules: Context,
    settings: Settings,
    progress: Progress | None,
) -> tuple[list[UnitWork], list[tuple[str, str]], list[str]]:
    """Every unit's work; a unit that turns up in several bundles is looked at again as one."""
    by_unit: dict[str, UnitWork] = {}
    sources: dict[str, list[list[Candidate]]] = {}
    unprocessed: list[tuple[str, str]] = []
    troubles: list[str] = []
    total, finished = sum(len(bundle) for bundle in bundles), 0
    for bundle, done in zip(bundles, _results(bundles, listing, rules, settings), strict=True):
        unprocessed += done.unprocessed
        troubles += done.troubles
        for unit in done.units:
            by_unit[unit.review.unit] = unit
            sources.setdefault(unit.review.unit, []).append(bundle)
        finished += len(bundle)
        if progress is not None:
            progress(finished, total)
    shared = {name: parts for name, parts in sources.items() if len(parts) > 1}
    for name, parts in shared.items():
        together = [candidate for part in parts for candidate in part]
        for unit in _read_and_work(_Together(name, tuple(together), rules)).units:
            if unit.review.unit == name:
                by_unit[name] = unit
    return list(by_unit.values()), unprocessed, troubles


@dataclass(frozen=True, slots=True)
class _Again:
    """A unit whose copies are out of date, with its files."""

    review: Review
    files: tuple[Candidate, ...]
    rules: Context


@dataclass(frozen=True, slots=True)
class _Copies:
    """New copies of a unit, or why it keeps the ones it has."""

    made: list[tuple[str, bytes]] = field(default_factory=list)
    trouble: str = ""


def _compare(units: list[UnitWork], listing: Listing, rules: Context, settings: Settings) -> list[str]:
    """The checks across units, and new copies for the units that they have something to say to.

    Returns what went wrong inside the program.
    """
    by_name = {candidate.name: candidate for candidate in listing.candidates}
    changed = compared(units, rules)
    tasks = [_Again(u.review, tuple(by_name[name] for name in u.review.files), rules) for u in changed]
    done = run_all(
        _annotate_again, tasks, engine=settings.engine, workers=settings.workers, failed=_kept_copies
    )
    troubles = []
    for unit, copies in zip(changed, done, strict=True):
        unit.copies = copies.made or unit.copies
        troubles += [copies.trouble] if copies.trouble else []
    return troubles


def _kept_copies(task: _Again, reason: str) -> _Copies:
    return _Copies(trouble=f"{task.review.unit}：{reason}")


def _annotate_again(task: _Again) -> _Copies:
    files = [_read(candidate) for candidate in task.files]
    sent = [file for file in files if isinstance(file, Sent)]
    if len(sent) < len(files):
        # a file changed meanwhile: the next round looks at the new one
        return _Copies()
    try:
        return _Copies(reannotate(task.review, sent, task.rules))
    except Exception:  # noqa: BLE001 - the unit has its copies without what the comparison said
        return _Copies(trouble=traceback.format_exc())


@dataclass(frozen=True, slots=True)
class _Together:
    """Files to be read where they are worked on."""

    folder: str
    files: tuple[Candidate, ...]
    rules: Context
    left_out: tuple[tuple[str, str, str], ...] = ()


def _results(
    bundles: list[list[Candidate]], listing: Listing, rules: Context, settings: Settings
) -> Iterator[Done]:
    beside: dict[str, list[tuple[str, str, str]]] = {}
    for entry in listing.passed_over:
        folder, slash, _ = entry[0].partition("/")
        if slash:
            beside.setdefault(folder, []).append(entry)
    tasks = [
        _Together(bundle[0].folder, tuple(bundle), rules, tuple(beside.get(bundle[0].folder, ())))
        for bundle in bundles
    ]
    return run_all(
        _read_and_work, tasks, engine=settings.engine, workers=settings.workers, failed=_worker_died
    )


def _worker_died(task: _Together, reason: str) -> Done:
    return Done(unprocessed=[(candidate.name, reason) for candidate in task.files])


def _read_and_work(task: _Together) -> Done:
    """Read the files and do the work; a file that changes meanwhile waits for the next round."""
    sent: list[Sent] = []
    waiting: list[tuple[str, str]] = []
    for candidate in task.files:
        file = _read(candidate)
        if isinstance(file, Sent):
            sent.append(file)
        else:
            waiting.append((candidate.name, file))
    try:
        done = work(Bundle(task.folder, tuple(sent), task.left_out), task.rules)
    except Exception:  # noqa: BLE001 - a mistake of ours on one unit's files must not cost the others their night
        done = Done([], [(file.name, _TROUBLE) for file in sent], [traceback.format_exc()])
    done.unprocessed += waiting
    return done


def _read(candidate: Candidate) -> Sent | str:
    """A file as it was when the inbox was looked through, or why it has to wait."""
    try:
        data = candidate.path.read_bytes()
        stat = candidate.path.stat()
    except OSError as error:
        return f"读取文件时出错，下次自动重试（{error.strerror}）"
    if (stat.st_size, stat.st_mtime_ns) != (candidate.size, candidate.modified):
        return "尚未复制完，本次跳过，下次自动重试"
    return Sent(candidate.name, candidate.modified, data)


def _batch_id(bundles: list[list[Candidate]], version: str) -> str:
    """A batch is called after its newest file and what went into it: the same inbox is the same batch."""
    digest = hashlib.sha256(version.encode())
    newest = 0
    for candidate in (c for bundle in bundles for c in bundle):
        digest.update(f"{candidate.name}\0{candidate.size}\0{candidate.modified}\n".encode())
        newest = max(newest, candidate.modified)
    return f"{_moment(newest):%Y%m%d-%H%M}-{digest.hexdigest()[:6]}" if newest else "无文件"


def _moment(nanoseconds: int) -> datetime:
    # local time without a zone: it is read by people of one county
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000)  # noqa: DTZ006


def _stage(outbox: Outbox, night: Night, facts: list[UnitFacts], rules_at: Context, cutoff: int) -> None:
    from batch.outputs.inforce import rule_rows
    from batch.outputs.rollup import RollupHead, write_rollup

    book = load_rules(rules_at).book
    seen = first_seen(outbox.root / "findings.jsonl")
    batch = {
        "id": night.batch,
        "year": book.year,
        "pack": book.name,
        "pack_version": book.version,
        "cutoff": f"{_moment(cutoff):%Y-%m-%d %H:%M}" if cutoff else None,
    }
    night.content = results(batch, night.reviews, night.unprocessed)
    head = RollupHead(
        year=book.year,
        batch=night.batch,
        cutoff=str(batch["cutoff"] or "收件箱为空"),
        pack=book.title,
        version=book.version,
        period=book.period,
    )
    rules = load_rules(rules_at)
    in_force = rule_rows(rules.catalogue.values(), book.changes, night.reviews)
    write_findings(outbox.path("findings.jsonl"), night.findings, seen, night.batch)
    write_results(outbox.path("results.json"), night.content)
    write_rollup(outbox.path("汇总.xlsx"), facts, night.findings, night.unprocessed, head, seen, in_force)
    for name in ("findings.jsonl", "results.json", "汇总.xlsx"):
        outbox.write(f"存档/{night.batch}/{name}", outbox.path(name).read_bytes())
    for name, reason in night.unprocessed:
        outbox.write(_answer_path(name), f"{name}\r\n{reason}\r\n".encode("utf-8-sig"))


def _answer_path(name: str) -> str:
    from batch.outputs.places import safe_name

    return "未处理/" + "、".join(safe_name(part) for part in name.split("/")) + ".txt"


def _verify(outbox: Outbox) -> None:
    """Reopen every staged workbook before anybody sees it."""
    from batch.workbook.reader import read_workbook

    for path in outbox.staging.rglob("*.xlsx"):
        read_workbook(path.read_bytes(), path.name)
