"""Read Excel's XML of 2003 ("XML Spreadsheet 2003"), which web systems write as .xls, into a `Book`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from batch.model.book import MAX_COL, MAX_ROW, Area, Book, Cell, Kind, Sheet, column_letters
from batch.model.limits import Budget, Limits, damaged, too_big
from batch.workbook.legacy.csv import NAMED_FORMATS, decode_text
from batch.workbook.package.xml_walk import Handlers, walk
from batch.workbook.read.cells import CellContext, is_number, make_cell, spans

if TYPE_CHECKING:
    from batch.workbook.package.xml_walk import Attrs

_SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_EXCEL: Final = "urn:schemas-microsoft-com:office:excel"
_SPACES: Final = {_SPREADSHEET: "ss", _EXCEL: "x"}
_SS: Final = f"{_SPREADSHEET} "
_DECLARATION = re.compile(r"""\A\s*+<\?xml\s[^>]{0,200}\?>""")
_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,100}?encoding=["']([A-Za-z0-9_-]{1,20})["']""")
#: a reference to a cell; in texts and in names of sheets in quotes there is none
_R1C1: Final = re.compile(
    r"""\"[^\"]*+\"|'[^']*+'"""
    r"""|(?<![\w.])R(?P<row>\d{1,7}|\[-?\d{1,7}\]|)C(?P<col>\d{1,5}|\[-?\d{1,5}\]|)(?![\w(.])"""
)
_STATES: Final = {"SheetHidden": "hidden", "SheetVeryHidden": "veryHidden"}
_CHUNK: Final = 256 * 1024


def is_xml_spreadsheet(data: bytes) -> bool:
    """Whether the bytes are XML that begins with the namespace of this format."""
    head = data[:4096].replace(b"\0", b"")
    return b"<" in head[:10] and _SPREADSHEET.encode() in head and b"Workbook" in head


def read_xml(data: bytes, name: str, limits: Limits) -> Book:
    """Read an XML spreadsheet; `name` is for messages only. Formulas keep the R1C1 notation of the format.

    The caller sets the book's sha256. Raises Unreadable (F001).
    """
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf").lstrip())
    # expat knows no Chinese encodings
    text = _DECLARATION.sub("", decode_text(data, declared[1].decode("ascii") if declared else ""), count=1)
    content = text.encode("utf-8", "replace")
    reader = _Reader(Budget(replace(limits, max_tags=limits.max_legacy_tags)))
    chunks = (content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK))
    walk(chunks, name, reader.budget, Handlers(reader.start, reader.end, reader.text), _SPACES)
    if not reader.sheets:
        raise damaged("没有任何表页")
    return Book(name=name, container="xml", sha256="", sheets=reader.sheets, date1904=reader.date1904)


