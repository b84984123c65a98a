"""What a unit reads on its copy: one comment a cell, a list it can work down, nothing drowned."""

from __future__ import annotations

import io

import openpyxl
import pytest

from batch.model.cause import Sure
from batch.model.markup import Text
from batch.model.review import Finding, Review
from batch.model.status import Severity
from batch.returns.details_sheet import details_sheet
from batch.returns.notes import listed_findings, marks_of
from batch.returns.results_sheet import results_sheet
from batch.returns.round_heading import RoundHeading
from batch.returns.things import Things
from batch.returns.things_page import things_page
from batch.unit.bundle import Bundle, Sent, UnitWork
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from batch.workbook.annotate.own_sheets import DETAILS_TITLE, RESULTS_TITLE
from tests import paper as sample

FILE = "甲单位/表.xlsx"


@pytest.fixture(scope="module")
def real() -> UnitWork:
    """The real submission as one night looks at it."""
    done = review_files(Bundle("", (Sent(sample.FILE, 1, sample.SAMPLE.read_bytes()),)), Context(sample.PACK))
    return done.units[0]


def finding(
    cell: str | None, check: str = "F025", severity: Severity = Severity.ERROR, file: str = FILE
) -> Finding:
    return Finding(
        unit="甲单位",
        file=file,
        sheet="基础数据表",
        cell=cell,
        check=check,
        title="标题",
        severity=severity,
        form="基础数据表",
        field=f"{check}{cell}",
        message=f"{check}的说明",
        fix="改正",
    )


def review(*findings: Finding) -> Review:
    return Review("甲单位", "", (FILE,), list(findings))


def texts(rows: list[list[Text | None]]) -> list[str]:
    return [cell.text for row in rows for cell in row if cell is not None]


def test_several_findings_on_one_cell_are_one_mark_with_the_gravest_first() -> None:
    marks = marks_of(review(finding("B3", "J110", Severity.HINT), finding("B3", "J101")), FILE)
    assert [(m.ref, m.severity) for m in marks] == [("B3", Severity.ERROR)]
    assert marks[0].text.startswith("【错误】J101")
    assert "【提示】J110" in marks[0].text


def test_what_is_missing_or_stands_in_another_file_is_listed_but_not_marked() -> None:
    found = [finding(None, "F006"), finding("C4", "J101", file="甲单位/另一份.xlsx")]
    assert marks_of(review(*found), FILE) == []
    sheet = details_sheet(review(*found), FILE)
    assert "另一份.xlsx\n基础数据表!C4" in texts(sheet.rows)


def test_the_same_mistake_over_many_cells_is_capped_and_the_cap_is_said() -> None:
    found = [finding(f"C{row}") for row in range(1, 31)]
    assert [len(more) for _, more in listed_findings(found)] == [0] * 9 + [20]
    sheet = details_sheet(review(*found), FILE)
    assert any("另有20处同类问题，位置：C11、C12" in text for text in texts(sheet.rows))
    # every cell is marked all the same
    assert len(marks_of(review(*found), FILE)) == 30


def test_the_sheet_is_known_again_and_links_to_the_cells() -> None:
    given = review(finding("D4"))
    sheet = results_sheet(given, RoundHeading("规则", 2020), things_page(given, FILE))
    assert texts(sheet.rows)[0] == RESULTS_TITLE
    sheet = details_sheet(review(finding("D4")), FILE)
    assert texts(sheet.rows)[0] == DETAILS_TITLE
    assert sheet.heading_row == 1
    links = [cell.link for row in sheet.rows for cell in row if cell is not None and cell.link]
    assert links == [("审核结果", "A1"), ("基础数据表", "D4")]


def test_a_finding_on_trial_says_so_and_returns_nobody() -> None:
    from dataclasses import replace

    trial = replace(finding("D4"), status="试行")
    assert review(trial).status == "通过"
    assert marks_of(review(trial), FILE)[0].text.startswith("【错误·试行】")


def test_the_few_things_to_do_come_first_with_cells_values_and_what_they_settle(real: UnitWork) -> None:
    review = real.review
    things = Things.of(review.causes)
    book = openpyxl.load_workbook(io.BytesIO(real.copies[0][1]))
    sheet = book["审核结果"]
    rows = {str(row[0].value): row for row in sheet.iter_rows() if row[0].value}
    head = next(row for row in rows.values() if row[0].value == "序号")[0].row
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.freeze_panes is None
    # each cause once, in three parts, the numbers running on
    numbers = [int(str(row[0].value)) for row in sheet.iter_rows() if str(row[0].value or "").isdigit()]
    assert numbers == list(range(1, len(review.causes) + 1))
    assert [t.cause.sure for t in things.to_explain] == [Sure.EXPLAIN] * len(things.to_explain)
    assert not [t for t in things.optional if t.cause.errors or t.cause.warnings]
    # 979.97 for 949.97: the value to type stands beside its cell
    thing = next(t for t in things.to_do if [c.cell for c in t.cause.changes] == ["D13"])
    row = rows[str(thing.number)]
    assert (row[1].value, row[5].value) == (thing.cause.text, f"{thing.settles}\n涉及30.00万元")
    below = sheet[int(row[0].row or 0) + 1]
    assert [cell.value for cell in below[1:4]] == ["基础数据表!D13", "979.97", "949.97"]
    assert below[1].hyperlink is not None
    assert below[1].hyperlink.location == "'基础数据表'!D13"
    # sums are grouped as everywhere else; cells nothing is proposed for are named after the first of a sheet
    shown = [tuple(cell.value for cell in row[1:5]) for row in sheet.iter_rows()]
    label = "财政拨款的全年预算数"
    assert ("（1）整体支出自评表!E4", "6,272,512.00", "11,124,990.85", label) in shown
    assert ("基础数据表!D15", "还有D16", None, None) in shown
    # what need not be read is folded away below its heading
    folded_rows = [n for n, size in sheet.row_dimensions.items() if size.outlineLevel]
    assert len(folded_rows) >= len(things.optional)
    assert all(sheet.row_dimensions[n].hidden for n in folded_rows)
    assert max(folded_rows) == sheet.max_row
    # everything found stands behind it, its headings in the first row
    details = book["问题明细"]
    assert (details.freeze_panes, details.print_title_rows) == ("A2", "$1:$1")
    assert details.auto_filter.ref == f"A1:J{details.max_row}"
    assert book["重算指标"].freeze_panes == "A2"


def test_a_note_tells_the_thing_to_do_and_hints_are_not_coloured(real: UnitWork) -> None:
    review = real.review
    numbers = {thing.cause.id: thing for thing in Things.of(review.causes).all}
    marks = {(mark.sheet, mark.ref): mark for mark in marks_of(review, sample.FILE)}
    for finding in review.findings:
        if finding.cell:
            mark, thing = marks[finding.sheet, finding.cell], numbers[finding.cause]
            assert f"【第{thing.number}件】{thing.cause.text}" in mark.text
            assert f"】{finding.check} {finding.title}（问题明细第" in mark.text
            assert mark.text.startswith("【第")
    assert {mark.coloured for mark in marks.values() if mark.severity is Severity.HINT} == {False}
    assert {mark.coloured for mark in marks.values() if mark.severity is not Severity.HINT} == {True}
    # a cell to be corrected is marked even where nothing was found on it
    (one,) = next(c.changes for c in review.causes if [x.cell for x in c.changes] == ["D13"])
    assert marks[one.sheet, one.cell].coloured
