"""Parts squeezed in pieces are what zlib makes of the whole."""

from __future__ import annotations

import random
import zlib

import pytest

from batch.workbook.package.deflated import END, Squeezer, squeezed, whole
from batch.workbook.package.splice import CannotPatch, require_elements


@pytest.mark.parametrize("seed", range(20))
def test_pieces_make_a_whole(seed: int) -> None:
    chance = random.Random(seed)
    runs = [chance.randbytes(chance.choice((0, 1, 7, 300, 70_000))) for _ in range(chance.randint(0, 6))]
    runs += [b"<c/>" * chance.randint(0, 5000)]
    chance.shuffle(runs)
    pieces = [squeezed(run) for run in runs]
    data = b"".join(runs)
    assert whole((piece.crc, piece.size) for piece in pieces) == (zlib.crc32(data), len(data))
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    assert inflate.decompress(b"".join(piece.stored for piece in pieces) + END) == data
    assert inflate.eof


def test_pieces_may_stand_in_any_order() -> None:
    a, b = squeezed("甲".encode() * 1000), squeezed("乙".encode() * 1000)
    swapped = zlib.decompress(b.stored + a.stored + END, -zlib.MAX_WBITS)
    assert swapped == "乙".encode() * 1000 + "甲".encode() * 1000
    assert whole([(b.crc, b.size), (a.crc, a.size)])[0] == zlib.crc32(swapped)


def test_what_comes_run_by_run_is_squeezed_as_a_whole() -> None:
    runs = [b"<c/>" * 9000, b"", "甲".encode() * 5000, b"<c/>"]
    squeezer = Squeezer()
    for run in runs:
        squeezer.add(run)
    assert squeezer.piece() == squeezed(b"".join(runs))


def test_elements_stand_one_behind_the_other() -> None:
    require_elements('<c a="甲"/><c></c>'.encode())
    require_elements(b"")


@pytest.mark.parametrize("xml", [b"<c>", b"<c/></piece><piece>", b"<c/>&", b"<c></d>"])
def test_what_is_no_xml_is_refused(xml: bytes) -> None:
    with pytest.raises(CannotPatch, match="XML"):
        require_elements(xml)
