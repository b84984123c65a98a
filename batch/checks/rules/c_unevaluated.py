"""C508: projects without a self-evaluation, by the approved budget or, without one, by the report's list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from batch.checks.engine.amount import as_filled, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.message import fill
from batch.checks.engine.registry import Run, check
from batch.checks.engine.report_values import (
    Passage,
    budgeted_projects,
    where,
    wrong_in_text,
)
from batch.checks.engine.roster_projects import NO_ROSTER, UNKNOWN, likest, match_projects
from batch.forms.spec.labels import near, squeeze
from batch.model.reference import RosterUnit

_FORM = "项目自评表"
#: likeness from which two project names may be one
_ALIKE, _SAME_ENOUGH = 0.75, 6


@check("C508")
def unevaluated_project(run: Run) -> Iterator[CheckResult]:
    """The roster decides where it lists the unit's projects; otherwise what the report lists."""
    unit = run.submission.roster
    if unit is not None and unit.forms_due and _FORM not in unit.forms_due:
        yield NotApplicable("", f"这个单位不需要报{_FORM}")
    elif unit is not None and unit.projects:
        yield from unevaluated_of_roster(run, unit)
    elif run.written_reports:
        yield from unevaluated_of_report(run)
    elif unit is not None:
        yield Unchecked("", "单位名册里没有这个单位的项目，也没有自评报告")
    elif run.submission.has_roster:
        yield Unchecked("", UNKNOWN)
    else:
        yield NotApplicable("", f"{NO_ROSTER}，也没有自评报告")


def unevaluated_of_roster(run: Run, unit: RosterUnit) -> Iterator[CheckResult]:
    """C508 by the roster: a project of the approved budget without a self-evaluation."""
    match = match_projects(run, unit)
    for key, project in match.projects.items():
        like = likest(project.name, [as_filled(value) for _, value in match.strangers])
        if key in match.evaluated:
            yield Passed(project.name, _FORM)
        elif like:
            yield Unchecked(project.name, f"可能是“{like}”，项目名称与单位名册不一致")
        elif match.nameless:
            yield Unchecked(project.name, "有项目自评表没有填项目名称")
        else:
            budget = show(project.budget, "万元") if project.budget is not None else ""
            basis = fill(run.check.texts["名册"], {"金额": budget}) if budget else ""
            words = {"名称": project.name, "依据": basis}
            yield Violation(project.name, None, None, project.name, words, filled="", expected=_FORM)


def unevaluated_of_report(run: Run) -> Iterator[CheckResult]:
    """C508 by the report: a project of the budget it lists without a form."""
    own = {squeeze(v.raw): v for t in run.submission.of("项目自评表") if (v := run.field(t, "项目名称"))}
    lists = budgeted_projects(run)
    if not lists:
        yield NotApplicable("", "报告没有逐项列出年初预算的项目")
    elif not own:
        yield Unchecked("", "没有填了项目名称的项目自评表")
        return
    for written, made in lists:
        for part in made.parts:
            name = written.grammar.part_name(part.mention.phrase)
            paragraph = part.sentence.paragraph
            place = f"{where(written, [paragraph])}“{part.quoted}”"
            if any(name == other or _within(name, other) for other in own):
                yield Passed(place, "项目自评表", name)
            elif "、" in name or any(near(name, other) >= _ALIKE for other in own):
                yield Unchecked(place, "名称与自评表的相近，或不止一个项目，不能确定")
            else:
                start = part.mention.start - len(name)
                shown = part.sentence.quote(start, part.mention.start)
                basis = {"处": where(written, [paragraph]), "金额": part.mention.text}
                words = {"名称": shown, "依据": fill(run.check.texts["报告"], basis)}
                passage = Passage(written, part.sentence.quote(start, part.mention.end), [paragraph])
                yield replace(wrong_in_text(passage, f"项目 {name}", words), form="项目自评表")


def _within(name: str, other: str) -> bool:
    short, long = sorted((name, other), key=len)
    return len(short) >= _SAME_ENOUGH and short in long
