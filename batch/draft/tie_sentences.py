"""A proposed tie as a sentence of the form's own words: 三公经费 ＝ 公务用车 ＋ 出国经费 ＋ 公务接待."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

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
    parse_expression,
)
from batch.draft.parts import plain_label
from batch.draft.proposal import DraftForm, DraftTie

_NO_BRACES = str.maketrans("", "", "{}")
#: the name by which a part stands in the tree of an expression
_PART: Final = "格"
#: words that stand for no field: what is said of a heading's own points, and of all below it
_GROUPS: Final = {"权重": "标题上的分值", "下级": "下面各项的分值"}
_SIGNS: Final = {
    "==": "＝", "!=": "≠", ">=": "≥", "<=": "≤", ">": "＞", "<": "＜",
    "+": "＋", "-": "－", "*": "×", "/": "÷",
}  # fmt: skip
#: how tightly they bind
_STRENGTH: Final = {"+": 1, "-": 1, "*": 2, "/": 2}
#: what a sum goes through: the rows of a plain list, of a table of indicators
_ALL_ROWS, _ALL_INDICATORS = "明细各行", "各项指标"
_OF_ROWS: Final = {"合计": "之和", "个数": "个数", "平均": "平均数"}


def labels_of(forms: Sequence[DraftForm]) -> dict[str, str]:
    """What people call each form and field, by id: its label without numbering and the signs for years."""
    labels = {f.id: plain_label(f.label) or f.name for form in forms for f in form.fields()}
    labels |= {form.id: form.key for form in forms}
    for form in forms:
        columns = [column for listed in form.lists for column in listed.columns]
        said = Counter(labels[column.id] for column in columns)
        if len(form.lists) > 1:
            # 数量 of two lists are told apart by their names
            labels |= {column.id: column.name for column in columns if said[labels[column.id]] > 1}
    is_plain = any(not listed.levels for form in forms for listed in form.lists)
    labels["总分"] = "合计行" if is_plain else "总分行"
    return {key: label.replace("{期}", "期间").translate(_NO_BRACES) for key, label in labels.items()}


def called(part: str, labels: Mapping[str, str]) -> str:
    """What people call one part of a tie; a word in quotes is itself."""
    return "的".join(labels.get(one, one.strip('"')) for one in part.split("."))


def in_words(tie: DraftTie, forms: Sequence[DraftForm]) -> str:
    """What a tie says."""
    labels = labels_of(forms)
    if tie.again:
        return f"{subject_of(tie, labels)} ＝ {_same_rows(tie, labels)}"
    return _in_words(tree_of(tie), tie, forms)


def tree_of(tie: DraftTie) -> Compare:
    """The expression of a tie; its parts are the names 格0, 格1, …"""
    node = parse_expression(re.sub(r"\{(\d+)\}", rf"{_PART}\1", tie.text))
    assert isinstance(node, Compare)
    return node


def side_in_words(node: Node, tie: DraftTie, forms: Sequence[DraftForm]) -> str:
    """One side of a tie, without blanks."""
    return _in_words(node, tie, forms).replace(" ", "")


def has_levels(tie: DraftTie, forms: Sequence[DraftForm]) -> bool:
    """Whether a tie goes through a table of indicators, not a plain list."""
    named = {part.rpartition(".")[2] for part in tie.parts}
    lists = [listed for form in forms for listed in form.lists]
    own = [listed for listed in lists if named & {column.id for column in listed.columns}]
    return any(listed.levels for listed in own or lists)


def _in_words(node: Node, tie: DraftTie, forms: Sequence[DraftForm]) -> str:
    labels = labels_of(forms)
    said = _said(node, [called(part, labels) for part in tie.parts])
    return said.replace(_ALL_ROWS, _ALL_INDICATORS) if has_levels(tie, forms) else said


def subject_of(tie: DraftTie, labels: Mapping[str, str]) -> str:
    """The cells of which a tie says the same: 公开招标、询价的合同金额."""
    keys = [parts[0].split(".") for parts in (tie.parts, *tie.again)]
    for own, shared in ((0, 1), (1, 0)):
        if all(len(key) == 2 for key in keys) and len({key[shared] for key in keys}) == 1:
            named = "、".join(labels.get(key[own], "") for key in keys)
            common = labels.get(keys[0][shared], "")
            return f"{named}的{common}" if shared else f"{common}一行的{named}"
    return "、".join(called(parts[0], labels) for parts in (tie.parts, *tie.again))


def _same_rows(tie: DraftTie, labels: Mapping[str, str]) -> str:
    """What the rows with one word each come to."""
    column, words = called(tie.parts[2], labels), [parts[3] for parts in (tie.parts, *tie.again)]
    said = "".join(f"“{word.strip(chr(34))}”" for word in words)
    what = f"{called(tie.parts[1], labels)}之和" if "合计" in tie.text else "行数"
    return f"明细中{column}分别为{said}各行的{what}"


def _said(node: Node, parts: Sequence[str], strength: int = 0) -> str:
    """A node in words; `strength` decides on brackets."""
    if isinstance(node, Compare):
        return f"{_said(node.left, parts)} {_SIGNS[node.op]} {_said(node.right, parts)}"
    if isinstance(node, Name):
        is_part = node.text.removeprefix(_PART).isdigit() and node.text.startswith(_PART)
        return parts[int(node.text[len(_PART) :])] if is_part else _GROUPS.get(node.text, node.text)
    if isinstance(node, Number):
        return f"{node.value.normalize():f}"
    if isinstance(node, Quoted):
        return f"“{node.text}”"
    if isinstance(node, Binary):
        own = _STRENGTH[node.op]
        left, right = _said(node.left, parts, own), _said(node.right, parts, own + 1)
        text = f"{left} {_SIGNS[node.op]} {right}"
        return f"（{text}）" if own < strength else text
    if isinstance(node, Negative):
        return f"－{_said(node.node, parts, 2)}"
    if isinstance(node, Logic):
        return f"，{node.op}".join(_said(part, parts) for part in node.nodes)
    return _call(node, parts)


def _call(node: Call, parts: Sequence[str]) -> str:
    said = [_said(argument, parts) for argument in node.arguments]
    if node.function in AGGREGATES:
        rows = f"明细中{_where(node.arguments[1], parts)}" if len(said) > 1 else _ALL_ROWS
        if node.function == "个数":
            return f"{rows}的行数"
        # what is below a heading says so itself
        of = "" if said[0] in _GROUPS.values() else f"{rows}的"
        return f"{of}{said[0]}{_OF_ROWS[node.function]}"
    if node.function == "四舍五入":
        return f"{said[0]}（保留{said[1]}位小数）"
    if node.function == "最小" and said[1:] == ["1"]:
        return f"{said[0]}（超过100%的按100%）"
    if node.function in ("最小", "最大"):
        return f"{'、'.join(said)}中较{node.function[1]}的"
    return f"{said[0]}的{node.function}"


def _where(node: Node, parts: Sequence[str]) -> str:
    """The rows a condition chooses: 采购方式为“公开招标”的各行."""
    if isinstance(node, Compare) and node.op == "==":
        return f"{_said(node.left, parts)}为{_said(node.right, parts)}的各行"
    return f"{_said(node, parts)}的各行"
