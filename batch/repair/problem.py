"""Rows with prices: which cells must change for them to hold, and between which values those may lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from batch.repair.bit_rows import BitCase, BitRow, BitRows
from batch.repair.cell_bits import CellBits, each
from batch.repair.elimination import Bits, Inequality, System, summands, value_bounds
from batch.repair.linear import Cell, Row
from batch.repair.moves import Moves


class MovingPart(NamedTuple):
    """Cells that change, with all rows that hold any of them and are not freed: others are no matter."""

    #: those that are typed, and with them those that follow from them
    typed: Bits
    moving: Bits
    numbers: tuple[int, ...]


#: moves one of which must be made, and the conditions of rows that this is due to
_Due = tuple[Bits, frozenset[object]]


class Problem:
    """Rows, what stands in their cells, and what changing a cell costs."""

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
        self.cells = CellBits(prices, inputs)
        self._at_least_zero = self.cells.bits(at_least_zero & prices.keys())
        in_sums = (cell for row in rows for case in row.cases for one in case for cell, _ in one.parts)
        aimless = self.cells.bits(self.cells.bit.keys() - frozenset(in_sums))
        of = self.cells.of
        # a method of the problem would keep it in memory until the next search for garbage
        self.moves = Moves(len(of), aimless, lambda cell: prices[of[cell]])
        #: moves one of which must be made, with the broken rows of the cluster they were found for: they are
        #: known to every cluster with these rows
        self.conflicts: list[tuple[frozenset[int], Bits]] = []
        self._begin(is_exact=False)

    def _begin(self, *, is_exact: bool) -> None:
        self._bit_rows = BitRows(self.rows, self.values, self.cells, is_exact=is_exact)
        self._near: dict[int, tuple[BitRow, Bits]] = {}
        self._told: dict[MovingPart, Bits | None] = {}
        self._systems: dict[MovingPart, System | None] = {}
        self._bounds: dict[tuple[MovingPart, Bits], tuple[Fraction | None, Fraction | None]] = {}

    def to_the_digit(self) -> Problem:
        """The same with every tie held to the last digit, to ask for values with."""
        other = copy(self)
        other._begin(is_exact=True)
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
                held.setdefault(self.cells.bit[cell], []).append(number)
        return held

    @cached_property
    def conditions(self) -> dict[object, list[int]]:
        """By condition, the numbers of the rows that are judged together."""
        found: dict[object, list[int]] = {}
        for number, row in enumerate(self.rows):
            if row.condition:
                found.setdefault(row.condition, []).append(number)
        return found

    def row(self, number: int) -> BitRow:
        """A row as bits."""
        return self._bit_rows.row(number)

    def near(self, number: int) -> tuple[BitRow, Bits]:
        """A row with its cells and those of the rows that are judged with it."""
        found = self._near.get(number)
        if found is None:
            row = self.row(number)
            cells = row.cells
            for other in self.conditions.get(row.condition, ()):
                cells |= self.row(other).cells
            found = self._near[number] = row, cells
        return found

    def needed(self, number: int) -> Bits:
        """The moves one of which must be made for a broken row to hold."""
        found = self.conflict(MovingPart(0, 0, (number,)))
        return self.cells.or_inputs(self.row(number).cells) if found is None else found

    def conflict(self, part: MovingPart) -> Bits | None:
        """None when the rows of a part can hold, else moves of fixed cells one of which must be made.

        Raises TooLarge.
        """
        if part not in self._told:
            self._told[part] = self._conflict(part)
        return self._told[part]

    def _conflict(self, part: MovingPart) -> Bits | None:
        stated = self._stated(part)
        system = System()
        false = system.add_all(stated.certain)
        due = self._refuted(stated, system, {}) if false is None else self._due(false)
        if due is None:
            return None
        moves, conditions = due
        for condition in conditions & stated.ruled_out.keys():
            for one in stated.ruled_out[condition]:
                moves |= self._due(one)[0]
        return self.moves.plain(moves)

    def _refuted(
        self, stated: _Stated, certain: System, chosen: dict[object, list[Inequality]]
    ) -> _Due | None:
        """Why no choice of cases is possible that holds these; None when one is.

        All else holds by its tie, as long as no contradiction asks for another case.
        """
        system = certain.copy() if stated.either else certain
        cases = (chosen.get(condition, cases[0]) for condition, cases in stated.either.items())
        false = system.add_all(one for case in cases for one in case)
        if false is None:
            false = system.contradiction()
        if false is None:
            return None
        due = self._due(false)
        condition = next((one for one in stated.either if one in due[1] and one not in chosen), None)
        if condition is None:
            return due
        moves, conditions = 0, frozenset[object]()
        for case in stated.either[condition]:
            found = self._refuted(stated, certain, {**chosen, condition: case})
            if found is None or condition not in found[1]:
                # it is possible, or nothing of this case took part and the others end the same way
                return found
            moves, conditions = moves | found[0], conditions | found[1]
        return moves, conditions

    def _due(self, false: Inequality) -> _Due:
        """The moves one of which must be made for a contradiction to go.

        It is a sum of bounds in which all free cells cancel out. So may fixed ones: those do not matter. Of
        the others each would have to go down, or up, and some cannot go far enough.
        """
        factors: dict[Bits, int] = {}
        held: dict[Bits, int] = {}
        left = freed_by = 0
        conditions = set()
        for source, count in summands(false).items():
            one = self._bit_rows.bounds[source]
            left += count * one.now
            freed_by |= one.freed_by
            conditions.add(one.condition)
            for bit, factor, value in one.parts:
                factors[bit] = factors.get(bit, 0) + count * factor
                held[bit] = value
        up = down = 0
        most: list[tuple[int, Bits]] = []
        for bit, factor in factors.items():
            if factor < 0:
                up |= bit
            elif factor and bit & self._at_least_zero:
                most.append((factor * held[bit], bit))
            elif factor:
                down |= bit
        # of those that go no further than down to 0, as many are left out as would not do even together
        for less, bit in sorted(most):
            if left > less or (left == less and false.strict):
                left -= less
            else:
                down |= bit
        cells = up | down
        moves = self.cells.or_inputs(cells) & ~cells | freed_by | self.moves.up(up) | self.moves.down(down)
        return moves, frozenset(conditions)

    def system(self, part: MovingPart) -> System | None:
        """The inequalities that say between which values the cells of a part may lie.

        Of several cases the first possible one counts, the tie itself before its exceptions. None when the
        rows cannot hold together. Raises TooLarge.
        """
        if part not in self._systems:
            stated = self._stated(part)
            system = System()
            can_be = system.add_all(stated.certain) is None
            self._systems[part] = _first_possible(list(stated.either.values()), system) if can_be else None
        return self._systems[part]

    def bounds(self, part: MovingPart, cell: Bits) -> tuple[Fraction | None, Fraction | None]:
        """Between which values a cell of a part may lie, None where there is no bound. Raises TooLarge."""
        found = self._bounds.get((part, cell))
        if found is None:
            system = self.system(part)
            found = self._bounds[part, cell] = (None, None) if system is None else value_bounds(system, cell)
        return found

    def _stated(self, part: MovingPart) -> _Stated:
        """What the rows of a part say of its cells."""
        stated = _Stated()
        together: dict[object, list[BitRow]] = {}
        for number in part.numbers:
            row = self._bit_rows.row(number)
            if row.holds_anyway:
                continue
            if len(row.cases) == 1:
                stated.certain += row.cases[0].inequalities(part.moving)
            else:
                together.setdefault(row.condition, []).append(row)
        for condition, rows in together.items():
            stated.add(condition, [_inequalities(case, part.moving) for case in _choices(rows)])
        stated.certain += map(self._bit_rows.not_below_zero, each(part.moving & self._at_least_zero))
        return stated


class _Stated:
    """Inequalities over the cells of a part."""

    def __init__(self) -> None:
        self.certain: list[Inequality] = []
        #: cases of which one holds, by their condition
        self.either: dict[object, list[list[Inequality]]] = {}
        #: what is false of the other cases, by their condition
        self.ruled_out: dict[object, list[Inequality]] = {}

    def add(self, condition: object, cases: Sequence[list[Inequality]]) -> None:
        """Cases of which one holds. Where no cell of a case may change, it is known already."""
        false = [next((one for one in case if not one.factors), None) for case in cases]
        left = [case for case, one in zip(cases, false, strict=True) if one is None]
        ruled_out = self.ruled_out[condition] = [one for one in false if one is not None]
        if len(left) > 1:
            self.either[condition] = left
        else:
            self.certain += left[0] if left else ruled_out[:1]


def _first_possible(either: Sequence[list[list[Inequality]]], so_far: System) -> System | None:
    if not either:
        return so_far if so_far.copy().contradiction() is None else None
    cases, *others = either
    for case in cases:
        system = so_far.copy()
        if system.add_all(case) is not None:
            continue
        found = _first_possible(others, system)
        if found is not None:
            return found
    return None


def _choices(rows: Sequence[BitRow]) -> list[list[BitCase]]:
    """How rows under one condition may hold: each by its tie, or all since the condition fails."""
    return [[row.cases[0] for row in rows], *([case] for case in rows[0].cases[1:])]


def _inequalities(cases: Iterable[BitCase], free: Bits) -> list[Inequality]:
    return [one for case in cases for one in case.inequalities(free)]
