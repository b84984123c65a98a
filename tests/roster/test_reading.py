"""The roster is read however its sheets are bent, and every mistake in it is told by its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batch.model.reference import GivenRuling, KnownProject, Ruling
from batch.roster.problems import RosterError
from batch.roster.reading import read_roster
from batch.roster.roster import Roster
from tests.roster.sheets import (
    PROJECT_HEAD,
    PROJECTS,
    SCORE_HEAD,
    TARGET_HEAD,
    UNIT_HEAD,
    UNITS,
    Rows,
    forms,
    read,
    save,
    told,
)

TARGETS: Rows = (TARGET_HEAD, ("县教育局", "课后服务", "服务学校", "≥30所"))
SCORES: Rows = (SCORE_HEAD, ("县水利局", "预算编审管理", 2.5))
LAST_YEAR: Rows = (
    ("单位", "上年审定文件", "三公经费", "公务接待", "部门整体支出预算调整"),
    ("002", None, 8, "3.5", "4000000元"),
)
RULINGS: Rows = (
    ("单位", "规则编号", "报表", "字段", "决定", "理由", "经办人", "有效期至"),
    ("县水利局", "j118", None, None, "豁免", "机构改革过渡期", "预算股", "2021年12月31日"),
)
SHEETS = {
    "单位": UNITS,
    "项目": PROJECTS,
    "指标": TARGETS,
    "考核结果": SCORES,
    "上年数": LAST_YEAR,
    "裁定": RULINGS,
}


def content(roster: Roster) -> tuple[Any, Any]:
    return roster.units, roster.figures


def test_every_column_is_read(tmp_path: Path) -> None:
    roster = read(tmp_path, SHEETS)
    assert roster.problems == ()
    education, research, water = roster.units
    assert (education.code, education.name, education.level) == ("001", "县教育局", "一级")
    assert education.aliases == ("教育局", "教委", "县教育体育局")
    assert (education.contact, education.phone) == ("联系人甲", "0731-1")
    assert (education.mail, education.deadline) == ("jy@example.com", "2021-03-20")
    assert (education.forms_due, research.forms_due) == ((), ("基础数据表", "整体自评表"))
    assert (education.department, research.department) == ("", "县教育局")
    assert education.projects == (
        KnownProject("校车运营补助", "0431", Decimal("120.5")),
        KnownProject("课后服务", "", Decimal(80), (("服务学校", "≥30所"),)),
    )
    assert water.mail == "a@example.com, b@example.com"
    assert water.assessed == (("预算编审管理", Decimal("2.5")),)
    figures = {a.field: (a.form, a.number, a.unit) for a in roster.figures["县水利局"].fields}
    assert roster.figures["县水利局"].year == 2019
    assert figures == {
        "三公经费.本年决算": ("基础数据表", 8, "万元"),
        "公务接待.本年决算": ("基础数据表", Decimal("3.5"), "万元"),
        "整体支出.本年决算": ("基础数据表", 400, "万元"),
    }

    ruling = Ruling("J118", "", "", "豁免", "机构改革过渡期", "预算股", "2021-12-31")
    assert roster.rulings == (GivenRuling("县水利局", ruling, "单位名册.xlsx", "裁定", "B2"),)


def turned(rows: Rows) -> Rows:
    """The columns in the opposite order, with one of the clerk's own among them."""
    own = ("经办备忘", *["随便写的"] * (len(rows) - 1))
    width = max(map(len, rows))
    full = [[*row, *[None] * (width - len(row))] for row in rows]
    return [[*reversed(row[1:]), note, row[0]] for row, note in zip(full, own, strict=True)]


def titled(rows: Rows) -> Rows:
    """A title, a note and a blank row above, a total, a note and the signatures below."""
    return [
        ["2020年度预算单位名册"], ["填报：预算股", None, "单位：万元"], [], *rows,
        [None, "合计", None, 3], ["注：以上单位均应报送。"], ["填表人：某某", None, "审核人：某某"],
    ]  # fmt: skip


def renamed(rows: Rows) -> Rows:
    """Headings in other words, with stars, blanks and units."""
    others = {
        "单位编码": "预算单位代码", "单位全称": "*单 位 名 称", "简称或别名": "简称", "主管部门": "主管单位",
        "电话": "联系电话", "邮箱": "E-mail", "项目名称": "项目名称（必填）", "截止日期": "截止时间",
        "年初预算（万元）": "年初预算数\n(万元)",
    }  # fmt: skip
    return [[others.get(str(text), text) for text in rows[0]], *rows[1:]]


def repeated(rows: Rows) -> Rows:
    """The headings once more, as after a page break, and blank rows between."""
    return [*rows[:2], [], rows[0], *rows[2:]]


