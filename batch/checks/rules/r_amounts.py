"""Checks that hold sums of the written report against the forms: amounts, changes, odd coincidences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from batch.checks.engine.amount import show
from batch.checks.engine.check_result import CheckResult, Passed, Unchecked, Violation
from batch.checks.engine.registry import LooksAt, Run, check
from batch.checks.engine.report_values import (
    COLUMNS,
    Filled,
    Passage,
    column_of,
    figures_compared,
    filled,
    is_missing,
    project_budget,
    values_of,
    where,
    wrong_in_form,
)
from batch.config.expression import names
from batch.model.form import Value
from batch.report.facts import ReportFacts
from batch.report.stated_figures import StatedFigure

_CENT = Decimal("0.01")


@dataclass(slots=True)
class _Wrong:
    """A sum that no form has, wherever the report repeats it."""

    figure: StatedFigure
    cell: Filled
    paragraphs: list[int]


@check("R601", looks_at=LooksAt(named=figures_compared))
def amounts_differ(run: Run) -> Iterator[CheckResult]:
    """A sum the report gives for something the forms have too."""
    if (yield from is_missing(run)):
        return
    for written in run.written_reports:
        wrong: dict[tuple[str, str, Decimal], _Wrong] = {}
        for figure in written.figures:
            if figure.role == "sum" and figure.mention.exact and figure.said.subject:
                yield from _compare(run, written, figure, wrong)
        for made in written.breakdowns:
            value = None if made.total.said.subject else project_budget(run, written, made)
            if value is not None:
                yield _passed(written, made.total, value)
        counted: dict[tuple[str, str], int] = {}
        for (subject, column, _), found in wrong.items():
            n = counted[subject, column] = counted.get((subject, column), 0) + 1
            yield _tell(written, found, subject, column, n)
        for change in _changes(run, written):
            yield from _compare_change(written, change)


def _compare(
    run: Run, written: ReportFacts, figure: StatedFigure, wrong: dict[tuple[str, str, Decimal], _Wrong]
) -> Iterator[CheckResult]:
    subject, column = figure.said.subject, column_of(figure)
    if not column:
        return
    values, reason = values_of(run, subject, column)
    equal = next((value for value in values if value.equals(figure)), None)
    if equal is not None:
        yield _passed(written, figure, equal)
        return
    if not figure.whole:
        return
    if not values:
        if reason:
            yield Unchecked(where(written, [figure.sentence.paragraph]), reason)
        return
    if column == "budget" and "年初" not in figure.mention.phrase:
        # the budget as it was adjusted in the course of the year is no mistake
        spent, _ = values_of(run, subject, "spent")
        if any(value.equals(figure) for value in spent):
            return
    entry = wrong.setdefault((subject, column, figure.mention.value), _Wrong(figure, values[0], []))
    entry.paragraphs.append(figure.sentence.paragraph)


def _passed(written: ReportFacts, figure: StatedFigure, value: Filled) -> Passed:
    place = f"{where(written, [figure.sentence.paragraph])}“{figure.quoted}”"
    return Passed(place, value.table.form, figure.mention.text, value.shown)


def _tell(written: ReportFacts, found: _Wrong, subject: str, column: str, number: int) -> Violation[Value]:
    figure, cell = found.figure, found.cell
    apart = show(figure.mention.value - cell.wan, "万元", signed=True)
    words = {
        "报告数": figure.mention.text,
        "项目": f"{subject}{COLUMNS[column]}",
        "表内数": cell.shown,
        "差": apart.lstrip("+-"),
    }
    name = f"{subject}.{COLUMNS[column]}" + (f"（{number}）" if number > 1 else "")
    passage = Passage(written, figure.quoted, found.paragraphs)
    return wrong_in_form(passage, cell, name, words, stated=figure.mention.text, difference=apart)


@dataclass(frozen=True, slots=True)
class _Move:
    """A sum this year and what it is measured against."""

    subject: str
    now: Decimal
    then: Filled
    #: this year's sum in the forms where they have it, else `then`
    cell: Filled

    @property
    def by(self) -> Decimal:
        """The change in 万元."""
        return self.now - self.then.wan

    @property
    def arithmetic(self) -> str:
        """0.95−1.86＝-0.91万元."""
        return f"{show(self.now, '万元')}−{show(self.then.wan, '万元')}＝{show(self.by, '万元')}万元"


@dataclass(frozen=True, slots=True)
class _Change:
    """A change the report speaks of, and the moves it may mean."""

    figure: StatedFigure
    #: what it is measured against: "before" or "budget"
    base: str
    moves: tuple[_Move, ...]


def _changes(run: Run, written: ReportFacts) -> Iterator[_Change]:
    """Changes whose base is named and whose subject is told or can only be one of the sums before it."""
    figures, totals = written.by_sentence(), written.totals()
    for figure in written.figures:
        if figure.role != "change" or not figure.mention.exact or not figure.mention.value:
            continue
        sentence = figure.sentence.number
        sums = [f for f in figures[sentence] if f.role == "sum" and f.place < figure.place]
        base, subjects = _whose(figure, sums, totals.get(sentence, []))
        moves = []
        for subject, said in subjects.items():
            then, now = values_of(run, subject, base)[0], values_of(run, subject, "spent")[0]
            if then and (now or said is not None):
                sum_now = now[0].wan if said is None else said
                moves.append(_Move(subject, sum_now, then[0], now[0] if now else then[0]))
        if moves:
            yield _Change(figure, base, tuple(moves))


def _whose(
    figure: StatedFigure, sums: list[StatedFigure], totals: list[StatedFigure]
) -> tuple[str, dict[str, Decimal | None]]:
    """What a change is measured against, and of which subjects it may be, with the sums the text gives."""
    last = sums[-1:]
    if figure.said.subject:
        return figure.base, {figure.said.subject: None} if figure.base else {}
    if figure.base:
        near = [f for f in (*last, *totals) if f.kind == "spent" and f.year == 0 and f.whole]
        return figure.base, {f.said.subject: f.mention.value for f in near if f.said.subject}
    if figure.year == 0 and last and last[0].year == -1 and last[0].whole and last[0].said.subject:
        # 2019年支出为779.60万元，本年度增加了332.90万元
        return "before", {last[0].said.subject: None}
    return "", {}


def _compare_change(written: ReportFacts, change: _Change) -> Iterator[CheckResult]:
    """How much it changed, where it can only be the change of one thing and goes the right way."""
    figure, mention = change.figure, change.figure.mention
    if mention.kind != "money":
        return
    paragraph = figure.sentence.paragraph
    for move in change.moves:
        if abs(abs(move.by) - mention.value) <= max(_CENT * 2, mention.half):
            place = f"{where(written, [paragraph])}“{figure.quoted}”"
            yield Passed(place, move.cell.table.form, mention.text, move.arithmetic)
            return
    move = change.moves[0]
    if len(change.moves) > 1 or move.by * figure.direction <= 0:
        return
    apart = show(mention.value - abs(move.by), "万元", signed=True)
    column = COLUMNS[change.base]
    words = {
        "报告数": mention.text,
        "项目": f"{move.subject}与{column}相比",
        "表内数": move.arithmetic,
        "差": apart.lstrip("+-"),
    }
    name = f"{move.subject}.比{column}"
    passage = Passage(written, figure.quoted, [paragraph], move.then.amount.sources)
    yield wrong_in_form(passage, move.cell, name, words, stated=mention.text, difference=apart)


@check("R607", looks_at=LooksAt(named=figures_compared))
def direction_contradicts(run: Run) -> Iterator[CheckResult]:
    """增加, 减少, 节约 against what the numbers did."""
    if (yield from is_missing(run)):
        return
    for written in run.written_reports:
        for change in _changes(run, written):
            figure, move = change.figure, change.moves[0]
            paragraph = figure.sentence.paragraph
            place = f"{where(written, [paragraph])}“{figure.quoted}”"
            if any(m.by * figure.direction > 0 for m in change.moves):
                yield Passed(place)
                continue
            if not all(m.by for m in change.moves):
                yield Unchecked(place, "两个数相同，没有增减")
                continue
            words = {
                "项目": move.subject,
                "基数": COLUMNS[change.base],
                "算式": move.arithmetic,
                "实际": "增加" if move.by > 0 else "减少",
            }
            passage = Passage(written, figure.quoted, [paragraph], move.then.amount.sources)
            yield wrong_in_form(
                passage,
                move.cell,
                f"{move.subject}.比{COLUMNS[change.base]}",
                words,
                stated=figure.mention.text,
                difference=show(move.by, "万元", signed=True),
            )


@check("R606", looks_at=LooksAt(named=figures_compared))
def odd_coincidences(run: Run) -> Iterator[CheckResult]:
    """Two different things with the same sum to the cent: one may have been copied from the other."""
    if (yield from is_missing(run)):
        return
    for written in run.written_reports:
        for said, node in run.forms.report.twins:
            sums = [f for f in written.figures if f.role == "sum" and said == f.said.core and f.year == 0]
            values, reason = filled(run, [node])
            if not sums:
                continue
            if not values:
                yield Unchecked(said, reason)
                continue
            value = values[0]
            same = [f for f in sums if f.mention.value and f.mention.exact and f.mention.value == value.wan]
            if not same:
                yield Passed(said, value.table.form, sums[0].mention.text, value.shown)
                continue
            row = names(node)[0].split(".")[1]
            words = {"说法": said, "项目": row, "值": same[0].mention.text}
            paragraphs = [f.sentence.paragraph for f in same]
            name = f"{said}与{row}"
            passage = Passage(written, same[0].quoted, paragraphs)
            yield wrong_in_form(passage, value, name, words, stated=same[0].mention.text)
