"""The slow worksheet reader: any well-formed sheet, streamed through expat; the reference for the fast
one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batch.model.book import MAX_COL, MAX_ROW, PICTURE, Area, Cell, parse_area, parse_ref
from batch.workbook.package.xml_walk import Handlers, walk
from batch.workbook.read.cells import Contents, make_cell
from batch.workbook.read.formula_text import SharedFormulas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from batch.workbook.package.xml_walk import Attrs
    from batch.workbook.read.cells import CellContext

#: the value beside which newer Excel keeps what a cell really holds
_RICH = "#VALUE!"
_TRUE = ("1", "true")
_OFF_SHEET = (0, 0)


def parse_sheet(chunks: Iterable[bytes], part: str, context: CellContext) -> Contents:
    """Read one worksheet. Cells and rows without an address follow the one before; what lies off the sheet
    (beyond XFD1048576) is left out. Raises Unreadable for XML that is broken or beyond the budget.
    """
    parser = _Parser(context)
    walk(chunks, part, context.budget, Handlers(parser.start, parser.end, parser.text))
    return Contents(parser.cells, tuple(parser.merges), parser.hidden_rows, parser.hidden_cols)


def _on_sheet(row: int, col: int) -> bool:
    return 1 <= row <= MAX_ROW and 1 <= col <= MAX_COL


class _Parser:
    """The parser's position on the sheet, and what was found so far."""

    def __init__(self, context: CellContext) -> None:
        self.context = context
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[Area] = []
        self.hidden_rows: set[int] = set()
        self.hidden_cols: set[tuple[int, int]] = set()
        self.shared = SharedFormulas(context.budget)
        self.row = 0
        self.col = 0
        #: attributes of the open cell; None outside of cells
        self.cell: Attrs | None = None
        #: address of the last cell of the row, as written and not yet looked at: most cells are blank
        self.ref = ""
        self.value: str | None = None
        self.formula: str | None = None
        self.formula_attrs: Attrs = {}
        #: pieces of the text being read; None where text means nothing
        self.pieces: list[str] | None = None
        self.length = 0
        self.reading = False

    def start(self, tag: str, attrs: Attrs) -> None:
        if tag == "c":
            self._open_cell(attrs)
        elif self.cell is not None:
            if tag in ("v", "f", "t") and not self.reading:
                self.pieces = []
                self.length = 0
                if tag == "f":
                    self.formula_attrs = attrs
            elif tag == "is":
                self.value = ""
            elif tag == "rPh":
                self.reading = True
        elif tag == "row":
            self._open_row(attrs)
        elif tag == "col":
            self._column(attrs)
        elif tag == "mergeCell":
            self._merge(attrs.get("ref", ""))

    def text(self, data: str) -> None:
        if self.pieces is not None:
            self.length += len(data)
            self.context.budget.check_text(self.length)
            self.pieces.append(data)

    def end(self, tag: str) -> None:
        if self.cell is None:
            return
        if tag == "c":
            self._close_cell()
        elif tag == "rPh":
            self.reading = False
        elif self.pieces is not None and tag in ("v", "f", "t"):
            text = "".join(self.pieces)
            self.pieces = None
            if tag == "v":
                self.value = text
            elif tag == "f":
                row, col = self._place()
                if _on_sheet(row, col):
                    self.formula = self.shared.text(row, col, self.formula_attrs, text)
            elif self.value is not None:
                self.value += text

    def _open_row(self, attrs: Attrs) -> None:
        number = attrs.get("r", "")
        self.row = int(number) if number.isdecimal() and len(number) <= 7 else self.row + 1
        self.ref, self.col = "", 0
        if attrs.get("hidden") in _TRUE and 1 <= self.row <= MAX_ROW:
            self.hidden_rows.add(self.row)

    def _open_cell(self, attrs: Attrs) -> None:
        ref = attrs.get("r")
        if ref is None:
            self.col = self._place()[1] + 1
        self.ref = ref or ""
        self.cell = attrs
        self.value = self.formula = self.pieces = None
        self.reading = False

    def _place(self) -> tuple[int, int]:
        """Row and column of the current cell; off the sheet when its address is invalid."""
        if not self.ref:
            return self.row, self.col
        try:
            place = parse_ref(self.ref.upper())
        except ValueError:
            return _OFF_SHEET
        self.col = place[1]
        return place

    def _close_cell(self) -> None:
        attrs, self.cell = self.cell, None
        if attrs is None or (self.value is None and self.formula is None):
            return
        row, col = self._place()
        if _on_sheet(row, col):
            kind, style = attrs.get("t", "n"), attrs.get("s", "")
            if "vm" in attrs and self.value == _RICH and not self.context.rich_errors:
                # a picture placed in the cell: older programs are to show an error instead
                kind, self.value, self.formula = "inlineStr", PICTURE, None
            cell = make_cell(self.context, (row, col), kind, style, self.value, self.formula)
            if cell:
                self.context.budget.spend_cells(1)
                self.cells[row, col] = cell

    def _column(self, attrs: Attrs) -> None:
        if attrs.get("hidden") in _TRUE:
            first, last = attrs.get("min", ""), attrs.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6:
                span = (max(1, int(first)), min(MAX_COL, int(last)))
                if span[0] <= span[1] and span not in self.hidden_cols:
                    self.context.budget.spend_cells(1)
                    self.hidden_cols.add(span)

    def _merge(self, ref: str) -> None:
        try:
            area = parse_area(ref)
        except ValueError:
            return
        self.context.budget.spend_cells(1)
        self.merges.append(area)
