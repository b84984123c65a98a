"""Describe a check in sentences: what must hold, under which condition, within which tolerance."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from batch.checks.engine.amount import show
from batch.checks.engine.catalogue import Check
from batch.checks.engine.tolerance import in_words
from batch.config.expression import (
    ACROSS,
    AGGREGATES,
    SAME,
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

MUST: Final = {
    "==": "应等于", "!=": "不应等于", ">=": "不应小于", "<=": "不应大于", ">": "应大于", "<": "应小于",
}  # fmt: skip
_IS: Final = {
    "==": "等于", "!=": "不等于", ">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于",
}  # fmt: skip
#: function → how it is said, and its contrary
_THERE: Final = {"已填": ("已填", "没有填"), "有": ("表上有", "表上没有")}
#: what is said of the rows that meet a condition
_OF_ROWS: Final = {"合计": "之和", "个数": "个数", "平均": "平均数"}
_SIGNS: Final = {"+": "＋", "-": "－", "*": "×", "/": "÷"}


def how(check: Check) -> str:
    """What the check compares, in the forms' own words."""
    parts = []
    if check.when is not None:
        parts.append(f"{_condition(check.when, check)}时才查")
    parts += [relation(check, number) for number in range(len(check.ties))]
    if check.require:
        parts.append(f"必须填写{'、'.join(check.require)}")
    if check.each not in ("表", "单位", "批次"):
        one = "行" if check.plain_rows and check.each == "指标" else check.each
        parts.append(f"逐{one}检查" + (f"（{'、'.join(check.indicator)}）" if check.indicator else ""))
    if check.ties and (slack := in_words(check.tolerance)):
        parts.append(slack)
    if check.why:
        parts.append(check.why.rstrip("。"))
    return "；".join(parts) or check.title


def relation(check: Check, tie: int = -1) -> str:
    """What must hold by one of the check's ties, or by all of them: 三公经费应等于公务用车＋公务接待."""
    ties = check.ties if tie < 0 else check.ties[tie : tie + 1]
    told = (f"{_amount(t.left, check)}{MUST[t.op]}{_amount(t.right, check)}" for t in ties)
    return "；".join(told)


def limits(check: Check) -> str:
    """The thresholds in force: 上限率 120%、最少项数 5."""
    return "，".join(f"{name} {_limit(name, number)}" for name, number in check.thresholds.items())


def _limit(name: str, number: Decimal) -> str:
    return show(number, "%").replace(".00%", "%") if name.endswith("率") else f"{number.normalize():f}"


def _condition(node: Node, check: Check) -> str:
    """A condition: A等于B，且C大于0."""
    if isinstance(node, Compare):
        apart = node.left
        if isinstance(apart, Call) and apart.function == "绝对值" and isinstance(apart.arguments[0], Binary):
            a, b = (_amount(side, check) for side in (apart.arguments[0].left, apart.arguments[0].right))
            return f"{a}与{b}的差{_IS[node.op]}{_amount(node.right, check)}"
        return f"{_amount(node.left, check)}{_IS[node.op]}{_amount(node.right, check)}"
    if isinstance(node, Logic):
        if node.op == "非":
            return _lacking(node.nodes[0], check)
        parts = [_condition(part, check) for part in node.nodes]
        # 且 binds closer than 或
        parts = [
            f"（{p}）" if isinstance(n, Logic) and n.op == "或" else p
            for n, p in zip(node.nodes, parts, strict=True)
        ]
        return f"，{node.op}".join(parts)
    if isinstance(node, Call) and node.function in _THERE:
        return f"{_THERE[node.function][0]}{_amount(node.arguments[0], check)}"
    return _amount(node, check)


def _lacking(node: Node, check: Check) -> str:
    """The contrary of a condition."""
    if isinstance(node, Call) and node.function in _THERE:
        return f"{_THERE[node.function][1]}{_amount(node.arguments[0], check)}"
    return f"不是{_condition(node, check)}"


def _amount(node: Node, check: Check) -> str:
    """An amount: （a＋b）÷c."""
    if isinstance(node, Number):
        return f"{node.value.normalize():f}"
    if isinstance(node, Name):
        return _name(node.text, check)
    if isinstance(node, Quoted):
        return f"“{node.text}”"
    if isinstance(node, Negative):
        return f"－{_amount(node.node, check)}"
    if isinstance(node, Binary):
        return f"{_operand(node, node.left, check)}{_SIGNS[node.op]}{_operand(node, node.right, check)}"
    if isinstance(node, Call):
        arguments = [_amount(argument, check) for argument in node.arguments]
        if node.function in AGGREGATES and len(arguments) > 1:
            return f"{arguments[1]}的{arguments[0]}{_OF_ROWS[node.function]}"
        if node.function == "合计":
            return f"{arguments[0]}的合计" if "“" in arguments[0] else f"各项{arguments[0]}之和"
        if node.function == SAME:
            return f"{arguments[0]}相同的其他单位个数"
        if node.function in ACROSS:
            return f"各单位{arguments[0]}的{node.function.removeprefix('各单位')}"
        if node.function == "四舍五入":
            return f"{arguments[0]}（保留{arguments[1]}位小数）"
        if node.function in ("最小", "最大"):
            return f"{'与'.join(arguments)}中较{node.function[1]}的"
        return f"{arguments[0]}的{node.function}"
    return _condition(node, check)


def _operand(whole: Binary, part: Node, check: Check) -> str:
    """A side of an operation, in brackets where it would be read otherwise without."""
    text = _amount(part, check)
    if isinstance(part, Call) and part.function in ("最小", "最大"):
        return f"（{text}）"
    if not isinstance(part, Binary):
        return text
    close = whole.op in "*/"
    loose = part.op in "+-"
    behind = part is whole.right and whole.op in "-/"
    return f"（{text}）" if (close and loose) or behind else text


def _name(text: str, check: Check) -> str:
    """A word of the forms as people say it: 基础数据表.项目支出.本年决算 is 基础数据表“项目支出”本年决算."""
    if text in check.thresholds:
        return _limit(text, check.thresholds[text])
    *before, last = text.split(".")
    if check.plain_rows and before[-1:] == ["总分"]:
        return f"{last}的合计数"
    return "".join(part if part in check.needs else f"“{part}”" for part in before) + last
