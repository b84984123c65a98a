"""The cheapest sets of cells whose change lets every row hold (error localisation after Fellegi and Holt).

Every contradiction found between rows names cells one of which must change, whatever else does. The search
keeps these sets of cells; a set that hits all of them is tried, and gives either a solution or one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from batch.repair.elimination import Bits, TooLarge
from batch.repair.linear import Cell
from batch.repair.problem import Problem

#: tried sets per cluster: beyond, nothing is said rather than something half searched
MOST_TRIED = 4000
#: solutions kept: so many ways to mend one thing are no proposal
MOST_FOUND = 60
#: how much the limit is raised at least when nothing was found within it
_STEP = 600


@dataclass(frozen=True, slots=True)
class Solution:
    """Cells to change, and what that costs."""

    cells: frozenset[Cell]
    cost: int


def solve(problem: Problem, broken: Sequence[int], margin: int, most: int) -> list[Solution]:
    """All sets of cells that mend the broken rows and cost at most `margin` more than the cheapest.

    No set holds another one. Sorted by cost, then by cells. Empty when none costs at most `most`, or when the
    search is too long to be finished. Deterministic: it counts steps and looks at no clock.
    """
    return _Search(problem, broken, margin).run(most)


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Cells one of which must change."""

    cells: Bits
    #: (cell, price), cheapest first
    prices: list[tuple[Bits, int]]


class _Search:
    """One cluster: the contradictions known so far, and the solutions."""

    def __init__(self, problem: Problem, broken: Sequence[int], margin: int) -> None:
        self.problem, self.broken, self.margin = problem, broken, margin
        self.known: list[_Conflict] = []
        for rows, cells in problem.conflicts:
            if rows.issubset(broken):
                self._keep(cells)
        self.found: list[Solution] = []
        #: sets that are known to mend all rows
        self.mending: set[Bits] = set()
        self.steps = 0
        self.beyond: int | None = None

    def run(self, most: int) -> list[Solution]:
        """See `solve`."""
        limit: int | None = 0
        try:
            while limit is not None and limit <= most:
                self._from_the_start(limit)
                if self.found:
                    cheapest = min(solution.cost for solution in self.found)
                    self._from_the_start(cheapest + self.margin)
                    return self._minimal()
                limit = None if self.beyond is None else max(self.beyond, limit + _STEP)
        except TooLarge:
            pass
        return []

    def _from_the_start(self, limit: int) -> None:
        self.found.clear()
        self.beyond = None
        self._extend(0, 0, 0, limit)

    def _extend(self, free: Bits, barred: Bits, cost: int, limit: int) -> None:
        """Try this set and all larger ones within the limit that hold none of the barred cells."""
        self.steps += 1
        if self.steps > MOST_TRIED or len(self.found) > MOST_FOUND:
            raise TooLarge
        least, conflict = self._least(free, barred)
        if cost + least > limit:
            self._cut(cost + least)
            return
        conflict = conflict or self._conflict(free)
        if conflict is None:
            self.found.append(Solution(self.problem.cells(free), cost))
            return
        for cell, more in conflict.prices:
            if cell & barred:
                continue
            price = cost + more
            if price > limit:
                self._cut(price)
                break
            self._extend(free | cell, barred, price, limit)
            # sets with this cell are all tried now
            barred |= cell

    def _conflict(self, free: Bits) -> _Conflict | None:
        """A further contradiction that a set leaves open; None for one that mends all rows."""
        if free in self.mending:
            return None
        found = self.problem.conflict(free, self.problem.touching(free, self.broken))
        if found is None:
            self.mending.add(free)
            return None
        self.problem.conflicts.append((frozenset(self.broken), found))
        return self._keep(found)

    def _keep(self, cells: Bits) -> _Conflict:
        conflict = _Conflict(cells, self.problem.priced(cells))
        self.known.append(conflict)
        return conflict

    def _cut(self, price: int) -> None:
        if price < 1 << 60:
            self.beyond = price if self.beyond is None else min(self.beyond, price)

    def _least(self, free: Bits, barred: Bits) -> tuple[int, _Conflict | None]:
        """The least it costs to hit the contradictions still open, and the one to branch on."""
        least = taken = fewest = 0
        shortest: _Conflict | None = None
        for conflict in self.known:
            if conflict.cells & free:
                continue
            open_cells = conflict.cells & ~barred
            if not open_cells:
                return 1 << 60, conflict
            if shortest is None or open_cells.bit_count() < fewest:
                shortest, fewest = conflict, open_cells.bit_count()
            if not open_cells & taken:
                taken |= open_cells
                least += next(price for cell, price in conflict.prices if cell & open_cells)
        return least, shortest

    def _minimal(self) -> list[Solution]:
        ordered = sorted(set(self.found), key=lambda one: (one.cost, len(one.cells), sorted(one.cells)))
        kept: list[Solution] = []
        for solution in ordered:
            if not any(other.cells < solution.cells for other in kept):
                kept.append(solution)
        return kept
