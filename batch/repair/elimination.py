"""Feasibility of linear inequalities over free cells, and the bounds of each cell (Fourier–Motzkin).

Integer arithmetic. Every derived inequality keeps the two it was made of, so that a contradiction tells which
of those given it is the sum of, and how often it takes each. Cells are single bits here and sets of cells are
numbers, whatever the caller counts.
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
    """Σ factor × free cell + constant ≤ 0 (strict: < 0)."""

    __slots__ = ("constant", "factors", "made_of", "source", "strict")

    def __init__(
        self, factors: Factors, constant: int, source: int, *, strict: bool, made_of: _Parts | None = None
    ) -> None:
        """`source`: what the caller knows a given one by; `made_of`: of a derived one."""
        self.factors = factors
        self.constant = constant
        self.source = source
        self.strict = strict
        self.made_of = made_of

    @property
    def is_false(self) -> bool:
        """Whether it has no free cell and does not hold."""
        return not self.factors and (self.constant > 0 or (self.strict and self.constant == 0))


#: (left, times, right, by, divisor): left × times + right × by, divided
_Parts = tuple[Inequality, int, Inequality, int, int]


def summands(derived: Inequality) -> dict[int, int]:
    """By the source of each given inequality, how often a derived one has it in its sum."""
    return _summed(derived, {})[0]


def _summed(one: Inequality, known: dict[int, tuple[dict[int, int], int]]) -> tuple[dict[int, int], int]:
    """The summands of `one` times a number, and that number."""
    if one.made_of is None:
        return {one.source: 1}, 1
    found = known.get(id(one))
    if found is None:
        left, times, right, by, divisor = one.made_of
        first, so_often = _summed(left, known)
        second, as_often = _summed(right, known)
        total = {source: count * times * as_often for source, count in first.items()}
        for source, count in second.items():
            total[source] = total.get(source, 0) + count * by * so_often
        scale = divisor * so_often * as_often
        common = gcd(scale, *total.values())
        total = {source: count // common for source, count in total.items()}
        found = known[id(one)] = total, scale // common
    return found


def contradiction(inequalities: Iterable[Inequality]) -> Inequality | None:
    """What is false and follows from the inequalities; None when they can hold together.

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

    def contradiction(self) -> Inequality | None:
        """What is false and follows; None when all can hold together. Nothing is left of the system then.

        Raises TooLarge.
        """
        false: Inequality | None = None
        while false is None and self.several:
            false = self.eliminate(_cheapest(self))
        return false

    def add_all(self, inequalities: Iterable[Inequality]) -> Inequality | None:
        """Add inequalities up to the first contradiction that shows at once; what is false then.

        Raises TooLarge.
        """
        for one in inequalities:
            false = self._add(one)
            if false is not None:
                return false
        if len(self.several) > MOST:
            raise TooLarge
        return None

    def _add(self, one: Inequality) -> Inequality | None:
        if len(one.factors) > 1:
            self.several.append(one)
            return None
        if not one.factors:
            return one if one.is_false else None
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
        if gap > 0 or (gap == 0 and (one.strict or other.strict)):
            return _joined(one, abs(other.factors[0][1]), other, abs(factor))
        return None

    def eliminate(self, cell: Bits) -> Inequality | None:
        """Take a cell out; what shows to be false."""
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
    strict = left.strict or right.strict
    return Inequality(tuple(kept), constant, -1, strict=strict, made_of=(left, times, right, by, divisor))
