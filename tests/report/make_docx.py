"""Written reports as .docx, the way units make them: the text, and the forms behind it as tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document

from batch.model.book import Book, Sheet
from batch.workbook.read.display import display_text
from tests.paper import sample

#: the report of the unit whose workbook lies in the sample inbox, a public document
TEXT = Path(__file__).parent / "2020年部门整体支出绩效自评报告.txt"
_ANNEX = "附表："


def report_text() -> str:
    """The report without the forms behind it."""
    return TEXT.read_text(encoding="utf-8").partition(_ANNEX)[0]


def lines(text: str) -> list[str]:
    """Its paragraphs."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def docx_of(paragraphs: Sequence[str], book: Book | None = None) -> bytes:
    """A document of paragraphs, with every sheet of `book` as a table behind them."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if book is not None:
        document.add_paragraph(_ANNEX)
        for sheet in book.sheets:
            _add_table(document, sheet)
            document.add_paragraph("")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add_table(document: Any, sheet: Sheet) -> None:
    bottom = max([row for row, _ in sheet.cells] + [area.bottom for area in sheet.merges])
    right = max([col for _, col in sheet.cells] + [area.right for area in sheet.merges])
    table = document.add_table(bottom, right)
    grid = [list(row.cells) for row in table.rows]
    for (row, col), cell in sheet.cells.items():
        grid[row - 1][col - 1].text = display_text(cell)
    for area in sheet.merges:
        grid[area.top - 1][area.left - 1].merge(grid[area.bottom - 1][area.right - 1])


@cache
def real_report() -> bytes:
    """The real report as a document, with the four forms of the unit's workbook."""
    return docx_of(lines(report_text()), sample())
