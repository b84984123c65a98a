"""Rows with prices: which cells must change for them to hold, and between which values those may lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from batch.repair.elimination import Bits, Inequality, System
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


@dataclass(frozen=True, slots=True)
class _Row:
    """A row; see batch.repair.linear.Row."""

    cells: Bits
    cases: tuple[tuple[_Bound, ...], ...]
    freed_by: Bits
    #: rows with the same one are judged together
    condition: object
    is_formula: bool


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
        #: rows as bits, made when they are asked for: most are never touched
        self._rows: dict[int, _Row] = {}
        #: cells one of which must change, with the broken rows of the cluster they were found for: they are
        #: known to every cluster with these rows
        self.conflicts: list[tuple[frozenset[int], Bits]] = []

    @cached_property
    def broken(self) -> list[int]:
        """The numbers of the rows that do not hold as things are."""
        return [number for number, row in enumerate(self.rows) if not row.holds(self.values)]

    @cached_property
    def _touched(self) -> dict[Bits, list[int]]:
        """By cell, the numbers of the rows that hold as things are."""
        touched: dict[Bits, list[int]] = {}
        for number in sorted(set(range(len(self.rows))).difference(self.broken)):
            for cell in self.rows[number].cells:
                touched.setdefault(self._bit[cell], []).append(number)
        return touched

    def _row(self, number: int) -> _Row:
        made = self._rows.get(number)
        if made is None:
            made = self._rows[number] = self._made(number, self.rows[number])
        return made

    def _made(self, number: int, row: Row) -> _Row:
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
        return frozenset(self._cell[bit] for bit in _each(bits))

    def priced(self, bits: Bits) -> list[tuple[Bits, int]]:
        """Cells with their prices, cheapest first."""
        return sorted(((bit, self.prices[self._cell[bit]]) for bit in _each(bits)), key=lambda one: one[::-1])

    def moving(self, free: Bits) -> Bits:
        """All that changes with these cells: they themselves and the formulas that follow from them."""
        changed = free
        for cell, inputs in self._inputs:
            if inputs & free:
                changed |= cell
        return changed

    def _or_inputs(self, cells: Bits) -> Bits:
        """A cell with a formula changes when it is typed over, or when something it follows from changes."""
        found = cells
        for cell, inputs in self._inputs:
            if cell & cells:
                found |= inputs
        return found

    def touching(self, cells: Bits, broken: Iterable[int] = ()) -> list[int]:
        """The rows that count when these cells change: those that hold now and the broken ones of a cluster.

        A broken row of another cluster does not: where a solution touches it, the clusters are joined.
        """
        found = set(broken)
        for bit in _each(self.moving(cells)):
            found.update(self._touched.get(bit, ()))
        return sorted(found)

    def conflict(self, free: Bits, numbers: Sequence[int]) -> Bits | None:
        """None when the rows can hold with these cells free, else fixed cells one of which must change.

        Raises TooLarge.
        """
        moving = self.moving(free)
        for number in numbers:
            row = self._row(number)
            if not row.cases and not row.freed_by & moving:
                return self._or_inputs(row.freed_by)
        certain, groups = self._sorted(free, moving, numbers)
        system = System()
        found = system.add_all(certain)
        if found is None:
            found = system.copy().contradiction()
        if found is None and groups:
            found = self._one_of_each(groups, system, moving)
        return None if found is None else self._or_inputs(found) & ~free

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
        made = []
        for one in case:
            if not one.cells & free and (one.now < 0 or (one.now == 0 and not one.strict)):
                # it holds whatever the free cells are
                continue
            constant = one.now
            factors = []
            for bit, factor in one.parts:
                if bit & free:
                    factors.append((bit, factor))
                    constant -= factor * self.values[self._cell[bit]]
            made.append(Inequality(tuple(factors), constant, cells, strict=one.strict))
        return made

    def system(self, solution: Bits, numbers: Iterable[int]) -> System | None:
        """The inequalities that say between which values the cells of a solution may lie.

        Of several cases the first possible one counts, the tie itself before its exceptions. None when the
        rows cannot hold together. Raises TooLarge.
        """
        moving = self.moving(solution)
        certain, groups = self._sorted(solution, moving, numbers)
        system = System()
        return self._first_possible(groups, system, moving) if system.add_all(certain) is None else None

    def _sorted(
        self, free: Bits, moving: Bits, numbers: Iterable[int]
    ) -> tuple[list[Inequality], list[list[_Row]]]:
        """What must hold, and the rows with several cases, by their condition; freed rows are left out."""
        certain: list[Inequality] = []
        either: dict[object, list[_Row]] = {}
        for number in numbers:
            row = self._row(number)
            # a formula is gone only where its own cell is typed over
            freeing = free if row.is_formula else moving
            if row.freed_by & freeing or not row.cases or () in row.cases:
                continue
            if len(row.cases) == 1:
                certain += self._inequalities(row.cases[0], row.cells, moving)
            else:
                either.setdefault(row.condition, []).append(row)
        certain += [
            Inequality(((bit, -1),), 0, 0, strict=False) for bit in _each(moving & self._at_least_zero)
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


def _each(bits: Bits) -> Iterator[Bits]:
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
