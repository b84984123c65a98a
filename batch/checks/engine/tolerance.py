"""Tolerances: how far two printed numbers may differ and still be equal (TOL_W, TOL_X, TOL_P, TOL_S, TOL_0).

Printed numbers are rounded; a tolerance is half a unit of the last printed digit for each number that took
part, never more. A rate may also have been truncated at its last printed digit.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from batch.checks.engine.amount import MONEY, Amount, round_half_up, same_unit

NAMES = {"TOL_W", "TOL_X", "TOL_P", "TOL_S", "TOL_0"}
CENT = Decimal("0.01")
HALF_CENT = Decimal("0.005")


_WORDS = {
    "TOL_W": "容差0.01万元（三个以上的数相加，每个数0.005万元）",
    "TOL_X": "容差0.01万元",
    "TOL_P": "容差0.015个百分点（填两位小数时），舍去末位以后的小数也算对",
    "TOL_S": "容差0.01分",
    "TOL_0": "",
}


def in_words(name: str) -> str:
    """A tolerance as people read it; "" for none. `name`: as in `allowed`."""
    return _WORDS.get(name, f"容差{name}")


def allowed(name: str, left: Amount, right: Amount) -> Decimal:
    """The difference that still passes, in the unit `same_unit` puts the two in.

    `name` is one of NAMES or a number in the unit of the left side.
    """
    if name == "TOL_W":
        addends = max(len(left.sources), len(right.sources))
        wan = max(CENT, HALF_CENT * addends)
        _, _, unit = same_unit(left, right)
        return wan / MONEY[unit] if unit == "元" else wan
    if name == "TOL_P":
        return Decimal(5).scaleb(-left.places - 3) + Decimal("0.0001")
    if name in ("TOL_S", "TOL_X"):
        return CENT
    if name == "TOL_0":
        return Decimal(0)
    return Decimal(name)


def _is_cut_off(rate: Decimal, exact: Decimal, places: int) -> bool:
    """Whether a rate is the exact one with its further decimals left out: 86.66% of 86.667 %."""
    return exact.quantize(Decimal(1).scaleb(-places - 2), ROUND_DOWN) == rate


def holds(op: str, left: Amount, right: Amount, tolerance: str) -> bool:
    """Whether `left op right` holds within the tolerance."""
    a, b, unit = same_unit(left, right)
    if op == "==" and a == b:
        # most ties are: no need to work out what is allowed
        return True
    if op in ("==", "!=") and tolerance == "TOL_X" and unit == "万元":
        equal = round_half_up(a, 2) == round_half_up(b, 2) or abs(a - b) <= CENT
        return equal is (op == "==")
    slack = allowed(tolerance, left, right)
    if op == "==":
        return abs(a - b) <= slack or (tolerance == "TOL_P" and _is_cut_off(a, b, left.places))
    if op == "!=":
        return abs(a - b) > slack
    if op == "<=":
        return a <= b + slack
    if op == ">=":
        return a + slack >= b
    if op == "<":
        return a < b - slack
    return a > b + slack
