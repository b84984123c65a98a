"""Targets stay as they were approved: roster, 监控表 and 项目自评表 of one project say the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.last_year_amounts import words_key
from batch.checks.engine.message import fill
from batch.checks.engine.registry import Run, check
from batch.forms.locate.numerals import MONEY
from batch.forms.read.target_comparison import FIGURES, factors
from batch.forms.read.values import Parsed, parse_value
from batch.forms.spec.labels import near, squeeze
from batch.model.form import Table, Value
from batch.model.reference import KnownProject

_FORMS = ("项目自评表", "监控表")
#: from this likeness on, an indicator may be the approved one in other words
_ALIKE = 0.6
_ONE = Decimal(1)
_DIRECTION = {"≥": 1, ">": 1, "≤": -1, "<": -1}

#: an approved target: indicator and value as the roster has them
Target = tuple[str, str]


@check("C512")
def changed_targets(run: Run) -> Iterator[CheckResult]:
    """Each target of a project against the approved one, else that of 项目自评表 against 监控表's."""
    nothing = NotApplicable("", "没有批复的指标，也没有同一年度的监控表和自评表")
    yield from list(_compared(run)) or [nothing]


def _compared(run: Run) -> Iterator[CheckResult]:
    projects = {words_key(p.name): p for p in run.submission.roster.projects} if run.submission.roster else {}
    tables = {form: dict(_named(run, form)) for form in _FORMS}
    for form in _FORMS:
        for key, table in tables[form].items():
            if key in projects and projects[key].targets and table.year in (None, run.forms.year):
                yield from _against_roster(run, table, projects[key])
    for key, table in tables["项目自评表"].items():
        other = tables["监控表"].get(key)
        if other is not None and table.year is not None and table.year == other.year:
            approved = {words_key(name) for name, _ in projects[key].targets} if key in projects else set()
            yield from _against_monitoring(run, table, other, approved)


def _named(run: Run, form: str) -> Iterator[tuple[str, Table]]:
    for table in run.submission.of(form):
        value = run.field(table, "项目名称")
        if value is not None and value.is_filled:
            yield words_key(value.raw), table


def _rows(run: Run, table: Table) -> dict[str, Indicator | None]:
    """Indicators by the words of their 三级指标; None where two rows share them."""
    rows: dict[str, Indicator | None] = {}
    for it in run.indicators(table):
        key = words_key(it.text("三级指标"))
        if key:
            rows[key] = None if key in rows else it
    return rows


def _against_roster(run: Run, table: Table, project: KnownProject) -> Iterator[CheckResult]:
    rows = _rows(run, table)
    for name, wanted in project.targets:
        key = words_key(name)
        where = f"{table.name}：{name}"
        if key in rows:
            yield _target_kept(run, rows[key], where, (name, wanted), "批复", None)
        elif any(near(name, it.text("三级指标")) >= _ALIKE for it in rows.values() if it is not None):
            yield Unchecked(where, "没有同名的指标，有相近的")
        else:
            words = _words(run, table, (name, wanted), "批复", run.check.texts["缺少"])
            yield Violation(where, table, None, f"{name}.年度指标值", words, filled="", expected=wanted)


def _against_monitoring(run: Run, table: Table, other: Table, approved: set[str]) -> Iterator[CheckResult]:
    rows, theirs = _rows(run, table), _rows(run, other)
    for key in rows:
        there = theirs.get(key)
        if key not in approved and there is not None and there.target is not None:
            target = (there.text("三级指标"), there.text("年度指标值"))
            yield _target_kept(run, rows[key], f"{table.name}：{target[0]}", target, other.form, there.target)


def _target_kept(
    run: Run, it: Indicator | None, where: str, target: Target, source: str, cell: Value | None
) -> CheckResult:
    value = it.target if it is not None else None
    if it is None:
        return Unchecked(where, "有几行的三级指标相同")
    elif value is None:
        return Unchecked(where, "年度指标值未填写")
    elif is_same_target(target[1], value.said):
        return Passed(where, it.table.form, as_filled(value), target[1])
    else:
        there = fill(run.check.texts["改为"], {"乙": as_filled(value)})
        words = _words(run, it.table, target, source, there)
        return Violation(
            where,
            it.table,
            value,
            f"{it.name}.年度指标值",
            words,
            expected=target[1],
            related=[cell] if cell else [],
        )


def _words(run: Run, table: Table, target: Target, source: str, there: str) -> dict[str, str]:
    return {
        "项目": run.text(table, "项目名称"),
        "指标": target[0],
        "依据": source,
        "甲": target[1],
        "表": table.form,
        "现状": there,
    }


def is_same_target(left: str, right: str) -> bool:
    """Whether two targets want the same: the same words, or the same figure in the same direction.

    A figure without a sign goes with either direction, and one without a measure with any; in doubt they
    are the same.
    """
    if squeeze(left).casefold() == squeeze(right).casefold():
        return True
    a, b = parse_value(left), parse_value(right)
    if a.kind in FIGURES and b.kind in FIGURES:
        return _is_same_figure(a, b)
    if a.kind in FIGURES or b.kind in FIGURES:
        return False
    return words_key(left) == words_key(right)


def _is_same_figure(a: Parsed, b: Parsed) -> bool:
    up = {_DIRECTION[p.op] for p in (a, b) if p.op in _DIRECTION}
    if len(up) > 1 or a.number is None or b.number is None:
        return False
    scale = factors(a, b)
    if scale is None:
        if {a.unit, b.unit} & set(MONEY) or "%" in (a.unit, b.unit):
            return False
        scale = (_ONE, _ONE)
    if a.number * scale[0] != b.number * scale[1]:
        return False
    return a.upper is None or b.upper is None or a.upper * scale[0] == b.upper * scale[1]
