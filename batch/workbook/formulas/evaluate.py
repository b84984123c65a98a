"""Evaluate one parsed formula as Excel does.

Error values travel as Python exceptions (`Fault`) and are caught where Excel catches them. A range where one
value is expected, which Excel resolves by implicit intersection or spilling, is `Unsupported`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, Protocol

from batch.model.book import Area
from batch.workbook.formulas.formula_values import (
    Error,
    Fault,
    Operand,
    Unsupported,
    Value,
    added,
    as_number,
    as_text,
    as_truth,
    compare_values,
    divided,
    joined,
    multiplied,
    raised,
)
from batch.workbook.formulas.functions import AGGREGATES, PLAIN, Argument, condition, sum_of_products
from batch.workbook.formulas.nodes import CellReference, Chain, FunctionCall, Literal, Node, Unary

_COMPARISONS: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
_ARITHMETIC: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": lambda left, right: added([left, right]),
    "-": lambda left, right: added([left, right.copy_negate()]),
    "*": lambda left, right: multiplied([left, right]),
    "/": divided,
    "^": raised,
}
#: characters of a text read or put together that weigh as much as a step
TEXT_WEIGHT: Final = 16
#: steps a power costs
_POWER_WEIGHT: Final = 100


class Cells(Protocol):
    """Access to the cells a formula refers to. `sheet` is a name as the formula writes it, None for its
    own."""

    def value(self, sheet: str | None, row: int, col: int) -> Value | None:
        """The value of a cell, None when blank. Raises Unsupported when it is not known."""

    def values(self, sheet: str | None, area: Area) -> Iterator[tuple[tuple[int, int], Value]]:
        """Places and values of the cells in an area that are not blank, in any order. Raises Unsupported."""

    def spend(self, steps: int) -> None:
        """Count steps of work. Raises Unsupported when the limit is exceeded."""


def evaluate(root: Node, cells: Cells) -> Value:
    """The value of a formula; that of a blank cell is 0. Raises Unsupported."""
    try:
        value = _value(root, cells)
    except Fault as fault:
        return fault.error
    return Decimal(0) if value is None else value


def _value(node: Node, cells: Cells) -> Operand:
    """The value of a node. Raises Fault for error values."""
    node = _chosen(node, cells)
    if isinstance(node, Literal):
        return _sound(node.value)
    if isinstance(node, CellReference):
        if not node.single:
            raise Unsupported("a range where a value should be")
        return _sound(cells.value(node.sheet, node.area.top, node.area.left))
    if isinstance(node, Chain):
        value = _value(node.first, cells)
        for sign, operand in node.rest:
            value = _operation(sign, value, _value(operand, cells), cells)
        return value
    if isinstance(node, Unary):
        value = _value(node.node, cells)
        if node.sign == "+":
            return value
        number = as_number(value)
        return number.copy_negate() if node.sign == "-" else multiplied([number, Decimal("0.01")])
    return _sound(_result(node, cells))


def _sound(value: Value | None) -> Operand:
    if isinstance(value, Error):
        raise Fault(value.code)
    return value


def _chosen(node: Node, cells: Cells) -> Node:
    """The branch an IF takes; any other node as it is. IF passes on references, not only values."""
    while isinstance(node, FunctionCall) and node.name == "IF":
        condition, *branches = node.arguments
        if as_truth(_value(condition, cells)):
            node = branches[0]
        else:
            node = branches[1] if len(branches) > 1 else Literal(False)
    return node


def _operation(sign: str, left: Operand, right: Operand, cells: Cells) -> Operand:
    if sign == "^":
        cells.spend(_POWER_WEIGHT)
    if sign in _ARITHMETIC:
        return _ARITHMETIC[sign](as_number(left), as_number(right))
    if sign == "&":
        text = joined(as_text(left), as_text(right))
        cells.spend(len(text) // TEXT_WEIGHT)
        return text
    order = compare_values(left, right)
    if sign in ("=", "<>"):
        return (order == 0) == (sign == "=")
    if order is None:
        raise Unsupported("the order of texts")
    return _COMPARISONS[sign](order)


def _result(call: FunctionCall, cells: Cells) -> Value | None:
    name, arguments = call.name, call.arguments
    if name in AGGREGATES:
        return AGGREGATES[name]([_argument(name, argument, cells) for argument in arguments])
    if name in PLAIN:
        return PLAIN[name]([_value(argument, cells) for argument in arguments])
    if name == "SUMPRODUCT":
        return _sum_of_products(arguments, cells)
    if name in ("COUNTIFS", "SUMIFS"):
        return _by_conditions(name, arguments, cells)
    try:
        value = _value(arguments[0], cells)
    except Fault:
        return _value(arguments[1], cells) if name == "IFERROR" else name == "ISERROR"
    if name == "IFERROR":
        return value
    if name == "ISERROR":
        return False
    return value is None if name == "ISBLANK" else isinstance(value, Decimal)


def _argument(name: str, node: Node, cells: Cells) -> Argument:
    """An argument of function `name`, which accepts ranges; error values in it are values."""
    try:
        node = _chosen(node, cells)
        if isinstance(node, CellReference):
            return Argument(True, [value for _, value in cells.values(node.sheet, node.area)])
        value: Value | None = _value(node, cells)
    except Fault as fault:
        value = fault.error
    # whether the text or blank cell an IFERROR leads to counts as written or as referred to is not certain;
    # a blank in SUM(IFERROR(A1,0)), which is common, is 0 either way
    unclear = isinstance(value, str | bool) or (value is None and name != "SUM")
    if unclear and isinstance(node, FunctionCall) and node.name == "IFERROR":
        raise Unsupported("IFERROR that leads to a text or blank in a function that takes ranges")
    return Argument(False, [Decimal(0) if value is None else value])


def _sum_of_products(arguments: tuple[Node, ...], cells: Cells) -> Decimal:
    return sum_of_products(_ranges(arguments, cells))


def _by_conditions(name: str, arguments: tuple[Node, ...], cells: Cells) -> Decimal:
    """COUNTIFS and SUMIFS with conditions on texts."""
    summed = arguments[:1] if name == "SUMIFS" else ()
    pairs = arguments[len(summed) :]
    if len(pairs) % 2:
        raise Unsupported("a range without its condition")
    ranges = _ranges((*summed, *pairs[::2]), cells)
    tests = [condition(_value(node, cells)) for node in pairs[1::2]]
    asked = list(zip(ranges[len(summed) :], tests, strict=True))
    if summed:
        looked = list(ranges[0])
    else:
        # blanks meet a condition too that asks for another word: those of one that asks for something
        base = next((values for values, holds in asked if not holds(None)), None)
        if base is None:
            raise Unsupported("a number of blanks")
        looked = list(base)
    cells.spend(len(looked) * len(asked))
    chosen = [place for place in looked if all(holds(values.get(place)) for values, holds in asked)]
    return (
        sum_of_products([{place: ranges[0][place] for place in chosen}]) if summed else Decimal(len(chosen))
    )


def _ranges(arguments: tuple[Node, ...], cells: Cells) -> list[dict[tuple[int, int], Value]]:
    """Ranges of one shape: their values by the place in them."""
    ranges = []
    shapes = set()
    for node in arguments:
        if not isinstance(node, CellReference):
            raise Unsupported("a range that is calculated")
        area = node.area
        shapes.add((area.bottom - area.top, area.right - area.left))
        ranges.append(
            {(row - area.top, col - area.left): value for (row, col), value in cells.values(node.sheet, area)}
        )
    if len(shapes) > 1:
        raise Fault("#VALUE!")
    return ranges
