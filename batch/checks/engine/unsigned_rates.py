"""Rates typed without a percent sign: 97.62 and 0.9762 both mean 97.62 %."""

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


def as_rate(typed: Amount, due: Amount, tolerance: str) -> Amount:
    """What a bare number says where a rate belongs: the reading that is right, else the likelier one."""
    if due.unit != "%" or len(typed.sources) != 1 or typed.text != squeeze(typed.sources[0].raw):
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
