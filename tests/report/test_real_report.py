"""The real report beside the real workbook: exactly what is wrong in it, and that the rest was looked at."""

from __future__ import annotations

from functools import cache

import pytest

from batch.checks.run import Checked, run_checks
from batch.model.status import Verdict
from batch.report.reader import read_report
from batch.unit.bundle import Bundle, Sent, UnitWork
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import BASIC, FILE, OF_THIS_YEAR, PACK, SAMPLE, rules, sample, submission
from tests.report.make_docx import TEXT, docx_of, lines, real_report, report_text

FOLDER = "浏阳市数据资源中心"
REPORT = f"{FOLDER}/{TEXT.name}"
#: check, where (sheet!cell, or the paragraph), filled, computed
FOUND = [
    ("R602", "第47段!None", "98.93%", "90.62%"),  # S-69
    ("R603", "第47段!None", "2019年末", "2020年"),  # S-70
    ("R604", "第38段!None", "2个", "自评表1份"),  # S-65
    ("C508", "第58段!None", "全市核心政务基础设施及业务系统运维保障经费43.64万元", ""),  # S-65
    ("C508", "第58段!None", "政务外网和政府网站安全监控经费28万元", ""),
    ("C508", "第58段!None", "市级重点工作专项经费3.6万元", ""),
    ("R606", f"{BASIC}!D19", "450.16", "450.16万元"),  # S-71
    ("J131", f"{BASIC}!D4", "100%", "86.67%"),  # S-01
]


@cache
def reviewed() -> Checked:
    sent = submission(sample())
    sent.reports.append(read_report(report_text().encode(), REPORT).narrative)
    return run_checks(sent, rules().catalogue, rules().forms)


@cache
def without() -> set[tuple[str, str, str]]:
    findings = run_checks(submission(sample()), rules().catalogue, rules().forms).findings
    return {(f.check, f"{f.sheet}!{f.cell}", f.field) for f in findings}


def test_the_report_adds_exactly_these_findings() -> None:
    found = [
        (f.check, f"{f.sheet}!{f.cell}", f.filled, f.expected)
        for f in reviewed().findings
        if (f.check, f"{f.sheet}!{f.cell}", f.field) not in without()
    ]
    assert sorted(found) == sorted(FOUND)


def passed(check: str) -> list[tuple[str, str]]:
    return [(o.left, o.right) for o in reviewed().outcomes if o.check == check and o.verdict is Verdict.PASS]


@pytest.mark.parametrize("percent", ["100.00%", "14.61%", "85.39%", "88.46%", "11.54%", "42.70%", "9.38%"])
def test_the_other_percentages_pass(percent: str) -> None:
    assert (percent, percent) in passed("R602")


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        ("949.97万元", "491.21+8.60+450.16＝949.97"),
        ("478.24万元", "43.64+403.00+28.00+3.60＝478.24"),
        ("162.53万元", "143.77+18.76＝162.53"),
        ("2.00万元", "0.00+0.00+2.00＝2.00"),
        ("0.95万元", "0.00+0.00+0.95＝0.95"),
    ],
)
def test_the_lists_of_parts_pass(total: str, parts: str) -> None:
    assert (total, parts) in passed("R605")


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("1112.50万元", "1,112.50万元"),
        ("162.53万元", "1,625,312.00元"),
        ("949.97万元", "949.97万元"),
        ("779.60万元", "779.60万元"),
        ("2.00万元", "2.00万元"),
        ("0.95万元", "0.95万元"),
        ("18.76万元", "18.76万元"),
        ("478.24万元", "478.24万元"),
        ("332.90万元", "1,112.50−779.60＝332.90万元"),
        ("1.05万元", "0.95−2.00＝-1.05万元"),
        ("0.91万元", "0.95−1.86＝-0.91万元"),
    ],
)
def test_the_amounts_agree_with_the_forms(said: str, held: str) -> None:
    assert (said, held) in passed("R601")


def test_nothing_of_the_report_stays_unchecked() -> None:
    checks = {"R601", "R602", "R603", "R604", "R605", "R606", "R607", "J131", "C508", "C514"}
    unchecked = [o for o in reviewed().outcomes if o.check in checks and o.verdict is Verdict.UNCHECKED]
    assert unchecked == []
    assert passed("C514") == [("96", "96分")]
    assert len(passed("R607")) == 3


