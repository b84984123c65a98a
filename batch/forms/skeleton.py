"""The printed side of a form on a sheet: all that where its values stand depends on, and nothing else.

Units of a county fill in the same workbook, so that skeletons repeat where no two sheets are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from batch.forms.labels import label as normalise
from batch.forms.labels import money_unit_in, remembered, squeeze
from batch.forms.spec import FormSpec, PackForms
from batch.forms.view import LABEL_LENGTH, Merges, Text, View, words_in
from batch.forms.years import all_canonical
from batch.model.book import TEXT, Area, Cell


class Skeleton(NamedTuple):
    """What of a region its layout depends on. The name of its sheet does not matter."""

    form: str
    year: int
    first: int
    last: int
    #: all rows with anything in them, however it reads
    rows: tuple[int, ...]
    #: the texts that mean something to a form: (row, column, as written)
    labels: tuple[tuple[int, int, str], ...]
    merges: tuple[Area, ...]
    #: rows whose first cell begins a note (column 0), or an entry with its value: (row, column)
    closing: tuple[tuple[int, int], ...]


@lru_cache(maxsize=4)
def means_something(pack: PackForms) -> Callable[[str], bool]:
    """Whether a cell's text can be part of a form's print, in a form of whatever year.

    True for every text that a label, a total, a note or the unit of money is recognised by. Other texts are
    no different from one another to whoever looks for those.
    """
    known = pack.totals.union(pack.subtotals, *(spec.spellings for spec in pack.forms.values()))

    def is_printed(raw: str) -> bool:
        if len(raw) > LABEL_LENGTH:
            return False
        spelt = all_canonical(squeeze(raw)) | all_canonical(normalise(raw))
        return (
            not known.isdisjoint(spelt)
            or any(text.startswith(pack.notes) for text in spelt)
            or bool(money_unit_in(raw))
        )

    return remembered(is_printed)


def printed_cells(cells: Iterable[Cell], pack: PackForms) -> list[Cell]:
    """Those of the cells whose text means something to a form."""
    is_printed = means_something(pack)
    return [cell for cell in cells if cell.kind is TEXT and is_printed(cell.raw)]


def skeleton_of(view: View, spec: FormSpec, year: int, pack: PackForms) -> Skeleton:
    """The skeleton of a region that holds a form."""
    rows = sorted(view.rows)
    printed = [cell for row in rows for cell in printed_cells(view.rows[row], pack)]
    return Skeleton(
        spec.key,
        year,
        view.first,
        view.last,
        tuple(rows),
        tuple([(cell.row, cell.col, cell.raw) for cell in printed]),
        view.sheet.merges,
        tuple(_closing(view, rows, spec, pack)) if spec.list else (),
    )


def _closing(view: View, rows: Iterable[int], spec: FormSpec, pack: PackForms) -> Iterable[tuple[int, int]]:
    for row in rows:
        first = view.rows[row][0]
        if normalise(first.raw[:8]).startswith(pack.notes):
            yield row, 0
        elif normalise(first.raw).startswith(spec.entry_starts):
            yield row, first.col


class Printed:
    """A skeleton as the locators see it."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.last = skeleton.last
        self.closing = dict(skeleton.closing)
        self._rows = frozenset(skeleton.rows)
        self._merges = Merges(skeleton.merges, skeleton.first, skeleton.last)
        words = words_in(skeleton.year)
        #: by row, from the top and from the left
        self.texts: dict[int, list[Text]] = {}
        for row, col, raw in skeleton.labels:
            text = Text(Cell(row, col, TEXT, raw), self.area(row, col), *words(raw))
            self.texts.setdefault(row, []).append(text)

    def area(self, row: int, col: int) -> Area:
        """The merged area a cell lies in, or the cell itself."""
        return self._merges.area(row, col)

    def anchors(self, row: int, left: int, right: int) -> list[tuple[int, int]]:
        """Where what shows in these columns of a row is kept, from the left."""
        anchor = self._merges.anchor
        return [anchor(row, col) for col in range(left, right + 1)]

    def filled_rows(self, first: int, last: int) -> list[int]:
        """Rows with anything in them, top down."""
        return [row for row in range(first, last + 1) if row in self._rows]
