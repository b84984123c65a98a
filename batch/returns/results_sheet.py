"""审核结果: the few things a unit has to do; 问题明细 has every finding."""

from __future__ import annotations

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
from batch.returns.round_heading import DETAILS_SHEET, EXPLANATIONS_SHEET, RESULTS_SHEET, RoundHeading
from batch.returns.things import Things
from batch.returns.things_page import WIDTHS, ResultsPage
from batch.workbook.annotate.own_sheets import RESULTS_TITLE

_HEAD = ["序号", "要做什么，改哪一格", "原填", "改为", "是哪一项", "改好后解决"]


def results_sheet(
    review: Review,
    heading: RoundHeading,
    things: ResultsPage,
    notice: str = "",
    *,
    is_suggestion: bool = False,
) -> ExtraSheet:
    """审核结果 for one file: the verdict, and below it its `things_page`.

    `notice` stands under the title. Only the annotated copy says that there is a 建议稿.
    """
    page = ResultsPage()
    page.across(Text(RESULTS_TITLE, "title"), 30.0)
    page.across(Text(f"{review.unit}　{heading.title}　{heading.year}年度", "subtitle"), 18.0)
    if notice:
        page.across(Text(notice, "note"))
    for label, text in _summary(review, Things.of(review.causes), is_suggestion=is_suggestion):
        page.labelled(label, text)
    page.row([Text(word, "head") for word in _HEAD], 0.0)
    head = len(page.rows)
    page.add(things)
    return ExtraSheet(
        RESULTS_SHEET,
        RESULTS_TITLE,
        WIDTHS,
        page.rows,
        {row: points for row, points in enumerate(page.heights, 1) if points},
        page.merges,
        heading_row=head,
        folded=(page.folded, len(page.rows)) if page.folded else (),
    )


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
