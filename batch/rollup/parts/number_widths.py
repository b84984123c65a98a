"""Columns with numbers wider than planned: no number may end as ####."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from batch.rollup.parts.columns import Column
from batch.rollup.parts.small_table import Cell


class NumberWidths:
    """The least and the greatest number of each column of a table, noted as they are written."""

    def __init__(self) -> None:
        self._extremes: dict[int, tuple[Decimal | int, Decimal | int]] = {}

    def note(self, number: int, value: Decimal | int) -> None:
        """A number in the column `number`."""
        least, greatest = self._extremes.get(number, (value, value))
        self._extremes[number] = min(least, value), max(greatest, value)

    def note_row(self, values: Sequence[Cell]) -> None:
        """The numbers of a row."""
        for number, value in enumerate(values):
            if value is not None and not isinstance(value, str):
                self.note(number, value)

    def widen(self, sheet: Any, columns: Sequence[Column[Any]]) -> None:
        """Widen the columns that are too narrow for their numbers."""
        for number, extremes in self._extremes.items():
            column = columns[number]
            needed = max(len(_printed(value, column.kind)) for value in extremes) + 2
            if needed > column.width:
                sheet.set_column(number, number, needed)


def _printed(value: Decimal | int, kind: str) -> str:
    """A number as its column shows it."""
    if kind == "rate":
        return f"{value * 100:.2f}%"
    return f"{value:,.0f}" if kind == "count" else f"{value:,.2f}"
