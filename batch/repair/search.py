"""The cheapest sets of cells whose change lets every row hold (error localisation after Fellegi and Holt).

Every contradiction found between rows names cells one of which must change, whatever else does. The search
keeps these sets of cells; a set that hits all of them is tried, and gives either a solution or one more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from batch.repair.elimination import Inequality, System, TooLarge
from batch.repair.linear import Bound, Cell, Row

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


@dataclass(slots=True)
class Problem:
    """Rows, what stands in their cells, and what changing a cell costs."""

    rows: Sequence[Row]
    values: Mapping[Cell, int]
    prices: Mapping[Cell, int]
    #: cells that stay at or above 0 however they change
    at_least_zero: frozenset[Cell] = frozenset()
    #: by a cell with a formula, all that it follows from
    inputs: Mapping[Cell, frozenset[Cell]] = field(default_factory=dict)
    #: numbers of the rows that hold as things are, by the cells that take part
    by_cell: dict[Cell, list[int]] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            if not row.holds(self.values):
                self.broken.append(number)
                continue
            for cell in row.cells:
                self.by_cell.setdefault(cell, []).append(number)

    def moving(self, free: Iterable[Cell]) -> frozenset[Cell]:
        """All that changes with these cells: they themselves and the formulas that follow from them."""
        changed = frozenset(free)
        return changed.union(cell for cell, inputs in self.inputs.items() if not changed.isdisjoint(inputs))

    def touching(self, cells: Iterable[Cell], broken: Iterable[int] = ()) -> list[int]:
        """The rows that count when these cells change: those that hold now and the broken ones of a cluster.

        A broken row of another cluster does not: where a solution touches it, the clusters are joined.
        """
        found = set(broken)
        for cell in self.moving(cells):
            found.update(self.by_cell.get(cell, ()))
        return sorted(found)

    def conflict(self, free: frozenset[Cell], numbers: Sequence[int]) -> frozenset[Cell] | None:
        """None when the rows can hold with these cells free, else fixed cells one of which must change.

        Raises TooLarge.
        """
        moving = self.moving(free)
        for number in numbers:
            row = self.rows[number]
            if not row.cases and not row.freed_by & moving:
                return self._or_inputs(row.freed_by)
        certain, groups = self._sorted(free, moving, numbers)
        system = System()
        found = system.add_all(certain) or system.copy().contradiction()
        if found is None and groups:
            found = self._one_of_each(groups, system, moving)
        return None if found is None else self._or_inputs(found) - free

    def _or_inputs(self, cells: frozenset[Cell]) -> frozenset[Cell]:
        """A cell with a formula changes when it is typed over, or when something it follows from changes."""
        return cells.union(*(self.inputs[cell] for cell in cells if cell in self.inputs))

    def _one_of_each(
        self, groups: Sequence[Sequence[Row]], so_far: System, free: frozenset[Cell]
    ) -> frozenset[Cell] | None:
        """Choose a case for each group of rows; None when some choice is possible."""
        told: frozenset[Cell] = frozenset()
        first, *others = groups
        cells = frozenset().union(*(row.cells for row in first))
        for case in _choices(first):
            system = so_far.copy()
            told_here = system.add_all(self._inequalities(case, cells, free))
            if told_here is None:
                told_here = self._one_of_each(others, system, free) if others else system.contradiction()
            if told_here is None:
                return None
            told |= told_here
        return told | cells

    def _inequalities(
        self, case: Iterable[Bound], cells: frozenset[Cell], free: frozenset[Cell]
    ) -> list[Inequality]:
        made = []
        for one in case:
            constant = one.constant - one.slack
            factors = []
            for cell, factor in one.parts:
                if cell in free:
                    factors.append((cell, factor))
                else:
                    constant += factor * self.values[cell]
            made.append(Inequality(tuple(factors), constant, cells, strict=one.strict))
        return made

    def system(self, solution: frozenset[Cell], numbers: Iterable[int]) -> list[Inequality]:
        """The inequalities that say between which values the cells of a solution may lie.

        Of several cases the first possible one counts, the tie itself before its exceptions. Empty when the
        rows cannot hold together. Raises TooLarge.
        """
        moving = self.moving(solution)
        certain, groups = self._sorted(solution, moving, numbers)
        return self._first_possible(groups, certain, moving) or []

    def _sorted(
        self, free: frozenset[Cell], moving: frozenset[Cell], numbers: Iterable[int]
    ) -> tuple[list[Inequality], list[list[Row]]]:
        """What must hold, and the rows with several cases, by their condition; freed rows are left out."""
        certain: list[Inequality] = []
        either: dict[object, list[Row]] = {}
        for number in numbers:
            row = self.rows[number]
            # a formula is gone only where its own cell is typed over
            freeing = free if row.is_formula else moving
            if row.freed_by & freeing or not row.cases or () in row.cases:
                continue
            if len(row.cases) == 1:
                certain += self._inequalities(row.cases[0], row.cells, moving)
            else:
                either.setdefault(row.condition or number, []).append(row)
        certain += [
            Inequality(((cell, -1),), 0, frozenset(), strict=False)
            for cell in sorted(moving & self.at_least_zero)
        ]
        return certain, list(either.values())

    def _first_possible(
        self, groups: Sequence[Sequence[Row]], so_far: list[Inequality], free: frozenset[Cell]
    ) -> list[Inequality] | None:
        system = System()
        if system.add_all(so_far) is not None or (not groups and system.contradiction() is not None):
            return None
        if not groups:
            return so_far
        first, *others = groups
        cells = frozenset[Cell]().union(*(row.cells for row in first))
        for case in _choices(first):
            found = self._first_possible(others, [*so_far, *self._inequalities(case, cells, free)], free)
            if found is not None:
                return found
        return None


def _choices(rows: Sequence[Row]) -> Iterator[tuple[Bound, ...]]:
    """How rows under one condition may hold: each by its tie, or all since the condition fails."""
    yield tuple(one for row in rows for one in row.cases[0])
    yield from rows[0].cases[1:]


def solve(problem: Problem, broken: Sequence[int], margin: int, most: int) -> list[Solution]:
    """All sets of cells that mend the broken rows and cost at most `margin` more than the cheapest.

    No set holds another one. Sorted by cost, then by cells. Empty when none costs at most `most`, or when the
    search is too long to be finished. Deterministic: it counts steps and looks at no clock.
    """
    return _Search(problem, broken, margin).run(most)


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Cells one of which must change."""

    cells: int
    #: (cell, price), cheapest first
    prices: tuple[tuple[int, int], ...]


