"""Rows and links of 汇总.xlsx on their way into it: squeezed and put away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self
from xml.sax.saxutils import quoteattr

from batch.model.book import column_letters
from batch.store.spool import Kept, Spool
from batch.workbook.package.deflated import Piece, squeezed
from batch.workbook.package.splice import require_elements

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
class WrittenRows:
    """Some rows of a sheet: how many, their cells, and what `pieces_of_links` made of their links."""

    rows: int
    cells: Piece
    links: tuple[Piece | None, Piece | None]


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


def pieces_of_links(links: Iterable[Link]) -> tuple[Piece | None, Piece | None]:
    """Which cells lead somewhere, and where to; a relationship is called after its cell.

    Raises CannotPatch for what is no XML: a mistake of ours.
    """
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
    return (_proven(places), _proven(targets)) if places else (None, None)


def _proven(elements: Iterable[str]) -> Piece:
    listed = "".join(elements).encode()
    require_elements(listed)
    return squeezed(listed)
