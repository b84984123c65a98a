"""Ties worked out without words, which is enough where they hold: as they do in hundreds of places of a unit.

Every tie is compiled once, when its pack is loaded, to functions of the figures at a place. They say that it
holds, or nothing: where a figure is no exact number, where two units of money meet, where a cell is told
already and where the tie does not hold, `evaluate` works it out with everything a message says.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from batch.checks.engine.amount import MONEY, round_half_up
from batch.checks.engine.check_words import TIMES
from batch.checks.engine.plain_figures import Figures
from batch.checks.engine.several import NotPlain
from batch.config.expression import (
    AGGREGATES,
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    calls,
    names,
    plain_sum,
)

_ZERO: Final = Decimal(0)
_WAN_OR_NONE: Final = ("万元", "")
_COMPARISONS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
#: the least that `tolerance.allowed` allows, whatever took part
_LEAST_SLACK: Final = {
    "TOL_W": Decimal("0.01"),
    "TOL_X": Decimal("0.01"),
    "TOL_S": Decimal("0.01"),
    "TOL_P": Decimal("0.0001"),
    "TOL_0": _ZERO,
}


Side = Callable[[Figures], "Decimal | None"]
Condition = Callable[[Figures], bool]


@dataclass(frozen=True, slots=True)
class PlainTie:
    """A tie, compiled."""

    #: whether it surely holds
    holds: Condition
    #: the names it uses, one by one and added up
    single: tuple[str, ...]
    summed: tuple[str, ...]
    #: its sides, where all they do is add up and take away what is filled in
    sides: tuple[Side, Side] | None = None

    def told(self, figures: Figures) -> tuple[Decimal, Decimal] | None:
        """Both sides of a tie that holds, in 万元; None for those that are more than sums of money."""
        if self.sides is None or not figures.are_money(self.single, self.summed):
            return None
        left, right = (_known(side(figures)) * MONEY[figures.money] for side in self.sides)
        return left, right


@dataclass(frozen=True, slots=True)
class PlainTies:
    """The condition and the ties of a check, compiled; None for those that are not worked out here."""

    when: Condition | None = None
    ties: tuple[PlainTie | None, ...] = ()


def plain_ties(
    when: Node | None,
    ties: Iterable[Compare],
    tolerance: str,
    thresholds: Mapping[str, Decimal],
    zero: Iterable[str],
) -> PlainTies:
    """Compile what a check says; see Check."""
    compiler = _Compiler(thresholds, frozenset(zero))
    return PlainTies(
        compiler.condition(when) if when is not None else None,
        tuple(compiler.tie(tie, tolerance) for tie in ties),
    )


class _Compiler:
    """Makes functions of the nodes of a check's expressions; None of those that are not plain."""

    def __init__(self, thresholds: Mapping[str, Decimal], zero: frozenset[str]) -> None:
        self._thresholds, self._zero = thresholds, zero

    def tie(self, node: Compare, tolerance: str) -> PlainTie | None:
        """A tie with what it asks for."""
        holds = self._surely(node, tolerance)
        if holds is None:
            return None
        single = (name for name in names(node, in_sums=False) if name not in self._thresholds)
        summed = (name for call in calls(node) if call.function in AGGREGATES for name in names(call))
        left, right = self.side(node.left), self.side(node.right)
        is_sum = self._is_sum(node.left) and self._is_sum(node.right)
        sides = (left, right) if left is not None and right is not None and is_sum else None
        return PlainTie(holds, tuple(single), tuple(summed), sides)

    def _is_sum(self, node: Node) -> bool:
        if isinstance(node, Binary):
            return node.op in "+-" and self._is_sum(node.left) and self._is_sum(node.right)
        if isinstance(node, Name):
            return node.text not in self._thresholds and node.text not in self._zero
        return plain_sum(node) is not None

    def _surely(self, node: Compare, tolerance: str) -> Condition | None:
        """Whether a tie holds: two sides no further apart than the least that is allowed always do."""
        slack = _LEAST_SLACK[tolerance] if tolerance in _LEAST_SLACK else Decimal(tolerance)
        if node.op in ("<", ">", "!=") and tolerance != "TOL_0":
            return None
        if node.op != "==" or not slack:
            return self._compared(node, _COMPARISONS[node.op])
        return self._compared(node, lambda left, right: left == right or abs(left - right) <= slack)

    def condition(self, node: Node) -> Condition | None:
        """Whether a condition holds."""
        if isinstance(node, Compare):
            return self._compared(node, _COMPARISONS[node.op])
        if isinstance(node, Logic):
            parts = [self.condition(part) for part in node.nodes]
            known = [part for part in parts if part is not None]
            return _LOGIC[node.op](known) if len(known) == len(parts) else None
        if isinstance(node, Call) and isinstance(node.arguments[0], Name):
            name = node.arguments[0].text
            if name in self._thresholds or name in self._zero or name in TIMES:
                return None
            if node.function == "已填":
                return lambda figures: figures[name] is not None
            if node.function == "有":
                return lambda figures: figures.place.find(name) is not None
        return None

    def _compared(self, node: Compare, holds: Callable[[Decimal, Decimal], bool]) -> Condition | None:
        left, right = self.side(node.left), self.side(node.right)
        if node.is_of_texts or left is None or right is None:
            return None
        # beside money of another unit a number of the rule's own is in 万元
        is_bare = self._is_bare(node.left) or self._is_bare(node.right)

        def condition(figures: Figures) -> bool:
            one, other = left(figures), right(figures)
            if one is None or other is None or (is_bare and figures.money not in _WAN_OR_NONE):
                raise NotPlain
            return holds(one, other)

        return condition

    def _is_bare(self, node: Node) -> bool:
        """Whether what a side comes to may be a number of the rule's own."""
        if isinstance(node, Binary):
            return self._is_bare(node.left) and self._is_bare(node.right)
        if isinstance(node, Call):
            return node.function in _FUNCTIONS and any(map(self._is_bare, node.arguments))
        if isinstance(node, Number):
            # nothing is nothing in any unit
            return bool(node.value)
        return not isinstance(node, Name) or bool(self._thresholds.get(node.text))

    def side(self, node: Node) -> Side | None:
        """What an expression comes to."""
        if isinstance(node, Name):
            return self._name(node.text)
        if isinstance(node, Number):
            return _constant(node.value)
        if isinstance(node, Binary) and node.op == "+":
            parts = [side for part in _addends(node) if (side := self.side(part)) is not None]
            return _sum(parts) if len(parts) == len(_addends(node)) else None
        if isinstance(node, Binary):
            left, right = self.side(node.left), self.side(node.right)
            return _BINARY[node.op](left, right) if left is not None and right is not None else None
        if (name := plain_sum(node)) is not None:
            return lambda figures: figures.total(name)
        if isinstance(node, Call) and node.function in _FUNCTIONS:
            known = [side for part in node.arguments if (side := self.side(part)) is not None]
            function = _FUNCTIONS[node.function]
            return _call(function, known) if len(known) == len(node.arguments) else None
        return None

    def _name(self, name: str) -> Side | None:
        if name in self._thresholds:
            return _constant(self._thresholds[name])
        if name in TIMES:
            return None
        if name in self._zero:
            return lambda figures: _zero_if_blank(figures, name)
        return operator.itemgetter(name)


