"""Rows of the sheets that set a figure of each unit beside its limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from batch.model.unit_facts import Number, UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.differences import growth, rate
from batch.rollup.parts.summary import total

#: number, unit
UnitRow = tuple[int, UnitFacts]


def marked_above(number: Number) -> str:
    """The look of what is above its limit."""
    return "alert" if number else ""


def numbered(units: Iterable[UnitFacts]) -> Iterator[UnitRow]:
    """The units with their numbers."""
    return iter(enumerate(units, 1))


def heads(rollup: Rollup) -> list[Column[UnitRow]]:
    """The columns that say which unit it is."""
    columns: list[Column[UnitRow]] = [
        Column("序号", 5, "center", lambda r: r[0]),
        Column("单位", 24, "wrap", lambda r: r[1].unit),
    ]
    if rollup.has_departments:
        columns.append(Column("主管部门", 18, "wrap", lambda r: r[1].department))
    return columns


def together(units: Sequence[UnitFacts], what: str, figures: Sequence[str]) -> Iterator[UnitFacts]:
    """Units as one row with the sums of these figures; no row without units."""
    if units:
        row = UnitFacts(f"{what}的{len(units)}户", "", "", (), 0, 0, 0)
        sums: dict[str, Any] = {name: total(getattr(unit, name) for unit in units) for name in figures}
        row = replace(row, **sums)
        yield replace(
            row,
            adjustment_rate=growth(row.total_spent, row.total_budget),
            staff_rate=rate(row.staff, row.posts),
        )
