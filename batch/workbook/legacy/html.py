"""Read HTML tables named .xls, as web systems export and Excel saves them, into a `Book` of one sheet.

All tables are placed below each other on one sheet, text between them in column A, as Excel shows such a
file: addresses in messages are those the unit sees. Python's HTML parser takes quadratic time on some broken
input, so it runs in a child process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from batch.model.book import MAX_COL, MAX_ROW, Area, Book, Cell, Sheet
from batch.model.limits import Budget, Limits, damaged, too_big
from batch.workbook.legacy.csv import decode_text, sheet_name, typed_cell
from batch.workbook.legacy.html_values import Values
from batch.workbook.package.child_process import run_bounded
from batch.workbook.read.cells import spans

#: bounds of the HTML standard (4.9.11)
_MAX_COLSPAN: Final = 1000
_MAX_ROWSPAN: Final = 65534
#: tables inside each other; browsers give up sooner
_MAX_NESTED: Final = 50
_SPACES = re.compile(r"[ \t\n\r\f]+")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?([A-Za-z0-9_-]{1,20})|encoding="([A-Za-z0-9_-]{1,20})\""""
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
#: elements without a table meaning that begin and end a line
_BLOCKS: Final = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "center"})
_SILENT: Final = frozenset({"script", "title", "head", "comment", "noscript", "template"})


def read_html(data: bytes, name: str, limits: Limits) -> Book:
    """Read the tables of an HTML file into a book of one sheet named after the file.

    Values that Excel and LibreOffice left in attributes are used; everything else is read as if typed. The
    caller sets the book's sha256. Raises Unreadable (F001).
    """
    return run_bounded(read_tables, data, name, limits, seconds=limits.max_seconds, memory=limits.max_memory)


def read_tables(data: bytes, name: str, limits: Limits) -> Book:
    """The part of `read_html` that runs in the child process."""
    declared = _DECLARED.search(data[:4096])
    text = decode_text(data, (declared[1] or declared[2]).decode("ascii") if declared else "")
    page = _Page(Sheet(sheet_name(name)), Budget(limits))
    page.feed(text)
    page.close()
    page.finish()
    if not page.tables:
        raise damaged("是没有表格的网页")
    page.sheet.cells = dict(sorted(page.sheet.cells.items()))
    page.sheet.merges = tuple(page.merges)
    page.sheet.hidden_rows = spans((row, row) for row in page.hidden)
    return Book(name=name, container="html", sha256="", sheets=[page.sheet])


@dataclass(slots=True)
class _Table:
    """A table being read, with its open cell."""

    #: the column its first cells stand in
    left: int
    #: the open row, or the one above the first
    row: int
    in_row: bool = False
    #: column of the next cell, and the last one that is taken in any row
    col: int = 1
    right: int = 0
    #: columns that cells from above reach down into, with the last row they do
    taken: dict[int, int] = field(default_factory=dict)
    #: attributes of the open cell; None between cells
    open: dict[str, str] | None = None
    pieces: list[str] = field(default_factory=list)
    #: whether there was a table in the open cell
    split: bool = False
    #: the last row that tables in the cells of this one reached
    deepest: int = 0

    @property
    def last(self) -> int:
        """The last row that is occupied."""
        return max(self.row, self.deepest)

    def free(self) -> int:
        """The column of the next cell: the first not covered by a cell above with a rowspan."""
        while self.taken.get(self.col, 0) >= self.row:
            self.col += 1
        return self.col


