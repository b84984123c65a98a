"""What the ties of a pack say about each other: which contradict, which follow from others, which never fail.

Exact linear algebra on the rows of the pack's own blank form, without tolerances. Equalities are solved one
after the other: one that comes to 0 = 0 follows from those before, one that comes to 0 = 1 contradicts them;
then the inequalities are held against each other with the equalities put in. A tie with a condition is held
against the ties that have none. Rates beside their quotients are not linear and not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from math import lcm

from batch.repair.elimination import Bits, Inequality, TooLarge, contradiction, summands
from batch.repair.linear import Bound, Case, Cell, Linear
from batch.repair.rows import Rows

#: numbers of rows
Numbers = frozenset[int]


class Proven(Enum):
    """What is proven of a tie; the value is the word people see."""

    CONTRADICTS = "互相矛盾"
    FOLLOWS = "可由别的得出"
    NEVER_FAILS = "不可能不成立"
    #: too many ties hang together to be decided
    OPEN = "没有判定"


@dataclass(frozen=True, slots=True)
class Proof:
    """One tie, what is proven of it, and the other ties it follows from or contradicts."""

    check: str
    proven: Proven
    others: tuple[str, ...] = ()
    #: in how many places of the form
    places: int = 1


@dataclass(slots=True)
class _Solved:
    """Equalities solved for one cell each, with the rows each rests on."""

    pivots: dict[Cell, tuple[Linear, Numbers]] = field(default_factory=dict)

    def reduced(self, expression: Linear, rests_on: Numbers) -> tuple[Linear, Numbers]:
        """The expression without solved cells."""
        while True:
            cell = next((cell for cell in sorted(expression.parts) if cell in self.pivots), None)
            if cell is None:
                return expression, rests_on
            known, more = self.pivots[cell]
            factor = expression.parts[cell]
            expression, rests_on = expression.plus(known, -factor), rests_on | more

    def add(self, expression: Linear, rests_on: Numbers) -> None:
        """One more equality, reduced already, with a cell in it."""
        cell = min(expression.parts)
        self.pivots[cell] = expression.scaled_by(1 / Fraction(expression.parts[cell])), rests_on


#: an expression that is at most 0 (strict: less), and the rows it rests on
_AtMost = tuple[Linear, Numbers, bool]


def prove(compiled: Rows) -> list[Proof]:
    """What is proven of the ties, by check; nothing is said of a tie that is like most ties."""
    return _Proving(compiled).run()


class _Proving:
    """One pack's rows."""

    def __init__(self, compiled: Rows) -> None:
        self._rows = compiled.rows
        self._solved = _Solved()
        self._found: dict[tuple[str, Proven, tuple[str, ...]], int] = {}

    def run(self) -> list[Proof]:
        """See `prove`."""
        at_most: list[_AtMost] = []
        # a row without cells looks at rows and columns that this form need not have
        plain = [
            number
            for number, row in enumerate(self._rows)
            if len(row.cases) == 1 and row.cells and not row.freed_by
        ]
        for number in plain:
            for expression, is_equality, strict in _expressions(self._rows[number].cases[0]):
                if is_equality:
                    self._equality(number, expression, keep=True)
                else:
                    at_most.append((expression, frozenset([number]), strict))
        known = [
            (*self._solved.reduced(expression, numbers), strict) for expression, numbers, strict in at_most
        ]
        for proven, number, rests_on in _of_inequalities(known, at_most):
            self._note(number, proven, rests_on)
        for number, row in enumerate(self._rows):
            if len(row.cases) > 1 and not row.freed_by and () not in row.cases:
                self._conditional(number, row.cases[0])
        ordered = sorted(self._found.items(), key=lambda one: (one[0][0], one[0][2]))
        return [Proof(*key, places) for key, places in ordered]

    def _equality(self, number: int, expression: Linear, *, keep: bool) -> None:
        reduced, rests_on = self._solved.reduced(expression, frozenset([number]))
        if not reduced.is_constant:
            if keep:
                self._solved.add(reduced, rests_on)
        elif reduced.constant:
            self._note(number, Proven.CONTRADICTS, rests_on)
        else:
            self._note(number, Proven.FOLLOWS if len(rests_on) > 1 else Proven.NEVER_FAILS, rests_on)

    def _conditional(self, number: int, case: Case) -> None:
        for expression, is_equality, strict in _expressions(case):
            if is_equality:
                self._equality(number, expression, keep=False)
                continue
            reduced, rests_on = self._solved.reduced(expression, frozenset([number]))
            if reduced.is_constant and not _holds(reduced, strict=strict):
                self._note(number, Proven.CONTRADICTS, rests_on)

    def _note(self, number: int, proven: Proven, rests_on: Numbers) -> None:
        check = self._rows[number].check
        others = tuple(sorted({self._rows[other].check for other in rests_on - {number}}))
        key = check, proven, others
        self._found[key] = self._found.get(key, 0) + 1


