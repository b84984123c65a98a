"""The real submission: the few things to do, and what doing the certain ones comes to."""

from __future__ import annotations

from functools import cache

from batch.checks.run import run_checks
from batch.model.cause import Cause, Sure
from batch.model.form import Submission
from batch.model.review import Finding
from batch.model.status import Severity
from batch.repair.applied import typed, with_values
from batch.repair.causes import causes_of
from batch.repair.trial import Checks, Trial, try_proposals
from tests.paper import SAMPLE
from tests.repair.planted import checked, rules, submission


@cache
def real() -> tuple[Submission, list[Finding], Trial, tuple[Cause, ...]]:
    one = rules()
    of = submission(SAMPLE)
    said = checked(of)
    trial = try_proposals(of, said, said.findings, Checks(one.catalogue, one.forms), one.causes.prices)
    return of, said.findings, trial, causes_of(said.findings, trial, one.causes)


def cause_at(cell: str) -> Cause:
    """The cause that corrects a cell of the real submission."""
    _, _, _, causes = real()
    (found,) = (
        cause
        for cause in causes
        for change in (*cause.changes, *(change for option in cause.options for change in option))
        if f"{change.sheet}!{change.cell}" == cell
    )
    return found


def test_every_finding_is_in_exactly_one_cause() -> None:
    _, findings, _, causes = real()
    told = [key for cause in causes for key in cause.findings]
    assert sorted(told) == sorted(finding.key for finding in findings)
    for severity in Severity:
        count = sum(finding.severity is severity for finding in findings)
        name = {"错误": "errors", "核实": "warnings", "提示": "hints"}[severity.value]
        assert sum(getattr(cause, name) for cause in causes) == count


def test_a_digit_is_certain_and_the_total_that_others_confirm_is_left_alone() -> None:
    cause = cause_at("基础数据表!D13")
    assert cause.sure is Sure.CERTAIN
    assert [(one.cell, one.was, one.to) for one in cause.changes] == [("D13", "979.97", "949.97")]


def test_the_adjusted_budget_is_one_thing_with_two_ways() -> None:
    cause = cause_at("整体支出自评表!E4")
    assert cause.sure is Sure.CHOICE
    budgets, rates = cause.options
    assert [(one.cell, one.to) for one in budgets] == [
        ("E4", "11124990.85"),
        ("E6", "1625312.00"),
        ("E7", "9499678.85"),
    ]
    assert {one.cell for one in rates} == {"G4", "G6", "G7", "F22", "F28"}
    assert cause.errors == 5


def test_the_certain_corrections_clear_what_they_say_and_raise_nothing() -> None:
    of, findings, trial, causes = real()
    one = rules()
    new = {}
    for cause in causes:
        for change in cause.changes:
            cell = (change.file, change.sheet, change.cell)
            slot = trial.compiled.slots[cell]
            number = (
                next(
                    c.number
                    for tried in trial.tried
                    for option in tried.options
                    for c in option.changes
                    if c.cell == cell and c.number is not None
                )
                if slot.value.unit != "%"
                else None
            )
            if number is not None:
                new[cell] = typed(slot, number).value
    after = run_checks(with_values(of, new), one.catalogue, one.forms)
    before = {finding.key for finding in findings}
    errors = [f for f in after.findings if f.severity is Severity.ERROR]
    assert not [finding for finding in errors if finding.key not in before]
    assert len(errors) < sum(finding.severity is Severity.ERROR for finding in findings)
