"""The rows of the long tables, some units at a time: pure work on data, for whatever worker there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, Final, TypeVar

from batch.inturn import InTurn
from batch.outputs import sheets_details, sheets_findings, sheets_ties
from batch.outputs.basicsums import BasicSums
from batch.outputs.longrows import (
    FIRST,
    Aside,
    LongSheets,
    LongTable,
    Shared,
    SheetRows,
    UnitRows,
)
from batch.outputs.pieces import Link, piece_of, pieces_of_links
from batch.outputs.rows import MAX_LINKS, Extremes, Formats, RowText
from batch.spool import Spool
from batch.workbook.deflated import Piece

TABLES: Final[tuple[LongTable[Any], ...]] = (sheets_findings.LONG, sheets_ties.LONG, sheets_details.LONG)
#: units of one stretch; the bytes of the roll-up depend on it, so it is the same wherever the work runs
_UNITS: Final = 8

Task = TypeVar("Task")
Result = TypeVar("Result")
#: an engine's way of doing tasks: see batch.engines.Engine.run
Run = Callable[[Callable[[Task], Result], Sequence[Task], Callable[[Task, str], Result]], Iterator[Result]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some units, one behind the other, with what stands above them."""

    units: tuple[UnitRows, ...]
    #: by table, how many rows stand above
    above: Mapping[str, int]
    #: by table
    formats: Mapping[str, Formats]
    shared: Shared


@dataclass(slots=True)
class Rows:
    """Rows of a stretch on one sheet."""

    table: str
    number: int
    rows: int
    extremes: Extremes
    cells: Piece
    #: see `pieces_of_links`
    links: tuple[Piece | None, Piece | None]


@dataclass(slots=True)
class Spelt:
    """What came of a stretch."""

    sheets: list[Rows]
    #: their 基础数据表 added up
    basic: BasicSums
    #: by unit, what else was made of it
    aside: dict[str, bytes] = field(default_factory=dict)


def in_turn(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    failed: Callable[[Task, str], Result],  # noqa: ARG001 - nothing dies without all dying
) -> Iterator[Result]:
    """Do tasks here, one after the other."""
    return map(function, tasks)


def stretches(
    units: Sequence[UnitRows],
    first_seen: Mapping[str, str],
    formats: Mapping[str, Formats],
    shared: Shared,
) -> tuple[Sequence[Stretch], LongSheets]:
    """Cut a batch into stretches, put together in turn as `units` may be; and the sheets their rows need.

    `first_seen`: by a finding's key, the batch it was first seen in, of all units. The sheets are without
    rows yet; every table has one, be there rows or not.
    """
    above = [0] * len(TABLES)
    cuts: list[tuple[int, tuple[int, ...]]] = []
    for place, unit in enumerate(units):
        if place % _UNITS == 0:
            cuts.append((place, tuple(above)))
        for number, table in enumerate(TABLES):
            above[number] += table.count(unit)
    sheets: LongSheets = {}
    for table, rows in zip(TABLES, above, strict=True):
        needed = max(1, ceil(rows / table.most)) if table.goes_on else 1
        sheets |= {(table.name, number): SheetRows() for number in range(1, needed + 1)}

    def cut(at: tuple[int, tuple[int, ...]]) -> Stretch:
        first, rows = at
        by_table = dict(zip((table.name for table in TABLES), rows, strict=True))
        some = tuple(_dated(unit, first_seen) for unit in units[first : first + _UNITS])
        return Stretch(some, by_table, formats, shared)

    return InTurn(cuts, cut), sheets


def _dated(unit: UnitRows, first_seen: Mapping[str, str]) -> UnitRows:
    """The unit with the batches its own findings were first seen in."""
    seen = {f.key: first_seen[f.key] for f in unit.findings if f.key in first_seen} if first_seen else {}
    return replace(unit, first_seen=seen)


def gather(
    run: Run[Stretch, Spelt],
    tasks: Sequence[Stretch],
    sheets: LongSheets,
    spool: Spool,
    basic: BasicSums,
    aside: Aside | None = None,
) -> Iterator[None]:
    """Have stretches spelt and their rows put into `sheets`, their sums into `basic`.

    Comes back after each stretch, so that something else may be done while workers spell the next ones.
    """
    # what the worker of a stretch could not do is done here
    for spelt in run(spell, tasks, lambda task, _: spell(task)):
        for rows in spelt.sheets:
            sheet = sheets[rows.table, rows.number]
            sheet.extremes.take_in(rows.extremes)
            sheet.add(rows.rows, rows.cells, rows.links, spool)
        basic.take_in(spelt.basic)
        if aside:
            for unit, made in spelt.aside.items():
                aside.keep(unit, made)
        yield


def spell(stretch: Stretch) -> Spelt:
    """Spell the rows of some units. Raises CannotPatch when what came out is no XML: a mistake of ours."""
    # findings are gone through several times
    units = [replace(unit, findings=list(unit.findings)) for unit in stretch.units]
    spelt = Spelt([], BasicSums(stretch.shared.fields))
    for table in TABLES:
        spelt.sheets += _spelt(table, units, stretch)
    for unit in units:
        if unit.sent:
            spelt.basic.add(unit.unit, unit.details)
        if stretch.shared.aside:
            spelt.aside[unit.unit] = stretch.shared.aside(unit)
    return spelt


def _spelt(table: LongTable[Any], units: Sequence[UnitRows], stretch: Stretch) -> Iterator[Rows]:
    """The rows of one table, sheet by sheet."""
    above = stretch.above[table.name]
    places: list[tuple[int, Any]] = []
    for unit in units:
        places += enumerate(table.rows(unit, above + len(places), stretch.shared), above + len(places))
    by_sheet: dict[int, list[tuple[int, Any]]] = {}
    for place, item in places:
        by_sheet.setdefault(place // table.most, []).append((place % table.most, item))
    for number, rows in by_sheet.items():
        if number == 0 or table.goes_on:
            yield _on_one_sheet(table, number + 1, rows, stretch.formats[table.name])


def _on_one_sheet(
    table: LongTable[Any], number: int, rows: Sequence[tuple[int, Any]], formats: Formats
) -> Rows:
    extremes = Extremes()
    links: list[Link] = []
    text = RowText(table.columns, formats, extremes, links.append)
    cells = piece_of(text.spell(FIRST + place, item, links=place < MAX_LINKS)[0] for place, item in rows)
    return Rows(table.name, number, len(rows), extremes, cells, pieces_of_links(links))
