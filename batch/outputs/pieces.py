"""Rows and links of 汇总.xlsx on their way into it: gone through by a parser, squeezed, put away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Self
from xml.sax.saxutils import quoteattr

from batch.model.book import column_letters
from batch.spool import Kept, Spool
from batch.workbook.deflated import Piece, squeezed_in_turn
from batch.workbook.xmlsplice import well_formed

#: rows or links that are squeezed in one go
_RUN: Final = 128
#: how a link into another file begins
EXTERNAL: Final = "external:"
_HYPERLINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads into another file; row and column from 0, the target as `external` spells it."""

    row: int
    column: int
    target: str


@dataclass(frozen=True, slots=True)
class KeptPiece:
    """A `Piece` that was put away."""

    stored: Kept
    crc: int
    size: int

    @classmethod
    def of(cls, piece: Piece, spool: Spool) -> Self:
        """Put a piece away. Raises OSError when there is no room."""
        return cls(spool.keep(piece.stored), piece.crc, piece.size)


def piece_of(elements: Iterable[str]) -> Piece:
    """Elements squeezed. Raises CannotPatch when they are none: a mistake of ours."""
    return squeezed_in_turn(well_formed(_runs(elements)))


def pieces_of_links(links: Iterable[Link]) -> tuple[Piece | None, Piece | None]:
    """Which cells lead somewhere, and where to; a relationship is called after its cell."""
    places, targets = [], []
    for link in links:
        cell = f"{column_letters(link.column + 1)}{link.row + 1}"
        path, _, place = link.target.removeprefix(EXTERNAL).partition("#")
        location = f" location={quoteattr(place)}" if place else ""
        places.append(f'<hyperlink ref="{cell}" r:id="r{cell}"{location}/>')
        # as Excel writes paths itself
        target = quoteattr(path.replace("/", "\\"))
        targets.append(
            f'<Relationship Id="r{cell}" Type="{_HYPERLINK}" Target={target} TargetMode="External"/>'
        )
    return (piece_of(places), piece_of(targets)) if places else (None, None)


def _runs(elements: Iterable[str]) -> Iterator[bytes]:
    # some megabytes a piece: they never stand in memory as a whole
    ahead = iter(elements)
    while run := "".join(islice(ahead, _RUN)):
        yield run.encode()
