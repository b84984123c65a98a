"""Checks on the words of indicators that 监控表 is the first to have."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.check_result import CheckResult
from batch.checks.engine.indicators_of import indicators, wrong_indicator
from batch.checks.engine.registry import Run, check
from batch.checks.engine.similar_texts import bare
from batch.checks.engine.wording import TELLING, has_one
from batch.forms.spec.labels import squeeze
from batch.model.form import Table

#: where each form has the goal
_GOALS = {"监控表": ("年度总体目标",), "项目自评表": ("预期目标",)}


@check("K215")
def satisfaction_below_benefits(run: Run) -> Iterator[CheckResult]:
    """Satisfaction is a 一级指标 of its own (domain.md §1.2, weights 50/30/10)."""
    for it in indicators(run, "监控表", "项目自评表"):
        if len(it.item.path) < 2 or "满意" not in it.item.path[1]:
            continue
        if "满意" in it.item.path[0]:
            yield it.passed
        else:
            words = it.words(一级=it.item.path[0]) | {"指标": it.item.path[1]}
            yield wrong_indicator(it, "二级指标", words)


@check("K218")
def misfiled_indicator(run: Run) -> Iterator[CheckResult]:
    """The text has none of the words its kind of indicator lives on."""
    for it in indicators(run, "监控表", "项目自评表"):
        wanted = run.forms.words.fits.get(it.kind)
        text = squeeze(it.text("三级指标") + it.text("年度指标值"))
        if not wanted or not it.text("三级指标"):
            continue
        if has_one(text, wanted):
            yield it.passed
        else:
            yield wrong_indicator(it, "三级指标", it.words(类型=it.kind))


@check("K219")
def benefit_copied(run: Run) -> Iterator[CheckResult]:
    """A benefit that repeats the goal or an output word by word says nothing about effects."""
    for form in ("监控表", "项目自评表"):
        for table in run.submission.of(form):
            yield from _copied(run, table)


def _copied(run: Run, table: Table) -> Iterator[CheckResult]:
    goals = (run.field(table, name) for name in _GOALS[table.form])
    goal = bare(" ".join(value.raw for value in goals if value is not None))
    rows = run.indicators(table)
    outputs = [bare(it.text("三级指标")) for it in rows if it.item.path[0].startswith("产出")]
    for it in rows:
        text = bare(it.text("三级指标"))
        if it.item.path[0].startswith("产出") or it.is_satisfaction or len(text) < TELLING:
            continue
        if text in goal:
            yield wrong_indicator(it, "三级指标", it.words(对象="年度总体目标"))
        elif any(len(other) >= TELLING and other in text for other in outputs):
            yield wrong_indicator(it, "三级指标", it.words(对象="产出指标"))
        else:
            yield it.passed
