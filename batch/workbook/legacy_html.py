"""HTML tables dressed as .xls, as web systems export them and Excel saves them, into a `Book` of one sheet.

All tables stand below each other on one sheet, text between them in column A, as Excel shows such a file:
the addresses in messages are those the unit sees when it opens it. Python's parser takes quadratic time on
some broken input, so it runs in a child process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from batch.model.book import MAX_COL, MAX_ROW, Area, Book, Cell, Kind, Sheet
from batch.workbook.cells import is_number, spans
from batch.workbook.disposable import run_bounded
from batch.workbook.legacy_text import (
    ERRORS,
    NAMED_FORMATS,
    decode_text,
    printable,
    sheet_name,
    typed_cell,
)
from batch.workbook.limits import Budget, Limits, damaged, too_big
from batch.workbook.passwords import MEMORY, SECONDS

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
_FORMAT = re.compile(
    r"""mso-number-format\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^;}"']*)""", re.IGNORECASE
)
_CLASS = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
_CSS_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{4})|\\(.)")
#: elements without a table meaning that begin and end a line
_BLOCKS: Final = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "caption", "center"}
)
_SILENT: Final = frozenset({"script", "title", "head", "comment", "noscript", "template"})


def read_html(data: bytes, name: str, limits: Limits) -> Book:
    """Read the tables of an HTML file into a book of one sheet named after the file.

    Values Excel and LibreOffice left in attributes are taken from there; all else is read as if typed.
    The book's sha256 is left to the caller. Raises Unreadable (F001).
    """
    return run_bounded(read_tables, data, name, limits, seconds=SECONDS, memory=MEMORY)


def read_tables(data: bytes, name: str, limits: Limits) -> Book:
    """What the child process of `read_html` does."""
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
    """A table being read, and the cell in it that is open."""

    #: the column its first cells stand in
    left: int
    row: int
    #: column of the next cell
    col: int
    #: columns that cells from above reach down into, with the last row they do
    taken: dict[int, int] = field(default_factory=dict)
    #: attributes of the open cell; None between cells
    open: dict[str, str] | None = None
    pieces: list[str] = field(default_factory=list)
    #: the last row that tables inside the open row reached
    deepest: int = 0


