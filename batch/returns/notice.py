"""退回通知: one printed page for a unit whose submission comes back, to be signed for or sent by phone."""

from __future__ import annotations

from batch.model.filenames import own_name
from batch.model.markup import ExtraSheet, Text
from batch.model.review import Finding, Review
from batch.model.status import EXPLAINED, RETURNED, WAIVED, Severity, status_of
from batch.model.text_width import lines
from batch.returns.heading import EXPLANATIONS_SHEET, RESULTS_SHEET, RoundHeading
from batch.workbook.annotate.new_book import new_workbook
from batch.workbook.annotate.own_sheets import NOTICE_TITLE

_WIDTHS = [6.0, 9.0, 22.0, 40.0, 34.0]
_HEAD = ["序号", "编号", "位置", "问题", "怎么改"]
#: points the list may take, so that all of it is one page of A4, and the height of one line
_ROOM, _LINE = 800.0, 13.5
#: cells of one kind of mistake that are named
_NAMED = 12


def notice_path(unit: str) -> str:
    """Where a unit's notice lies in the outbox."""
    return f"退回通知/{own_name(unit)}.xlsx"


def notice(review: Review, heading: RoundHeading) -> bytes | None:
    """The notice of a unit with open 错误; None for any other."""
    counts = review.counts()
    if status_of(counts) != RETURNED:
        return None
    errors = [f for f in review.findings if f.severity is Severity.ERROR and f.is_open]
    rows: list[list[Text | None]] = [
        [Text(NOTICE_TITLE, "title")],
        [Text(f"{review.unit}：", "label")],
        [Text(_opening(review, heading, len(errors), counts[Severity.WARNING]), "body")],
        [Text(word, "head") for word in _HEAD],
    ]
    merges = [f"A{n}:E{n}" for n in (1, 2, 3)]
    heights = {1: 34.0, 2: 22.0, 3: 62.0}
    shown, used = 0, 0.0
    for number, alike in enumerate(_grouped(errors), 1):
        row = _row(number, alike)
        height = _height(row)
        if used + height > _ROOM:
            break
        rows.append(row)
        heights[len(rows)] = height
        shown, used = shown + len(alike), used + height
    closing = [_rest(len(errors) - shown)] if shown < len(errors) else []
    closing += [_how(), _whom(heading)]
    for text in closing:
        rows.append([Text(text, "body")])
        merges.append(f"A{len(rows)}:E{len(rows)}")
        heights[len(rows)] = lines(text, int(sum(_WIDTHS)) - 4) * _LINE + 8
    rows.append([Text("签收人：　　　　　　　　　　签收日期：　　　　年　　月　　日", "subtitle")])
    merges.append(f"A{len(rows)}:E{len(rows)}")
    heights[len(rows)] = 30.0
    sheet = ExtraSheet(
        "退回通知", NOTICE_TITLE, _WIDTHS, rows, heights, merges, landscape=False, one_page=True
    )
    return new_workbook([sheet])


def _opening(review: Review, heading: RoundHeading, errors: int, warnings: int) -> str:
    explained = sum(1 for f in review.findings if f.answer in (EXPLAINED, WAIVED))
    text = f"你单位报送的{heading.year}年度部门整体支出绩效自评表经审核，有{errors}处错误须改正"
    text += f"，{warnings}处须核实（改正或说明）" if warnings else ""
    text += f"，另有{explained}处已说明" if explained else ""
    until = f"请于{heading.deadline}前" if heading.deadline else "请尽快"
    return (
        f"　　{text}，现予退回。{until}改正后重新报送。各处错误已用颜色和批注标在你单位的文件上"
        f"（批注文件夹），逐条清单见文件中的“{RESULTS_SHEET}”页。须改正的错误如下："
    )


def _grouped(errors: list[Finding]) -> list[list[Finding]]:
    """What one check found on one sheet, together: the page is for reading aloud on the telephone."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in errors:
        groups.setdefault((finding.check, finding.file, finding.sheet), []).append(finding)
    return list(groups.values())


def _row(number: int, alike: list[Finding]) -> list[Text | None]:
    first, more = alike[0], len(alike) - 1
    cells = [finding.cell for finding in alike if finding.cell]
    named = "、".join(cells[:_NAMED]) + ("等" if len(cells) > _NAMED else "")
    place = f"{first.sheet}\n{named}" if cells else first.sheet or first.form
    message = f"{first.message}（另有{more}处同类问题）" if more else first.message
    return [
        Text(str(number), "center"),
        Text(first.check, "center"),
        Text(place, "body"),
        Text(message, "body"),
        Text(first.fix, "body"),
    ]


def _height(row: list[Text | None]) -> float:
    needed = max(lines(t.text, int(w) - 3) for t, w in zip(row[2:], _WIDTHS[2:], strict=True) if t)
    return needed * _LINE + 4


def _rest(count: int) -> str:
    return f"另有{count}处错误，本页列不下，见文件中的“{RESULTS_SHEET}”页。"


def _how() -> str:
    return (
        "怎么改：打开批注后的文件，在有颜色的单元格上直接改正（批注不用删除）；需要核实的，改正或在"
        f"“{EXPLANATIONS_SHEET}”页写明原因；保存后放回报送文件夹。"
    )


def _whom(heading: RoundHeading) -> str:
    return f"有疑问请联系：{heading.contact}" if heading.contact else "有疑问请与财政局绩效管理经办人联系。"
