"""Feasibility of linear inequalities over free cells, and the bounds of each cell (Fourier–Motzkin).

Integer arithmetic. Every derived inequality keeps the cells it came from: a contradiction names the cells one
of which must change. Cells are single bits here and sets of cells are numbers, whatever the caller counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd

#: a set, each member one bit
Bits = int
#: factors of the free cells, sorted by cell
Factors = tuple[tuple[Bits, int], ...]
#: more inequalities than this are not worth it: the search gives up
MOST = 400


class TooLarge(Exception):  # noqa: N818 - says what it is
    """The elimination grows beyond what one cluster of cells is worth."""


class Inequality:
    """Σ factor × free cell + constant ≤ 0 (strict: < 0), with the cells it follows from."""

    __slots__ = ("constant", "factors", "origin", "strict")

    def __init__(self, factors: Factors, constant: int, origin: Bits, *, strict: bool) -> None:
        self.factors = factors
        self.constant = constant
        self.origin = origin
        self.strict = strict

    @property
    def is_false(self) -> bool:
        """Whether it has no free cell and does not hold."""
        return not self.factors and (self.constant > 0 or (self.strict and self.constant == 0))


def contradiction(inequalities: Iterable[Inequality]) -> Bits | None:
    """The cells of a contradiction among the inequalities; None when they can hold together.

    Raises TooLarge.
    """
    system = System()
    false = system.add_all(inequalities)
    return system.contradiction() if false is None else false


def value_bounds(inequalities: System, cell: Bits) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest value of one cell, None where there is no bound. They must be consistent."""
    system = inequalities.copy()
    while system.several:
        system.eliminate(_cheapest(system, cell))
    low, high = system.below.get(cell), system.above.get(cell)
    return _limit(low) if low else None, _limit(high) if high else None


class System:
    """Inequalities to be solved. Of those of one cell alone only the tightest on each side counts."""

    def __init__(self) -> None:
        #: by cell, the inequality of that cell alone that keeps it down, and the one that keeps it up
        self.above: dict[Bits, Inequality] = {}
        self.below: dict[Bits, Inequality] = {}
        #: those of several cells
        self.several: list[Inequality] = []

    def copy(self) -> System:
        """The same inequalities, to add others to."""
        other = System()
        other.above, other.below, other.several = self.above.copy(), self.below.copy(), self.several.copy()
        return other

    def contradiction(self) -> Bits | None:
        """The cells of a contradiction; None when all can hold together. Nothing is left of the system then.

        Raises TooLarge.
        """
        false: Bits | None = None
        while false is None and self.several:
            false = self.eliminate(_cheapest(self))
        return false

    def add_all(self, inequalities: Iterable[Inequality]) -> Bits | None:
        """Add inequalities up to the first contradiction that shows at once; its origin.

        Raises TooLarge.
        """
        for one in inequalities:
            false = self._add(one)
            if false is not None:
                return false
        if len(self.several) > MOST:
            raise TooLarge
        return None

    def _add(self, one: Inequality) -> Bits | None:
        if len(one.factors) > 1:
            self.several.append(one)
            return None
        if not one.factors:
            return one.origin if one.is_false else None
        ((cell, factor),) = one.factors
        side, other_side = (self.above, self.below) if factor > 0 else (self.below, self.above)
        known = side.get(cell)
        if known is not None and not _is_tighter(one, known):
            return None
        side[cell] = one
        other = other_side.get(cell)
        if other is None:
            return None
        gap = one.constant * abs(other.factors[0][1]) + other.constant * abs(factor)
        is_false = gap > 0 or (gap == 0 and (one.strict or other.strict))
        return one.origin | other.origin if is_false else None

    def eliminate(self, cell: Bits) -> Bits | None:
        """Take a cell out; the origin of a contradiction that shows."""
        above: list[tuple[int, Inequality]] = []
        below: list[tuple[int, Inequality]] = []
        rest: list[Inequality] = []
        for one in self.several:
            factor = next((factor for other, factor in one.factors if other == cell), 0)
            if factor:
                (above if factor > 0 else below).append((factor, one))
            else:
                rest.append(one)
        for side, alone in ((above, self.above.pop(cell, None)), (below, self.below.pop(cell, None))):
            if alone is not None:
                side.append((alone.factors[0][1], alone))
        self.several = rest
        seen = {(one.factors, one.constant, one.strict) for one in rest}
        for up, upper in above:
            made = []
            for down, lower in below:
                joined = _joined(upper, -down, lower, up)
                key = (joined.factors, joined.constant, joined.strict)
                if key not in seen:
                    seen.add(key)
                    made.append(joined)
            false = self.add_all(made)
            if false is not None:
                return false
        return None


def _is_tighter(one: Inequality, other: Inequality) -> bool:
    """Of two inequalities that keep one cell on the same side, whether the first allows less."""
    left = one.constant * abs(other.factors[0][1])
    right = other.constant * abs(one.factors[0][1])
    return left > right or (left == right and one.strict and not other.strict)


def _limit(one: Inequality) -> Fraction:
    return Fraction(-one.constant, one.factors[0][1])


def _cheapest(system: System, besides: Bits | None = None) -> Bits:
    """The cell whose elimination makes the fewest new inequalities; the first one on a tie."""
    above: dict[Bits, int] = {}
    below: dict[Bits, int] = {}
    for one in system.several:
        for cell, factor in one.factors:
            side = above if factor > 0 else below
            side[cell] = side.get(cell, 0) + 1
    cells = sorted((above.keys() | below.keys()) - {besides})
    return min(
        cells,
        key=lambda cell: (
            (above.get(cell, 0) + (cell in system.above)) * (below.get(cell, 0) + (cell in system.below))
        ),
    )


def _joined(left: Inequality, times: int, right: Inequality, by: int) -> Inequality:
    factors: dict[Bits, int] = {cell: factor * times for cell, factor in left.factors}
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
