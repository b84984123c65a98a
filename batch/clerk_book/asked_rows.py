"""What a batch came to, as far as 经办台账 tells it: who is to be rung, ruled on or checked on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from batch.checks.engine.rulings import is_about
from batch.clerk_book.effects import IdleRuling
from batch.clerk_book.reading import REMINDERS, RULINGS, SPOT_CHECKS, ClerkBook, ClerkRow, unit_key
from batch.model.day_words import day_in_words
from batch.model.reference import GivenRuling, RosterUnit
from batch.model.review import CODE, Finding, Findings, fingerprint, words_mark
from batch.model.status import EXPLAINED, REJECTED, RETURNED, Severity
from batch.model.unit_facts import UnitFacts
from batch.workbook.annotate.edit_cells import Typed

#: of one line: checks and places that are named, messages that are told, and findings it can be about
_NAMED, _TOLD, _MOST = 3, 3, 1000


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row the program adds, by the keys of its columns, and the mark it is known by."""

    mark: str
    cells: Mapping[str, Typed]


@dataclass(frozen=True)
class NightFacts:
    """One batch."""

    #: "2021-03-20": the day of its newest file
    day: str
    facts: Sequence[UnitFacts]
    findings: Findings
    #: the units of the roster there are no forms of, each with its status; and all of its units
    absent: Sequence[tuple[RosterUnit, str]]
    roster: Sequence[RosterUnit]
    #: names of the units suggested for a spot check; none before the reports are due
    suggested: Sequence[str]
    #: rulings without effect, with the reason
    idle: Sequence[IdleRuling] = ()
    #: by a check, what has its findings explained together
    together: Callable[[str], str] = str
    #: all rulings that still hold
    rulings: Sequence[GivenRuling] = ()
    #: how a row of 复核 names the unit itself, beside its projects
    whole: str = "整体"

    @cached_property
    def statuses(self) -> dict[str, str]:
        """How each unit stands."""
        statuses = {unit_key(unit.name): status for unit, status in self.absent}
        return statuses | {unit_key(unit.unit): unit.status for unit in self.facts}

    @cached_property
    def names(self) -> dict[str, str]:
        """The units something was found about, as the findings name them."""
        return {unit_key(name): name for name in self.findings.by_unit}

    def found(self, unit: str) -> Sequence[Finding]:
        """What was found about a unit."""
        name = self.names.get(unit_key(unit))
        return self.findings.by_unit[name] if name is not None else ()


def rows_asked(book: ClerkBook, now: NightFacts) -> dict[str, list[AskedRow]]:
    """By sheet, the rows that are to be added to it: those that are not there yet."""
    asked = {
        REMINDERS: list(_to_remind(now)),
        RULINGS: list(_to_rule(book, now)),
        SPOT_CHECKS: list(_to_check(now)),
    }
    known = {name: {row.mark for row in table.rows} for name, table in book.tables.items()}
    return {name: [row for row in asked[name] if row.mark not in known[name]] for name in known}


def states(book: ClerkBook, now: NightFacts) -> Iterator[tuple[str, ClerkRow, str]]:
    """For each row that is about something: its sheet, the row, and what 现状 is to say."""
    idle = {(given.sheet, given.cell): why.message for given, why in now.idle if given.file == book.path.name}
    facts = {unit_key(unit.unit): unit for unit in now.facts}
    suggested = {unit_key(name) for name in now.suggested}
    for name, table in book.tables.items():
        for row in table.rows:
            if not row.unit:
                continue
            unit = unit_key(row.unit)
            if name == REMINDERS:
                state = now.statuses.get(unit, "")
            elif name == RULINGS:
                state = _ruling_state(row, now, idle)
            else:
                state = _check_state(row, facts.get(unit), is_suggested=unit in suggested)
            if state:
                yield name, row, state


def _mark(*parts: str) -> str:
    return fingerprint(*parts)[:CODE]


def _to_remind(now: NightFacts) -> Iterator[AskedRow]:
    """Those that sent nothing, then those whose submission came back."""
    entries = {unit_key(unit.name): unit for unit in now.roster}
    listed = [*now.absent]
    listed += [
        (entries.get(unit_key(unit.unit), RosterUnit(unit.unit)), RETURNED)
        for unit in now.facts
        if unit.status == RETURNED
    ]
    for unit, why in listed:
        cells = {
            "unit": unit.name, "contact": unit.contact, "phone": unit.phone, "why": why,
            "since": day_in_words(now.day), "state": why,
        }  # fmt: skip
        yield AskedRow(_mark(unit_key(unit.name), why), cells)


