"""What is put on a unit's copy: one mark for each cell concerned, and the sheet 审核结果."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from operator import itemgetter

from batch.checks.engine.answers import EXPIRED, EXPLAINED, REJECTED, WAIVED
from batch.forms.spec.labels import remembered
from batch.model.markup import ExtraSheet, Mark, Text
from batch.model.review import Finding, Review
from batch.model.scores import Figure
from batch.model.status import Severity, status_of
from batch.returns.explanation_sheet import explanation_rows
from batch.returns.heading import EXPLANATIONS_SHEET, RESULTS_SHEET, RoundHeading
from batch.workbook.annotate.own_sheets import RESULTS_TITLE

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}
_STYLE = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "hint"}
_SAID = {
    EXPLAINED: "单位说明",
    EXPIRED: "原说明（数字已改动，失效）",
    REJECTED: "说明未被采纳",
    WAIVED: "豁免",
}
_WIDTHS = [6, 8, 8, 16, 52, 16, 16, 14, 44]
_LAST = "I"
_HEAD = ["序号", "级别", "编号", "位置", "问题", "填报值", "计算值", "差额", "怎么改"]
#: findings of one check on one sheet that are listed in full, and cells that are named of the rest
SHOWN, _NAMED = 10, 30
#: characters of what was filled in that are repeated
_FILLED = 36
#: characters of a 10.5 pt line in a column of the widths above, and its height in points
_LINE = 15.0
#: the columns of a finding's row by which its height is measured
_MEASURED = itemgetter(1, 3, 4, 5, 6, 8)
_BLANK = Text("", "body")
#: characters of half the width of a Chinese one
_NARROW = re.compile(r"[\x00-\u2e7f]+")


def marks_of(findings: Sequence[Finding], file: str) -> list[Mark]:
    """The marks for one file of the unit, gravest first in each comment.

    Each comment gives the number of the finding on 审核结果, the way back from the cell to the list. A cell
    where everything is answered is coloured like a hint: there is nothing left to do.
    """
    numbers = {id(f): n for n, (shown, more) in enumerate(folded(findings), 1) for f in (shown, *more)}
    cells: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.file == file and finding.cell:
            cells.setdefault((finding.sheet, finding.cell), []).append(finding)
    marks = []
    for (sheet, cell), found in cells.items():
        if len(found) > 1:
            found.sort(key=lambda f: (_ORDER[_weight(f)], _ORDER[f.severity], f.check))
        text = "\n\n".join(_comment(f, numbers[id(f)]) for f in found)
        marks.append(Mark(sheet, cell, _weight(found[0]), text))
    return marks


def _weight(finding: Finding) -> Severity:
    return Severity.HINT if finding.answer in (EXPLAINED, WAIVED) else finding.severity


def _level(finding: Finding, joint: str) -> str:
    """错误, 核实·已说明, 提示·试行: how grave it is, and what has become of it."""
    level = finding.severity.value
    if finding.answer:
        level += f"{joint}{finding.answer}"
    return f"{level}{joint}试行" if finding.status == "试行" else level


def _comment(finding: Finding, number: int) -> str:
    head = f"【{_level(finding, '·')}】{finding.check} {finding.title}（{RESULTS_SHEET}第{number}号）"
    if finding.answer in (EXPLAINED, WAIVED):
        return f"{head}\n{finding.message}\n{_said(finding)}"
    said = f"\n{_said(finding)}" if finding.answer else ""
    return f"{head}\n{finding.message}\n改法：{finding.fix}{said}"


def _said(finding: Finding) -> str:
    """What was said about a finding, in one line."""
    basis = f"（依据：{finding.explanation_basis}）" if finding.explanation_basis else ""
    return f"{_SAID[finding.answer]}：{finding.explanation}{basis}"


def results_sheet(
    review: Review,
    heading: RoundHeading,
    file: str,
    notice: str = "",
    tabs: Mapping[str, str] | None = None,
) -> ExtraSheet:
    """审核结果 for one file: the verdict, the unit's findings with links, the recomputed figures.

    Findings in other files of the same unit are listed with the file's name instead of a link. `notice`
    stands under the title; `tabs` gives the sheets' names in the copy where they had to be changed.
    """
    findings = review.findings
    explain = explanation_rows(findings, file)
    summary = _summary(review)
    rows: list[list[Text | None]] = [
        [Text(RESULTS_TITLE, "title")],
        [Text(f"{review.unit}　{heading.title}　{heading.year}年度", "subtitle")],
        [Text(notice, "note")] if notice else [],
        *summary,
        [],
    ]
    heights = {1: 30.0, 2: 18.0}
    merges = [f"A1:{_LAST}1", f"A2:{_LAST}2", f"A3:{_LAST}3"]
    for n, line in enumerate(summary, 4):
        merges += [f"A{n}:B{n}", f"C{n}:{_LAST}{n}"]
        heights[n] = _height(line[2:], [sum(_WIDTHS[2:])])
    head = len(rows) + 1
    rows.append([Text(word, "head") for word in _HEAD])
    widths = _MEASURED(_WIDTHS)
    for number, (finding, more) in enumerate(folded(findings), 1):
        row = _finding_row(number, finding, file, tabs or {}, explain.get(id(finding)))
        if more:
            row[4] = Text(f"{row[4].text if row[4] else ''}\n{_others(more)}", "body")
        rows.append(row)
        heights[len(rows)] = _height(_MEASURED(row), widths)
    last = len(rows)
    if not findings:
        rows.append([Text("没有发现问题。", "body")])
        merges.append(f"A{len(rows)}:{_LAST}{len(rows)}")
    if review.figures:
        _add_figures(review.figures, rows, merges, heights)
    return ExtraSheet(
        name=RESULTS_SHEET,
        title=RESULTS_TITLE,
        widths=[float(w) for w in _WIDTHS],
        rows=rows,
        heights=heights,
        merges=merges,
        header_row=head + 1,
        filter=f"A{head}:{_LAST}{last}" if findings else "",
    )


def folded(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """The findings to list, with those that are only counted behind the last one listed of their kind.

    Of one check on one sheet SHOWN are listed; the cells of all of them are marked.
    """
    seen: dict[tuple[str, str, str], list[tuple[Finding, list[Finding]]]] = {}
    listed: list[tuple[Finding, list[Finding]]] = []
    for finding in findings:
        kind = seen.setdefault((finding.check, finding.file, finding.sheet), [])
        if len(kind) < SHOWN:
            entry: tuple[Finding, list[Finding]] = (finding, [])
            kind.append(entry)
            listed.append(entry)
        else:
            kind[-1][1].append(finding)
    return listed


def _others(more: Sequence[Finding]) -> str:
    cells = "、".join(finding.cell for finding in more[:_NAMED] if finding.cell)
    dots = "等" if len(more) > _NAMED else ""
    return f"（另有{len(more)}处同类问题，位置：{cells}{dots}，单元格上均有批注）"


def _summary(review: Review) -> list[list[Text | None]]:
    counts = review.counts()
    status = status_of(counts)
    errors, warnings, hints = (counts[severity] for severity in Severity)
    verdict = {
        "退回": f"退回：有{errors}处错误，改正后请把本文件重新放回报送文件夹。",
        "待说明": f"待说明：没有错误，有{warnings}处需要核实，请改正，或在“{EXPLANATIONS_SHEET}”页说明原因。",
        "通过": "通过：没有需要改正或说明的问题。",
    }[status]
    explained = sum(1 for f in review.findings if f.answer == EXPLAINED)
    waived = sum(1 for f in review.findings if f.answer == WAIVED)
    told = f"错误{errors}处，核实{warnings}处，提示{hints}处"
    told += f"；另有已说明{explained}处" if explained else ""
    told += f"；另有豁免{waived}处" if waived else ""
    style = {"退回": "error", "待说明": "warning", "通过": "label"}[status]
    lines: list[list[Text | None]] = [
        [Text("审核结论", "label"), None, Text(verdict, style if style == "label" else "body")],
        [Text("问题数", "label"), None, Text(told, "body")],
        *([[Text("自评得分", "label"), None, Text(_scores(review), "body")]] if review.is_scored else []),
        [
            Text("怎么改", "label"),
            None,
            Text(
                "点“位置”跳到有问题的单元格（已着色并加批注），直接在本文件里改正后重新报送，批注和本页不用删除。"
                f"错误必须改正；核实请改正，或点编号到“{EXPLANATIONS_SHEET}”页说明原因；提示供参考。"
                "填报的数字系统一律不改。",
                "body",
            ),
        ],
    ]
    return lines


def _scores(review: Review) -> str:
    if review.self_score is None:
        return "未评：没有部门整体的自评总分"
    text = f"自评总分{review.self_score.normalize():f}分"
    if review.recomputed_score is not None:
        text += f"，各项得分合计{review.recomputed_score.normalize():f}分"
    if review.doubtful_points:
        text += f"，其中{review.doubtful_points.normalize():f}分所依据的数字与表内数字不符（存疑分值）"
    return text + (f"；等级：{review.grade}" if review.grade else "")


def _finding_row(
    number: int, finding: Finding, file: str, tabs: Mapping[str, str], explain: int | None
) -> list[Text | None]:
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or finding.form
    link = None
    if finding.file != file:
        place = f"{finding.file.rpartition('/')[2]}\n{place}"
    elif finding.cell:
        link = (tabs.get(finding.sheet, finding.sheet), finding.cell)
    message = f"{finding.message}\n{_said(finding)}" if finding.answer else finding.message
    return [
        Text(str(number), "center"),
        Text(_level(finding, "\n"), _STYLE[_weight(finding)]),
        Text(finding.check, "center", (EXPLANATIONS_SHEET, f"G{explain}") if explain else None),
        Text(place, "link" if link else "body", link),
        Text(message, "body"),
        Text(_short(finding.filled), "number"),
        Text(finding.expected, "number"),
        Text(finding.difference, "number"),
        Text(finding.fix, "body"),
    ]


def _short(text: str) -> str:
    """The beginning of a long text: the cell itself holds the rest."""
    return text if len(text) <= _FILLED else f"{text[: _FILLED - 1]}…"


def _add_figures(
    figures: Sequence[Figure],
    rows: list[list[Text | None]],
    merges: list[str],
    heights: dict[int, float],
) -> None:
    rows.append([])
    rows.append([Text("重算指标：按表内数字重新计算，供与填报数对照", "label")])
    merges.append(f"A{len(rows)}:{_LAST}{len(rows)}")
    words = ["指标", None, None, None, "算式", "填报数", "重算数", None, "说明"]
    rows.append([Text(word, "head") if word else None for word in words])
    merges += [f"A{len(rows)}:D{len(rows)}", f"G{len(rows)}:H{len(rows)}"]
    for figure in figures:
        row: list[Text | None] = [
            Text(figure.name, "body"),
            _BLANK,
            _BLANK,
            _BLANK,
            Text(figure.formula, "body"),
            Text(figure.declared, "number"),
            Text(figure.recomputed, "number"),
            _BLANK,
            Text(figure.note, "body"),
        ]
        rows.append(row)
        number = len(rows)
        merges += (f"A{number}:D{number}", f"G{number}:H{number}")
        heights[number] = _height((row[4], row[8]), (_WIDTHS[4], _WIDTHS[8]))


def _height(cells: Sequence[Text | None], widths: Sequence[int]) -> float:
    """Points a row needs so that nothing is cut off when it wraps."""
    lines = 1
    for cell, width in zip(cells, widths, strict=True):
        if cell is None:
            continue
        text, room = cell.text, width - 2
        # most texts fit on one line at a glance
        if 2 * len(text) > room or "\n" in text:
            lines = max(lines, sum([-(-_columns(part) // room) or 1 for part in text.split("\n")]))
    return max(18.0, lines * _LINE + 4)


# what to do is the same for all findings of a check
@remembered
def _columns(text: str) -> int:
    return len(text) + len(_NARROW.sub("", text))
