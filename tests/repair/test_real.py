"""The real submission: the few things to do, and what doing the certain ones comes to."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from batch.checks.rerun import Checks
from batch.checks.run import run_checks
from batch.model.cause import Cause, Sure
from batch.model.form import Submission
from batch.model.review import Finding
from batch.model.status import Severity
from batch.repair.agreement import agreeing
from batch.repair.applied import typed, with_values
from batch.repair.causes import causes_of
from batch.repair.sentences import Teller
from batch.repair.trial import Trial, try_proposals
from tests.paper import SAMPLE
from tests.repair.planted import checked, rules, submission

if TYPE_CHECKING:
    import pytest


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


def test_there_are_twelve_things_to_do_each_in_plain_sentences() -> None:
    _, _, _, causes = real()
    assert len([cause for cause in causes if cause.is_to_do]) <= 12
    for cause in causes:
        assert cause.text.endswith("。"), cause.text
        assert not any(twice in cause.text for twice in ("。。", "；。", "。；", "，。", "  ")), cause.text


def test_what_one_explanation_settles_is_one_thing() -> None:
    _, findings, _, causes = real()
    check_of = {finding.key: finding.check for finding in findings}
    together = [{check_of[key] for key in cause.findings} for cause in causes]
    assert {"J114", "J115", "J126", "J127"} in together
    assert {"J117", "J118", "J119"} in together
    assert {"X313", "X316", "X320", "Z411", "Z412", "Z420"} in together
    assert {"X308", "X309", "X310", "X311", "K215"} in together
    # D4 is typed anew: then it is no text any more
    assert {"J101", "Z403", "Z413", "Z414", "Z417", "Z425", "F020"} in together


def test_findings_say_what_the_proposals_say() -> None:
    _, findings, trial, _ = real()
    tell = Teller(rules().causes.words, trial.compiled.slots)
    told = {(one.check, one.cell): one for one in agreeing(findings, trial, tell)}
    # the total is marked, and is right
    total, part, blank = told["J111", "D12"], told["J112", "D13"], told["F025", "B15"]
    assert (total.expected, part.expected) == ("", "949.97")
    assert "D13" in total.fix
    assert "改为949.97" in total.fix
    assert blank.expected == "14.17至145.47"
    assert "应在14.17万元至145.47万元之间" in blank.fix
    assert told["F025", "F6"].expected == "403.00"
    assert "改为403.00" in told["F025", "F6"].fix


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


def test_a_form_with_very_many_indicators_is_checked_without_proposals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of, findings, _, _ = real()
    one = rules()
    monkeypatch.setattr("batch.repair.expressions._MOST_ADDENDS", 10)
    trial = try_proposals(of, checked(of), findings, Checks(one.catalogue, one.forms), one.causes.prices)
    assert trial.tried == []
    causes = causes_of(findings, trial, one.causes)
    assert sorted(key for cause in causes for key in cause.findings) == sorted(f.key for f in findings)


def test_an_indicator_keeps_its_parts_while_a_correction_is_tried() -> None:
    of, _, _, _ = real()
    table = next(table for table in of.tables if table.items)
    item = table.items[0]
    value = next(value for value in item.values.values() if value.ref)
    part = replace(item, values={}, parts=[])
    sent = replace(of, tables=[replace(table, items=[replace(item, parts=[part])], groups=[])])
    made = with_values(sent, {(table.file, value.sheet, value.ref): replace(value, raw="1")})
    assert made.tables[0].items[0].parts == [part]
    assert made.tables[0].items[0].values != item.values
