"""The title of a sheet: the line of words at its top."""

from __future__ import annotations

import re
from itertools import groupby

from batch.forms.locate.meaning import LABEL_LENGTH
from batch.forms.spec.labels import squeeze
from batch.model.book import Cell, Kind, Sheet

#: a title stands in one of the first rows, alone or nearly so
_ROWS, _CELLS = 5, 3
_ANNEX = re.compile(r"附[件表录]?[\d一二三四五六七八九十()-]*:?")


def filled_rows(sheet: Sheet) -> list[list[Cell]]:
    """The rows with anything in them, the cells of each from the left."""
    filled = sorted(cell for cell in sheet.cells.values() if cell.raw.strip())
    return [list(cells) for _, cells in groupby(filled, lambda cell: cell.row)]


def sheet_title(sheet: Sheet) -> str:
    """The first line of words that is not the number of an annex; "" without one."""
    for cells in filled_rows(sheet)[:_ROWS]:
        words = squeeze(cells[0].raw)
        if cells[0].kind is not Kind.TEXT or len(cells) > _CELLS or _ANNEX.fullmatch(words):
            continue
        return " ".join(cells[0].raw.split()) if len(words) <= LABEL_LENGTH else ""
    return ""
