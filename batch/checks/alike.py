"""Texts that are nearly the same: exact ones by their words, near ones through shared pieces.

Comparing every text with every other would take a county's night. Two texts of which nine tenths agree
share pieces of eight characters; only texts that share some of their sixteen smallest pieces are compared.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import reduce
from itertools import chain, pairwise
from math import ceil
from operator import itemgetter, or_
from zlib import crc32

from batch.forms.labels import remembered, squeeze

_PUNCTUATION = re.compile(r"[，。、；：,.;:“”\"'（）()]")
#: characters of a piece, and how many pieces stand for a text
_PIECE = 8
_PIECES = 16
#: of the texts that share a piece so many are remembered; the closest few are compared
_REMEMBERED = 20
_COMPARED = 5
#: longer texts are compared by their beginning
_LONGEST = 1000
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


def twins(texts: Sequence[tuple[str, str]], least: Decimal) -> list[Twin | None]:
    """For each (owner, bare text) the texts of other owners at least `least` alike; None without any.

    The order of `texts` decides which owner is named; nothing else does.
    """
    owners: dict[str, list[str]] = {}
    for owner, text in texts:
        known = owners.setdefault(text, [])
        if owner not in known[-1:]:
            known.append(owner)
    near = _near(list(owners), least)
    return [_twin(owner, text, owners, near) for owner, text in texts]


def _twin(
    owner: str, text: str, owners: dict[str, list[str]], near: dict[str, list[tuple[Decimal, str]]]
) -> Twin | None:
    found = [(Decimal(1), text), *sorted(near.get(text, ()), key=lambda pair: -pair[0])]
    others = [(share, other) for share, twin in found for other in owners[twin] if other != owner]
    if not others:
        return None
    share, first = others[0]
    return Twin(first, share, len({other for _, other in others}))


def _near(texts: list[str], least: Decimal) -> dict[str, list[tuple[Decimal, str]]]:
    """Pairs of different texts that are alike, under both of them."""
    found: dict[str, list[tuple[Decimal, str]]] = {}
    holders: dict[int, tuple[str, ...]] = {}
    letters: dict[str, int] = {}
    part, whole = least.as_integer_ratio()
    # most pieces stand in one text alone: they are not looked up, nor kept for others to find
    ahead = [_pieces(text) for text in texts]
    several = {one for one, next_one in pairwise(sorted(chain.from_iterable(ahead))) if one == next_one}
    for text, all_pieces in zip(texts, ahead, strict=True):
        pieces = [piece for piece in all_pieces if piece in several]
        shared = Counter(chain.from_iterable([holders.get(piece, ()) for piece in pieces]))
        own, size = _letters(text), len(text[:_LONGEST])
        # what `most_common` gives, in a third of its time
        for other, _ in sorted(shared.items(), key=itemgetter(1), reverse=True)[:_COMPARED]:
            # of a hundred pairs that share a piece all but a few are told apart by this alone
            lacking = (own & ~letters[other]).bit_count()
            if 2 * whole * (size - lacking) < part * (size + len(other[:_LONGEST])):
                continue
            share = alike(text, other, least)
            if share >= least:
                found.setdefault(text, []).append((share, other))
                found.setdefault(other, []).append((share, text))
        letters[text] = own
        for piece in pieces:
            known = holders.get(piece, ())
            if len(known) < _REMEMBERED:
                holders[piece] = (*known, text)
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
