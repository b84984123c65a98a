"""Rows are spelt apart from their sheets, which are written around them; `stitch` puts both together.

明细数据, 问题清单 and 勾稽核对表 have some hundreds of rows for every unit and are nine tenths of the
roll-up: workers spell the rows of some units each (`stretches`). Those of other tables are spelt as they
come (`rowwriter`). None of them stays in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic

from batch.model.review import Finding
from batch.model.unit_facts import DetailRow, TieFacts
from batch.rollup.parts.columns import Column, Row
from batch.rollup.parts.pieces import KeptPiece, WrittenRows
from batch.rollup.parts.row_xml import Extremes
from batch.store.spool import Spool

#: stands for the rows in their sheet: no text of a cell has it, `clean` leaves no control characters
MARK: Final = "\x02"
#: the first row of data, from 0: title, unit line and headings stand above
FIRST: Final = 3


@dataclass(frozen=True, slots=True)
class UnitRows:
    """What the long tables say about one unit."""

    unit: str
    files: tuple[str, ...] = ()
    findings: Sequence[Finding] = ()
    details: Sequence[DetailRow] = ()
    ties: Sequence[TieFacts] = ()
    #: by a finding's key, the batch it was first seen in; what is not there is new
    first_seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowContext:
    """What all rows have in common."""

    batch: str
    #: by check, what must hold, as people write it
    ties: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class LongTable(Generic[Row]):
    """One of these tables."""

    name: str
    columns: Sequence[Column[Row]]
    #: the rows of one unit, given how many rows stand above
    rows: Callable[[UnitRows, int, RowContext], Iterator[Row]]
    #: how many those are
    count: Callable[[UnitRows], int]
    #: a sheet holds so many
    most: int
    #: whether further ones stand on a further sheet, or nowhere
    goes_on: bool = False


@dataclass(slots=True)
class SheetRows:
    """The rows of one sheet, spelt and squeezed."""

    rows: int = 0
    extremes: Extremes = field(default_factory=Extremes)
    cells: list[KeptPiece] = field(default_factory=list)
    #: which cells lead somewhere, and where to
    links: list[KeptPiece] = field(default_factory=list)
    targets: list[KeptPiece] = field(default_factory=list)

    def add(self, written: WrittenRows, spool: Spool) -> None:
        """Put further rows away. Raises OSError when there is no room."""
        self.rows += written.rows
        self.cells.append(KeptPiece.of(written.cells, spool))
        for piece, pieces in zip(written.links, (self.links, self.targets), strict=True):
            if piece is not None:
                pieces.append(KeptPiece.of(piece, spool))


#: by the table's name and the number of its sheet, from 1
LongSheets = dict[tuple[str, int], SheetRows]
