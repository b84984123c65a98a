"""Find nearly equal texts: equal ones by their words, similar ones by shared n-grams.

Comparing every text with every other would take too long. Two texts that agree in nine tenths share n-grams
of eight characters; only texts that share one of their sixteen smallest n-grams are compared (MinHash).
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import reduce
from itertools import chain, pairwise
from math import ceil
from operator import itemgetter, or_
from typing import overload
from zlib import crc32

from batch.forms.spec.labels import remembered, squeeze

_PUNCTUATION = re.compile(r"[，。、；：,.;:“”\"'（）()]")
#: characters of a piece, and how many pieces stand for a text
_PIECE = 8
_PIECES = 16
#: of the texts that share a piece so many are remembered; the closest few are compared
_REMEMBERED = 20
_COMPARED = 5
#: longer texts are compared by their beginning
_LONGEST = 1000
#: parts in which pieces are gone through
_PARTS = 8
#: so many bits stand for the characters of a text
_BITS = 512


@remembered
def bare(text: str) -> str:
    """The words of a text: without blanks and punctuation."""
    return _PUNCTUATION.sub("", squeeze(text))


@dataclass(frozen=True, slots=True)
class Twin:
    """The other owners of a text like this one: the first of them, how alike, how many."""

    owner: str
    share: Decimal
    owners: int


class Texts(Sequence[str]):
    """Texts in one buffer: those of a batch are many, and gone through once or twice.

    As objects of their own they would leave memory in pieces when they are gone.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._buffer, self._ends = bytearray(), array("Q", (0,))
        for text in texts:
            self.append(text)

    def append(self, text: str) -> None:
        """One more."""
        self._buffer += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._buffer))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[n] for n in range(len(self))[at]]
        at = range(len(self))[at]
        return self._buffer[self._ends[at] : self._ends[at + 1]].decode("utf-8", "surrogatepass")


def twins(owners: Sequence[str], texts: Sequence[str], least: Decimal) -> list[Twin | None]:
    """For each bare text, and whose it is, those of other owners at least `least` alike; None without any.

    The order of the texts decides which owner is named; nothing else does.
    """
    firsts = _firsts(texts)
    # of most texts there is one
    shared: dict[int, list[str]] = {}
    for at, first in enumerate(firsts):
        if first != at:
            known = shared.setdefault(first, [owners[first]])
            if owners[at] != known[-1]:
                known.append(owners[at])
    near = _near(texts, [at for at, first in enumerate(firsts) if at == first], least)

    def twin(owner: str, first: int) -> Twin | None:
        found = [(Decimal(1), first), *sorted(near.get(first, ()), key=lambda pair: -pair[0])]
        others = [
            (share, other)
            for share, one in found
            for other in shared.get(one) or (owners[one],)
            if other != owner
        ]
        return Twin(others[0][1], others[0][0], len({other for _, other in others})) if others else None

    return [
        twin(owner, first) if first in shared or first in near else None
        for owner, first in zip(owners, firsts, strict=True)
    ]


def _firsts(texts: Sequence[str]) -> array[int]:
    """For each text the place of the first that is the same."""
    marks = array("q", map(hash, texts))
    firsts = array("I", range(len(marks)))
    for one, other in pairwise(sorted(firsts, key=marks.__getitem__)):
        if marks[one] == marks[other] and texts[firsts[one]] == texts[other]:
            firsts[other] = firsts[one]
    return firsts


def _near(
    texts: Sequence[str], different: Sequence[int], least: Decimal
) -> dict[int, list[tuple[Decimal, int]]]:
    """Pairs of different texts that are alike, under the places of both of them."""
    found: dict[int, list[tuple[Decimal, int]]] = {}
    holders: dict[int, tuple[int, ...]] = {}
    letters: dict[int, tuple[int, int]] = {}
    part, whole = least.as_integer_ratio()
    pieces, ends = array("I"), array("Q", (0,))
    for at in different:
        pieces.extend(_pieces(texts[at]))
        ends.append(len(pieces))
    # most pieces stand in one text alone: they are not looked up, nor kept for others to find
    several = _several(pieces)
    for at, (start, end) in zip(different, pairwise(ends), strict=True):
        own_pieces = [piece for piece in pieces[start:end] if piece in several]
        if not own_pieces:
            continue
        text = texts[at]
        shared = Counter(chain.from_iterable([holders.get(piece, ()) for piece in own_pieces]))
        own, size = _letters(text), len(text[:_LONGEST])
        # what `most_common` gives, in a third of its time
        for other, _ in sorted(shared.items(), key=itemgetter(1), reverse=True)[:_COMPARED]:
            # of a hundred pairs that share a piece all but a few are told apart by this alone
            others, other_size = letters[other]
            lacking = (own & ~others).bit_count()
            if 2 * whole * (size - lacking) < part * (size + other_size):
                continue
            share = alike(text, texts[other], least)
            if share >= least:
                found.setdefault(at, []).append((share, other))
                found.setdefault(other, []).append((share, at))
        letters[at] = own, size
        for piece in own_pieces:
            known = holders.get(piece, ())
            if len(known) < _REMEMBERED:
                holders[piece] = (*known, at)
    return found


def _several(pieces: array[int]) -> set[int]:
    """The pieces that stand in more than one text; some at a time, so that they are never all listed."""
    found: set[int] = set()
    for part in range(_PARTS):
        listed = sorted([piece for piece in pieces if piece % _PARTS == part])
        found.update(one for one, next_one in pairwise(listed) if one == next_one)
    return found


def _pieces(text: str) -> array[int]:
    text = text[:_LONGEST]
    # crc32 rather than hash(): the same in every process
    pieces = {crc32(text[n : n + _PIECE].encode()) for n in range(len(text) - _PIECE + 1)}
    return array("I", sorted(pieces)[:_PIECES])


@remembered
def _bit(character: str) -> int:
    return 1 << ord(character) % _BITS


def _letters(text: str) -> int:
    """The bits of a text's characters. Several may share one: bits say what is lacking, not what is there."""
    return reduce(or_, map(_bit, text[:_LONGEST]), 0)


def alike(left: str, right: str, least: Decimal = Decimal(0)) -> Decimal:
    """The share of characters two texts have in common, in their order; 0 when it cannot reach `least`."""
    a, b = sorted((left[:_LONGEST], right[:_LONGEST]))
    needed = ceil(least * (len(a) + len(b)) / 2)
    if min(len(a), len(b)) < needed or not _mostly_in(a, b, len(a) - needed):
        return Decimal(0)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    common = sum(block.size for block in matcher.get_matching_blocks())
    return Decimal(2 * common) / max(len(a) + len(b), 1)


def _mostly_in(text: str, other: str, spare: int) -> bool:
    """Whether all but `spare` characters of a text are in the other as often, in whatever order."""
    for character in set(text):
        lacking = text.count(character) - other.count(character)
        if lacking > 0:
            spare -= lacking
            if spare < 0:
                return False
    return True
