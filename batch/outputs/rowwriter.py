"""The rows of a table, spelt as they come and put away run by run: a sheet has one or more for every unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic

from batch.outputs.blocks import Cell
from batch.outputs.columns import Column, Row
from batch.outputs.longrows import SheetRows
from batch.outputs.pieces import Link, piece_of, pieces_of_links
from batch.outputs.rows import MAX_LINKS, AskedFormats, RowText
from batch.outputs.style import Look
from batch.spool import Spool

#: rows that are put away in one go
_RUN: Final = 256


class RowWriter(Generic[Row]):
    """Writes the rows of one table, top down."""

    def __init__(self, columns: Sequence[Column[Row]], look: Look, into: SheetRows, spool: Spool) -> None:
        self._into, self._spool = into, spool
        self._text = RowText(columns, AskedFormats(look), into.extremes, self._link)
        self._waiting: list[str] = []
        self._links: list[Link] = []
        self._linked = 0

    def write(self, row: int, item: Row) -> list[Cell]:
        """Write one row; returns its values. Raises OSError when there is no room."""
        text, values = self._text.spell(row, item, links=self._linked < MAX_LINKS)
        self._waiting.append(text)
        if len(self._waiting) == _RUN:
            self.close()
        return values

    def close(self) -> None:
        """Put away what waits. Raises OSError when there is no room."""
        if self._waiting:
            links = pieces_of_links(self._links)
            self._into.add(len(self._waiting), piece_of(self._waiting), links, self._spool)
            self._waiting, self._links = [], []

    def _link(self, link: Link) -> None:
        self._linked += 1
        self._links.append(link)
