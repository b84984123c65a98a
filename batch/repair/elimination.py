"""Feasibility of linear inequalities over free cells, and the bounds of each cell (Fourier–Motzkin).

Integer arithmetic. Every derived inequality keeps the cells it came from: a contradiction names the cells one
of which must change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from batch.repair.linear import Cell

#: factors of the free cells, sorted by cell
Factors = tuple[tuple[Cell, int], ...]
#: more inequalities than this are not worth it: the search gives up
MOST = 400


class TooLarge(Exception):  # noqa: N818 - says what it is
    """The elimination grows beyond what one cluster of cells is worth."""


class Inequality:
    """Σ factor × free cell + constant ≤ 0 (strict: < 0), with the cells it follows from."""

    __slots__ = ("constant", "factors", "origin", "strict")

    def __init__(self, factors: Factors, constant: int, origin: frozenset[Cell], *, strict: bool) -> None:
        self.factors = factors
        self.constant = constant
        self.origin = origin
        self.strict = strict

    @property
    def is_false(self) -> bool:
        """Whether it has no free cell and does not hold."""
        return not self.factors and (self.constant > 0 or (self.strict and self.constant == 0))


def contradiction(inequalities: Iterable[Inequality]) -> frozenset[Cell] | None:
    """The cells of a contradiction among the inequalities; None when they can hold together.

    Raises TooLarge.
    """
    system = []
    for one in inequalities:
        if one.is_false:
            return one.origin
        if one.factors:
            system.append(one)
    while system:
        cell = _cheapest(system)
        system, false = _without(system, cell)
        if false is not None:
            return false
    return None


def value_bounds(inequalities: Sequence[Inequality], cell: Cell) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest value of one cell, None where there is no bound. They must be consistent."""
    system = [one for one in inequalities if one.factors]
    while True:
        others = {other for one in system for other, _ in one.factors} - {cell}
        if not others:
            break
        system, _ = _without(system, _cheapest(system, cell))
    low: Fraction | None = None
    high: Fraction | None = None
    for one in system:
        ((_, factor),) = one.factors
        limit = Fraction(-one.constant, factor)
        if factor > 0:
            high = limit if high is None else min(high, limit)
        else:
            low = limit if low is None else max(low, limit)
    return low, high


def _cheapest(system: Sequence[Inequality], besides: Cell | None = None) -> Cell:
    """The cell whose elimination makes the fewest new inequalities; the first one on a tie."""
    above: dict[Cell, int] = {}
    below: dict[Cell, int] = {}
    for one in system:
        for cell, factor in one.factors:
            side = above if factor > 0 else below
            side[cell] = side.get(cell, 0) + 1
    cells = sorted((above.keys() | below.keys()) - {besides})
    return min(cells, key=lambda cell: above.get(cell, 0) * below.get(cell, 0))


def _without(system: Sequence[Inequality], cell: Cell) -> tuple[list[Inequality], frozenset[Cell] | None]:
    """The system without a cell, or the origin of a contradiction that shows."""
    above: list[tuple[int, Inequality]] = []
    below: list[tuple[int, Inequality]] = []
    rest: list[tuple[int, Inequality]] = []
    for one in system:
        factor = next((factor for other, factor in one.factors if other == cell), 0)
        (above if factor > 0 else below if factor < 0 else rest).append((factor, one))
    made = [one for _, one in rest]
    seen = {(one.factors, one.constant, one.strict) for one in made}
    for up, upper in above:
        for down, lower in below:
            joined = _joined(upper, -down, lower, up)
            if joined.is_false:
                return [], joined.origin
            key = (joined.factors, joined.constant, joined.strict)
            if joined.factors and key not in seen:
                seen.add(key)
                made.append(joined)
        if len(made) > MOST:
            raise TooLarge
    return made, None


def _joined(left: Inequality, times: int, right: Inequality, by: int) -> Inequality:
    factors: dict[Cell, int] = {cell: factor * times for cell, factor in left.factors}
    for cell, factor in right.factors:
        factors[cell] = factors.get(cell, 0) + factor * by
    constant = left.constant * times + right.constant * by
    kept = [(cell, factor) for cell, factor in factors.items() if factor]
    divisor = gcd(constant, *(factor for _, factor in kept)) or 1
    if divisor > 1:
        kept = [(cell, factor // divisor) for cell, factor in kept]
        constant //= divisor
    kept.sort()
    return Inequality(tuple(kept), constant, left.origin | right.origin, strict=left.strict or right.strict)
