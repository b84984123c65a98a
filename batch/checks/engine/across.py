"""Checks that compare the units of a batch: their input, their findings, and how they are run."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from batch.checks.engine.catalogue import Check
from batch.checks.engine.requested_cells import ASKED, Key, field_of
from batch.checks.engine.violation import Site, Violation, finding_of
from batch.model.record import record
from batch.model.reference import RosterUnit
from batch.model.review import Finding, Outcome
from batch.model.status import SWITCHED_OFF, Verdict
from batch.model.unit_facts import KeptCell, UnitFacts


@record(frozen=True, slots=True)
class ComparedUnit:
    """What is kept of a unit while all are compared: the facts of a county are too many to keep them whole.

    The rest is looked up for the few of which something is to be told.
    """

    unit: str
    #: its 主管部门; "" when not known
    department: str = ""
    #: (form, sheet): where its filled values stand
    places: tuple[tuple[str, str], ...] = ()
    #: the facts of all units, none for one that sent nothing, and where among them this one's are
    whole: Sequence[UnitFacts] = ()
    at: int = 0

    @property
    def file(self) -> str:
        """The first of its files, relative to the inbox; "" without one."""
        return next(iter(self.whole[self.at].files), "") if self.whole else ""

    @property
    def asked(self) -> Sequence[KeptCell]:
        """The cells that checks across units ask for, in the order of its forms."""
        return self.whole[self.at].asked if self.whole else ()


@dataclass(slots=True)
class Compared:
    """What the checks across units say about one unit."""

    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """What a check across units gets: the units that have the forms it needs, and where to report."""

    check: Check
    units: Sequence[ComparedUnit]
    results: dict[str, Compared]
    #: who must report; empty without a roster
    roster: Sequence[RosterUnit] = ()
    #: for each of the units what the check's `look` made of its cells, as it is registered; none without one
    seen: Any = ()
    #: all units once more, with all their figures: to go through again where that is seldom needed
    whole: Iterable[UnitFacts] = ()

    def pick(self, unit: ComparedUnit, wanted: Collection[Key]) -> dict[Key, list[KeptCell]]:
        """The unit's cells under names the check is registered with, in the order of its forms.

        They may come packed: this is for the few units of which something is to be told, `look` for all.
        """
        for key in wanted:
            self.check.reads.ask(*field_of(key))
        return {key: cells for key, cells in _by_key(unit).items() if key in wanted}

    def add(self, unit: ComparedUnit) -> None:
        """Make room for results of a unit that is not in the batch."""
        self.results.setdefault(unit.unit, Compared())

    def passed(self, unit: ComparedUnit, where: str = "", left: str = "", right: str = "") -> None:
        """It was looked at and is right."""
        self._add(unit, _outcome(self.check.id, Verdict.PASS, where, "", left, right, "", self.check.form))

    def not_applicable(self, unit: ComparedUnit, reason: str, where: str = "") -> None:
        """By design there is nothing to look at."""
        self._not_looked_at(unit, Verdict.NOT_APPLICABLE, where, reason)

    def unchecked(self, unit: ComparedUnit, reason: str, where: str = "") -> None:
        """It should have been looked at, and could not."""
        self._not_looked_at(unit, Verdict.UNCHECKED, where, reason)

    def _not_looked_at(self, unit: ComparedUnit, verdict: Verdict, where: str, reason: str) -> None:
        self._add(unit, _outcome(self.check.id, verdict, where, reason, form=self.check.form))

    def _add(self, unit: ComparedUnit, outcome: Outcome) -> None:
        self.results[unit.unit].outcomes.append(outcome)

    def failed(self, unit: ComparedUnit, wrong: Violation[KeptCell]) -> None:
        """It is violated by this unit."""
        cell, related = wrong.value, tuple(wrong.related)
        site = Site(
            unit=unit.unit,
            file=cell.file if cell else unit.file,
            sheet=cell.sheet if cell else "",
            cell=(cell.cell or None) if cell else None,
            form=cell.form if cell else self.check.form,
            project=cell.project if cell else "",
            shown="",
            related=tuple(dict.fromkeys((c.sheet, c.cell) for c in related if c.cell)),
            contents=tuple(c.raw.strip() for c in ((cell, *related) if cell else related)),
        )
        finding, outcome = finding_of(self.check, wrong, site)
        self.results[unit.unit].findings.append(finding)
        self._add(unit, outcome)


#: most units of a batch have the same ones
_outcome = lru_cache(1024)(Outcome)
#: one unit's cells
Cells = Mapping[Key, Sequence[KeptCell]]
AcrossFunction = Callable[[Batch], None]
#: what a check makes of them
Look = Callable[[Check, UnitFacts, Cells], Any]
ACROSS: dict[str, AcrossFunction] = {}
LOOKS: dict[str, Look] = {}
#: where what is made of the units goes, one behind the other
SEEN: dict[str, Callable[[], Any]] = {}
#: the cells each of them is registered with
KEYS: dict[str, tuple[Key, ...]] = {}


def across(
    identity: str, *asked: Key, look: Look | None = None, seen: Callable[[], Any] = list
) -> Callable[[AcrossFunction], AcrossFunction]:
    """Register a function as the check `identity` over all units of a batch.

    `asked`: the cells it may pick; see `gone`. `look`: what it makes of one unit's cells, for `Batch.seen`;
    the cells are unpacked once for all checks, and what is made of them is kept for all units:
    appended to what `seen` makes.
    """

    def register(function: AcrossFunction) -> AcrossFunction:
        if identity in ACROSS:
            raise ValueError(f"check {identity} is registered twice")
        ACROSS[identity], KEYS[identity] = function, asked
        if look is not None:
            LOOKS[identity], SEEN[identity] = look, seen
        ASKED.update(asked)
        return function

    return register


def run_across(
    units: Sequence[UnitFacts],
    catalogue: Mapping[str, Check],
    roster: Sequence[RosterUnit] = (),
    troubles: list[str] | None = None,
) -> dict[str, Compared]:
    """Every check across units that is not switched off; the results by unit.

    `roster`: who must report; a unit of it that is not among `units` has its results under its name too.
    `units` have different names, and may be put together anew each time they are gone through. Their order
    decides which of several equals is named in a message. A check that fails by a mistake of ours is 无法检查
    where it came to nothing, and `troubles` is told why.
    """
    wrong = troubles if troubles is not None else []
    failed: dict[str, set[str]] = {}
    sides: list[ComparedUnit] = []
    forms: dict[str, frozenset[str]] = {}
    checks = [check for check in catalogue.values() if check.each == "批次" and check.status != SWITCHED_OFF]
    seen = {check.id: SEEN.get(check.id, list)() for check in checks}
    for at, unit in enumerate(units):
        cells, present = _by_key(unit), _forms(unit.places)
        for check in checks:
            if check.id in LOOKS and present.issuperset(check.needs):
                try:
                    own = {key: cells[key] for key in KEYS[check.id] if key in cells}
                    seen[check.id].append(LOOKS[check.id](check, unit, own))
                except Exception:  # noqa: BLE001 - what one unit does to one check is nobody else's loss
                    failed.setdefault(check.id, set()).add(unit.unit)
                    wrong.append(traceback.format_exc())
        sides.append(ComparedUnit(unit.unit, unit.department, unit.places, units, at))
        forms[unit.unit] = present
    results = {side.unit: Compared() for side in sides}
    for check in checks:
        have = [side for side in sides if forms[side.unit].issuperset(check.needs)]
        batch = Batch(check, have, results, roster, seen.pop(check.id), units)
        try:
            ACROSS[check.id](batch)
        except Exception:  # noqa: BLE001 - the other checks are done all the same
            failed[check.id] = {side.unit for side in have}
            wrong.append(traceback.format_exc())
        for side in sides:
            if side.unit in failed.get(check.id, ()):
                if not any(outcome.check == check.id for outcome in results[side.unit].outcomes):
                    batch.unchecked(side, "程序出错，已记入日志")
                continue
            absent = [form for form in check.needs if form not in forms[side.unit]]
            if absent:
                batch.not_applicable(side, f"没有{'、'.join(absent)}")
            elif not any(outcome.check == check.id for outcome in results[side.unit].outcomes):
                batch.not_applicable(side, "没有这类内容")
    return results


@lru_cache(1024)
def _forms(places: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The forms at some places, the same object for all units that have the same."""
    return frozenset(form for form, _ in places)


def _by_key(unit: UnitFacts | ComparedUnit) -> dict[Key, list[KeptCell]]:
    cells: dict[Key, list[KeptCell]] = {}
    for cell in unit.asked:
        cells.setdefault((cell.form, cell.row, cell.column), []).append(cell)
    return cells
