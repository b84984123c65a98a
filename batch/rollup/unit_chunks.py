"""Rows of the long tables, a few units at a time: a pure function of data that any worker can run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final, TypeVar

from batch.rollup.parts.long_rows import (
    FIRST,
    LongSheets,
    LongTable,
    RowContext,
    SheetRows,
    UnitRows,
)
from batch.rollup.parts.pieces import WrittenRows
from batch.rollup.parts.row_writer import RowWriter
from batch.rollup.parts.row_xml import MAX_LINKS, Extremes, Formats
from batch.rollup.sheets import (
    details as sheets_details,
)
from batch.rollup.sheets import (
    findings as sheets_findings,
)
from batch.rollup.sheets import (
    ties as sheets_ties,
)
from batch.store.lazy_sequence import LazySequence
from batch.store.spool import Spool

TABLES: Final[tuple[LongTable[Any], ...]] = (sheets_findings.LONG, sheets_ties.LONG, sheets_details.LONG)
#: units of one stretch; the bytes of the roll-up depend on it, so it is the same wherever the work runs
_UNITS: Final = 8

Task = TypeVar("Task")
Result = TypeVar("Result")
#: an engine's way of doing tasks: see batch.engines.Engine.run
Run = Callable[[Callable[[Task], Result], Sequence[Task], Callable[[Task, str], Result]], Iterator[Result]]


@dataclass(frozen=True, slots=True)
class UnitChunk:
    """A few consecutive units, with what precedes them in the tables."""

    units: tuple[UnitRows, ...]
    #: by table, how many rows stand above
    above: Mapping[str, int]
    #: by table
    formats: Mapping[str, Formats]
    shared: RowContext


@dataclass(slots=True)
class TableRows:
    """Rows of a chunk on one sheet."""

    table: str
    number: int
    extremes: Extremes
    written: WrittenRows


@dataclass(slots=True)
class Spelt:
    """The result of a chunk."""

    sheets: list[TableRows]


def in_turn(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    failed: Callable[[Task, str], Result],  # noqa: ARG001 - nothing dies without all dying
) -> Iterator[Result]:
    """Run tasks here, one after another."""
    return map(function, tasks)


def unit_chunks(
    units: Sequence[UnitRows],
    first_seen: Mapping[str, str],
    formats: Mapping[str, Formats],
    shared: RowContext,
) -> tuple[Sequence[UnitChunk], LongSheets]:
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

    def cut(at: tuple[int, tuple[int, ...]]) -> UnitChunk:
        first, rows = at
        by_table = dict(zip((table.name for table in TABLES), rows, strict=True))
        some = tuple(_dated(unit, first_seen) for unit in units[first : first + _UNITS])
        return UnitChunk(some, by_table, formats, shared)

    return LazySequence(cuts, cut), sheets


def _dated(unit: UnitRows, first_seen: Mapping[str, str]) -> UnitRows:
    """The unit with the batches its own findings were first seen in."""
    seen = {f.key: first_seen[f.key] for f in unit.findings if f.key in first_seen} if first_seen else {}
    # read here: rows of the store do not travel to workers
    findings, details, ties = list(unit.findings), list(unit.details), list(unit.ties)
    return replace(unit, first_seen=seen, findings=findings, details=details, ties=ties)


def gather(
    run: Run[UnitChunk, Spelt],
    tasks: Sequence[UnitChunk],
    sheets: LongSheets,
    spool: Spool,
) -> Iterator[None]:
    """Have the rows of chunks written as XML, and put them into `sheets`.

    Yields after each chunk, so that the caller can do something else while workers write the next ones.
    """
    # what the worker of a stretch could not do is done here
    for spelt in run(spell, tasks, lambda task, _: spell(task)):
        for rows in spelt.sheets:
            sheet = sheets[rows.table, rows.number]
            sheet.extremes.take_in(rows.extremes)
            sheet.add(rows.written, spool)
        yield


def spell(stretch: UnitChunk) -> Spelt:
    """Write the rows of some units as XML. Raises CannotPatch when the result is not well-formed: a
    mistake of ours."""
    spelt = Spelt([])
    spellings = [_Spelling(table, stretch) for table in TABLES]
    for packed in stretch.units:
        # one unit at a time stands in memory, and is gone through several times
        unit = replace(packed, findings=list(packed.findings), details=list(packed.details))
        for spelling in spellings:
            spelling.add(unit)
    for spelling in spellings:
        spelt.sheets += spelling.sheets()
    return spelt


class _Spelling:
    """The rows of one table in a stretch, sheet by sheet."""

    def __init__(self, table: LongTable[Any], stretch: UnitChunk) -> None:
        self._table, self._shared = table, stretch.shared
        self._formats, self._above = stretch.formats[table.name], stretch.above[table.name]
        #: by number of the sheet, from 1
        self._sheets: dict[int, tuple[Extremes, RowWriter[Any]]] = {}

    def add(self, unit: UnitRows) -> None:
        """The rows of one more unit."""
        for item in self._table.rows(unit, self._above, self._shared):
            sheet, place = divmod(self._above, self._table.most)
            self._above += 1
            if sheet == 0 or self._table.goes_on:
                self._writer(sheet + 1).write(FIRST + place, item, links=place < MAX_LINKS)

    def _writer(self, number: int) -> RowWriter[Any]:
        if number not in self._sheets:
            extremes = Extremes()
            self._sheets[number] = extremes, RowWriter(self._table.columns, self._formats, extremes)
        return self._sheets[number][1]

    def sheets(self) -> Iterator[TableRows]:
        """What came of them."""
        for number, (extremes, writer) in self._sheets.items():
            yield TableRows(self._table.name, number, extremes, writer.take())
