"""A proposed tie in the clerk's words: as a question in 待确认.xlsx, as title and message of its check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from batch.draft.parts import plain_label
from batch.draft.proposal import DraftForm, DraftTie

_SUM, _BETWEEN, _RATE, _POINTS = "表内勾稽", "表间勾稽", "执行率与公式指标错算", "权重分值不合规"
_NO_BRACES = str.maketrans("", "", "{}")
#: words that stand for no field: what is said of a heading's own points, and of all below it
_GROUPS = {"权重": "标题上的分值", "下级": "下面各项的分值"}
_SIGNS = (
    (" == ", " ＝ "),
    (" >= ", " ≥ "),
    (" <= ", " ≤ "),
    (" + ", " ＋ "),
    (" - ", " － "),
    (" / ", " ÷ "),
    (" * ", " × "),
)
#: what it means that a comparison does not hold
_BROKEN = {"==": "不等于", ">=": "小于", "<=": "大于"}
_COMPARED = re.compile(r" (==|>=|<=) ")


@dataclass(frozen=True, slots=True)
class TieTexts:
    """What the check of a tie tells."""

    title: str
    message: str
    fix: str
    category: str


def labels_of(forms: Sequence[DraftForm]) -> dict[str, str]:
    """What people call each form and field, by id: its label without numbering and the signs for years."""
    labels = {f.id: plain_label(f.label) or f.name for form in forms for f in form.fields()}
    labels |= {form.id: form.key for form in forms}
    return {key: label.replace("{期}", "期间").translate(_NO_BRACES) for key, label in labels.items()}


def in_words(tie: DraftTie, forms: Sequence[DraftForm]) -> str:
    """A tie as a sentence of the form's own words: 三公经费 ＝ 公务用车 ＋ 出国经费 ＋ 公务接待."""
    parts = list(_named(tie.parts, labels_of(forms)))
    text = tie.text
    for word, said in _GROUPS.items():
        text = re.sub(rf"(?<!\w){word}(?!\w)", said, text)
    text = re.sub(r"\{(\d+)\}", lambda found: parts[int(found[1])], text)
    for sign, said in _SIGNS:
        text = text.replace(sign, said)
    return text.translate(str.maketrans("(),", "（），"))


def texts_of(tie: DraftTie, forms: Sequence[DraftForm]) -> TieTexts:
    """What the check of a tie tells a unit."""
    words = in_words(tie, forms)
    if tie.each in ("一级指标", "二级指标"):
        return TieTexts(
            f"下面各项的分值之和不等于{tie.each}的分值",
            "“{指标}”标注{左}分，下面各项的分值合计{右}分。",
            "改正标题上的分值，或下面各项的分值，使两者相等。",
            _POINTS,
        )
    left, op, right = _COMPARED.split(tie.text)
    labels = labels_of(forms)
    subject = _listed(_used(left, tie, labels))
    place = {"列": "{subject}{{列}}", "行": "{{行}}{subject}", "指标": "指标“{{指标}}”的{subject}"}
    where = place.get(tie.each, "{subject}").format(subject=subject)
    if "/" in right:
        rule = words.partition(" ＝ ")[2].replace(" ", "")
        return TieTexts(
            f"{subject}与{rule}不符",
            f"{where}填{{左}}，按{rule}（{{算式}}）应为{{右}}。",
            f"按{rule}改正{subject}。",
            _RATE,
        )
    is_sum = "+" in right or "合计" in right
    other = "各项之和" if is_sum else _listed(_used(right, tie, labels)) or right
    unit = forms[0].money if _is_money(tie, forms[0]) else ""
    return TieTexts(
        f"{subject}{_BROKEN[op]}{other}",
        f"{where}{{左}}{unit}，{_BROKEN[op]}{other}（{{算式}}＝{{右}}{unit}），相差{{差}}{unit}。",
        f"应为：{words}。核对各数，改正有误的一个。",
        _BETWEEN if tie.needs else _POINTS if tie.tolerance == "TOL_S" or tie.each == "指标" else _SUM,
    )


def _used(side: str, tie: DraftTie, labels: Mapping[str, str]) -> list[str]:
    """The fields on one side, as people call them."""
    return list(_named((tie.parts[int(number)] for number in re.findall(r"\{(\d+)\}", side)), labels))


def _named(parts: Iterable[str], labels: Mapping[str, str]) -> Iterator[str]:
    return ("的".join(labels.get(part, part) for part in one.split(".")) for one in parts)


def _listed(named: list[str]) -> str:
    return "、".join(named) if len(named) < 3 else f"{named[0]}等{len(named)}项之和"


def _is_money(tie: DraftTie, form: DraftForm) -> bool:
    types = {field.id: field.type for field in form.fields()}
    rows = {row.id for grid in form.grids for row in grid.rows}
    return any(types.get(one.split(".")[-1]) == "money" or one in rows for one in tie.parts[:1])
