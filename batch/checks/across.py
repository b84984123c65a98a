"""Checks that compare the units of a batch: what they get, where they report, how they are run.

They look at rows of filled values and figures, not at workbooks, so they run once at the end of a batch
wherever the units were read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from batch.checks.catalogue import Check
from batch.checks.report import fill, told_numbers
from batch.forms.labels import squeeze
from batch.model.reference import RosterUnit
from batch.model.review import Finding, Outcome, Verdict, fingerprint


class Cell(Protocol):
    """One filled value and where it stands; see batch.outputs.details.DetailRow."""

    @property
    def form(self) -> str:
        """Key of the form."""

    @property
    def project(self) -> str:
        """The project's name on a project's form."""

    @property
    def row(self) -> str:
        """Row of a grid; empty for a single field."""

    @property
    def column(self) -> str:
        """Column, or the name of a single field."""

    @property
    def value(self) -> Decimal | str | None:
        """A number when it is exactly one, a text, or None when it cannot be read."""

    @property
    def money(self) -> Decimal | None:
        """The same in 万元; None when it is no money."""

    @property
    def file(self) -> str:
        """The file, relative to the inbox."""

    @property
    def sheet(self) -> str:
        """Name of the sheet."""

    @property
    def cell(self) -> str:
        """Address of the cell."""

    @property
    def raw(self) -> str:
        """The text as the unit sees it."""


class Unit(Protocol):
    """One unit's filled values and the figures it enters the roll-up with."""

    @property
    def unit(self) -> str:
        """The unit's name."""

    @property
    def department(self) -> str:
        """Its 主管部门; "" when not known."""

    @property
    def files(self) -> tuple[str, ...]:
        """Its files, relative to the inbox."""

    @property
    def staff(self) -> Decimal | None:
        """在职人数."""

    @property
    def total_spent(self) -> Decimal | None:
        """整体支出决算 in 万元."""

    @property
    def project_spent(self) -> Decimal | None:
        """项目支出决算 in 万元."""

    @property
    def details(self) -> Sequence[Cell]:
        """All filled values, in the order of its forms."""


#: form, row, column
Key = tuple[str, str, str]


@dataclass(slots=True)
class Compared:
    """What the checks across units say about one unit."""

    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """What a check across units gets: the units that have the forms it needs, and where to report."""

    check: Check
    units: Sequence[Unit]
    results: dict[str, Compared]
    #: by unit, the cells that checks across units ask for
    cells: Mapping[str, Mapping[Key, list[Cell]]]
    #: who must report; empty without a roster
    roster: Sequence[RosterUnit] = ()

    def pick(self, unit: Unit, wanted: Collection[Key]) -> dict[Key, list[Cell]]:
        """The unit's cells under names the check is registered with, in the order of its forms."""
        if not _ASKED.issuperset(wanted):
            raise ValueError(f"check {self.check.id} picks cells it is not registered with")
        return {key: found for key, found in self.cells[unit.unit].items() if key in wanted}

    def add(self, unit: Unit) -> None:
        """Make room for results of a unit that is not in the batch."""
        self.results.setdefault(unit.unit, Compared())

    def passed(self, unit: Unit, where: str = "", left: str = "", right: str = "") -> None:
        """It was looked at and is right."""
        self._outcome(
            unit, Outcome(self.check.id, Verdict.PASS, where, "", left, right, form=self.check.form)
        )

    def not_applicable(self, unit: Unit, reason: str, where: str = "") -> None:
        """By design there is nothing to look at."""
        self._outcome(
            unit, Outcome(self.check.id, Verdict.NOT_APPLICABLE, where, reason, form=self.check.form)
        )

    def unchecked(self, unit: Unit, reason: str, where: str = "") -> None:
        """It should have been looked at, and could not."""
        self._outcome(unit, Outcome(self.check.id, Verdict.UNCHECKED, where, reason, form=self.check.form))

    def failed(
        self,
        unit: Unit,
        cell: Cell | None,
        name: str,
        words: Mapping[str, str],
        *,
        filled: str = "",
        expected: str = "",
        difference: str = "",
        related: Iterable[Cell] = (),
    ) -> None:
        """It is violated: `cell` is marked, `words` fill the message's slots, `name` identifies the field."""
        check, involved = self.check, [c for c in (cell, *related) if c is not None]
        form = cell.form if cell else check.form
        prefix = f"{squeeze(cell.project)}｜" if cell and cell.project else ""
        self.results[unit.unit].findings.append(
            Finding(
                unit=unit.unit,
                file=cell.file if cell else (unit.files or ("",))[0],
                sheet=cell.sheet if cell else "",
                cell=(cell.cell or None) if cell else None,
                check=check.id,
                title=check.title,
                severity=check.severity_for(form),
                form=form,
                field=prefix + name,
                message=fill(check.message, words),
                fix=fill(check.fix, words),
                filled=filled,
                expected=expected,
                difference=difference,
                category=check.category,
                status=check.status,
                related=tuple(dict.fromkeys((c.sheet, c.cell) for c in involved[1:] if c.cell)),
                fingerprint=fingerprint(
                    check.id, form, name, *(c.raw.strip() for c in involved), *told_numbers(words)
                ),
            )
        )
        self._outcome(unit, Outcome(check.id, Verdict.FAIL, name, "", filled, expected, difference, form))

    def _outcome(self, unit: Unit, outcome: Outcome) -> None:
        self.results[unit.unit].outcomes.append(outcome)