def _of_inequalities(known: list[_AtMost], given: list[_AtMost]) -> Iterable[tuple[Proven, int, Numbers]]:
    cells = sorted({cell for expression, _, _ in known for cell in expression.parts})
    bits = {cell: 1 << number for number, cell in enumerate(cells)}
    for at, (reduced, rests_on, strict) in enumerate(known):
        (number,) = given[at][1]
        if reduced.is_constant:
            if not _holds(reduced, strict=strict):
                yield Proven.CONTRADICTS, number, rests_on
            else:
                yield Proven.FOLLOWS if len(rests_on) > 1 else Proven.NEVER_FAILS, number, rests_on
            continue
        others = _near(known, at)
        opposite = reduced.scaled_by(Fraction(-1))
        try:
            false = _resting_on([*others, (reduced, rests_on, strict)], bits)
            if number == max(false, default=-1):
                yield Proven.CONTRADICTS, number, false
                continue
            false = _resting_on([*others, (opposite, rests_on, not strict)], bits)
        except TooLarge:
            yield Proven.OPEN, number, frozenset()
            continue
        if false:
            yield Proven.FOLLOWS, number, false | rests_on


def _near(known: list[_AtMost], at: int) -> list[_AtMost]:
    """The inequalities that share cells with one, directly or through others."""
    cells = set(known[at][0].parts)
    found: dict[int, None] = {}
    grown = True
    while grown:
        grown = False
        for number, (expression, _, _) in enumerate(known):
            if number != at and number not in found and not cells.isdisjoint(expression.parts):
                found[number] = None
                cells.update(expression.parts)
                grown = True
    return [known[number] for number in sorted(found)]


def _holds(expression: Linear, strict: bool) -> bool:
    return expression.constant < 0 if strict else expression.constant <= 0


def _expressions(case: Case) -> list[tuple[Linear, bool, bool]]:
    """(expression, whether it is 0 or at most 0, whether less than 0) of a case, without tolerances."""
    made: list[tuple[Linear, bool, bool]] = []
    bounds = list(case)
    while bounds:
        first = bounds.pop(0)
        expression = Linear({c: Fraction(f) for c, f in first.parts}, Fraction(first.constant))
        opposite = next((b for b in bounds if _is_opposite(first, b)), None)
        if opposite is not None:
            bounds.remove(opposite)
        made.append((expression, opposite is not None, first.strict))
    return made


def _is_opposite(one: Bound, other: Bound) -> bool:
    return other.constant == -one.constant and other.parts == tuple((c, -f) for c, f in one.parts)


def _resting_on(given: list[_AtMost], bits: dict[Cell, Bits]) -> Numbers:
    """The rows behind a contradiction among these; none when they can hold together. `bits`: of all cells."""
    false = contradiction(_inequality(one, bits, number) for number, one in enumerate(given))
    sources = summands(false) if false is not None else ()
    return frozenset().union(*(given[number][1] for number in sources))


def _inequality(of: _AtMost, bits: dict[Cell, Bits], source: int) -> Inequality:
    """An expression as an inequality."""
    expression, _, strict = of
    common = lcm(*(factor.denominator for factor in (*expression.parts.values(), expression.constant)))
    factors = sorted((bits[cell], int(factor * common)) for cell, factor in expression.parts.items())
    return Inequality(tuple(factors), int(expression.constant * common), source, strict=strict)
