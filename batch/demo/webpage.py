"""A workbook as old systems export it: a web page called .xls, all sheets below each other."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from batch.model.book import Sheet
from batch.workbook.read.display import display_text

_HEAD = '<html><head><meta charset="utf-8"></head><body>\r\n'


def as_web_page(sheets: Iterable[Sheet]) -> bytes:
    """Sheets as tables, numbers as they are shown, merged cells merged."""
    tables = [_table(sheet) for sheet in sheets]
    return (_HEAD + "<p></p>\r\n".join(tables) + "</body></html>\r\n").encode()


def _table(sheet: Sheet) -> str:
    spans = {(area.top, area.left): area for area in sheet.merges}
    covered = {
        (row, col)
        for area in sheet.merges
        for row in range(area.top, area.bottom + 1)
        for col in range(area.left, area.right + 1)
        if (row, col) != (area.top, area.left)
    }
    last_row = max([row for row, _ in sheet.cells] + [area.bottom for area in sheet.merges])
    last_col = max([col for _, col in sheet.cells] + [area.right for area in sheet.merges])
    lines = ['<table border="1">']
    for row in range(1, last_row + 1):
        cells = []
        for col in range(1, last_col + 1):
            if (row, col) in covered:
                continue
            area, cell = spans.get((row, col)), sheet.cells.get((row, col))
            text = escape(display_text(cell)).replace("\n", "<br>") if cell else ""
            size = ""
            if area is not None:
                size = f' rowspan="{area.bottom - area.top + 1}" colspan="{area.right - area.left + 1}"'
            cells.append(f"<td{size}>{text}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\r\n".join([*lines, "</table>\r\n"])
