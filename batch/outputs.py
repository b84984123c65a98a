"""What one batch comes to, and the files that are made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch.clerk_book.asked_rows import NightFacts
from batch.clerk_book.effects import RULINGS, IdleRuling, problem_record
from batch.exports import briefing_record, results, without_causes, write_findings, write_results
from batch.model.briefing import Briefing
from batch.model.day_words import day_in_words
from batch.model.reviewed import Reviewed
from batch.model.status import Severity
from batch.model.turnout import Turnout
from batch.outbox.paths import LISTS, ROLLUP, answer_paths
from batch.outbox.publish import Outbox
from batch.rollup.resilient import roll_up
from batch.roster.problems import RosterProblem
from batch.store.history import BatchRecord, Before
from batch.unit.identity import Directory
from batch.unit.rules import Rules, context_of, load_rules

if TYPE_CHECKING:
    from batch.clerk_book.reading import ClerkBook
    from batch.clerk_book.update import Update
    from batch.config.settings import Settings
    from batch.rollup.rollup import RollupContent


@dataclass(slots=True)
class Night:
    """The results of one batch."""

    batch: str
    #: (file, reason)
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: outputs that lie beside an older one because it was open
    beside: list[str] = field(default_factory=list)
    #: what results.json says, but for the causes of units
    content: dict[str, Any] = field(default_factory=dict)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)
    #: what was not as it should be in outbox or archive, in Chinese
    amiss: list[str] = field(default_factory=list)
    #: whether a file that should have been read could not be
    failed_files: bool = False
    #: files that were read, because something about them was new
    read: int = 0
    #: what is wrong in the roster, and which rulings have no effect
    problems: tuple[RosterProblem, ...] = ()
    #: the latter alone
    idle_rulings: tuple[RosterProblem, ...] = ()
    #: whether rows were added to the clerk's book
    clerk_book_saved: bool = False
    #: who of the roster stands where; None without a roster
    turnout: Turnout | None = None
    #: what leadership is told first
    briefing: Briefing = field(default_factory=Briefing)
    #: who says the round's year
    year_from: str = ""

    @property
    def units(self) -> list[dict[str, Any]]:
        """One entry a unit, as results.json has them, without causes."""
        units: list[dict[str, Any]] = self.content["units"]
        return units

    @property
    def results(self) -> str:
        """The path in the outbox of results.json: beside an older one where that was open."""
        return next((name for name in self.beside if name.startswith("results")), "results.json")

    def count(self, severity: Severity) -> int:
        """Open findings of one severity over all units."""
        return sum(unit[f"{severity.code}s"] for unit in self.units)


def export(
    outbox: Outbox, night: Night, reviewed: Reviewed, rules: Rules, batch: BatchRecord, was: Before
) -> None:
    """findings.jsonl and results.json."""
    named = {
        "id": night.batch,
        "year": rules.book.year,
        "year_from": night.year_from,
        "pack": rules.book.name,
        "pack_version": rules.book.version,
        "work": rules.forms.outputs.work,
        "reports": rules.forms.outputs.reports,
        "cutoff": batch.cutoff or None,
    }
    night.content = results(named, reviewed.reviews, night.unprocessed, reviewed.owners, night.turnout)
    night.content[RULINGS] = [problem_record(problem) for problem in night.idle_rulings]
    night.content["briefing"] = briefing_record(night.briefing)
    write_results(outbox.path("results.json"), night.content, reviewed.reviews)
    write_findings(outbox.path("findings.jsonl"), reviewed.all_findings, was.first_seen, night.batch)


def published_content(outbox: Outbox) -> dict[str, Any]:
    """What results.json in the outbox says, but for the causes of units."""
    text = (outbox.root / "results.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text, object_hook=without_causes)
    return content


def rollup_content(
    night: Night,
    reviewed: Reviewed,
    known: Directory,
    settings: Settings,
    batch: BatchRecord,
    was: Before,
) -> RollupContent:
    """What 汇总.xlsx and 清单.xlsx are made from."""
    from batch.rollup.parts.batch_changes import changes_since
    from batch.rollup.parts.rules_in_force import other_changes, rule_rows
    from batch.rollup.parts.unreported import absent_units
    from batch.rollup.rollup import RollupContent, RollupHead

    rules = load_rules(context_of(settings))
    book = rules.book
    return RollupContent(
        head=RollupHead(
            year=book.year,
            batch=night.batch,
            cutoff=day_in_words(batch.cutoff) or ("文件时间不明" if reviewed.digests else "收件箱为空"),
            pack=book.title,
            version=book.version,
            period=book.period,
            previous=(was.batch.errors, was.batch.warnings, was.batch.hints) if was.batch else None,
            changed=other_changes(rules.catalogue, book.changes),
            year_from=night.year_from,
            figures=rules.figures,
            words=rules.forms.outputs,
        ),
        facts=reviewed.facts,
        details=reviewed.details,
        reviews=reviewed.reviews,
        findings=reviewed.findings,
        unprocessed=night.unprocessed,
        first_seen=was.first_seen,
        rules=rule_rows(rules.catalogue.values(), book.changes, reviewed.reviews),
        turnout=night.turnout,
        absent=absent_units(night.turnout, settings.deadline, batch.cutoff[:10], known.notes),
        clerk=known.notes,
        forms=rules.forms,
        changes=changes_since(was, reviewed.facts, reviewed.findings, night.turnout),
        briefing=night.briefing,
    )


def clerk_book_update(
    clerk: ClerkBook,
    known: Directory,
    content: RollupContent,
    idle: Sequence[IdleRuling],
    settings: Settings,
) -> Update:
    """What is to be added to the clerk's book. Spot checks are suggested once the reports are due."""
    from batch.clerk_book.update import updated
    from batch.rollup.parts.sample_choice import choose

    rules = load_rules(context_of(settings))
    due = not settings.deadline or known.day > settings.deadline
    head = content.head
    chosen = choose(content.facts, head.sampling, head.lot, head.figures.shown.main) if due else []

    def together(check: str) -> str:
        rule = rules.causes.rule_of(check)
        return rule.name if rule else check

    told = NightFacts(
        day=known.day,
        facts=content.facts,
        findings=content.findings,
        absent=[(one.roster, one.status) for one in content.absent],
        roster=known.roster.units if known.roster else (),
        suggested=[one.unit for one in chosen],
        idle=idle,
        together=together,
        rulings=known.in_force,
        whole=rules.forms.outputs.whole,
    )
    return updated(clerk, told, rules.forms, settings.limits)


