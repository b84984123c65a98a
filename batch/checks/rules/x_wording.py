"""Checks on the words of forms. Simple, explainable signs; all of them stay 提示."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from batch.checks.engine.amount import as_filled
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.indicators_of import failed, indicators
from batch.checks.engine.registry import Run, check
from batch.checks.engine.similar_texts import bare
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import remembered, squeeze
from batch.model.form import Table

_SENTENCE = re.compile(r"[。；;！!?？\n]")
_AMOUNT = re.compile(r"(?<!\d)\d++(?:\.\d++)?\s*+(?:[A-Za-z]+|[\u4e00-\u9fff]{1,6})")
_CJK_GAP = re.compile(r"([\u4e00-\u9fff]{1,3})[ \u3000\u00a0]+([\u4e00-\u9fff]{1,3})")
#: so many blanks inside words are shown
_GAPS = 2
#: texts shorter than this repeat each other by chance
_TELLING = 8
#: an indicator as short as this says nothing that could be measured
_SHORT = 10
#: this many amounts in one indicator are several targets
_SEVERAL = 3


def _words(run: Run, name: str) -> tuple[str, ...]:
    return run.forms.words.lists.get(name, ())


def _has_one(text: str, words: Iterable[str]) -> bool:
    return any(map(text.__contains__, words))


@check("K215")
def satisfaction_below_benefits(run: Run) -> None:
    """Satisfaction is a 一级指标 of its own (domain.md §1.2, weights 50/30/10)."""
    for it in indicators(run, "监控表", "项目自评表"):
        if len(it.item.path) < 2 or "满意" not in it.item.path[1]:
            continue
        if "满意" in it.item.path[0]:
            run.report.passed(it.label, it.table.form)
        else:
            words = it.words(一级=it.item.path[0]) | {"指标": it.item.path[1]}
            failed(run, it, "二级指标", words)


@check("K218")
def misfiled_indicator(run: Run) -> None:
    """The text has none of the words its kind of indicator lives on."""
    for it in indicators(run, "监控表", "项目自评表"):
        wanted = run.forms.words.fits.get(it.kind)
        text = squeeze(it.text("三级指标") + it.text("年度指标值"))
        if not wanted or not it.text("三级指标"):
            continue
        if _has_one(text, wanted):
            run.report.passed(it.label, it.table.form)
        else:
            failed(run, it, "三级指标", it.words(类型=it.kind))


@check("K219")
def benefit_copied(run: Run) -> None:
    """A benefit that repeats the goal or an output word by word says nothing about effects."""
    for form in ("监控表", "项目自评表"):
        for table in run.submission.of(form):
            _copied(run, table)


def _copied(run: Run, table: Table) -> None:
    goal = bare(" ".join(table.fields[n].raw for n in ("年度总体目标", "预期目标") if n in table.fields))
    rows = run.fields.indicators(table)
    outputs = [bare(it.text("三级指标")) for it in rows if it.item.path[0].startswith("产出")]
    for it in rows:
        text = bare(it.text("三级指标"))
        if it.item.path[0].startswith("产出") or it.is_satisfaction or len(text) < _TELLING:
            continue
        if text in goal:
            failed(run, it, "三级指标", it.words(对象="年度总体目标"))
        elif any(len(other) >= _TELLING and other in text for other in outputs):
            failed(run, it, "三级指标", it.words(对象="产出指标"))
        else:
            run.report.passed(it.label, table.form)


@check("X321")
def survey_not_named(run: Run) -> None:
    """Where does the satisfaction come from?"""
    for table in run.submission.of("项目自评表"):
        for it in run.fields.indicators(table):
            if not it.is_satisfaction or it.actual is None:
                continue
            result = table.fields.get("实际完成情况")
            told = "".join(map(it.text, ("完成值", "偏差原因", "三级指标")))
            about = squeeze(told + (result.raw if result else ""))
            if _has_one(about, _words(run, "survey")):
                run.report.passed(it.label, table.form)
            else:
                failed(run, it, "完成值", it.words())


@check("X322")
def not_measurable(run: Run) -> None:
    """节省能源 100%: a hundred per cent of what?"""
    for it in indicators(run, "监控表", "项目自评表"):
        text = bare(it.text("三级指标"))
        target = it.target
        vague = len(text) <= _SHORT and _has_one(text, _words(run, "vague"))
        if text and vague and target is not None and target.kind in ("percent", "grade", "text"):
            failed(run, it, "三级指标", it.words(), "年度指标值")
        else:
            run.report.passed(it.label, it.table.form)


@check("X323")
def same_in_both(run: Run) -> None:
    """The same 三级指标 among outputs and benefits is counted twice."""
    for table in run.submission.of("项目自评表"):
        rows = run.fields.indicators(table)
        outputs = {bare(it.text("三级指标")) for it in rows if it.item.path[0].startswith("产出")}
        for it in rows:
            text = bare(it.text("三级指标"))
            if it.item.path[0].startswith("产出") or not text:
                continue
            if text in outputs:
                failed(run, it, "三级指标", it.words())
            else:
                run.report.passed(it.label, table.form)


@check("X324")
def several_targets(run: Run) -> None:
    """One 三级指标 with several amounts cannot be scored as one."""
    for it in indicators(run, "项目自评表"):
        amounts = _AMOUNT.findall(it.text("三级指标"))
        if len(amounts) < _SEVERAL:
            run.report.passed(it.label, it.table.form)
        else:
            failed(run, it, "三级指标", it.words(n=str(len(amounts)), 目标="、".join(amounts)))


@check("X329")
def payment_as_output(run: Run) -> None:
    """Paying is no output."""
    for it in indicators(run, "项目自评表"):
        if "数量" not in it.kind:
            continue
        if _has_one(squeeze(it.text("三级指标")), _words(run, "payment")):
            failed(run, it, "三级指标", it.words())
        else:
            run.report.passed(it.label, it.table.form)


@check("Z422")
def definition_as_target(run: Run) -> None:
    """A formula or the name of a regulation where the target belongs.

    Beside the indicators a form prints it also prints what they mean.
    """
    for it in _own_indicators(run):
        text = squeeze(it.text("年度指标值"))
        if not text or _has_one(text, _words(run, "printed")):
            continue
        if _has_one(text, _words(run, "definition")):
            failed(run, it, "年度指标值", it.words())
        else:
            run.report.passed(it.label, it.table.form)


@check("Z423")
def shifted_rows(run: Run) -> None:
    """A text that belongs to another kind of indicator in the project's form: a row has slipped."""
    kinds = {
        bare(it.text("三级指标")): it.kind for it in indicators(run, "项目自评表") if it.text("三级指标")
    }
    for it in indicators(run, "整体自评表"):
        for column, title in (("三级指标", "三级指标"), ("年度指标值", "年度指标值")):
            text = bare(it.text(column))
            other = kinds.get(text)
            if len(text) < _TELLING or other is None:
                continue
            if other in it.kind or it.kind in other:
                run.report.passed(it.label, it.table.form)
            else:
                words = {"二级": it.kind, "栏": title, "指标": it.text(column), "另一": other}
                failed(run, it, column, words)


