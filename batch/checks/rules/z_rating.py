"""Checks on 整体评分表, the form in which a whole department scores its 投入, 过程 and 产出."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.amount import Amount, Missing, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.form_words import registered
from batch.checks.engine.marking import Metric, mark
from batch.checks.engine.place import Place
from batch.checks.engine.places import places
from batch.checks.engine.registry import LooksAt, Run, check
from batch.model.form import State, Value

_NO_RULE = "基础数据表里没有这项指标用到的数"


def _rate(run: Run, place: Place) -> tuple[Metric | None, Amount | Missing]:
    """The metric behind a registered indicator, and its rate by the unit's other forms."""
    assert place.table is not None
    assert place.item is not None
    metric = run.check.marking.metric(registered(place.item, run.forms.forms[place.table.form]))
    return metric, calculate(metric.rate, place) if metric and metric.rate else Missing(_NO_RULE)


@check("Z433", looks_at=LooksAt(named=lambda check, _: check.marking.fields()))
def scored_against_the_figures(run: Run) -> Iterator[CheckResult]:
    """Full marks where the figures do not give them.

    Less where they do is the unit's own judgement: deductions may rest on what no figure shows.
    """
    found = places(run.check, run.submission, run.forms)
    for place in found:
        yield _compare(run, place)
    if not found:
        yield NotApplicable("", f"{run.check.form}中没有这类行")


def _compare(run: Run, place: Place) -> CheckResult:
    metric, rate = _rate(run, place)
    if isinstance(rate, Missing):
        return Unchecked(place.label, rate.reason)
    assert metric is not None
    assert place.table is not None
    assert place.item is not None
    it = run.indicator(place.table, place.item)
    if it.points is None or it.score is None:
        return Unchecked(place.label, "分值或得分没有数")
    due = mark(metric, rate.value, it.points, run.check.marking.formulas, None)
    if isinstance(due, Missing):
        return Unchecked(place.label, due.reason)
    # how much is deducted differs from county to county, whether anything is does not
    if it.score < it.points or due.highest == it.points:
        return Passed(place.label, place.table.form, it.text("得分"), f"{due.highest.normalize():f}")
    right = f"{due.highest.normalize():f}"
    words = {
        "指标": place.label,
        "比率": f"{rate.text}＝{show(rate.value, '%')}",
        "左": it.text("得分"),
        "分": it.text("分值"),
        "办法": due.formula,
        "右": right,
    }
    return Violation(
        place.label,
        place.table,
        it.cell("得分"),
        f"{it.name}.得分",
        words,
        expected=right,
        right=right,
        difference=show(it.score - due.highest, "", signed=True),
        related=list(place.asked.values()),
    )


@check("Z434", looks_at=LooksAt(named=lambda check, _: check.marking.fields()))
def not_recomputed(run: Run) -> Iterator[CheckResult]:
    """How many scores rest on nothing that the unit's forms hold: said once a form."""
    for table in run.submission.of(run.check.form):
        spec = run.forms.forms[table.form]
        items = [it.item for it in run.indicators(table)]
        rates = [
            _rate(run, Place(run.check, run.forms, run.submission, table, item=item))[1]
            for item in items
            if registered(item, spec)
        ]
        known = sum(isinstance(rate, Amount) for rate in rates)
        if known == len(items):
            yield run.passed(table)
            continue
        title = Value(State.FILLED, table.title, sheet=table.sheet, ref=table.title_ref)
        words = {
            "n": str(len(items)),
            "范围": f"{known}项按基础数据表重算，其余{len(items) - known}项" if known else "都",
        }
        yield Violation(table.name, table, title, "未评", words, filled="")
