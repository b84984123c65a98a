"""C508: projects without a self-evaluation, by the approved budget or, without one, by the report's list."""

from __future__ import annotations

from batch.checks.engine.registry import Run, check
from batch.checks.rules.f_roster import NO_ROSTER, UNKNOWN, unevaluated_of_roster
from batch.checks.rules.r_facts import unevaluated_of_report

_FORM = "项目自评表"


@check("C508")
def unevaluated_project(run: Run) -> None:
    """The roster decides where it lists the unit's projects; otherwise what the report lists."""
    unit = run.submission.roster
    if unit is not None and unit.forms_due and _FORM not in unit.forms_due:
        run.report.not_applicable("", f"这个单位不需要报{_FORM}")
    elif unit is not None and unit.projects:
        unevaluated_of_roster(run, unit)
    elif run.told:
        unevaluated_of_report(run)
    elif unit is not None:
        run.report.unchecked("", "单位名册里没有这个单位的项目，也没有自评报告")
    elif run.submission.has_roster:
        run.report.unchecked("", UNKNOWN)
    else:
        run.report.not_applicable("", f"{NO_ROSTER}，也没有自评报告")
