"""说明填写: write the sheet on which a unit explains what is to be verified, and read it back.

One line for each cause with a 核实 in the file: one explanation answers all its findings. A line is
identified by its 标识, which encodes findings and values, so lines may be sorted or deleted and findings may
move; nothing else on the sheet is read. Earlier copies have a line per finding, read the same way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from batch.checks.engine.answers import says_why
from batch.model.book import Cell, Sheet
from batch.model.cause import Cause
from batch.model.markup import ExtraSheet, Text
from batch.model.reference import Explanation
from batch.model.review import CODE, Finding, Review
from batch.model.status import EXPIRED, EXPLAINED, IN_FORCE, REJECTED, TO_EXPLAIN, WAIVED, Severity
from batch.returns.round_heading import DETAILS_SHEET, EXPLANATIONS_SHEET, RESULTS_SHEET, RoundHeading
from batch.returns.things import Thing, Things
from batch.workbook.annotate.own_sheets import EXPLANATIONS_CODE, EXPLANATIONS_TITLE, title_on

_HEAD = ["序号", "编号", "位置", "要说明什么", "第几件", "状态", "单位说明", "依据文号", EXPLANATIONS_CODE]
_WIDTHS = [6.0, 12.0, 22.0, 56.0, 8.0, 18.0, 44.0, 22.0, 13.0]
_LAST = "I"
_STATE, _SAID, _BASIS, _CODE = 5, 6, 7, 8
_CHANGED = "数字已改动"
#: what we write under 状态 begins with one of these
_STATES = (TO_EXPLAIN, _CHANGED, EXPLAINED, EXPIRED, REJECTED, WAIVED, "说明未被采纳", "所写“")
#: row of the first line
_FIRST = 5
#: more rows than anybody fills in: findings beyond are open, and 问题明细 lists them
_MAX_ROWS = 1000
#: places and checks that are named on a line, and findings whose message is told
_NAMED, _MESSAGES = 6, 4
_MAX_TEXT = 2000
_HOW = (
    "一件写一句：在“单位说明”栏写明原因（有下拉选项的可以选，也可以自己写），有文件依据的在“依据文号”栏写明，"
    "保存后把本文件重新放回报送文件夹。写一句，这一件的各项核实都算说明了。"
    "也可以不写说明、直接在表上改正。数字改动后，原来的说明自动失效，需要重新说明。"
)
_MARK = re.compile(rf"([0-9a-f]{{{CODE}}})-([0-9a-f]{{{CODE}}})")


@dataclass(frozen=True, slots=True)
class _Line:
    """Findings that one reason answers: those of a cause, or those that one reason has answered."""

    findings: tuple[Finding, ...]
    #: None for findings that are answered
    thing: Thing | None = None

    @property
    def first(self) -> Finding:
        """Of all its findings the same is told of what became of them."""
        return self.findings[0]


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
    listed = _lines(review, file)
    rows += [_row(number, line, file, tabs or {}) for number, line in enumerate(listed, 1)]
    last, merges = len(rows), [f"A{n}:{_LAST}{n}" for n in (1, 2, 3)]
    if not listed:
        rows.append([Text("本文件没有需要说明的问题。", "body")])
        merges.append(f"A{len(rows)}:{_LAST}{len(rows)}")
    choices = {
        f"G{row}": ready
        for row, line in enumerate(listed, _FIRST)
        if line.thing and (ready := _ready(line.thing.cause))
    }
    return ExtraSheet(
        name=EXPLANATIONS_SHEET,
        title=EXPLANATIONS_TITLE,
        widths=_WIDTHS,
        rows=rows,
        heights={1: 30.0, 2: 18.0, 3: 34.0},
        merges=merges,
        heading_row=_FIRST - 1,
        filter=f"A{_FIRST - 1}:{_LAST}{last}" if listed else "",
        unlocked=f"G{_FIRST}:H{last}" if listed else "",
        choices=choices,
    )


def explanations_in(sheets: list[Sheet], file: str) -> list[Explanation]:
    """What a unit wrote on the 说明填写 sheets of one workbook, under whatever names they stand there."""
    found = []
    for sheet in sheets:
        if title_on(sheet) == EXPLANATIONS_TITLE:
            found += _written(sheet, file)
    return found


def explanation_rows(review: Review, file: str) -> dict[int, int]:
    """On which row of 说明填写 each finding is explained that has one, by its `id`."""
    lines = enumerate(_lines(review, file), _FIRST)
    return {id(finding): row for row, line in lines for finding in line.findings}


def cause_rows(review: Review, file: str) -> dict[str, int]:
    """On which row of 说明填写 each cause is explained that has one, by its id."""
    lines = enumerate(_lines(review, file), _FIRST)
    return {line.thing.cause.id: row for row, line in reversed([*lines]) if line.thing}


def _lines(review: Review, file: str) -> list[_Line]:
    """The lines of a file's sheet: causes by their numbers, then what is answered.

    Of a cause that has a place in several files each has a line with all of it. What is said of some of its
    findings and not of others is a line of its own: the words are no answer to the others.
    """
    things = {thing.cause.id: thing for thing in Things.of(review.causes).all}
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in review.findings:
        if finding.severity is not Severity.WARNING or finding.status != IN_FORCE:
            continue
        about = finding.cause if finding.cause in things else "" if finding.answer else finding.key
        key = (about, finding.answer, finding.explanation, finding.explanation_basis)
        groups.setdefault(key, []).append(finding)
    listed = [
        _Line(tuple(found), things.get(about))
        for (about, *_), found in groups.items()
        if any(finding.file == file for finding in found)
    ]
    listed.sort(key=lambda line: line.thing.number if line.thing else len(things) + 1)
    return listed[:_MAX_ROWS]


def _row(number: int, line: _Line, file: str, tabs: Mapping[str, str]) -> list[Text | None]:
    first = next((f for f in line.findings if f.file == file and f.cell), line.first)
    link = (tabs.get(first.sheet, first.sheet), first.cell) if first.cell and first.file == file else None
    places = dict.fromkeys(
        f"{f.sheet}!{f.cell}" if f.cell else f.sheet or f.form for f in (first, *line.findings)
    )
    checks = dict.fromkeys(finding.check for finding in line.findings)
    kept = line.first.answer not in ("", EXPIRED)
    return [
        Text(str(number), "center"),
        Text(_named(checks), "center"),
        Text(
            f"{next(iter(places))}等{len(places)}处" if len(places) > 1 else next(iter(places)),
            "link" if link else "body",
            link,
        ),
        Text(_asked(line), "body"),
        Text(str(line.thing.number) if line.thing else "", "center", (RESULTS_SHEET, "A1")),
        Text(_state(line.first), "body"),
        Text(line.first.explanation if kept else "", "input"),
        Text(line.first.explanation_basis if kept else "", "input"),
        Text(" ".join(finding.code for finding in line.findings), "code"),
    ]


def _ready(cause: Cause) -> tuple[str, ...]:
    """The answers to pick from, what the unit's own report says first."""
    return (cause.stated, *cause.choices) if cause.stated else cause.choices


