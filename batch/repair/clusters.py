"""What is searched together: the violated rows that share cells, and what changing a cell costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from batch.checks.engine.fields import Slot
from batch.model.status import Severity
from batch.repair.followers import Follower
from batch.repair.linear import SCALE, Cell, Linear, Row, equal
from batch.repair.prices import Prices, Standing
from batch.repair.problem import Problem
from batch.repair.rows import Rows

#: how far the result of a formula may be from its cells: programs calculate in doubles
_NEVER_BELOW_0: Final = ("money", "count", "score")
_ROUNDING: Final = Fraction(SCALE, 10**6)


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
    follow = [row for one in compiled.followers if (row := _follows(one, compiled)) is not None]
    rows += follow
    inputs = _inputs(compiled.followers)
    severities += [Severity.ERROR] * (len(blanks) + len(follow))
    tied = frozenset(
        cell
        for row in compiled.rows
        if row.is_equality and row.holds(compiled.values) and not _is_formula(row, inputs)
        for cell in row.cells
    )

    doubtful = _doubtful(compiled, inputs.keys()) | _wrong_formulas(compiled, inputs)

    def standing(cell: Cell) -> Standing:
        if cell in missing:
            return Standing.MISSING
        if cell in confirmed:
            return Standing.CONFIRMED
        if cell in doubtful:
            return Standing.DOUBTFUL
        if cell in inputs:
            return Standing.FOLLOWS
        return Standing.TIED if cell in tied else Standing.LOOSE

    cost = {cell: prices.of(slot, standing(cell)) for cell, slot in compiled.slots.items()}
    for row in rows:
        for cell in row.freed_by:
            cost.setdefault(cell, prices.explain)
    values = {cell: compiled.values.get(cell, 0) for cell in cost}
    positive = frozenset(cell for cell, number in compiled.values.items() if number >= 0)
    problem = Problem(rows, values, cost, positive, inputs)
    return Setting(compiled, prices, problem, problem.to_the_digit(), severities)


def _inputs(followers: Iterable[Follower]) -> dict[Cell, frozenset[Cell]]:
    """By a cell with a formula: all that it follows from, at however many removes."""
    found: dict[Cell, frozenset[Cell]] = {}
    for one in followers:
        found[one.cell] = one.inputs.union(*(found[cell] for cell in one.inputs if cell in found))
    return found


def _follows(follower: Follower, compiled: Rows) -> Row | None:
    """The row of a formula that is a sum; None for others, whose results nothing is said of."""
    cell = follower.cell
    if follower.total is None or not compiled.values.keys() >= {cell, *follower.total.parts}:
        return None
    own = Linear({cell: 1}, 0)
    case = equal(own.plus(follower.total, -1), _ROUNDING)
    row = Row("", cell[2], (case,), frozenset([cell]), is_formula=True)
    return row if row.holds(compiled.values) else None


def _doubtful(compiled: Rows, followers: Collection[Cell]) -> frozenset[Cell]:
    """Figures below 0, half heads, and those typed where others of their kind in the row hold formulas."""
    formulas, others = Counter[tuple[int, str, str]](), Counter[tuple[int, str, str]]()
    for cell, slot in compiled.slots.items():
        (formulas if cell in followers else others)[_kind(slot)] += 1
    return frozenset(
        cell
        for cell, slot in compiled.slots.items()
        if ((slot.value.number or 0) < 0 and slot.field.type in _NEVER_BELOW_0)
        or (slot.field.type == "count" and (slot.value.number or 0) % 1)
        or (slot.value.formula is None and slot.row and formulas[_kind(slot)] >= others[_kind(slot)])
    )


def _wrong_formulas(compiled: Rows, inputs: Mapping[Cell, frozenset[Cell]]) -> frozenset[Cell]:
    """Formulas that refer to some cells of a tie that does not come out and not to all: a range cut short."""
    found: set[Cell] = set()
    for row in compiled.rows:
        if row.is_equality and not row.holds(compiled.values):
            for cell in row.cells & inputs.keys():
                others = row.cells - {cell}
                if not others.isdisjoint(inputs[cell]) and not others <= inputs[cell]:
                    found.add(cell)
    return frozenset(found)


def _kind(slot: Slot) -> tuple[int, str, str]:
    return id(slot.table), slot.row, slot.field.type


def _is_formula(row: Row, inputs: Mapping[Cell, frozenset[Cell]]) -> bool:
    """Whether a tie says no more than the formula of one of its cells."""
    return any(row.cells - {cell} <= inputs[cell] for cell in row.cells if cell in inputs)


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


def with_inputs(setting: Setting, cells: Collection[Cell]) -> frozenset[Cell]:
    """Cells with all that those of them with formulas follow from."""
    inputs = setting.problem.inputs
    return frozenset(cells).union(*(inputs[cell] for cell in cells if cell in inputs))


def cells_of(setting: Setting, numbers: Iterable[int]) -> frozenset[Cell]:
    """The cells of these rows."""
    return real_cells(setting, (cell for number in numbers for cell in setting.problem.rows[number].cells))
