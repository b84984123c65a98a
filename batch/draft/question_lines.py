"""The questions of 待确认.xlsx as lines: what is asked, what is proposed, what may be answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from batch.draft.drafted_scoring import is_scored
from batch.draft.proposal import DraftField, DraftForm, DraftTie, PackProposal
from batch.draft.tie_sentences import has_levels, in_words
from batch.forms.spec.labels import label as normalise
from batch.model.status import ON_TRIAL, SEVERITY_WORDS, Severity

ADOPT, DROP = "采用", "不要"
VERDICTS: Final = (ADOPT, ON_TRIAL, DROP)
MUST, MAY = "必填", "可空"
#: what people call the types of the pack language
TYPE_WORDS: Final = {
    "text": "文字",
    "money": "金额",
    "number": "数",
    "count": "个数",
    "percent": "百分比",
    "score": "分数",
    "value": "指标值",
    "tick": "打勾",
    "date": "日期",
    "choice": "选项",
}
PER: Final = ("单位", "项目")
DUE: Final = ("必报", "可不报")
USED: Final = ("用", "不用")
MONEY: Final = ("元", "千元", "万元", "百万元", "亿元")

#: ids of the lines about the round
TITLE, YEAR, PERIOD = "名称", "年度", "月份"
SHEETS: Final = ("待确认", "勾稽", "栏目")
_ROW: Final = "表格的行"
#: where a tie is looked at: of forms with indicators, and of those with a plain list
_WHERE: Final = {
    "列": "每一栏",
    "行": "每一行",
    "指标": "每个指标",
    "一级指标": "每个一级指标",
    "二级指标": "每个二级指标",
}
_WHERE_PLAIN: Final = {"列": "每一栏", "行": "每一行", "指标": "明细每一行"}
#: by sheet: headings with their widths
HEADINGS: Final = {
    "待确认": (("编号", 10), ("表", 18), ("问题", 46), ("答案", 26), ("怎么答", 40)),
    "勾稽": (
        ("编号", 8),
        ("表", 24),
        ("勾稽关系", 64),
        ("答案", 9),
        ("轻重", 9),
        ("样表里", 24),
        ("依据", 26),
    ),
    "栏目": (
        ("编号", 12),
        ("表", 20),
        ("在哪里", 14),
        ("表上的文字", 34),
        ("名称", 26),
        ("类型", 9),
        ("必填", 9),
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A cell to answer in: what is proposed, and what there is to choose from (nothing: any words)."""

    text: str
    choices: tuple[str, ...] = ()


#: a line: texts that stand, and answers
Line = tuple[str | Answer, ...]


def lines_of(proposal: PackProposal) -> dict[str, list[Line]]:
    """The lines of every sheet."""
    return {
        "待确认": list(_general(proposal)),
        "勾稽": [_tie(tie, proposal.forms_of(tie)) for tie in proposal.ties],
        "栏目": [line for form in proposal.forms for line in _fields(form, proposal)],
    }


def _general(proposal: PackProposal) -> Iterator[Line]:
    first, last = proposal.period
    yield (TITLE, "", "规则包叫什么？", Answer(proposal.title), "写在汇总表和规则包里")
    yield (YEAR, "", "是哪个年度的表？", Answer(str(proposal.year)), "四位年份")
    yield (
        PERIOD,
        "",
        "表上的期间是哪几个月？",
        Answer(f"{first}-{last}"),
        "起止月份，例如 1-6；全年的不用改",
    )
    for form in proposal.forms:
        names = {entry.id: normalise(entry.label) for entry in form.entries}
        start = form.id
        yield (f"{start}简称", form.key, "这张表简称什么？", Answer(form.key), "问题清单里用的名称")
        yield (f"{start}张数", form.key, "一个单位一张，还是一个项目一张？", Answer(form.per, PER), "")
        due = DUE[0] if form.required else DUE[1]
        yield (f"{start}必报", form.key, "是不是每户都要报？", Answer(due, DUE), "")
        yield (
            f"{start}金额",
            form.key,
            "金额以什么为单位？",
            Answer(form.money, MONEY),
            "没有金额的不用改",
        )
        unit = Answer(names.get(form.unit_field, ""), tuple(dict.fromkeys(names.values())))
        yield (f"{start}单位", form.key, "哪一栏写单位名称？", unit, "空着：凭文件名和其他表认单位")
        if is_scored(form) and not form.known:
            told = "用：给各单位排名次、定等级"
            yield (
                f"{start}评分",
                form.key,
                "这张表的得分用不用？",
                Answer(USED[0] if form.scored else USED[1], USED),
                told,
            )
    for form in proposal.forms:
        for ref in form.unnamed:
            yield (
                "",
                form.key,
                f"{ref}可以填，但看不出是哪一栏，没有读取。",
                "",
                "要读的，请在表上写明栏名后重新起草",
            )
    for sheet, what in proposal.left:
        yield ("", sheet, f"表页“{sheet}”{what}。", "", "")


def _tie(tie: DraftTie, forms: Sequence[DraftForm]) -> Line:
    seen = f"{tie.tried}份里{tie.held}份成立" if tie.tried else "没有样表可试"
    if tie.against:
        seen += f"，一份不符：{tie.against}"
    verdict = ADOPT if tie.in_force else DROP if tie.is_left_out else ON_TRIAL
    severity = Answer(tie.severity or Severity.ERROR.value, SEVERITY_WORDS)
    named = "、".join(form.key for form in forms)
    is_plain = bool(forms[0].lists) and not has_levels(tie, forms[:1])
    where = (_WHERE_PLAIN if is_plain else _WHERE).get(tie.each, "")
    if where:
        named = f"{named}（{where}）"
    return tie.id, named, in_words(tie, forms), Answer(verdict, VERDICTS), severity, seen, tie.source


def _fields(form: DraftForm, proposal: PackProposal) -> Iterator[Line]:
    for field, where in _placed(form):
        yield _field(field, form, where, proposal.printed(field.label))


def _placed(form: DraftForm) -> Iterator[tuple[DraftField, str]]:
    """Every field with where on the form it stands."""
    yield from ((entry, "表头栏目") for entry in form.entries)
    for grid in form.grids:
        yield from ((column, "表格的栏") for column in grid.columns)
        yield from ((row, _ROW) for row in grid.rows)
    for listed in form.lists:
        plain = f"{listed.name}的栏" if len(form.lists) > 1 else "明细的栏"
        where = "指标表的栏" if listed.levels else plain
        yield from ((column, where) for column in listed.columns)


def _field(field: DraftField, form: DraftForm, where: str, label: str) -> Line:
    type_: str | Answer = ""
    required: str | Answer = ""
    if where != _ROW:
        # a drop-down that the form lacks cannot be asked for
        types = [key for key in TYPE_WORDS if key != "choice" or field.choices]
        type_ = Answer(TYPE_WORDS[field.type], tuple(TYPE_WORDS[key] for key in types))
        required = Answer(MUST if field.required else MAY, (MUST, MAY))
    return field.id, form.key, where, label, Answer(field.name), type_, required
