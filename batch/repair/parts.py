"""The rows that count when cells of one cluster change, in parts that have nothing to do with each other.

Two cells belong to one part when a row holds both, or rows under one condition do. A search that adds one
cell to a set changes one part of it: what is known of the others stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from batch.repair.elimination import Bits
from batch.repair.problem import MovingPart, Problem, each


@dataclass(frozen=True, slots=True)
class _Near:
    """A row that counts when one of its cells changes."""

    number: int
    #: its own, and those of the rows that are judged with it
    cells: Bits
    freed_by: Bits
    is_formula: bool


class RowCluster:
    """The broken rows that are mended together, and those that hold now.

    A broken row of another cluster does not count: where a solution touches it, the clusters are joined.
    """

    def __init__(self, problem: Problem, broken: Sequence[int]) -> None:
        self.problem, self.broken = problem, broken
        #: cells one of which must change, by each broken row
        self.needed = [problem.row(number).cells for number in broken]
        self._near: dict[Bits, list[_Near]] = {}
        #: by cell, the numbers of the broken rows
        self._broken: dict[Bits, list[int]] = {}
        for number, cells in zip(broken, self.needed, strict=True):
            for cell in each(cells):
                self._broken.setdefault(cell, []).append(number)

    def conflict(self, free: Bits) -> Bits | None:
        """None when the rows can hold with these cells free, else fixed cells one of which must change.

        Raises TooLarge.
        """
        moving = self.problem.moving(free)
        for cells in self.needed:
            if not cells & moving:
                return self.problem.or_inputs(cells)
        for part in self._taken_apart(free, moving):
            found = self.problem.conflict(part)
            if found is not None:
                return found & ~free
        return None

    def parts(self, free: Bits) -> list[MovingPart]:
        """What changes with these cells, part by part."""
        return list(self._taken_apart(free, self.problem.moving(free)))

    def numbers(self, free: Bits) -> list[int]:
        """The rows that count when these cells change, freed ones included."""
        rows = (self._rows(cell) for cell in each(self.problem.moving(free)))
        return sorted({*self.broken, *(row.number for near in rows for row in near)})

    def _taken_apart(self, free: Bits, moving: Bits) -> Iterable[MovingPart]:
        left = moving
        while left:
            cells = todo = left & -left
            numbers: set[int] = set()
            while todo:
                cell = todo & -todo
                todo ^= cell
                for row in self._rows(cell):
                    # a formula is gone only where its own cell is typed over
                    if row.number in numbers or row.freed_by & (free if row.is_formula else moving):
                        continue
                    numbers.add(row.number)
                    near = row.cells & moving & ~cells
                    cells |= near
                    todo |= near
            left &= ~cells
            yield MovingPart(free & cells, cells, tuple(sorted(numbers)))

    def _rows(self, cell: Bits) -> list[_Near]:
        found = self._near.get(cell)
        if found is None:
            numbers = (*self.problem.held.get(cell, ()), *self._broken.get(cell, ()))
            found = self._near[cell] = [self._row(number) for number in numbers]
        return found

    def _row(self, number: int) -> _Near:
        row = self.problem.row(number)
        cells = row.cells
        for other in self.problem.conditions.get(row.condition, ()):
            cells |= self.problem.row(other).cells
        return _Near(number, cells, row.freed_by, row.is_formula)
