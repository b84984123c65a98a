"""三公经费 against the year before: as it was accepted then where that is known, else as this form has it.

The basic form holds last year's outlay, not its budget. Without the accepted budget J109 compares with the
outlay, and of Z414 only a contradiction can be shown.
"""

from __future__ import annotations

from dataclasses import replace

from batch.checks.engine.amount import (
    Amount,
    Missing,
    Result,
    add,
    as_filled,
    divide,
    of_value,
    show,
    show_amount,
)
from batch.checks.engine.last_year_amounts import accepted_amount, mention
from batch.checks.engine.registry import Run, check
from batch.checks.engine.report import Sum, fill
from batch.checks.engine.ties import sides_of, told_sides
from batch.checks.engine.tolerance import CENT, holds
from batch.model.form import State, Table, Value
from batch.model.reference import Accepted

_FORM = "基础数据表"
_SPENT, _BUDGET, _BEFORE = "三公经费.本年决算", "三公经费.本年预算", "三公经费.上年决算"
_RATE = "“三公经费”变动率"


def _accepted(run: Run, field: str) -> Accepted | None:
    last = run.submission.last_year
    return last.find(_FORM, field) if last else None


def _outlay(run: Run, table: Table) -> tuple[Result, Value | None]:
    """Last year's outlay, and what stands for it among the cells that take part."""
    accepted = _accepted(run, _SPENT)
    if accepted is not None and isinstance(known := accepted_amount(accepted), Amount):
        return known, mention(accepted)
    cell = table.fields.get(_BEFORE)
    return (of_value(cell, _BEFORE), cell) if cell else (Missing(f"表中没有“{_BEFORE}”"), None)


def _this_year(table: Table, field: str) -> tuple[Result, Value | None]:
    cell = table.fields.get(field)
    return (of_value(cell, field), cell) if cell else (Missing(f"表中没有“{field}”"), None)


