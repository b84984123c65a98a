"""Cells that hold formulas: they follow from the cells these refer to, and nobody types into them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from batch.checks.engine.fields import Fields, Slot
from batch.model.book import Area, column_letters, parse_ref
from batch.model.form import BLANK, FILLED, Submission, Value
from batch.model.record import replace
from batch.repair.linear import NOTHING, SCALE, Cell, Linear
from batch.repair.sums import base_of, cell_of, unit_of
from batch.workbook.formulas import nodes
from batch.workbook.formulas.evaluate import evaluate
from batch.workbook.formulas.formula_values import Unsupported
from batch.workbook.formulas.formula_values import Value as FormulaValue
from batch.workbook.formulas.parse import parse_formula

#: how far a saved result may be from what the formula gives: programs calculate in doubles
_NEAR = Decimal("1e-7")
#: steps that all formulas of a submission may cost, see batch.workbook.formulas.recalculate
_MAX_STEPS = 100_000
_FIFTEEN = Context(prec=15)


@dataclass(frozen=True, slots=True)
class Follower:
    """A cell with a formula that gives what stands in it."""

    slot: Slot
    root: nodes.Node
    #: the fields it refers to
    inputs: frozenset[Cell]
    #: the formula as a sum, in 1/SCALE of the base; None when it is none
    total: Linear | None

    @property
    def cell(self) -> Cell:
        """Which cell it is."""
        return cell_of(self.slot)


def followers_of(fields: Fields) -> tuple[Follower, ...]:
    """The cells of a submission that follow from others, each after those it refers to.

    A formula counts where it gives what was read from the cell: then all that it refers to is known.
    """
    slots = {cell_of(slot): slot for slot in fields.slots if slot.value.ref}
    if not any(slot.value.formula for slot in slots.values()):
        return ()
    grid = _Grid({cell: slot.value for cell, slot in slots.items()})
    found = {}
    for cell, slot in slots.items():
        parsed = _parsed(slot.value.formula) if slot.value.formula else None
        if parsed is None or slot.value.state != FILLED or slot.value.number is None:
            continue
        number = grid.result(cell, parsed.root)
        if number is None or abs(number - slot.value.number) > _NEAR:
            continue
        inputs = frozenset(one for ref in parsed.references for one in grid.cells(cell, ref) if one in slots)
        if inputs and cell not in inputs:
            found[cell] = Follower(slot, parsed.root, inputs, _total(cell, parsed.root, slots, grid))
    return tuple(_in_order(found))


def moved(followers: Iterable[Follower], cells: Iterable[Cell]) -> set[Cell]:
    """These cells and those that follow from them, at however many removes."""
    found = set(cells)
    for one in followers:
        if not one.inputs.isdisjoint(found):
            found.add(one.cell)
    return found


def refreshed(
    submission: Submission, followers: Collection[Follower], new: Mapping[Cell, Value]
) -> dict[Cell, Value]:
    """`new` with what the formulas come to once these values are typed.

    A formula that was typed over is gone; one that gives no number any more keeps its result.
    """
    if all(one.inputs.isdisjoint(new) for one in followers):
        return dict(new)
    values = dict(_values(submission)) | dict(new)
    grid, made = _Grid(values), dict(new)
    for one in followers:
        if one.cell in new or not any(cell in made for cell in one.inputs):
            continue
        number = grid.result(one.cell, one.root)
        if number is not None:
            made[one.cell] = replace(values[one.cell], number=number, raw=f"{number:f}")
            grid.put(one.cell, made[one.cell])
    return made


@lru_cache(maxsize=4096)
def _parsed(text: str) -> nodes.Formula | None:
    try:
        return parse_formula(text)
    except Unsupported:
        return None


def _values(submission: Submission) -> Iterator[tuple[Cell, Value]]:
    for table in submission.tables:
        listed = [*table.fields.values(), *table.totals.values()]
        listed += [value for item in table.items for value in item.values.values()]
        for value in listed:
            if value.ref and "in-label" not in value.notes:
                yield (table.file, value.sheet, value.ref), value


class _Grid:
    """Values by their places, as formulas look at them (see batch.workbook.formulas.evaluate.Cells)."""

    def __init__(self, values: Mapping[Cell, Value]) -> None:
        self._home: Cell = ("", "", "")
        self._steps = _MAX_STEPS
        self._sheets: dict[tuple[str, str], dict[tuple[int, int], Value]] = {}
        for cell, value in values.items():
            self.put(cell, value)

    def put(self, cell: Cell, value: Value) -> None:
        """Have a value stand in a cell."""
        file, sheet, ref = cell
        self._sheets.setdefault((file, sheet.lower()), {})[parse_ref(ref)] = value

    def result(self, home: Cell, root: nodes.Node) -> Decimal | None:
        """What a formula in this cell comes to; None when that is no number or not known."""
        self._home = home
        try:
            value = evaluate(root, self)
        except Unsupported:
            return None
        # as the reader takes numbers from a file
        return _FIFTEEN.create_decimal(value) if isinstance(value, Decimal) else None

    def cells(self, home: Cell, reference: nodes.CellReference) -> Iterator[Cell]:
        """The cells with a value that a reference names."""
        sheet = home[1] if reference.sheet is None else reference.sheet
        for row, col in self._inside((home[0], sheet.lower()), reference.area):
            yield home[0], sheet, f"{column_letters(col)}{row}"

    def spend(self, steps: int) -> None:
        """See batch.workbook.formulas.evaluate.Cells. Raises Unsupported when the limit is exceeded."""
        self._steps -= steps
        if self._steps < 0:
            raise Unsupported("too much work")

    def value(self, sheet: str | None, row: int, col: int) -> FormulaValue | None:
        """See batch.workbook.formulas.evaluate.Cells."""
        found = self._sheets.get(self._name(sheet), {}).get((row, col))
        return None if found is None else _content(found)

    def values(self, sheet: str | None, area: Area) -> Iterator[tuple[tuple[int, int], FormulaValue]]:
        """See batch.workbook.formulas.evaluate.Cells."""
        name = self._name(sheet)
        for place in self._inside(name, area):
            content = _content(self._sheets[name][place])
            if content is not None:
                yield place, content

    def _name(self, sheet: str | None) -> tuple[str, str]:
        file, home, _ = self._home
        return file, (home if sheet is None else sheet).lower()

    def _inside(self, sheet: tuple[str, str], area: Area) -> Iterator[tuple[int, int]]:
        filled = self._sheets.get(sheet, {})
        if area.top == area.bottom and area.left == area.right:
            self.spend(1)
            if (area.top, area.left) in filled:
                yield area.top, area.left
            return
        for row, col in filled:
            self.spend(1)
            if area.top <= row <= area.bottom and area.left <= col <= area.right:
                yield row, col


def _content(value: Value) -> FormulaValue | None:
    """A value as a formula sees it: the number that is stored, else the text."""
    if value.state is BLANK:
        return None
    return value.raw if value.number is None or value.state is not FILLED else value.number


def _total(cell: Cell, root: nodes.Node, slots: Mapping[Cell, Slot], grid: _Grid) -> Linear | None:
    """A formula as a sum of cells, all of one unit of money; None where it is none."""
    unit = unit_of(slots[cell])

    def one(found: Cell) -> Linear:
        slot = slots.get(found)
        if slot is None or slot.value.state is BLANK:
            # nothing, or a field that is blank and may be filled in
            return NOTHING if slot is None else Linear({found: 1}, 0)
        if base_of(unit_of(slot)) != base_of(unit):
            raise _NoSum
        return Linear({found: 1}, 0)

    def summed(node: nodes.Node) -> Linear:
        if isinstance(node, nodes.Literal) and isinstance(node.value, Decimal):
            return Linear({}, Fraction(node.value) * SCALE * base_of(unit))
        if isinstance(node, nodes.CellReference):
            return added(one(found) for found in grid.cells(cell, node))
        if isinstance(node, nodes.Unary) and node.sign in "+-":
            return summed(node.node).scaled_by(1 if node.sign == "+" else -1)
        if isinstance(node, nodes.Chain) and all(sign in "+-" for sign, _ in node.rest):
            total = summed(node.first)
            for sign, part in node.rest:
                total = total.plus(summed(part), 1 if sign == "+" else -1)
            return total
        if isinstance(node, nodes.FunctionCall) and node.name in ("SUM", "N"):
            return added(map(summed, node.arguments))
        raise _NoSum

    def added(parts: Iterable[Linear]) -> Linear:
        total = NOTHING
        for part in parts:
            total = total.plus(part)
        return total

    try:
        return summed(root)
    except _NoSum:
        return None


class _NoSum(Exception):  # noqa: N818 - says what it is
    """A formula that is no sum of cells."""


def _in_order(found: Mapping[Cell, Follower]) -> Iterator[Follower]:
    """Each after the followers it refers to; programs refuse formulas that refer to each other."""
    done: set[Cell] = set()

    def visit(cell: Cell) -> Iterator[Follower]:
        if cell in done:
            return
        done.add(cell)
        for one in sorted(found[cell].inputs & found.keys()):
            yield from visit(one)
        yield found[cell]

    for cell in sorted(found):
        yield from visit(cell)
