"""The checks of the written report: each finds its mistake, passes what is right, and needs a report."""

from __future__ import annotations

import pytest

from batch.model.review import verdict_of
from batch.model.status import Verdict
from tests.checks.report_cases import REPORT_CASES
from tests.paper import BASIC, REPORT, checked, corrected, sample


@pytest.mark.parametrize("check", REPORT_CASES)
def test_the_mistake_is_found_where_it_stands(check: str) -> None:
    findings = checked(corrected(), report=REPORT_CASES[check].breaks).findings
    found = {(f.check, f"{f.sheet}!{f.cell}") for f in findings}
    assert (check, REPORT_CASES[check].marks) in found


@pytest.mark.parametrize("check", REPORT_CASES)
def test_the_right_thing_passes(check: str) -> None:
    result = checked(corrected(), report=REPORT_CASES[check].passes)
    assert verdict_of(o for o in result.outcomes if o.check == check) is Verdict.PASS
    assert [f for f in result.findings if f.check in REPORT_CASES] == []


@pytest.mark.parametrize("check", REPORT_CASES)
def test_without_a_report_it_does_not_apply(check: str) -> None:
    outcomes = [o for o in checked(sample()).outcomes if o.check == check]
    assert [o.verdict for o in outcomes] == [Verdict.NOT_APPLICABLE]
    assert outcomes[0].reason.endswith("没有自评报告")


@pytest.mark.parametrize("check", REPORT_CASES)
def test_a_finding_quotes_the_report_and_says_where(check: str) -> None:
    case = REPORT_CASES[check]
    for finding in checked(corrected(), report=case.breaks).findings:
        if finding.check == check:
            assert "自评报告.txt第1段" in finding.message
            assert "{" not in finding.message + finding.fix
            assert (finding.file == REPORT) is (finding.cell is None)


def test_a_rate_that_counts_the_others_is_told_at_the_rate() -> None:
    text = "现有干部职工15人（其中在编人员13人，编外人员2人）。"
    findings = checked(corrected({f"{BASIC}!D4": "100%"}), report=text).findings
    found = [(f.cell, f.filled, f.expected) for f in findings if f.check == "J131"]
    assert found == [("D4", "100%", "86.67%")]


def test_a_grade_that_the_score_does_not_reach_is_told() -> None:
    findings = checked(corrected(), report="部门整体支出绩效评价等级为“良”。").findings
    assert [(f.cell, f.field) for f in findings if f.check == "C514"] == [("G34", "总分.等级")]


def test_an_amount_repeated_is_told_once_with_every_place() -> None:
    text = "2020年度支出总额566.53万元。\n此外无他。\n2020年支出合计566.53万元。"
    findings = [f for f in checked(corrected(), report=text).findings if f.check == "R601"]
    assert len(findings) == 1
    assert "第1、3段" in findings[0].message


def test_two_different_wrong_amounts_are_two_findings() -> None:
    text = "2020年度支出总额566.53万元。\n2020年支出合计567.53万元。"
    fields = [f.field for f in checked(corrected(), report=text).findings if f.check == "R601"]
    assert fields == ["整体支出.本年决算", "整体支出.本年决算（2）"]


def test_what_the_forms_lack_is_not_checked_and_not_clean() -> None:
    outcomes = checked(corrected({f"{BASIC}!D15": None}), report="2020年公用经费10万元。").outcomes
    assert verdict_of(o for o in outcomes if o.check == "R601") is Verdict.UNCHECKED


def test_a_listing_of_thousands_of_figures_is_not_checked_and_not_clean() -> None:
    outcomes = checked(corrected(), report="2020年度支出总额1万元。" * 2001).outcomes
    for check in REPORT_CASES:
        verdict = verdict_of(o for o in outcomes if o.check == check)
        assert verdict in (Verdict.UNCHECKED, Verdict.NOT_APPLICABLE), check
    assert verdict_of(o for o in outcomes if o.check == "R601") is Verdict.UNCHECKED


def test_a_finding_changes_its_mark_with_the_words_it_rests_on() -> None:
    """An explanation of 566.53 does not cover 567.53."""
    marks = {
        f.fingerprint
        for text in ("2020年度支出总额566.53万元。", "2020年度支出总额567.53万元。")
        for f in checked(corrected(), report=text).findings
        if f.check == "R601"
    }
    assert len(marks) == 2
