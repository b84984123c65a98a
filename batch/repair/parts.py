"""The rows that count when cells of one cluster change, in parts that have nothing to do with each other.

Two cells belong to one part when a row holds both, or rows under one condition do. A search that adds one
cell to a set changes one part of it: what is known of the others stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from batch.repair.bit_rows import BitRow
from batch.repair.cell_bits import each
from batch.repair.elimination import Bits
from batch.repair.problem import MovingPart, Problem

#: a row that counts when one of its cells changes, with its cells and those of the rows judged with it
_Near = tuple[BitRow, Bits]


class RowCluster:
    """The broken rows that are mended together, and those that hold now.

    A broken row of another cluster does not count: where a solution touches it, the clusters are joined.
    """

    def __init__(self, problem: Problem, broken: Sequence[int]) -> None:
        self.problem, self.broken = problem, broken
        #: moves one of which must be made, by each broken row
        self.needed = [problem.needed(number) for number in broken]
        self._needed_cells = [problem.moves.cells(moves) for moves in self.needed]
        self._near: dict[Bits, list[_Near]] = {}
        #: by cell, the numbers of the broken rows
        self._broken: dict[Bits, list[int]] = {}
        for number in broken:
            for cell in each(problem.row(number).cells):
                self._broken.setdefault(cell, []).append(number)

    def conflicts(self, free: Bits) -> list[Bits]:
        """What contradicts the rows with these cells free; nothing where they can hold.

        Each names moves of other cells one of which must be made. Raises TooLarge.
        """
        parts = (part for part in self.parts(free) if part.numbers)
        found = (self.problem.conflict(part) for part in parts)
        untouched = [
            moves for moves, cells in zip(self.needed, self._needed_cells, strict=True) if not cells & free
        ]
        return [*untouched, *(moves for moves in found if moves is not None)]

    def numbers(self, free: Bits) -> list[int]:
        """The rows that count when these cells change, freed ones included."""
        rows = (self._rows(cell) for cell in each(self.problem.cells.moving(free)))
        return sorted({*self.broken, *(row.number for near in rows for row, _ in near)})

    def parts(self, free: Bits) -> Iterator[MovingPart]:
        """What changes with these cells, part by part."""
        left = moving = self.problem.cells.moving(free)
        while left:
            cells = todo = left & -left
            numbers: set[int] = set()
            while todo:
                cell = todo & -todo
                todo ^= cell
                for row, together in self._rows(cell):
                    # a formula is gone only where its own cell is typed over
                    if row.number in numbers or row.freed_by & (free if row.is_formula else moving):
                        continue
                    numbers.add(row.number)
                    near = together & moving & ~cells
                    cells |= near
                    todo |= near
            left &= ~cells
            yield MovingPart(free & cells, cells, tuple(sorted(numbers)))

    def _rows(self, cell: Bits) -> list[_Near]:
        found = self._near.get(cell)
        if found is None:
            numbers = (*self.problem.held.get(cell, ()), *self._broken.get(cell, ()))
            found = self._near[cell] = [self.problem.near(number) for number in numbers]
        return found
