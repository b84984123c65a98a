"""Serialized results of one unit (msgspec): what travels between processes and what the ledger keeps.

A unit has hundreds of filled values and a county a thousand units, so details and findings stay serialized
until they are iterated over. Of the outcomes only the verdict of each check is kept.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import starmap
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, overload

import msgspec

from batch.checks.engine.printed import Print
from batch.model.cause import Cause
from batch.model.review import Finding, Outcome, Review, verdicts
from batch.model.scores import Figure, Scorecard
from batch.model.status import Verdict
from batch.model.unit_facts import DetailRow, KeptCell, TieFacts, UnitFacts
from batch.store.spool import Kept

_LEVEL = 1
_Part = tuple[bytes, int]
_PARTS = msgspec.msgpack.Decoder(tuple[bytes, bytes, _Part, _Part, _Part, _Part, _Part, _Part])
_ENDED = msgspec.msgpack.Decoder(list[tuple[str, Verdict]])
_REST = msgspec.msgpack.Decoder(tuple[Review, bytes, dict[str, bytes]])
ENCODER = msgspec.msgpack.Encoder()
#: facts that many units have the same
ALIKE = ("places", "quality", "quality_lost")
#: so many different outcomes are shared
_SHARED = 1024
_PlainRow = tuple[
    str, str, str, str, Decimal | None, str | None, bool, str, Decimal | None, str, str, str, str
]  # fmt: skip
Item = TypeVar("Item")


class Packed(Sequence[Item]):
    """A serialized list of one unit, decoded at each iteration."""

    __slots__ = ("_blob", "_count")
    _decoder: ClassVar[Any]

    def __init__(self, blob: bytes | Kept, count: int) -> None:
        self._blob = blob
        self._count = count

    @classmethod
    def of(cls, items: Sequence[Item]) -> Self:
        """Serialize items; what is serialized already is returned as it is."""
        return items if isinstance(items, cls) else cls(_squeezed(cls._as_plain(items)), len(items))

    @property
    def parts(self) -> tuple[bytes, int]:
        """The bytes it consists of."""
        blob = self._blob
        return blob.read() if isinstance(blob, Kept) else blob, self._count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items(zlib.decompress(self.parts[0])) if self._count else ())

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        return list(self)[at]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.parts

    @staticmethod
    def _as_plain(items: Sequence[Item]) -> object:
        return items

    @classmethod
    def _items(cls, packed: bytes) -> Iterable[Item]:
        items: list[Item] = cls._decoder.decode(packed)
        return items


class PackedDetails(Packed[DetailRow]):
    """The rows of 明细数据 of one unit."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[_PlainRow])

    @staticmethod
    def _as_plain(items: Sequence[DetailRow]) -> object:
        return [_plain(row) for row in items]

    @classmethod
    def _items(cls, packed: bytes) -> Iterable[DetailRow]:
        return map(_row, cls._decoder.decode(packed))


class PackedCells(Packed[KeptCell]):
    """The values of one unit's details that the checks across units ask for."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[KeptCell])


class PackedFindings(Packed[Finding]):
    """The findings about one unit."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[Finding])


class PackedFigures(Packed[Figure]):
    """What was recomputed for one unit, as its copies show it."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[Figure])


class PackedTies(Packed[TieFacts]):
    """How the ties of one unit came out."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[TieFacts])


class PackedCard(Packed[Scorecard]):
    """The scorecard of one unit; none for a review made without scoring."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[Scorecard])


def pack(review: Review, facts: UnitFacts) -> bytes:
    """Serialize a unit's review and facts; equal input gives equal bytes."""
    rest = replace(review, findings=[], outcomes=[], figures=[], scorecard=None)
    ended = ENCODER.encode([(outcome.check, outcome.verdict) for outcome in condensed(review.outcomes)])
    parts = (
        _squeezed((rest, ended, {name: ENCODER.encode(getattr(facts, name)) for name in ALIKE})),
        _squeezed(short_fields(facts)),
        PackedFindings.of(review.findings).parts,
        PackedFigures.of(review.figures).parts,
        PackedDetails.of(facts.details).parts,
        PackedCells.of(facts.asked).parts,
        PackedTies.of(facts.ties).parts,
        PackedCard.of([review.scorecard] if review.scorecard else []).parts,
    )
    return ENCODER.encode(parts)


class Parts(NamedTuple):
    """What `pack` put together, as separate parts."""

    #: without outcomes, and without what is long in it
    review: Review
    #: how each check ended, for `outcomes_of`
    ended: bytes
    #: by name: facts that many units have the same
    alike: dict[str, bytes]
    #: all other facts that are not long, squeezed
    figures: bytes
    #: findings, figures, details, cells asked for, ties and the scorecard, each with how many it holds
    long: Sequence[tuple[bytes, int]]


def parts_of(packed: bytes) -> Parts:
    """What `pack` was given, without its long lists."""
    rest, figures, *long = _PARTS.decode(packed)
    review, ended, alike = _REST.decode(zlib.decompress(rest))
    return Parts(review, ended, alike, figures, long)


def digest_of(findings: Sequence[Finding], printed: Print | None = None) -> str:
    """A short digest of further findings and of those removed as printed by the form; "" for neither."""
    told = printed.words if printed else ()
    return hashlib.sha256(ENCODER.encode((findings, told))).hexdigest() if findings or told else ""


def condensed(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """One outcome per check: its verdict on the whole unit."""
    return tuple(starmap(_ended, sorted(verdicts(outcomes).items())))


@lru_cache(_SHARED)
def once(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Outcomes, one shared object for all units with equal ones."""
    return outcomes


@cache
def _ended(check: str, verdict: Verdict) -> Outcome:
    return Outcome(check, verdict)


@lru_cache(_SHARED)
def outcomes_of(ended: bytes) -> tuple[Outcome, ...]:
    """The verdict of each check on a unit, one shared object for all units with equal ones."""
    return once(tuple(starmap(_ended, _ENDED.decode(ended))))


@cache
def names_of_short_fields() -> tuple[str, ...]:
    """The names of all fields of the facts that are not serialized separately."""
    return tuple(f.name for f in fields(UnitFacts) if f.name not in ("details", "asked", "ties", *ALIKE))


def short_fields(facts: UnitFacts) -> tuple[object, ...]:
    """The values of these fields."""
    return tuple(getattr(facts, name) for name in names_of_short_fields())


def _squeezed(value: object) -> bytes:
    return zlib.compress(ENCODER.encode(value), _LEVEL)


def _plain(row: DetailRow) -> tuple[object, ...]:
    """A row whose value is a number or a text, never a union of types (which msgspec cannot decode)."""
    number, text = (row.value, None) if isinstance(row.value, Decimal) else (None, row.value)
    return (
        row.form, row.project, row.row, row.column, number, text, row.is_rate, row.money_unit, row.money,
        row.file, row.sheet, row.cell, row.raw,
    )  # fmt: skip


def _row(plain: _PlainRow) -> DetailRow:
    form, project, row, column, number, text, is_rate, money_unit, money, file, sheet, cell, raw = plain
    return DetailRow(
        form, project, row, column, text if number is None else number, is_rate, money_unit, money,
        file, sheet, cell, raw,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settled:
    """The effect of a unit's further findings: all its findings, and what follows from them."""

    findings: PackedFindings
    causes: tuple[Cause, ...]
    grade: str
    doubtful_points: Decimal | None
    #: the fields of its facts that are others now
    facts: dict[str, Any]
