"""What the check of a proposed tie tells a unit: its title, its message, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from batch.config.expression import Binary, Call, Name, Node, names
from batch.draft.observations import SOURCE
from batch.draft.proposal import DraftForm, DraftTie
from batch.draft.tie_sentences import (
    called,
    has_levels,
    in_words,
    labels_of,
    side_in_words,
    subject_of,
    tree_of,
)

_SUM, _BETWEEN, _RATE, _POINTS = "表内勾稽", "表间勾稽", "执行率与公式指标错算", "权重分值不合规"
#: a field and so many others are called by their names
_FEW = 4
#: what it means that a comparison does not hold
_BROKEN = {"==": "不等于", ">=": "小于", "<=": "大于"}


@dataclass(frozen=True, slots=True)
class TieTexts:
    """What the check of a tie tells."""

    title: str
    message: str
    fix: str
    category: str


def texts_of(tie: DraftTie, forms: Sequence[DraftForm]) -> TieTexts:
    """What the check of a tie tells a unit."""
    if tie.each in ("一级指标", "二级指标"):
        return TieTexts(
            f"下面各项的分值之和不等于{tie.each}的分值",
            "“{指标}”标注{左}分，下面各项的分值合计{右}分。",
            "改正标题上的分值，或下面各项的分值，使两者相等。",
            _POINTS,
        )
    labels = labels_of(forms)
    unit = forms[0].money if _is_money(tie, forms[0]) else ""
    if tie.again:
        return _of_rows(tie, labels, unit, f"应为：{in_words(tie, forms)}。核对各数，改正有误的一个。")
    tree = tree_of(tie)
    subject = _listed(_used(tree.left, tie, forms))
    item = "指标" if has_levels(tie, forms) else ""
    place = {"列": "{subject}{{列}}", "行": "{{行}}{subject}", "指标": f"{item}“{{{{指标}}}}”的{{subject}}"}
    where = place.get(tie.each, "{subject}").format(subject=subject)
    if tree.op == "==" and any(op in "-*/" for op in _operators(tree.right)):
        rule = side_in_words(tree.right, tie, forms)
        return TieTexts(
            f"{subject}与{rule}不符",
            f"{where}填{{左}}{unit}，按{rule}（{{算式}}）应为{{右}}{unit}。",
            f"按{rule}改正{subject}。",
            _RATE if "/" in _operators(tree.right) else _SUM,
        )
    other = "各项之和"
    # what is printed one below the other is parts; what figures show may be anything
    if "+" not in _operators(tree.right) or (tie.source == SOURCE and len(tie.parts) <= _FEW):
        other = side_in_words(tree.right, tie, forms)
    return TieTexts(
        f"{subject}{_BROKEN[tree.op]}{other}",
        f"{where}{{左}}{unit}，{_BROKEN[tree.op]}{other}（{{算式}}＝{{右}}{unit}），相差{{差}}{unit}。",
        f"应为：{in_words(tie, forms)}。核对各数，改正有误的一个。",
        _BETWEEN if tie.needs else _POINTS if tie.tolerance == "TOL_S" or tie.each == "指标" else _SUM,
    )


def _of_rows(tie: DraftTie, labels: Mapping[str, str], unit: str, fix: str) -> TieTexts:
    """Cells beside the rows of a list that have the same word."""
    column = called(tie.parts[2], labels)
    if "合计" in tie.text:
        rows = f"明细中{column}相同的各行{called(tie.parts[1], labels)}之和"
        message = f"这一格填{{左}}{unit}，{rows}是{{右}}{unit}（{{算式}}），相差{{差}}{unit}。"
    else:
        message = f"这一格填{{左}}，明细中{column}相同的有{{右}}行。"
    return TieTexts(f"{_short(subject_of(tie, labels))}与明细不符", message, fix, _SUM)


def _short(subject: str) -> str:
    """A subject of many names by the first of them."""
    before, _, behind = subject.rpartition("的")
    names = before if "、" in before else behind
    first, *others = names.split("、")
    return subject.replace(names, f"{first}等{len(others) + 1}项") if others else subject


def _operators(node: Node) -> str:
    if isinstance(node, Binary):
        return node.op + _operators(node.left) + _operators(node.right)
    return "".join(_operators(part) for part in node.arguments) if isinstance(node, Call) else ""


def _used(side: Node, tie: DraftTie, forms: Sequence[DraftForm]) -> list[str]:
    """The fields on one side, as people call them."""
    return [side_in_words(Name(name), tie, forms) for name in names(side)]


def _listed(named: list[str]) -> str:
    return "、".join(named) if len(named) < 3 else f"{named[0]}等{len(named)}项之和"


def _is_money(tie: DraftTie, form: DraftForm) -> bool:
    """Whether all a tie compares is money."""
    types = {field.id: field.type for field in form.fields()}
    for grid in form.grids:
        if tie.parts and tie.parts[0] in {row.id for row in grid.rows}:
            columns = tie.columns or [c.id for c in grid.columns]
            return all(types[column] == "money" for column in columns)
    return any(types.get(one.split(".")[-1]) == "money" for one in tie.parts[:1])