class _Page(HTMLParser):
    """Places cells on the sheet as tags are met."""

    def __init__(self, sheet: Sheet, budget: Budget) -> None:
        super().__init__()
        self.sheet = sheet
        self.budget = budget
        self.merges: list[Area] = []
        self.hidden: set[int] = set()
        #: open tables, the innermost last
        self.stack: list[_Table] = []
        self.tables = 0
        #: the last row of what stands outside of open tables
        self.bottom = 0
        #: text outside of cells, up to the end of its line
        self.line: list[str] = []
        self.in_caption = False
        self.silent = ""
        self.style: list[str] | None = None
        self.values = Values()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if self.silent == "head" and tag in ("body", "table", "div"):
            # many an export forgets to close it
            self.silent = ""
        if tag == "style":
            self.style = []
        elif tag in _SILENT:
            self.silent = self.silent or tag
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self.stack:
            self._open_row()
            if _HIDDEN.search(given.get("style", "")):
                self.hidden.add(self.stack[-1].row)
        elif tag in ("td", "th") and self.stack:
            self._open_cell(given)
        elif tag == "caption":
            self.in_caption = True
        elif tag == "br":
            self._add("\n")
            if not self.stack:
                self._end_line()
        elif tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag == "style" and self.style is not None:
            self.values.learn("".join(self.style))
            self.style = None
        elif tag == self.silent:
            self.silent = ""
        elif tag == "table" and self.stack:
            self._close_table()
        elif tag in ("tr", "td", "th") and self.stack:
            self._close_cell()
            self.stack[-1].in_row &= tag != "tr"
        elif tag == "caption":
            self._end_line()
            self.in_caption = False
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self.style is not None:
            self.style.append(data)
        elif not self.silent:
            self._add(_SPACES.sub(" ", data))

    def finish(self) -> None:
        """Close what the page left open."""
        while self.stack:
            self._close_table()
        self._end_line()

    def _add(self, text: str) -> None:
        if self.stack and self.stack[-1].open is not None:
            self.stack[-1].pieces.append(text)
        elif not self.stack or self.in_caption:
            self.line.append(text)

    def _break(self) -> None:
        """Begin or end a block: a new line in a cell, a new row outside of tables."""
        if self.stack:
            pieces = self.stack[-1].pieces
            if pieces and not pieces[-1].endswith("\n"):
                pieces.append("\n")
        else:
            self._end_line()

    def _end_line(self) -> None:
        """Give text outside of cells a row of its own, a caption one above its table."""
        text = _tidy(self.line)
        self.line = []
        if not text:
            return
        if self.stack:
            table = self.stack[-1]
            table.row = table.last + 1
            self._keep(typed_cell(table.row, table.left, text))
        else:
            self.bottom += 1
            self._keep(typed_cell(self.bottom, 1, text))

    def _open_table(self) -> None:
        self.tables += 1
        if len(self.stack) == _MAX_NESTED:
            raise damaged("表格层次过深")
        if not self.stack:
            self._end_line()
            self.stack.append(_Table(1, self.bottom))
            return
        # a table for the layout: what its cells hold goes below each other
        outer = self.stack[-1]
        if outer.open is None:
            self._open_cell({})
        row, col = outer.row, outer.free()
        before = _tidy(outer.pieces)
        if before and not outer.split:
            self._keep(typed_cell(row, col, before))
        outer.pieces, outer.split = [], True
        if before or outer.deepest >= row:
            row = outer.last + 1
        self.stack.append(_Table(col, row - 1))

    def _close_table(self) -> None:
        self._close_cell()
        table = self.stack.pop()
        if self.stack:
            outer = self.stack[-1]
            outer.deepest = max(outer.deepest, table.last)
            outer.right = max(outer.right, table.right)
        else:
            self.bottom = table.last

    def _open_row(self) -> None:
        self._close_cell()
        table = self.stack[-1]
        table.row, table.col, table.in_row = table.last + 1, table.left, True
        if table.row > MAX_ROW:
            raise too_big(f"超过{MAX_ROW}行")

    def _open_cell(self, given: dict[str, str]) -> None:
        self._close_cell()
        table = self.stack[-1]
        if not table.in_row:
            self._open_row()
        table.open, table.split = given, False

    def _close_cell(self) -> None:
        table = self.stack[-1]
        given, text = table.open, _tidy(table.pieces)
        table.open, table.pieces = None, []
        if given is None:
            return
        row, col = table.row, table.free()
        width = min(_number(given.get("colspan", ""), _MAX_COLSPAN), MAX_COL - col + 1)
        height = min(_number(given.get("rowspan", ""), _MAX_ROWSPAN), MAX_ROW - row + 1)
        if width < 1:
            return
        table.col = col + width
        table.right = max(table.right, table.col - 1)
        if table.split:
            # the tables in it took the place; text after them goes below
            table.col = table.right + 1
            if text:
                table.deepest = row = table.last + 1
        elif (width, height) != (1, 1):
            if height > 1:
                table.taken.update((taken, row + height - 1) for taken in range(col, col + width))
            self.budget.spend_cells(1)
            self.merges.append(Area(row, col, row + height - 1, col + width - 1))
        self._keep(self.values.cell(row, col, text, given))

    def _keep(self, cell: Cell | None) -> None:
        if cell is not None:
            self.budget.spend_cells(1)
            self.budget.check_text(len(cell.raw))
            self.sheet.cells[cell.row, cell.col] = cell


def _tidy(pieces: list[str]) -> str:
    """Text as a browser shows it: without blanks around line ends and at both ends."""
    text = _SPACES.sub(lambda found: "\n" * found[0].count("\n") or " ", "".join(pieces))
    return text.strip(" \n")


def _number(text: str, most: int) -> int:
    text = text.strip()
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 10 else 1
