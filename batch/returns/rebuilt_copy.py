"""Write a workbook anew from what was read, for files that are no .xlsx package and cannot be patched."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from batch.model.book import Area, Book, Cell, Kind, Sheet
from batch.model.text_width import columns_wide
from batch.workbook.formulas.formula_values import Unsupported
from batch.workbook.formulas.parse import parse_formula
from batch.workbook.style import BODY, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Excel's limits for a tab, and what it may not hold
_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_WIDEST, _NARROWEST = 40, 9
#: cells of a merged area; each is written, and a larger one is no part of a form
_MERGED = 10_000
#: the first date a package can bear: the same book gives the same bytes
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - a date without a place
#: characters of a note
_NOTE = 32_000


def rebuilt(book: Book) -> bytes:
    """An .xlsx with the same sheets, texts, numbers, number formats, merged areas and notes.

    Fonts, colours, drop-downs and pictures of the original are not known to the readers of old formats; cells
    with content get a plain border. Formulas are written where we know all they use, with their results as
    the file held them; of others there are the results alone: see `values_only`.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.set_properties({"created": _EPOCH})
        formats: dict[str, Any] = {}
        used: set[str] = set()
        formulas = _formulas(book)
        for sheet in book.sheets:
            worksheet = workbook.add_worksheet(_tab(sheet.name, used))
            _write(workbook, worksheet, sheet, formats, formulas)
            if sheet.state != "visible":
                worksheet.very_hidden() if sheet.state == "veryHidden" else worksheet.hide()
        if not book.sheets:
            workbook.add_worksheet()
    return buffer.getvalue()


def tabs(book: Book) -> dict[str, str]:
    """What each sheet is called in the rebuilt workbook, by its name in the book."""
    used: set[str] = set()
    return {sheet.name: _tab(sheet.name, used) for sheet in book.sheets}


def values_only(book: Book) -> int:
    """How many formulas are written as their results alone."""
    kept = _formulas(book)
    return sum(bool(c.formula) and c.formula not in kept for s in book.sheets for c in s.cells.values())


def _formulas(book: Book) -> frozenset[str]:
    """The formulas of the book that can be written: they use cells and functions we know, no other files."""
    renamed = any(name != tab for name, tab in tabs(book).items())
    kept = set()
    cells = (cell for sheet in book.sheets for cell in sheet.cells.values())
    for formula in {cell.formula for cell in cells if cell.formula}:
        try:
            references = parse_formula(formula).references
        except Unsupported:
            continue
        if not (renamed and any(reference.sheet for reference in references)):
            kept.add(formula)
    return frozenset(kept)


def _tab(name: str, used: set[str]) -> str:
    wanted = name.translate(_FORBIDDEN).strip("'")[:_NAME] or "Sheet"
    tab, number = wanted, 2
    while tab.casefold() in used:
        ending = f"（{number}）"
        tab, number = wanted[: _NAME - len(ending)] + ending, number + 1
    used.add(tab.casefold())
    return tab


def _write(
    workbook: Any, worksheet: Any, sheet: Sheet, formats: dict[str, Any], formulas: frozenset[str]
) -> None:
    def style(code: str) -> Any:
        if code not in formats:
            look = {"font_name": BODY, "font_size": 10.5, "border": 1, "text_wrap": True, "valign": "vcenter"}
            formats[code] = workbook.add_format({**look, "num_format": code})
        return formats[code]

    anchors = {(area.top, area.left): area for area in _apart(sheet.merges)}
    for area in anchors.values():
        if 1 < (area.bottom - area.top + 1) * (area.right - area.left + 1) <= _MERGED:
            worksheet.merge_range(
                area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, "", style("General")
            )
    for (row, col), note in sheet.notes.items():
        worksheet.write_comment(row - 1, col - 1, clean(note)[:_NOTE], {"font_name": BODY, "font_size": 9})
    widths: dict[int, int] = {}
    for cell in sheet.cells.values():
        _write_cell(worksheet, cell, style(cell.format), formulas)
        if (cell.row, cell.col) not in anchors:
            widths[cell.col] = max(widths.get(cell.col, 0), columns_wide(cell.raw.partition("\n")[0]))
    for col, width in widths.items():
        worksheet.set_column(col - 1, col - 1, min(max(width + 2, _NARROWEST), _WIDEST))
    for spans, hide in ((sheet.hidden_rows, worksheet.set_row), (sheet.hidden_cols, None)):
        for span in spans:
            if hide is None:
                worksheet.set_column(span.first - 1, span.last - 1, None, None, {"hidden": True})
                continue
            for row in range(span.first, min(span.last, max(r for r, _ in sheet.cells)) + 1):
                hide(row - 1, None, None, {"hidden": True})
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)


def _apart(merges: tuple[Area, ...]) -> Iterator[Area]:
    """Merged areas that overlap none before them: a workbook may not hold overlapping ones."""
    kept: list[Area] = []
    for area in merges:
        if not any(
            area.top <= other.bottom
            and other.top <= area.bottom
            and area.left <= other.right
            and other.left <= area.right
            for other in kept
        ):
            kept.append(area)
            yield area


def _write_cell(worksheet: Any, cell: Cell, style: Any, formulas: frozenset[str]) -> None:
    row, col = cell.row - 1, cell.col - 1
    if cell.formula in formulas and cell.kind is not Kind.UNCACHED:
        results: dict[Kind, Any] = {Kind.BOOL: cell.raw == "TRUE"}
        if cell.kind is Kind.NUMBER:
            results[Kind.NUMBER] = float(cell.raw)
        worksheet.write_formula(row, col, f"={cell.formula}", style, results.get(cell.kind, cell.raw))
    elif cell.kind is Kind.NUMBER:
        worksheet.write_number(row, col, float(cell.raw), style)
    elif cell.kind is Kind.BOOL:
        worksheet.write_boolean(row, col, cell.raw == "TRUE", style)
    else:
        worksheet.write_string(row, col, clean(cell.raw), style)
