"""A unit of a batch, stored in the spool; review and facts are decoded at each access.

A county has a thousand units, and each is read once for every sheet of the roll-up. In memory are only the
offsets of a unit's bytes and the verdicts of its checks, one object for all units with equal ones.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, Self, get_type_hints

import msgspec

from batch.model.review import Outcome, Review
from batch.model.scores import Scorecard
from batch.model.unit_facts import UnitFacts
from batch.store.spool import Kept, Spool
from batch.unit.serialization import (
    ALIKE,
    ENCODER,
    Packed,
    PackedCard,
    PackedCells,
    PackedDetails,
    PackedFigures,
    PackedFindings,
    PackedTies,
    Settled,
    names_of_short_fields,
    outcomes_of,
    parts_of,
    short_fields,
)

#: so many different facts are shared among units
_SHARED: Final = 1024
_LONG: Final[tuple[type[Packed[Any]], ...]] = (
    PackedFindings,
    PackedFigures,
    PackedDetails,
    PackedCells,
    PackedTies,
    PackedCard,
)
_FINDINGS, _FIGURES, _DETAILS, _CELLS, _TIES, _CARD = range(len(_LONG))
_REVIEW: Final = msgspec.msgpack.Decoder(Review)


class _Place(NamedTuple):
    """The offset of a long list in the spool, and its number of items."""

    at: int
    size: int
    holds: int


class _Stored(NamedTuple):
    """The part of a unit that is decoded at every access."""

    #: the review without what is long in it, and the facts that are no others by themselves
    review: bytes
    figures: bytes
    #: facts that many units have the same, by name
    alike: dict[str, bytes]
    #: of `_LONG`
    places: tuple[_Place, ...]


_STORED: Final = msgspec.msgpack.Decoder(_Stored)


class StoredUnit:
    """One unit of a batch, stored in the spool."""

    __slots__ = ("_kept", "outcomes")

    def __init__(self, kept: Kept, outcomes: tuple[Outcome, ...]) -> None:
        self._kept = kept
        #: how each check ended
        self.outcomes = outcomes

    @classmethod
    def of(cls, packed: bytes, spool: Spool) -> Self:
        """Store the unit that `pack` serialized. Raises OSError when the disk is full."""
        parts = parts_of(packed)
        places = tuple(_put_away(blob, count, spool) for blob, count in parts.long)
        stored = _Stored(ENCODER.encode(parts.review), zlib.decompress(parts.figures), parts.alike, places)
        return cls(spool.keep(ENCODER.encode(stored)), outcomes_of(parts.ended))

    def review(self) -> Review:
        """Its review without the scorecard; long lists in it are decoded when they are iterated over."""
        stored = self._stored()
        review = _REVIEW.decode(stored.review)
        review.findings, review.figures = self._long(stored, _FINDINGS), self._long(stored, _FIGURES)
        review.outcomes = self.outcomes
        return review

    def facts(self) -> UnitFacts:
        """Its facts; long lists in them are decoded when they are iterated over."""
        stored = self._stored()
        return UnitFacts(
            **dict(zip(names_of_short_fields(), _figures_decoder().decode(stored.figures), strict=True)),
            **{name: _alike(name, value) for name, value in stored.alike.items()},
            details=self._long(stored, _DETAILS),
            asked=self._long(stored, _CELLS),
            ties=self._long(stored, _TIES),
        )

    def card(self) -> Sequence[Scorecard]:
        """Its scorecard; none for a review made without scoring."""
        card: Sequence[Scorecard] = self._long(self._stored(), _CARD)
        return card

    def settle(self, settled: Settled) -> None:
        """Take over the findings of checks across units, and what changes with them.

        Raises OSError when the disk is full.
        """
        stored = self._stored()
        review = _REVIEW.decode(stored.review)
        review.grade, review.doubtful_points = settled.grade, settled.doubtful_points
        review.causes = settled.causes
        facts = replace(self.facts(), **settled.facts)
        places = list(stored.places)
        places[_FINDINGS] = _put_away(*settled.findings.parts, self._kept.spool)
        renewed = _Stored(
            ENCODER.encode(review),
            ENCODER.encode(short_fields(facts)),
            {name: ENCODER.encode(getattr(facts, name)) for name in ALIKE},
            tuple(places),
        )
        self._kept = self._kept.spool.keep(ENCODER.encode(renewed))

    def _stored(self) -> _Stored:
        return _STORED.decode(self._kept.read())

    def _long(self, stored: _Stored, which: int) -> Any:
        at, size, holds = stored.places[which]
        return _LONG[which](Kept(self._kept.spool, at, size), holds)


def _put_away(blob: bytes, count: int, spool: Spool) -> _Place:
    """A reference to the bytes in the spool; None for an empty list."""
    if not count:
        return _Place(0, 0, 0)
    kept = spool.keep(blob)
    return _Place(kept.at, kept.size, count)


@lru_cache(_SHARED)
def _alike(name: str, packed: bytes) -> Any:
    # told apart by their bytes: 1.0 and 1.00 are equal and not the same
    return msgspec.msgpack.decode(packed, type=get_type_hints(UnitFacts)[name])


@cache
def _figures_decoder() -> msgspec.msgpack.Decoder[Any]:
    types = get_type_hints(UnitFacts)
    in_order: Any = tuple
    return msgspec.msgpack.Decoder(in_order[tuple(types[name] for name in names_of_short_fields())])