def write_books(outbox: Outbox, night: Night, content: RollupContent) -> None:
    """汇总.xlsx and 清单.xlsx, as much of them as can be made."""
    from batch.rollup.rollup import write_rollup
    from batch.workbook.integrity import require_sound

    for book in (ROLLUP, LISTS):
        path = outbox.path(book)

        def write(without: frozenset[str], path: Path = path) -> None:
            write_rollup(path, content, without)
            # reopened before anybody sees it, as copies are when they are made
            require_sound(path)

        rolled = roll_up(book, write)
        night.amiss += rolled.lost
        night.troubles += rolled.troubles
        night.failed_files = night.failed_files or bool(rolled.lost)
        if not rolled.made:
            outbox.drop(book)


def stage_archive(outbox: Outbox, night: Night) -> None:
    """Stage the batch's archive: the same files in a folder of its own."""
    for name in ("findings.jsonl", "results.json", ROLLUP, LISTS):
        if outbox.path(name).exists():
            outbox.copy(f"存档/{night.batch}/{name}", name)


def stage_answers(outbox: Outbox, night: Night) -> None:
    """Stage the answers to files that could not be read."""
    places = answer_paths(name for name, _ in night.unprocessed)
    for name, reason in night.unprocessed:
        outbox.write(places[name], f"{name}\r\n{reason.removesuffix('。')}。\r\n".encode("utf-8-sig"))
