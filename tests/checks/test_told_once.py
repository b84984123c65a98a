"""One mistake is told once, with the right numbers, in words that can be acted on."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from batch.checks.engine.amount import Amount, divide, of_value, show, told_sum
from batch.config.settings import Settings
from batch.model.form import State, Value
from batch.model.status import Severity
from batch.night import run_night
from tests.checks.telling import (
    BASIC,
    IN_BASIC,
    IN_MONITORING,
    IN_PROJECTS,
    MONITORING,
    PROJECT,
    WHOLE,
    Edits,
    all_told,
    in_yuan,
    only,
    told,
    where,
)
from tests.nights import reviews_of
from tests.paper import checked, corrected


def test_what_was_not_all_spent_was_not_cut(clean: bytes) -> None:
    left_over: Edits = {
        f"{BASIC}!D13": 338.87,
        f"{BASIC}!D20": 821.45,
        f"{PROJECT}!F6": 278.23,
        f"{MONITORING}!N6": 278.23,
        f"{WHOLE}!F4": 7608100,
        f"{WHOLE}!F7": 3388700,
        f"{WHOLE}!F22": "97.88%",
        f"{WHOLE}!F26": "-1.14%",
        f"{WHOLE}!F28": "97.88%",
    }
    found = told(clean, left_over)
    assert where(found, Severity.ERROR, Severity.WARNING) == [("K205", "N5")]


def test_a_missed_target_with_all_its_points_is_told_once_with_what_is_due(clean: bytes) -> None:
    found = told(clean, {f"{PROJECT}!F12": "8次"})
    assert where(found, Severity.ERROR, Severity.WARNING) == [("X315", "H12")]
    assert only(found, "X315").message == (
        "指标“举办业务培训”指标值“≥10次”、完成值“8次”，未达到指标值却得满分15分，按规则应得12分（8÷10×15）。"
    )


def test_two_ticks_are_told_once_and_a_doubt_says_what_is_missing(clean: bytes) -> None:
    assert where(told(clean, {f"{MONITORING}!O11": "√"}), Severity.ERROR) == [("K209", "N11")]
    found = told(clean, {f"{MONITORING}!N11": None, f"{MONITORING}!O11": "√"})
    assert where(found, Severity.ERROR) == [("K210", "M11"), ("K210", "Q11")]
    assert [f.message for f in found if f.check == "K210"] == [
        f"指标“举办业务培训”选了“有可能”或“完全不可能”，未填{word}。" for word in ("原因说明", "备注")
    ]


def test_one_car_is_asked_about_at_its_row_and_in_the_sum(clean: bytes) -> None:
    found = told(clean, {f"{BASIC}!D8": 12})
    assert [f.cell for f in found if f.check == "J107"] == ["D6", "D8"]


def test_money_ahead_of_its_goals_is_not_called_only(clean: bytes) -> None:
    found = told(clean, {f"{MONITORING}!H6": 290})
    assert only(found, "K207").cell == "K5"
    assert "只有" not in only(found, "K207").message


def test_a_slip_is_looked_for_where_something_was_typed(clean: bytes) -> None:
    finding = only(told(clean, {f"{BASIC}!D6": 9.32}), "J113")
    # not D10, where nothing was spent on journeys
    assert (finding.cell, finding.filled) == ("D11", "2.30")
    assert "改为2.39" in finding.message
    # of the two, the sum is wrong that was typed where the other columns have formulas
    assert (finding.expected, "D6" in finding.fix) == ("", True)


@pytest.mark.parametrize(("typed", "is_slip"), [(430, True), (304, False)])
def test_a_slip_swaps_neighbouring_digits(typed: int, is_slip: bool) -> None:
    found = checked(corrected({f"{BASIC}!D13": typed})).findings
    assert [f.cell for f in found if f.check == "J113"] == (["D13"] if is_slip else [])


def test_half_a_person_is_told_as_typed_however_the_cell_shows_it(clean: bytes) -> None:
    found = told(clean, {f"{BASIC}!C4": 40.5})
    assert (only(found, "J103").cell, only(found, "J103").filled) == ("C4", "40.5")
    assert "（40.5÷42）应为96.43%" in only(found, "Z413").message


def test_no_staff_on_the_books_is_told_once(clean: bytes) -> None:
    assert where(told(clean, {f"{BASIC}!B4": None}), Severity.ERROR) == [("F025", "B4")]


def test_quotes_stand_inside_quotes_and_one_part_is_no_sum(clean: bytes) -> None:
    found = told(clean, {f"{WHOLE}!G21": 4, f"{PROJECT}!G12": 20})
    assert only(found, "Z410").message == "指标“‘三公经费’变动率（3分）”得分4，超过分值3。"
    assert only(found, "X307").message == "“数量指标”标注15分，三级指标分值合计20分。"


def test_a_rate_below_one_needs_no_reason_for_spending_too_much(clean: bytes) -> None:
    fix = only(told(clean, {f"{WHOLE}!G4": "98%"}), "Z402").fix
    assert "把执行率改为100.00%，超过100%的说明超预算原因" in fix


def _plain(*places: str) -> Callable[[openpyxl.Workbook], None]:
    """Cells without a number format."""

    def bend(book: openpyxl.Workbook) -> None:
        for place in places:
            sheet, _, ref = place.partition("!")
            book[sheet][ref].number_format = "General"

    return bend


@pytest.mark.parametrize("rate", [97.62, "97.62", 0.9762, "0.9762", 98, "0.98"])
def test_a_rate_may_be_typed_without_its_sign(clean: bytes, rate: float | str) -> None:
    place = f"{WHOLE}!F20"
    found = told(clean, {place: rate, f"{WHOLE}!F22": 100, f"{WHOLE}!F26": 1.01, f"{WHOLE}!F28": 100})
    assert where(found, Severity.ERROR) == []
    found = told(clean, {place: 97.26}, _plain(place))
    assert (only(found, "Z413").cell, only(found, "Z413").difference) == ("F20", "-0.36个百分点")


def test_a_rate_above_one_may_be_typed_as_a_fraction(clean: bytes) -> None:
    places = f"{WHOLE}!G4", f"{WHOLE}!G6"
    overspent: Edits = {f"{WHOLE}!E4": 3893200, f"{WHOLE}!E6": 932600}
    assert "Z402" not in {
        f.check for f in told(clean, {**overspent, places[0]: 2, places[1]: 5.1746}, _plain(*places))
    }
    found = told(clean, {**overspent, places[0]: 2, places[1]: 5.2746}, _plain(*places))
    assert only(found, "Z402").cell == "G6"


def test_a_copied_project_sheet_is_asked_about_and_adds_nothing(clean: bytes) -> None:
    def bend(book: openpyxl.Workbook) -> None:
        book.copy_worksheet(book[PROJECT])

    found = told(clean, {}, bend)
    assert where(found, Severity.ERROR, Severity.WARNING) == [("F007", "A1")]


def test_nothing_has_no_sign_and_words_are_not_cut(clean: bytes) -> None:
    assert [show(Decimal(text), unit, signed=True) for text, unit in _TRACES] == [
        "0.00",
        "0.00",
        "0.00%",
        "0",
    ]
    long = "覆盖32个乡镇街道，323个村社区，3G带宽"
    assert "32个乡镇街道、323个村社区、3G" in only(told(clean, {f"{PROJECT}!D12": long}), "X324").message


_TRACES = (("-0.004", "元"), ("0.00092", "万元"), ("-0.00001", "%"), ("-0.001", "分"))


def test_formulas_without_results_are_told_once_a_form(clean: bytes) -> None:
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(clean)).save(out)
    found = all_told(out.getvalue())
    assert [(f.check, f.sheet, f.cell) for f in found] == [
        ("F017", form, cell)
        for form, cell in ((BASIC, "D4"), (MONITORING, "E5"), (PROJECT, "D5"), (WHOLE, "G4"))
    ]
    assert "已代为计算为97.62%；这张表另有9处也是这样" in found[0].message


def test_an_indicator_that_does_not_apply_is_kept_and_says_so(clean: bytes) -> None:
    none: Edits = {
        f"{PROJECT}!C15": "成本指标（0）",
        **{f"{PROJECT}!{c}15": "不适用" for c in "DEF"},
        **{f"{PROJECT}!{c}15": 0 for c in "GH"},
        f"{PROJECT}!C13": "质量指标（25）",
        **{f"{PROJECT}!{c}13": 25 for c in "GH"},
    }
    assert where(told(clean, none), Severity.ERROR) == []


def test_no_error_asks_for_an_explanation_that_cannot_clear_it(clean: bytes) -> None:
    found = told(clean, {f"{PROJECT}!G21": 110, f"{WHOLE}!F7": 356.7})
    assert "请告知财政局" in only(found, "X309").fix
    assert "填错单位的数改过来" in only(found, "F023").fix


def test_a_workbook_taken_over_from_another_unit_is_told_by_its_folder(clean: bytes, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    book = openpyxl.load_workbook(io.BytesIO(clean))
    book[BASIC]["D8"] = 1
    for folder in ("县教育局", "县档案馆"):
        (inbox / folder).mkdir(parents=True)
    (inbox / "县教育局" / "附表.xlsx").write_bytes(clean)
    # its own figures, and the name left as it was
    book.save(inbox / "县档案馆" / "附表.xlsx")
    os.utime(inbox / "县教育局" / "附表.xlsx", (1_600_000_000, 1_600_000_000))
    run_night(Settings(inbox=inbox, outbox=tmp_path / "outbox", engine="local"))
    (review,) = reviews_of(tmp_path / "outbox")
    finding = only(list(review.findings), "F010")
    assert (review.unit, finding.file, finding.cell) == ("县教育局", "县档案馆/附表.xlsx", None)
    assert finding.message == "文件夹名单位“县档案馆”与表内单位“县教育局”不一致。"
    # two files of one name are told apart
    versions = [f.message for f in review.findings if f.check == "F030"]
    assert versions == ["基础数据表有多个版本，采用最后保存的县档案馆/附表.xlsx，县教育局/附表.xlsx未采用。"]


def test_to_cost_less_is_no_lack(clean: bytes) -> None:
    cheaper: Edits = {
        **{f"{MONITORING}!{ref}": text for ref, text in (("D14", "人均成本"), ("E14", "500元/人"))},
        **{f"{MONITORING}!{ref}": "480元/人" for ref in ("F14", "G14")},
        **{f"{PROJECT}!{ref}": text for ref, text in (("D15", "人均成本"), ("E15", "500元/人"))},
        f"{PROJECT}!F15": "480元/人",
    }
    assert where(told(clean, cheaper), Severity.ERROR, Severity.WARNING) == []
    # what is produced is another matter
    output: Edits = {f"{PROJECT}!E12": "10次", f"{PROJECT}!F12": "8次"}
    assert ("X315", "H12") in where(told(clean, output), Severity.ERROR)


def test_a_day_is_expected_where_something_is_due_in_time(clean: bytes) -> None:
    due: Edits = {
        **{f"{MONITORING}!{ref}": text for ref, text in (("E13", "12月底前"), ("F13", "按计划推进"))},
        f"{MONITORING}!G13": "12月15日",
        f"{PROJECT}!E14": "12月底前",
        f"{PROJECT}!F14": "12月15日完成",
    }
    assert where(told(clean, due), Severity.ERROR, Severity.WARNING) == []
    assert ("F013", "F12") in where(told(clean, {f"{PROJECT}!F12": "1月6日"}))
    assert ("K214", "F13") in where(told(clean, {**due, f"{MONITORING}!F13": "100%"}))


def test_a_sum_typed_with_its_unit_is_not_told_it_twice_as_evidence(clean: bytes) -> None:
    found = told(clean, {f"{BASIC}!D13": 456.7, f"{BASIC}!D12": 356.7, f"{WHOLE}!F7": "3567000元"})
    assert (
        "整体自评表项目支出为3,567,000.00元，与合计356.70万元一致，疑为分项写错。" in only(found, "J112").fix
    )


@pytest.mark.parametrize(
    ("form", "places", "heading"), [(PROJECT, IN_PROJECTS, "A4"), (MONITORING, IN_MONITORING, "A4")]
)
def test_a_project_in_yuan_without_saying_so_is_asked_for_its_unit_only(
    clean: bytes, form: str, places: list[str], heading: str
) -> None:
    """3,567,000 cannot be 万元 where all projects cost 356.70: its unit is proven and only a hint."""
    unsaid: Edits = {**in_yuan(clean, places), f"{form}!{heading}": "项目资金"}
    found = told(clean, unsaid)
    assert not where(found, Severity.ERROR, Severity.WARNING)
    assert ("F022", "A1") in where(found, Severity.HINT)
    message = only(found, "F022").message
    assert "系统按元处理（依据：年度资金总额的" in message
    assert "为3567000.00，全部项目支出在基础数据表为" in message
    # said, a unit is taken as it is said, however unlikely
    told_so = told(clean, in_yuan(clean, places))
    assert "F022" not in {f.check for f in told_so}
    assert Severity.ERROR in {f.severity for f in told_so}


def test_a_project_dearer_than_all_of_them_is_no_matter_of_units(clean: bytes) -> None:
    dearer: Edits = {**in_yuan(clean, IN_PROJECTS, 3), f"{PROJECT}!A4": "项目资金"}
    found = told(clean, dearer)
    assert "系统按万元处理" in only(found, "F022").message
    assert only(found, "F022").severity is Severity.WARNING
    assert "C507" in {f.check for f in found}


@pytest.mark.parametrize("unit", ["百元", "千元", "亿元"])
def test_a_basic_form_in_another_unit_says_nothing_of_a_project_s(clean: bytes, unit: str) -> None:
    """356.70 beside 3,567.00 千元 is the same sum: taken for 元 it would be a ten-thousandth of it."""
    other: Edits = {
        **in_yuan(clean, IN_BASIC, 10),
        f"{BASIC}!D2": f"单位：{unit}",
        f"{PROJECT}!A4": "项目资金",
    }
    assert "系统按万元处理" in only(told(clean, other), "F022").message


def test_a_sum_with_a_unit_of_its_own_says_nothing_of_its_form(clean: bytes) -> None:
    named: Edits = {f"{PROJECT}!D5": "3567000元", f"{PROJECT}!E5": "3567000元", f"{PROJECT}!F5": "3567000元"}
    found = told(clean, {**named, f"{PROJECT}!A4": "项目资金"})
    assert "系统按万元处理" in only(found, "F022").message
    assert "C507" not in {f.check for f in found}


@pytest.mark.parametrize(("times", "unit"), [(50, "万元"), (500, "元")])
def test_a_project_that_cost_many_times_what_all_did_is_in_yuan(clean: bytes, times: int, unit: str) -> None:
    sums: Edits = {f"{PROJECT}!{c}6": 356.7 * times for c in "DEF"}
    found = told(clean, {**sums, f"{PROJECT}!A4": "项目资金"})
    assert f"系统按{unit}处理" in only(found, "F022").message
    # fifty times too much is a mistake in a sum
    assert (("C507", "C12") in where(found)) is (unit == "万元")


@pytest.mark.parametrize("raw", ["3567000.00", "3567000.00元"])
def test_a_quotient_of_two_units_names_them(raw: str) -> None:
    """3,567,000.00÷356.70 alone would not read as 100 %."""
    yuan = of_value(Value(State.FILLED, raw, Decimal(3567000), 2, "元", kind="number"), "项目支出")
    wan = of_value(Value(State.FILLED, "356.7", Decimal("356.7"), 1, "万元", kind="number"), "项目支出")
    rate = divide(yuan, wan)
    assert isinstance(rate, Amount)
    assert (rate.value, rate.text) == (Decimal(1), "3,567,000.00元÷356.70万元")
    alike = divide(wan, wan)
    assert isinstance(alike, Amount)
    assert alike.text == "356.70÷356.70"


def test_a_sum_is_told_with_separators_and_two_decimals_and_loses_none() -> None:
    told = [("1112.5", "1,112.50"), ("0", "0.00"), ("-66312900", "-66,312,900.00"), ("0.125", "0.125")]
    assert [told_sum(Decimal(number)) for number, _ in told] == [text for _, text in told]
    assert [show(Decimal("1112.5"), unit) for unit in ("万元", "人")] == ["1,112.50", "1112.5"]
