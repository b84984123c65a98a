"""The cheapest sets of cells whose change lets every row hold (error localisation after Fellegi and Holt).

Every contradiction found between rows names cells one of which must change, whatever else does. The search
keeps these sets of cells; a set that hits all of them is tried, and gives either a solution or one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from batch.repair.elimination import Bits, TooLarge
from batch.repair.linear import Cell
from batch.repair.parts import RowCluster
from batch.repair.problem import Problem, each

#: tried sets per cluster: beyond, nothing is said rather than something half searched
MOST_TRIED = 600
#: contradictions between rows of a cluster, in the same way
MOST_KNOWN = 400
#: solutions kept: so many ways to mend one thing are no proposal
MOST_FOUND = 24
#: how much the limit is raised at least when nothing was found within it
_STEP = 600
#: more than anything costs
_NEVER = 1 << 60


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


class _Set(NamedTuple):
    """Cells that change, those that do not, and what it costs."""

    free: Bits
    barred: Bits
    cost: int


def _size(conflict: _Conflict) -> int:
    return len(conflict.prices)


def _weighed(left: Sequence[_Conflict], barred: Bits) -> tuple[int, dict[Bits, int]]:
    """What it costs at least to hit contradictions, and how much more with each cell.

    Each takes its share of the prices of its cells, as long as none of them is paid for.
    """
    least = paid = 0
    reduced: dict[Bits, int] = {}
    for conflict in left:
        cells = conflict.cells & ~barred
        if not cells:
            return _NEVER, reduced
        if cells & paid:
            continue
        prices = [(reduced.get(cell, price), cell) for cell, price in conflict.prices if cell & cells]
        share = min(prices)[0]
        least += share
        for price, cell in prices:
            reduced[cell] = price - share
            if price == share:
                paid |= cell
    return least, reduced


class _Search:
    """One cluster: the contradictions known so far, and the solutions."""

    def __init__(self, problem: Problem, broken: Sequence[int], margin: int) -> None:
        self.problem, self.broken, self.margin = problem, frozenset(broken), margin
        self.cluster = RowCluster(problem, broken)
        self.known: list[_Conflict] = []
        known = dict.fromkeys(map(problem.or_inputs, self.cluster.needed))
        known |= dict.fromkeys(cells for rows, cells in problem.conflicts if rows <= self.broken)
        for cells in known:
            self._keep(cells)
        self.found: list[Solution] = []
        #: sets that are known to mend all rows
        self.mending: set[Bits] = set()
        self.steps = 0
        #: nothing is tried that costs more, and the least of what was not tried
        self.limit, self.beyond = 0, _NEVER

    def run(self, most: int) -> list[Solution]:
        """See `solve`."""
        # with room for what costs more than the cheapest: most often one search will do
        limit = _weighed(sorted(self.known, key=_size), 0)[0] + self.margin
        try:
            while True:
                self.found.clear()
                self.beyond, self.limit = _NEVER, limit
                if limit - self.margin > most:
                    return []
                self._extend(_Set(0, 0, 0), ([], 0))
                cheapest = min((solution.cost for solution in self.found), default=self.beyond)
                if cheapest > most:
                    return []
                if self.found and cheapest + self.margin <= limit:
                    return self._minimal()
                limit = cheapest + self.margin if self.found else max(self.beyond, limit + _STEP)
        except TooLarge:
            return []

    def _extend(self, tried: _Set, seen: tuple[list[_Conflict], int]) -> None:
        """Try a set and all larger ones within the limit that hold none of the barred cells.

        `seen`: of so many of the known contradictions, those that the set leaves open.
        """
        self.steps += 1
        if self.steps > MOST_TRIED or len(self.found) > MOST_FOUND or len(self.known) > MOST_KNOWN:
            raise TooLarge
        left, counted = seen
        if counted < len(self.known):
            left = [*left, *(one for one in self.known[counted:] if not one.cells & tried.free)]
            left.sort(key=_size)
        forced = self._forced(tried, left)
        if forced is None:
            return
        tried, left = forced
        conflict: _Conflict | None
        if left:
            conflict = min(left, key=lambda one: (one.cells & ~tried.barred).bit_count())
        else:
            conflict = self._conflict(tried.free)
            if conflict is None:
                self._find(Solution(self.problem.cells(tried.free), tried.cost))
                return
            left = [conflict]
        counted, barred = len(self.known), tried.barred
        for cell, price in conflict.prices:
            if cell & barred:
                continue
            if tried.cost + price > self.limit:
                self._leave(tried.cost + price)
                break
            still = [one for one in left if not one.cells & cell]
            self._extend(_Set(tried.free | cell, barred, tried.cost + price), (still, counted))
            # sets with this cell are all tried now
            barred |= cell

    def _forced(self, tried: _Set, left: list[_Conflict]) -> tuple[_Set, list[_Conflict]] | None:
        """The set with all that is needed within the limit, and what is still open; None where that is too
        much.

        Cells with which it would cost too much are barred; a contradiction that one cell alone can settle
        takes it.
        """
        free, barred, cost = tried.free, tried.barred, tried.cost
        while left:
            least, reduced = _weighed(left, barred)
            if cost + least > self.limit:
                self._leave(cost + least)
                return None
            for cell, more in reduced.items():
                if cost + least + more > self.limit:
                    self._leave(cost + least + more)
                    barred |= cell
            forced = 0
            for conflict in left:
                cells = conflict.cells & ~barred
                if not cells & (cells - 1):
                    forced |= cells
            if not forced:
                break
            free |= forced
            cost += sum(self.problem.price(cell) for cell in each(forced))
            left = [one for one in left if not one.cells & forced]
        if cost > self.limit:
            self._leave(cost)
            return None
        return _Set(free, barred, cost), left

    def _leave(self, cost: int) -> None:
        """Nothing is tried that costs so much."""
        self.beyond = min(self.beyond, cost)

    def _find(self, solution: Solution) -> None:
        self.found.append(solution)
        if solution.cost + self.margin < self.limit:
            self.limit = solution.cost + self.margin
            self.found = [one for one in self.found if one.cost <= self.limit]

    def _conflict(self, free: Bits) -> _Conflict | None:
        """A further contradiction that a set leaves open; None for one that mends all rows."""
        if free in self.mending:
            return None
        found = self.cluster.conflict(free)
        if found is None:
            self.mending.add(free)
            return None
        self.problem.conflicts.append((self.broken, found))
        return self._keep(found)

    def _keep(self, cells: Bits) -> _Conflict:
        conflict = _Conflict(cells, self.problem.priced(cells))
        self.known.append(conflict)
        return conflict

    def _minimal(self) -> list[Solution]:
        ordered = sorted(set(self.found), key=lambda one: (one.cost, len(one.cells), sorted(one.cells)))
        kept: list[Solution] = []
        for solution in ordered:
            if not any(other.cells < solution.cells for other in kept):
                kept.append(solution)
        return kept
