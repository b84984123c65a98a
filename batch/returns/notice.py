"""退回通知: one printed page for a unit whose submission is returned."""

from __future__ import annotations

from collections.abc import Sequence

from batch.model.filenames import own_name
from batch.model.markup import ExtraSheet, Text
from batch.model.review import Review
from batch.model.status import EXPLAINED, RETURNED, WAIVED, Severity, status_of
from batch.model.text_width import lines
from batch.returns.round_heading import EXPLANATIONS_SHEET, RESULTS_SHEET, RoundHeading
from batch.returns.things import Thing, Things
from batch.workbook.annotate.new_book import new_workbook
from batch.workbook.annotate.own_sheets import NOTICE

_WIDTHS = [6.0, 84.0, 18.0]
_LAST = "C"
_HEAD = ["序号", "事项", "涉及问题"]
#: points of the whole page that still print at a readable size, of a line, and around the lines of a row
_ROOM, _LINE, _PADDING = 1100.0, 13.5, 6.0
#: characters of a sentence; the rest stands on 审核结果
_LONGEST = 170
_CLAUSE_ENDS = "。；，"


def notice_path(unit: str) -> str:
    """Where a unit's notice lies in the outbox."""
    return f"退回通知/{own_name(unit)}.xlsx"


def notice(
    review: Review, heading: RoundHeading, dated: str = "", *, is_suggested: bool = False
) -> bytes | None:
    """The notice of a unit with open 错误; None for any other.

    `dated`: the day of the letter; `is_suggested`: whether a 建议稿 was made.
    """
    if status_of(review.counts()) != RETURNED:
        return None
    things = Things.of(review.causes)
    page = _Page()
    title = f"{heading.work}{NOTICE}"
    page.across(title, "title", 36.0)
    page.across(f"{review.unit}：", "letter")
    page.across(f"　　{_opening(review, heading, things)}", "letter")
    page.row([Text(word, "head") for word in _HEAD])
    closing = [_how(is_suggested=is_suggested), _whom(heading)]
    signed = [heading.bureau or "财政局", dated or "　　　　年　　月　　日"]
    receipt = "签收人：　　　　　　　　　　签收日期：　　　　年　　月　　日"
    below = sum(_height(text) for text in (*closing, *signed)) + 2 * _height(receipt)
    left = [*things.to_do, *things.to_explain]
    for title, part in (("一、请改正", things.to_do), ("二、请说明", things.to_explain)):
        if not left or left[0] not in part:
            continue
        page.across(f"{title}（{len(part)}件）", "label")
        for thing in part:
            row = _row(thing)
            # the heaviest stand first: where there is no room it is for the lightest
            if page.used + page.height(row) + below > _ROOM and len(left) < len(things.all):
                break
            page.row(row)
            left.remove(thing)
    if left:
        page.across(_rest(left), "letter")
    for text in closing:
        page.across(f"　　{text}", "letter")
    for text in signed:
        page.across(f"{text}　　", "signed")
    page.across(receipt, "subtitle", 30.0)
    sheet = ExtraSheet(
        NOTICE,
        title,
        _WIDTHS,
        page.rows,
        page.heights,
        page.merges,
        landscape=False,
        one_page=True,
    )
    return new_workbook([sheet])


class _Page:
    """The rows of the page so far, and the points they take."""

    def __init__(self) -> None:
        self.rows: list[list[Text | None]] = []
        self.heights: dict[int, float] = {}
        self.merges: list[str] = []

    @property
    def used(self) -> float:
        """Points of all rows."""
        return sum(self.heights.values())

    def across(self, text: str, style: str, points: float = 0.0) -> None:
        """A line over all columns."""
        self.rows.append([Text(text, style)])
        self.merges.append(f"A{len(self.rows)}:{_LAST}{len(self.rows)}")
        self.heights[len(self.rows)] = points or _height(text)

    def row(self, cells: list[Text | None]) -> None:
        """A row of the list."""
        self.rows.append(cells)
        self.heights[len(self.rows)] = self.height(cells)

    @staticmethod
    def height(cells: Sequence[Text | None]) -> float:
        """Points a row of the list needs."""
        needed = (lines(c.text, int(w) - 4) for c, w in zip(cells, _WIDTHS, strict=True) if c)
        return max(needed) * _LINE + _PADDING


def _height(text: str) -> float:
    return lines(text, int(sum(_WIDTHS)) - 4) * _LINE + _PADDING


def _opening(review: Review, heading: RoundHeading, things: Things) -> str:
    counts = review.counts()
    told = f"错误{counts[Severity.ERROR]}项、核实{counts[Severity.WARNING]}项"
    explained = sum(1 for f in review.findings if f.answer in (EXPLAINED, WAIVED))
    told += f"，另有已说明{explained}项" if explained else ""
    asked = f"请改正{len(things.to_do)}件"
    asked += f"、说明{len(things.to_explain)}件" if things.to_explain else ""
    return (
        f"你单位报送的{heading.year}年度{heading.reports}收悉。经审核，{asked}（{told}），现予退回。"
        f"请在收到本通知后{heading.correct_days}个工作日内改正，重新报送。"
    )


def _row(thing: Thing) -> list[Text | None]:
    return [
        Text(str(thing.number), "center"),
        Text(_shortened(thing.cause.text, thing.number), "body"),
        Text(thing.settles, "center"),
    ]


def _shortened(text: str, number: int) -> str:
    """A long sentence up to the end of a clause; the whole of it stands on 审核结果."""
    if len(text) <= _LONGEST:
        return text
    end = max(text.rfind(mark, 0, _LONGEST) for mark in _CLAUSE_ENDS)
    kept = text[: end if end > 0 else _LONGEST]
    return f"{kept}……（全文见“{RESULTS_SHEET}”页第{number}件）"


def _rest(left: Sequence[Thing]) -> str:
    first = left[0].number
    return f"另有{len(left)}件较轻的（第{first}件起），本页列不下，见批注件的“{RESULTS_SHEET}”页。"


def _how(*, is_suggested: bool) -> str:
    ready = "能定的改法已在“建议稿”文件夹的同名文件里填好（绿色的格），同意的可以直接在那一份上改。"
    return (
        "怎么改：打开批注件（发件箱“批注”文件夹里你单位的文件），在有颜色的格上直接改正，批注不用删除；"
        f"要说明的，在“{EXPLANATIONS_SHEET}”页一件写一句；保存后放回报送文件夹。"
        + (ready if is_suggested else "")
    )


def _whom(heading: RoundHeading) -> str:
    return f"有疑问请联系：{heading.contact}" if heading.contact else f"有疑问请与财政局{heading.clerk}联系。"
