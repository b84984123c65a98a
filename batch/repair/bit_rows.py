"""Rows over bits: what they say of the cells that are free, with all others as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from batch.repair.cell_bits import CellBits
from batch.repair.elimination import Bits, Inequality
from batch.repair.linear import Bound, Case, Cell, Row


@dataclass(slots=True)
class BitBound:
    """A bound of a row; see batch.repair.linear.Bound."""

    #: what it is known by
    number: int
    #: (cell, factor, what the cell holds)
    parts: tuple[tuple[Bits, int, int], ...]
    #: what it comes to with every cell as it is, less the slack
    now: int
    strict: bool
    #: cells whose change frees its row
    freed_by: Bits
    #: what its row is judged by when it has several cases
    condition: object


@dataclass(slots=True)
class BitCase:
    """Bounds that hold together."""

    bounds: tuple[BitBound, ...]
    cells: Bits
    #: by the cells of it that are free
    _made: dict[Bits, list[Inequality]] = field(default_factory=dict)

    def inequalities(self, free: Bits) -> list[Inequality]:
        """The bounds with these cells free, those aside that hold whatever they are."""
        free &= self.cells
        made = self._made.get(free)
        if made is None:
            found = (_inequality(one, free) for one in self.bounds)
            made = self._made[free] = [one for one in found if one is not None]
        return made


def _inequality(one: BitBound, free: Bits) -> Inequality | None:
    constant = one.now
    factors = []
    for bit, factor, value in one.parts:
        if bit & free:
            factors.append((bit, factor))
            constant -= factor * value
    if not factors and (constant < 0 or (constant == 0 and not one.strict)):
        return None
    return Inequality(tuple(factors), constant, one.number, strict=one.strict)


@dataclass(slots=True)
class BitRow:
    """A row; see batch.repair.linear.Row."""

    number: int
    cells: Bits
    cases: list[BitCase]
    freed_by: Bits
    #: rows with the same one are judged together
    condition: object
    is_formula: bool
    #: whether it says nothing of values: once one of its cells changes it can be made right
    holds_anyway: bool


class BitRows:
    """The rows of a problem, made when they are asked for: most are never touched."""

    def __init__(
        self, rows: Sequence[Row], values: Mapping[Cell, int], cells: CellBits, *, is_exact: bool
    ) -> None:
        """`is_exact`: with every tie held to the last digit."""
        self._given, self._values, self._cells, self._is_exact = rows, values, cells, is_exact
        #: by its number
        self.bounds: list[BitBound] = []
        self._rows: dict[int, BitRow] = {}
        self._not_below_zero: dict[Bits, Inequality] = {}

    def row(self, number: int) -> BitRow:
        """A row as bits."""
        made = self._rows.get(number)
        if made is None:
            given = self._given[number]
            made = self._rows[number] = self._made(number, given.to_the_digit() if self._is_exact else given)
        return made

    def _made(self, number: int, row: Row) -> BitRow:
        freed_by = self._cells.bits(row.freed_by)
        condition = row.condition or number
        due_to = condition if len(row.cases) > 1 else None
        # a formula is gone only where its own cell is typed over
        freeing = freed_by if row.is_formula else self._cells.or_inputs(freed_by)
        cases = []
        for case in row.cases:
            cases.append(self._case(case, freeing, due_to))
            # the other ways in which it may hold are not looked at once it is free
            freeing = 0
        cells = freed_by
        for one in cases:
            cells |= one.cells
        anyway = not row.cases or () in row.cases
        return BitRow(number, cells, cases, freed_by, condition, row.is_formula, anyway)

    def _case(self, case: Case, freed_by: Bits, condition: object) -> BitCase:
        bounds = tuple(self._bound(one, freed_by, condition) for one in case)
        cells = 0
        for one in bounds:
            for bit, _, _ in one.parts:
                cells |= bit
        return BitCase(bounds, cells)

    def _bound(self, one: Bound, freed_by: Bits, condition: object) -> BitBound:
        bit, values = self._cells.bit, self._values
        parts = tuple((bit[cell], factor, values[cell]) for cell, factor in one.parts)
        now = one.constant - one.slack + sum(factor * value for _, factor, value in parts)
        made = BitBound(len(self.bounds), parts, now, one.strict, freed_by, condition)
        self.bounds.append(made)
        return made

    def not_below_zero(self, cell: Bits) -> Inequality:
        """That a cell is not below 0."""
        made = self._not_below_zero.get(cell)
        if made is None:
            bound = self._bound(Bound(((self._cells.of[cell], -1),), 0), 0, None)
            made = self._not_below_zero[cell] = Inequality(((cell, -1),), 0, bound.number, strict=False)
        return made
