"""审核结果: the few things a unit has to do; 问题明细 has every finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from batch.model.markup import ExtraSheet, Text
from batch.model.review import Review
from batch.model.status import (
    CLEAN,
    EXPLAINED,
    RETURNED,
    TO_EXPLAIN,
    WAIVED,
    Severity,
    status_of,
)
from batch.outbox.paths import SUGGESTED
from batch.returns.details_sheet import STYLE, height
from batch.returns.explanation_sheet import cause_rows
from batch.returns.round_heading import DETAILS_SHEET, EXPLANATIONS_SHEET, RESULTS_SHEET, RoundHeading
from batch.returns.things import Step, Thing, Things, steps_of
from batch.workbook.annotate.own_sheets import RESULTS_TITLE

_HEAD = ["序号", "要做什么，改哪一格", "原填", "改为", "是哪一项", "改好后解决"]
_WIDTHS = [6.0, 30.0, 24.0, 24.0, 50.0, 20.0]
_LAST = "F"
#: cells of one thing that get a line each, and on one sheet those that are only named
_TYPED, _NAMED = 12, 30
_LOWEST = 20.0
#: characters of what was filled in that are repeated
_FILLED = 40


@dataclass(slots=True)
class _Page:
    """The sheet while it is written, from the top."""

    file: str
    tabs: Mapping[str, str]
    #: on which row of 说明填写 a cause is explained
    explained: Mapping[str, int]
    rows: list[list[Text | None]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)

    def across(self, text: Text, points: float = 0.0) -> None:
        """A line over all columns."""
        self.rows.append([text])
        number = len(self.rows)
        self.merges.append(f"A{number}:{_LAST}{number}")
        self.heights[number] = points or height([text], [sum(_WIDTHS)])

    def labelled(self, label: str, text: Text) -> None:
        """A line with a label before it."""
        self.rows.append([Text(label, "label"), text])
        number = len(self.rows)
        self.merges.append(f"B{number}:{_LAST}{number}")
        self.heights[number] = height([text], [sum(_WIDTHS[1:])])

    def thing(self, thing: Thing, *, folded: bool = False) -> None:
        """A thing: its sentence, then its cells; of a folded one the first cell only."""
        cause = thing.cause
        steps = steps_of(cause)
        typed = [step for step in steps if step.to][: 0 if folded else _TYPED]
        seen = [step for step in steps if not step.to]
        more = 0 if folded else len(steps) - len(typed) - len(seen)
        told = f"{cause.text}（另有{more}格，见“{DETAILS_SHEET}”）" if more else cause.text
        settles = thing.settles + (f"\n涉及{cause.amount:,.2f}万元" if cause.amount else "")
        number, text = Text(str(thing.number), STYLE[cause.severity]), Text(told, "body")
        self.rows.append([number, text, None, None, None, Text(settles, "body")])
        row = len(self.rows)
        self.merges.append(f"B{row}:E{row}")
        widths = [sum(_WIDTHS[1:5]), _WIDTHS[5]]
        self.heights[row] = max(_LOWEST, height([text, Text(settles)], widths))
        lines = [self._typed(step) for step in typed]
        lines += [self._seen(alike) for alike in _by_sheet(seen[:1] if folded else seen)]
        if cause.id in self.explained and not folded:
            place = (EXPLANATIONS_SHEET, f"G{self.explained[cause.id]}")
            lines = lines or [_blank()]
            lines[0][5] = Text("去写说明", "link", place)
        for line in lines:
            self._line(line)

    def _typed(self, step: Step) -> list[Text | None]:
        row = _blank()
        row[1] = self._place(step)
        row[2:5] = Text(_short(step.was), "number"), Text(step.to, "number"), Text(step.label, "body")
        return row

    def _seen(self, steps: Sequence[Step]) -> list[Text | None]:
        """Cells of one sheet to be looked at: a link to the first, the others named."""
        row = _blank()
        row[1] = self._place(steps[0])
        others = [step.cell for step in steps[1:]]
        if others:
            count = f"等{len(others)}格" if len(others) > _NAMED else ""
            row[2:5] = Text(f"还有{'、'.join(others[:_NAMED])}{count}", "body"), None, None
        return row

    def _line(self, line: list[Text | None]) -> None:
        """A line of cells; what is told of several cells stands over three columns."""
        self.rows.append(line)
        number, widths = len(self.rows), _WIDTHS
        if line[3] is None:
            self.merges.append(f"C{number}:E{number}")
            widths = [*_WIDTHS[:2], sum(_WIDTHS[2:5]), 0.0, 0.0, _WIDTHS[5]]
        self.heights[number] = max(_LOWEST, height(line, widths))

    def _place(self, step: Step) -> Text:
        if step.file != self.file:
            return Text(f"{step.place}\n（{step.file.rpartition('/')[2]}）", "body")
        return Text(step.place, "link", (self.tabs.get(step.sheet, step.sheet), step.cell))


def results_sheet(
    review: Review,
    heading: RoundHeading,
    file: str,
    notice: str = "",
    tabs: Mapping[str, str] | None = None,
    *,
    is_suggestion: bool = False,
) -> ExtraSheet:
    """审核结果 for one file: the verdict, the things to do, those to explain, and those to be read or not.

    Cells in other files of the same unit are named with the file instead of a link. `notice` stands under
    the title; `tabs` gives the sheets' names in the copy where they had to be changed. Only the annotated
    copy says that there is a 建议稿.
    """
    things = Things.of(review.causes)
    page = _Page(file, tabs or {}, cause_rows(review, file))
    page.across(Text(RESULTS_TITLE, "title"), 30.0)
    page.across(Text(f"{review.unit}　{heading.title}　{heading.year}年度", "subtitle"), 18.0)
    if notice:
        page.across(Text(notice, "note"))
    for label, text in _summary(review, things, is_suggestion=is_suggestion):
        page.labelled(label, text)
    page.rows.append([Text(word, "head") for word in _HEAD])
    head = len(page.rows)
    if things.to_do:
        page.across(Text(f"要做的{len(things.to_do)}件，重的在前", "label"), _LOWEST)
        for thing in things.to_do:
            page.thing(thing)
    if things.to_explain:
        page.across(Text(f"要说明的{len(things.to_explain)}件：改正，或写明原因", "label"), _LOWEST)
        for thing in things.to_explain:
            page.thing(thing)
    if not things.to_do and not things.to_explain:
        page.across(Text("没有需要改正或说明的问题。", "body"), _LOWEST)
    folded: tuple[int, int] | tuple[()] = ()
    if things.optional:
        told = f"可看可不看{len(things.optional)}件：供参考，不用处理（点左边的“+”展开）"
        page.across(Text(told, "label"), _LOWEST)
        first = len(page.rows) + 1
        for thing in things.optional:
            page.thing(thing, folded=True)
        folded = (first, len(page.rows))
    return ExtraSheet(
        RESULTS_SHEET,
        RESULTS_TITLE,
        _WIDTHS,
        page.rows,
        page.heights,
        page.merges,
        heading_row=head,
        folded=folded,
    )


def _by_sheet(steps: Sequence[Step]) -> list[list[Step]]:
    found: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        found.setdefault((step.file, step.sheet), []).append(step)
    return [*found.values()]


def _blank() -> list[Text | None]:
    return [Text() for _ in _HEAD]


def _summary(review: Review, things: Things, *, is_suggestion: bool) -> list[tuple[str, Text]]:
    counts = review.counts()
    status = status_of(counts)
    errors, warnings, hints = (counts[severity] for severity in Severity)
    to_do, to_explain = len(things.to_do), len(things.to_explain)
    verdict = {
        RETURNED: f"{RETURNED}：有{errors}项错误，改正后请把本文件重新放回报送文件夹。",
        TO_EXPLAIN: f"{TO_EXPLAIN}：没有错误，有{warnings}项需要核实，请改正，"
        f"或在“{EXPLANATIONS_SHEET}”页说明原因。",
        CLEAN: f"{CLEAN}：没有需要改正或说明的问题。",
    }[status]
    told = f"要做的{to_do}件，要说明的{to_explain}件" if to_do + to_explain else "没有要做的事"
    told += f"（错误{errors}项，核实{warnings}项，提示{hints}项"
    explained = sum(1 for f in review.findings if f.answer == EXPLAINED)
    waived = sum(1 for f in review.findings if f.answer == WAIVED)
    told += f"；另有已说明{explained}项" if explained else ""
    told += f"；另有豁免{waived}项" if waived else ""
    filled = sum(len(cause.changes) for cause in review.causes)
    how = (
        "点格的名字跳到那一格（已着色、有批注），改好后把本文件重新报送，批注和各页不用删除。"
        f"要说明的写在“{EXPLANATIONS_SHEET}”页，一件写一句；全部问题见“{DETAILS_SHEET}”页。"
        "填报的数字系统一律不改。"
    )
    if filled and not is_suggestion:
        how += f"有把握的{filled}格，“{SUGGESTED}”文件夹里的同名文件已经填好，核对后可以直接用它报送。"
    return [
        ("结论", Text(verdict, "body")),
        ("件数", Text(f"{told}）", "body")),
        *([("进度", Text(_progress(review), "body"))] if review.before else []),
        *([("得分", Text(_scores(review), "body"))] if review.is_scored else []),
        ("怎么改", Text(how, "body")),
    ]


def _progress(review: Review) -> str:
    """What became of the findings of the submission before."""
    before = set(review.before)
    now = {f.key for f in review.findings if f.is_open and f.severity is not Severity.HINT}
    done, left, new = len(before - now), len(before & now), len(now - before)
    text = f"上次{len(before)}项（错误和核实），已改好或说明{done}项"
    text += f"；还剩{left}项" if left else ""
    return text + (f"；新出现{new}项。" if new else "。")


def _scores(review: Review) -> str:
    if review.self_score is None:
        return "未评：没有部门整体的自评总分"
    text = f"自评总分{review.self_score.normalize():f}分"
    if review.recomputed_score is not None:
        text += f"，各项得分合计{review.recomputed_score.normalize():f}分"
    if review.doubtful_points:
        text += f"，其中{review.doubtful_points.normalize():f}分所依据的数字与表内数字不符（存疑分值）"
    return text + (f"；等级：{review.grade}" if review.grade else "")


def _short(text: str) -> str:
    """The beginning of a long text: the cell itself holds the rest."""
    return text if len(text) <= _FILLED else f"{text[: _FILLED - 1]}…"
