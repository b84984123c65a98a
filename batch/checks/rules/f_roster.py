"""Checks against 单位名册: whose the submission is, its projects, its assessed scores, its deadline."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.message import fill
from batch.checks.engine.registry import Run, check
from batch.checks.engine.roster_projects import NO_ROSTER
from batch.forms.read.merge_files import unit_field


@check("F008")
def unknown_unit(run: Run) -> Iterator[CheckResult]:
    """A unit the roster does not know: its figures count, but nobody can say whose they are."""
    submission = run.submission
    if submission.roster is not None:
        assert submission.reference is not None
        yield Passed(submission.reference.how)
    elif not submission.has_roster:
        yield NotApplicable("", NO_ROSTER)
    elif not submission.tables:
        yield Unchecked("", "没有规定报表")
    else:
        named = unit_field(submission.tables, run.forms)
        table, value = named or (None, None)
        name = run.forms.forms[table.form].unit_field if table else "单位名称"
        likely = "、".join(submission.suggested)
        words = {
            "名称": as_filled(value) if value else submission.unit,
            "相近": fill(run.check.texts["相近"], {"名称": likely}) if likely else "",
        }
        yield Violation(submission.unit, table, value, name, words, filled=words["名称"], expected=likely)
