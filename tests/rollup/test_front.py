"""首页: every number on it is found again on the sheets behind it."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batch.config.settings import Settings
from batch.night import run_night
from tests.county import make_inbox
from tests.rollup.reading import Rows, body, column, sheets, total

D = Decimal
UNIT_SHEETS = ("单位总表", "得分排名与等次", "三公与公用经费", "人员控制", "预算调整与超支", "自评质量评分")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """汇总.xlsx of the made-up county, with 清单.xlsx beside it, as a night writes them."""
    folder = tmp_path_factory.mktemp("county")
    make_inbox(folder / "inbox")
    night = run_night(Settings(inbox=folder / "inbox", outbox=folder / "outbox", engine="local"))
    assert night.troubles == []
    return folder / "outbox" / "汇总.xlsx"


@pytest.fixture(scope="module")
def read(workbook: Path) -> dict[str, Rows]:
    """All its sheets."""
    return sheets(workbook)


@pytest.fixture(scope="module")
def page(read: dict[str, Rows]) -> list[str]:
    """The texts and numbers of 首页, in reading order."""
    return [str(value) for row in read["首页"] for value in row if value is not None]


def tile(read: dict[str, Rows], name: str) -> tuple[str, str]:
    """What a tile shows, and the remark below it."""
    rows = read["首页"]
    at, place = next((n, row.index(name)) for n, row in enumerate(rows) if name in row)
    return str(rows[at + 1][place]), str(rows[at + 2][place])


def numbers(rows: Rows, title: str, group: str = "") -> list[D | None]:
    """One column of a table; None where the cell is empty."""
    at = column(rows, title, group)
    return [None if row[at] is None else D(str(row[at])) for row in body(rows)]


def added(found: list[D | None]) -> D:
    return sum((number for number in found if number is not None), D(0))


def pairs(over: list[D | None], under: list[D | None]) -> tuple[D, D]:
    """Both sums of the rows that have both."""
    both = [(a, b) for a, b in zip(over, under, strict=True) if a is not None and b is not None]
    return sum((a for a, _ in both), D(0)), sum((b for _, b in both), D(0))


def percent(share: D) -> str:
    return f"{round(share * 100, 2)}%"


def money(amount: D) -> str:
    return f"{round(amount, 2):,.2f}"


def test_who_reported_and_how_it_ended(read: dict[str, Rows]) -> None:
    rows = read["单位总表"]
    statuses = [row[column(rows, "状态")] for row in body(rows)]
    assert tile(read, "已报户数")[0] == f"{len(statuses)}户"
    for status in ("通过", "待说明", "退回"):
        count = statuses.count(status)
        assert tile(read, status) == (f"{count}户", f"占{percent(D(count) / len(statuses))}")
    files = [row for row in read["未报与催报"] if row[0] is not None and str(row[1]).endswith("旧表.xlsx")]
    assert tile(read, "已报户数")[1] == f"另有{len(files)}个文件未处理"


def test_scores_and_grades(read: dict[str, Rows]) -> None:
    rows = read["单位总表"]
    scores, spent = numbers(rows, "填报总分"), numbers(rows, "本年决算", "整体支出")
    known = [score for score in scores if score is not None]
    weighted = [(s * m, m) for s, m in zip(scores, spent, strict=True) if s is not None and m is not None]
    mean = sum(known) / len(known)
    by_amount = sum(a for a, _ in weighted) / sum(b for _, b in weighted)
    assert tile(read, "自评平均分") == (f"{mean:.2f}分", f"按支出加权{by_amount:.2f}分")
    ranking = read["得分排名与等次"]
    grades = [row[column(ranking, "等次")] for row in body(ranking)]
    amounts = numbers(ranking, "整体支出决算")
    graded = [n for n, grade in enumerate(grades) if grade in ("优", "良", "中", "差")]
    good = [n for n in graded if grades[n] in ("优", "良")]
    share = sum(amounts[n] or 0 for n in good) / sum(amounts[n] or 0 for n in graded)
    assert tile(read, "优良率") == (percent(D(len(good)) / len(graded)), f"按金额{percent(D(share))}")


def test_findings_by_severity_and_category(read: dict[str, Rows], page: list[str]) -> None:
    rows = read["问题清单"]
    listed = body(rows)
    weights = [row[column(rows, "级别")] for row in listed]
    for word in ("错误", "核实", "提示"):
        assert tile(read, word)[0] == f"{weights.count(word)}项"
        assert added(numbers(read["单位总表"], word)) == weights.count(word)
        assert added(numbers(read["问题分类统计"], word)) == weights.count(word)
    units = {row[1] for row in listed}
    assert any(f"涉及{len(units)}户" in text for text in page)
    for name in [row[1] for row in body(read["问题分类统计"])][:5]:
        found = [row for row in listed if row[column(rows, "类别")] == name]
        owners = len({row[1] for row in found})
        at = page.index(f"{name}（{owners}户）")
        counts = [sum(row[column(rows, "级别")] == w for row in found) for w in ("错误", "核实", "提示")]
        assert page[at + 1 : at + 4] == [str(count) for count in counts]


def test_money(read: dict[str, Rows], page: list[str]) -> None:
    rows = read["预算调整与超支"]
    spent, budget = numbers(rows, "本年决算"), numbers(rows, "年初预算")
    over, under = pairs(spent, budget)
    growth, missing = percent(over / under - 1), len(spent) - sum(a is not None for a in spent)
    assert missing == 1, "one unit has an error in that cell"
    remark = f"预算调整率{growth}（{missing}户缺数）"
    assert tile(read, "整体支出决算（万元）") == (money(added(spent)), remark)
    official = read["三公与公用经费"]
    used, planned = numbers(official, "本年决算", "三公经费"), numbers(official, "本年预算", "三公经费")
    kept = percent(added(used) / added(planned))
    assert tile(read, "三公经费决算（万元）") == (money(added(used)), f"为预算的{kept}")
    projects = read["项目自评汇总"]
    evaluated = added(numbers(projects, "全年执行"))
    whole = added(numbers(read["单位总表"], "决算", "项目支出"))
    assert tile(read, "自评项目支出（万元）") == (
        money(evaluated),
        f"占项目支出决算{percent(evaluated / whole)}",
    )
    said = next(text for text in page if "年初预算合计" in text)
    expected = (under, over, added(planned), added(used), added(numbers(read["执行监控预警"], "风险金额")))
    found = re.findall(r"([\d,.]+)万元", said)
    assert [D(text.replace(",", "")) for text in found] == [round(number, 2) for number in expected]


def test_lights_and_amounts_at_risk(read: dict[str, Rows], page: list[str]) -> None:
    rows = read["执行监控预警"]
    lights = [row[column(rows, "灯色")] for row in body(rows)]
    assert any(f"红灯{lights.count('红灯')}个、黄灯{lights.count('黄灯')}个" in text for text in page)
    charted = {row[0]: row[1] for row in read["图表数据"] if row[0] is not None}
    assert charted["绿灯"] == lights.count("绿灯")
    by_unit: dict[str, D] = {}
    for row in body(rows):
        if row[column(rows, "风险金额")]:
            amount = D(str(row[column(rows, "风险金额")]))
            by_unit[row[1]] = by_unit.get(row[1], D(0)) + amount
    assert len(by_unit) >= 2
    assert {unit: round(D(str(charted[unit])), 2) for unit in by_unit} == {
        unit: round(amount, 2) for unit, amount in by_unit.items()
    }


def test_the_five_to_look_at_have_the_numbers_of_their_rows(workbook: Path, read: dict[str, Rows]) -> None:
    rows = read["单位总表"]
    sheet = openpyxl.load_workbook(workbook)["首页"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    places = {cell.coordinate: cell.hyperlink.location for cell in cells if cell.hyperlink}
    units = [(row, place) for row, place in places.items() if place and place.startswith("'单位总表'!B")]
    assert len(units) == 5
    for ref, place in units:
        row = rows[int(place.rpartition("B")[2]) - 1]
        name, reason = sheet[f"G{ref[1:]}"].value, sheet[f"J{ref[1:]}"].value
        assert row[1] == name
        errors, warnings = row[column(rows, "错误")], row[column(rows, "核实")]
        assert reason.startswith(f"错误{errors}项" + (f"、核实{warnings}项" if warnings else ""))


def test_every_link_of_the_page_leads_somewhere(workbook: Path, read: dict[str, Rows]) -> None:
    with zipfile.ZipFile(workbook) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    targets = re.findall(r"""location="'([^']+)'!""", xml)
    assert set(targets) <= set(read)
    here = set(openpyxl.load_workbook(workbook).sheetnames)
    assert here - {"首页", "图表数据"} <= set(targets), "from the first page to every sheet"
    with zipfile.ZipFile(workbook) as package:
        rels = package.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert 'Target="清单.xlsx"' in rels, "and to the lists"


def test_it_is_one_page(workbook: Path) -> None:
    setup = openpyxl.load_workbook(workbook)["首页"].page_setup
    assert (setup.fitToWidth, setup.fitToHeight) == (None, None), "one by one, which is what nothing means"


@pytest.mark.parametrize("name", UNIT_SHEETS)
def test_every_sheet_by_unit_has_every_unit_once(read: dict[str, Rows], name: str) -> None:
    units = [row[1] for row in body(read["单位总表"])]
    assert len(units) == 12
    assert sorted(row[1] for row in body(read[name])) == sorted(units)


def test_totals_are_what_the_rows_add_up_to(read: dict[str, Rows]) -> None:
    for name, title, group in (
        ("三公与公用经费", "超支额", "公用经费"),
        ("预算调整与超支", "调整额", ""),
        ("人员控制", "超编人数", ""),
        ("项目自评汇总", "全年预算", ""),
        ("执行监控预警", "风险金额", ""),
        ("问题分类统计", "合计", ""),
    ):
        rows = read[name]
        shown: Any = total(rows)[column(rows, title, group)]
        assert round(D(str(shown)), 2) == round(added(numbers(rows, title, group)), 2), name
