"""Old Excel files, .xls and .et (BIFF), into a `Book`, by way of xlrd in a child process.

xlrd gives values, number formats, merges and what is hidden. It gives no formulas and no external links:
a calculated cell arrives as its saved result, so F017 and F019 have nothing to say about such files.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from batch.model.book import MAX_COL, Area, Book, Cell, Kind, Sheet
from batch.workbook.cells import is_number, spans
from batch.workbook.disposable import run_bounded
from batch.workbook.legacy_text import printable
from batch.workbook.limits import Budget, Limits, damaged, too_big
from batch.workbook.passwords import unlock
from batch.workbook.sniffing import STORAGE, holds_entry
from batch.workbook.styles import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATES: Final = {1: "hidden", 2: "veryHidden"}
#: what xlrd writes to its log, and goes on, when the end of a file is missing
_TRUNCATED: Final = "expected size"


def read_xls(data: bytes, name: str, limits: Limits, passwords: Sequence[str]) -> Book:
    """Read the bytes of an .xls or .et file, in an OLE2 container or bare; `name` is for messages only.

    The book's sha256 is left to the caller.
    Raises Unreadable: F002 when it has an open password other than `passwords`, else F001.
    """
    book = run_bounded(
        _read, data, name, limits, tuple(passwords), seconds=limits.max_seconds, memory=limits.max_memory
    )
    book.has_macros = holds_entry(data, "_VBA_PROJECT_CUR", STORAGE)
    return book


def _read(data: bytes, name: str, limits: Limits, passwords: tuple[str, ...]) -> Book:
    """What the child does."""
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
        sheets=[_sheet(sheet, formats, budget) for sheet in found.sheets()],
        date1904=found.datemode == 1,
    )


def _load(data: bytes, log: io.StringIO) -> Any:
    import xlrd

    return xlrd.open_workbook(file_contents=data, logfile=log, formatting_info=True, ragged_rows=True)


def _formats(found: Any) -> list[str]:
    """Number format codes by style index."""
    # spelled out in the file; the standard ones mostly are not, and mean what a Chinese Excel shows
    own = {stored.format_key: stored.format_str for stored in found.format_list}
    return [own.get(style.format_key) or BUILTIN.get(style.format_key, "General") for style in found.xf_list]


def _sheet(found: Any, formats: list[str], budget: Budget) -> Sheet:
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
    budget.spend_cells(len(found.merged_cells))
    sheet.merges = tuple(
        Area(top + 1, left + 1, bottom, right)
        for top, bottom, left, right in found.merged_cells
        if top < bottom and left < right
    )
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