AcrossFunction = Callable[[Batch], None]
ACROSS: dict[str, AcrossFunction] = {}
_ASKED: set[Key] = set()


def across(identity: str, *asked: Key) -> Callable[[AcrossFunction], AcrossFunction]:
    """Register a function as the check `identity` over all units of a batch.

    `asked`: the cells it may pick. A unit's values are gone through once for the cells of all checks: they
    are packed, and unpacking those of a county for every check took longer than the checks.
    """

    def register(function: AcrossFunction) -> AcrossFunction:
        if identity in ACROSS:
            raise ValueError(f"check {identity} is registered twice")
        ACROSS[identity] = function
        _ASKED.update(asked)
        return function

    return register


def run_across(
    units: Sequence[Unit], catalogue: Mapping[str, Check], roster: Sequence[RosterUnit] = ()
) -> dict[str, Compared]:
    """Every check across units that is not switched off; the results by unit.

    `roster`: who must report; a unit of it that is not among `units` has its results under its name too.
    `units` have different names. Their order decides which of several equals is named in a message.
    """
    results = {unit.unit: Compared() for unit in units}
    forms: dict[str, set[str]] = {}
    cells: dict[str, dict[Key, list[Cell]]] = {}
    for unit in units:
        forms[unit.unit], cells[unit.unit] = _gone_through(unit)
    for check in catalogue.values():
        if check.each != "批次" or check.status == "停用":
            continue
        have = [unit for unit in units if set(check.needs) <= forms[unit.unit]]
        batch = Batch(check, have, results, cells, roster)
        ACROSS[check.id](batch)
        for unit in units:
            absent = [form for form in check.needs if form not in forms[unit.unit]]
            if absent:
                batch.not_applicable(unit, f"没有{'、'.join(absent)}")
            elif not any(outcome.check == check.id for outcome in results[unit.unit].outcomes):
                batch.not_applicable(unit, "没有这类内容")
    return results


def _gone_through(unit: Unit) -> tuple[set[str], dict[Key, list[Cell]]]:
    """The forms a unit has, and its cells that checks ask for."""
    forms: set[str] = set()
    cells: dict[Key, list[Cell]] = {}
    for cell in unit.details:
        forms.add(cell.form)
        key = (cell.form, cell.row, cell.column)
        if key in _ASKED:
            cells.setdefault(key, []).append(cell)
    return forms, cells