@pytest.mark.parametrize("bend", [turned, titled, renamed, repeated])
def test_bent_sheets_read_alike(tmp_path: Path, bend: Callable[[Rows], Rows]) -> None:
    roster = read(tmp_path, {name: bend(rows) for name, rows in SHEETS.items()})
    assert roster.problems == ()
    assert content(roster) == content(read(tmp_path, SHEETS))


def test_sheets_are_known_by_their_headings_whatever_their_names_and_order(tmp_path: Path) -> None:
    bent = {f"Sheet{n}": rows for n, rows in enumerate(reversed(SHEETS.values()))}
    roster = read(tmp_path, bent)
    assert roster.problems == ()
    assert content(roster) == content(read(tmp_path, SHEETS))


def test_an_old_xls_file_reads_like_the_xlsx_file(tmp_path: Path) -> None:
    """名册.xls is SHEETS saved by LibreOffice in Excel's old format."""
    roster = read_roster(Path(__file__).parent / "名册.xls", forms())
    assert roster.problems == ()
    assert roster.units == read(tmp_path, SHEETS).units


def test_the_digest_is_of_the_content_not_of_the_file(tmp_path: Path) -> None:
    plain, bent = read(tmp_path, SHEETS), read(tmp_path, {n: titled(r) for n, r in SHEETS.items()})
    assert plain.digest == bent.digest
    other = read(tmp_path, {**SHEETS, "考核结果": (SCORE_HEAD, ("县水利局", "预算编审管理", 3))})
    assert other.digest != plain.digest


def test_headings_over_two_rows(tmp_path: Path) -> None:
    rows: Rows = [
        ["单位编码", "单位全称", "联系方式", None],
        [None, None, "联系人", "电话"],
        ["001", "县教育局", "甲", "1"],
    ]
    merges = [("单位", area) for area in ("A1:A2", "B1:B2", "C1:D1")]
    unit = read(tmp_path, {"单位": rows}, merges).units[0]
    assert (unit.code, unit.contact, unit.phone) == ("001", "甲", "1")


def test_a_unit_merged_over_its_projects_holds_for_all_of_them(tmp_path: Path) -> None:
    rows = [PROJECT_HEAD, ("县教育局", "甲", None, 1), (None, "乙", None, 2), ("县水利局", "丙", None, 3)]
    roster = read(tmp_path, {"单位": UNITS, "项目": rows}, [("项目", "A2:A3")])
    assert roster.problems == ()
    assert [[p.name for p in unit.projects] for unit in roster.units] == [["甲", "乙"], [], ["丙"]]


def test_a_unit_given_by_code_and_by_name_must_be_one(tmp_path: Path) -> None:
    head = ("单位编码", "单位名称", "项目名称")
    roster = read(tmp_path, {"单位": UNITS, "项目": [head, ("001", "教委", "甲"), ("001", "水利局", "乙")]})
    assert told(roster) == [("错误", "项目", "A3")]
    assert [p.name for p in roster.units[0].projects] == ["甲"]


def test_money_in_yuan_by_its_heading(tmp_path: Path) -> None:
    rows = [("单位", "项目名称", "年初预算（元）"), ("县教育局", "甲", 1205000)]
    assert read(tmp_path, {"单位": UNITS, "项目": rows}).units[0].projects[0].budget == Decimal("120.5")


def test_dates_in_every_way_people_write_them(tmp_path: Path) -> None:
    written = [
        "2021-03-05", "2021/3/5", "2021.3.5", "2021年3月5日", 20210305, dt.date(2021, 3, 5),
        dt.datetime(2021, 3, 5, 18, 0),  # noqa: DTZ001 - workbooks know no zones
    ]  # fmt: skip
    rows = [("单位全称", "截止日期"), *((f"单位{n}", day) for n, day in enumerate(written))]
    path = save(tmp_path / "名册.xlsx", {"单位": rows})
    book = openpyxl.load_workbook(path)
    # a format that leaves out the year
    book["单位"]["B7"].number_format = 'm"月"d"日"'
    book.save(path)
    roster = read_roster(path, forms())
    assert roster.problems == ()
    assert {unit.deadline for unit in roster.units} == {"2021-03-05"}


def unit_row(**said: Any) -> tuple[Any, ...]:
    full = {"单位全称": "县档案馆", **said}
    return tuple(full.get(name) for name in UNIT_HEAD)


