"""Parts of a package that are squeezed in pieces: whoever makes a piece need not know the others.

Each piece ends on a full flush, so that pieces stand behind one another in whatever order; the CRC of the
whole follows from theirs, as zlib's crc32_combine works it out, which Python does not offer.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

#: what ends a stream of pieces: a last block without anything in it
END: Final = b"\x03\x00"
#: as zipfile squeezes
_LEVEL: Final = 6
#: CRC-32's polynomial, its bits in reverse
_POLYNOMIAL: Final = 0xEDB88320
_ONE: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes of some part, squeezed."""

    stored: bytes
    #: of the bytes as they were
    crc: int
    size: int


class Squeezer:
    """Squeezes what comes run by run, so that no more than one of them stands in memory."""

    def __init__(self) -> None:
        self._squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._stored: list[bytes] = []
        self._crc = self._size = 0

    def add(self, run: bytes) -> None:
        """One more run."""
        self._stored.append(self._squeeze.compress(run))
        self._crc, self._size = zlib.crc32(run, self._crc), self._size + len(run)

    def piece(self) -> Piece:
        """All of it, so that others may stand before and behind it; the same bytes give the same piece."""
        self._stored.append(self._squeeze.flush(zlib.Z_FULL_FLUSH))
        return Piece(b"".join(self._stored), self._crc, self._size)


def squeezed(data: bytes) -> Piece:
    """What `Squeezer` makes of bytes that are all there."""
    squeezer = Squeezer()
    squeezer.add(data)
    return squeezer.piece()


def whole(pieces: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """CRC and size of a part, from those of its pieces in their order."""
    crc = length = 0
    for own, size in pieces:
        crc = _times(_power(size), crc) ^ own
        length += size
    return crc, length


def _power(size: int) -> int:
    """What a CRC is multiplied by for so many bytes behind: x to the power of their bits."""
    product, bit = _ONE, 3
    while size:
        if size & 1:
            product = _times(_square(bit % 32), product)
        size >>= 1
        bit += 1
    return product


@cache
def _square(number: int) -> int:
    """x to the power of 2 to the `number`."""
    if not number:
        return _ONE >> 1
    half = _square(number - 1)
    return _times(half, half)


def _times(a: int, b: int) -> int:
    """The product of two remainders by CRC-32's polynomial, bits in reverse."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = a << 1 & 0xFFFFFFFF
        b = b >> 1 ^ (_POLYNOMIAL if b & 1 else 0)
    return product
