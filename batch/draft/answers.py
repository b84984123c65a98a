"""Read 待确认.xlsx back: the proposal from its hidden sheet, changed as the clerk answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from batch.draft.proposal import DraftField, DraftForm, PackProposal
from batch.draft.question_book import STATE
from batch.draft.question_lines import (
    ADOPT,
    DROP,
    DUE,
    HEADINGS,
    MUST,
    PERIOD,
    TITLE,
    TYPE_WORDS,
    USED,
    YEAR,
    Answer,
    lines_of,
)
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze
from batch.model.book import Book, Sheet, column_letters

_NAME = re.compile(r"[^\W\d]\w*")
_MONTHS = re.compile(r"(\d{1,2})-(\d{1,2})月?")


class DraftError(Exception):
    """What is wrong with a draft, in Chinese, one line each."""


@dataclass(frozen=True, slots=True)
class _Given:
    """One answer: where it stands, and what it says."""

    sheet: str
    ref: str
    text: str


def confirmed(book: Book) -> PackProposal:
    """The proposal as the clerk confirmed it. Raises DraftError with everything that is wrong."""
    proposal = _state(book)
    given, problems = _given(book, proposal)
    problems += _Answers(proposal, given).take()
    if problems:
        raise DraftError("\n".join(problems))
    return proposal


def _state(book: Book) -> PackProposal:
    sheet = next((sheet for sheet in book.sheets if sheet.name == STATE), None)
    text = "".join(cell.raw for cell in sorted(sheet.cells.values())) if sheet else ""
    try:
        return msgspec.json.decode(text, type=PackProposal)
    except msgspec.MsgspecError:
        raise DraftError(
            f"{book.name}里没有起草的内容：不是 jixiao draft 写的待确认.xlsx，"
            f"或者是以前的版本写的，或者隐藏的“{STATE}”页被改动了，请重新起草"
        ) from None


def _given(book: Book, proposal: PackProposal) -> tuple[dict[tuple[str, int], _Given], list[str]]:
    """The answers by id of their line and column; what is missing or none of the choices."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    given: dict[tuple[str, int], _Given] = {}
    problems: list[str] = []
    for name, lines in lines_of(proposal).items():
        if name not in sheets:
            problems.append(f"缺少表页“{name}”")
            continue
        rows = _rows(sheets[name])
        for line in lines:
            asked = [(col, part) for col, part in enumerate(line) if isinstance(part, Answer)]
            if not asked or line[0] not in rows:
                # a line that was taken out keeps what was proposed
                continue
            for col, part in asked:
                place = rows[str(line[0])], col + 1
                cell = sheets[name].cells.get(place)
                text = " ".join(cell.raw.split()) if cell else ""
                answer = _Given(name, f"{column_letters(place[1])}{place[0]}", text)
                if part.choices and text and text not in part.choices:
                    allowed = "、".join(part.choices)
                    problems.append(f"表页“{name}”{answer.ref}：“{text}”不在可选的答案里，请选 {allowed}")
                else:
                    given[str(line[0]), col] = answer
    return given, problems


def _rows(sheet: Sheet) -> dict[str, int]:
    """The row of every line, by its id."""
    found: dict[str, int] = {}
    for (row, col), cell in sheet.cells.items():
        if col == 1:
            found.setdefault(cell.raw.strip(), row)
    return found


def _column(sheet: str, heading: str) -> int:
    return [name for name, _ in HEADINGS[sheet]].index(heading)


_ANSWER, _VERDICT, _GRAVITY = (
    _column(*at) for at in (("待确认", "答案"), ("勾稽", "答案"), ("勾稽", "轻重"))
)
_NAMED, _TYPED, _DUE = (_column("栏目", heading) for heading in ("名称", "类型", "必填"))
_TYPES: Final = {word: key for key, word in TYPE_WORDS.items()}


class _Answers:
    """Changes a proposal by the answers."""

    def __init__(self, proposal: PackProposal, given: dict[tuple[str, int], _Given]) -> None:
        self._proposal = proposal
        self._given = given
        self._problems: list[str] = []

    def take(self) -> list[str]:
        """Change the proposal; what cannot be."""
        self._round()
        for form in self._proposal.forms:
            self._form(form)
        self._twice(
            [(form.key, self._given.get((f"{form.id}简称", _ANSWER))) for form in self._proposal.forms]
        )
        kept = []
        for tie in self._proposal.ties:
            verdict, left_out = self._text(tie.id, _VERDICT), tie.is_left_out
            tie.in_force, tie.is_left_out = verdict == ADOPT, False
            tie.severity = self._text(tie.id, _GRAVITY) or tie.severity
            # a line that was taken out keeps what was proposed
            if verdict != DROP and (verdict or not left_out):
                kept.append(tie)
        self._proposal.ties = kept
        return self._problems

    def _text(self, line: str, col: int = _ANSWER) -> str:
        found = self._given.get((line, col))
        return found.text if found else ""

    def _wrong(self, line: str, said: str, col: int = _ANSWER) -> None:
        at = self._given[line, col]
        self._problems.append(f"表页“{at.sheet}”{at.ref}：{said}，现为“{at.text}”")

    def _round(self) -> None:
        proposal = self._proposal
        proposal.title = self._text(TITLE) or proposal.title
        if year := self._text(YEAR):
            if re.fullmatch(r"20\d\d", year):
                proposal.year = int(year)
            else:
                self._wrong(YEAR, "年度应为四位年份，例如 2021")
        if period := self._text(PERIOD):
            months = _MONTHS.fullmatch(squeeze(period))
            if months and 1 <= int(months[1]) <= int(months[2]) <= 12:
                proposal.period = (int(months[1]), int(months[2]))
            else:
                self._wrong(PERIOD, "应为起止月份，例如 1-6")

    def _form(self, form: DraftForm) -> None:
        start = form.id
        form.key = self._named(f"{start}简称", form.key)
        form.per = self._text(f"{start}张数") or form.per
        form.money = self._text(f"{start}金额") or form.money
        if due := self._text(f"{start}必报"):
            form.required = due == DUE[0]
        if used := self._text(f"{start}评分"):
            form.scored = used == USED[0]
        if (f"{start}单位", _ANSWER) in self._given:
            named = self._text(f"{start}单位")
            form.unit_field = next((e.id for e in form.entries if normalise(e.label) == named), "")
        for fields in _together(form):
            for field in fields:
                self._field(field)
            self._twice([(field.name, self._given.get((field.id, _NAMED))) for field in fields])

    def _field(self, field: DraftField) -> None:
        field.name = self._named(field.id, field.name, _NAMED)
        field.type = _TYPES.get(self._text(field.id, _TYPED), field.type)
        if due := self._text(field.id, _DUE):
            field.required = due == MUST

    def _named(self, line: str, name: str, col: int = _ANSWER) -> str:
        text = self._text(line, col)
        if not text:
            return name
        if not _NAME.fullmatch(text):
            self._wrong(line, "名称只能用汉字、字母和数字，不能以数字开头", col)
        return text

    def _twice(self, named: list[tuple[str, _Given | None]]) -> None:
        seen: set[str] = set()
        for name, at in named:
            if name in seen and at:
                self._problems.append(f"表页“{at.sheet}”{at.ref}：“{name}”用了两次，请换一个名称")
            seen.add(name)


def _together(form: DraftForm) -> Iterator[list[DraftField]]:
    """The fields that must not have the same name."""
    yield form.entries
    yield [row for grid in form.grids for row in grid.rows]
    for grid in form.grids:
        yield grid.columns
    yield [column for listed in form.lists for column in listed.columns]
