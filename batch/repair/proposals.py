"""Propose corrections: the cheapest changes of each cluster of violated rows, and how certain they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from batch.repair.changes import Change, Ranges, change_of
from batch.repair.clusters import (
    Setting,
    cells_of,
    clusters_of,
    has_errors,
    real_cells,
    setting_of,
    with_inputs,
)
from batch.repair.linear import Cell
from batch.repair.parts import RowCluster
from batch.repair.prices import Prices
from batch.repair.rows import Rows
from batch.repair.search import Solution, solve

#: more ways than this are no choice to put before anybody
MOST_OPTIONS = 4


@dataclass(frozen=True, slots=True)
class Option:
    """One way to mend a cluster."""

    changes: tuple[Change, ...]
    cost: int
    #: 核实 that this way leaves to be explained: (check, place)
    left: frozenset[tuple[str, str]] = frozenset()
    #: its cells that take part in 核实 which nothing speaks against as things are
    against: frozenset[Cell] = frozenset()

    @property
    def cells(self) -> frozenset[Cell]:
        """The cells it changes."""
        return frozenset(change.cell for change in self.changes)

    @property
    def is_exact(self) -> bool:
        """Whether the value of each of its cells is known."""
        return all(change.is_exact for change in self.changes)


@dataclass(slots=True)
class Proposal:
    """The ways to mend some violated rows: one, a choice, or none that can be told."""

    #: numbers of the rows that are violated
    broken: list[int]
    options: list[Option] = field(default_factory=list)

    @property
    def has_followers(self) -> bool:
        """Whether some value follows from other figures."""
        return any(change.follows >= 0 for option in self.options for change in option.changes)


def propose(
    compiled: Rows, missing: Collection[Cell], prices: Prices, confirmed: Collection[Cell] = ()
) -> list[Proposal]:
    """The ways to mend the violated 错误 rows, one proposal for what belongs together.

    `missing`: blank cells that have to be filled in; `confirmed`: cells another source says the same of.
    Numbers of rows beyond those of `compiled` are the blanks, in the order of their cells.
    """
    setting = setting_of(compiled, missing, prices, confirmed)
    proposals: list[Proposal] = []
    for broken, options in _mended(setting):
        proposals += _apart(setting, broken, options)
    return sorted(proposals, key=lambda proposal: proposal.broken)


def _mended(setting: Setting) -> list[tuple[list[int], list[Option]]]:
    """Each cluster with its options; a solution that touches another cluster's cells joins the two."""
    todo = clusters_of(setting)
    done: list[tuple[list[int], list[Option], frozenset[Cell]]] = []
    while todo:
        broken = todo.pop(0)
        near = setting.prices.margin + setting.prices.slip
        solutions = solve(setting.problem, broken, near, setting.prices.most)
        of = setting.problem.cells
        changed = (of.cells(of.moving(of.bits(solution.cells))) for solution in solutions)
        used = real_cells(setting, (cell for cells in changed for cell in cells))
        rest = [other for other in todo if not cells_of(setting, other) & used]
        apart = [entry for entry in done if not cells_of(setting, entry[0]) & used]
        if len(rest) < len(todo) or len(apart) < len(done):
            joined = {*broken, *(n for other in todo if other not in rest for n in other)}
            joined.update(n for entry in done if entry not in apart for n in entry[0])
            todo, done = [sorted(joined), *rest], apart
            continue
        done.append((broken, _options(setting, broken, solutions), used))
    return [(broken, options) for broken, options, _ in done]


def _options(setting: Setting, broken: Sequence[int], solutions: Sequence[Solution]) -> list[Option]:
    """The options that cost little more than the cheapest, slips counted; cheapest first."""
    cluster = RowCluster(setting.problem, broken)
    options = [_option(setting, cluster, solution) for solution in solutions]
    options = [option for option in options if option.changes]
    options.sort(key=lambda option: (option.cost, sorted(option.cells)))
    near: list[Option] = []
    for option in options:
        if option.cost > options[0].cost + setting.prices.margin:
            break
        if not any(_is_worse(option, other, options) for other in near):
            near.append(option)
    return near


def _is_worse(option: Option, other: Option, options: Sequence[Option]) -> bool:
    """Whether an option is another one half done: it shares cells with it and leaves more unexplained."""
    common = frozenset.intersection(*(one.cells for one in options))
    return other.left < option.left and bool((option.cells & other.cells) - common)


def _option(setting: Setting, cluster: RowCluster, solution: Solution) -> Option:
    free = setting.problem.cells.bits(solution.cells)
    parts, numbers = list(cluster.parts(free)), cluster.numbers(free)
    within, exact = Ranges(setting.problem, parts), Ranges(setting.exact, parts)
    changes = tuple(
        change_of(setting, cell, numbers, exact, within)
        for cell in sorted(real_cells(setting, solution.cells))
    )
    saved = sum(setting.prices.slip for change in changes if change.slip)
    left = frozenset((check, at) for file, check, at in solution.cells if not file)
    return Option(changes, solution.cost - saved, left, _against(setting, solution.cells))


def _against(setting: Setting, cells: Collection[Cell]) -> frozenset[Cell]:
    """The cells among these that take part in ties which hold now and have to be explained afterwards."""
    rows = setting.problem.rows
    reasons = {cell for cell in cells if not cell[0]}
    reasons -= {cell for number in setting.problem.broken for cell in rows[number].freed_by}
    if not reasons:
        return frozenset()
    held = (row for row in rows if not row.freed_by.isdisjoint(reasons))
    return frozenset(cell for row in held for cell in row.cells if cell in cells)


def _apart(setting: Setting, broken: Sequence[int], options: Sequence[Option]) -> list[Proposal]:
    """A cluster as proposals of their own: what all options say alike, and the choice that is left.

    Changes belong together when they mend a violated row between them.
    """
    if not options:
        return [Proposal(list(broken))]
    alike = [c for c in options[0].changes if all(c in option.changes for option in options)]
    rest = [replace(option, changes=tuple(c for c in option.changes if c not in alike)) for option in options]
    varied = frozenset(c.cell for option in rest for c in option.changes)
    agreed = frozenset(change.cell for change in alike)
    groups: list[tuple[list[int], frozenset[Cell]]] = []
    for number in broken:
        row = setting.problem.rows[number]
        # a reason that all ways ask for settles its row whatever the rest
        cells = row.freed_by & agreed or with_inputs(setting, row.cells) & (varied | agreed)
        numbers = [number]
        if cells & varied:
            cells |= varied
        apart = []
        for group in groups:
            if group[1] & cells:
                numbers, cells = [*group[0], *numbers], cells | group[1]
            else:
                apart.append(group)
        groups = [*apart, (numbers, cells)]
    proposals = []
    for numbers, cells in groups:
        if not cells and not has_errors(setting, numbers):
            continue
        own = tuple(c for c in alike if c.cell in cells)
        if cells & varied:
            told = [replace(option, changes=(*own, *option.changes)) for option in rest]
            proposals.append(Proposal(sorted(numbers), told if len(told) <= MOST_OPTIONS else []))
        else:
            proposals.append(Proposal(sorted(numbers), [replace(options[0], changes=own)]))
    return proposals
