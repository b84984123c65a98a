"""One region of a sheet while it is read: cells by row, texts as labels, cells already explained."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from batch.forms.locate.meaning import LABEL_LENGTH, Meaning, meanings
from batch.forms.locate.years import canonical_year
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import remembered, squeeze
from batch.forms.spec.spec import PackForms
from batch.model.book import TEXT, Area, Cell, Sheet


class LabelText(NamedTuple):
    """A short text on the sheet that may be a label."""

    cell: Cell
    area: Area
    #: without blanks, otherwise as written, years and periods as tokens
    squeezed: str
    #: numbering, colon and weight taken off too
    normal: str


class Spot(NamedTuple):
    """The position of a value on every sheet with the same layout."""

    #: the name of its column
    name: str
    #: how it is read: see `Field.type`
    type: str
    #: cells with their addresses: the first of them that is filled holds it
    places: tuple[tuple[tuple[int, int], str], ...]
    #: the address to name where nothing is filled in
    blank: str


@lru_cache(maxsize=16)
def words_in(year: int) -> Callable[[str], tuple[str, str]]:
    """A function that normalises texts as labels of a form of this year (cached: units share most texts)."""

    def words(raw: str) -> tuple[str, str]:
        return canonical_year(squeeze(raw), year), canonical_year(normalise(raw), year)

    return remembered(words)


class Merges:
    """The merged areas of the rows `first`…`last`."""

    def __init__(self, merges: Sequence[Area], first: int, last: int) -> None:
        self._by_row: dict[int, list[Area]] = {}
        for area in merges:
            for row in range(max(area.top, first), min(area.bottom, last) + 1):
                self._by_row.setdefault(row, []).append(area)

    def of_row(self, row: int) -> tuple[Area, ...]:
        """The merged areas that a row is part of."""
        return tuple(self._by_row.get(row, ()))

    def area(self, row: int, col: int) -> Area:
        """The merged area a cell lies in, or the cell itself."""
        for area in self._by_row.get(row, ()):
            if area.left <= col <= area.right:
                return area
        return Area(row, col, row, col)

    def anchor(self, row: int, col: int) -> tuple[int, int]:
        """The cell that holds what a place shows: the first cell of its merged area, or the cell itself."""
        for area in self._by_row.get(row, ()):
            if area.left <= col <= area.right:
                return area.top, area.left
        return row, col


#: areas times rows up to which merges are kept: a form has 60 and 50
_MOST_MERGED = 20_000
_merges_known = lru_cache(maxsize=32)(Merges)


def merges_in(areas: tuple[Area, ...], first: int, last: int) -> Merges:
    """The merged areas of the rows `first`…`last`; indexed once for sheets with equal areas."""
    kept = len(areas) * (last - first + 1) <= _MOST_MERGED
    return _merges_known(areas, first, last) if kept else Merges(areas, first, last)


_ROW = attrgetter("row")


class View:
    """The rows `first`…`last` of a sheet, as a form of the pack and of `year`.

    `ordered`: all cells of the sheet by row and column, where they were sorted before.
    """

    def __init__(
        self,
        sheet: Sheet,
        rows: tuple[int, int],
        year: int,
        pack: PackForms,
        ordered: Sequence[Cell] | None = None,
    ) -> None:
        self.sheet = sheet
        self.first, self.last = first, last = rows
        # cells are sorted as the tuples they are: by row and column
        self.ordered = sorted(sheet.cells.values()) if ordered is None else ordered
        inside = self.ordered[
            bisect_left(self.ordered, first, key=_ROW) : bisect_right(self.ordered, last, key=_ROW)
        ]
        #: rows with anything in them from the top down, the cells of each from the left
        self.rows = {row: list(cells) for row, cells in groupby(inside, _ROW)}
        self.used: set[tuple[int, int]] = set()
        self._words = words_in(year)
        self._meaning = meanings(pack)
        meaning = self._meaning
        #: the texts that can be something to a form, row by row
        self.telling = [
            (cell, found) for cell in inside if cell.kind is TEXT and (found := meaning(cell.raw))
        ]

    @cached_property
    def _merges(self) -> Merges:
        return merges_in(self.sheet.merges, self.first, self.last)

    def area(self, row: int, col: int) -> Area:
        """The merged area a cell lies in, or the cell itself."""
        return self._merges.area(row, col)

    def cell(self, row: int, col: int) -> Cell | None:
        """The cell that shows at this place: the anchor when the place lies in a merged area."""
        return self.sheet.cells.get(self._merges.anchor(row, col))

    def covers(self, cell: Cell) -> bool:
        """Whether a merged area hides the cell, so that nobody sees its content."""
        return self._merges.anchor(cell.row, cell.col) != (cell.row, cell.col)

    def meaning(self, cell: Cell) -> Meaning | None:
        """The meaning of a cell to the pack's forms; None for none, and for anything but text."""
        return self._meaning(cell.raw) if cell.kind is TEXT else None

    def words(self, cell: Cell) -> tuple[str, str] | None:
        """The normalised forms of a text that may be a label; None when it is too long or no text."""
        if cell.kind is not TEXT or len(cell.raw) > LABEL_LENGTH:
            return None
        words = self._words(cell.raw)
        return words if words[0] else None

    def texts(self, row: int) -> Iterator[LabelText]:
        """The texts of a row that may be labels."""
        for cell in self.rows.get(row, ()):
            words = self.words(cell)
            if words:
                yield LabelText(cell, self.area(row, cell.col), *words)

    def all_texts(self) -> Iterator[LabelText]:
        """The texts of all rows, from the top down."""
        for row in self.rows:
            yield from self.texts(row)

    def take(self, cell: Cell | None) -> Cell | None:
        """Mark a cell as explained."""
        if cell is not None:
            self.used.add((cell.row, cell.col))
        return cell

    def first_of(self, spot: Spot) -> tuple[Cell | None, str]:
        """The first cell of a spot that is filled, marked as explained, with the address to name."""
        cells = self.sheet.cells
        for place, ref in spot.places:
            if place in cells:
                self.used.add(place)
                return cells[place], ref
        return None, spot.blank

    def is_used(self, cell: Cell) -> bool:
        """Whether the cell has already been explained."""
        return (cell.row, cell.col) in self.used