#: a further row of 单位, and what is told about it
WRONG_UNITS = [
    (unit_row(单位编码="002"), "错误", "A5", "与“单位”页A4重复"),
    (unit_row(单位全称="县教育 局"), "错误", "B5", "重复"),
    (unit_row(单位全称=None, 单位编码="009"), "错误", "B5", "没有填单位全称"),
    (unit_row(单位全称="很长" * 60), "错误", "B5", "不像单位名称"),
    (unit_row(简称或别名="档案馆、水利局"), "错误", "C5", "与县水利局（“单位”页C4）的相同"),
    (unit_row(曾用名="教委"), "错误", "D5", "与县教育局（“单位”页C2）的相同"),
    (unit_row(简称或别名="县水利局"), "错误", "C5", "是另一个单位的全称"),
    (unit_row(截止日期="3月15日"), "错误", "K5", "读不出是哪一天"),
    (unit_row(截止日期="2021-02-30"), "错误", "K5", "读不出是哪一天"),
    (unit_row(截止日期=315), "错误", "K5", "读不出是哪一天"),
    (unit_row(应报表="基础数据表、自评表"), "错误", "J5", "“自评表”不是规定的表名"),
    (unit_row(邮箱="ab@localhost"), "错误", "I5", "不是邮箱地址"),
    (unit_row(邮箱="ok@example.com <x@y.cn>"), "错误", "I5", "不是邮箱地址"),
    (unit_row(邮箱="a@b.cn\nBcc: x@y.cn"), "错误", "I5", "“a@b.cn Bcc: x@y.cn”不是邮箱地址"),
    (unit_row(主管部门="县人民政府"), "提示", "E5", "不在名册的单位里"),
    (unit_row(单位编码=3), "提示", "A5", "前面的0可能丢了"),
    (unit_row(层级="=1/0"), "错误", "F5", "层级的公式"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "severity", "cell", "said"), WRONG_UNITS)
def test_every_mistake_in_a_unit_is_told_by_its_cell_and_the_others_stay(
    tmp_path: Path, row: tuple[Any, ...], severity: str, cell: str, said: str
) -> None:
    rows = {**SHEETS, "单位": [*UNITS, row], "上年数": LAST_YEAR[:1]}
    roster = read(tmp_path, rows)
    assert told(roster) == [(severity, "单位", cell)]
    assert said in roster.problems[0].message
    assert str(roster.problems[0]).startswith(f"【{severity}】单位名册.xlsx“单位”页{cell}：")
    assert roster.problems[0].fix.startswith(("请", "如果", "可用的有"))
    assert roster.units[:3] == read(tmp_path, SHEETS).units


def test_a_shared_code_is_not_taken_for_either_unit_anywhere(tmp_path: Path) -> None:
    rows = [*UNITS, unit_row(单位编码="001"), unit_row(单位全称="县图书馆", 简称或别名="教委")]
    projects = [PROJECT_HEAD, ("001", "甲"), ("教委", "乙"), ("县教育局", "丙")]
    roster = read(tmp_path, {"单位": rows, "项目": projects})
    assert told(roster) == [
        ("错误", "单位", "E3"), ("错误", "单位", "A5"), ("错误", "单位", "C6"), ("错误", "项目", "A2"),
        ("错误", "项目", "A3"),
    ]  # fmt: skip
    assert [p.name for unit in roster.units for p in unit.projects] == ["丙"]


def test_what_is_wrong_in_a_unit_is_left_out_and_the_rest_of_it_used(tmp_path: Path) -> None:
    row = unit_row(截止日期="三月", 应报表="监控表、甲表", 邮箱="ok@example.com、坏", 联系人="甲")
    unit = read(tmp_path, {"单位": [*UNITS, row]}).units[-1]
    assert (unit.deadline, unit.forms_due, unit.mail, unit.contact) == (
        "",
        ("监控表",),
        "ok@example.com",
        "甲",
    )


WRONG_DETAILS: list[tuple[str, tuple[Any, ...], str, str]] = [
    ("项目", ("县教委会", "甲", None, 1), "A5", "不在名册的单位里"),
    ("项目", ("县水利局", None, "0003", 1), "B5", "没有填项目名称"),
    ("项目", ("县水利局", "河道 清淤", None, 1), "B5", "前面已经有了"),
    ("项目", ("县水利局", "甲", None, "约八十"), "D5", "不是金额"),
    ("项目", ("县水利局", "甲", None, -5), "D5", "不是金额"),
    ("项目", ("县水利局", "甲", None, "#REF!"), "D5", "公式出错"),
    ("指标", ("县教育局", "没有的项目", "甲", "1"), "B3", "没有名为“没有的项目”的项目"),
    ("指标", ("县教育局", "课后服务", "甲", None), "D3", "没有填批复指标值"),
    ("指标", ("县教育局", "课后服务", "服务 学校", "≥9所"), "C3", "前面已经有了"),
    ("考核结果", ("县水利局", "资产管理", "良好"), "C3", "不是0至100的数"),
    ("考核结果", ("县水利局", "资产管理", 101), "C3", "不是0至100的数"),
    ("考核结果", ("县水利局", None, 3), "B3", "没有填考核项目"),
    ("考核结果", ("县水利局", "预算编审管理", 3), "B3", "前面已经有了"),
    ("上年数", ("水利局", None, 1), "A3", "前面已经有了"),
    ("上年数", ("县教育局", None, "不详"), "C3", "三公经费“不详”不是金额"),
    ("裁定", ("县教育局", None, None, None, "豁免"), "B3", "没有填规则编号"),
    ("裁定", ("县教育局", "J118", None, None, "算了"), "E3", "决定“算了”不是采纳、不采纳、豁免中的一个"),
    ("裁定", ("县教育局", "J118", None, None, "豁免", None, None, "年底"), "H3", "读不出是哪一天"),
]


