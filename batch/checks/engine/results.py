"""What is asked of an indicator's result in more than one form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.check_result import CheckResult, NotApplicable, Unchecked
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.indicators_of import indicators, wrong_indicator
from batch.checks.engine.registry import Run
from batch.forms.read.target_comparison import FIGURES, comparable
from batch.forms.read.values import Parsed

_ONE = Decimal(1)


def marked_down(run: Run, form: str) -> Iterator[CheckResult]:
    """Everything was reached, yet points are missing and nobody says why."""
    for it in indicators(run, form):
        reached = it.actual
        if it.points is None or it.score is None or reached is None:
            yield Unchecked(it.label, "分值、得分或完成值没有填写")
            continue
        done = reached.kind == "percent" and not reached.op and reached.number == _ONE
        if not done or it.score >= it.points or it.is_explained:
            yield it.passed
        else:
            words = it.words(扣分=f"{(it.points - it.score).normalize():f}")
            yield wrong_indicator(it, "得分", words, "完成值", "分值", "偏差原因")


def incomparable_results(run: Run, form: str, column: str) -> Iterator[CheckResult]:
    """Target and result, which stands in `column`, speak of different things."""
    for it in indicators(run, form):
        pair = it.parsed()
        if pair is None:
            yield Unchecked(it.label, "指标值或完成值未填写")
        elif comparable(*pair) or (column == "期间执行情况" and _is_under_way(it, *pair)):
            yield it.passed
        else:
            yield wrong_indicator(it, column, it.words(), "年度指标值")


def _is_under_way(it: Indicator, target: Parsed, now: Parsed) -> bool:
    """By mid-year what is due on a day can only be said in words to be under way."""
    return "时效" in it.kind and target.kind not in FIGURES and now.kind == "text"


def inexact_results(run: Run, form: str, columns: dict[str, str]) -> Iterator[CheckResult]:
    """Results that are bounds and no facts; `columns`: where they stand, and how messages call that."""
    for it in indicators(run, form):
        for column, title in columns.items():
            value = it.value(column)
            if value is None:
                yield Unchecked(it.label, f"{title}未填写")
            elif value.op or value.upper is not None:
                yield wrong_indicator(it, column, {**it.words(栏=title), "完成值": it.text(column)})
            else:
                yield it.passed


def missed_satisfaction(run: Run, form: str) -> Iterator[CheckResult]:
    """Satisfaction below its target without a reason."""
    found = False
    for it in indicators(run, form):
        if not it.is_satisfaction:
            continue
        found = True
        met = it.met()
        if met is None:
            yield Unchecked(it.label, "满意度目标与完成值无法比较")
        elif met or it.is_explained:
            yield it.passed
        else:
            yield wrong_indicator(it, "完成值", it.words(), "年度指标值", "偏差原因")
    if not found and run.submission.of(form):
        yield NotApplicable("", "没有满意度指标")
