"""One region of a sheet as the locators see it: texts as labels, merged areas, and what has been used up."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from batch.forms.labels import label as normalise
from batch.forms.labels import remembered, squeeze
from batch.forms.years import canonical_year
from batch.model.book import TEXT, Area, Cell, Sheet

#: a label is short; longer texts are content and never compared with labels
LABEL_LENGTH = 60


class Text(NamedTuple):
    """A short text on the sheet that may be a label."""

    cell: Cell
    area: Area
    #: without blanks, otherwise as written, years and periods as tokens
    squeezed: str
    #: numbering, colon and weight taken off too
    normal: str


@lru_cache(maxsize=16)
def _words_in(year: int) -> Callable[[str], tuple[str, str]]:
    """What gives a text as `Text` has it in a form of the year; the same ones stand in every unit's forms."""

    def words(raw: str) -> tuple[str, str]:
        return canonical_year(squeeze(raw), year), canonical_year(normalise(raw), year)

    return remembered(words)


class View:
    """The rows `first`…`last` of a sheet."""

    def __init__(self, sheet: Sheet, first: int, last: int, year: int) -> None:
        self.sheet = sheet
        self.first, self.last = first, last
        self.rows: dict[int, list[Cell]] = {}
        for (row, _), cell in sheet.cells.items():
            if first <= row <= last:
                self.rows.setdefault(row, []).append(cell)
        for cells in self.rows.values():
            cells.sort(key=lambda c: c.col)
        self._merges: dict[int, list[Area]] = {}
        for area in sheet.merges:
            for row in range(max(area.top, first), min(area.bottom, last) + 1):
                self._merges.setdefault(row, []).append(area)
        self.right = max((cells[-1].col for cells in self.rows.values()), default=1)
        self.used: set[tuple[int, int]] = set()
        self.texts: dict[int, list[Text]] = {}
        words = _words_in(year)
        for row in sorted(self.rows):
            texts = []
            for cell in self.rows[row]:
                if cell.kind is TEXT and len(cell.raw) <= LABEL_LENGTH:
                    squeezed, normal = words(cell.raw)
                    if squeezed:
                        texts.append(Text(cell, self.area(row, cell.col), squeezed, normal))
            if texts:
                self.texts[row] = texts

    def area(self, row: int, col: int) -> Area:
        """The merged area a cell lies in, or the cell itself."""
        for area in self._merges.get(row, ()):
            if area.left <= col <= area.right:
                return area
        return Area(row, col, row, col)

    def cell(self, row: int, col: int) -> Cell | None:
        """The cell that shows at this place: the anchor when the place lies in a merged area."""
        for area in self._merges.get(row, ()):
            if area.left <= col <= area.right:
                return self.sheet.cells.get((area.top, area.left))
        return self.sheet.cells.get((row, col))

    def take(self, cell: Cell | None) -> Cell | None:
        """Mark a cell as explained."""
        if cell is not None:
            self.used.add((cell.row, cell.col))
        return cell

    def is_used(self, cell: Cell) -> bool:
        """Whether something has already been made of this cell."""
        return (cell.row, cell.col) in self.used

    def filled_rows(self, first: int, last: int) -> list[int]:
        """Rows with anything in them, top down."""
        return [row for row in range(first, last + 1) if row in self.rows]