@pytest.mark.parametrize(("sheet", "row", "cell", "said"), WRONG_DETAILS)
def test_every_mistake_on_the_other_sheets_is_told_by_its_cell(
    tmp_path: Path, sheet: str, row: tuple[Any, ...], cell: str, said: str
) -> None:
    path = save(tmp_path / "单位名册.xlsx", {**SHEETS, sheet: [*SHEETS[sheet], row]})
    if "#REF!" in row:
        book = openpyxl.load_workbook(path)
        book[sheet][cell].value = "#REF!"
        book[sheet][cell].data_type = "e"
        book.save(path)
    roster = read_roster(path, forms())
    assert told(roster) == [("错误", sheet, cell)]
    assert said in roster.problems[0].message
    good = read(tmp_path, SHEETS)
    assert [unit.assessed for unit in roster.units] == [unit.assessed for unit in good.units]
    for unit, known in zip(roster.units, good.units, strict=True):
        assert unit.projects[: len(known.projects)] == known.projects


def test_an_unknown_unit_of_a_project_gets_names_to_choose_from(tmp_path: Path) -> None:
    roster = read(tmp_path, {"单位": UNITS, "项目": [PROJECT_HEAD, ("县水力局", "甲", None, 1)]})
    assert "县水利局" in roster.problems[0].fix


def test_rows_without_a_unit_go_with_the_row_above_and_one_hint_says_so(tmp_path: Path) -> None:
    rows = [PROJECT_HEAD, ("县教育局", "甲"), (None, "乙"), (None, "丙"), ("县水利局", "丁")]
    roster = read(tmp_path, {"单位": UNITS, "项目": rows})
    assert told(roster) == [("提示", "项目", "A3")]
    assert "等2格" in roster.problems[0].message
    assert [p.name for p in roster.units[0].projects] == ["甲", "乙", "丙"]
    first = read(tmp_path, {"单位": UNITS, "项目": [PROJECT_HEAD, (None, "甲")]})
    assert told(first) == [("错误", "项目", "A2")]


def test_rows_below_an_unknown_unit_are_not_given_to_another(tmp_path: Path) -> None:
    rows = [PROJECT_HEAD, ("县教育局", "甲"), ("没有的局", "乙"), (None, "丙")]
    roster = read(tmp_path, {"单位": UNITS, "项目": rows})
    assert [p.name for unit in roster.units for p in unit.projects] == ["甲"]


def test_a_column_whose_heading_is_misspelt_is_asked_about_and_not_used(tmp_path: Path) -> None:
    rows = [("单位全称", "截止日其"), ("县教育局", "2021-03-20")]
    roster = read(tmp_path, {"单位": rows})
    assert told(roster) == [("提示", "单位", "B1")]
    assert "如果是“截止日期”" in roster.problems[0].fix
    assert roster.units[0].deadline == ""


def test_a_sheet_that_is_no_part_of_a_roster_is_said_to_be_unread(tmp_path: Path) -> None:
    roster = read(tmp_path, {"单位": UNITS, "通讯录": [["姓名", "手机号"], ["甲", "1"]]})
    assert told(roster) == [("提示", "通讯录", "")]


def test_a_list_without_a_unit_is_as_good_as_no_roster(tmp_path: Path) -> None:
    roster = read(tmp_path, {"单位": [UNIT_HEAD]})
    assert roster.units == ()
    assert told(roster) == [("错误", "单位", "")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 broken", "无法读取"),
        (b"%PDF-1.4", "PDF"),
        (b"", "空的"),
        (None, "打不开单位名册.*：找不到"),
    ],
)
def test_a_roster_that_cannot_be_opened_is_told(tmp_path: Path, data: bytes | None, said: str) -> None:
    path = tmp_path / "单位名册.xlsx"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(RosterError, match=said):
        read_roster(path, forms())


def test_a_workbook_without_a_list_of_units_is_told(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="没有找到单位"):
        read(tmp_path, {"单位": [["姓名", "手机号"], ["甲", "1"]]})
