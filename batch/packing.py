"""A unit's work as bytes: what travels between processes and what the ledger keeps.

A unit has hundreds of filled values and a county a thousand units, so details and findings stay packed until
somebody goes through them. Of the outcomes only how each check ended is kept, once for all units that ended
alike.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import starmap
from typing import Any, ClassVar, Self, TypeVar, get_type_hints, overload

import msgspec

from batch.checks.asked import Cell
from batch.checks.engine import verdicts
from batch.model.review import Finding, Outcome, Review, Verdict
from batch.model.scores import Figure, Scorecard
from batch.outputs.details import DetailRow
from batch.outputs.facts import UnitFacts
from batch.outputs.tiefacts import TieFacts
from batch.spool import Kept, Spool

_LEVEL = 1
_Part = tuple[bytes, int]
_PARTS = msgspec.msgpack.Decoder(tuple[bytes, bytes, _Part, _Part, _Part, _Part, _Part, _Part])
_ENDED = msgspec.msgpack.Decoder(list[tuple[str, Verdict]])
_REST = msgspec.msgpack.Decoder(tuple[Review, bytes, dict[str, bytes]])
_ENCODER = msgspec.msgpack.Encoder()
#: facts that many units have the same
_ALIKE = ("places", "quality", "quality_lost")
#: so many different ones are shared
_SHARED = 1024
_PlainRow = tuple[
    str, str, str, str, Decimal | None, str | None, bool, str, Decimal | None, str, str, str, str
]  # fmt: skip
Item = TypeVar("Item")


class Packed(Sequence[Item]):
    """Things of one unit, unpacked each time they are gone through."""

    __slots__ = ("_blob", "_count")
    _decoder: ClassVar[Any]

    def __init__(self, blob: bytes | Kept, count: int) -> None:
        self._blob = blob
        self._count = count

    @classmethod
    def of(cls, items: Sequence[Item]) -> Self:
        """Pack things; packed ones are taken as they are."""
        return items if isinstance(items, cls) else cls(_squeezed(cls._as_plain(items)), len(items))

    @property
    def parts(self) -> tuple[bytes, int]:
        """What it is made of."""
        blob = self._blob
        return blob.read() if isinstance(blob, Kept) else blob, self._count

    def put_away(self, spool: Spool) -> Self:
        """The same, with its bytes in a spool."""
        blob, count = self.parts
        return type(self)(spool.keep(blob), count) if count else self

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


class PackedCells(Packed[Cell]):
    """What the checks across units ask of one unit's details."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[Cell])


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


class PackedFacts:
    """The facts of one unit, put together each time they are asked for; what is long in them stays packed."""

    __slots__ = ("_figures", "_shared")

    def __init__(self, figures: bytes | Kept, shared: Mapping[str, Any]) -> None:
        """`figures`: all that `shared` does not have, as `msgpack` has it."""
        self._figures, self._shared = figures, shared

    def get(self) -> UnitFacts:
        """The facts."""
        figures = self._figures.read() if isinstance(self._figures, Kept) else self._figures
        return UnitFacts(
            **dict(zip(_figures(), _figures_decoder().decode(figures), strict=True)), **self._shared
        )

    def replaced(self, changed: Mapping[str, Any], spool: Spool) -> PackedFacts:
        """The facts with some of their fields changed, none of which is long."""
        facts = replace(self.get(), **changed)
        shared = {
            name: _alike(name, _ENCODER.encode(value)) if name in _ALIKE else value
            for name, value in ((name, getattr(facts, name)) for name in self._shared)
        }
        return PackedFacts(spool.keep(_ENCODER.encode(_figures_of(facts))), shared)


class FactsInTurn(Sequence[UnitFacts]):
    """The facts of all units of a batch, no more of them unpacked than somebody holds."""

    def __init__(self, packed: Sequence[PackedFacts]) -> None:
        self._packed = packed

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[UnitFacts]:
        return (packed.get() for packed in self._packed)

    @overload
    def __getitem__(self, at: int) -> UnitFacts: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[UnitFacts]: ...
    def __getitem__(self, at: int | slice) -> UnitFacts | Sequence[UnitFacts]:
        return FactsInTurn(self._packed[at]) if isinstance(at, slice) else self._packed[at].get()


