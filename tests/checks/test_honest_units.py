"""Units that are unusual and right, and what they are told when one thing is wrong."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

from batch.checks.amount import show
from batch.model.review import Finding, Severity
from batch.night import run_night
from batch.settings import Settings
from batch.work import Bundle, Context, Sent, work
from tests.paper import PACK
from tests.sample_units import clean_unit

TEMPLATE = Path(__file__).parents[2] / "templates" / "附表模板.xlsx"
BASIC, MONITORING, PROJECT, WHOLE = "基础数据表", "监控表", "项目自评表", "整体自评表"
#: "表页!格" to what is typed there
Edits = Mapping[str, str | float | None]
_IN_BASIC = [f"{BASIC}!{c}{r}" for c in "BCD" for r in (8, 9, 10, 11, *range(13, 21))]
_IN_PROJECTS = [f"{PROJECT}!{c}{r}" for c in "DEF" for r in (6, 7, 8)]
_IN_MONITORING = [f"{MONITORING}!{c}{r}" for c in "EHN" for r in (6, 7)]
_IN_WHOLE = [f"{WHOLE}!{c}{r}" for c in "EF" for r in range(4, 8)]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A unit without a mistake and with one project of 356.70万元."""
    path: Path = tmp_path_factory.mktemp("unit") / "u.xlsx"
    clean_unit(path, projects=1)
    return path.read_bytes()


def told(data: bytes, edits: Edits, bend: Callable[[openpyxl.Workbook], None] | None = None) -> list[Finding]:
    """What the unit is told after somebody typed into its cells.

    F017 is left out: openpyxl saves formulas without their results.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, typed in edits.items():
        sheet, _, ref = place.partition("!")
        book[sheet][ref] = typed
    if bend:
        bend(book)
    out = io.BytesIO()
    book.save(out)
    return [f for f in all_told(out.getvalue()) if f.check != "F017"]


def all_told(data: bytes) -> list[Finding]:
    """All that the unit is told."""
    done = work(Bundle("县教育局", (Sent("县教育局/县教育局.xlsx", 1, data),)), Context(PACK))
    assert not done.troubles
    (unit,) = done.units
    return list(unit.review.findings)


def where(findings: list[Finding], *severities: Severity) -> list[tuple[str, str | None]]:
    """Check and cell of the findings of these severities, of all when none is named."""
    return [(f.check, f.cell) for f in findings if not severities or f.severity in severities]


def only(findings: list[Finding], check: str) -> Finding:
    """The one finding of a check."""
    (finding,) = [f for f in findings if f.check == check]
    return finding


def in_yuan(data: bytes, places: list[str], factor: int = 10_000) -> dict[str, str | float | None]:
    """The sums of a form in another unit."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {p: round(float(book[p.split("!")[0]][p.split("!")[1]].value) * factor, 2) for p in places}


def test_a_unit_in_yuan_is_told_yuan(clean: bytes) -> None:
    yuan = in_yuan(clean, _IN_BASIC + _IN_PROJECTS + _IN_MONITORING) | {
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
    assert "决算数100000.00元" in only(found, "J105").message
    assert "相差7,700.00元" in only(found, "J105").message
    assert only(found, "J112").message == (
        "“业务工作专项”2020年决算数4567000.00元，大于合计“项目支出”3567000.00元，多1,000,000.00元。"
    )
    assert "与合计3567000.00元一致，疑为分项写错" in only(found, "J112").fix
    assert "全年执行数3000000.00元" in only(found, "X301").message
    assert not [f for f in found if "万元" in f.message]


def test_the_whole_form_in_wan_is_told_wan(clean: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    wan: dict[str, str | float | None] = {
        p: float(book[WHOLE][p.partition("!")[2]].value) / 10000 for p in _IN_WHOLE
    }
    wan[f"{WHOLE}!H2"] = "单位：万元"
    assert told(clean, wan) == []
    found = told(clean, wan | {f"{WHOLE}!F4": 900})
    assert only(found, "Z404").cell == "F4"
    assert "执行900.00万元，超过预算778.64万元，超121.36万元（115.59%）" in only(found, "Z404").message
    assert "合计全年执行数960.64万元，不等于资金结构合计839.28万元" in only(found, "Z401").message


def test_a_sum_typed_with_its_unit_is_not_told_it_twice(clean: bytes) -> None:
    found = told(clean, {f"{BASIC}!D15": "70 万元"})
    assert only(found, "J118").message == "公用经费决算70 万元，为预算49.90万元的140.28%，超支20.1万元。"


def test_projects_in_another_unit_are_told_in_both(clean: bytes) -> None:
    found = told(clean, in_yuan(clean, _IN_PROJECTS) | {f"{PROJECT}!A4": "项目资金（万元）"})
    (first, _) = [f for f in found if f.check == "C507"]
    assert (first.sheet, first.cell) == (BASIC, "C12")
    assert "合计3567000.00万元（3567000.00），大于基础数据表项目支出356.70万元" in first.message


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
    # left blank it is told cell by cell
    assert ("F025", "C2") in where(told(clean, {}, _as_issued(PROJECT)))


def test_monitoring_left_as_issued_is_no_mistake_unless_begun(clean: bytes) -> None:
    assert told(clean, {}, _as_issued(MONITORING)) == []
    begun = told(clean, {}, _as_issued(MONITORING, name="业务能力建设"))
    assert ("F025", "E6") in where(begun, Severity.ERROR)


def test_a_second_blank_project_form_is_no_project(clean: bytes) -> None:
    def bend(book: openpyxl.Workbook) -> None:
        book.copy_worksheet(book[PROJECT]).title = "项目2"
        _as_issued(PROJECT, sheet="项目2")(book)

    assert told(clean, {}, bend) == []


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
    assert (finding.cell, finding.filled, finding.expected) == ("D11", "2.30", "2.39")


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
    assert [show(Decimal(text), unit, signed=True) for text, unit in _TRACES] == ["0.00", "0", "0.00%", "0"]
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
    night = run_night(Settings(inbox=inbox, outbox=tmp_path / "outbox", engine="local"))
    (review,) = night.reviews
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
    assert "整体自评表项目支出为3567000元，与合计356.70万元一致，疑为分项写错。" in only(found, "J112").fix
