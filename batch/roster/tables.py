"""Locate the roster's tables in a workbook by their headings, and read their rows, whatever the layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from batch.forms.spec.labels import NEAR, money_unit_in, near, squeeze
from batch.forms.spec.labels import label as normalise
from batch.model.book import Book, Cell, Kind, Sheet, column_letters
from batch.roster.layout import RosterColumn, RosterLayout, SheetSpec, header_words
from batch.roster.problems import Notebook
from batch.workbook.read.display import display_text

#: these columns are read from the top of a merged cell in every row it covers
_SPREAD = {"unit", "department"}
#: longer texts are no headings; and over how many rows headings may be merged
_LONGEST, _DEEPEST = 40, 4


@dataclass(slots=True)
class Header:
    """A row of headings: the column of the sheet for each key."""

    spec: SheetSpec
    row: int
    #: last row of the headings, when they are merged downwards
    last: int
    #: columns by key; several for a unit that is given by code and by name
    columns: dict[str, list[int]] = field(default_factory=dict)
    #: money units stated in the headings, by key
    units: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RosterRow:
    """One entry: the displayed texts of its cells, "" for a blank."""

    spec: SheetSpec
    sheet: str
    number: int
    header: Header
    texts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    #: the unit's columns, all of them
    named: tuple[str, ...] = ()

    def ref(self, key: str) -> str:
        """The address of a cell, filled or not; "" when the sheet has no such column."""
        columns = self.header.columns.get(key)
        return f"{column_letters(columns[0])}{self.number}" if columns else ""


def read_rows(book: Book, layout: RosterLayout, notes: Notebook) -> tuple[list[RosterRow], dict[str, str]]:
    """All entries of all sheets in order, and the sheets found: name in the layout → in the workbook.

    Sheets that are no table of the roster are reported as a hint.
    """
    rows: list[RosterRow] = []
    found: dict[str, str] = {}
    for sheet in book.sheets:
        if not sheet.cells or normalise(sheet.name) in layout.ignored:
            continue
        headers = headers_of(sheet, layout)
        if not headers:
            wanted = "、".join(f"“{spec.name}”" for spec in layout.sheets)
            notes.hint(
                sheet.name,
                "",
                "没有认出表头，这一页没有读。",
                f"名册的内容写在{wanted}页，表头用规定的栏名。",
            )
            continue
        for header in headers:
            found.setdefault(header.spec.name, sheet.name)
            note_headings(sheet, header, notes)
        rows += rows_below(sheet, headers, layout, book.date1904, notes)
    return rows, found


#: heading → its column, and whether it is the official wording
_Headings = dict[str, tuple[RosterColumn, bool]]


def _headings(spec: SheetSpec) -> _Headings:
    known: _Headings = {header_words(column.label): (column, True) for column in spec.columns}
    for column in spec.columns:
        for alias in column.aliases:
            known.setdefault(header_words(alias), (column, False))
    return known


def headers_of(sheet: Sheet, layout: RosterLayout) -> list[Header]:
    """The rows of headings on a sheet, from top to bottom."""
    texts: dict[int, dict[int, str]] = {}
    for (row, col), cell in sorted(sheet.cells.items()):
        if cell.kind is Kind.TEXT and len(cell.raw) <= _LONGEST and cell.raw.strip():
            texts.setdefault(row, {})[col] = cell.raw
    known = [(spec, _headings(spec)) for spec in layout.sheets]
    headers: list[Header] = []
    for row in texts:
        if headers and row <= headers[-1].last:
            continue
        found = [h for spec, headings in known if (h := _header(spec, headings, sheet, row, texts))]
        if found:
            headers.append(max(found, key=lambda h: (normalise(sheet.name) in h.spec.names, _width(h))))
    return headers


def _width(header: Header) -> int:
    return sum(map(len, header.columns.values()))


def _header(
    spec: SheetSpec, headings: _Headings, sheet: Sheet, row: int, texts: dict[int, dict[int, str]]
) -> Header | None:
    """The row as a header of this sheet, with the rows its merged cells span; None when it is none."""
    words = {(row, col): header_words(text) for col, text in texts[row].items()}
    if not any(text in headings for text in words.values()):
        return None
    merged = [area.bottom for area in sheet.merges if area.top == row and area.left == area.right]
    last = max([row, *(bottom for bottom in merged if bottom - row < _DEEPEST)])
    for number in range(row + 1, last + 1):
        words |= {(number, col): header_words(text) for col, text in texts.get(number, {}).items()}
    header = Header(spec, row, last)
    exact: set[str] = set()
    for place, text in words.items():
        if text not in headings:
            continue
        column, is_own = headings[text]
        if column.kind == "unit":
            header.columns.setdefault(column.key, []).append(place[1])
        elif column.key not in header.columns or (is_own and column.key not in exact):
            # a heading in the official words counts before another name for it
            header.columns[column.key] = [place[1]]
            header.units[column.key] = money_unit_in(texts[place[0]][place[1]])
        exact |= {column.key} if is_own else set()
    # one heading among other texts is too little, unless the sheet's name says what it is
    enough = _width(header) > 1 or len(texts[row]) == 1 or normalise(sheet.name) in spec.names
    return header if enough and spec.required <= header.columns.keys() else None


def note_headings(sheet: Sheet, header: Header, notes: Notebook) -> None:
    """Report headings similar to a missing column: questioned, never used."""
    used = {col for cols in header.columns.values() for col in cols}
    missing = [column for column in header.spec.columns if column.key not in header.columns]
    for (row, col), cell in sorted(sheet.cells.items()):
        if row != header.row or col in used or cell.kind is not Kind.TEXT:
            continue
        likeliest = max(missing, key=lambda c: near(cell.raw, c.label), default=None)
        if likeliest is not None and near(cell.raw, likeliest.label) >= NEAR:
            fix = f"如果是“{likeliest.label}”，请改成这个栏名。"
            notes.hint(sheet.name, cell.ref, f"栏名“{cell.raw.strip()}”不认识，这一栏没有读。", fix)


def rows_below(
    sheet: Sheet, headers: list[Header], layout: RosterLayout, date1904: bool, notes: Notebook
) -> Iterator[RosterRow]:
    """The entries below the headings of a sheet."""
    filled: dict[int, list[Cell]] = {}
    for (number, _), cell in sorted(sheet.cells.items()):
        filled.setdefault(number, []).append(cell)
    ends = [header.row - 1 for header in headers[1:]] + [max(filled)]
    aside = re.compile(rf"(?:{'|'.join(layout.notes)})(?:[:.、(]|\d)")
    for header, end in zip(headers, ends, strict=True):
        owners = _spread(sheet, header, end)
        for number, cells in filled.items():
            if not header.last < number <= end or _is_aside(cells, aside, layout):
                continue
            row = _row(sheet, header, number, owners, date1904, notes)
            if any(cell.row == number for cell in row.cells.values()):
                yield row


def _spread(sheet: Sheet, header: Header, end: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Values of vertically merged cells for all their rows, in the columns where that is meant."""
    columns = {
        col
        for key, cols in header.columns.items()
        if header.spec.column(key).kind in _SPREAD or key == "project"
        for col in cols
    }
    return {
        (row, area.left): (area.top, area.left)
        for area in sheet.merges
        if area.left in columns and area.top > header.last
        for row in range(area.top + 1, min(area.bottom, end) + 1)
    }