class _Page(HTMLParser):
    """Puts cells on the sheet as tags come by."""

    def __init__(self, sheet: Sheet, budget: Budget) -> None:
        super().__init__()
        self.sheet = sheet
        self.budget = budget
        self.merges: list[Area] = []
        self.hidden: set[int] = set()
        #: open tables, the innermost last
        self.stack: list[_Table] = []
        self.tables = 0
        #: the last row anything stands in
        self.bottom = 0
        #: text outside of tables, up to the end of its line
        self.line: list[str] = []
        self.silent = ""
        self.style: list[str] | None = None
        self.classes: dict[str, str] = {}
        #: whether the program that wrote the page marks numbers, so that all else is text
        self.marked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "style":
            self.style = []
        elif tag in _SILENT:
            self.silent = self.silent or tag
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self.stack:
            self._close_row()
            if _HIDDEN.search(given.get("style", "")):
                self.hidden.add(self.stack[-1].row)
        elif tag in ("td", "th") and self.stack:
            self._close_cell()
            self.stack[-1].open = given
        elif tag == "br":
            self._add("\n")
            if not self.stack:
                self._end_line()
        elif tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag == "style" and self.style is not None:
            self._learn("".join(self.style))
            self.style = None
        elif tag == self.silent:
            self.silent = ""
        elif tag == "table" and self.stack:
            self._close_table()
        elif tag in ("tr", "td", "th") and self.stack:
            self._close_cell()
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
        if not self.stack:
            self.line.append(text)
        elif self.stack[-1].open is not None:
            self.stack[-1].pieces.append(text)

    def _break(self) -> None:
        """A block begins or ends: a new line in a cell, a new row outside of tables."""
        if self.stack:
            pieces = self.stack[-1].pieces
            if pieces and not pieces[-1].endswith("\n"):
                pieces.append("\n")
        else:
            self._end_line()

    def _end_line(self) -> None:
        text = _tidy(self.line)
        self.line = []
        if text:
            self.bottom += 1
            self._keep(typed_cell(self.bottom, 1, text))

    def _open_table(self) -> None:
        self.tables += 1
        if len(self.stack) == _MAX_NESTED:
            raise damaged("表格层次过深")
        if not self.stack:
            self._end_line()
            self.stack.append(_Table(1, self.bottom, 1))
            return
        # a table for the layout: what it holds goes on from here
        outer = self.stack[-1]
        col = self._free(outer) if outer.open is not None else outer.left
        row = max(outer.row, outer.deepest)
        if _tidy(outer.pieces) or outer.col > outer.left:
            row += outer.deepest <= outer.row
        self.stack.append(_Table(col, max(row, 1) - 1, col))

    def _close_table(self) -> None:
        self._close_cell()
        table = self.stack.pop()
        last = max(table.row, table.deepest, self.bottom)
        self.bottom = last
        if self.stack:
            self.stack[-1].deepest = last

    def _close_row(self) -> None:
        self._close_cell()
        table = self.stack[-1]
        table.row = max(table.row, table.deepest) + 1
        table.col = table.left
        if table.row > MAX_ROW:
            raise too_big(f"超过{MAX_ROW}行")

    def _free(self, table: _Table) -> int:
        """The next column no cell from above reaches down into."""
        while table.taken.get(table.col, 0) >= table.row:
            table.col += 1
        return table.col

    def _close_cell(self) -> None:
        table = self.stack[-1]
        given, text = table.open, _tidy(table.pieces)
        table.open, table.pieces = None, []
        if given is None:
            return
        if not table.row:
            table.row = 1
        row, col = table.row, self._free(table)
        width = min(_number(given.get("colspan", ""), _MAX_COLSPAN), MAX_COL - col + 1)
        height = min(_number(given.get("rowspan", ""), _MAX_ROWSPAN), MAX_ROW - row + 1)
        if width < 1:
            return
        table.col = col + width
        if height > 1:
            table.taken.update((taken, row + height - 1) for taken in range(col, col + width))
        if (width, height) != (1, 1):
            self.budget.spend_cells(1)
            self.merges.append(Area(row, col, row + height - 1, col + width - 1))
        self._keep(self._cell(row, col, text, given))

    def _keep(self, cell: Cell | None) -> None:
        if cell is not None:
            self.budget.spend_cells(1)
            self.budget.check_text(len(cell.raw))
            self.sheet.cells[cell.row, cell.col] = cell

    def _cell(self, row: int, col: int, text: str, given: dict[str, str]) -> Cell | None:
        code, value = self._format(given), given.get("sdval", given.get("x:num"))
        formula = given.get("x:fmla", "").removeprefix("=") or None
        if value is not None or "x:str" in given:
            self.marked = True
        plain = text.strip()
        if plain in ERRORS:
            cell: Cell | None = Cell(row, col, Kind.ERROR, plain)
        elif value is not None and is_number(value or plain):
            cell = Cell(row, col, Kind.NUMBER, value or plain)
        elif "x:str" in given or code == "@" or (self.marked and value is None):
            cell = Cell(row, col, Kind.TEXT, printable(text)) if plain else None
        else:
            cell = typed_cell(row, col, text)
        if cell is None:
            return Cell(row, col, Kind.UNCACHED, "", code or "General", formula) if formula else None
        return cell._replace(format=code or cell.format, formula=formula)

    def _format(self, given: dict[str, str]) -> str:
        """The number format a cell is given, "" when none."""
        if "sdnum" in given:
            return given["sdnum"].split(";", 2)[2] if given["sdnum"].count(";") >= 2 else ""
        found = _FORMAT.search(given.get("style", ""))
        if found:
            return _format_code(found[1])
        return next((self.classes[c] for c in given.get("class", "").split() if c in self.classes), "")

    def _learn(self, css: str) -> None:
        """Remember the number formats of the classes in a style sheet."""
        for rule in _CLASS.finditer(css[:1_000_000]):
            found = _FORMAT.search(rule[2])
            if found:
                self.classes[rule[1]] = _format_code(found[1])


def _tidy(pieces: list[str]) -> str:
    """Text as a browser shows it: no blanks around line ends, none at the ends."""
    text = _SPACES.sub(lambda found: "\n" * found[0].count("\n") or " ", "".join(pieces))
    return text.strip(" \n")


def _number(text: str, most: int) -> int:
    text = text.strip()
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 10 else 1


def _format_code(css: str) -> str:
    """A number format as CSS spells it: quoted, with escapes."""
    code = css.strip()
    if len(code) > 1 and code[0] in "\"'" and code[-1] == code[0]:
        code = code[1:-1]
    code = _CSS_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], code)
    return NAMED_FORMATS.get(code.lower(), printable(code))
