"""Linear expressions and rows over cells in exact integers.

Every number is an integer count of 1/SCALE of its base: 万元 for money, 1 for counts, points and rates (a
rate of 100 % is 1). A row says which cells are tied, and in which alternative ways the tie may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

from batch.model.record import record

#: 12 decimals: more than any program prints of what it computed
SCALE = 10**12

#: a factor or a sum: most are whole, and whole numbers are ten times as quick
Rational = int | Fraction
#: what a cell is known by: (file, sheet, address)
Cell = tuple[str, str, str]


def scaled(number: Decimal) -> int:
    """A number in units of 1/SCALE, rounded: a computed rate may have more digits than anybody prints."""
    return round(number * SCALE)


@record(frozen=True, slots=True)
class Linear:
    """A sum of cells, each times a rational number, plus a constant (in 1/SCALE)."""

    parts: Mapping[Cell, Rational]
    constant: Rational

    def plus(self, other: Linear, times: Rational = 1) -> Linear:
        """self + other × times."""
        if not other.parts:
            return Linear(self.parts, self.constant + other.constant * times)
        parts = dict(self.parts)
        for cell, factor in other.parts.items():
            total = parts.get(cell, 0) + factor * times
            if total:
                parts[cell] = total
            else:
                parts.pop(cell, None)
        return Linear(parts, self.constant + other.constant * times)

    def scaled_by(self, factor: Rational) -> Linear:
        """The expression times a number."""
        return Linear({cell: part * factor for cell, part in self.parts.items()}, self.constant * factor)

    @property
    def is_constant(self) -> bool:
        """Whether no cell takes part."""
        return not self.parts


NOTHING = Linear({}, 0)


@record(frozen=True, slots=True)
class Bound:
    """Σ factor × cell + constant ≤ slack, in integers; strict: < slack."""

    parts: tuple[tuple[Cell, int], ...]
    constant: int
    #: how far the sum may be above 0: the tolerance of the tie
    slack: int = 0
    strict: bool = False

    def opposite(self) -> Bound:
        """The negative of the sum within the same slack."""
        parts = tuple((cell, -factor) for cell, factor in self.parts)
        return Bound(parts, -self.constant, self.slack, self.strict)

    def holds(self, values: Mapping[Cell, int]) -> bool:
        """Whether it holds for these values."""
        total = self.constant + sum(factor * values[cell] for cell, factor in self.parts) - self.slack
        return total < 0 if self.strict else total <= 0


def bound(expression: Linear, slack: Rational = 0, *, strict: bool = False) -> Bound:
    """expression ≤ slack as integers without a common factor."""
    parts = sorted(expression.parts.items())
    numbers = [*(factor for _, factor in parts), expression.constant, slack]
    common = lcm(*[number.denominator for number in numbers])
    whole = [int(number * common) for number in numbers]
    divisor = gcd(*whole) or 1
    *factors, constant, room = [number // divisor for number in whole]
    cells = [cell for cell, _ in parts]
    return Bound(tuple(zip(cells, factors, strict=True)), constant, room, strict)


#: bounds that hold together
Case = tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One tie at one place. It holds when one of its cases does, or when a cell that frees it is changed."""

    check: str
    #: where the check looked, in the form's words
    place: str
    #: the ways in which it may hold; none: only a change of a freeing cell settles it
    cases: tuple[Case, ...]
    #: a rate that follows from others, a cell that must be filled: changed, it can always be made right
    freed_by: frozenset[Cell] = frozenset()
    #: the cell that follows from the others: a rate beside its quotient, a computed score
    result: Cell | None = None
    #: rows of several checks under one condition share it: they are judged together
    condition: str = ""
    #: whether it is no tie but the formula of the cell that frees it
    is_formula: bool = False
    #: the tie held to the last digit, where its tolerance is more than a slack: a rate as printed
    sharp: Case = ()
    #: all cells that take part
    cells: frozenset[Cell] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        inside = (cell for case in self.cases for one in case for cell, _ in one.parts)
        object.__setattr__(self, "cells", self.freed_by.union(inside))

    @property
    def is_equality(self) -> bool:
        """Whether it says what a cell comes to, not only how much at most or at least."""
        return bool(self.cases) and len(self.cases[0]) > 1

    def to_the_digit(self) -> Row:
        """The row without any tolerance."""
        cases = [tuple(replace(one, slack=min(one.slack, 0)) for one in case) for case in self.cases]
        if self.sharp:
            cases[0] = self.sharp
        return replace(self, cases=tuple(cases))

    def holds(self, values: Mapping[Cell, int]) -> bool:
        """Whether the row holds for these values."""
        return any(all(one.holds(values) for one in case) for case in self.cases)


def equal(expression: Linear, slack: Rational) -> Case:
    """expression == 0 within `slack`."""
    above = bound(expression, slack)
    return above, above.opposite()


def comparison(op: str, expression: Linear, slack: Rational) -> tuple[Case, ...]:
    """The cases of `expression op 0` within `slack`, as batch.checks.engine.tolerance.holds decides it."""
    if op == "==":
        return (equal(expression, slack),)
    # a strict comparison is not met within the slack
    is_strict = op not in ("<=", ">=")
    below = bound(expression, -slack if is_strict else slack, strict=is_strict)
    if op == "!=":
        return (below,), (below.opposite(),)
    return ((below if op in ("<=", "<") else below.opposite(),),)


def together(parts: Iterable[tuple[Case, ...]]) -> tuple[Case, ...]:
    """Cases of several conditions that must all hold."""
    cases: list[Case] = [()]
    for part in parts:
        cases = [(*left, *right) for left in cases for right in part]
    return tuple(cases)
