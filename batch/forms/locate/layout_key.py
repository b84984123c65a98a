"""The printed side of a form on a sheet: all that where its values stand depends on, and nothing else.

Units of a county fill in the same workbook, so that skeletons repeat where no two sheets are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from batch.forms.locate.view import LabelText, View, merges_in, words_in
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import FormSpec
from batch.model.book import TEXT, Area, Cell

#: a row of headings holds at least so many labels
_HEADINGS = 2


class LayoutKey(NamedTuple):
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


def layout_key_of(view: View, spec: FormSpec, year: int) -> LayoutKey:
    """The skeleton of a region that holds a form."""
    return LayoutKey(
        spec.key,
        year,
        view.first,
        view.last,
        tuple(view.rows),
        _labels(view),
        view.sheet.merges,
        tuple(_closing(view, spec)) if spec.list else (),
    )


def _labels(view: View) -> tuple[tuple[int, int, str], ...]:
    """Texts a label is recognised by, and parts of headings where headings may stand: nowhere else do
    words that people also answer with make two units' sheets different."""
    named = Counter(cell.row for cell, meaning in view.telling if meaning.printed)
    heads = {row for row, count in named.items() if count >= _HEADINGS}
    return tuple(
        [
            (cell.row, cell.col, cell.raw)
            for cell, meaning in view.telling
            if meaning.printed or (meaning.part and not heads.isdisjoint(range(cell.row - 1, cell.row + 2)))
        ]
    )


def _closing(view: View, spec: FormSpec) -> Iterator[tuple[int, int]]:
    for cell, meaning in view.telling:
        if cell is not view.rows[cell.row][0]:
            continue
        if meaning.note:
            yield cell.row, 0
        elif meaning.colon and normalise(cell.raw).startswith(spec.entry_starts):
            yield cell.row, cell.col


class PrintedRegion:
    """A skeleton as the locators see it."""

    def __init__(self, skeleton: LayoutKey) -> None:
        self.last = skeleton.last
        self.closing = dict(skeleton.closing)
        self._rows = frozenset(skeleton.rows)
        self._merges = merges_in(skeleton.merges, skeleton.first, skeleton.last)
        #: what gives a text's spellings as a label
        self.words = words = words_in(skeleton.year)
        #: by row, from the top and from the left
        self.texts: dict[int, list[LabelText]] = {}
        for row, col, raw in skeleton.labels:
            text = LabelText(Cell(row, col, TEXT, raw), self.area(row, col), *words(raw))
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
