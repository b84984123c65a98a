"""Exact laws in filled examples beyond what the print promises: sums of rows and columns, equality, ratios.

Only what holds in every example, to the cent, and says something in several of them. One law is told once:
what follows from laws that are told already is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations
from typing import Final

from batch.draft.examples import Examples
from batch.draft.layout_ties import amount_columns, sum_text
from batch.draft.proposal import AMOUNTS, DraftField, DraftForm, DraftGrid, DraftTie
from batch.model.form import Table

#: examples that a law needs to be told
FEWEST: Final = 5
#: the most parts of a sum that is looked for, by how many rows there are
_MOST_PARTS: Final = ((20, 4), (40, 3), (80, 2))
#: a part that is anything but 0 less often than this proves nothing
_SEEN: Final = 2
SOURCE: Final = "样表里的数"
_SCALE = 10_000

#: what stands in one row or column, observation by observation, in 1/_SCALE
_Series = tuple[int, ...]


def laws(form: DraftForm, examples: Examples, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """The laws of one form that do not follow from the ties `known`."""
    tables = examples.of(form.key)
    if len({table.file for table in tables}) < FEWEST:
        return
    for grid in form.grids:
        yield from _row_sums(form, grid, tables, known)
        yield from _column_sums(form, grid, tables, known)
        yield from _column_ratios(form, grid, tables, known)
    yield from _entry_ratios(form, tables, known)


def _row_sums(
    form: DraftForm, grid: DraftGrid, tables: Sequence[Table], known: Sequence[DraftTie]
) -> Iterator[DraftTie]:
    """Rows that are the sum of others in every column of money."""
    columns = [c for c in grid.columns if c.type in AMOUNTS and not c.only]
    rows = list(grid.rows)
    series = {
        row.id: tuple(_number(table, row, column) for table in tables for column in columns) for row in rows
    }
    for tie in _sums(form, "列", rows, series, _told(known, "列", form)):
        tie.columns = amount_columns(grid)
        yield tie


def _column_sums(
    form: DraftForm, grid: DraftGrid, tables: Sequence[Table], known: Sequence[DraftTie]
) -> Iterator[DraftTie]:
    """Columns that are the sum of others in every row."""
    columns = [c for c in grid.columns if c.type in AMOUNTS]
    rows = [row for row in grid.rows if all(not c.only or row.id in c.only for c in columns)]
    series = {
        column.id: tuple(_number(table, row, column) for table in tables for row in rows)
        for column in columns
    }
    # two columns that are the same in all examples are two columns still: nothing was left over
    found = _sums(form, "行", columns, series, _told(known, "行", form))
    yield from (tie for tie in found if len(tie.parts) > 2)


def _told(known: Sequence[DraftTie], each: str, form: DraftForm) -> list[dict[str, int]]:
    """The sums among known ties, as factors of fields."""
    told = []
    for tie in known:
        if tie.form == form.id and tie.each == each and " == " in tie.text and not set("*/,") & set(tie.text):
            left, _, right = tie.text.partition(" == ")
            if "合计" in tie.text or not all("." not in part for part in tie.parts):
                continue
            factors = {}
            for side, sign in ((left, 1), (right, -1)):
                for word, plus in _addends(side):
                    if word.startswith("{"):
                        factors[tie.parts[int(word[1:-1])]] = sign * plus
            told.append(factors)
    return told


def _addends(side: str) -> Iterator[tuple[str, int]]:
    sign = 1
    for word in side.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            yield word, sign


class _Span:
    """Linear equations, to see whether one more follows from them."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, dict[str, Fraction]]] = []

    def add(self, factors: dict[str, int]) -> bool:
        """Take an equation in; False for one that follows from those before."""
        rest = {name: Fraction(factor) for name, factor in factors.items() if factor}
        for pivot, row in self._rows:
            if times := rest.get(pivot):
                for name, factor in row.items():
                    rest[name] = rest.get(name, Fraction(0)) - times * factor
        rest = {name: factor for name, factor in rest.items() if factor}
        if not rest:
            return False
        pivot = next(iter(rest))
        self._rows.append((pivot, {name: factor / rest[pivot] for name, factor in rest.items()}))
        return True


