"""The declared change of 三公经费 in 整体自评表."""

from __future__ import annotations

from collections.abc import Iterator
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
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.last_year_amounts import accepted_amount, mention
from batch.checks.engine.message import fill
from batch.checks.engine.receptions import BUDGET, FORM, accepted_field, outlay_before, this_year
from batch.checks.engine.registry import Run, check
from batch.checks.engine.ties import sides_of
from batch.checks.engine.tolerance import CENT, holds
from batch.checks.engine.unsigned_rates import signed
from batch.model.form import Table, Value

_RATE = "“三公经费”变动率"


@check("Z414")
def growth_of_receptions(run: Run) -> Iterator[CheckResult]:
    """The declared change of the 三公 budget against what last year's accepted budget makes of it.

    Where that budget is not known, the declared change still implies one, which cannot lie below last year's
    outlay; a rate that does not contradict it stays unchecked.
    """
    basic = run.submission.of(FORM)[0]
    accepted = accepted_field(run, BUDGET)
    for table in run.submission.of("整体自评表"):
        declared = _declared(run, table)
        if declared is None:
            yield NotApplicable("", f"没有{_RATE}指标")
            continue
        name, value = declared
        rate, (now, cell) = of_value(value, "三公经费变动率"), this_year(run, basic, BUDGET)
        if isinstance(rate, Missing):
            yield Unchecked(_RATE, rate.reason)
        elif isinstance(now, Missing) or cell is None:
            yield Unchecked(_RATE, "基础数据表三公经费没有数")
        elif accepted is not None and isinstance(known := accepted_amount(accepted), Amount):
            said = (name, value, signed(rate))
            yield _recomputed(run, table, said, (now, cell), (known, mention(accepted)))
        else:
            said = (name, value, signed(rate))
            yield _contradiction(run, table, said, (now, cell), outlay_before(run, basic))


def _recomputed(
    run: Run,
    table: Table,
    declared: tuple[str, Value, Amount],
    now: tuple[Amount, Value],
    before: tuple[Amount, Value],
) -> CheckResult:
    name, value, rate = declared
    due = divide(add(now[0], before[0], -1), before[0])
    if isinstance(due, Missing):
        return Unchecked(_RATE, f"上年审定的预算数：{due.reason}")
    left, right, difference = sides_of(rate, due)
    if holds("==", rate, due, run.check.tolerance):
        return Passed(_RATE, table.form, left, right, difference)
    words = {"左": as_filled(value), "右": right, "算式": due.text}
    words["比较"] = fill(run.check.texts["重算"], words)
    return Violation(
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
) -> CheckResult:
    (name, value, rate), (before, other) = declared, outlay
    if isinstance(before, Missing) or other is None or not before.value:
        return Unchecked(_RATE, "基础数据表三公经费没有数")
    if rate.value <= -1:
        return Unchecked(_RATE, "变动率不大于-100%，推不出上年预算")
    implied = replace(now[0], value=now[0].value / (1 + rate.value))
    if not holds("<", implied, before, str(CENT)):
        return Unchecked(_RATE, "没有上年预算数；与上年决算不矛盾")
    change = divide(add(now[0], before, -1), before)
    assert isinstance(change, Amount)
    words = {
        "左": as_filled(value),
        "上年预算": show(implied.value, implied.unit),
        "上年决算": show_amount(before),
        "本年预算": now[0].text,
        "参考": show(change.value, "%", signed=True),
    }
    words["比较"] = fill(run.check.texts["倒推"], words)
    return Violation(_RATE, table, value, name, words, expected=words["参考"], related=[now[1], other])


def _declared(run: Run, table: Table) -> tuple[str, Value] | None:
    spellings = run.forms.forms[table.form].indicators.get("三公经费变动率", ())
    for it in run.indicators(table):
        if it.item.path and it.item.path[-1] in spellings:
            value = it.cell("完成值")
            return (f"{it.name}.完成值", value) if value else None
    return None
