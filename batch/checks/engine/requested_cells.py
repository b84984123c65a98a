"""The filled values that checks across units request, selected where the unit is read.

A unit has hundreds of filled values, of which these checks use some twenty; only those travel to the
comparison.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from operator import attrgetter

from batch.model.record import record
from batch.model.unit_facts import DetailRow, KeptCell

#: form, row, column
Key = tuple[str, str, str]
#: the cells that checks across units are registered with
ASKED: set[Key] = set()


@record(frozen=True, slots=True)
class AskedCell:
    """A cell that a tie across units compares."""

    #: as the tie has it
    name: str
    form: str
    row: str
    column: str
    #: what its number counts: 万元, %, or ""
    unit: str
    #: whether it is a column of a list: every cell of it, whatever its row
    in_list: bool = False

    def fits(self, form: str, row: str, column: str) -> bool:
        """Whether a value stands in it."""
        return (form, column) == (self.form, self.column) and (self.in_list or row == self.row)


def requested_cells(
    values: Iterable[DetailRow], compared: Collection[AskedCell] = ()
) -> tuple[KeptCell, ...]:
    """The cells that checks across units ask for, in the order of the values; `compared`: those that ties
    of the pack compare."""
    return tuple(
        KeptCell(v.form, v.project, v.row, v.column, _number(v), v.file, v.sheet, v.cell, v.raw)
        for v in values
        if (v.form, v.row, v.column) in ASKED
        or (compared and any(asked.fits(v.form, v.row, v.column) for asked in compared))
    )


def field_of(key: Key) -> tuple[str, str]:
    """A cell's form and its field as `reads` of a check have them."""
    form, row, column = key
    return form, f"{row}.{column}" if row else column


def places_of(values: Iterable[DetailRow]) -> tuple[tuple[str, str], ...]:
    """(form, sheet): where the values stand, each once."""
    return tuple(dict.fromkeys(map(attrgetter("form", "sheet"), values)))


def _number(value: DetailRow) -> Decimal | None:
    return value.number if value.money is None else value.money
