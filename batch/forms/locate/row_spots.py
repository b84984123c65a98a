"""The cells of a row that may hold the values of columns, by where the headings stand and what is merged."""

from __future__ import annotations

from typing import NamedTuple

from batch.forms.locate.headings import ColumnHeading
from batch.forms.locate.view import Spot
from batch.forms.spec.spec import Field
from batch.model.book import Area, column_letters


class ColumnSpan(NamedTuple):
    """A column that was found, and the columns of the sheet its heading spans."""

    name: str
    #: how its values are read: see `Field.type`
    type: str
    left: int
    right: int

    @classmethod
    def headed(cls, field: Field, heading: ColumnHeading) -> ColumnSpan:
        """The column of a field below its heading."""
        return cls(field.name, field.type, heading.left, heading.right)


def spot_in(row: int, column: ColumnSpan, areas: tuple[Area, ...], *, merged_down: bool) -> Spot:
    """The cells of a row that may hold a column's value; `areas`: the merged ones that the row is part of.

    A value that is merged with the column before has no cell of its own, and one that is merged with the row
    above has one where `merged_down`: headings of rows are, sums are not.
    """
    left = column.left
    shown = [_anchor(row, col, areas) for col in range(left, column.right + 1)] if areas else None
    if shown is None:
        own = [(row, col) for col in range(left, column.right + 1)]
    else:
        own = [place for place in shown if place[1] >= left and (merged_down or place[0] == row)]
        if merged_down or shown[0] in own:
            row, left = shown[0][0], max(shown[0][1], left)
    places = tuple([(place, f"{column_letters(place[1])}{place[0]}") for place in dict.fromkeys(own)])
    return Spot(column.name, column.type, places, f"{column_letters(left)}{row}")


def _anchor(row: int, col: int, areas: tuple[Area, ...]) -> tuple[int, int]:
    """The cell that holds what a place shows: the first cell of its merged area, or the cell itself."""
    for area in areas:
        if area.left <= col <= area.right:
            return area.top, area.left
    return row, col
