"""Deflate streams made in independent pieces that can be concatenated into one part of a package.

Each piece ends on a full flush, so that pieces may be concatenated in any order. The CRC of the whole is
combined from theirs as zlib's crc32_combine does, which Python does not expose.
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
    """Compressed bytes of a part, with their CRC and size."""

    stored: bytes
    #: of the bytes as they were
    crc: int
    size: int


class Squeezer:
    """Compresses data chunk by chunk, so that only one chunk is in memory."""

    def __init__(self) -> None:
        self._squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._stored: list[bytes] = []
        self._crc = self._size = 0

    def add(self, run: bytes) -> None:
        """Compress one more chunk."""
        self._stored.append(self._squeeze.compress(run))
        self._crc, self._size = zlib.crc32(run, self._crc), self._size + len(run)

    def piece(self) -> Piece:
        """Everything added, as a piece that can be concatenated; equal input gives equal bytes."""
        self._stored.append(self._squeeze.flush(zlib.Z_FULL_FLUSH))
        return Piece(b"".join(self._stored), self._crc, self._size)


def squeezed(data: bytes) -> Piece:
    """One piece made of bytes that are all in memory."""
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
    """The factor by which a CRC is multiplied for so many bytes behind it: x to the power of their bits."""
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
    """The product of two polynomials modulo CRC-32's, bits reversed."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = a << 1 & 0xFFFFFFFF
        b = b >> 1 ^ (_POLYNOMIAL if b & 1 else 0)
    return product
