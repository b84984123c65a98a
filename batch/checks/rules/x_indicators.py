"""Checks that hold an indicator's score against what was reached (the rules of domain.md §1.2)."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from batch.checks.engine.amount import Missing, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked
from batch.checks.engine.formulas import Due, due_of
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.indicators_of import indicators, wrong_indicator
from batch.checks.engine.message import fill
from batch.checks.engine.registry import Run, check
from batch.checks.engine.results import (
    incomparable_results,
    inexact_results,
    marked_down,
    missed_satisfaction,
)
from batch.forms.read.target_comparison import comparable, share_reached


@check("X315", each="指标")
def full_marks_without_success(run: Run) -> Iterator[CheckResult]:
    """The target was clearly missed, and still the indicator has all its points.

    Missed by so little that the points come to all of them once rounded, it is not.
    """
    rounding = run.check.thresholds["舍入"]
    for it in (yield from _scored(run, "项目自评表")):
        met = it.met()
        if met is None:
            yield Unchecked(it.label, "指标值与完成值口径不同，无法比较")
            continue
        assert it.points is not None
        assert it.score is not None
        due = None if met or it.score < it.points else _due(run, it)
        if met or it.score < it.points or (due and it.points - due.lowest <= rounding):
            yield it.passed
        else:
            slots = {"分数": f"{due.lowest.normalize():f}", "算式": due.formula} if due else {}
            told = fill(run.check.texts["应得"], slots) if due else ""
            yield wrong_indicator(it, "得分", it.words(应得=told), "年度指标值", "完成值", "分值")


def _due(run: Run, it: Indicator) -> Due | None:
    """The one score an indicator is due; None where that is open."""
    pair = it.parsed()
    if pair is None or it.points is None or not comparable(*pair):
        return None
    due = due_of(*pair, it.points, run.check.marking.formulas)
    return None if isinstance(due, Missing) or due.score is None else due


def _scored(run: Run, *forms: str) -> Generator[CheckResult, None, list[Indicator]]:
    """Return the indicators with points and score; the others are unchecked."""
    found = []
    for it in indicators(run, *forms):
        if it.points is None or it.score is None:
            yield Unchecked(it.label, "分值或得分没有数")
        elif it.target is None or it.actual is None:
            yield Unchecked(it.label, "指标值或完成值未填写")
        else:
            found.append(it)
    return found


@check("X314", each="指标")
def score_by_rule(run: Run) -> Iterator[CheckResult]:
    """A quantitative target that was missed: the score follows from how much of it was reached.

    Units round scores once, to one decimal or two. Whoever took more points off than the rule owes a reason
    (X313) and nothing else; a form without room for one is asked here.
    """
    rounding = run.check.thresholds["舍入"]
    for it in (yield from _scored(run, "项目自评表")):
        pair = it.parsed()
        if pair is None or it.met() is not False:
            yield it.passed
            continue
        assert it.points is not None
        assert it.score is not None
        if it.score >= it.points:
            yield NotApplicable(it.label, "未达到指标值却得满分，由X315指出")
            continue
        due = due_of(*pair, it.points, run.check.marking.formulas)
        if isinstance(due, Missing) or due.score is None:
            reason = due.reason if isinstance(due, Missing) else "定性评价的得分由单位在规定范围内自定"
            yield Unchecked(it.label, reason)
            continue
        expected = due.score
        stricter = it.score < expected
        if abs(it.score - expected) <= rounding or (stricter and it.is_explained):
            yield Passed(it.label, it.table.form, f"{it.score}", f"{expected}")
        elif stricter and it.cell("偏差原因") is not None:
            yield NotApplicable(it.label, "扣分比按规则多，由X313要求说明原因")
        else:
            words = it.words(应得=f"{expected.normalize():f}", 算式=due.formula)
            yield wrong_indicator(it, "得分", words, "年度指标值", "完成值", "分值")


@check("X316", each="指标")
def project_marked_down(run: Run) -> Iterator[CheckResult]:
    """Everything was reached, yet points are missing and nobody says why."""
    return marked_down(run, "项目自评表")


@check("X317", each="指标")
def overshoot(run: Run) -> Iterator[CheckResult]:
    """Far more than the target: the target may have been set too low (10号 asks for an analysis)."""
    limit = run.check.thresholds["上限率"]
    for it in indicators(run, "项目自评表"):
        pair = it.parsed()
        ratio = share_reached(*pair) if pair else None
        if pair is None or ratio is None:
            yield Unchecked(it.label, "指标值与完成值无法比较")
            continue
        upward = pair[0].op not in ("≤", "<")
        if not upward or ratio <= limit or it.is_explained:
            yield it.passed
        else:
            yield wrong_indicator(it, "完成值", it.words(比例=show(ratio, "%")), "年度指标值", "偏差原因")


@check("X318", each="指标")
def project_values_incomparable(run: Run) -> Iterator[CheckResult]:
    """Target and result speak of different things."""
    return incomparable_results(run, "项目自评表", "完成值")


@check("X319", each="指标")
def inexact_project_results(run: Run) -> Iterator[CheckResult]:
    """A result is a fact, not a bound."""
    return inexact_results(run, "项目自评表", {"完成值": "完成值"})


@check("X320", each="指标")
def project_satisfaction(run: Run) -> Iterator[CheckResult]:
    """Satisfaction below its target wants a reason."""
    return missed_satisfaction(run, "项目自评表")


@check("X325", each="指标")
def cost_the_wrong_way_round(run: Run) -> Iterator[CheckResult]:
    """Costs are to stay below something; what is saved is to come to something."""
    savings = run.forms.words.lists.get("saving", ())
    found = False
    for it in indicators(run, "项目自评表"):
        pair = it.parsed()
        if "成本" not in it.kind or pair is None:
            continue
        found = True
        saves = any(map(it.text("三级指标").__contains__, savings))
        if pair[0].op in ("≥", ">") and not saves:
            yield wrong_indicator(it, "年度指标值", it.words())
        else:
            yield it.passed
    if not found:
        yield NotApplicable("", "没有成本指标")