def test_the_share_is_told_with_its_sentence_and_its_arithmetic() -> None:
    finding = next(f for f in reviewed().findings if f.check == "R602")
    assert "“无形资产资产原值179.24万元,占比98.93%”" in finding.message
    assert "179.24÷197.80应为90.62%" in finding.message
    assert finding.difference == "+8.31个百分点"
    assert finding.file == REPORT


def test_a_project_without_a_form_is_shown_to_be_in_the_budget() -> None:
    """S-66: the monitored project stands in the report's list of the 2020 budget."""
    sent = submission(sample(OF_THIS_YEAR))
    sent.reports.append(read_report(report_text().encode(), REPORT).narrative)
    findings = run_checks(sent, rules().catalogue, rules().forms).findings
    finding = next(f for f in findings if f.check == "C509" and f.form == "监控表")
    assert "“政务外网和政府网站安全监控经费28万元”" in finding.message


def _worked(*files: tuple[str, bytes]) -> UnitWork:
    done = review_files(Bundle(FOLDER, tuple(Sent(name, 1, data) for name, data in files)), Context(PACK))
    assert done.unprocessed == []
    assert len(done.units) == 1
    return done.units[0]


@cache
def beside(report: str) -> UnitWork:
    """The workbook with the report beside it, as "docx" or "txt"."""
    data = docx_of(lines(report_text())) if report == "docx" else TEXT.read_bytes()
    return _worked((FILE, SAMPLE.read_bytes()), (f"{FOLDER}/自评报告.{report}", data))


@cache
def alone() -> UnitWork:
    """The report that holds the forms itself."""
    return _worked((f"{FOLDER}/自评报告.docx", real_report()))


def told(unit: UnitWork) -> set[tuple[str, str, str, str, str]]:
    return {(f.check, f.form, f.field, f.filled, f.expected) for f in unit.review.findings}


def test_as_a_document_or_as_text_with_the_forms_run_into_it_it_says_the_same() -> None:
    assert told(beside("docx")) == told(beside("txt"))
    assert {check for check, *_ in told(beside("docx"))} >= {check for check, *_ in FOUND}


def test_the_forms_in_the_document_give_what_the_workbook_gives() -> None:
    """But for the container itself."""
    apart = told(alone()) ^ told(beside("docx"))
    assert {(check, form) for check, form, *_ in apart} == {("F003", "")}


def test_the_document_comes_back_as_a_marked_workbook() -> None:
    from batch.workbook.package.package import Package
    from batch.workbook.read.xlsx import read_workbook

    data = dict(alone().copies)[f"批注/{FOLDER}/自评报告.xlsx"]
    book = read_workbook(data, "自评报告.xlsx")
    names = [sheet.name for sheet in book.sheets]
    assert "2020年部门整体支出绩效自评表" in names
    results = next(sheet for sheet in book.sheets if sheet.name == "审核结果")
    texts = " ".join(cell.raw for cell in results.cells.values())
    assert "98.93%" in texts
    assert any(name.startswith("xl/comments") for name in Package.open(data).names())


def test_the_same_files_give_the_same_copies() -> None:
    again = _worked((f"{FOLDER}/自评报告.docx", real_report()))
    assert again.copies == alone().copies


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("项目支出949.97万元", "项目支出979.97万元", "R601"),
        ("占比14.61%", "占比16.41%", "R602"),
        ("资本性支出450.16万元", "资本性支出460.16万元", "R605"),
        ("比预算节约1.05万元", "比预算超支1.05万元", "R607"),
        ("增加42.70%", "增加47.20%", "R602"),
        ("公用经费18.76万元", "公用经费17.86万元", "R605"),
        ("评分得分96分", "评分得分98分", "C514"),
    ],
)
def test_a_slip_anywhere_in_it_is_found(old: str, new: str, check: str) -> None:
    text = report_text()
    assert old in text
    sent = submission(sample())
    sent.reports.append(read_report(text.replace(old, new).encode(), REPORT).narrative)
    found = {(f.check, f.field) for f in run_checks(sent, rules().catalogue, rules().forms).findings}
    before = {(f.check, f.field) for f in reviewed().findings}
    assert check in {name for name, _ in found - before}
