"""Targets and results whose sign and unit of measure are in columns of their own: ≥ | 95 | %, as
预算管理一体化 prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from batch.forms.read.quantities import Parsed, quantity, sign_of
from batch.forms.read.target_comparison import FIGURES
from batch.forms.read.values import parse_value, says_nothing
from batch.forms.spec.labels import squeeze
from batch.model.form import FILLED, Value

#: a figure as read, whichever of the two holds it
_Read = TypeVar("_Read", Parsed, Value)
#: where a sign points to; = points nowhere
_WAY = {"≥": 1, ">": 1, "≤": -1, "<": -1}
#: what stands between two names of one measure: 件（套）, 个/座
_BETWEEN = re.compile("[()/、,或]+")
_HAN = re.compile("[\u4e00-\u9fff]+")
#: a month of the year in question
_MONTH = re.compile(r"(\d{1,2})月(?:份|[底末初]|[上中下]旬|\d{1,2}[日号])?(?:之?前)?(?:完成)?")
#: up to this a bare result may be a fraction of a target in per cent: 0.98, 1
_FRACTION = Decimal("1.5")


def sign_in(text: str, words: Mapping[str, str]) -> str:
    """The sign that a text of the sign column stands for, ≧ and 大于等于 for ≥; "" for none: 定性, 预期性.

    `words`: further words of the pack with their signs.
    """
    said = squeeze(text)
    # 小于等于≤ says it twice
    names = (said, *_BETWEEN.split(said), _HAN.sub("", said))
    return next(filter(None, (words.get(name) or sign_of(name) for name in names)), "")


def with_columns(value: Value, sign: str, measure: str) -> Value:
    """A figure with the sign and the measure beside it, as far as its own cell has none."""
    own = _without(value, value.raw, measure)
    if value.state is not FILLED or own.kind not in FIGURES:
        return value
    if own.op and (sign == "=" or _WAY.get(sign) == _WAY[own.op]):
        sign = ""
    measure = "" if own.unit or _unit(measure) is None else measure
    return replace(_joined(own, sign, measure), sign=sign, measure=measure)


def in_measure(result: Value, target: Value, measure: str) -> Value:
    """A result in the measure of its row, where its cell names none.

    What may be a fraction beside a target in per cent stays as it is: 1 beside ≥ | 95 | %.
    """
    unit = _unit(measure)
    if unit is not None and unit.kind == "percent" and result.number is not None and not result.unit:
        upward = target.op not in ("≤", "<") and target.number is not None
        if upward and 0 < result.number <= _FRACTION < (target.number or 0) * 100:
            return result
    return with_columns(result, "", measure)


def parsed(value: Value) -> Parsed:
    """A target or result parsed together with the columns beside it."""
    read = parse_value(value.raw)
    if not value.sign and not value.measure:
        return read
    return _joined(_without(read, value.raw, value.measure), value.sign, value.measure)


def _without(own: _Read, raw: str, measure: str) -> _Read:
    """A figure without its measure, where that only repeats the one beside it: 11月, 5套 beside 件（套）."""
    unit = _unit(measure)
    if unit is None or own.unit == unit.unit:
        return own
    words = squeeze(raw)
    month = _MONTH.fullmatch(words) if unit.unit == "月" else None
    names = [name for name in (squeeze(measure), *_BETWEEN.split(squeeze(measure))) if name]
    bare = month[1] if month else next((words.removesuffix(n) for n in names if words.endswith(n)), words)
    read = parse_value(bare)
    if bare == words or read.kind not in FIGURES or read.unit:
        return own
    return replace(
        own,
        kind=read.kind,
        number=read.number,
        upper=read.upper,
        op=read.op,
        places=read.places,
        unit="",
        notes=read.notes,
    )


def _joined(own: _Read, sign: str, measure: str) -> _Read:
    """The figure with both; one whose own sign points the other way is no figure that could be compared."""
    if sign and own.op:
        return replace(own, kind="text", number=None, op="")
    op = own.op
    if own.upper is None and not op:
        # as much as nothing is at most nothing
        op = "≤" if sign == "=" and own.number == 0 else sign.replace("=", "")
    unit: Parsed = _unit(measure) or Parsed("number")
    if unit.number is None or own.number is None:
        return replace(own, op=op)
    return replace(
        own,
        kind=own.kind if own.kind == "range" else unit.kind,
        number=own.number * unit.number,
        upper=None if own.upper is None else own.upper * unit.number,
        op=op,
        places=own.places if unit.kind == "percent" else max(own.places - unit.number.adjusted(), 0),
        unit=unit.unit,
        notes=(*own.notes, *unit.notes),
    )


@lru_cache(maxsize=256)
def _unit(measure: str) -> Parsed | None:
    """One of what stands in the measure column: 0.01 of %, 10000人 of 万人; None when nothing does."""
    words = squeeze(measure)
    if says_nothing(words) or any(char.isdigit() for char in words):
        return None
    for name in (words, *_BETWEEN.split(words)):
        read = quantity(f"1{name}") if name else None
        if read is not None and read.unit and not read.op and "subject" not in read.notes:
            return read
    return Parsed("number", Decimal(1), unit=words)