def _sums(
    form: DraftForm,
    each: str,
    fields: Sequence[DraftField],
    series: dict[str, _Series],
    told: Sequence[dict[str, int]],
) -> Iterator[DraftTie]:
    span = _Span()
    for factors in told:
        # what is 0 in all examples is no part of what they show
        span.add({name: factor for name, factor in factors.items() if any(series.get(name, (1,)))})
    useful = [f for f in fields if sum(map(bool, series[f.id])) >= _SEEN]
    most = next((parts for rows, parts in _MOST_PARTS if len(useful) <= rows), 0)
    for count in range(1, most + 1):
        for whole, parts in _found(useful, series, count):
            if span.add({whole.id: 1, **{part.id: -1 for part in parts}}):
                yield DraftTie(
                    "",
                    form.id,
                    each,
                    sum_text(len(parts)),
                    [whole.id, *(part.id for part in parts)],
                    tolerance="TOL_W",
                    source=SOURCE,
                )


def _found(
    fields: Sequence[DraftField], series: dict[str, _Series], count: int
) -> Iterator[tuple[DraftField, list[DraftField]]]:
    """Every field that is the sum of `count` others, whatever is looked at."""
    wholes: dict[_Series, list[DraftField]] = {}
    for field in fields:
        wholes.setdefault(series[field.id], []).append(field)
    for parts in combinations(fields, count):
        total = tuple(map(sum, zip(*(series[part.id] for part in parts), strict=True)))
        for whole in wholes.get(total, ()):
            # an equality is told from its first field on
            if whole not in parts and (count > 1 or fields.index(whole) < fields.index(parts[0])):
                yield whole, list(parts)


def _column_ratios(
    form: DraftForm, grid: DraftGrid, tables: Sequence[Table], known: Sequence[DraftTie]
) -> Iterator[DraftTie]:
    """Rates that are one column by another in every row."""
    told = {
        tie.parts[0] for tie in known if tie.form == form.id and "/" in tie.text and tie.tried == tie.held
    }
    others = [c for c in grid.columns if c.type in AMOUNTS]
    for rate in (c for c in grid.columns if c.type == "percent" and c.id not in told):
        rows = [row for row in grid.rows if not rate.only or row.id in rate.only]
        for top, bottom in permutations(others, 2):
            if _is_ratio(
                (_rate(t, r, rate), _money(t, r, top), _money(t, r, bottom)) for t in tables for r in rows
            ):
                yield _ratio(form, rate.id, top.id, bottom.id, "行")
                break


def _entry_ratios(form: DraftForm, tables: Sequence[Table], known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """Rates among the single fields."""
    told = {
        tie.parts[0] for tie in known if tie.form == form.id and "/" in tie.text and tie.tried == tie.held
    }
    others = [e for e in form.entries if e.type in AMOUNTS]
    for rate in (e for e in form.entries if e.type == "percent" and e.id not in told):
        for top, bottom in permutations(others, 2):
            if _is_ratio((_entry(t, rate), _entry(t, top), _entry(t, bottom)) for t in tables):
                yield _ratio(form, rate.id, top.id, bottom.id, "表")
                break


def _is_ratio(seen: Iterator[tuple[Decimal | None, Decimal | None, Decimal | None]]) -> bool:
    """Whether the first is the second by the third to its last printed digit, wherever all are there."""
    rates = set()
    for rate, top, bottom in seen:
        if rate is None or top is None or not bottom:
            continue
        # a rate of two decimals of a per cent
        if abs(top / bottom - rate) > Decimal("0.00006"):
            return False
        rates.add(rate)
    return len(rates) >= _SEEN + 1


def _ratio(form: DraftForm, rate: str, top: str, bottom: str, each: str) -> DraftTie:
    return DraftTie(
        "",
        form.id,
        each,
        "{0} == {1} / {2}",
        [rate, top, bottom],
        when="{2} != 0",
        tolerance="TOL_P",
        source=SOURCE,
    )


def _number(table: Table, row: DraftField, column: DraftField) -> int:
    number = _money(table, row, column)
    return int(number * _SCALE) if number is not None else 0


def _money(table: Table, row: DraftField, column: DraftField) -> Decimal | None:
    value = table.fields.get(f"{row.name}.{column.name}")
    return value.number if value is not None else None


_rate = _money


def _entry(table: Table, entry: DraftField) -> Decimal | None:
    value = table.fields.get(entry.name)
    return value.number if value is not None else None
