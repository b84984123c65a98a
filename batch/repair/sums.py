"""Sums of cells with their units, as compiled from ties."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from batch.checks.engine.amount import MONEY, Amount, of_value
from batch.checks.engine.fields import Slot
from batch.model.form import BLANK, FILLED, PLACEHOLDER, Value
from batch.model.record import record
from batch.repair.linear import SCALE, Cell, Linear, Rational, scaled

_CENT = Fraction(1, 100)
_UNITS = {"count": "人", "score": "分", "percent": "%"}


@record(frozen=True, slots=True)
class LinearSum:
    """A linear expression with the unit its constants are in, and how many filled cells it has."""

    linear: Linear
    unit: str = ""
    filled: int = 0

    def scaled_by(self, factor: Rational) -> LinearSum:
        """The sum times a number."""
        return LinearSum(self.linear.scaled_by(factor), self.unit, self.filled)


def cell_of(slot: Slot) -> Cell:
    """The cell of a field."""
    return slot.table.file, slot.value.sheet, slot.value.ref


def unit_of(slot: Slot) -> str:
    """The unit of a cell, that of its form where it is blank."""
    if slot.value.unit or slot.value.is_filled:
        return slot.value.unit
    return slot.table.money_unit if slot.field.type == "money" else _UNITS.get(slot.field.type, "")


@cache
def base_of(unit: str) -> Fraction:
    """What one of this unit is of the base: 元 are ten-thousandths of 万元."""
    return Fraction(MONEY[unit]) if unit in MONEY else Fraction(1)


def number_of(value: Value) -> int | None:
    """What a value counts as; None when it is no exact number."""
    if value.state in (BLANK, PLACEHOLDER):
        return 0
    read = of_value(value, "")
    if value.state is not FILLED or not isinstance(read, Amount):
        return None
    return scaled(read.value * MONEY.get(value.unit, Decimal(1)))


@lru_cache(maxsize=1024)
def constant(number: Decimal) -> LinearSum:
    """A number written in the rule itself."""
    return LinearSum(Linear({}, _whole(Fraction(number) * SCALE)))


def _whole(number: Rational) -> Rational:
    return number.numerator if number.denominator == 1 else number


def total(sums: Sequence[LinearSum]) -> LinearSum:
    """Several sums of cells added up, none with a constant."""
    parts: dict[Cell, Rational] = {}
    unit = ""
    for one in sums:
        unit = _common_unit(unit, one.unit)
        for cell, factor in one.linear.parts.items():
            parts[cell] = parts.get(cell, 0) + factor
    return LinearSum(Linear(parts, 0), unit, sum(one.filled for one in sums))


def _common_unit(left: str, right: str) -> str:
    return "万元" if left != right and left in MONEY and right in MONEY else left or right


def in_one_unit(left: LinearSum, right: LinearSum) -> tuple[Linear, Linear, str]:
    """Both sides with their constants in one unit: a bare number takes the unit of what it stands beside."""
    a, b = left.linear, right.linear
    if left.unit in MONEY and not right.unit:
        b = _in_base(b, left.unit)
    elif right.unit in MONEY and not left.unit:
        a = _in_base(a, right.unit)
    return a, b, _common_unit(left.unit, right.unit)


def _in_base(bare: Linear, unit: str) -> Linear:
    return Linear(bare.parts, _whole(bare.constant * base_of(unit))) if bare.constant else bare


def compared_in_one_unit(left: LinearSum, right: LinearSum) -> tuple[Linear, Linear, str]:
    """Both sides of a comparison in one unit: see batch.checks.engine.evaluate.sides."""
    bare, money = (left, right) if not left.unit else (right, left)
    if bare.unit or not bare.linear.is_constant or money.unit not in MONEY or not bare.linear.constant:
        return in_one_unit(left, right)
    return left.linear, right.linear, "万元"


@lru_cache(maxsize=1024)
def slack_of(tolerance: str, unit: str, addends: int) -> Rational:
    """What batch.checks.engine.tolerance.allowed allows, in 1/SCALE of the base."""
    if tolerance == "TOL_W":
        wan = max(_CENT, Fraction(1, 200) * addends)
        return _whole(wan * SCALE * (1 if unit in MONEY else base_of(unit)))
    if tolerance == "TOL_0":
        return 0
    number = _CENT if tolerance in ("TOL_S", "TOL_X") else None
    if tolerance == "TOL_P":
        number = Fraction(5, 10**5) + Fraction(1, 10**4)
    if number is None:
        number = Fraction(Decimal(tolerance))
    return _whole(number * SCALE * base_of(unit))
