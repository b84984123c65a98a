"""Rows with prices: which cells must change for them to hold, and between which values those may lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from batch.repair.elimination import Bits, Inequality, System, value_bounds
from batch.repair.linear import Bound, Cell, Row


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound of a row; see batch.repair.linear.Bound."""

    #: (cell, factor)
    parts: tuple[tuple[Bits, int], ...]
    cells: Bits
    #: what it comes to with every cell as it is, less the slack
    now: int
    strict: bool
    #: as inequalities, by the cells that are free and those it comes from; None where it holds anyway
    made: dict[tuple[Bits, Bits], Inequality | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row; see batch.repair.linear.Row."""

    cells: Bits
    cases: tuple[tuple[_Bound, ...], ...]
    freed_by: Bits
    #: rows with the same one are judged together
    condition: object
    is_formula: bool


@dataclass(frozen=True, slots=True)
class MovingPart:
    """Cells that change, with all rows that hold any of them and are not freed: others are no matter."""

    #: those that are typed, and with them those that follow from them
    typed: Bits
    moving: Bits
    numbers: tuple[int, ...]


class Problem:
    """Rows, what stands in their cells, and what changing a cell costs.

    Inside, a cell is one bit of a number and a set of cells a number: they are compared some hundred thousand
    times. The bits are in the order of the cells.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        values: Mapping[Cell, int],
        prices: Mapping[Cell, int],
        at_least_zero: frozenset[Cell] = frozenset(),
        inputs: Mapping[Cell, frozenset[Cell]] = MappingProxyType({}),
    ) -> None:
        """`at_least_zero`: cells that stay at or above 0 however they change. `inputs`: by a cell with a
        formula, all that it follows from. Every cell that may change has a price.
        """
        self.rows, self.values, self.prices, self.inputs = rows, values, prices, inputs
        everything = sorted(prices.keys() | inputs.keys() | frozenset().union(*inputs.values()))
        self._bit = {cell: 1 << number for number, cell in enumerate(everything)}
        self._cell = {bit: cell for cell, bit in self._bit.items()}
        self._at_least_zero = self.bits(at_least_zero & prices.keys())
        self._inputs = [(self._bit[cell], self.bits(of)) for cell, of in inputs.items()]
        self._forget(is_exact=False)
        #: cells one of which must change, with the broken rows of the cluster they were found for: they are
        #: known to every cluster with these rows
        self.conflicts: list[tuple[frozenset[int], Bits]] = []

    def _forget(self, *, is_exact: bool) -> None:
        self._is_exact = is_exact
        #: rows as bits, made when they are asked for: most are never touched
        self._rows: dict[int, _Row] = {}
        self._told: dict[MovingPart, Bits | None] = {}
        self._systems: dict[MovingPart, System | None] = {}
        self._bounds: dict[tuple[MovingPart, Bits], tuple[Fraction | None, Fraction | None]] = {}

    def to_the_digit(self) -> Problem:
        """The same with every tie held to the last digit, to ask for values with."""
        other = copy(self)
        other._forget(is_exact=True)
        return other

    @cached_property
    def broken(self) -> list[int]:
        """The numbers of the rows that do not hold as things are."""
        return [number for number, row in enumerate(self.rows) if not row.holds(self.values)]

    @cached_property
    def held(self) -> dict[Bits, list[int]]:
        """By cell, the numbers of the rows that hold as things are."""
        held: dict[Bits, list[int]] = {}
        for number in sorted(set(range(len(self.rows))).difference(self.broken)):
            for cell in self.rows[number].cells:
                held.setdefault(self._bit[cell], []).append(number)
        return held

    @cached_property
    def conditions(self) -> dict[object, list[int]]:
        """By condition, the numbers of the rows that are judged together."""
        found: dict[object, list[int]] = {}
        for number, row in enumerate(self.rows):
            if row.condition:
                found.setdefault(row.condition, []).append(number)
        return found

    def row(self, number: int) -> _Row:
        """A row as bits."""
        made = self._rows.get(number)
        if made is None:
            made = self._rows[number] = self._made(number, self.rows[number])
        return made

    def _made(self, number: int, row: Row) -> _Row:
        if self._is_exact:
            row = row.to_the_digit()
        cases = tuple(tuple(self._bound(one) for one in case) for case in row.cases)
        condition = row.condition or number
        return _Row(self.bits(row.cells), cases, self.bits(row.freed_by), condition, row.is_formula)

    def _bound(self, one: Bound) -> _Bound:
        now = one.constant - one.slack + sum(factor * self.values[cell] for cell, factor in one.parts)
        parts = tuple((self._bit[cell], factor) for cell, factor in one.parts)
        return _Bound(parts, sum(bit for bit, _ in parts), now, one.strict)

    def bits(self, cells: Iterable[Cell]) -> Bits:
        """A set of cells as bits."""
        return sum(self._bit[cell] for cell in frozenset(cells))

    def cells(self, bits: Bits) -> frozenset[Cell]:
        """The cells of a set of bits."""
        return frozenset(self._cell[bit] for bit in each(bits))

    def price(self, cell: Bits) -> int:
        """What changing a cell costs."""
        return self.prices[self._cell[cell]]

    def priced(self, bits: Bits) -> list[tuple[Bits, int]]:
        """Cells with their prices, cheapest first."""
        return sorted(((bit, self.prices[self._cell[bit]]) for bit in each(bits)), key=lambda one: one[::-1])

    def moving(self, free: Bits) -> Bits:
        """All that changes with these cells: they themselves and the formulas that follow from them."""
        changed = free
        for cell, inputs in self._inputs:
            if inputs & free:
                changed |= cell
        return changed

    def or_inputs(self, cells: Bits) -> Bits:
        """A cell with a formula changes when it is typed over, or when something it follows from changes."""
        found = cells
        for cell, inputs in self._inputs:
            if cell & cells:
                found |= inputs
        return found

    def conflict(self, part: MovingPart) -> Bits | None:
        """None when the rows of a part can hold, else fixed cells one of which must change.

        Raises TooLarge.
        """
        if part not in self._told:
            self._told[part] = self._conflict(part)
        return self._told[part]

    def _conflict(self, part: MovingPart) -> Bits | None:
        certain, groups = self._sorted(part)
        system = System()
        found = system.add_all(certain)
        if found is None:
            found = system.copy().contradiction()
        if found is None and groups:
            found = self._one_of_each(groups, system, part.moving)
        return None if found is None else self.or_inputs(found)

    def _one_of_each(self, groups: Sequence[Sequence[_Row]], so_far: System, free: Bits) -> Bits | None:
        """Choose a case for each group of rows; None when some choice is possible."""
        first, *others = groups
        cells = told = _all_cells(first)
        for case in _choices(first):
            system = so_far.copy()
            told_here = system.add_all(self._inequalities(case, cells, free))
            if told_here is None:
                told_here = self._one_of_each(others, system, free) if others else system.contradiction()
            if told_here is None:
                return None
            if told_here & cells != cells:
                # nothing of this case took part: the others end the same way
                return told_here
            told |= told_here
        return told

    def _inequalities(self, case: Iterable[_Bound], cells: Bits, free: Bits) -> list[Inequality]:
        """A case with these cells free, those aside that hold whatever they are; it comes from `cells`."""
        made = []
        for one in case:
            key = one.cells & free, cells
            if key not in one.made:
                one.made[key] = self._inequality(one, cells, free)
            found = one.made[key]
            if found is not None:
                made.append(found)
        return made

    def _inequality(self, one: _Bound, cells: Bits, free: Bits) -> Inequality | None:
        if not one.cells & free and (one.now < 0 or (one.now == 0 and not one.strict)):
            return None
        constant = one.now
        factors = []
        for bit, factor in one.parts:
            if bit & free:
                factors.append((bit, factor))
                constant -= factor * self.values[self._cell[bit]]
        return Inequality(tuple(factors), constant, cells, strict=one.strict)

    def system(self, part: MovingPart) -> System | None:
        """The inequalities that say between which values the cells of a part may lie.

        Of several cases the first possible one counts, the tie itself before its exceptions. None when the
        rows cannot hold together. Raises TooLarge.
        """
        if part not in self._systems:
            certain, groups = self._sorted(part)
            system = System()
            can_be = system.add_all(certain) is None
            self._systems[part] = self._first_possible(groups, system, part.moving) if can_be else None
        return self._systems[part]

    def bounds(self, part: MovingPart, cell: Bits) -> tuple[Fraction | None, Fraction | None]:
        """Between which values a cell of a part may lie, None where there is no bound. Raises TooLarge."""
        found = self._bounds.get((part, cell))
        if found is None:
            system = self.system(part)
            found = self._bounds[part, cell] = (None, None) if system is None else value_bounds(system, cell)
        return found

    def _sorted(self, part: MovingPart) -> tuple[list[Inequality], list[list[_Row]]]:
        """What must hold, and the rows with several cases, by their condition."""
        certain: list[Inequality] = []
        either: dict[object, list[_Row]] = {}
        for number in part.numbers:
            row = self.row(number)
            if not row.cases or () in row.cases:
                continue
            if len(row.cases) == 1:
                certain += self._inequalities(row.cases[0], row.cells, part.moving)
            else:
                either.setdefault(row.condition, []).append(row)
        certain += [
            Inequality(((bit, -1),), 0, 0, strict=False) for bit in each(part.moving & self._at_least_zero)
        ]
        return certain, list(either.values())

    def _first_possible(self, groups: Sequence[Sequence[_Row]], so_far: System, free: Bits) -> System | None:
        if not groups:
            return so_far if so_far.copy().contradiction() is None else None
        first, *others = groups
        cells = _all_cells(first)
        for case in _choices(first):
            system = so_far.copy()
            if system.add_all(self._inequalities(case, cells, free)) is not None:
                continue
            found = self._first_possible(others, system, free)
            if found is not None:
                return found
        return None


def each(bits: Bits) -> Iterator[Bits]:
    """The single bits of a set, lowest first."""
    while bits:
        bit = bits & -bits
        yield bit
        bits ^= bit


def _all_cells(rows: Iterable[_Row]) -> Bits:
    cells = 0
    for row in rows:
        cells |= row.cells
    return cells


def _choices(rows: Sequence[_Row]) -> Iterator[tuple[_Bound, ...]]:
    """How rows under one condition may hold: each by its tie, or all since the condition fails."""
    yield tuple(one for row in rows for one in row.cases[0])
    yield from rows[0].cases[1:]
