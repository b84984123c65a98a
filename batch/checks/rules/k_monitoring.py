"""Checks on 监控表 that need more than a tie: progress, money against results, the period."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from batch.checks.engine.amount import Missing, as_filled, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.form_words import period_of
from batch.checks.engine.indicator import wanted
from batch.checks.engine.indicators_of import indicators, wrong_indicator
from batch.checks.engine.progress import achieved_share, least_share, spent_share
from batch.checks.engine.registry import Run, check
from batch.checks.engine.results import incomparable_results, inexact_results
from batch.forms.locate.years import period_in
from batch.forms.read.measured import parsed
from batch.forms.read.target_comparison import comparable, meets
from batch.model.form import Table, Value

_ONE = Decimal(1)
_YEAR = 12
#: fewer indicators than this do not make "all of them" remarkable
_SEVERAL = 3


def _complete(run: Run, table: Table) -> list[Value]:
    """The results that are at or above 100 %, bounds of 100 % counted as such."""
    found = []
    for it in run.indicators(table):
        value = it.cell("期间执行情况")
        if value and value.kind == "percent" and value.number is not None and value.number >= _ONE:
            found.append(value)
    return found


@check("K208")
def done_without_money(run: Run) -> Iterator[CheckResult]:
    """Nothing spent, yet every indicator is at 100 %: bills may be outstanding, or it is not so."""
    for table in run.submission.of("监控表"):
        spent = run.field(table, "年度资金总额.期间执行数")
        if spent is None or spent.number is None:
            yield Unchecked(table.name, "没有执行数")
            continue
        done = _complete(run, table)
        rows = run.indicators(table)
        if spent.number != 0 or not rows or len(done) < len(rows):
            yield run.passed(table)
            continue
        yield Violation(
            table.name, table, spent, "年度资金总额.期间执行数", {"n": str(len(done))}, related=done
        )


@check("K206")
def slow_progress(run: Run) -> Iterator[CheckResult]:
    """Spending behind what is usual at this time of the year."""
    for table in run.submission.of("监控表"):
        month = period_of(table, run.forms)[1]
        limit = least_share(run.check.thresholds, month)
        rate = spent_share(partial(run.field, table))
        if limit is None:
            yield NotApplicable(table.name, "本期没有进度界限")
        elif isinstance(rate, Missing):
            yield Unchecked(table.name, rate.reason)
        elif rate.value >= limit:
            yield Passed(table.name, table.form, show(rate.value, "%"), show(limit, "%"))
        else:
            words = {
                "月": str(month),
                "执行率": show(rate.value, "%"),
                "算式": rate.text,
                "界限": show(limit, "%").replace(".00%", "%"),
            }
            cell = run.field(table, "年度资金总额.期间执行率")
            yield Violation(
                table.name, table, cell, "年度资金总额.期间执行率", words, expected=f"≥{words['界限']}"
            )


@check("K207")
def results_ahead_of_money(run: Run) -> Iterator[CheckResult]:
    """双监控: what was achieved and what was spent drift apart."""
    limit = run.check.thresholds["相差上限率"]
    for table in run.submission.of("监控表"):
        rate = spent_share(partial(run.field, table))
        mean = achieved_share(run.indicators(table))
        if isinstance(rate, Missing) or mean is None:
            reason = rate.reason if isinstance(rate, Missing) else "完成情况没有百分数"
            yield Unchecked(table.name, reason)
            continue
        if abs(mean - rate.value) <= limit:
            yield Passed(table.name, table.form, show(mean, "%"), show(rate.value, "%"))
            continue
        gap = show(abs(mean - rate.value), "%").replace("%", "个百分点")
        words = {"完成": show(mean, "%"), "执行率": show(rate.value, "%"), "差": gap}
        cell = run.field(table, "年度资金总额.期间执行率")
        yield Violation(
            table.name,
            table,
            cell,
            "年度资金总额.期间执行率",
            words,
            expected=words["完成"],
            difference=gap,
        )


@check("K211", each="指标")
def shortfall_without_reason(run: Run) -> Iterator[CheckResult]:
    """An expected shortfall wants a reason."""
    for it in indicators(run, "监控表"):
        expected = it.value("全年预计完成情况")
        if it.target is None or expected is None:
            yield Unchecked(it.label, "指标值或全年预计未填写")
            continue
        hoped = parsed(expected)
        target = wanted(it.target, it.kind, hoped)
        if not comparable(target, hoped):
            yield Unchecked(it.label, "指标值与全年预计口径不同，无法比较")
        elif meets(target, hoped) is False and not it.is_explained:
            words = {**it.words(), "完成值": as_filled(expected)}
            yield wrong_indicator(it, "原因说明", words, "年度指标值", "全年预计完成情况")
        else:
            yield it.passed


@check("K213", each="指标")
def more_now_than_in_the_end(run: Run) -> Iterator[CheckResult]:
    """What is done by now cannot exceed what will be done by the year's end."""
    for it in indicators(run, "监控表"):
        now, end = it.value("期间执行情况"), it.value("全年预计完成情况")
        if now is None or end is None or now.number is None or end.number is None:
            yield Unchecked(it.label, "两栏不都是数")
        elif (now.kind, now.unit) != (end.kind, end.unit) or now.number <= end.number:
            yield it.passed
        else:
            words = {**it.words(预计=as_filled(end)), "完成值": as_filled(now)}
            yield wrong_indicator(it, "期间执行情况", words, "全年预计完成情况")


