"""One batch from start to end: the file to read first.

scan the inbox → read, check and annotate every unit → compare the units → roll up → stage → verify →
publish. Nothing in the inbox is ever changed. Everything published follows from the inbox and the rules
alone: the same inbox gives the same outputs, byte for byte.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from batch.inbox.scan import Candidate, scan
from batch.model.review import Finding, Review, Severity
from batch.outputs.publish import Outbox
from batch.outputs.results import results, write_findings, write_results
from batch.outputs.seen import first_seen
from batch.shift import Progress, work_through
from batch.work import Rules, context_of, load_rules

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


def run_night(settings: Settings, progress: Progress | None = None) -> Night:
    """Run one batch and publish its outputs.

    Raises RulebookError for a mistake in the rules, OSError when inbox or outbox cannot be used.
    """
    rules = load_rules(context_of(settings))
    listing = scan(settings.inbox)
    outbox = Outbox(settings.outbox)
    outbox.open()
    shift = work_through(listing, settings, progress)
    passed_over = [(name, reason) for name, _, reason in listing.passed_over]
    night = Night(
        batch=_batch_id(listing.candidates, rules.book.version),
        reviews=[unit.review for unit in shift.units],
        unprocessed=sorted([*shift.unprocessed, *passed_over]),
        troubles=shift.troubles,
        failed_files=bool(shift.unprocessed),
    )
    cutoff = max((c.modified for c in listing.candidates), default=0)
    _stage(outbox, night, [unit.facts for unit in shift.units], rules, cutoff)
    for unit in shift.units:
        for name, data in unit.copies:
            outbox.write(name, data)
    _verify(outbox)
    night.beside = outbox.publish()
    return night


def _batch_id(candidates: tuple[Candidate, ...], version: str) -> str:
    """A batch is called after its newest file and what went into it: the same inbox is the same batch."""
    digest = hashlib.sha256(version.encode())
    newest = 0
    for candidate in candidates:
        digest.update(f"{candidate.name}\0{candidate.size}\0{candidate.modified}\n".encode())
        newest = max(newest, candidate.modified)
    return f"{_moment(newest):%Y%m%d-%H%M}-{digest.hexdigest()[:6]}" if newest else "无文件"


def _moment(nanoseconds: int) -> datetime:
    # local time without a zone: it is read by people of one county
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000)  # noqa: DTZ006


def _stage(outbox: Outbox, night: Night, facts: list[UnitFacts], rules: Rules, cutoff: int) -> None:
    from batch.outputs.inforce import rule_rows
    from batch.outputs.rollup import RollupHead, write_rollup

    book = rules.book
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
    in_force = rule_rows(rules.catalogue.values(), book.changes, night.reviews)
    write_findings(outbox.path("findings.jsonl"), night.findings, seen, night.batch)
    write_results(outbox.path("results.json"), night.content)
    write_rollup(outbox.path("汇总.xlsx"), facts, night.findings, night.unprocessed, head, seen, in_force)
    for name in ("findings.jsonl", "results.json", "汇总.xlsx"):
        outbox.write(f"存档/{night.batch}/{name}", outbox.path(name).read_bytes())
    for name, reason in night.unprocessed:
        outbox.write(_answer_path(name), f"{name}\r\n{reason}\r\n".encode("utf-8-sig"))


def _answer_path(name: str) -> str:
    from batch.model.filenames import safe_name

    return "未处理/" + "、".join(safe_name(part) for part in name.split("/")) + ".txt"


def _verify(outbox: Outbox) -> None:
    """Reopen every staged workbook before anybody sees it."""
    from batch.workbook.reader import read_workbook

    for path in outbox.staging.rglob("*.xlsx"):
        read_workbook(path.read_bytes(), path.name)