class PackedCard(Packed[Scorecard]):
    """The scorecard of one unit; none for a review made without scoring."""

    __slots__ = ()
    _decoder = msgspec.msgpack.Decoder(list[Scorecard])


def pack(review: Review, facts: UnitFacts) -> bytes:
    """A unit's review and facts as bytes; the same give the same bytes."""
    rest = replace(review, findings=[], outcomes=[], figures=[], scorecard=None)
    ended = _ENCODER.encode([(outcome.check, outcome.verdict) for outcome in condensed(review.outcomes)])
    parts = (
        _squeezed((rest, ended, {name: _ENCODER.encode(getattr(facts, name)) for name in _ALIKE})),
        _squeezed(_figures_of(facts)),
        PackedFindings.of(review.findings).parts,
        PackedFigures.of(review.figures).parts,
        PackedDetails.of(facts.details).parts,
        PackedCells.of(facts.asked).parts,
        PackedTies.of(facts.ties).parts,
        PackedCard.of([review.scorecard] if review.scorecard else []).parts,
    )
    return _ENCODER.encode(parts)


def unpack(packed: bytes, spool: Spool) -> tuple[Review, PackedFacts, PackedCard]:
    """What `pack` was given: outcomes condensed, the scorecard apart, what is large packed, in `spool`."""
    rest, values, findings, figures, details, asked, ties, card = _PARTS.decode(packed)
    review, ended, alike = _REST.decode(zlib.decompress(rest))
    review.findings = PackedFindings(*findings).put_away(spool)
    review.figures = PackedFigures(*figures).put_away(spool)
    review.outcomes = _outcomes(ended)
    shared = {
        **{name: _alike(name, value) for name, value in alike.items()},
        "details": PackedDetails(*details).put_away(spool),
        "asked": PackedCells(*asked).put_away(spool),
        "ties": PackedTies(*ties).put_away(spool),
    }
    facts = PackedFacts(spool.keep(zlib.decompress(values)), shared)
    return review, facts, PackedCard(*card).put_away(spool)


def digest_of(findings: Sequence[Finding]) -> str:
    """What findings come to in a few characters; "" for none."""
    return hashlib.sha256(_ENCODER.encode(findings)).hexdigest() if findings else ""


def condensed(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """One outcome a check: how it ended on the unit."""
    return tuple(starmap(_ended, sorted(verdicts(outcomes).items())))


@lru_cache(_SHARED)
def once(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Outcomes, the same ones for all units that ended like that."""
    return outcomes


@cache
def _ended(check: str, verdict: Verdict) -> Outcome:
    return Outcome(check, verdict)


@lru_cache(_SHARED)
def _outcomes(packed: bytes) -> tuple[Outcome, ...]:
    return once(tuple(starmap(_ended, _ENDED.decode(packed))))


@lru_cache(_SHARED)
def _alike(name: str, packed: bytes) -> Any:
    # told apart by their bytes: 1.0 and 1.00 are equal and not the same
    return msgspec.msgpack.decode(packed, type=get_type_hints(UnitFacts)[name])


@cache
def _figures() -> tuple[str, ...]:
    """The names of all facts that are not packed by themselves."""
    return tuple(f.name for f in fields(UnitFacts) if f.name not in ("details", "asked", "ties", *_ALIKE))


def _figures_of(facts: UnitFacts) -> tuple[object, ...]:
    return tuple(getattr(facts, name) for name in _figures())


@cache
def _figures_decoder() -> msgspec.msgpack.Decoder[Any]:
    types = get_type_hints(UnitFacts)
    in_order: Any = tuple
    return msgspec.msgpack.Decoder(in_order[tuple(types[name] for name in _figures())])


def _squeezed(value: object) -> bytes:
    return zlib.compress(_ENCODER.encode(value), _LEVEL)


def _plain(row: DetailRow) -> tuple[object, ...]:
    """A row without a union of types: its value as a number or as a text."""
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
