"""Read old Excel files, .xls and .et (BIFF), into a `Book`, with xlrd in a child process.

xlrd gives values, number formats, merges, notes and what is hidden. It gives no external links, so F019
cannot be checked on such files; their formulas are read by `xls_formulas`.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from batch.model.book import MAX_COL, Area, Book, Cell, Kind, Sheet
from batch.model.limits import Budget, Limits, damaged, too_big
from batch.workbook.legacy.codepage import encoding_of
from batch.workbook.legacy.csv import printable
from batch.workbook.legacy.xls_formulas import formulas_of
from batch.workbook.package.child_process import run_bounded
from batch.workbook.package.passwords import unlock
from batch.workbook.package.sniffing import STORAGE, holds_entry
from batch.workbook.read.cells import is_number, spans
from batch.workbook.read.number_formats import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STATES: Final = {1: "hidden", 2: "veryHidden"}
#: from this version on texts are in Unicode, and the code pages in which Chinese ones are before
_UNICODE: Final = 80
_CHINESE: Final = (936, 950, 54936)
#: what xlrd writes to its log, and goes on, when the end of a file is missing
_TRUNCATED: Final = "expected size"


def read_xls(data: bytes, name: str, limits: Limits, passwords: Sequence[str]) -> Book:
    """Read the bytes of an .xls or .et file, in an OLE2 container or bare; `name` is for messages only.

    The caller sets the book's sha256. Raises Unreadable: F002 when it has an open password other than
    `passwords`, else F001.
    """
    book = run_bounded(
        _read, data, name, limits, tuple(passwords), seconds=limits.max_seconds, memory=limits.max_memory
    )
    book.has_macros = holds_entry(data, "_VBA_PROJECT_CUR", STORAGE)
    return book


def _read(data: bytes, name: str, limits: Limits, passwords: tuple[str, ...]) -> Book:
    """The part of `read_xls` that runs in the child process."""
    import xlrd

    log = io.StringIO()
    try:
        found = _load(data, log)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            found = _load(unlock(data, passwords), log)
        elif "BIFF version" in str(error) or "Excel 4" in str(error):
            raise damaged("是很旧的Excel格式") from None
        else:
            raise damaged("内容有误") from None
    except xlrd.compdoc.CompDocError:
        found = _load(_stream(data), log)
    if _TRUNCATED in log.getvalue():
        raise damaged("文件不完整，可能没有复制完")
    if found.nsheets > limits.max_sheets:
        raise too_big(f"表页超过{limits.max_sheets}张")
    if not found.nsheets:
        raise damaged("没有任何表页")
    budget = Budget(limits)
    formats = _formats(found)
    return Book(
        name=name,
        container="xls",
        sha256="",
        sheets=[_sheet(found, number, formats, budget) for number in range(found.nsheets)],
        date1904=found.datemode == 1,
    )


def _load(data: bytes, log: io.StringIO) -> Any:
    """The workbook with all its sheets. Before BIFF 8 not all files state the encoding of their texts."""
    found = _opened(data, log)
    if found.biff_version < _UNICODE and found.codepage not in _CHINESE:
        encoding = encoding_of(_texts(_opened(data, log, "latin_1")))
        found = _opened(data, log, encoding) if encoding else found
    return found


def _stream(data: bytes) -> bytes:
    """The workbook stream of a container whose sector chains are damaged: Excel goes by the stated size.

    Raises Unreadable.
    """
    import olefile

    # it raises whatever it runs into
    with suppress(Exception), olefile.OleFileIO(io.BytesIO(data)) as container:
        for name in ("Workbook", "Book"):
            if container.exists(name):
                stream: bytes = container.openstream(name).read()
                return stream
    raise damaged("内容有误")


def _opened(data: bytes, log: io.StringIO, encoding: str | None = None) -> Any:
    import xlrd

    # on demand, so that the records are still there when the formulas are read
    found = xlrd.open_workbook(
        file_contents=data,
        logfile=log,
        formatting_info=True,
        ragged_rows=True,
        on_demand=True,
        encoding_override=encoding,
    )
    found.sheets()
    return found


def _texts(found: Any) -> Iterator[bytes]:
    """The texts of a workbook that was read as Latin-1, as bytes of the file."""
    for sheet in found.sheets():
        yield sheet.name.encode("latin_1", "ignore")
        for row in range(sheet.nrows):
            yield from (
                str(value).encode("latin_1", "ignore")
                for value in sheet.row_values(row)
                if isinstance(value, str)
            )


def _formats(found: Any) -> list[str]:
    """Number format codes by style index."""
    # spelled out in the file; the standard ones mostly are not, and mean what a Chinese Excel shows
    own = {stored.format_key: stored.format_str for stored in found.format_list}
    return [own.get(style.format_key) or BUILTIN.get(style.format_key, "General") for style in found.xf_list]


def _sheet(book: Any, number: int, formats: list[str], budget: Budget) -> Sheet:
    found = book.sheet_by_index(number)
    sheet = Sheet(printable(found.name), _STATES.get(found.visibility, "visible"))
    for row in range(found.nrows):
        cells = found.row(row)
        for col, stored in enumerate(cells):
            style = stored.xf_index
            code = formats[style] if style is not None and 0 <= style < len(formats) else "General"
            cell = _cell(row + 1, col + 1, stored.ctype, stored.value, code)
            if cell is not None:
                budget.spend_cells(1)
                sheet.cells[row + 1, col + 1] = cell
    for place, formula in formulas_of(book, number).items():
        if place in sheet.cells:
            sheet.cells[place] = sheet.cells[place]._replace(formula=formula)
    budget.spend_cells(len(found.merged_cells))
    sheet.merges = tuple(
        Area(top + 1, left + 1, bottom, right)
        for top, bottom, left, right in found.merged_cells
        if top < bottom and left < right
    )
    budget.spend_cells(len(found.cell_note_map))
    sheet.notes = {
        (row + 1, col + 1): text
        for (row, col), note in sorted(found.cell_note_map.items())
        if (text := printable(note.text).strip())
    }
    sheet.hidden_rows = spans((row + 1, row + 1) for row, info in found.rowinfo_map.items() if info.hidden)
    sheet.hidden_cols = spans(
        (col + 1, col + 1) for col, info in found.colinfo_map.items() if info.hidden and col < MAX_COL
    )
    return sheet


def _cell(row: int, col: int, ctype: int, value: Any, code: str) -> Cell | None:
    import xlrd

    if ctype == xlrd.XL_CELL_TEXT:
        text = printable(value)
        return Cell(row, col, Kind.TEXT, text, code) if text else None
    if ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        digits = repr(value)
        digits = digits.removesuffix(".0")
        return Cell(row, col, Kind.NUMBER if is_number(digits) else Kind.TEXT, digits, code)
    if ctype == xlrd.XL_CELL_BOOLEAN:
        return Cell(row, col, Kind.BOOL, "TRUE" if value else "FALSE", code)
    if ctype == xlrd.XL_CELL_ERROR:
        return Cell(row, col, Kind.ERROR, xlrd.error_text_from_code.get(value, "#N/A"), code)
    return None
