"""首页: every number on it is found again on the sheets behind it."""

from __future__ import annotations

import json
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
    assert tile(read, f"优良率（已定等次{len(graded)}户）") == (
        percent(D(len(good)) / len(graded)),
        f"按金额{percent(D(share))}；待核{len(grades) - len(graded)}户不计",
    )


def test_findings_by_severity_and_category(read: dict[str, Rows], page: list[str]) -> None:
    rows = read["问题清单"]
    weights = [row[column(rows, "级别")] for row in body(rows)]
    for word in ("错误", "核实", "提示"):
        assert word == "提示" or any(f"{word}{weights.count(word)}项" in text for text in page)
        assert added(numbers(read["单位总表"], word)) == weights.count(word)
        assert added(numbers(read["问题分类统计"], word)) == weights.count(word)
    # the gravest first, and 提示 are no headline
    counted = [row[1:4] for row in body(read["问题分类统计"])]
    assert [counts[1] for counts in counted] == sorted((counts[1] for counts in counted), reverse=True)
    charted = [row[:3] for row in read["图表数据"][1:6]]
    assert charted == [[name, *counts] for name, *counts in counted[:5]]


def test_the_money_beside_the_budget_and_last_year(read: dict[str, Rows], page: list[str]) -> None:
    units = read["单位总表"]
    table = {row[0]: row for row in read["首页"]}
    for name, spent, budget, before in (
        ("整体支出", "本年决算", "年初预算", "上年决算"),
        ("项目支出", "决算", "预算", ""),
        ("公用经费", "决算", "预算", ""),
        ("三公经费", "决算", "预算", "上年"),
    ):
        used, planned = numbers(units, spent, name), numbers(units, budget, name)
        over, under = pairs(used, planned)
        assert D(str(table[name][2])) == added(used)
        assert D(str(table[name][4])) == added(planned)
        assert percent(D(str(table[name][6]))) == percent(over / under - 1)
        if before:
            over, under = pairs(used, numbers(units, before, name))
            assert percent(D(str(table[name][9]))) == percent(over / under - 1)
    assert numbers(units, "本年决算", "整体支出").count(None) == 1
    evaluated = added(numbers(read["项目自评汇总"], "全年执行"))
    share = percent(evaluated / added(numbers(units, "决算", "项目支出")))
    told = f"项目支出决算已自评{money(evaluated)}万元，占{share}；整体支出有1户缺数，不算在比率里。"
    assert told in page


def test_what_is_to_be_decided_is_the_money_on_the_sheets(workbook: Path, read: dict[str, Rows]) -> None:
    lines = (workbook.parent / "findings.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    asked = {
        check: {f["unit"] for f in found if f["check"] == check and f["status"] == "open"}
        for check in ("J126", "C506", "C508")
    }
    units, spending = read["单位总表"], read["三公与公用经费"]

    def by_unit(rows: Rows, title: str, group: str = "") -> dict[str, D]:
        sums: dict[str, D] = {}
        for row, number in zip(body(rows), numbers(rows, title, group), strict=True):
            sums[row[1]] = sums.get(row[1], D(0)) + (number or 0)
        return {unit: amount for unit, amount in sums.items() if amount}

    more = by_unit(read["预算调整与超支"], "调整额")
    rates = by_unit(read["预算调整与超支"], "调整率")
    evaluated = by_unit(read["项目自评汇总"], "全年执行")
    large = {unit for unit, rate in rates.items() if rate > D("0.3")}
    outlay = {
        "年中追加超过30%，还没有说明": {u: m for u, m in more.items() if u in asked["J126"] & large},
        "公用经费超预算": by_unit(spending, "超支额", "公用经费"),
        "三公经费超预算": by_unit(spending, "超支额", "三公经费"),
        "项目支出没有自评": {
            unit: spent - evaluated.get(unit, D(0))
            for unit, spent in by_unit(units, "决算", "项目支出").items()
            if unit in asked["C506"] | asked["C508"] and spent > evaluated.get(unit, D(0))
        },
    }  # fmt: skip
    apart = {"红灯、黄灯项目没有执行的预算": by_unit(read["执行监控预警"], "风险金额")}
    expected = [
        (text, f"{len(amounts)}户", round(sum(amounts.values()), 2))
        for text, amounts in {**outlay, **apart}.items()
    ]
    rows = read["首页"]
    first = next(n for n, row in enumerate(rows) if row[0] == "请您定") + 1
    shown = [(row[0], row[5], round(D(str(row[6])), 2)) for row in rows[first : first + len(expected)]]
    assert sorted(shown) == sorted(expected)
    assert [amount for *_, amount in shown] == sorted((amount for *_, amount in shown), reverse=True)
    # of one unit the largest alone: nothing is counted twice
    names = {unit for amounts in outlay.values() for unit in amounts}
    once = sum((max(amounts.get(unit, D(0)) for amounts in outlay.values()) for unit in names), D(0))
    assert str(rows[first + len(expected)][0]).startswith(
        f"以上支出共{money(once)}万元，一户有几项的只计最大的一项"
    )


def test_lights_and_amounts_at_risk(read: dict[str, Rows]) -> None:
    rows = read["执行监控预警"]
    lights = [row[column(rows, "灯色")] for row in body(rows)]
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


def test_whom_to_ring_first_are_those_that_change_the_sums_most(
    workbook: Path, read: dict[str, Rows]
) -> None:
    sheet = openpyxl.load_workbook(workbook)["首页"]
    first = next(cell.row for (cell,) in sheet["A1:A60"] if cell.value == "先打给谁") + 1
    calls: list[Any] = [[sheet.cell(first + n, at).value for at in (1, 4, 5, 7)] for n in range(5)]
    totals = [call[2].partition("±")[0] for call in calls]
    amounts = [float(call[2].partition("±")[2]) for call in calls]
    assert totals[:3] == ["整体支出本年决算", "整体支出本年决算", "整体自评表全年执行"]
    assert amounts[0] == pytest.approx(717.67), "its outlay is #REF!, so the sum lacks all of its budget"
    assert "#REF!" in calls[0][3]
    # 基础数据表D20 was multiplied by 1.4, 整体自评表F4 by 1.2: what is to be typed instead is sure
    assert [call[0] for call in calls[:3]] == ["县国有林场", "县水利局", "县文化旅游局"]
    assert "D20" in calls[1][3]
    assert amounts[1] == pytest.approx(517.08 * 0.4, abs=0.01)
    assert amounts[2] == pytest.approx(841.61 * 0.2, abs=0.01)
    assert amounts == sorted(amounts, reverse=True)
    units = read["单位总表"]
    for n, (name, status, *_) in enumerate(calls):
        link: Any = sheet.cell(first + n, 4).hyperlink
        row = units[int(link.location.rpartition("B")[2]) - 1]
        assert (row[1], row[column(units, "状态")]) == (name, status)
    unsure = {row[0]: row[10] for row in read["首页"] if row[0] in ("整体支出", "三公经费")}
    assert unsure["整体支出"] == pytest.approx(717.67 + 517.08 * 0.4, abs=0.01)


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
    named = [row[1] for row in body(read[name])]
    if name in ("预算调整与超支", "人员控制"):
        # those that kept to it stand together in the last row
        kept = len(units) - len(named) + 1
        assert re.fullmatch(f"没有.+的{kept}户", named.pop())
        units = [unit for unit in units if unit in named]
    assert sorted(named) == sorted(units)


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
