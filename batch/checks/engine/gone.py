"""What the checks across units ask of a unit's filled values: picked where the unit is read.

A unit has hundreds of filled values, of which these checks look at some twenty. Only those travel to where
units are compared, so that a county's values are not all gone through there.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from batch.model.record import record

#: form, row, column
Key = tuple[str, str, str]
#: the cells that checks across units are registered with
ASKED: set[Key] = set()


class FilledCell(Protocol):
    """One filled value and where it stands; see batch.figures.details.DetailRow."""

    @property
    def form(self) -> str:
        """Key of the form."""

    @property
    def project(self) -> str:
        """The project's name on a project's form."""

    @property
    def row(self) -> str:
        """Row of a grid; empty for a single field."""

    @property
    def column(self) -> str:
        """Column, or the name of a single field."""

    @property
    def value(self) -> Decimal | str | None:
        """A number when it is exactly one, a text, or None when it cannot be read."""

    @property
    def money(self) -> Decimal | None:
        """The same in 万元; None when it is no money."""

    @property
    def file(self) -> str:
        """The file, relative to the inbox."""

    @property
    def sheet(self) -> str:
        """Name of the sheet."""

    @property
    def cell(self) -> str:
        """Address of the cell."""

    @property
    def raw(self) -> str:
        """The text as the unit sees it."""


@record(frozen=True, slots=True)
class KeptCell:
    """One filled value that checks across units look at, and where it stands."""

    #: as in Value
    form: str
    project: str
    row: str
    column: str
    #: money in 万元; None when the value is not exactly a number
    number: Decimal | None
    file: str
    sheet: str
    cell: str
    raw: str


def asked_cells(values: Iterable[FilledCell]) -> tuple[KeptCell, ...]:
    """The cells that checks across units ask for, in the order of the values."""
    return tuple(
        KeptCell(v.form, v.project, v.row, v.column, _number(v), v.file, v.sheet, v.cell, v.raw)
        for v in values
        if (v.form, v.row, v.column) in ASKED
    )


def places_of(values: Iterable[FilledCell]) -> tuple[tuple[str, str], ...]:
    """(form, sheet): where the values stand, each once."""
    return tuple(dict.fromkeys((v.form, v.sheet) for v in values))


def _number(value: FilledCell) -> Decimal | None:
    if not isinstance(value.value, Decimal):
        return None
    return value.value if value.money is None else value.money
