"""Cells that another source says the same of: the unit's written report, what was accepted last year."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from batch.checks.engine.amount import MONEY, round_half_up
from batch.checks.engine.fields import Slot
from batch.checks.run import Checked
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.form import Submission
from batch.model.reference import LastYear
from batch.repair.linear import Cell
from batch.repair.sums import cell_of, unit_of
from batch.report.facts import ReportFacts
from batch.report.phrases import Grammar

#: figures with fewer digits are the same by chance too often
_DIGITS = 4
#: by sum of money, what the reports say it is: "budget", "spent", "other", "" for unknown
_Stated = Mapping[Decimal, Collection[tuple[Grammar, str]]]


def confirmed_cells(submission: Submission, checked: Checked, forms: PackForms) -> frozenset[Cell]:
    """The cells with sums of money that the report or last year's accepted figures repeat to the cent."""
    stated = _stated(checked.inputs.written)
    known = submission.reference
    last = known.last_year if known else None
    if not stated and last is None:
        return frozenset()
    carried = {key: dict(_carried(spec)) for key, spec in forms.forms.items()}
    return frozenset(
        cell_of(slot)
        for slot in checked.fields.numbers
        if slot.field.type == "money"
        and (
            _is_stated(slot, wan := _wan(slot), stated)
            or _is_accepted(slot, wan, last, carried[slot.table.form])
        )
    )


def _stated(reports: Iterable[ReportFacts]) -> _Stated:
    found: dict[Decimal, set[tuple[Grammar, str]]] = {}
    for report in reports:
        for figure in report.figures:
            if figure.role == "sum" and figure.mention.exact:
                said = found.setdefault(round_half_up(figure.mention.value, 2), set())
                said.add((report.grammar, figure.kind))
    return found


def _is_stated(slot: Slot, wan: Decimal | None, stated: _Stated) -> bool:
    """Whether a report tells of the sum, and not as of something else than the column is about.

    The budget of the year's beginning is no witness for what 全年预算数 should be after the changes.
    """
    column = slot.name.rpartition(".")[2]
    told = stated.get(wan, ()) if wan is not None else ()
    return any(not kind or grammar.said(column).kind in ("", kind) for grammar, kind in told)


def _wan(slot: Slot) -> Decimal | None:
    """A cell's sum in 万元 to the cent; None for one with few digits."""
    number, unit = slot.value.number, unit_of(slot)
    if number is None or unit not in MONEY or len(f"{abs(number.normalize()):f}".replace(".", "")) < _DIGITS:
        return None
    return round_half_up(number * MONEY[unit], 2)


def _carried(spec: FormSpec) -> Iterator[tuple[str, str]]:
    """Fields that repeat one of last year's, with that one's name."""
    for grid in spec.grids:
        for column in grid.columns:
            if column.last_year:
                yield from ((f"{r.name}.{column.name}", f"{r.name}.{column.last_year}") for r in grid.rows)


def _is_accepted(slot: Slot, wan: Decimal | None, last: LastYear | None, carried: dict[str, str]) -> bool:
    source = carried.get(slot.name)
    if last is None or source is None or wan is None:
        return False
    accepted = last.find(slot.table.form, source)
    if accepted is None or accepted.number is None or accepted.unit not in MONEY:
        return False
    return round_half_up(accepted.number * MONEY[accepted.unit], 2) == wan
