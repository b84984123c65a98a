"""The search for the cheapest cells against trying everything."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import chain, combinations, product

from batch.repair.linear import Cell, Linear, Row, comparison
from batch.repair.parts import RowCluster
from batch.repair.problem import Problem
from batch.repair.search import solve

_RANGE = range(13)


def cell(number: int) -> Cell:
    return "甲.xlsx", "表", f"A{number}"


def problem(rng: random.Random, cells: int, ties: int) -> Problem:
    """Sums and comparisons over a few cells that mostly hold, with the price of each cell."""
    values = {cell(n): rng.choice(_RANGE) for n in range(cells)}
    rows = []
    for number in range(ties):
        taken = rng.sample(range(cells), rng.choice((2, 3, 3, 4)))
        parts = {cell(n): Fraction(1 if n != taken[0] else -1) for n in taken}
        now = sum(int(factor) * values[one] for one, factor in parts.items())
        # half of the ties are violated by one or more
        off = rng.choice((0, 0, 0, 1, 2, -3))
        # != has two cases
        op = rng.choice(("==", "==", "<=", ">=", "!="))
        cases = comparison(op, Linear(parts, Fraction(-now + off)), Fraction(0))
        freed = frozenset([cell(taken[1])]) if rng.random() < 0.2 else frozenset()
        rows.append(Row(f"T{number}", "", cases, freed))
    prices = {one: rng.choice((400, 700, 1000)) for one in values}
    return Problem(rows, values, prices, frozenset(values))


def cheapest_by_trying(of: Problem) -> int | None:
    """The least price of cells that, given any values of the range, let every row hold."""
    everything = sorted(of.prices)
    subsets = chain.from_iterable(combinations(everything, size) for size in range(len(everything) + 1))
    for free in sorted(subsets, key=lambda cells: sum(of.prices[one] for one in cells)):
        rows = [row for row in of.rows if not row.freed_by & set(free)]
        for given in product(_RANGE, repeat=len(free)):
            values = {**of.values, **dict(zip(free, given, strict=True))}
            if all(row.holds(values) for row in rows):
                return sum(of.prices[one] for one in free)
    return None


def test_the_cheapest_cells_are_those_that_trying_everything_finds() -> None:
    rng, compared = random.Random(5), 0
    while compared < 60:
        of = problem(rng, 5, 3)
        if not of.broken:
            continue
        found = solve(of, of.broken, 0, 10_000)
        due = cheapest_by_trying(of)
        if due is None:
            # values beyond the range may still do
            continue
        compared += 1
        assert found, of
        assert found[0].cost <= due, (found, due, of)
        # all that cost the same are told, and each mends everything
        for solution in found:
            free = of.cells.bits(solution.cells)
            assert RowCluster(of, of.broken).conflicts(free) == []


def entangled(rng: random.Random) -> Problem:
    """Rows of every kind: several cases, some under one condition, freed by a cell, with a formula."""
    values = {cell(n): rng.choice(range(6)) for n in range(7)}

    def over(taken: list[int], off: int) -> Linear:
        parts = {cell(n): Fraction(rng.choice((1, 1, -1, 2))) for n in taken}
        now = sum(int(factor) * values[one] for one, factor in parts.items())
        return Linear(parts, Fraction(off - now))

    rows = []
    for number in range(5):
        taken = rng.sample(range(6), rng.choice((1, 2, 3, 4)))
        off = rng.choice((0, 0, 1, -2, 3))
        cases = comparison(rng.choice(("==", "==", "<=", ">", "!=")), over(taken, off), Fraction(0))
        condition = ""
        if rng.random() < 0.4:
            # rows under one condition fail it by the same cells
            condition = "条件" if rng.random() < 0.5 else ""
            cases = (*cases, *comparison("<", Linear({cell(rng.choice(taken)): 1}, rng.choice((-9, 1))), 0))
        freed = frozenset([cell(rng.choice(taken))]) if rng.random() < 0.3 else frozenset()
        rows.append(Row(f"T{number}", "", cases, freed, condition=condition))
    shared = next((row.cases[-1:] for row in rows if row.condition), ())
    rows = [
        Row(r.check, "", (r.cases[0], *shared), r.freed_by, condition="条件") if r.condition else r
        for r in rows
    ]
    inputs = {}
    if rng.random() < 0.5:
        total = Linear({cell(6): 1, cell(0): -1, cell(1): -1}, 0)
        off = values[cell(0)] + values[cell(1)] - values[cell(6)]
        formula = comparison("==", total.plus(Linear({}, off)), Fraction(0))
        rows.append(Row("公式", "", formula, frozenset([cell(6)]), is_formula=True))
        inputs[cell(6)] = frozenset([cell(0), cell(1)])
        rows.append(Row("T9", "", comparison("==", over([6, 2], rng.choice((0, 1))), Fraction(0))))
        given = comparison("==", over([2, 3], 1), Fraction(0))
        rows.append(Row("T10", "", given, frozenset([cell(6)])))
    prices = {one: rng.choice((250, 400, 700, 1000)) for one in values}
    at_least_zero = frozenset(one for one in values if rng.random() < 0.8)
    return Problem(rows, values, prices, at_least_zero, inputs)


def mending(of: Problem, margin: int) -> set[frozenset[Cell]]:
    """The least sets of cells with which all rows can hold, near to the cheapest, of all sets of cells."""
    everything = sorted(of.prices)
    cluster = RowCluster(of, of.broken)
    found: list[frozenset[Cell]] = []
    for size in range(len(everything) + 1):
        for cells in map(frozenset, combinations(everything, size)):
            if not any(less <= cells for less in found) and not cluster.conflicts(of.cells.bits(cells)):
                found.append(cells)
    cost = {cells: sum(of.prices[one] for one in cells) for cells in found}
    return {cells for cells in found if cost[cells] <= min(cost.values()) + margin}


def test_no_set_of_cells_that_mends_the_rows_is_missed() -> None:
    rng, several = random.Random(3), 0
    for _ in range(200):
        of = entangled(rng)
        if of.broken:
            due = mending(of, 650)
            assert {one.cells for one in solve(of, of.broken, 650, 10_000)} == due, of
            several += len(due) > 1
    assert several > 50


def test_the_same_problem_gives_the_same_answer() -> None:
    first = problem(random.Random(9), 6, 5)
    second = problem(random.Random(9), 6, 5)
    assert solve(first, first.broken, 700, 10_000) == solve(second, second.broken, 700, 10_000)


def test_what_a_part_of_a_cluster_taught_changes_no_answer() -> None:
    rng, joined = random.Random(11), 0
    while joined < 20:
        whole = problem(rng, 7, 6)
        if len(whole.broken) < 3:
            continue
        fresh = Problem(whole.rows, whole.values, whole.prices, frozenset(whole.values))
        solve(whole, whole.broken[:2], 700, 10_000)
        # some are mended by any cells of their broken rows
        joined += bool(whole.conflicts)
        assert solve(whole, whole.broken, 700, 10_000) == solve(fresh, fresh.broken, 700, 10_000)
