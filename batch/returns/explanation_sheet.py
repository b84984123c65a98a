"""说明填写: the sheet on which a unit explains what is to be verified, and what it wrote there.

One row for each 核实 of the file. A row is known by its 标识, which says which finding it is about and for
which values, so rows may be sorted or deleted and findings may move; nothing else on the sheet is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from batch.checks.engine.answers import EXPIRED, EXPLAINED, REJECTED, WAIVED, says_why
from batch.model.book import Cell, Sheet
from batch.model.markup import ExtraSheet, Text
from batch.model.reference import Explanation
from batch.model.review import CODE, Finding, Review
from batch.model.status import Severity
from batch.returns.heading import EXPLANATIONS_SHEET, RESULTS_SHEET, RoundHeading
from batch.workbook.annotate.own_sheets import EXPLANATIONS_CODE, EXPLANATIONS_TITLE, title_on

_HEAD = ["序号", "编号", "位置", "问题", "填报值", "状态", "单位说明", "依据文号", EXPLANATIONS_CODE]
_WIDTHS = [6.0, 8.0, 18.0, 48.0, 15.0, 20.0, 44.0, 22.0, 13.0]
_LAST = "I"
_STATE, _SAID, _BASIS, _CODE = 5, 6, 7, 8
_OPEN, _CHANGED = "待说明", "数字已改动"
#: what we write under 状态 begins with one of these
_STATES = (_OPEN, _CHANGED, EXPLAINED, EXPIRED, REJECTED, WAIVED, "说明未被采纳", "所写“")
#: row of the first finding
_FIRST = 5
#: more rows than anybody fills in: findings beyond are open, and 审核结果 lists them
_MAX_ROWS = 1000
_MAX_TEXT = 2000
_HOW = (
    "逐条在“单位说明”栏写明原因，有文件依据的在“依据文号”栏写明，保存后把本文件重新放回报送文件夹。"
    "也可以不写说明、直接在表上改正。数字改动后，原来的说明自动失效，需要重新说明。"
)
_MARK = re.compile(rf"([0-9a-f]{{{CODE}}})-([0-9a-f]{{{CODE}}})")


def explanation_sheet(
    review: Review, heading: RoundHeading, file: str, tabs: Mapping[str, str] | None = None
) -> ExtraSheet:
    """说明填写 for one file of a unit.

    `tabs` gives the sheets' names in the copy where they had to be changed.
    """
    rows: list[list[Text | None]] = [
        [Text(EXPLANATIONS_TITLE, "title")],
        [Text(f"{review.unit}　{heading.title}　{heading.year}年度", "subtitle")],
        [Text(_HOW, "body")],
        [Text(word, "head") for word in _HEAD],
    ]
    listed = _to_explain(review.findings, file)
    rows += [_row(number, finding, tabs or {}) for number, finding in enumerate(listed, 1)]
    last, merges = len(rows), [f"A{n}:{_LAST}{n}" for n in (1, 2, 3)]
    if not listed:
        rows.append([Text("本文件没有需要说明的问题。", "body")])
        merges.append(f"A{len(rows)}:{_LAST}{len(rows)}")
    return ExtraSheet(
        name=EXPLANATIONS_SHEET,
        title=EXPLANATIONS_TITLE,
        widths=_WIDTHS,
        rows=rows,
        heights={1: 30.0, 2: 18.0, 3: 34.0},
        merges=merges,
        header_row=_FIRST,
        filter=f"A{_FIRST - 1}:{_LAST}{last}" if listed else "",
        unlocked=f"G{_FIRST}:H{last}" if listed else "",
    )


def explanations_in(sheets: list[Sheet], file: str) -> list[Explanation]:
    """What a unit wrote on the 说明填写 sheets of one workbook, under whatever names they stand there."""
    found = []
    for sheet in sheets:
        if title_on(sheet) == EXPLANATIONS_TITLE:
            found += _written(sheet, file)
    return found


def explanation_rows(findings: Sequence[Finding], file: str) -> dict[int, int]:
    """On which row of 说明填写 each finding stands that has one, by its `id`."""
    return {id(finding): row for row, finding in enumerate(_to_explain(findings, file), _FIRST)}


def _to_explain(findings: Sequence[Finding], file: str) -> list[Finding]:
    return [
        finding
        for finding in findings
        if finding.severity is Severity.WARNING and finding.file == file and finding.status == "正式"
    ][:_MAX_ROWS]


def _row(number: int, finding: Finding, tabs: Mapping[str, str]) -> list[Text | None]:
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or finding.form
    link = (tabs.get(finding.sheet, finding.sheet), finding.cell) if finding.cell else None
    kept = finding.answer not in ("", EXPIRED)
    return [
        Text(str(number), "center"),
        Text(finding.check, "center", (RESULTS_SHEET, "A1")),
        Text(place, "link" if link else "body", link),
        Text(finding.message, "body"),
        Text(finding.filled, "number"),
        Text(_state(finding), "body"),
        Text(finding.explanation if kept else "", "input"),
        Text(finding.explanation_basis if kept else "", "input"),
        Text(finding.code, "note"),
    ]


def _state(finding: Finding) -> str:
    if finding.answer == EXPIRED:
        return f"{_CHANGED}，原说明失效，请重新说明。原说明：{finding.explanation}"
    if finding.answer == EXPLAINED:
        return EXPLAINED
    if not finding.answer and finding.explanation:
        return f"所写“{finding.explanation}”没有说明原因，请写明原因"
    return {"": _OPEN, REJECTED: "说明未被采纳，请改正或补充说明"}.get(finding.answer, finding.answer)


def _written(sheet: Sheet, file: str) -> list[Explanation]:
    columns = _columns(sheet)
    marks = ((row, _MARK.search(cell.raw)) for (row, col), cell in sorted(sheet.cells.items()))
    found = []
    for row, mark in marks:
        if not mark:
            continue
        said, basis = (_cell(sheet, row, columns[n]) for n in (_SAID, _BASIS))
        # some write beside the column that is meant, and nothing of it is to be lost
        answer = said or basis or _beside(sheet, row, columns)
        if answer:
            given = _text(basis) if said and basis and basis is not said else ""
            found.append(Explanation(mark[1], mark[2], _text(answer), given, file, sheet.name, answer.ref))
    return found


def _beside(sheet: Sheet, row: int, columns: Sequence[int]) -> Cell | None:
    """What a unit wrote over the state of a row, or right of all columns."""
    state = _cell(sheet, row, columns[_STATE])
    if state and not _text(state).startswith(_STATES) and says_why(state.raw):
        return state
    right = sorted(col for at, col in sheet.cells if at == row and col > max(columns))
    return next((cell for col in right if (cell := _cell(sheet, row, col))), None)


def _columns(sheet: Sheet) -> list[int]:
    """Where each column stands: people insert and hide columns; by their heads, else where we put them."""
    heads = {cell.raw.strip(): col for (_, col), cell in sorted(sheet.cells.items(), reverse=True)}
    return [heads.get(word, n) for n, word in enumerate(_HEAD, 1)]


def _cell(sheet: Sheet, row: int, column: int) -> Cell | None:
    """The cell there, or the one merged over it: one reason given for several rows; None for a blank one."""
    cell = sheet.cells.get((row, column))
    if cell is None or not cell.raw.strip():
        over = (area for area in sheet.merges[:_MAX_ROWS] if area.covers((row, column)))
        cell = next((sheet.cells.get((area.top, area.left)) for area in over), None)
    return cell if cell and cell.raw.strip() else None


def _text(cell: Cell) -> str:
    return cell.raw.strip()[:_MAX_TEXT]
