"""The sheets behind 审核结果: 问题明细 (every finding) and 重算指标 (recomputed figures).

The headings are the first row, frozen and repeated in print; the sheet is recognised by the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from batch.model.markup import ExtraSheet, Text
from batch.model.review import Finding, Review
from batch.model.scores import Figure
from batch.model.status import Severity
from batch.model.text_width import lines
from batch.returns.explanation_sheet import explanation_rows
from batch.returns.notes import gravity, level, listed_findings, said
from batch.returns.round_heading import DETAILS_SHEET, EXPLANATIONS_SHEET, FIGURES_SHEET, RESULTS_SHEET
from batch.returns.things import Things
from batch.workbook.annotate.own_sheets import DETAILS_TITLE, FIGURES_TITLE

STYLE = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "hint"}
_HEAD = [DETAILS_TITLE, "件", "级别", "编号", "位置", "问题", "填报值", "计算值", "差额", "怎么改"]
_WIDTHS = [11.0, 6.0, 8.0, 8.0, 16.0, 52.0, 16.0, 16.0, 14.0, 44.0]
#: the columns of a finding's row by which its height is measured
_MEASURED = itemgetter(2, 4, 5, 6, 7, 9)
#: cells that are named of findings that are only counted
_NAMED = 30
#: characters of what was filled in that are repeated
_FILLED = 36
_FIGURE_HEAD = [FIGURES_TITLE, "算式", "填报数", "重算数", "说明"]
_FIGURE_WIDTHS = [32.0, 60.0, 20.0, 20.0, 50.0]
#: points of a line, and of the lowest row
_LINE, _LOWEST = 15.0, 18.0
_HEADING = 32.0


def details_sheet(review: Review, file: str, tabs: Mapping[str, str] | None = None) -> ExtraSheet:
    """问题明细 for one file: the unit's findings with links, whatever became of them.

    Findings in other files of the unit are listed with the file's name instead of a link. `tabs` gives the
    sheets' names in the copy where they had to be changed.
    """
    explain = explanation_rows(review, file)
    numbers = {thing.cause.id: thing.number for thing in Things.of(review.causes).all}
    rows: list[list[Text | None]] = [[Text(word, "head") for word in _HEAD]]
    heights = {1: _HEADING}
    widths = _MEASURED(_WIDTHS)
    for number, (finding, more) in enumerate(listed_findings(review.findings), 1):
        row = _row(number, finding, file, tabs or {}, explain.get(id(finding)))
        row[1] = Text(str(numbers.get(finding.cause, "")), "center", (RESULTS_SHEET, "A1"))
        if more:
            row[5] = Text(f"{row[5].text if row[5] else ''}\n{_others(more)}", "body")
        rows.append(row)
        heights[len(rows)] = height(_MEASURED(row), widths)
    last = len(rows)
    if not review.findings:
        rows.append([Text("没有发现问题。", "body")])
    return ExtraSheet(
        DETAILS_SHEET,
        DETAILS_TITLE,
        _WIDTHS,
        rows,
        heights,
        [] if review.findings else ["A2:J2"],
        heading_row=1,
        filter=f"A1:J{last}" if review.findings else "",
    )


def figures_sheet(figures: Sequence[Figure]) -> ExtraSheet:
    """重算指标: what the form's own figures come to, beside what was filled in."""
    rows: list[list[Text | None]] = [[Text(word, "head") for word in _FIGURE_HEAD]]
    heights = {1: _HEADING}
    for figure in figures:
        row: list[Text | None] = [
            Text(figure.name, "body"),
            Text(figure.formula, "body"),
            Text(figure.declared, "number"),
            Text(figure.recomputed, "number"),
            Text(figure.note, "body"),
        ]
        rows.append(row)
        heights[len(rows)] = height(row, _FIGURE_WIDTHS)
    return ExtraSheet(
        FIGURES_SHEET,
        FIGURES_TITLE,
        _FIGURE_WIDTHS,
        rows,
        heights,
        [],
        heading_row=1,
    )


def height(cells: Sequence[Text | None], widths: Sequence[float]) -> float:
    """Row height in points at which wrapped texts are not cut off."""
    needed = 1
    for cell, width in zip(cells, widths, strict=True):
        if cell is None:
            continue
        text, columns = cell.text, int(width) - 4
        # most texts are too short for more lines than others need: there are a thousand on a sheet
        if 2 * len(text) > needed * columns or "\n" in text:
            needed = max(needed, lines(text, columns))
    return max(_LOWEST, needed * _LINE + 4)


def _row(
    number: int, finding: Finding, file: str, tabs: Mapping[str, str], explain: int | None
) -> list[Text | None]:
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or finding.form
    link = None
    if finding.file != file:
        place = f"{finding.file.rpartition('/')[2]}\n{place}"
    elif finding.cell:
        link = (tabs.get(finding.sheet, finding.sheet), finding.cell)
    message = f"{finding.message}\n{said(finding)}" if finding.answer else finding.message
    return [
        Text(str(number), "center"),
        None,
        Text(level(finding, "\n"), STYLE[gravity(finding)]),
        Text(finding.check, "center", (EXPLANATIONS_SHEET, f"G{explain}") if explain else None),
        Text(place, "link" if link else "body", link),
        Text(message, "body"),
        Text(_short(finding.filled), "number"),
        Text(finding.expected, "number"),
        Text(finding.difference, "number"),
        Text(finding.fix, "body"),
    ]


def _others(more: Sequence[Finding]) -> str:
    cells = "、".join(finding.cell for finding in more[:_NAMED] if finding.cell)
    dots = "等" if len(more) > _NAMED else ""
    return f"（另有{len(more)}处同类问题，位置：{cells}{dots}，单元格上均有批注）"


def _short(text: str) -> str:
    """The beginning of a long text: the cell itself holds the rest."""
    return text if len(text) <= _FILLED else f"{text[: _FILLED - 1]}…"
