"""Evaluate expressions on a scope: amounts with their history, conditions as true, false or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from batch.checks.engine.amount import (
    Amount,
    Missing,
    Result,
    add,
    add_up,
    divide,
    in_wan,
    literal,
    multiply,
    nothing_of,
    round_half_up,
)
from batch.checks.engine.tolerance import holds
from batch.config.expression import (
    AGGREGATES,
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Negative,
    Node,
    Number,
    Quoted,
)
from batch.forms.read.days import DAY
from batch.forms.spec.labels import squeeze


class Scope(Protocol):
    """Where names get their values from."""

    def value(self, name: str) -> Result:
        """The amount behind a name, or why there is none."""
        ...

    def values(self, name: str) -> Sequence[Result]:
        """All amounts a name stands for inside 合计, 个数, 平均."""
        ...

    def total(self, name: str) -> Result:
        """What these come to."""
        ...

    def rows(self, name: str) -> Sequence[tuple[Scope, Result]]:
        """The rows of a list in which a name stands for one cell each, and the amount in it."""
        ...

    def text(self, name: str) -> str | Missing:
        """What the cell behind a name says, without blanks, or why there is nothing."""
        ...


def calculate(node: Node, scope: Scope) -> Result:
    """The amount an arithmetic expression comes to."""
    if isinstance(node, Name):
        return scope.value(node.text)
    if isinstance(node, Binary):
        left, right = calculate(node.left, scope), calculate(node.right, scope)
        if node.op == "+":
            return add(left, right)
        if node.op == "-":
            return add(left, right, -1)
        return multiply(left, right) if node.op == "*" else divide(left, right)
    if isinstance(node, Number):
        return literal(node.value)
    if isinstance(node, Quoted) and node.day is not None:
        return Amount(node.day, DAY, 0, (), node.text)
    if isinstance(node, Negative):
        return multiply(literal(Decimal(-1)), calculate(node.node, scope))
    if isinstance(node, Call):
        return _call(node, scope)
    return Missing("这里要的是数，不是条件")


def sides(node: Compare, scope: Scope) -> tuple[Result, Result]:
    """Both sides of a comparison. A number of the rule's own beside money is in 万元, whatever the form's."""
    left, right = calculate(node.left, scope), calculate(node.right, scope)
    if isinstance(left, Amount) and isinstance(right, Amount):
        return in_wan(left, right), in_wan(right, left)
    return left, right


def _call(node: Call, scope: Scope) -> Result:
    if node.function in AGGREGATES:
        return _aggregate(node, scope)
    parts = [calculate(argument, scope) for argument in node.arguments]
    for part in parts:
        if isinstance(part, Missing):
            return part
    amounts = [part for part in parts if isinstance(part, Amount)]
    first = amounts[0]
    if node.function == "最小":
        return min(amounts, key=lambda a: a.value)
    if node.function == "最大":
        return max(amounts, key=lambda a: a.value)
    if node.function in ("年份", "月份"):
        return _part_of_day(first, node.function)
    if node.function == "绝对值":
        return Amount(abs(first.value), first.unit, first.places, first.sources, first.text, first.compound)
    places = int(amounts[1].value)
    rounded = round_half_up(first.value, places)
    return Amount(rounded, first.unit, places, first.sources, first.text, first.compound)


def _aggregate(node: Call, scope: Scope) -> Result:
    argument = node.arguments[0]
    assert isinstance(argument, Name)
    if len(node.arguments) > 1:
        return _conditional(node.function, argument.text, node.arguments[1], scope)
    if node.function == "个数":
        return literal(Decimal(len(scope.values(argument.text))))
    total = scope.total(argument.text)
    if node.function == "平均" and isinstance(total, Amount):
        counted = sum(1 for part in scope.values(argument.text) if isinstance(part, Amount))
        return Amount(total.value / counted, total.unit, 2, total.sources, f"({total.text})÷{counted}")
    return total


def _conditional(function: str, name: str, condition: Node, scope: Scope) -> Result:
    """The sum, number or mean of a column in the rows that meet a condition."""
    chosen: list[Result] = []
    unit = ""
    for row, result in scope.rows(name):
        unit = result.unit if isinstance(result, Amount) else unit
        if isinstance(result, Missing) and result.blank:
            continue
        meets = test(condition, row)
        if isinstance(meets, Missing):
            return Missing(meets.reason)
        if meets:
            chosen.append(result)
    if function == "个数":
        return literal(Decimal(len(chosen)))
    if not chosen:
        none = Amount(Decimal(0), unit, 0, (), nothing_of(unit))
        return none if function == "合计" else Missing("没有符合条件的行")
    total = add_up(chosen, f"“{name}”没有数据")
    if function == "平均" and isinstance(total, Amount):
        counted = len(chosen)
        return Amount(total.value / counted, total.unit, 2, total.sources, f"({total.text})÷{counted}")
    return total


def _part_of_day(day: Amount, function: str) -> Result:
    if day.unit != DAY or day.value < 1:
        return Missing(f"“{day.text}”不是日期", sources=day.sources)
    whole = date.fromordinal(int(day.value))
    part = whole.year if function == "年份" else whole.month
    return Amount(Decimal(part), "", 0, day.sources, str(part))


def test(node: Node, scope: Scope) -> bool | Missing:
    """Whether a condition holds; Missing when a number it needs is not there."""
    if isinstance(node, Compare) and node.is_of_texts:
        one, other = text_of(node.left, scope), text_of(node.right, scope)
        if isinstance(one, Missing):
            return one
        if isinstance(other, Missing):
            return other
        return (one == other) is (node.op == "==")
    if isinstance(node, Compare):
        left, right = sides(node, scope)
        if isinstance(left, Missing):
            return left
        if isinstance(right, Missing):
            return right
        return holds(node.op, left, right, "TOL_0")
    if isinstance(node, Logic):
        return _logic(node, scope)
    if isinstance(node, Call) and node.function == "已填" and isinstance(node.arguments[0], Name):
        result = scope.value(node.arguments[0].text)
        return not (isinstance(result, Missing) and result.blank)
    if isinstance(node, Call) and node.function == "有" and isinstance(node.arguments[0], Name):
        result = scope.value(node.arguments[0].text)
        # what the form has no cell for comes from nowhere
        return not isinstance(result, Missing) or bool(result.sources)
    return Missing("这里要的是条件，不是数")


def text_of(node: Node, scope: Scope) -> str | Missing:
    """A side of a comparison of texts, as it is compared: without blanks."""
    if isinstance(node, Quoted):
        return squeeze(node.text)
    return scope.text(node.text) if isinstance(node, Name) else Missing("这里要的是文字")


def _logic(node: Logic, scope: Scope) -> bool | Missing:
    outcomes = [test(part, scope) for part in node.nodes]
    if node.op == "非":
        return outcomes[0] if isinstance(outcomes[0], Missing) else not outcomes[0]
    deciding = node.op == "或"
    if any(outcome is deciding for outcome in outcomes):
        return deciding
    for outcome in outcomes:
        if isinstance(outcome, Missing):
            return outcome
    return not deciding
