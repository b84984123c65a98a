"""The tables of a document as sheets of a workbook: one table per sheet, with its title and notes."""

from __future__ import annotations

import re
from itertools import pairwise

from batch.forms.spec.labels import squeeze
from batch.model.book import Area, Sheet
from batch.model.limits import Budget, Limits
from batch.report.docx import Block, DocTable
from batch.workbook.legacy.csv import printable, typed_cell

#: paragraphs above a table that may belong to it, and characters of such a line
_ABOVE, _LINE = 5, 60
#: paragraphs below it
_BELOW = 8
_TITLE = re.compile(r"表(?:\([^()]*\))?$")
#: lines below a table that belong to it
_NOTE = re.compile(r"注|说明|备注|填报|填表|单位负责人|负责人|审核|联系|\d{1,2}[.、]")
_TAB = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'\n", "_"))


def sheets_of(blocks: list[Block], limits: Limits) -> list[Sheet]:
    """One sheet for each table of a document, called after its title."""
    budget = Budget(limits)
    sheets: list[Sheet] = []
    taken: set[str] = set()
    at = [n for n, block in enumerate(blocks) if isinstance(block, DocTable)]
    used = 0
    for place, following in pairwise([*at, len(blocks)]):
        table = blocks[place]
        assert isinstance(table, DocTable)
        above = _above([b for b in blocks[used:place] if isinstance(b, str)])
        below, used = _below(blocks, place + 1, following)
        sheet = Sheet("")
        row = 0
        for line in above:
            row += 1
            _put(sheet, row, 1, line, budget)
        _fill(sheet, table, row, budget)
        row += len(table.rows)
        for line in below:
            row += 1
            _put(sheet, row, 1, line, budget)
        first = min(sheet.cells.values(), default=None)
        sheet.name = _tab(first.raw if first else "", taken)
        sheets.append(sheet)
    return sheets


def _above(lines: list[str]) -> list[str]:
    """The lines above a table from its title on; without a title the form entries directly above it."""
    near = [line for line in lines if line.strip()][-_ABOVE:]
    for n in range(len(near) - 1, -1, -1):
        if len(near[n]) > _LINE:
            return []
        if _TITLE.search(squeeze(near[n])):
            return near[n:]
    entries = [line for line in near if re.search("[:：]", line)]
    return entries if entries == near[-len(entries) :] else []


def _below(blocks: list[Block], start: int, end: int) -> tuple[list[str], int]:
    """The notes and signatures directly below a table, and where the next block begins."""
    found: list[str] = []
    at = start
    while at < end and len(found) < _BELOW:
        line = blocks[at]
        if isinstance(line, str) and line.strip():
            if not _NOTE.match(squeeze(line)):
                break
            found.append(line)
        at += 1
    return found, at


def _fill(sheet: Sheet, table: DocTable, offset: int, budget: Budget) -> None:
    merges: list[Area] = []
    #: cells merged downwards that are still open, by column
    down: dict[int, Area] = {}
    for row, cells in enumerate(table.rows, offset + 1):
        going_on = {cell.col for cell in cells if cell.merge == "continue"}
        merges += [area for col, area in down.items() if col not in going_on]
        down = {col: area._replace(bottom=row) for col, area in down.items() if col in going_on}
        for cell in cells:
            if cell.merge == "continue" and cell.col in down:
                continue
            area = Area(row, cell.col, row, cell.col + cell.span - 1)
            if cell.merge == "restart":
                down[cell.col] = area
            elif cell.span > 1:
                merges.append(area)
            _put(sheet, row, cell.col, cell.text, budget)
    merges += down.values()
    wide = [area for area in merges if (area.top, area.left) != (area.bottom, area.right)]
    budget.spend_cells(len(wide))
    sheet.merges = tuple(sorted(wide))


def _put(sheet: Sheet, row: int, col: int, text: str, budget: Budget) -> None:
    cell = typed_cell(row, col, text)
    if cell is not None:
        budget.spend_cells(1)
        budget.check_text(len(cell.raw))
        sheet.cells[row, col] = cell


def _tab(text: str, taken: set[str]) -> str:
    wanted = printable(text).strip().translate(_FORBIDDEN)[:_TAB].strip() or "表"
    name, number = wanted, 2
    while name.casefold() in taken:
        ending = f"（{number}）"
        name, number = wanted[: _TAB - len(ending)] + ending, number + 1
    taken.add(name.casefold())
    return name