@check("Z424")
def typos(run: Run) -> None:
    """Known wrong characters, brackets that do not close, blanks inside words."""
    for it in _own_indicators(run):
        for column in ("二级指标", "三级指标", "年度指标值"):
            value = it.value(column)
            if value is None or (column == "二级指标" and it.item is not _first_of(it)):
                continue
            problems = _problems(value.raw, run.forms.words.typos)
            if problems:
                failed(run, it, column, {"问题": "，".join(problems)})
            else:
                run.report.passed(it.label, it.table.form)


def _own_indicators(run: Run) -> Iterator[Indicator]:
    """The indicators that are the unit's own: those the form prints come with its words beside them."""
    spec = run.forms.forms["整体自评表"]
    drawn = {normalise(text) for row in spec.drawing.rows for text in row}
    for it in indicators(run, "整体自评表"):
        if it.item.path and (it.item.path[-1] in drawn or it.item.path[-1] in spec.indicator_of):
            run.report.not_applicable(it.label, "表上印的指标")
        else:
            yield it


def _first_of(it: Indicator) -> object:
    """The first row under the same 二级 heading: a merged heading is looked at once."""
    return next(item for item in it.table.items if item.path[:2] == it.item.path[:2])


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
def too_brief(run: Run) -> None:
    """One sentence cannot answer a year's goals."""
    for table in run.submission.of("整体自评表"):
        value = table.fields.get("全年完成情况")
        if value is None or not value.is_filled:
            run.report.unchecked(table.name, "全年完成情况未填写")
            continue
        sentences = [part for part in _SENTENCE.split(value.raw) if part.strip()]
        if len(sentences) > 1:
            run.report.passed(table.name, table.form)
        else:
            words = {"n": str(len(sentences))}
            run.report.failed(table.name, table, value, "全年完成情况", words, filled="")


@check("J120")
def misfiled_project(run: Run) -> None:
    """A maintenance project was handed in, but no money stands under maintenance."""
    projects = [
        as_filled(value)
        for table in (*run.submission.of("监控表"), *run.submission.of("项目自评表"))
        if (value := table.fields.get("项目名称")) and "运行维护" in normalise(value.raw)
    ]
    for table in run.submission.of("基础数据表"):
        value = table.fields.get("运行维护专项.本年决算")
        if value is None or not projects:
            run.report.not_applicable("", "没有名称含“运行维护”的项目")
        elif value.number != 0:
            run.report.passed(table.name, table.form)
        else:
            words = {"项目": projects[0]}
            run.report.failed(table.name, table, value, "运行维护专项.本年决算", words)
