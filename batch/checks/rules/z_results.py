"""Checks of 整体自评表 that hold scores against results, and the total against open mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import CheckResult, Unchecked, Violation
from batch.checks.engine.registry import Run, check
from batch.checks.engine.results import marked_down, missed_satisfaction


@check("Z412", each="指标")
def whole_marked_down(run: Run) -> Iterator[CheckResult]:
    """X316 in the whole-department form."""
    return marked_down(run, "整体自评表")


@check("Z420", each="指标")
def whole_satisfaction(run: Run) -> Iterator[CheckResult]:
    """X320 in the whole-department form."""
    return missed_satisfaction(run, "整体自评表")


@check("Z425")
def all_the_same(run: Run) -> Iterator[CheckResult]:
    """Nearly every result is the same: it was filled in by dragging."""
    share, least = run.check.thresholds["相同下限率"], run.check.thresholds["最少项数"]
    for form in ("项目自评表", "整体自评表"):
        for table in run.submission.of(form):
            rows = run.indicators(table)
            texts = [it.text("完成值") for it in rows]
            common = max(set(texts), key=lambda text: (texts.count(text), text), default="")
            count = texts.count(common)
            if not common or len(texts) < least or count < share * len(texts):
                yield run.passed(table)
                continue
            words = {"表": table.name, "n": str(len(texts)), "m": str(count), "值": common}
            first = next(it for it in rows if it.text("完成值") == common)
            yield Violation(table.name, table, first.actual, "完成值相同", words)


@check("Z427", last=True)
def proud_of_errors(run: Run) -> Iterator[CheckResult]:
    """A high score while mistakes are still open: it rests on them. What was left out is told as that."""
    high, least = run.check.thresholds["高分"], run.check.thresholds["错误数"]
    for table in run.submission.of("整体自评表"):
        total = run.total(table, "得分")
        if total is None or total.number is None:
            yield Unchecked(table.name, "没有总分")
        elif total.number >= high and run.mistakes >= least:
            words = {"得分": as_filled(total), "n": str(run.errors)}
            yield Violation(table.name, table, total, "总分.得分", words)
        else:
            yield run.passed(table)
