"""A unit's work as bytes: what travels between processes and what the ledger keeps.

A unit has hundreds of filled values and a county a thousand units, so details stay packed until somebody
goes through them, and of the outcomes only how each check ended is kept.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields, make_dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any, get_type_hints, overload

import msgspec

from batch.checks.engine import verdict_of
from batch.model.review import Finding, Outcome, Review, Verdict
from batch.outputs.details import DetailRow
from batch.outputs.facts import UnitFacts

_LEVEL = 1


class PackedDetails(Sequence[DetailRow]):
    """The rows of 明细数据 of one unit, unpacked each time they are gone through."""

    __slots__ = ("_blob", "_count")

    def __init__(self, blob: bytes, count: int) -> None:
        self._blob = blob
        self._count = count

    @classmethod
    def of(cls, rows: Sequence[DetailRow]) -> PackedDetails:
        """Pack rows; packed ones are taken as they are."""
        if isinstance(rows, PackedDetails):
            return rows
        plain = [_plain(row) for row in rows]
        return cls(zlib.compress(msgspec.msgpack.encode(plain), _LEVEL), len(plain))

    @property
    def blob(self) -> bytes:
        """The packed bytes."""
        return self._blob

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[DetailRow]:
        return map(_row, msgspec.msgpack.decode(zlib.decompress(self._blob)))

    @overload
    def __getitem__(self, at: int) -> DetailRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[DetailRow]: ...
    def __getitem__(self, at: int | slice) -> DetailRow | Sequence[DetailRow]:
        return list(self)[at]

    def __reduce__(self) -> tuple[Any, ...]:
        return PackedDetails, (self._blob, self._count)


def pack(review: Review, facts: UnitFacts) -> bytes:
    """A unit's review and facts as bytes; the same give the same bytes."""
    details = PackedDetails.of(facts.details)
    figures = {name: getattr(facts, name) for name in _figures()}
    plain = (replace(review, outcomes=condensed(review.outcomes)), figures, details.blob, len(details))
    return zlib.compress(msgspec.msgpack.encode(plain), _LEVEL)


def unpack(packed: bytes) -> tuple[Review, UnitFacts]:
    """What `pack` was given, with the outcomes condensed."""
    review, figures, blob, count = _decoder().decode(zlib.decompress(packed))
    # of the same hundreds of outcomes a county has thousands
    review.outcomes = [_ended(outcome.check, outcome.verdict) for outcome in review.outcomes]
    given = {name: getattr(figures, name) for name in _figures()}
    return review, UnitFacts(**given, details=PackedDetails(blob, count))


def digest_of(findings: Sequence[Finding]) -> str:
    """What findings come to in a few characters; "" for none."""
    return hashlib.sha256(msgspec.msgpack.encode(findings)).hexdigest() if findings else ""


def condensed(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome a check: how it ended on the unit."""
    by_check = groupby(sorted(outcomes, key=lambda o: o.check), key=lambda o: o.check)
    return [Outcome(check, verdict_of(ended)) for check, ended in by_check]


@cache
def _ended(check: str, verdict: Verdict) -> Outcome:
    return Outcome(check, verdict)


@cache
def _figures() -> tuple[str, ...]:
    """The names of all facts but the details."""
    return tuple(f.name for f in fields(UnitFacts) if f.name != "details")


@cache
def _decoder() -> Any:
    types = get_type_hints(UnitFacts)
    figures: Any = make_dataclass("Figures", [(name, types[name]) for name in _figures()])
    return msgspec.msgpack.Decoder(tuple[Review, figures, bytes, int])


def _plain(row: DetailRow) -> tuple[object, ...]:
    """A row without a union of types: whether its value is a number is said beside it."""
    is_number = isinstance(row.value, Decimal)
    value = None if row.value is None else str(row.value)
    money = None if row.money is None else str(row.money)
    return (
        row.form, row.project, row.row, row.column, is_number, value, row.is_rate, row.money_unit, money,
        row.file, row.sheet, row.cell, row.raw,
    )  # fmt: skip


def _row(plain: Sequence[Any]) -> DetailRow:
    form, project, row, column, is_number, value, is_rate, money_unit, money, *place = plain
    return DetailRow(
        form, project, row, column, Decimal(value) if is_number else value, is_rate, money_unit,
        None if money is None else Decimal(money), *place,
    )  # fmt: skip
