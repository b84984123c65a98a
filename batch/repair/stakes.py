"""The figures of money that settling a cause may change, and by how much."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from batch.checks.engine.amount import MONEY
from batch.checks.engine.fields import Slot
from batch.model.cause import Correction, Corrections, Stake
from batch.repair.changes import Change
from batch.repair.linear import Cell
from batch.repair.proposals import Option
from batch.repair.rows import Rows
from batch.repair.sums import unit_of
from batch.repair.trial import Tried


def stakes_of(wrong: Iterable[Tried], compiled: Rows) -> tuple[Stake, ...]:
    """The figures of money that the ways to settle these 错误 change."""
    most: dict[tuple[str, str], Decimal] = {}
    expected: dict[tuple[str, str], Decimal] = {}
    for tried in wrong:
        ways = len(tried.options)
        for option, corrections in zip(tried.options, tried.corrections, strict=True):
            for slot, by in _moves(option, corrections, compiled):
                key = (slot.table.form, slot.name)
                most[key] = max(by, most.get(key, by))
                expected[key] = expected.get(key, Decimal(0)) + by / ways
    return tuple(Stake(*key, by, expected[key]) for key, by in most.items())


def _moves(option: Option, corrections: Corrections, compiled: Rows) -> list[tuple[Slot, Decimal]]:
    """By how much each sum of money moves, in 万元: those that are typed, and those whose formulas follow."""
    moves: dict[Cell, tuple[Slot, Decimal]] = {}
    for change, correction in zip(option.changes, corrections, strict=True):
        slot = compiled.slots[change.cell]
        unit = unit_of(slot)
        if unit in MONEY:
            moves[change.cell] = (
                slot,
                _moved(change, correction, slot.value.number or Decimal(0)) * MONEY[unit],
            )
    for one in compiled.followers:
        if one.total is None or one.cell in moves or unit_of(one.slot) not in MONEY:
            continue
        by = Decimal(0)
        for cell, factor in one.total.parts.items():
            if cell in moves:
                share = Fraction(factor)
                by += moves[cell][1] * share.numerator / share.denominator
        moves[one.cell] = one.slot, by
    return [(slot, abs(by)) for slot, by in moves.values() if by]


def _moved(change: Change, correction: Correction, was: Decimal) -> Decimal:
    """By how much a change moves its cell; where it is known between two values only, to the farther one."""
    known = [change.number] if change.number is not None else [change.low, change.high]
    if change.follows >= 0 and correction.to:
        known = [Decimal(correction.to)]
    return max((number - was for number in known if number is not None), key=abs, default=Decimal(0))
