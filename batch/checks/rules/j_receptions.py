"""三公经费 against the year before: as it was accepted then where that is known, else as this form has it.

The basic form holds last year's outlay, not its budget. Without the accepted budget J109 compares with the
outlay, and of Z414 only a contradiction can be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from batch.checks.engine.amount import (
    Amount,
    Missing,
    Result,
    add,
    divide,
    show,
    show_amount,
)
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.last_year_amounts import accepted_amount, mention
from batch.checks.engine.message import Sum, fill
from batch.checks.engine.receptions import BUDGET, FORM, SPENT, accepted_field, outlay_before, this_year
from batch.checks.engine.registry import Run, check
from batch.checks.engine.ties import side_words, sides_of
from batch.checks.engine.tolerance import holds
from batch.model.form import State, Table, Value


def _rising(
    run: Run, table: Table, field: str, last: tuple[Result, Value | None], texts: dict[str, str]
) -> CheckResult:
    """Report a figure of this year that is above one of last year."""
    (now, cell), (before, other) = this_year(run, table, field), last
    for side in (now, before):
        if isinstance(side, Missing):
            return Unchecked(table.name, side.reason)
    assert isinstance(now, Amount)
    assert isinstance(before, Amount)
    left, right, difference = sides_of(now, before)
    if not before.value and _is_new(run, table):
        return NotApplicable(table.name, "上年没有支出，是新设的单位")
    if holds("<=", now, before, run.check.tolerance):
        return Passed(table.name, table.form, left, right, difference)
    words = texts | side_words(now, before, difference) | {"变动率": _change(now, before)}
    return Violation(
        table.name,
        table,
        cell,
        field,
        words,
        expected=right,
        difference=difference,
        left=left,
        right=right,
        related=[other] if other else [],
        case=texts.get("上年", ""),
    )


def _is_new(run: Run, table: Table) -> bool:
    spent = run.field(table, "整体支出.上年决算")
    return spent is not None and (spent.number == 0 or spent.state is State.PLACEHOLDER)


def _change(now: Amount, before: Amount) -> str:
    return show_amount(divide(add(now, before, -1), before)) if before.value else "无法计算"


@check("J108")
def spending_rises(run: Run) -> Iterator[CheckResult]:
    """More was spent on 三公 than the year before."""
    for table in run.submission.of(FORM):
        yield _rising(run, table, SPENT, outlay_before(run, table), {})


@check("J109")
def budget_rises(run: Run) -> Iterator[CheckResult]:
    """只减不增: the budget against last year's budget, or against its outlay where that is all there is."""
    accepted = accepted_field(run, BUDGET)
    known = accepted_amount(accepted) if accepted else None
    for table in run.submission.of(FORM):
        if accepted is not None and isinstance(known, Amount):
            words = {"上年": run.check.texts["上年预算"], "口径": run.check.texts["口径预算"]}
            yield _rising(run, table, BUDGET, (known, mention(accepted)), words)
        else:
            words = {"上年": run.check.texts["上年决算"], "口径": run.check.texts["口径决算"]}
            yield _rising(run, table, BUDGET, outlay_before(run, table), words)


@check("J110")
def spending_falls(run: Run) -> Iterator[CheckResult]:
    """Much less was spent than the year before: the report should say why."""
    for table in run.submission.of(FORM):
        before, other = outlay_before(run, table)
        now, cell = this_year(run, table, SPENT)
        for side in (before, now):
            if isinstance(side, Missing):
                yield Unchecked(table.name, side.reason)
                break
        else:
            assert isinstance(now, Amount)
            assert isinstance(before, Amount)
            yield _fallen(run, table, (now, cell), (before, other))


def _fallen(
    run: Run, table: Table, this: tuple[Amount, Value | None], last: tuple[Amount, Value | None]
) -> CheckResult:
    (now, cell), (before, other) = this, last
    if before.value <= 0:
        return NotApplicable(table.name, "上年三公经费决算为0")
    fall = add(before, now, -1)
    assert isinstance(fall, Amount)
    most = replace(before, value=before.value * run.check.thresholds["降幅上限率"])
    left, right, apart = sides_of(now, before)
    if holds("<=", fall, most, run.check.tolerance):
        return Passed(table.name, table.form, left, right)
    words = side_words(now, before, apart) | {
        "变动率": _change(now, before),
        "减少": Sum(show(fall.value, fall.unit), fall.unit),
    }
    return Violation(
        table.name,
        table,
        cell,
        SPENT,
        words,
        expected=fill(run.check.computed, words),
        difference=fill(run.check.gap, words),
        left=left,
        right=right,
        related=[other] if other else [],
    )
