"""Checks on the words of 整体自评表. Simple, explainable signs; all of them stay 提示."""

from __future__ import annotations

import re
from collections.abc import Iterator

from batch.checks.engine.check_result import CheckResult, NotApplicable, Unchecked, Violation
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.indicators_of import indicators, wrong_indicator
from batch.checks.engine.registry import Run, check
from batch.checks.engine.similar_texts import bare
from batch.checks.engine.wording import TELLING, has_one, words_of
from batch.forms.spec.labels import remembered, squeeze

_SENTENCE = re.compile(r"[。；;！!?？\n]")
_CJK_GAP = re.compile(r"([\u4e00-\u9fff]{1,3})[ \u3000\u00a0]+([\u4e00-\u9fff]{1,3})")
_FORM = "整体自评表"
#: so many blanks inside words are shown
_GAPS = 2


@check("Z422")
def definition_as_target(run: Run) -> Iterator[CheckResult]:
    """A formula or the name of a regulation where the target belongs.

    Beside the indicators a form prints it also prints what they mean.
    """
    for it in indicators(run, _FORM):
        if _is_printed(run, it):
            yield NotApplicable(it.label, "表上印的指标")
            continue
        text = squeeze(it.text("年度指标值"))
        if not text or has_one(text, words_of(run, "printed")):
            continue
        if has_one(text, words_of(run, "definition")):
            yield wrong_indicator(it, "年度指标值", it.words())
        else:
            yield it.passed


@check("Z423")
def shifted_rows(run: Run) -> Iterator[CheckResult]:
    """A text that belongs to another kind of indicator in the project's form: a row has slipped."""
    kinds = {
        bare(it.text("三级指标")): it.kind for it in indicators(run, "项目自评表") if it.text("三级指标")
    }
    for it in indicators(run, _FORM):
        for column, title in (("三级指标", "三级指标"), ("年度指标值", "年度指标值")):
            text = bare(it.text(column))
            other = kinds.get(text)
            if len(text) < TELLING or other is None:
                continue
            if other in it.kind or it.kind in other:
                yield it.passed
            else:
                words = {"二级": it.kind, "栏": title, "指标": it.text(column), "另一": other}
                yield wrong_indicator(it, column, words)


@check("Z424")
def typos(run: Run) -> Iterator[CheckResult]:
    """Known wrong characters, brackets that do not close, blanks inside words."""
    known = run.forms.words.typos
    # a merged heading is looked at once
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for it in indicators(run, _FORM):
        heading = id(it.table), it.item.path[:2]
        is_first = heading not in seen
        seen.add(heading)
        if _is_printed(run, it):
            yield NotApplicable(it.label, "表上印的指标")
            continue
        for column in ("二级指标", "三级指标", "年度指标值"):
            value = it.value(column)
            if value is None or (column == "二级指标" and not is_first):
                continue
            problems = _problems(value.raw, known)
            if problems:
                yield wrong_indicator(it, column, {"问题": "，".join(problems)})
            else:
                yield it.passed


def _is_printed(run: Run, it: Indicator) -> bool:
    """Whether the form prints an indicator, with its words beside it: it is not the unit's own."""
    return bool(it.item.path) and it.item.path[-1] in run.forms.forms[_FORM].printed


def _problems(text: str, known: dict[str, str]) -> list[str]:
    return [f"“{wrong}”→“{right}”" for wrong, right in known.items() if wrong in text] + _mistyped(text)


# most of these texts are printed in the form, or stand in several units' forms
@remembered
def _mistyped(text: str) -> list[str]:
    """Brackets that do not close, and blanks inside words."""
    found = []
    if text.count("（") + text.count("(") != text.count("）") + text.count(")"):
        found.append("括号不成对")
    gaps = [f"“{a} {b}”→“{a}{b}”" for a, b in _CJK_GAP.findall(text)]
    return found + gaps[:_GAPS]


@check("Z426")
def too_brief(run: Run) -> Iterator[CheckResult]:
    """One sentence cannot answer a year's goals."""
    for table in run.submission.of(_FORM):
        value = run.field(table, "全年完成情况")
        if value is None or not value.is_filled:
            yield Unchecked(table.name, "全年完成情况未填写")
            continue
        sentences = [part for part in _SENTENCE.split(value.raw) if part.strip()]
        if len(sentences) > 1:
            yield run.passed(table)
        else:
            words = {"n": str(len(sentences))}
            yield Violation(table.name, table, value, "全年完成情况", words, filled="")
