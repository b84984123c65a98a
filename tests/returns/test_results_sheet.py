"""What a unit reads on its copy: one comment a cell, a list it can work down, nothing drowned."""

from __future__ import annotations

from batch.model.markup import Text
from batch.model.review import Finding, Review
from batch.model.status import Severity
from batch.returns.heading import RoundHeading
from batch.returns.results_sheet import folded, marks_of, results_sheet
from batch.workbook.annotate.own_sheets import RESULTS_TITLE

FILE = "甲单位/表.xlsx"


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
    marks = marks_of([finding("B3", "J110", Severity.HINT), finding("B3", "J101")], FILE)
    assert [(m.ref, m.severity) for m in marks] == [("B3", Severity.ERROR)]
    assert marks[0].text.startswith("【错误】J101")
    assert "【提示】J110" in marks[0].text


def test_what_is_missing_or_stands_in_another_file_is_listed_but_not_marked() -> None:
    found = [finding(None, "F006"), finding("C4", "J101", file="甲单位/另一份.xlsx")]
    assert marks_of(found, FILE) == []
    sheet = results_sheet(review(*found), RoundHeading("规则", 2020), FILE)
    assert "另一份.xlsx\n基础数据表!C4" in texts(sheet.rows)


def test_the_same_mistake_over_many_cells_is_capped_and_the_cap_is_said() -> None:
    found = [finding(f"C{row}") for row in range(1, 31)]
    assert [len(more) for _, more in folded(found)] == [0] * 9 + [20]
    sheet = results_sheet(review(*found), RoundHeading("规则", 2020), FILE)
    assert any("另有20处同类问题，位置：C11、C12" in text for text in texts(sheet.rows))
    # every cell is marked all the same
    assert len(marks_of(found, FILE)) == 30


def test_the_sheet_is_known_again_and_links_to_the_cells() -> None:
    sheet = results_sheet(review(finding("D4")), RoundHeading("规则", 2020), FILE)
    assert texts(sheet.rows)[0] == RESULTS_TITLE
    links = [cell.link for row in sheet.rows for cell in row if cell is not None and cell.link]
    assert links == [("基础数据表", "D4")]


def test_a_finding_on_trial_says_so_and_returns_nobody() -> None:
    from dataclasses import replace

    trial = replace(finding("D4"), status="试行")
    assert review(trial).status == "通过"
    assert marks_of([trial], FILE)[0].text.startswith("【错误·试行】")
