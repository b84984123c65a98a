"""The cheapest sets of cells whose change lets every row hold (error localisation after Fellegi and Holt).

Every contradiction found between rows names moves of cells one of which must be made, whatever else is. The
search keeps these; a set of moves that settles all of them is tried, and gives either a solution or one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from batch.repair.cell_bits import each
from batch.repair.contradictions import Contradictions, Known
from batch.repair.elimination import Bits, TooLarge
from batch.repair.linear import Cell
from batch.repair.parts import RowCluster
from batch.repair.problem import Problem

#: tried sets per cluster: beyond, nothing is said rather than something half searched
MOST_TRIED = 600
#: contradictions between rows of a cluster, in the same way
MOST_KNOWN = 400
#: solutions kept: so many ways to mend one thing are no proposal
MOST_FOUND = 24


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


class _Set(NamedTuple):
    """Moves that are made, those that are not, what it costs, and the contradictions left."""

    made: Bits
    barred: Bits
    cost: int
    left: Known
    #: how many were known
    known: int


class _Search:
    """One cluster: the contradictions known so far, and the solutions.

    The set that promises to cost least is tried first, so that the first solution is the cheapest one.
    """

    def __init__(self, problem: Problem, broken: Sequence[int], margin: int) -> None:
        self.problem, self.broken, self.margin = problem, frozenset(broken), margin
        self.cluster = RowCluster(problem, broken)
        self.known = Contradictions(problem.moves)
        known = dict.fromkeys(self.cluster.needed)
        known |= dict.fromkeys(moves for rows, moves in problem.conflicts if rows <= self.broken)
        for moves in known:
            self.known.add(moves)
        #: by their cells
        self.found: dict[Bits, Solution] = {}
        #: sets still to be tried, by the least that they cost; of two the later one first
        self.waiting: list[tuple[int, int, _Set]] = []
        self.steps = self.put = 0
        #: nothing is tried that costs more
        self.limit = 0

    def run(self, most: int) -> list[Solution]:
        """See `solve`."""
        self.limit = most
        self._wait(0, _Set(0, 0, 0, 0, 0))
        try:
            while self.waiting and self.waiting[0][0] <= self.limit:
                least, _, tried = heappop(self.waiting)
                self._try(least, tried)
        except TooLarge:
            return []
        return self._minimal()

    def _wait(self, least: int, tried: _Set) -> None:
        self.put -= 1
        heappush(self.waiting, (least, self.put, tried))

    def _try(self, promised: int, tried: _Set) -> None:
        """Try a set where it settles all that is known, else let all wait that hold one move more."""
        self.steps += 1
        if self.steps > MOST_TRIED or len(self.found) > MOST_FOUND or len(self.known) > MOST_KNOWN:
            raise TooLarge
        while True:
            if tried.known < len(self.known):
                left = tried.left | self.known.left_by(tried.made, tried.known)
                tried = tried._replace(left=left, known=len(self.known))
            forced = self._forced(tried)
            if forced is None:
                return
            tried, more, rest = forced
            least = max(promised, tried.cost + more)
            if least > promised and not self.found and self.waiting and least > self.waiting[0][0]:
                self._wait(least, tried)
                return
            if tried.left:
                self._branch(promised, tried, more, rest)
                return
            if not self._learn(self.problem.moves.cells(tried.made)):
                self._find(tried)
                return

    def _forced(self, tried: _Set) -> tuple[_Set, int, dict[Bits, int]] | None:
        """The set with all that is needed within the limit; None where that is too much.

        Moves with which it would cost too much are barred; a contradiction that one move alone can settle
        takes it. Told is, too, how much more what is left costs, see `Contradictions.least`.
        """
        made, barred, cost, left, known = tried
        settled_by = self.known.settled_by
        while left:
            more, rest = self.known.least(left, barred)
            room = self.limit - cost - more
            if room < 0:
                return None
            for bit, over in rest.items():
                if over > room:
                    barred |= bit
            forced = 0
            for one in self.known.among(left):
                moves = one.moves & ~barred
                if not moves & (moves - 1):
                    if not moves:
                        return None
                    forced |= moves
            if not forced:
                return _Set(made, barred, cost, left, known), more, rest
            for move in map(self.problem.moves.move, each(forced)):
                if not move.bit & made:
                    if move.bit & barred:
                        return None
                    cost += move.price
                    made |= move.makes
                    barred |= move.excludes
                    left &= ~settled_by[move.bit]
        return (_Set(made, barred, cost, left, known), 0, {}) if cost <= self.limit else None

    def _branch(self, promised: int, tried: _Set, least: int, rest: dict[Bits, int]) -> None:
        """Let all sets wait that settle one contradiction more, each with another move.

        `least`, `rest`: see `Contradictions.least`.
        """
        made, barred, cost, left, known = tried
        settled_by = self.known.settled_by
        one = min(self.known.among(left), key=lambda one: (one.moves & ~barred).bit_count())
        ways = [move for move in one.ways if not move.bit & barred]
        # what settles most comes first: with it barred, little is left to the others
        ways.sort(key=lambda move: -(settled_by[move.bit] & left).bit_count())
        for move in ways:
            still = left & ~settled_by[move.bit]
            if not still & self.known.dearer(self.limit - cost - move.price):
                more = least + min(rest.get(move.up, move.price), rest.get(move.down, move.price))
                larger = _Set(made | move.makes, barred | move.excludes, cost + move.price, still, known)
                self._wait(max(promised, cost + more), larger)
            # sets with this move are all tried now
            barred |= move.bit | move.up | move.down

    def _learn(self, free: Bits) -> bool:
        """Whether cells leave contradictions open that were not known; not when they mend all rows."""
        found = self.cluster.conflicts(free)
        for moves in found:
            self.problem.conflicts.append((self.broken, moves))
            self.known.add(moves)
        return bool(found)

    def _find(self, tried: _Set) -> None:
        cells = self.problem.moves.cells(tried.made)
        self.found[cells] = Solution(self.problem.cells.cells(cells), tried.cost)
        if tried.cost + self.margin < self.limit:
            self.limit = tried.cost + self.margin
            self.found = {cells: one for cells, one in self.found.items() if one.cost <= self.limit}

    def _minimal(self) -> list[Solution]:
        ordered = sorted(self.found.values(), key=lambda one: (one.cost, len(one.cells), sorted(one.cells)))
        kept: list[Solution] = []
        for solution in ordered:
            if not any(other.cells < solution.cells for other in kept):
                kept.append(solution)
        return kept