@check("K216")
def everything_done_early(run: Run) -> Iterator[CheckResult]:
    """At mid-year everything is at 100 %, satisfaction included: on what evidence?"""
    for table in run.submission.of("监控表"):
        month = period_of(table, run.forms)[1]
        done = _complete(run, table)
        rows = run.indicators(table)
        if month >= _YEAR or len(rows) < _SEVERAL or len(done) < len(rows):
            yield run.passed(table)
            continue
        satisfied = any(it.is_satisfaction for it in run.indicators(table))
        words = {"月": str(month), "n": str(len(done)), "满意度": "（含满意度）" if satisfied else ""}
        yield Violation(table.name, table, done[0], "期间执行情况全部完成", words, related=done[1:])


@check("K221")
def code_of_department(run: Run) -> Iterator[CheckResult]:
    """主管部门及代码: the code is missing."""
    for table in run.submission.of("监控表"):
        value = run.field(table, "主管部门")
        if value is None or not value.is_filled:
            yield Unchecked(table.name, "主管部门未填写")
        elif any(char.isdigit() for char in value.raw):
            yield run.passed(table)
        else:
            yield Violation(table.name, table, value, "主管部门", {"原文": as_filled(value)})


@check("K222")
def other_period(run: Run) -> Iterator[CheckResult]:
    """A header speaks of another period than the other headers of its form, or than the bureau's settings."""
    for table in run.submission.of("监控表"):
        if not table.printed:
            yield Unchecked(table.name, "表头没有写明期间")
        due = run.forms.asked_period or period_of(table, run.forms)
        for name, value in table.printed.items():
            months = period_in(value.raw)
            if months is None:
                yield NotApplicable(table.name, "表头没有写期间")
            elif months == due:
                yield run.passed(table)
            else:
                words = {"原文": as_filled(value), "期间": f"{due[0]}-{due[1]}月"}
                yield Violation(table.name, table, value, f"表头 {name}", words)


@check("K214", each="指标")
def monitored_values_incomparable(run: Run) -> Iterator[CheckResult]:
    """Target and what was reached speak of different things (X318 in the self-evaluation)."""
    return incomparable_results(run, "监控表", "期间执行情况")


@check("K217")
def inexact_progress(run: Run) -> Iterator[CheckResult]:
    """What was reached is a fact, not a bound (X319 in the self-evaluation)."""
    return inexact_results(
        run, "监控表", {"期间执行情况": "期间执行情况", "全年预计完成情况": "全年预计完成情况"}
    )
