"""Results for formulas saved without them, as programs other than Excel and WPS save them.

Results in the file are used as they are, unless the file shows that nobody calculated them: libraries write 0
for every formula and ask Excel to calculate when it opens the file. What is not certain to come out as in
Excel stays without a result: circular references, other workbooks, names, structured and array references,
functions that forms do not use, and all that depends on them.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final

from batch.model.book import UNCACHED, Area, Book, Cell, Kind, Recalculated
from batch.workbook.formulas.evaluate import TEXT_WEIGHT, evaluate
from batch.workbook.formulas.formula_values import ERRORS, Error, Unsupported, Value, raw_of, stored_number
from batch.workbook.formulas.nodes import Formula
from batch.workbook.formulas.parse import parse_formula

#: steps one workbook may cost: characters and nodes of formulas, cells and columns looked at, each about two
#: microseconds. Four forms of 300 formulas need some 10,000. Counted, not timed, so that the same cells stay
#: without a result on every machine.
MAX_STEPS: Final = 500_000

#: a cell of the workbook: number of the sheet, row, column
_Place = tuple[int, int, int]


def recalculate(book: Book, max_steps: int = MAX_STEPS) -> None:
    """Replace, in place, the cells of Kind.UNCACHED whose formula can be worked out with certainty.

    They become `Recalculated` cells (`cell.recalculated` is true) of kind number, text, bool or error with
    their formula and format; all others stay as they are. Raises nothing on account of what the formulas say.
    """
    if book.uncalculated and _is_stale(book, max_steps):
        saved = _forget(book, lambda _: True)
        _work_out(book, max_steps)
        # a 0 that cannot be worked out is nobody's result
        _put_back(book, saved, lambda old, new: _alike(old, new) or (new.kind is UNCACHED and not _idle(old)))
    else:
        _work_out(book, max_steps)


def _is_stale(book: Book, max_steps: int) -> bool:
    """Whether results that look uncalculated (0 and errors) differ from what the formulas give."""
    saved = _forget(book, _idle)
    if saved:
        _work_out(book, max_steps)
    stale = False

    def is_old(old: Cell, new: Cell) -> bool:
        nonlocal stale
        stale = stale or not (new.kind is UNCACHED or _alike(old, new))
        return True

    _put_back(book, saved, is_old)
    return stale


def _idle(cell: Cell) -> bool:
    """Whether a result is what programs write that do not calculate: 0, or an error."""
    return cell.kind is Kind.ERROR or (cell.kind is Kind.NUMBER and not stored_number(cell.raw))


def _alike(old: Cell, new: Cell) -> bool:
    """Whether two results are equal within the precision of doubles."""
    if old.kind is Kind.NUMBER and new.kind is Kind.NUMBER:
        return math.isclose(float(old.raw), float(new.raw), rel_tol=1e-9, abs_tol=1e-9)
    return (old.kind, old.raw) == (new.kind, new.raw)


def _forget(book: Book, which: Callable[[Cell], bool]) -> dict[_Place, Cell]:
    """Remove the results of these formulas from the book; returns the former cells."""
    saved = {}
    for number, sheet in enumerate(book.sheets):
        for place, cell in sheet.cells.items():
            if cell.formula and cell.kind is not UNCACHED and which(cell):
                saved[(number, *place)] = cell
    for (number, row, col), cell in saved.items():
        book.sheets[number].cells[row, col] = cell._replace(kind=UNCACHED, raw="")
    return saved


def _put_back(book: Book, saved: dict[_Place, Cell], is_wanted: Callable[[Cell, Cell], bool]) -> None:
    """Restore results where `is_wanted`, given the old cell and the new one."""
    for (number, row, col), old in saved.items():
        cells = book.sheets[number].cells
        if is_wanted(old, cells[row, col]):
            cells[row, col] = old


def _work_out(book: Book, max_steps: int) -> None:
    formulas = {
        (number, *place): cell.formula
        for number, sheet in enumerate(book.sheets)
        for place, cell in sheet.cells.items()
        if cell.kind is UNCACHED and cell.formula
    }
    if not formulas:
        return
    cells = _Cells(book, max_steps)
    parsed = {}
    for place, text in formulas.items():
        try:
            cells.spend(len(text))
            parsed[place] = parse_formula(text)
        except Unsupported:
            continue
    for place in _in_order(parsed, cells):
        cells.home = place[0]
        try:
            cells.spend(parsed[place].size)
            cells.results[place] = evaluate(parsed[place].root, cells)
        except Unsupported:
            continue
    for (number, row, col), value in cells.results.items():
        sheet = book.sheets[number]
        sheet.cells[row, col] = _with_result(sheet.cells[row, col], value)


def _in_order(parsed: dict[_Place, Formula], cells: _Cells) -> Iterator[_Place]:
    """Formulas, each after all it refers to. Those in a cycle, or depending on one, are left out."""
    waiting: dict[_Place, int] = {}
    dependents: dict[_Place, list[_Place]] = {}
    for place, formula in parsed.items():
        cells.home = place[0]
        try:
            needed = [
                found
                for reference in formula.references
                for found in cells.without_result(reference.sheet, reference.area)
                if found in parsed
            ]
        except Unsupported:
            continue
        waiting[place] = len(needed)
        for found in needed:
            dependents.setdefault(found, []).append(place)
    ready = deque(place for place, count in waiting.items() if not count)
    while ready:
        place = ready.popleft()
        yield place
        for dependent in dependents.get(place, ()):
            waiting[dependent] -= 1
            if not waiting[dependent]:
                ready.append(dependent)


class _Cells:
    """The cells of a workbook as formulas see them, with the remaining budget of steps."""

    def __init__(self, book: Book, steps: int) -> None:
        self.home = 0
        self.results: dict[_Place, Value] = {}
        self._steps = steps
        self._sheets = book.sheets
        self._numbers: dict[str, int | None] = {}
        for number, sheet in enumerate(book.sheets):
            name = sheet.name.lower()
            # two sheets of one name: which is meant is not certain
            self._numbers[name] = None if name in self._numbers else number
        self._filled: dict[int, _Index] = {}
        self._empty: dict[int, _Index] = {}

    def spend(self, steps: int) -> None:
        """Count steps of work. Raises Unsupported when the limit is exceeded."""
        self._steps -= steps
        if self._steps < 0:
            raise Unsupported("too much work")

    def value(self, sheet: str | None, row: int, col: int) -> Value | None:
        """See `evaluate.Cells`."""
        number = self._number(sheet)
        cell = self._sheets[number].cells.get((row, col))
        return None if cell is None else self._value((number, row, col), cell)

    def values(self, sheet: str | None, area: Area) -> Iterator[tuple[tuple[int, int], Value]]:
        """See `evaluate.Cells`."""
        number = self._number(sheet)
        cells = self._sheets[number].cells
        if number not in self._filled:
            self._filled[number] = _Index(cells)
        for place in self._places(self._filled[number], area):
            yield place, self._value((number, *place), cells[place])

    def without_result(self, sheet: str | None, area: Area) -> Iterator[_Place]:
        """The formula cells in an area without a saved result. Raises Unsupported."""
        number = self._number(sheet)
        cells = self._sheets[number].cells
        if number not in self._empty:
            self._empty[number] = _Index(place for place, cell in cells.items() if cell.kind is Kind.UNCACHED)
        for place in self._places(self._empty[number], area):
            yield (number, *place)

    def _number(self, sheet: str | None) -> int:
        number = self.home if sheet is None else self._numbers.get(sheet.lower())
        if number is None:
            raise Unsupported("no such sheet")
        return number

    def _places(self, index: _Index, area: Area) -> Iterator[tuple[int, int]]:
        self.spend(1)
        for col, rows in index.columns(area):
            self.spend(1 + len(rows))
            for row in rows:
                yield row, col

    def _value(self, place: _Place, cell: Cell) -> Value:
        if cell.kind is Kind.UNCACHED:
            if place not in self.results:
                raise Unsupported("a cell without a result")
            value = self.results[place]
            if isinstance(value, str):
                self.spend(len(value) // TEXT_WEIGHT)
            return value
        if cell.kind is Kind.NUMBER:
            return stored_number(cell.raw)
        if cell.kind is Kind.BOOL:
            return cell.raw == "TRUE"
        if cell.kind is Kind.TEXT:
            self.spend(len(cell.raw) // TEXT_WEIGHT)
            return cell.raw
        if cell.raw not in ERRORS:
            raise Unsupported("an error Excel does not know")
        return Error(cell.raw)


class _Index:
    """Cells by column, so that a reference to whole columns costs only the cells there are."""

    def __init__(self, places: Iterable[tuple[int, int]]) -> None:
        self._rows: dict[int, list[int]] = {}
        for row, col in sorted(places):
            self._rows.setdefault(col, []).append(row)
        self._cols = sorted(self._rows)

    def columns(self, area: Area) -> Iterator[tuple[int, list[int]]]:
        """The columns of an area with the rows of the cells in it."""
        for col in self._cols[bisect_left(self._cols, area.left) : bisect_right(self._cols, area.right)]:
            rows = self._rows[col]
            yield col, rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]


def _with_result(cell: Cell, value: Value) -> Recalculated:
    if isinstance(value, bool):
        kind, raw = Kind.BOOL, "TRUE" if value else "FALSE"
    elif isinstance(value, Decimal):
        kind, raw = Kind.NUMBER, raw_of(value)
    elif isinstance(value, Error):
        kind, raw = Kind.ERROR, value.code
    else:
        kind, raw = Kind.TEXT, value
    return Recalculated(cell.row, cell.col, kind, raw, cell.format, cell.formula)