_FUNCTIONS: Final[Mapping[str, Callable[..., Decimal]]] = {
    "最小": min,
    "最大": max,
    "绝对值": abs,
    "四舍五入": lambda number, places: round_half_up(number, int(places)),
}


def _constant(number: Decimal) -> Side:
    return lambda _: number


def _zero_if_blank(figures: Figures, name: str) -> Decimal | None:
    number = figures[name]
    # a row that is not there is no blank
    return _ZERO if number is None and figures.place.find(name) is not None else number


def _call(function: Callable[..., Decimal], arguments: Sequence[Side]) -> Side:
    def side(figures: Figures) -> Decimal:
        return function(*[_known(argument(figures)) for argument in arguments])

    return side


def _known(number: Decimal | None) -> Decimal:
    if number is None:
        raise NotPlain
    return number


def _addends(node: Node) -> list[Node]:
    """What a sum adds up, from the left."""
    if isinstance(node, Binary) and node.op == "+":
        return [*_addends(node.left), *_addends(node.right)]
    return [node]


def _sum(parts: Sequence[Side]) -> Side:
    def side(figures: Figures) -> Decimal | None:
        total = None
        for part in parts:
            number = part(figures)
            # a sum passes over blanks
            if number is not None:
                total = number if total is None else total + number
        return total

    return side


def _minus(left: Side, right: Side) -> Side:
    def side(figures: Figures) -> Decimal | None:
        one, other = left(figures), right(figures)
        return one if other is None else _known(one) - other

    return side


def _times(left: Side, right: Side) -> Side:
    return lambda figures: _known(left(figures)) * _known(right(figures))


def _over(left: Side, right: Side) -> Side:
    def side(figures: Figures) -> Decimal:
        one, other = _known(left(figures)), _known(right(figures))
        if not other:
            raise NotPlain
        return one / other

    return side


_BINARY: Final = {"-": _minus, "*": _times, "/": _over}
_LOGIC: Final[Mapping[str, Callable[[Sequence[Condition]], Condition]]] = {
    "且": lambda parts: lambda figures: all(part(figures) for part in parts),
    "或": lambda parts: lambda figures: any(part(figures) for part in parts),
    "非": lambda parts: lambda figures: not parts[0](figures),
}