def _row(
    sheet: Sheet,
    header: Header,
    number: int,
    owners: dict[tuple[int, int], tuple[int, int]],
    date1904: bool,
    notes: Notebook,
) -> RosterRow:
    row = RosterRow(header.spec, sheet.name, number, header)
    named: list[str] = []
    for key, cols in header.columns.items():
        for col in cols:
            cell = sheet.cells.get(owners.get((number, col), (number, col)))
            text = _text(cell, header.spec.column(key), sheet, date1904, notes) if cell else ""
            named += [text] if text and header.spec.column(key).kind == "unit" else []
            if cell is not None and not row.texts.get(key):
                row.cells[key] = cell
                row.texts[key] = text
    row.named = tuple(named)
    return row


def _text(cell: Cell, column: RosterColumn, sheet: Sheet, date1904: bool, notes: Notebook) -> str:
    if cell.kind in (Kind.ERROR, Kind.UNCACHED):
        what = f"公式出错（{cell.raw}）" if cell.kind is Kind.ERROR else "公式没有结果"
        notes.error(sheet.name, cell.ref, f"{column.label}的{what}，没有读。", "请直接填写内容，不用公式。")
        return ""
    if column.kind == "date" and cell.kind is Kind.NUMBER:
        # whatever the format leaves out, such as the year
        dated = cell._replace(format="yyyy-mm-dd") if cell.format != "General" else cell
        return display_text(dated, date1904)
    return " ".join(display_text(cell, date1904).split())


def _is_aside(cells: list[Cell], aside: re.Pattern[str], layout: RosterLayout) -> bool:
    """Whether a row is a total, a note below the table, or the line for signatures."""
    texts = [words for cell in cells[:2] if (words := squeeze(cell.raw))]
    return any(normalise(text) in layout.totals for text in texts) or bool(texts and aside.match(texts[0]))
