"""Read OpenDocument spreadsheets (.ods), as LibreOffice and Excel write them, into a `Book`.

Uses the guards of `package` and `xml_walk`; repeated rows and cells are never expanded while blank.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from batch.model.book import MAX_COL, MAX_ROW, Area, Book, Cell, Sheet
from batch.model.limits import Budget, damaged, locked, too_big
from batch.workbook.legacy.ods_formats import OdsFormats
from batch.workbook.legacy.ods_formulas import OdsFormulas
from batch.workbook.legacy.ods_values import stored_cell
from batch.workbook.package.xml_walk import Handlers, walk
from batch.workbook.read.cells import CellContext, spans

if TYPE_CHECKING:
    from batch.workbook.package.package import Package
    from batch.workbook.package.xml_walk import Attrs

_PREFIX: Final = "urn:oasis:names:tc:opendocument:xmlns:"
#: the namespaces that are listened to
_SPACES: Final = {
    f"{_PREFIX}office:1.0": "office",
    f"{_PREFIX}table:1.0": "table",
    f"{_PREFIX}text:1.0": "text",
    f"{_PREFIX}style:1.0": "style",
    f"{_PREFIX}datastyle:1.0": "number",
    f"{_PREFIX}drawing:1.0": "draw",
}
_TABLE: Final = f"{_PREFIX}table:1.0 "
_OFFICE: Final = f"{_PREFIX}office:1.0 "
_STYLE: Final = f"{_PREFIX}style:1.0 "
_TEXT: Final = f"{_PREFIX}text:1.0 "
#: what may stand in a cell or a sheet and is none of its content: comments, earlier versions, copies of links
_SKIPPED: Final = {
    "office:annotation",
    "office:forms",
    "table:tracked-changes",
    "table:dde-links",
    "table:shapes",
    "table:table-source",
    "text:note",
    "text:ruby-text",
}
_HIDING: Final = ("collapse", "filter")


def read_ods(package: Package, name: str, sha256: str) -> Book:
    """Read a checked package that holds an OpenDocument spreadsheet; `name` is for messages only.

    Raises Unreadable: F002 with an open password, F001 damaged or beyond the limits.
    """
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise locked()
    limits = package.budget.limits
    budget = Budget(replace(limits, max_tags=limits.max_legacy_tags))
    reader = _Reader(budget)
    for part in ("styles.xml", "content.xml"):
        if part == "content.xml" or package.has(part):
            handlers = Handlers(reader.start, reader.end, reader.text)
            walk(package.chunks(part), part, budget, handlers, _SPACES)
    if not reader.sheets:
        raise damaged("没有任何表页")
    parts = package.names()
    return Book(
        name=name,
        container="ods",
        sha256=sha256,
        sheets=reader.sheets,
        date1904=reader.date1904,
        has_macros=any(part.startswith(("Basic/", "Scripts/")) for part in parts),
        signed=package.has("META-INF/documentsignatures.xml"),
        links=tuple(reader.formulas.links),
    )


class _Found(NamedTuple):
    """A cell of the open row, with its column repeat count."""

    col: int
    repeated: int
    cell: Cell


class _Reader:
    """The position in the document, and what was found so far."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.formats = OdsFormats()
        self.formulas = OdsFormulas()
        self.sheets: list[Sheet] = []
        self.date1904 = False
        self.hidden_styles: set[str] = set()
        self.style = ""
        #: elements open inside one that is passed over, itself included
        self.skipped = 0
        self.sheet: Sheet | None = None
        self.row = 0
        self.col = 0
        self.row_repeated = 1
        self.row_style = ""
        self.found: list[_Found] = []
        self.merges: list[Area] = []
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_cols: list[tuple[int, int]] = []
        #: first columns of runs with one default style, and these styles
        self.runs: list[int] = []
        self.run_styles: list[str] = []
        #: attributes of the open cell; None outside of cells
        self.cell: Attrs | None = None
        self.paragraphs: list[list[str]] = []
        self.in_paragraph = False
        self.length = 0
        #: paragraphs of the open cell's note, whether it is open, and whether one of them is
        self.note: list[list[str]] = []
        self.in_annotation = self.in_note = False

    def start(self, tag: str, attrs: Attrs) -> None:
        if self.skipped or tag in _SKIPPED or tag.startswith("draw:"):
            self._skip_start(tag)
        elif tag.startswith("text:"):
            self._text_start(tag, attrs)
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.cell, self.paragraphs, self.note, self.length = attrs, [], [], 0
        elif tag == "table:table-row":
            self._open_row(attrs)
        elif tag == "table:table":
            if self.sheet is None:
                self._open_sheet(attrs)
            else:
                self.skipped = 1
        elif tag == "table:table-column":
            self._column(attrs)
        elif tag == "table:null-date":
            self.date1904 = attrs.get(f"{_TABLE}date-value", "").startswith("1904")
        elif tag == "style:table-properties":
            if attrs.get(f"{_TABLE}display") == "false":
                self.hidden_styles.add(self.style)
        elif tag.startswith(("style:", "number:")):
            if tag == "style:style":
                self.style = attrs.get(f"{_STYLE}name", "")
            self.formats.start(tag, attrs)

    def end(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
            self.in_note = self.in_note and tag != "text:p"
            self.in_annotation = self.in_annotation and bool(self.skipped)
        elif tag == "text:p":
            self.in_paragraph = False
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._close_cell()
        elif tag == "table:table-row":
            self._close_row()
        elif tag == "table:table":
            self._close_sheet()
        elif tag.startswith("number:"):
            self.formats.end(tag)

    def text(self, data: str) -> None:
        if self.in_note:
            self.length += len(data)
            self.budget.check_text(self.length)
            self.note[-1].append(data)
        if self.skipped:
            return
        if not self.in_paragraph:
            self.formats.text(data)
            return
        if "\n" in data:
            # line ends of the XML are none of the text's (ODF 1.3 part 3, 6.1.2); blanks are, to LibreOffice
            data = " ".join(line.strip(" \t") for line in data.split("\n"))
            data = data if self.paragraphs[-1] else data.lstrip(" ")
        self._add(data)

    def _add(self, text: str) -> None:
        self.length += len(text)
        self.budget.check_text(self.length)
        self.paragraphs[-1].append(text)

    def _skip_start(self, tag: str) -> None:
        if self.in_annotation and tag == "text:p":
            self.note.append([])
            self.in_note = True
        elif tag == "office:annotation" and not self.skipped:
            self.in_annotation = self.cell is not None
        self.skipped += 1

    def _text_start(self, tag: str, attrs: Attrs) -> None:
        if self.cell is None:
            return
        if tag == "text:p":
            self.paragraphs.append([])
            self.in_paragraph = True
        elif not self.in_paragraph:
            return
        elif tag == "text:s":
            self._add(" " * _times(attrs, f"{_TEXT}c", self.budget.limits.max_text + 1))
        elif tag == "text:tab":
            self._add("\t")
        elif tag == "text:line-break":
            self._add("\n")

    def _open_sheet(self, attrs: Attrs) -> None:
        if len(self.sheets) == self.budget.limits.max_sheets:
            raise too_big(f"表页超过{len(self.sheets)}张")
        hidden = attrs.get(f"{_TABLE}style-name", "") in self.hidden_styles
        self.sheet = Sheet(attrs.get(f"{_TABLE}name", ""), "hidden" if hidden else "visible")
        self.sheets.append(self.sheet)
        self.row, self.col = 1, 1
        self.merges, self.hidden_rows, self.hidden_cols = [], [], []
        self.runs, self.run_styles = [], []

    def _close_sheet(self) -> None:
        if self.sheet is not None:
            self.sheet.merges = tuple(self.merges)
            self.sheet.hidden_rows = spans(self.hidden_rows)
            self.sheet.hidden_cols = spans(self.hidden_cols)
            self.sheet = None

    def _column(self, attrs: Attrs) -> None:
        """Columns come before the rows of their sheet."""
        first = self.col
        self.col += _times(attrs, f"{_TABLE}number-columns-repeated", MAX_COL)
        if first <= MAX_COL:
            # the run ends where the next one begins, or with one without a style
            self.runs += (first, self.col)
            self.run_styles += (attrs.get(f"{_TABLE}default-cell-style-name", ""), "")
            if attrs.get(f"{_TABLE}visibility") in _HIDING:
                self.hidden_cols.append((first, min(self.col - 1, MAX_COL)))

    def _open_row(self, attrs: Attrs) -> None:
        self.col = 1
        self.found = []
        self.row_style = attrs.get(f"{_TABLE}default-cell-style-name", "")
        self.row_repeated = _times(attrs, f"{_TABLE}number-rows-repeated", MAX_ROW)
        if attrs.get(f"{_TABLE}visibility") in _HIDING and self.row <= MAX_ROW:
            self.hidden_rows.append((self.row, min(self.row + self.row_repeated - 1, MAX_ROW)))

    def _close_row(self) -> None:
        last = min(self.row + self.row_repeated - 1, MAX_ROW)
        if self.sheet is not None and self.found and self.row <= last:
            self.budget.spend_cells((last - self.row + 1) * sum(found.repeated for found in self.found))
            for row in range(self.row, last + 1):
                for first, repeated, cell in self.found:
                    for col in range(first, first + repeated):
                        self.sheet.cells[row, col] = cell._replace(row=row, col=col)
        self.row += self.row_repeated

    def _close_cell(self) -> None:
        attrs, self.cell = self.cell, None
        if attrs is None or self.sheet is None:
            return
        first = self.col
        repeated = _times(attrs, f"{_TABLE}number-columns-repeated", MAX_COL)
        self.col += repeated
        if first > MAX_COL or self.row > MAX_ROW:
            return
        wide = _times(attrs, f"{_TABLE}number-columns-spanned", MAX_COL)
        high = _times(attrs, f"{_TABLE}number-rows-spanned", MAX_ROW)
        if (wide, high) != (1, 1):
            self.budget.spend_cells(1)
            bottom, right = min(self.row + high - 1, MAX_ROW), min(first + wide - 1, MAX_COL)
            self.merges.append(Area(self.row, first, bottom, right))
        note = "\n".join("".join(pieces) for pieces in self.note).strip()
        if note:
            self.budget.spend_cells(1)
            self.sheet.notes[self.row, first] = note
        if not (self.paragraphs or f"{_OFFICE}value-type" in attrs or f"{_TABLE}formula" in attrs):
            return
        written = attrs.get(f"{_TABLE}formula")
        formula = None if written is None else self.formulas.plain(written)
        lines = ["".join(pieces) for pieces in self.paragraphs]
        code = self.formats.code(self._style_of(attrs, first))
        context = CellContext({}, {"": code}, self.date1904, self.budget)
        cell = stored_cell(context, self.row, first, attrs, lines, formula)
        if cell is not None and (cell.raw or formula is not None):
            self.found.append(_Found(first, min(repeated, MAX_COL - first + 1), cell))

    def _style_of(self, attrs: Attrs, col: int) -> str:
        own = attrs.get(f"{_TABLE}style-name") or self.row_style
        if own:
            return own
        at = bisect_right(self.runs, col) - 1
        return self.run_styles[at] if at >= 0 else ""


def _times(attrs: Attrs, name: str, most: int) -> int:
    """A repeat count from an attribute, 1 when there is none, within bounds."""
    text = attrs.get(name, "1")
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 10 else 1
