"""Checks on declared rates that need more than a tie."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import Missing, as_filled, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.form_words import plain, registered
from batch.checks.engine.marking import mark
from batch.checks.engine.place import Place
from batch.checks.engine.places import places
from batch.checks.engine.registry import LooksAt, Run, check

_CENT = Decimal("0.01")
_ONE = Decimal(1)


@check("Z403")
def rate_without_budget(run: Run) -> Iterator[CheckResult]:
    """A rate where nothing was budgeted and nothing spent: there is nothing to divide."""
    for table in run.submission.of("整体自评表"):
        for grid in run.forms.forms[table.form].grids:
            for row in grid.rows:
                label = plain(row.label)
                budget, spent, rate = (
                    run.field(table, f"{row.name}.{column}")
                    for column in ("全年预算数", "全年执行数", "执行率")
                )
                if not (budget and spent and rate) or budget.number != 0 or spent.number != 0:
                    yield NotApplicable(label, "预算或执行不为0")
                elif not rate.number:
                    # 0 is what the instructions ask for where there is nothing
                    yield Passed(label, table.form)
                else:
                    yield Violation(
                        label,
                        table,
                        rate,
                        f"{row.name}.执行率",
                        {"行": label, "原文": as_filled(rate)},
                        expected="空",
                        related=[budget, spent],
                    )


@check("Z419", looks_at=LooksAt(named=lambda check, _: check.marking.fields()))
def full_marks_overspent(run: Run) -> Iterator[CheckResult]:
    """More was spent than budgeted, and still the indicator has more points than the pack's rule gives."""
    found = places(run.check, run.submission, run.forms)
    for place in found:
        yield _overspent(run, place)
    if not found:
        yield NotApplicable("", f"{run.check.form}中没有这类行")


def _overspent(run: Run, place: Place) -> CheckResult:
    assert place.table is not None
    assert place.item is not None
    marking = run.check.marking
    metric = marking.metric(registered(place.item, run.forms.forms[place.table.form]))
    rate = (
        calculate(metric.rate, place) if metric and metric.rate else Missing("规则包没有这项指标的评分办法")
    )
    if isinstance(rate, Missing):
        return Unchecked(place.label, rate.reason)
    if rate.value <= _ONE:
        return NotApplicable(place.label, "没有超支")
    assert metric is not None
    it = run.indicator(place.table, place.item)
    if it.points is None or it.score is None:
        return Unchecked(place.label, "分值或得分没有数")
    due = mark(metric, rate.value, it.points, marking.formulas, None)
    if isinstance(due, Missing):
        return Unchecked(place.label, due.reason)
    declared, most = f"{it.score.normalize():f}", f"{due.highest.normalize():f}"
    if it.score <= due.highest + _CENT:
        return Passed(place.label, place.table.form, declared, most)
    words = {"指标": place.label, "比率": show(rate.value, "%"), "左": it.text("得分"), "右": most}
    return Violation(
        place.label,
        place.table,
        it.cell("得分"),
        f"{it.name}.得分",
        words,
        expected=most,
        right=most,
        difference=show(it.score - due.highest, "", signed=True),
        related=list(place.asked.values()),
    )
