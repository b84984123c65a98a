"""Checks on the words of forms. Simple, explainable signs; all of them stay 提示."""

from __future__ import annotations

import re
from collections.abc import Iterator

from batch.checks.engine.check_result import CheckResult
from batch.checks.engine.indicators_of import indicators, wrong_indicator
from batch.checks.engine.registry import Run, check
from batch.checks.engine.similar_texts import bare
from batch.checks.engine.wording import has_one, words_of
from batch.forms.spec.labels import squeeze

_AMOUNT = re.compile(r"(?<!\d)\d++(?:\.\d++)?\s*+(?:[A-Za-z]+|[\u4e00-\u9fff]{1,6})")
#: an indicator as short as this says nothing that could be measured
_SHORT = 10
#: this many amounts in one indicator are several targets
_SEVERAL = 3


@check("X321")
def survey_not_named(run: Run) -> Iterator[CheckResult]:
    """Where does the satisfaction come from?"""
    for table in run.submission.of("项目自评表"):
        for it in run.indicators(table):
            if not it.is_satisfaction or it.actual is None:
                continue
            result = run.field(table, "实际完成情况")
            told = "".join(map(it.text, ("完成值", "偏差原因", "三级指标")))
            about = squeeze(told + (result.raw if result else ""))
            if has_one(about, words_of(run, "survey")):
                yield it.passed
            else:
                yield wrong_indicator(it, "完成值", it.words())


@check("X322")
def not_measurable(run: Run) -> Iterator[CheckResult]:
    """节省能源 100%: a hundred per cent of what?"""
    for it in indicators(run, "监控表", "项目自评表"):
        text = bare(it.text("三级指标"))
        target = it.target
        vague = len(text) <= _SHORT and has_one(text, words_of(run, "vague"))
        if text and vague and target is not None and target.kind in ("percent", "grade", "text"):
            yield wrong_indicator(it, "三级指标", it.words(), "年度指标值")
        else:
            yield it.passed


@check("X323")
def same_in_both(run: Run) -> Iterator[CheckResult]:
    """The same 三级指标 among outputs and benefits is counted twice."""
    for table in run.submission.of("项目自评表"):
        rows = run.indicators(table)
        outputs = {bare(it.text("三级指标")) for it in rows if it.item.path[0].startswith("产出")}
        for it in rows:
            text = bare(it.text("三级指标"))
            if it.item.path[0].startswith("产出") or not text:
                continue
            if text in outputs:
                yield wrong_indicator(it, "三级指标", it.words())
            else:
                yield it.passed


@check("X324")
def several_targets(run: Run) -> Iterator[CheckResult]:
    """One 三级指标 with several amounts cannot be scored as one."""
    for it in indicators(run, "项目自评表"):
        amounts = _AMOUNT.findall(it.text("三级指标"))
        if len(amounts) < _SEVERAL:
            yield it.passed
        else:
            yield wrong_indicator(it, "三级指标", it.words(n=str(len(amounts)), 目标="、".join(amounts)))


@check("X329")
def payment_as_output(run: Run) -> Iterator[CheckResult]:
    """Paying is no output."""
    for it in indicators(run, "项目自评表"):
        if "数量" not in it.kind:
            continue
        if has_one(squeeze(it.text("三级指标")), words_of(run, "payment")):
            yield wrong_indicator(it, "三级指标", it.words())
        else:
            yield it.passed
