"""The rows of a table on one sheet, spelt and squeezed as they come: none of them stays in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic

from batch.rollup.parts.columns import Column, Row
from batch.rollup.parts.pieces import Link, WrittenRows, pieces_of_links
from batch.rollup.parts.row_xml import Extremes, Formats, RowText
from batch.rollup.parts.small_table import Cell
from batch.workbook.package.deflated import Squeezer

#: rows that are squeezed in one go
_RUN: Final = 128


class RowWriter(Generic[Row]):
    """Writes the rows of one table, top down."""

    def __init__(self, columns: Sequence[Column[Row]], formats: Formats, extremes: Extremes) -> None:
        """`extremes` take in all numbers."""
        self._links: list[Link] = []
        self._text = RowText(columns, formats, extremes, self._links.append)
        self._squeezer, self._run = Squeezer(), list[bytes]()
        #: rows that were not taken yet
        self.rows = 0

    def write(self, row: int, item: Row, *, links: bool = True) -> list[Cell]:
        """Write one row, counted from 0; returns its values. Without `links` its cells lead nowhere.

        Raises CannotPatch when what came out is no XML: a mistake of ours.
        """
        text, values = self._text.spell(row, item, links=links)
        self._run.append(text)
        self.rows += 1
        if len(self._run) == _RUN:
            self._squeeze()
        return values

    def take(self) -> WrittenRows:
        """What was written since this was asked for last. Raises CannotPatch, see `write`."""
        self._text.prove()
        self._squeeze()
        written = WrittenRows(self.rows, self._squeezer.piece(), pieces_of_links(self._links))
        self._squeezer, self.rows = Squeezer(), 0
        self._links.clear()
        return written

    def _squeeze(self) -> None:
        self._squeezer.add(b"".join(self._run))
        self._run.clear()