def _rising(
    run: Run, table: Table, field: str, last: tuple[Result, Value | None], texts: dict[str, str]
) -> None:
    """Report a figure of this year that is above one of last year."""
    (now, cell), (before, other) = _this_year(table, field), last
    for side in (now, before):
        if isinstance(side, Missing):
            run.report.unchecked(table.name, side.reason)
            return
    assert isinstance(now, Amount)
    assert isinstance(before, Amount)
    left, right, difference = sides_of(now, before)
    if not before.value and _is_new(table):
        run.report.not_applicable(table.name, "上年没有支出，是新设的单位")
        return
    if holds("<=", now, before, run.check.tolerance):
        run.report.passed(table.name, table.form, left, right, difference)
        return
    words = texts | told_sides(now, before, difference) | {"变动率": _change(now, before)}
    run.report.failed(
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


def _is_new(table: Table) -> bool:
    spent = table.fields.get("整体支出.上年决算")
    return spent is not None and (spent.number == 0 or spent.state is State.PLACEHOLDER)


def _change(now: Amount, before: Amount) -> str:
    return show_amount(divide(add(now, before, -1), before)) if before.value else "无法计算"


@check("J108")
def spending_rises(run: Run) -> None:
    """More was spent on 三公 than the year before."""
    for table in run.submission.of(_FORM):
        _rising(run, table, _SPENT, _outlay(run, table), {})


@check("J109")
def budget_rises(run: Run) -> None:
    """只减不增: the budget against last year's budget, or against its outlay where that is all there is."""
    accepted = _accepted(run, _BUDGET)
    known = accepted_amount(accepted) if accepted else None
    for table in run.submission.of(_FORM):
        if accepted is not None and isinstance(known, Amount):
            words = {"上年": run.check.texts["上年预算"], "口径": run.check.texts["口径预算"]}
            _rising(run, table, _BUDGET, (known, mention(accepted)), words)
        else:
            words = {"上年": run.check.texts["上年决算"], "口径": run.check.texts["口径决算"]}
            _rising(run, table, _BUDGET, _outlay(run, table), words)


@check("J110")
def spending_falls(run: Run) -> None:
    """Much less was spent than the year before: the report should say why."""
    for table in run.submission.of(_FORM):
        before, other = _outlay(run, table)
        now, cell = _this_year(table, _SPENT)
        for side in (before, now):
            if isinstance(side, Missing):
                run.report.unchecked(table.name, side.reason)
                break
        else:
            assert isinstance(now, Amount)
            assert isinstance(before, Amount)
            _fallen(run, table, (now, cell), (before, other))


def _fallen(
    run: Run, table: Table, this: tuple[Amount, Value | None], last: tuple[Amount, Value | None]
) -> None:
    (now, cell), (before, other) = this, last
    if before.value <= 0:
        run.report.not_applicable(table.name, "上年三公经费决算为0")
        return
    fall = add(before, now, -1)
    assert isinstance(fall, Amount)
    most = replace(before, value=before.value * run.check.thresholds["降幅上限率"])
    left, right, apart = sides_of(now, before)
    if holds("<=", fall, most, run.check.tolerance):
        run.report.passed(table.name, table.form, left, right)
        return
    words = told_sides(now, before, apart) | {
        "变动率": _change(now, before),
        "减少": Sum(show(fall.value, fall.unit), fall.unit),
    }
    run.report.failed(
        table.name,
        table,
        cell,
        _SPENT,
        words,
        expected=fill(run.check.computed, words),
        difference=fill(run.check.gap, words),
        left=left,
        right=right,
        related=[other] if other else [],
    )


@check("Z414")
def growth_of_receptions(run: Run) -> None:
    """The declared change of the 三公 budget against what last year's accepted budget makes of it.

    Where that budget is not known, the declared change still implies one, which cannot lie below last year's
    outlay; a rate that does not contradict it stays unchecked.
    """
    basic = run.submission.of(_FORM)[0]
    accepted = _accepted(run, _BUDGET)
    for table in run.submission.of("整体自评表"):
        declared = _declared(run, table)
        if declared is None:
            run.report.not_applicable("", f"没有{_RATE}指标")
            continue
        name, value = declared
        rate, (now, cell) = of_value(value, "三公经费变动率"), _this_year(basic, _BUDGET)
        if isinstance(rate, Missing):
            run.report.unchecked(_RATE, rate.reason)
        elif isinstance(now, Missing) or cell is None:
            run.report.unchecked(_RATE, "基础数据表三公经费没有数")
        elif accepted is not None and isinstance(known := accepted_amount(accepted), Amount):
            _recomputed(run, table, (name, value, rate), (now, cell), (known, mention(accepted)))
        else:
            _contradiction(run, table, (name, value, rate), (now, cell), _outlay(run, basic))


def _recomputed(
    run: Run,
    table: Table,
    declared: tuple[str, Value, Amount],
    now: tuple[Amount, Value],
    before: tuple[Amount, Value],
) -> None:
    name, value, rate = declared
    due = divide(add(now[0], before[0], -1), before[0])
    if isinstance(due, Missing):
        run.report.unchecked(_RATE, f"上年审定的预算数：{due.reason}")
        return
    left, right, difference = sides_of(rate, due)
    if holds("==", rate, due, run.check.tolerance):
        run.report.passed(_RATE, table.form, left, right, difference)
        return
    words = {"左": as_filled(value), "右": right, "算式": due.text}
    words["比较"] = fill(run.check.texts["重算"], words)
    run.report.failed(
        _RATE,
        table,
        value,
        name,
        words,
        expected=right,
        difference=difference,
        left=left,
        right=right,
        related=[now[1], before[1]],
    )


def _contradiction(
    run: Run,
    table: Table,
    declared: tuple[str, Value, Amount],
    now: tuple[Amount, Value],
    outlay: tuple[Result, Value | None],
) -> None:
    (name, value, rate), (before, other) = declared, outlay
    if isinstance(before, Missing) or other is None or not before.value:
        run.report.unchecked(_RATE, "基础数据表三公经费没有数")
        return
    if rate.value <= -1:
        run.report.unchecked(_RATE, "变动率不大于-100%，推不出上年预算")
        return
    implied = replace(now[0], value=now[0].value / (1 + rate.value))
    if not holds("<", implied, before, str(CENT)):
        run.report.unchecked(_RATE, "没有上年预算数；与上年决算不矛盾")
        return
    change = divide(add(now[0], before, -1), before)
    assert isinstance(change, Amount)
    words = {
        "左": as_filled(value),
        "上年预算": show(implied.value, implied.unit),
        "上年决算": show_amount(before),
        "本年预算": as_filled(now[1]),
        "参考": show(change.value, "%", signed=True),
    }
    words["比较"] = fill(run.check.texts["倒推"], words)
    run.report.failed(_RATE, table, value, name, words, expected=words["参考"], related=[now[1], other])


def _declared(run: Run, table: Table) -> tuple[str, Value] | None:
    spellings = run.forms.forms[table.form].indicators.get("三公经费变动率", ())
    for item in table.items:
        if item.path and item.path[-1] in spellings:
            value = item.values.get("完成值")
            return (f"{'/'.join(item.path)}.完成值", value) if value else None
    return None