def _to_rule(book: ClerkBook, now: NightFacts) -> Iterator[AskedRow]:
    """What units explained and nobody has ruled on, what one reason answers in one line."""
    listed: dict[str, set[tuple[str, str]]] = {}
    for row in book.tables[RULINGS].rows if RULINGS in book.tables else ():
        listed.setdefault(unit_key(row.unit), set()).update((code, row.said) for code in row.codes)
    ruled: dict[str, list[GivenRuling]] = {}
    for given in now.rulings:
        ruled.setdefault(unit_key(given.unit), []).append(given)
    for unit in now.facts:
        key = unit_key(unit.unit)
        groups: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in now.found(unit.unit):
            words = _words(finding)
            if (
                words
                and (finding.code, words) not in listed.get(key, ())
                and not any(is_about(given.ruling, finding, words) for given in ruled.get(key, ()))
            ):
                about = finding.explanation, finding.explanation_basis, now.together(finding.check)
                groups.setdefault(about, []).append(finding)
        for found in groups.values():
            yield _line(found[:_MOST])


def _words(finding: Finding) -> str:
    """The mark of the explanation that stands, or stood until it was refused; "" without one."""
    if finding.severity is not Severity.WARNING or finding.answer not in (EXPLAINED, REJECTED):
        return ""
    return words_mark(finding.explanation, finding.explanation_basis)


def _line(found: Sequence[Finding]) -> AskedRow:
    first = found[0]
    cells = {
        "unit": first.unit,
        "check": _some(f"{finding.check} {finding.title}" for finding in found),
        "form": _some(finding.form for finding in found),
        "field": _some(finding.field for finding in found),
        "place": _some(f"{f.sheet}!{f.cell}" if f.cell else f.sheet for f in found),
        "problem": _some((finding.message for finding in found), "\n"),
        "said": first.explanation,
        "basis": first.explanation_basis,
        "state": "待裁定",
    }
    return AskedRow(" ".join([_words(first), *dict.fromkeys(finding.code for finding in found)]), cells)


def _some(texts: Iterable[str], between: str = "、") -> str:
    """The different texts, as far as a line has room."""
    all_of = list(dict.fromkeys(filter(None, texts)))
    more = f"{between}等{len(all_of)}项" if len(all_of) > _NAMED else ""
    return between.join(all_of[:_NAMED]) + more


def _ruling_state(row: ClerkRow, now: NightFacts, idle: Mapping[tuple[str, str], str]) -> str:
    wrong = row.row.texts.get("decision") and row.ruling is None
    if wrong:
        return "没有生效：这一行填得不对，见运行时的提示。"
    if row.ruling is not None:
        why = idle.get((row.ruling.sheet, row.ruling.cell), "")
        return f"没有生效：{why}" if why else "已生效"
    if not row.codes:
        return ""
    still = any(f.code in row.codes and _words(f) == row.said for f in now.found(row.unit))
    return "待裁定" if still else "已改正，或者数字、说明又改过：不用裁定"


def _to_check(now: NightFacts) -> Iterator[AskedRow]:
    """The units suggested for a spot check, each as a whole and project by project."""
    wanted = {unit_key(name) for name in now.suggested}
    for unit in now.facts:
        if unit_key(unit.unit) not in wanted:
            continue
        scores = [(now.whole, unit.score, unit.recomputed)]
        scores += [(project.project, project.score, project.recomputed) for project in unit.projects]
        for name, declared, due in scores:
            cells: dict[str, str | Decimal | None] = {
                "unit": unit.unit, "project": name, "declared": declared, "due": due, "state": "待复核",
            }  # fmt: skip
            yield AskedRow(_mark(unit_key(unit.unit), name), cells)


def _check_state(row: ClerkRow, facts: UnitFacts | None, *, is_suggested: bool) -> str:
    if row.row.texts.get("score"):
        return "已复核"
    if facts is None:
        return "没有报表"
    return "待复核" if is_suggested else "已不在建议名单"
