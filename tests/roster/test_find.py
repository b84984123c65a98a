"""Whose a submission is: by code, name, alias, folder, file, in that order, and never by a guess."""

from __future__ import annotations

import pytest

from batch.model.book import Book, Cell, Kind, Sheet
from batch.model.reference import RosterUnit
from batch.roster.roster import Roster
from batch.roster.turnout import turnout_of
from batch.roster.unit_codes import stated_code

UNITS = (
    RosterUnit("县教育局", "001", ("教育局", "县教育体育局", "共用名")),
    RosterUnit("县教育局教研室", "001002", ("教研室",)),
    RosterUnit("县水利局（河长办）", "002", ("县水利局", "共用名")),
    RosterUnit("县档案馆", "003", ("局",)),
    RosterUnit("县图书馆", "003"),
)
ROSTER = Roster(UNITS)


@pytest.mark.parametrize(
    ("given", "name", "how"),
    [
        # in the order of their weight
        ({"code": "002", "name": "县教育局", "folder": "县档案馆"}, "县水利局（河长办）", "编码"),
        ({"name": "县教育局", "folder": "县档案馆", "file": "县图书馆.xlsx"}, "县教育局", "全称"),
        ({"name": "教研室", "folder": "县档案馆"}, "县教育局教研室", "别名"),
        ({"name": "不认识的局", "folder": "县档案馆", "file": "县图书馆.xlsx"}, "县档案馆", "文件夹"),
        ({"folder": "杂", "file": "杂/县图书馆_2020(1).xlsx"}, "县图书馆", "文件名"),
        # however it is typed
        ({"code": " ００１ "}, "县教育局", "编码"),
        ({"name": "县 教育\n局"}, "县教育局", "全称"),
        ({"name": "县水利局(河长办)"}, "县水利局（河长办）", "全称"),
        ({"name": "县水利局【河长办】"}, "县水利局（河长办）", "全称"),
        # name and code in one cell
        ({"name": "001002"}, "县教育局教研室", "编码"),
        ({"name": "001002-县教育局教研室"}, "县教育局教研室", "编码"),
        ({"name": "县教育局（单位代码：001）"}, "县教育局", "编码"),
        # the longest name in a folder or file counts
        ({"folder": "3月报送 县教育局教研室（终稿）"}, "县教育局教研室", "文件夹"),
        ({"folder": "县水利局2020"}, "县水利局（河长办）", "文件夹"),
        ({"file": "教育局.终稿.xlsx"}, "县教育局", "文件名"),
        ({"file": r"收件\县图书馆.xls"}, "县图书馆", "文件名"),
    ],
)
def test_a_unit_is_found(given: dict[str, str], name: str, how: str) -> None:
    found = ROSTER.find(**given)
    assert found is not None
    assert (found.unit.name, found.how) == (name, how)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": "县教肓局"},
        {"name": "县教育局实验小学"},
        {"name": "县教育局（代码：002）"},
        # two units share it
        {"code": "003"},
        {"name": "共用名"},
        {"folder": "共用名"},
        # two units in one name
        {"folder": "县教育局和县图书馆"},
        # one character is no name
        {"folder": "林业局"},
        {"file": "附表模板.xlsx"},
    ],
)
def test_nothing_is_guessed(given: dict[str, str]) -> None:
    assert ROSTER.find(**given) is None


def test_a_shared_code_leaves_the_name_to_tell() -> None:
    found = ROSTER.find(code="003", name="县图书馆")
    assert found is not None
    assert (found.unit.name, found.how) == ("县图书馆", "全称")


def test_near_names_are_suggested_and_far_ones_are_not() -> None:
    assert ROSTER.suggest("县教肓局")[0] == "县教育局"
    assert ROSTER.suggest("县水力局") == ("县水利局（河长办）", *ROSTER.suggest("县水力局")[1:])
    assert len(ROSTER.suggest("县教育局", most=1)) == 1
    assert ROSTER.suggest("人民医院") == ()


def test_every_unit_has_reported_could_not_be_read_or_is_missing() -> None:
    broken = (("档案馆.xlsx", "打不开"),)
    stand = turnout_of(
        ROSTER,
        ["县 教育局", "县水利局(河长办)", "别的单位"],
        {"县档案馆": broken, "县教育局": broken, "": broken},
    )
    assert stand is not None
    assert [unit.name for unit in stand.missing] == ["县教育局教研室", "县图书馆"]
    assert [(unread.unit.name, unread.files) for unread in stand.unreadable] == [("县档案馆", broken)]
    assert stand.counts == {"应报": 5, "已报": 2, "读不了": 1, "未报": 2, "名册外": 1}
    assert turnout_of(None, ["县教育局"], {}) is None


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"A1": "单位编码", "B1": "001"}, "001"),
        ({"A1": "预算单位代码：", "B1": "001 "}, "001"),
        ({"A1": "填报单位：某局   单位编码：001"}, "001"),
        ({"A1": "单位编码", "B1": "001", "A3": "单位代码：001"}, "001"),
        ({"A1": "单位编码：001", "A2": "单位编码：002"}, ""),
        ({"A1": "单位编码"}, ""),
        ({"A1": "主管部门及代码", "B1": "001"}, ""),
    ],
)
def test_a_code_is_what_stands_behind_its_label(cells: dict[str, str], code: str) -> None:
    sheet = Sheet("封面")
    for ref, text in cells.items():
        place = (int(ref[1:]), "ABC".index(ref[0]) + 1)
        sheet.cells[place] = Cell(*place, Kind.TEXT, text)
    assert stated_code(Book("a.xlsx", "xlsx", "", [sheet])) == code