def _named(words: Collection[str]) -> str:
    shown = "\n".join(list(words)[:_NAMED])
    return f"{shown}\n等{len(words)}项" if len(words) > _NAMED else shown


def _asked(line: _Line) -> str:
    """The question of a line: the cause's sentence, then what was found."""
    text = line.thing.cause.text if line.thing else ""
    told = dict.fromkeys(finding.message for finding in line.findings if finding.message not in text)
    shown = list(told)[:_MESSAGES]
    more = len(told) - len(shown)
    lines = [text] if text else []
    lines += [f"· {message}" if len(told) > 1 else message for message in shown]
    if line.thing and line.thing.cause.stated:
        lines.append(f"{line.thing.cause.stated}——就是这个原因的，在“单位说明”的下拉选项里选它。")
    return "\n".join([*lines, *([f"（其余{more}条见“{DETAILS_SHEET}”）"] if more else [])])


def _state(finding: Finding) -> str:
    if finding.answer == EXPIRED:
        return f"{_CHANGED}，原说明失效，请重新说明。原说明：{finding.explanation}"
    if finding.answer == EXPLAINED:
        return EXPLAINED
    if not finding.answer and finding.explanation:
        return f"所写“{finding.explanation}”没有说明原因，请写明原因"
    return {"": TO_EXPLAIN, REJECTED: "说明未被采纳，请改正或补充说明"}.get(finding.answer, finding.answer)


def _written(sheet: Sheet, file: str) -> list[Explanation]:
    columns = _columns(sheet)
    lines = ((row, _MARK.findall(cell.raw)) for (row, col), cell in sorted(sheet.cells.items()))
    found = []
    for row, marks in lines:
        if not marks:
            continue
        said, basis = (_cell(sheet, row, columns[n]) for n in (_SAID, _BASIS))
        # some write beside the column that is meant, and nothing of it is to be lost
        answer = said or basis or _beside(sheet, row, columns)
        if answer:
            given = _text(basis) if said and basis and basis is not said else ""
            at = (_text(answer), given, file, sheet.name, answer.ref)
            found += [Explanation(key, values, *at) for key, values in marks]
    return found


def _beside(sheet: Sheet, row: int, columns: Sequence[int]) -> Cell | None:
    """Text a unit wrote over the state of a row, or right of all columns."""
    state = _cell(sheet, row, columns[_STATE])
    if state and not _text(state).startswith(_STATES) and says_why(state.raw):
        return state
    right = sorted(col for at, col in sheet.cells if at == row and col > max(columns))
    return next((cell for col in right if (cell := _cell(sheet, row, col))), None)


def _columns(sheet: Sheet) -> list[int]:
    """The position of each column, by its heading, since people insert and hide columns; else as written
    by us."""
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