class _Search:
    """One cluster: the contradictions known so far, and the solutions.

    A cell is a bit here and a set of cells a number: they are compared a few hundred thousand times.
    """

    def __init__(self, problem: Problem, broken: Sequence[int], margin: int) -> None:
        self.problem, self.broken, self.margin = problem, broken, margin
        self.known: list[_Conflict] = []
        self.found: list[Solution] = []
        #: sets that are known to mend all rows
        self.mending: dict[int, frozenset[Cell]] = {}
        self.steps = 0
        self.beyond: int | None = None
        self._bits: dict[Cell, int] = {}

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

    def _extend(self, free: int, barred: int, cost: int, limit: int) -> None:
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
            self.found.append(Solution(self.mending[free], cost))
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

    def _conflict(self, free: int) -> _Conflict | None:
        """A further contradiction that a set leaves open; None for one that mends all rows."""
        if free in self.mending:
            return None
        cells = frozenset(cell for cell, bit in self._bits.items() if bit & free)
        found = self.problem.conflict(cells, self.problem.touching(cells, self.broken))
        if found is None:
            self.mending[free] = cells
            return None
        prices = self.problem.prices
        ordered = sorted(found, key=lambda cell: (prices[cell], cell))
        bits = [self._bits.setdefault(cell, 1 << len(self._bits)) for cell in ordered]
        conflict = _Conflict(sum(bits), tuple(zip(bits, (prices[cell] for cell in ordered), strict=True)))
        self.known.append(conflict)
        return conflict

    def _cut(self, price: int) -> None:
        if price < 1 << 60:
            self.beyond = price if self.beyond is None else min(self.beyond, price)

    def _least(self, free: int, barred: int) -> tuple[int, _Conflict | None]:
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
