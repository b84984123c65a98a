"""The rows of the long tables, some units at a time: pure work on data, for whatever worker there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import ceil
from typing import Any, Final, TypeVar
from xml.sax.saxutils import quoteattr

from batch.model.book import column_letters
from batch.outputs import sheets_details, sheets_findings, sheets_ties
from batch.outputs.basicsums import BasicSums
from batch.outputs.longrows import (
    FIRST,
    Aside,
    KeptPiece,
    LongSheet,
    LongSheets,
    LongTable,
    Shared,
    UnitRows,
)
from batch.outputs.rows import MAX_LINKS, Extremes, Formats, RowText
from batch.spool import Spool
from batch.workbook.deflated import Piece, squeezed_in_turn
from batch.workbook.xmlsplice import well_formed

TABLES: Final[tuple[LongTable[Any], ...]] = (sheets_findings.LONG, sheets_ties.LONG, sheets_details.LONG)
#: units of one stretch; the bytes of the roll-up depend on it, so it is the same wherever the work runs
_UNITS: Final = 8
#: rows or links that are squeezed in one go
_RUN: Final = 128
_HYPERLINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"

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
    links: Piece | None = None
    targets: Piece | None = None


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


def stretches(units: Iterable[UnitRows], formats: Mapping[str, Formats], shared: Shared) -> list[Stretch]:
    """Cut a batch into stretches."""
    found = []
    above = dict.fromkeys((table.name for table in TABLES), 0)
    ahead = iter(units)
    while some := tuple(islice(ahead, _UNITS)):
        found.append(Stretch(some, dict(above), formats, shared))
        for table in TABLES:
            above[table.name] += sum(map(table.count, some))
    return found


def sheets_for(tasks: Sequence[Stretch]) -> LongSheets:
    """The sheets the rows of some stretches need, without them; every table has one, be there rows or not."""
    found: LongSheets = {}
    for table in TABLES:
        last = tasks[-1] if tasks else None
        rows = last.above[table.name] + sum(map(table.count, last.units)) if last else 0
        sheets = max(1, ceil(rows / table.most)) if table.goes_on else 1
        found |= {(table.name, number): LongSheet() for number in range(1, sheets + 1)}
    return found


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
            sheet.rows += rows.rows
            sheet.extremes.take_in(rows.extremes)
            for piece, pieces in (
                (rows.cells, sheet.cells),
                (rows.links, sheet.links),
                (rows.targets, sheet.targets),
            ):
                if piece is not None:
                    pieces.append(KeptPiece(spool.keep(piece.stored), piece.crc, piece.size))
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
    led: list[tuple[int, int, str]] = []

    def note(row: int, column: int, link: str, _: str) -> None:
        led.append((row, column, link))

    text = RowText(table.columns, formats, extremes, note)
    cells = _piece(text.spell(FIRST + place, item, links=place < MAX_LINKS)[0] for place, item in rows)
    links, targets = _links(led)
    return Rows(table.name, number, len(rows), extremes, cells, links, targets)


def _links(led: Iterable[tuple[int, int, str]]) -> tuple[Piece | None, Piece | None]:
    """Which cells lead somewhere, and where to; a relationship is called after its cell."""
    from xlsxwriter.url import Url

    links, targets = [], []
    for row, column, link in led:
        url, cell = Url(link), f"{column_letters(column + 1)}{row + 1}"
        place = f" location={quoteattr(url._anchor)}" if url._anchor else ""
        links.append(f'<hyperlink ref="{cell}" r:id="r{cell}"{place}/>')
        targets.append(
            f'<Relationship Id="r{cell}" Type="{_HYPERLINK}" Target={quoteattr(url._target())} '
            'TargetMode="External"/>'
        )
    return (_piece(links), _piece(targets)) if links else (None, None)


def _piece(elements: Iterable[str]) -> Piece:
    """Elements squeezed. Raises CannotPatch when they are none."""
    return squeezed_in_turn(well_formed(_runs(elements)))


def _runs(elements: Iterable[str]) -> Iterator[bytes]:
    # some megabytes a stretch: they never stand in memory as a whole
    ahead = iter(elements)
    while run := "".join(islice(ahead, _RUN)):
        yield run.encode()
