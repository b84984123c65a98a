"""Layout key: the part of a sheet that the positions of a form's values depend on, and nothing else.

Units of a county fill in copies of the same workbook, so that keys repeat although no two sheets are equal,
and layouts can be cached by them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import copy
from typing import NamedTuple

from batch.forms.locate.view import LabelText, View, merges_in, words_in
from batch.forms.spec.label_matching import Hit, Labels
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import FormSpec
from batch.model.book import TEXT, Area, Cell

#: instead of a column, for rows that begin with the name of a sum
SUM = -1
#: a row of headings holds at least so many labels
_HEADINGS = 2


class LayoutKey(NamedTuple):
    """Everything of a region its layout depends on; the name of its sheet does not matter."""

    form: str
    year: int
    first: int
    last: int
    #: all rows with anything in them, however it reads
    rows: tuple[int, ...]
    #: the texts that mean something to a form: (row, column, as written)
    labels: tuple[tuple[int, int, str], ...]
    merges: tuple[Area, ...]
    #: rows whose first cell begins a note (column 0), names a sum (SUM) or is an entry with its value, by row
    closing: tuple[tuple[int, int], ...]


def layout_key_of(view: View, spec: FormSpec, year: int) -> LayoutKey:
    """The layout key of a region that holds a form."""
    return LayoutKey(
        spec.key,
        year,
        view.first,
        view.last,
        tuple(view.rows),
        _labels(view, spec),
        view.sheet.merges,
        tuple(_closing(view, spec)) if spec.lists else (),
    )


def _labels(view: View, spec: FormSpec) -> tuple[tuple[int, int, str], ...]:
    """Texts by which a label is recognised, and parts of headings where headings may stand: words people
    also answer with would otherwise make the keys of two units different. Titles of blocks tell several lists
    apart."""
    several = len(spec.lists) > 1
    named = Counter(cell.row for cell, meaning in view.telling if meaning.printed)
    heads = {row for row, count in named.items() if count >= _HEADINGS}
    return tuple(
        [
            (cell.row, cell.col, cell.raw)
            for cell, meaning in view.telling
            if meaning.printed
            or (several and meaning.decor)
            or (meaning.part and not heads.isdisjoint(range(cell.row - 1, cell.row + 2)))
        ]
    )


def _closing(view: View, spec: FormSpec) -> Iterator[tuple[int, int]]:
    for cell, meaning in view.telling:
        if cell is not view.rows[cell.row][0]:
            continue
        if meaning.note:
            yield cell.row, 0
        elif meaning.sum:
            yield cell.row, SUM
        elif meaning.colon and normalise(cell.raw).startswith(spec.entry_starts):
            yield cell.row, cell.col


class PrintedRegion:
    """A region as the locators see it: labels and merged areas from its layout key."""

    def __init__(self, skeleton: LayoutKey) -> None:
        self.last = skeleton.last
        self.closing = dict(skeleton.closing)
        self._named: dict[Labels, dict[int, list[tuple[LabelText, Hit]]]] = {}
        self._rows = frozenset(skeleton.rows)
        self._merges = merges_in(skeleton.merges, skeleton.first, skeleton.last)
        #: what gives a text's spellings as a label
        self.words = words = words_in(skeleton.year)
        #: by row, from the top and from the left
        self.texts: dict[int, list[LabelText]] = {}
        for row, col, raw in skeleton.labels:
            text = LabelText(Cell(row, col, TEXT, raw), self.area(row, col), *words(raw))
            self.texts.setdefault(row, []).append(text)

    def named(self, labels: Labels) -> dict[int, list[tuple[LabelText, Hit]]]:
        """The texts that are labels of this set, by row; rows without any are left out."""
        if labels not in self._named:
            found: dict[int, list[tuple[LabelText, Hit]]] = {}
            for row, texts in self.texts.items():
                for text in texts:
                    if hit := labels.find(text.squeezed, text.normal):
                        found.setdefault(row, []).append((text, hit))
            self._named[labels] = found
        return self._named[labels]

    def reworded(self, texts: dict[int, list[LabelText]]) -> PrintedRegion:
        """The same region with other texts."""
        other = copy(self)
        other.texts, other._named = texts, {}
        return other

    def area(self, row: int, col: int) -> Area:
        """The merged area a cell lies in, or the cell itself."""
        return self._merges.area(row, col)

    def merged(self, row: int) -> tuple[Area, ...]:
        """The merged areas that a row is part of."""
        return self._merges.of_row(row)

    def filled_rows(self, first: int, last: int) -> list[int]:
        """Rows with anything in them, top down."""
        return [row for row in range(first, last + 1) if row in self._rows]
