"""Assemble 汇总.xlsx: the workbook XlsxWriter wrote, with the rows of long tables inserted into its sheets.

Rows arrive compressed and stay so: parts are written piece by piece and are never in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Final

from batch.model.limits import Limits
from batch.rollup.parts.long_rows import MARK, SheetRows
from batch.rollup.parts.pieces import KeptPiece
from batch.workbook.package.deflated import END, Piece, squeezed, whole
from batch.workbook.package.directory import DEFLATED, Member
from batch.workbook.package.package import Package
from batch.workbook.package.splice import require_well_formed
from batch.workbook.package.zip_writer import write_members

#: behind the links of a sheet; every sheet of ours has it
_BEHIND_LINKS: Final = b"<printOptions "
_RELATIONSHIPS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
)
#: the package is our own: nothing in it needs to be bounded
_OWN: Final = Limits(max_file=1 << 32, max_total=1 << 32, max_part=1 << 32, max_ratio=1 << 32)

_Pieces = Sequence[Piece | KeptPiece]


def stitch(file: IO[bytes], written: bytes, around: Mapping[int, SheetRows]) -> set[str]:
    """Write the workbook `written` with the rows of its sheets, by number, in the place of `MARK`.

    Returns the parts that were put together, from pieces each of which a parser has gone through. Raises
    OSError when the file cannot be written.
    """
    joined: set[str] = set()
    write_members(file, _members(Package.open(written, _OWN), around, joined))
    return joined


def _members(
    package: Package, around: Mapping[int, SheetRows], joined: set[str]
) -> Iterator[tuple[Member, int, Iterator[bytes]]]:
    for name in package.names():
        member, stored = package.raw(name)
        number = _number_of_sheet(name)
        rows = around.get(number)
        if rows is None:
            yield member, len(stored), iter((stored,))
            continue
        joined.add(name)
        yield _joined(member, _sheet(package.read(name), rows))
        if rows.targets:
            listing = f"xl/worksheets/_rels/sheet{number}.xml.rels"
            joined.add(listing)
            pieces: _Pieces = [squeezed(_RELATIONSHIPS), *rows.targets, squeezed(b"</Relationships>")]
            yield _joined(member._replace(name=listing, stored_name=listing.encode()), pieces)


def _number_of_sheet(name: str) -> int:
    number = name.removeprefix("xl/worksheets/sheet").removesuffix(".xml")
    return int(number) if number.isdecimal() else 0


def _sheet(xml: bytes, rows: SheetRows) -> _Pieces:
    """A sheet with its rows and their links in place."""
    head, _, tail = xml.partition(MARK.encode())
    require_well_formed(head + tail)
    if not rows.links:
        return [squeezed(head), *rows.cells, squeezed(tail)]
    before, mark, behind = tail.partition(_BEHIND_LINKS)
    return [
        squeezed(head),
        *rows.cells,
        squeezed(before + b"<hyperlinks>"),
        *rows.links,
        squeezed(b"</hyperlinks>" + mark + behind),
    ]


def _joined(member: Member, pieces: _Pieces) -> tuple[Member, int, Iterator[bytes]]:
    """A part made of pieces."""
    crc, size = whole((piece.crc, piece.size) for piece in pieces)
    stored = sum(len(piece.stored) for piece in pieces) + len(END)
    return member._replace(method=DEFLATED, crc=crc, size=size), stored, _stored(pieces)


def _stored(pieces: _Pieces) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.stored.read() if isinstance(piece, KeptPiece) else piece.stored
    yield END
