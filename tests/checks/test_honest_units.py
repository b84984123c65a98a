"""Units that are unusual and right are left alone, in their own unit of money, with or without projects."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

from batch.model.status import Severity
from tests.checks.telling import (
    BASIC,
    IN_BASIC,
    IN_MONITORING,
    IN_PROJECTS,
    IN_WHOLE,
    MONITORING,
    PROJECT,
    TEMPLATE,
    WHOLE,
    Edits,
    in_yuan,
    only,
    told,
    where,
)


def test_a_unit_in_yuan_is_told_yuan(clean: bytes) -> None:
    yuan = in_yuan(clean, IN_BASIC + IN_PROJECTS + IN_MONITORING) | {
        f"{BASIC}!D2": "单位：元",
        f"{MONITORING}!A4": "项目资金（元）",
        f"{PROJECT}!A4": "项目资金（元）",
    }
    assert told(clean, yuan) == []
    wrong: Edits = {
        f"{BASIC}!D6": 100000,
        f"{BASIC}!D13": 4567000,
        f"{BASIC}!D12": 3567000,
        f"{PROJECT}!F5": 3000000,
    }
    found = told(clean, {**yuan, **wrong})
    assert only(found, "J105").cell == "D6"
    assert "决算数100,000.00元" in only(found, "J105").message
    assert "相差7,700.00元" in only(found, "J105").message
    assert only(found, "J112").message == (
        "“业务工作专项”2020年决算数4,567,000.00元，大于合计“项目支出”3,567,000.00元，多1,000,000.00元。"
    )
    assert "与合计3,567,000.00元一致，疑为分项写错" in only(found, "J112").fix
    assert "全年执行数3,000,000.00元" in only(found, "X301").message
    assert not [f for f in found if "万元" in f.message]


def test_the_whole_form_in_wan_is_told_wan(clean: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    wan: dict[str, str | float | None] = {
        p: float(book[WHOLE][p.partition("!")[2]].value) / 10000 for p in IN_WHOLE
    }
    wan[f"{WHOLE}!H2"] = "单位：万元"
    assert told(clean, wan) == []
    found = told(clean, wan | {f"{WHOLE}!F4": 900})
    assert only(found, "Z404").cell == "F4"
    assert "执行900.00万元，超过预算778.64万元，超121.36万元（115.59%）" in only(found, "Z404").message
    assert "合计全年执行数960.64万元，不等于资金结构合计839.28万元" in only(found, "Z401").message


def test_a_sum_typed_with_its_unit_is_not_told_it_twice(clean: bytes) -> None:
    found = told(clean, {f"{BASIC}!D15": "70 万元"})
    assert only(found, "J118").message == "公用经费决算70.00万元，为预算49.90万元的140.28%，超支20.10万元。"


def test_projects_in_another_unit_are_told_in_both(clean: bytes) -> None:
    found = told(clean, in_yuan(clean, IN_PROJECTS) | {f"{PROJECT}!A4": "项目资金（万元）"})
    (first, _) = [f for f in found if f.check == "C507"]
    assert (first.sheet, first.cell) == (BASIC, "C12")
    assert "合计3,567,000.00万元（3,567,000.00），大于基础数据表项目支出356.70万元" in first.message


#: no project: nothing budgeted, nothing spent
_NO_PROJECT: Edits = {
    **{f"{BASIC}!{c}{r}": 0 for c in "BCD" for r in (13, 19)},
    f"{BASIC}!B20": 477.75,
    f"{BASIC}!C20": 482.58,
    f"{BASIC}!D20": 482.58,
    **{f"{WHOLE}!{c}{r}": 0 for c in "EF" for r in (5, 7)},
    f"{WHOLE}!E4": 4825800,
    f"{WHOLE}!F4": 4825800,
    f"{WHOLE}!F27": "—",
}


def _without_projects(book: openpyxl.Workbook) -> None:
    del book[MONITORING]
    del book[PROJECT]


def _as_issued(*forms: str, name: str | None = None, sheet: str = "") -> Callable[[openpyxl.Workbook], None]:
    """The forms as the official workbook has them, with `name` where the project's belongs.

    `sheet`: where one of them stands, if not on its own.
    """

    def bend(book: openpyxl.Workbook) -> None:
        issued = openpyxl.load_workbook(TEMPLATE)
        for form in forms:
            at = book[sheet or form]
            for row in at.iter_rows():
                for cell in row:
                    if not isinstance(cell, MergedCell):
                        cell.value = issued[form][cell.coordinate].value
            at["C2"] = name

    return bend


@pytest.mark.parametrize(
    "bend",
    [
        _without_projects,
        _as_issued(MONITORING, PROJECT),
        _as_issued(MONITORING, PROJECT, name="无"),
    ],
)
def test_a_unit_without_projects_owes_no_project_form(
    clean: bytes, bend: Callable[[openpyxl.Workbook], None]
) -> None:
    assert told(clean, _NO_PROJECT, bend) == []


def test_a_unit_with_projects_owes_their_forms(clean: bytes) -> None:
    assert ("F006", None) in where(told(clean, {}, _without_projects))
    # left blank it is told once, and not cell by cell
    (finding,) = [f for f in told(clean, {}, _as_issued(PROJECT)) if f.sheet == PROJECT]
    assert (finding.check, finding.severity) == ("F006", Severity.ERROR)
    assert "是空的" in finding.message


def test_monitoring_left_as_issued_is_no_mistake_unless_begun(clean: bytes) -> None:
    (finding,) = told(clean, {}, _as_issued(MONITORING))
    assert (finding.check, finding.sheet, finding.severity) == ("F040", MONITORING, Severity.HINT)
    begun = told(clean, {}, _as_issued(MONITORING, name="业务能力建设"))
    assert ("F025", "E6") in where(begun, Severity.ERROR)


def test_a_second_blank_project_form_is_no_project(clean: bytes) -> None:
    def bend(book: openpyxl.Workbook) -> None:
        book.copy_worksheet(book[PROJECT]).title = "项目2"
        _as_issued(PROJECT, sheet="项目2")(book)

    (finding,) = told(clean, {}, bend)
    assert (finding.check, finding.sheet, finding.severity) == ("F040", "项目2", Severity.HINT)


#: a budget that was changed within the year and spent; the whole form holds the changed one
_ALL_SPENT: Edits = {
    f"{BASIC}!D13": 338.87,
    f"{BASIC}!D20": 821.45,
    f"{PROJECT}!E6": 278.23,
    f"{PROJECT}!F6": 278.23,
    f"{MONITORING}!N6": 278.23,
    f"{WHOLE}!E4": 7608100,
    f"{WHOLE}!F4": 7608100,
    f"{WHOLE}!E7": 3388700,
    f"{WHOLE}!F7": 3388700,
    f"{WHOLE}!F26": "-1.14%",
}
#: and one that had 20万元 left of it
_SOME_LEFT: Edits = {
    f"{BASIC}!D13": 380,
    f"{BASIC}!D20": 862.58,
    f"{PROJECT}!E7": 43.3,
    f"{PROJECT}!F7": 23.3,
    f"{PROJECT}!H21": 99.5,
    f"{MONITORING}!N6": 319.36,
    f"{WHOLE}!E4": 8219400,
    f"{WHOLE}!F4": 8019400,
    f"{WHOLE}!E7": 4000000,
    f"{WHOLE}!F7": 3800000,
    f"{WHOLE}!F22": "97.73%",
    f"{WHOLE}!F26": "3.81%",
    f"{WHOLE}!F28": "97.73%",
}


def test_a_budget_changed_within_the_year_may_stand_in_the_whole_form(clean: bytes) -> None:
    found = told(clean, _ALL_SPENT)
    assert where(found, Severity.ERROR) == []
    assert where(found, Severity.WARNING) == [("K205", "N5")]
    found = told(clean, _SOME_LEFT)
    assert where(found, Severity.ERROR) == []
    assert where(found, Severity.WARNING) == [("K205", "N5"), ("C518", "E4")]
    assert only(found, "C518").message == (
        "整体自评表“全年预算数”合计8,825,800.00元，与基础数据表年初预算839.28万元不同，相差433,000.00元。"
    )


def test_a_budget_that_cannot_be_the_changed_one_is_a_mistake(clean: bytes) -> None:
    # nothing was changed, or less was budgeted than spent
    assert ("C503", "C20") in where(told(clean, {f"{WHOLE}!E6": 4925800}), Severity.ERROR)
    assert ("C503", "C20") in where(told(clean, {**_SOME_LEFT, f"{WHOLE}!E7": 3700000}), Severity.ERROR)
    # as at the year's start in all, but not in its parts
    assert ("C501", "C12") in where(
        told(clean, {**_SOME_LEFT, f"{WHOLE}!E6": 4826800, f"{WHOLE}!E7": 3566000}), Severity.ERROR
    )


@pytest.mark.parametrize("nothing", [0, "/", "—"])
def test_a_unit_founded_this_year_is_not_compared_with_last_year(clean: bytes, nothing: str | int) -> None:
    before: Edits = {f"{BASIC}!B{r}": nothing for r in range(6, 21)}
    found = told(clean, {**before, f"{WHOLE}!F21": "新设单位，不适用", f"{WHOLE}!F26": "新设单位，不适用"})
    assert where(found, Severity.ERROR, Severity.WARNING) == []


def test_the_first_receptions_of_an_old_unit_are_asked_about(clean: bytes) -> None:
    found = told(clean, {f"{BASIC}!B{r}": 0 for r in (8, 9, 10, 11)})
    assert only(found, "J108").cell == "D6"
    assert (
        only(found, "J108").message == "三公经费决算9.23万元，比上年0.00万元增加9.23万元（变动率无法计算）。"
    )
    assert "变动率无法计算（表内没有上年预算" in only(found, "J109").message


@pytest.mark.parametrize("rate", [0, "0%", "—", None])
def test_nothing_out_of_nothing_may_be_put_as_nothing(clean: bytes, rate: str | int | None) -> None:
    only_grants: Edits = {
        **{f"{PROJECT}!{c}6": 356.7 for c in "DEF"},
        **{f"{PROJECT}!{c}8": 0 for c in "DEF"},
        f"{MONITORING}!E6": 356.7,
        f"{MONITORING}!H6": 206.89,
        f"{MONITORING}!N6": 356.7,
        **{f"{MONITORING}!{c}7": 0 for c in "EHN"},
        **{f"{WHOLE}!{c}4": 8392800 for c in "EF"},
        **{f"{WHOLE}!{c}5": 0 for c in "EF"},
        f"{MONITORING}!K7": rate,
        f"{WHOLE}!G5": rate,
    }
    assert where(told(clean, only_grants), Severity.ERROR, Severity.WARNING) == []
    assert ("Z403", "G5") in where(told(clean, {**only_grants, f"{WHOLE}!G5": "100%"}), Severity.ERROR)


def test_a_wrong_rate_of_staff_is_told_once_in_each_form(clean: bytes) -> None:
    assert where(told(clean, {f"{WHOLE}!F20": "100%"})) == [("Z413", "F20"), ("Z427", "G34")]


def test_what_is_due_to_be_more_than_nothing_is_not_due_to_be_nothing(clean: bytes) -> None:
    finding = only(told(clean, {f"{BASIC}!C19": 0}), "J121")
    assert (finding.cell, finding.filled, finding.expected, finding.difference) == (
        "C19",
        "0.00",
        "大于0",
        "",
    )
