"""What stands side by side in filled examples: the columns of a row, the rows of a column, single fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Final

from batch.draft.examples import Example, Examples
from batch.draft.layout_ties import amount_columns
from batch.draft.numbering import is_total
from batch.draft.proposal import AMOUNTS, DraftField, DraftForm, DraftGrid, DraftList
from batch.model.form import Table, Value

#: examples that a law needs to be told
FEWEST: Final = 5
SOURCE: Final = "样表里的数"
#: amounts are compared to this part of their unit
_SCALE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Observation:
    """One place of an example: a row, a column, an item, or the form itself."""

    example: int
    #: what is filled in there, by id of its field
    values: dict[str, Value]

    def number(self, key: str) -> Decimal | None:
        """The exact number filled in under a field; None for anything else."""
        value = self.values.get(key)
        return value.number if value is not None and not value.op and value.upper is None else None


@dataclass(frozen=True)
class Seen:
    """Fields side by side, and what stands in them in the examples."""

    form: DraftForm
    #: as ties say it: 列, 行, 表, 指标
    each: str
    fields: Sequence[DraftField]
    observations: Sequence[Observation]
    #: column by column: ids of the columns that were looked at, where these are not all
    columns: Sequence[str] = ()
    #: ids of cells that a share may be taken of, by the field they are the whole of
    wholes: Sequence[tuple[str, str]] = ()

    @cached_property
    def amounts(self) -> list[DraftField]:
        """The fields that can be added up."""
        return [field for field in self.fields if field.type in AMOUNTS]

    @cached_property
    def series(self) -> dict[str, tuple[int, ...]]:
        """What stands in each amount, one by one, in 1/_SCALE; a blank is nothing."""
        return {f.id: tuple(scaled(one.number(f.id)) for one in self.observations) for f in self.amounts}

    def only(self, examples: set[int]) -> Seen:
        """The same in some of the examples."""
        return replace(self, observations=[one for one in self.observations if one.example in examples])


def scaled(number: Decimal | None) -> int:
    """An amount in 1/_SCALE of its unit."""
    return int((number * _SCALE).to_integral_value()) if number is not None else 0


def seen_in(form: DraftForm, examples: Examples) -> Iterator[Seen]:
    """Everything of one form that may be tied together."""
    tables = [(n, t) for n, example in enumerate(examples.read) for t in own(example, form)]
    for grid in form.grids:
        yield _rows(form, grid, tables)
        yield _columns(form, grid, tables)
    single = {entry.id: entry.id for entry in form.entries}
    observed = [Observation(n, _filled(table, form.names(), single)) for n, table in tables]
    yield Seen(form, "表", form.entries, observed)
    for listed in form.lists:
        yield _items(form, listed, tables)


def own(example: Example, form: DraftForm) -> list[Table]:
    """The tables of one form in an example."""
    return [table for table in example.tables if table.form == form.key]


def cell(table: Table, names: Mapping[str, str], key: str) -> Value | None:
    """What stands in a cell, by its id (表1项3, 表1格1行2.表1格1栏1, 总分.表1指标4) and the names of ids."""
    head, _, rest = key.partition(".")
    if head == "总分":
        return table.totals.get(names[rest])
    return table.fields.get(f"{names[head]}.{names[rest]}" if rest else names[head])


def _filled(table: Table, names: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, Value]:
    """What stands in some cells that are there: by the word for each, its id."""
    return {word: value for word, key in cells.items() if (value := cell(table, names, key)) is not None}


def _rows(form: DraftForm, grid: DraftGrid, tables: Sequence[tuple[int, Table]]) -> Seen:
    """The rows of a grid, column by column: those columns in which rows may add up."""
    columns = [c for c in grid.columns if c.type in AMOUNTS and not c.only]
    names = form.names()
    observed = [
        Observation(n, _filled(table, names, {row.id: f"{row.id}.{c.id}" for row in grid.rows}))
        for n, table in tables
        for c in columns
    ]
    fields = [replace(row, type="money") for row in grid.rows]
    return Seen(form, "列", fields, observed, columns=amount_columns(grid))


def _columns(form: DraftForm, grid: DraftGrid, tables: Sequence[tuple[int, Table]]) -> Seen:
    """The columns of a grid, row by row, with the cells of its row of totals."""
    totals = [row.id for row in grid.rows if is_total(row.label)]
    wholes = [(c.id, f"{row}.{c.id}") for row in totals for c in grid.columns if c.type in AMOUNTS]
    names = form.names()
    beside = {whole: whole for _, whole in wholes}
    observed = []
    for n, table in tables:
        for row in grid.rows:
            columns = (c.id for c in grid.columns if not c.only or row.id in c.only)
            cells = {column: f"{row.id}.{column}" for column in columns}
            observed.append(Observation(n, _filled(table, names, {**beside, **cells})))
    return Seen(form, "行", grid.columns, observed, wholes=wholes)


def _items(form: DraftForm, listed: DraftList, tables: Sequence[tuple[int, Table]]) -> Seen:
    """The columns of a list, item by item, with its row of totals."""
    wholes = [(c.id, f"总分.{c.id}") for c in listed.columns if listed.total and c.type in AMOUNTS]
    names = form.names()
    observed = []
    for n, table in tables:
        beside = _filled(table, names, {whole: whole for _, whole in wholes})
        for item in (item for item in table.items if item.list_name == listed.name):
            found = {c.id: item.values[c.name] for c in listed.columns if c.name in item.values}
            observed.append(Observation(n, {**beside, **found}))
    return Seen(form, "指标", listed.columns, observed, wholes=wholes)