class _Reader:
    """The position in the document, and what was found so far."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.sheets: list[Sheet] = []
        self.date1904 = False
        #: number format codes by style; "Default" is that of cells without one
        self.formats: dict[str, str] = {}
        self.style = ""
        self.merges: list[Area] = []
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_cols: list[tuple[int, int]] = []
        #: where the open cell stands, or the next one would
        self.row = 1
        self.col = 1
        #: where the next row stands, and the next column that is described
        self.next_row = 1
        self.next_col = 1
        #: attributes of the open cell, and the type of its data
        self.cell: Attrs | None = None
        self.kind = ""
        self.pieces: list[str] | None = None
        self.content: str | None = None
        self.length = 0
        self.in_comment = False
        #: the text of the open cell's note
        self.note = ""

    def start(self, tag: str, attrs: Attrs) -> None:
        if tag == "ss:Cell":
            self._open_cell(attrs)
        elif tag == "ss:Data" and self.in_comment:
            self.pieces, self.length = [], 0
        elif tag == "ss:Data" and self.cell is not None:
            self.kind, self.pieces, self.length = attrs.get(f"{_SS}Type", "String"), [], 0
        elif tag == "ss:Comment":
            self.in_comment = True
        elif tag == "ss:Row":
            self.row = _count(attrs, "Index", MAX_ROW + 1) or self.next_row
            self.next_row = self._hide(attrs, self.row, MAX_ROW, self.hidden_rows)
            self.col = 1
        elif tag == "ss:Column":
            first = _count(attrs, "Index", MAX_COL + 1) or self.next_col
            self.next_col = self._hide(attrs, first, MAX_COL, self.hidden_cols)
        elif tag == "ss:Worksheet":
            self._open_sheet(attrs)
        elif tag == "ss:Style":
            self.style = attrs.get(f"{_SS}ID", "")
        elif tag == "ss:NumberFormat":
            code = attrs.get(f"{_SS}Format", "General")
            self.formats[self.style] = NAMED_FORMATS.get(code.lower(), code) or "General"
        elif tag == "x:Visible":
            self.pieces, self.length = [], 0
        elif tag == "x:Date1904":
            self.date1904 = True

    def text(self, data: str) -> None:
        if self.pieces is not None:
            self.length += len(data)
            self.budget.check_text(self.length)
            self.pieces.append(data)

    def end(self, tag: str) -> None:
        if tag == "ss:Data" and self.pieces is not None:
            text, self.pieces = "".join(self.pieces), None
            if self.in_comment:
                self.note = text
            else:
                self.content = text
        elif tag == "ss:Cell":
            self._close_cell()
        elif tag == "ss:Comment":
            self.in_comment = False
        elif tag == "x:Visible" and self.pieces is not None:
            text, self.pieces = "".join(self.pieces).strip(), None
            if self.sheets:
                self.sheets[-1].state = _STATES.get(text, "visible")
        elif tag == "ss:Worksheet":
            sheet = self.sheets[-1]
            sheet.cells = dict(sorted(sheet.cells.items()))
            sheet.merges = tuple(self.merges)
            sheet.hidden_rows, sheet.hidden_cols = spans(self.hidden_rows), spans(self.hidden_cols)

    def _open_sheet(self, attrs: Attrs) -> None:
        if len(self.sheets) == self.budget.limits.max_sheets:
            raise too_big(f"表页超过{len(self.sheets)}张")
        self.sheets.append(Sheet(attrs.get(f"{_SS}Name", "")))
        self.merges, self.hidden_rows, self.hidden_cols = [], [], []
        self.next_row = self.next_col = 1

    def _hide(self, attrs: Attrs, first: int, most: int, hidden: list[tuple[int, int]]) -> int:
        """Record a hidden row or column, with those its Span covers; returns the next one."""
        last = first + _count(attrs, "Span", most)
        if attrs.get(f"{_SS}Hidden") == "1" and first <= most:
            hidden.append((first, min(last, most)))
        return last + 1

    def _open_cell(self, attrs: Attrs) -> None:
        self.cell, self.kind, self.content, self.note = attrs, "", None, ""
        self.col = _count(attrs, "Index", MAX_COL + 1) or self.col

    def _close_cell(self) -> None:
        attrs, self.cell = self.cell, None
        if attrs is None or not self.sheets:
            return
        row, col = self.row, self.col
        wide, high = _count(attrs, "MergeAcross", MAX_COL), _count(attrs, "MergeDown", MAX_ROW)
        self.col += 1 + wide
        if row > MAX_ROW or col > MAX_COL:
            return
        if wide or high:
            self.budget.spend_cells(1)
            self.merges.append(Area(row, col, min(row + high, MAX_ROW), min(col + wide, MAX_COL)))
        if self.note.strip():
            self.budget.spend_cells(1)
            self.sheets[-1].notes[row, col] = self.note.strip()
        cell = self._cell(attrs, row, col)
        if cell is not None:
            self.budget.spend_cells(1)
            self.sheets[-1].cells[row, col] = cell

    def _cell(self, attrs: Attrs, row: int, col: int) -> Cell | None:
        written = attrs.get(f"{_SS}Formula")
        formula = None if written is None else _in_letters(written.removeprefix("="), row, col)
        code = self.formats.get(attrs.get(f"{_SS}StyleID", "Default"), "General")
        text = self.content
        if text is None:
            return None if formula is None else Cell(row, col, Kind.UNCACHED, "", code, formula)
        if self.kind == "Number":
            text = text.strip()
            return Cell(row, col, Kind.NUMBER if is_number(text) else Kind.TEXT, text, code, formula)
        if self.kind == "DateTime":
            context = CellContext({}, {"": code}, self.date1904, self.budget)
            return make_cell(context, (row, col), "d", "", text, formula)
        if self.kind == "Boolean":
            return Cell(row, col, Kind.BOOL, "FALSE" if text.strip() == "0" else "TRUE", code, formula)
        if self.kind == "Error":
            return Cell(row, col, Kind.ERROR, text.strip(), code, formula)
        return Cell(row, col, Kind.TEXT, text, code, formula) if text or formula is not None else None


def _in_letters(formula: str, row: int, col: int) -> str:
    """A formula with its references as A1; the format writes R1C1 or, relative to its cell, R[-1]C."""

    def place(found: re.Match[str]) -> str:
        if found["row"] is None:
            return found[0]
        at, column = _index(found["row"], row), _index(found["col"], col)
        if not (1 <= at <= MAX_ROW and 1 <= column <= MAX_COL):
            return "#REF!"
        fixed = ["$" * part.isdigit() for part in (found["col"], found["row"])]
        return f"{fixed[0]}{column_letters(column)}{fixed[1]}{at}"

    return _R1C1.sub(place, formula)


def _index(written: str, here: int) -> int:
    """A row or column from R1C1 notation: 3, or [-1] relative to `here`, or nothing for `here`."""
    return int(written) if written.isdigit() else here + int(written.strip("[]") or 0)


def _count(attrs: Attrs, name: str, most: int) -> int:
    """A number from an attribute, 0 when there is none, within bounds."""
    text = attrs.get(_SS + name, "")
    return min(int(text), most) if text.isdecimal() and len(text) < 10 else 0
