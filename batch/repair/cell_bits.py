"""Cells as bits: each is one bit of a number and a set of cells a number, as they are compared so often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from batch.repair.elimination import Bits
from batch.repair.linear import Cell


def each(bits: Bits) -> Iterator[Bits]:
    """The single bits of a set, lowest first."""
    while bits:
        bit = bits & -bits
        yield bit
        bits ^= bit


class CellBits:
    """The cells of a problem, their bits in the order of the cells, and what follows from what."""

    def __init__(self, cells: Iterable[Cell], inputs: Mapping[Cell, frozenset[Cell]]) -> None:
        """`inputs`: by a cell with a formula, all that it follows from."""
        everything = sorted(frozenset(cells).union(inputs, *inputs.values()))
        self.bit = {cell: 1 << number for number, cell in enumerate(everything)}
        self.of = {bit: cell for cell, bit in self.bit.items()}
        self._inputs = [(self.bit[cell], self.bits(of)) for cell, of in inputs.items()]

    def bits(self, cells: Iterable[Cell]) -> Bits:
        """A set of cells as bits."""
        return sum(self.bit[cell] for cell in frozenset(cells))

    def cells(self, bits: Bits) -> frozenset[Cell]:
        """The cells of a set of bits."""
        return frozenset(self.of[bit] for bit in each(bits))

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
