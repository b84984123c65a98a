"""Checks that hold sums of the written report against the forms: amounts, changes, odd coincidences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from batch.checks.amount import show
from batch.checks.registry import Run, check
from batch.checks.stated import (
    COLUMNS,
    Filled,
    column_of,
    failed_in_form,
    filled,
    is_missing,
    project_budget,
    values_of,
    where,
)
from batch.report.figures import Figure
from batch.report.told import Told

_CENT = Decimal("0.01")


@dataclass(slots=True)
class _Wrong:
    """A sum that no form has, wherever the report repeats it."""

    figure: Figure
    cell: Filled
    paragraphs: list[int]


@check("R601")
def amounts_differ(run: Run) -> None:
    """A sum the report gives for something the forms have too."""
    if is_missing(run):
        return
    for told in run.told:
        wrong: dict[tuple[str, str, Decimal], _Wrong] = {}
        for figure in told.figures:
            if figure.role == "sum" and figure.mention.exact and figure.said.subject:
                _compare(run, told, figure, wrong)
        for made in told.breakdowns:
            value = None if made.total.said.subject else project_budget(run, told, made)
            if value is not None:
                _passed(run, told, made.total, value)
        counted: dict[tuple[str, str], int] = {}
        for (subject, column, _), found in wrong.items():
            n = counted[subject, column] = counted.get((subject, column), 0) + 1
            _tell(run, told, found, subject, column, n)
        for change in _changes(run, told):
            _compare_change(run, told, change)


def _compare(run: Run, told: Told, figure: Figure, wrong: dict[tuple[str, str, Decimal], _Wrong]) -> None:
    subject, column = figure.said.subject, column_of(figure)
    if not column:
        return
    values, reason = values_of(run, subject, column)
    equal = next((value for value in values if value.equals(figure)), None)
    if equal is not None:
        _passed(run, told, figure, equal)
        return
    if not figure.whole:
        return
    if not values:
        if reason:
            run.report.unchecked(where(told, [figure.sentence.paragraph]), reason)
        return
    if column == "budget" and "年初" not in figure.mention.phrase:
        # the budget as it was adjusted in the course of the year is no mistake
        spent, _ = values_of(run, subject, "spent")
        if any(value.equals(figure) for value in spent):
            return
    entry = wrong.setdefault((subject, column, figure.mention.value), _Wrong(figure, values[0], []))
    entry.paragraphs.append(figure.sentence.paragraph)


def _passed(run: Run, told: Told, figure: Figure, value: Filled) -> None:
    place = f"{where(told, [figure.sentence.paragraph])}“{figure.quoted}”"
    run.report.passed(place, value.table.form, figure.mention.text, value.shown)


def _tell(run: Run, told: Told, found: _Wrong, subject: str, column: str, number: int) -> None:
    figure, cell = found.figure, found.cell
    apart = show(figure.mention.value - cell.wan, "万元", signed=True)
    words = {
        "报告数": figure.mention.text,
        "项目": f"{subject}{COLUMNS[column]}",
        "表内数": cell.shown,
        "差": apart.lstrip("+-"),
    }
    name = f"{subject}.{COLUMNS[column]}" + (f"（{number}）" if number > 1 else "")
    failed_in_form(
        run,
        told,
        figure.quoted,
        found.paragraphs,
        cell,
        name,
        words,
        expected=figure.mention.text,
        difference=apart,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """A change the report speaks of, and the sums it may be the change of."""

    figure: Figure
    #: what it is measured against: "before" or "budget"
    base: str
    #: (subject, this year's sum, the cell it is measured against)
    candidates: tuple[tuple[str, Decimal, Filled], ...]


def _changes(run: Run, told: Told) -> Iterator[_Change]:
    """Changes whose base is named and whose subject is told or can only be one of the sums before it."""
    for n, figure in enumerate(told.figures):
        if figure.role != "change" or not figure.mention.exact or not figure.mention.value:
            continue
        ahead = [f for f in told.figures[:n] if f.sentence is figure.sentence and f.role == "sum"]
        base = figure.base
        subjects: list[tuple[str, Decimal | None]] = []
        if figure.said.subject:
            subjects = [(figure.said.subject, None)]
        elif base:
            listed = [made.total for made in told.breakdowns if made.total.sentence is figure.sentence]
            near = [f for f in (ahead[-1:] + listed) if f.kind == "spent" and f.year == 0 and f.whole]
            subjects = [(f.said.subject, f.mention.value) for f in near if f.said.subject]
        elif figure.year == 0 and ahead and ahead[-1].year == -1 and ahead[-1].whole:
            # 2019年支出为779.60万元，本年度增加了332.90万元
            base, subjects = "before", [(ahead[-1].said.subject, None)]
        candidates = []
        for subject, said in dict(subjects).items():
            then, now = values_of(run, subject, base)[0], values_of(run, subject, "spent")[0]
            if then and (now or said is not None):
                candidates.append((subject, now[0].wan if said is None else said, then[0]))
        if candidates:
            yield _Change(figure, base, tuple(candidates))


def _compare_change(run: Run, told: Told, change: _Change) -> None:
    """How much it changed, where it can only be the change of one thing and goes the right way."""
    mention = change.figure.mention
    if mention.kind != "money":
        return
    place = f"{where(told, [change.figure.sentence.paragraph])}“{change.figure.quoted}”"
    for _, now, then in change.candidates:
        if abs(abs(now - then.wan) - mention.value) <= max(_CENT * 2, mention.half):
            run.report.passed(place, then.table.form, mention.text, _difference(now, then))
            return
    subject, now, then = change.candidates[0]
    moved = now - then.wan
    if len(change.candidates) > 1 or moved * change.figure.direction <= 0:
        return
    apart = show(mention.value - abs(moved), "万元", signed=True)
    column = COLUMNS[change.base]
    words = {
        "报告数": mention.text,
        "项目": f"{subject}与{column}之差",
        "表内数": _difference(now, then),
        "差": apart.lstrip("+-"),
    }
    failed_in_form(
        run,
        told,
        change.figure.quoted,
        [change.figure.sentence.paragraph],
        then,
        f"{subject}.比{column}",
        words,
        expected=mention.text,
        difference=apart,
    )


def _difference(now: Decimal, then: Filled) -> str:
    return f"{show(now, '万元')}−{show(then.wan, '万元')}＝{show(now - then.wan, '万元')}万元"


@check("R607")
def direction_contradicts(run: Run) -> None:
    """增加, 减少, 节约 against what the numbers did."""
    if is_missing(run):
        return
    for told in run.told:
        for change in _changes(run, told):
            figure = change.figure
            moves = [(subject, now, then, now - then.wan) for subject, now, then in change.candidates]
            if any(move * figure.direction > 0 for *_, move in moves):
                run.report.passed(f"{where(told, [figure.sentence.paragraph])}“{figure.quoted}”")
                continue
            subject, now, then, move = moves[0]
            if not all(move for *_, move in moves):
                run.report.unchecked(where(told, [figure.sentence.paragraph]), "两个数相同，没有增减")
                continue
            words = {
                "项目": subject,
                "基数": COLUMNS[change.base],
                "算式": _difference(now, then),
                "实际": "增加" if move > 0 else "减少",
            }
            failed_in_form(
                run,
                told,
                figure.quoted,
                [figure.sentence.paragraph],
                then,
                f"{subject}.比{COLUMNS[change.base]}",
                words,
                expected=figure.mention.text,
                difference=show(move, "万元", signed=True),
            )


@check("R606")
def odd_coincidences(run: Run) -> None:
    """Two different things with the same sum to the cent: one may have been copied from the other."""
    if is_missing(run):
        return
    for told in run.told:
        for said, node in run.forms.report.twins:
            sums = [f for f in told.figures if f.role == "sum" and said == f.said.core and f.year == 0]
            values, reason = filled(run, [node])
            if not sums:
                continue
            if not values:
                run.report.unchecked(said, reason)
                continue
            value = values[0]
            same = [f for f in sums if f.mention.value and f.mention.exact and f.mention.value == value.wan]
            if not same:
                run.report.passed(said, value.table.form, sums[0].mention.text, value.shown)
                continue
            from batch.expression import names

            row = names(node)[0].split(".")[1]
            words = {"说法": said, "项目": row, "值": same[0].mention.text}
            paragraphs = [f.sentence.paragraph for f in same]
            name = f"{said}与{row}"
            failed_in_form(run, told, same[0].quoted, paragraphs, value, name, words)
