"""The same amount on two forms: equal in every filled example, or the sum of two, whatever the unit of money.

Rows are compared that are called alike; which of several equal columns is meant, their headings say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from batch.checks.engine.amount import MONEY
from batch.draft.examples import Example, Examples
from batch.draft.layout_ties import sum_text
from batch.draft.observations import SOURCE
from batch.draft.parts import plain_label
from batch.draft.proposal import DraftField, DraftForm, DraftTie
from batch.forms.spec.labels import near

#: from this likeness on two rows are called alike
_ALIKE: Final = 0.75
#: fewer different values may be the same by chance
_DISTINCT: Final = 3

_Series = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    form: DraftForm
    row: DraftField
    column: DraftField

    @property
    def part(self) -> str:
        return f"{self.form.id}.{self.row.id}.{self.column.id}"


def cross_laws(forms: Sequence[DraftForm], examples: Examples) -> Iterator[DraftTie]:
    """The amounts that two forms have in common, of those that there is one of for each unit."""
    single = [form for form in forms if form.per == "单位"]
    found = {form.id: _cells(form, examples) for form in single}
    for one, other in combinations(single, 2):
        cells, others = found[one.id], found[other.id]
        taken: set[str] = set()
        for tie in _equal(cells, others):
            taken.update(tie.parts)
            yield tie
        for whole, part in ((cells, others), (others, cells)):
            yield from _sums({cell: s for cell, s in whole.items() if cell.part not in taken}, part)


def _cells(form: DraftForm, examples: Examples) -> dict[_Cell, _Series]:
    """Every amount that stands in all examples that have the form, and is not always the same."""
    tables = [example for example in examples.read if any(t.form == form.key for t in example.tables)]
    if len(tables) < len(examples.read):
        return {}
    cells: dict[_Cell, _Series] = {}
    for grid in form.grids:
        for column in (c for c in grid.columns if c.type == "money"):
            for row in grid.rows:
                cell = _Cell(form, row, column)
                series = tuple(_amount(example, cell) for example in tables)
                if all(series) and len(set(series)) >= _DISTINCT:
                    cells[cell] = series
    return cells


def _amount(example: Example, cell: _Cell) -> Decimal:
    """An amount in 元; 0 where there is none."""
    table = next(table for table in example.tables if table.form == cell.form.key)
    value = table.fields.get(f"{cell.row.name}.{cell.column.name}")
    if value is None or value.number is None:
        return Decimal(0)
    return value.number * MONEY.get(value.unit or table.money_unit or cell.form.money, Decimal(1))


def _equal(cells: Mapping[_Cell, _Series], others: Mapping[_Cell, _Series]) -> Iterator[DraftTie]:
    """Pairs of equal amounts, each cell once: those first whose headings are most alike."""
    pairs = [
        (one, other)
        for one, series in cells.items()
        for other, same in others.items()
        if series == same and _like(one.row, other.row) >= _ALIKE
    ]
    pairs.sort(key=lambda pair: -_like(pair[0].column, pair[1].column))
    taken: set[str] = set()
    for one, other in pairs:
        if not taken & {one.part, other.part}:
            taken |= {one.part, other.part}
            yield _tie([one, other])


def _sums(wholes: Mapping[_Cell, _Series], parts: Mapping[_Cell, _Series]) -> Iterator[DraftTie]:
    """Amounts that are the sum of two of one column of another form, in the column that is called alike."""
    by_total: dict[_Series, list[tuple[_Cell, _Cell]]] = {}
    for one, other in combinations(parts, 2):
        if one.column is other.column:
            total = tuple(a + b for a, b in zip(parts[one], parts[other], strict=True))
            by_total.setdefault(total, []).append((one, other))
    found = [(whole, *pair) for whole, series in wholes.items() for pair in by_total.get(series, ())]
    found.sort(key=lambda each: -_like(each[0].column, each[1].column))
    taken: set[str] = set()
    for whole, one, other in found:
        column = f"{one.form.id}.{one.column.id}"
        if not taken & {whole.part, f"{whole.row.id} {column}"}:
            taken |= {whole.part, f"{whole.row.id} {column}"}
            yield _tie([whole, one, other])


def _like(one: DraftField, other: DraftField) -> float:
    return near(plain_label(one.label), plain_label(other.label))


def _tie(cells: list[_Cell]) -> DraftTie:
    return DraftTie(
        "",
        "",
        "单位",
        sum_text(len(cells) - 1),
        [cell.part for cell in cells],
        needs=list(dict.fromkeys(cell.form.id for cell in cells)),
        tolerance="TOL_X",
        source=SOURCE,
    )
