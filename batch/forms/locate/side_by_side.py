"""Forms beside each other on one sheet: each in a band of columns of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from batch.model.book import Cell, Sheet

#: titles of forms beside each other stand in so many rows at most
_ROWS = 3


def bands_of(sheet: Sheet, titles: Sequence[Cell]) -> list[Sheet]:
    """The sheet cut into columns with one title each, where titles stand beside each other; else nothing.

    It is cut at a blank column between two titles, without one just before the title on the right.
    """
    beside = [cell for cell in titles if cell.row < titles[0].row + _ROWS]
    columns = sorted({cell.col for cell in beside})
    if len(columns) < len(beside) or len(beside) < 2:
        return []
    filled = {col for _, col in sheet.cells}
    cuts = [1]
    for left, right in pairwise(columns):
        blank = [col for col in range(left + 1, right) if col not in filled]
        free = [col for col in (*blank, right) if not any(a.left < col <= a.right for a in sheet.merges)]
        if not free:
            return []
        cuts.append(free[0])
    ends = [*(cut - 1 for cut in cuts[1:]), max(filled)]
    return [_band(sheet, first, last) for first, last in zip(cuts, ends, strict=True)]


def _band(sheet: Sheet, first: int, last: int) -> Sheet:
    cells = {place: cell for place, cell in sheet.cells.items() if first <= place[1] <= last}
    return replace(sheet, cells=cells, merges=tuple(a for a in sheet.merges if first <= a.left <= last))
