"""Checks on declared rates that need more than a tie."""

from __future__ import annotations

from decimal import Decimal

from batch.checks.engine.amount import Missing, as_filled, show
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.marking import mark
from batch.checks.engine.places import Place, places, plain, registered
from batch.checks.engine.registry import Run, check
from batch.checks.engine.violation import Violation

_CENT = Decimal("0.01")
_ONE = Decimal(1)


@check("Z403")
def rate_without_budget(run: Run) -> None:
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
                    run.report.not_applicable(label, "预算或执行不为0")
                elif not rate.number:
                    # 0 is what the instructions ask for where there is nothing
                    run.report.passed(label, table.form)
                else:
                    run.report.failed(
                        Violation(
                            label,
                            table,
                            rate,
                            f"{row.name}.执行率",
                            {"行": label, "原文": as_filled(rate)},
                            expected="空",
                            related=[budget, spent],
                        )
                    )


@check("Z419")
def full_marks_overspent(run: Run) -> None:
    """More was spent than budgeted, and still the indicator has more points than the pack's rule gives."""
    found = places(run.check, run.submission, run.forms)
    for place in found:
        _overspent(run, place)
    if not found:
        run.report.not_applicable("", f"{run.check.form}中没有这类行")


def _overspent(run: Run, place: Place) -> None:
    assert place.table is not None
    assert place.item is not None
    marking, it = run.check.marking, run.indicator(place.table, place.item)
    metric = marking.metric(registered(place.item, run.forms.forms[place.table.form]))
    rate = (
        calculate(metric.rate, place) if metric and metric.rate else Missing("规则包没有这项指标的评分办法")
    )
    if isinstance(rate, Missing):
        run.report.unchecked(place.label, rate.reason)
        return
    if rate.value <= _ONE:
        run.report.not_applicable(place.label, "没有超支")
        return
    if it.points is None or it.score is None:
        run.report.unchecked(place.label, "分值或得分没有数")
        return
    assert metric is not None
    due = mark(metric, rate.value, it.points, marking.formulas, None)
    if isinstance(due, Missing):
        run.report.unchecked(place.label, due.reason)
        return
    declared, most = f"{it.score.normalize():f}", f"{due.highest.normalize():f}"
    if it.score <= due.highest + _CENT:
        run.report.passed(place.label, place.table.form, declared, most)
        return
    words = {"指标": place.label, "比率": show(rate.value, "%"), "左": it.text("得分"), "右": most}
    run.report.failed(
        Violation(
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
    )
