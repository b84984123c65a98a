"""What is searched together: the violated rows that share cells, and what changing a cell costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from batch.model.status import Severity
from batch.repair.linear import Cell, Row
from batch.repair.prices import Prices, Standing
from batch.repair.rows import Rows
from batch.repair.search import Problem


@dataclass(slots=True)
class Setting:
    """What all clusters of a submission share."""

    compiled: Rows
    prices: Prices
    problem: Problem
    #: the same with every tie held to the last digit
    exact: Problem
    severities: list[Severity]


def setting_of(
    compiled: Rows, missing: Collection[Cell], prices: Prices, confirmed: Collection[Cell]
) -> Setting:
    """The rows with prices; see batch.repair.proposals.propose."""
    severities = [source.check.severity for source in compiled.sources]
    rows = [
        # the way out of a 核实 is to explain it
        row
        if severity is Severity.ERROR
        else replace(row, freed_by=row.freed_by | {("", row.check, row.place)})
        for row, severity in zip(compiled.rows, severities, strict=True)
    ]
    blanks = [cell for cell in sorted(missing) if cell in compiled.slots]
    rows += [Row("F025", cell[2], (), frozenset([cell])) for cell in blanks]
    severities += [Severity.ERROR] * len(blanks)
    tied = frozenset(
        cell for row in compiled.rows if row.is_equality and row.holds(compiled.values) for cell in row.cells
    )

    def standing(cell: Cell) -> Standing:
        if cell in missing:
            return Standing.MISSING
        if cell in confirmed:
            return Standing.CONFIRMED
        return Standing.TIED if cell in tied else Standing.LOOSE

    cost = {cell: prices.of(slot, standing(cell)) for cell, slot in compiled.slots.items()}
    for row in rows:
        cost |= dict.fromkeys(row.freed_by - cost.keys(), prices.explain)
    values = {cell: compiled.values.get(cell, 0) for cell in cost}
    positive = frozenset(cell for cell, number in compiled.values.items() if number >= 0)
    return Setting(
        compiled,
        prices,
        Problem(rows, values, cost, positive),
        Problem([row.to_the_digit() for row in rows], values, cost, positive),
        severities,
    )


def clusters_of(setting: Setting) -> list[list[int]]:
    """The violated rows that share cells, together; without those that hold nothing but 核实."""
    clusters: list[tuple[list[int], frozenset[Cell]]] = []
    for number in setting.problem.broken:
        numbers, cells = [number], real_cells(setting, setting.problem.rows[number].cells)
        apart = []
        for cluster in clusters:
            if cluster[1] & cells:
                numbers = numbers + cluster[0]
                cells |= cluster[1]
            else:
                apart.append(cluster)
        clusters = [*apart, (numbers, cells)]
    wrong = [numbers for numbers, _ in clusters if has_errors(setting, numbers)]
    return sorted(sorted(numbers) for numbers in wrong)


def has_errors(setting: Setting, numbers: Iterable[int]) -> bool:
    """Whether any of these rows is an 错误."""
    return any(setting.severities[number] is Severity.ERROR for number in numbers)


def real_cells(setting: Setting, cells: Iterable[Cell]) -> frozenset[Cell]:
    """The cells among what may be changed: a 核实 that is left to be explained is none."""
    return frozenset(cell for cell in cells if cell in setting.compiled.slots)


def cells_of(setting: Setting, numbers: Iterable[int]) -> frozenset[Cell]:
    """The cells of these rows."""
    return real_cells(setting, (cell for number in numbers for cell in setting.problem.rows[number].cells))
