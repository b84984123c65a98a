"""X332: projects that 单位名册 does not know."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import CheckResult, Unchecked, Violation
from batch.checks.engine.message import fill
from batch.checks.engine.registry import Run, check
from batch.checks.engine.roster_projects import PROJECT_FORM, likest, match_projects, roster_unit


@check("X332")
def unknown_project(run: Run) -> Iterator[CheckResult]:
    """A self-evaluation of a project that the approved budget does not list."""
    unit = yield from roster_unit(run)
    if unit is None:
        return
    if not unit.projects:
        yield Unchecked("", "单位名册里没有这个单位的项目")
        return
    match = match_projects(run, unit)
    strangers = {id(table) for table, _ in match.strangers}
    for table in run.submission.of(PROJECT_FORM):
        if id(table) not in strangers:
            named = not any(table is other for other in match.nameless)
            yield run.passed(table) if named else Unchecked(table.name, "项目名称未填写")
    open_ones = [p for key, p in match.projects.items() if key not in match.evaluated]
    for table, value in match.strangers:
        like = likest(value.raw, [p.name for p in open_ones])
        words = {
            "名称": as_filled(value),
            "相近": fill(run.check.texts["相近"], {"名称": like}) if like else "",
        }
        yield Violation(table.name, table, value, "项目名称", words, expected=like)
