"""Rates typed without their sign: 97.62 and 0.9762 both mean 97.62 %, 下降6.84% means -6.84 %."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from batch.checks.engine.amount import Amount
from batch.checks.engine.tolerance import holds
from batch.forms.read.cell_value import BARE_PERCENT
from batch.forms.spec.labels import squeeze

_BARE = re.compile(r"[-+−]?[\d,]+(?:\.\d+)?")
_HUNDRED = Decimal(100)


def signed(typed: Amount) -> Amount:
    """A rate of change with its sign: 下降6.84% is -6.84 %."""
    falls = typed.value > 0 and len(typed.sources) == 1 and "decrease" in typed.sources[0].notes
    return replace(typed, value=-typed.value) if falls else typed


def as_rate(typed: Amount, due: Amount, tolerance: str) -> Amount:
    """What a bare number says where a rate belongs: the reading that is right, else the likelier one."""
    if due.unit != "%" or len(typed.sources) != 1:
        return typed
    if (fallen := signed(typed)) is not typed:
        # 降低5% is -5 % of a change, and 5 % of what was saved
        return typed if holds("==", typed, due, tolerance) else fallen
    if typed.text != squeeze(typed.sources[0].raw):
        return typed
    if not _BARE.fullmatch(typed.text):
        return typed
    (source,) = typed.sources
    number = typed.value * _HUNDRED if "percent-guessed" in source.notes else typed.value
    decimals = len(typed.text.partition(".")[2])
    fraction = replace(typed, value=number, unit="%", places=max(decimals - 2, 0))
    percent = replace(typed, value=number / _HUNDRED, unit="%", places=decimals)
    readings = (percent, fraction) if abs(number) > BARE_PERCENT else (fraction, percent)
    return next((reading for reading in readings if holds("==", reading, due, tolerance)), readings[0])
