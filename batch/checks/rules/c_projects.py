"""Checks that hold a unit's project forms against each other and against the whole-department form."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from batch.checks.engine.amount import MONEY, as_told, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.message import Sum
from batch.checks.engine.registry import Run, check
from batch.checks.engine.report_values import budgeted_projects, where
from batch.forms.spec.labels import near, squeeze
from batch.model.form import Table, Value

#: likeness from which a project of the report's text is taken as evidence of one of the forms
_ALIKE = 0.75


def _projects(run: Run, form: str) -> dict[str, Table]:
    return {
        squeeze(value.raw): table
        for table in run.submission.of(form)
        if (value := run.field(table, "项目名称")) and value.is_filled
    }


@check("C509")
def unmatched_projects(run: Run) -> Iterator[CheckResult]:
    """A project that is monitored is evaluated too, and the other way round."""
    monitored, evaluated = _projects(run, "监控表"), _projects(run, "项目自评表")
    for form, own, other, others in (
        ("监控表", monitored, "项目自评表", evaluated),
        ("项目自评表", evaluated, "监控表", monitored),
    ):
        for key, table in own.items():
            value, name = run.field(table, "项目名称"), run.text(table, "项目名称")
            if key in others:
                yield Passed(name, form)
            else:
                words = {"表": form, "项目": name, "另一表": other, "报告": _evidence(run, key)}
                yield Violation(name, table, value, "项目名称", words)


def _evidence(run: Run, name: str) -> str:
    """That the written report has the project in its budget, in a sentence; "" when it does not."""
    for written, made in budgeted_projects(run):
        for part in made.parts:
            listed = written.grammar.part_name(part.mention.phrase)
            if near(listed, name) >= _ALIKE:
                start = part.mention.start - len(listed)
                quoted = part.sentence.quote(start, part.mention.end)
                return f"报告（{where(written, [part.sentence.paragraph])}）列有年初预算“{quoted}”。"
    return ""


def _pairs(
    run: Run, left: str, right: str
) -> Generator[CheckResult, None, list[tuple[Table, Value, Table, Value]]]:
    """Return two fields of each project that is in 监控表 and 项目自评表; say where one has no number."""
    monitored, evaluated = _projects(run, "监控表"), _projects(run, "项目自评表")
    found = []
    for key in monitored:
        if key not in evaluated:
            continue
        a, b = run.field(monitored[key], left), run.field(evaluated[key], right)
        if a is None or b is None or a.number is None or b.number is None:
            yield Unchecked(monitored[key].name, "有一个数未填写")
        else:
            found.append((monitored[key], a, evaluated[key], b))
    if not any(key in evaluated for key in monitored):
        yield NotApplicable("", "没有同时有监控表和自评表的项目")
    return found


@check("C510")
def budgets_differ(run: Run) -> Iterator[CheckResult]:
    """One project has one budget at the year's start."""
    limit = MONEY["万元"] / 100
    for first, a, second, b in (yield from _pairs(run, "年度资金总额.年初预算数", "年度资金总额.年初预算数")):
        assert a.number is not None
        assert b.number is not None
        difference = b.number * MONEY[b.unit] - a.number * MONEY[a.unit]
        if abs(difference) <= limit:
            yield Passed(first.name, first.form, as_told(a), as_told(b))
            continue
        words: dict[str, str | Sum] = {
            "项目": run.text(second, "项目名称"),
            "监控": Sum.of(a),
            "自评": Sum.of(b),
        }
        apart = show(difference, "万元", signed=True)
        yield Violation(
            second.name,
            second,
            b,
            "年度资金总额.年初预算数",
            words,
            expected=as_told(a),
            difference=apart,
            related=[a],
        )


@check("C511")
def forecast_missed(run: Run) -> Iterator[CheckResult]:
    """What was forecast at mid-year and what came of it."""
    limit = run.check.thresholds["偏差上限率"]
    for first, a, second, b in (
        yield from _pairs(run, "年度资金总额.全年预计执行数", "年度资金总额.全年执行数")
    ):
        assert a.number is not None
        assert b.number is not None
        wan, other = a.number * MONEY[a.unit], b.number * MONEY[b.unit]
        if wan == 0 or abs(other - wan) / wan <= limit:
            yield Passed(first.name, first.form, as_told(a), as_told(b))
            continue
        off = show((other - wan) / wan, "%", signed=True)
        words: dict[str, str | Sum] = {
            "项目": run.text(second, "项目名称"),
            "监控": Sum.of(a),
            "自评": Sum.of(b),
            "偏差": off,
        }
        yield Violation(
            second.name,
            second,
            b,
            "年度资金总额.全年执行数",
            words,
            expected=as_told(a),
            difference=off,
            related=[a],
        )


@check("C516")
def satisfaction_told_twice(run: Run) -> Iterator[CheckResult]:
    """The same satisfaction cannot have two targets and two results."""
    by_text: dict[str, Indicator] = {}
    for table in run.submission.of("项目自评表"):
        for it in run.indicators(table):
            if it.is_satisfaction:
                by_text.setdefault(squeeze(it.text("三级指标")), it)
    compared = False
    for table in run.submission.of("整体自评表"):
        for it in run.indicators(table):
            twin = by_text.get(squeeze(it.text("三级指标"))) if it.is_satisfaction else None
            if twin is None or it.actual is None or twin.actual is None:
                continue
            compared = True
            mine, theirs = _said(it), _said(twin)
            if mine == theirs:
                yield it.passed
                continue
            words = {
                "指标": it.label,
                "甲目标": twin.text("年度指标值"),
                "甲完成": twin.text("完成值"),
                "乙目标": it.text("年度指标值"),
                "乙完成": it.text("完成值"),
            }
            related = [v for v in (it.target, twin.target, twin.actual) if v is not None]
            yield Violation(it.label, table, it.actual, f"{it.name}.完成值", words, related=related)
    if not compared:
        yield NotApplicable("", "两表没有相同的满意度指标")


def _said(it: Indicator) -> tuple[object, ...]:
    target, actual = it.target, it.actual
    assert actual is not None
    return (
        target.number if target else None,
        target.op if target else "",
        actual.number,
        actual.op,
    )
