"""From files in to files out: the sums of the roll-up against the cells as another program reads them."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openxml_audit import OpenXmlValidator

from batch.demo.county_figures import layout
from tests.rollup.reading import body, column, sheets, total
from tests.sample_units import clean_unit

D = Decimal
FORM = "基础数据表"
UNITS = ("县教育局", "县水利局", "县林业局", "县统计局", "县档案馆")
#: a unit with an error in a cell, and one with a text there: both are left out of that sum and of no other
SPOILT = {"县林业局": ("整体支出.上年决算", "#REF!"), "县档案馆": ("公务接待.本年决算", "未发生")}
#: field of the basic form → heading and title on 单位总表
ON_UNITS = {
    "编制数": ("人员（人）", "编制"),
    "在职人数": ("人员（人）", "在职"),
    "整体支出.上年决算": ("整体支出", "上年决算"),
    "整体支出.本年预算": ("整体支出", "年初预算"),
    "整体支出.本年决算": ("整体支出", "本年决算"),
    "项目支出.本年预算": ("项目支出", "预算"),
    "项目支出.本年决算": ("项目支出", "决算"),
    "三公经费.上年决算": ("三公经费", "上年"),
    "三公经费.本年预算": ("三公经费", "预算"),
    "三公经费.本年决算": ("三公经费", "决算"),
    "公用经费.本年预算": ("公用经费", "预算"),
    "公用经费.本年决算": ("公用经费", "决算"),
    "政府采购.本年预算": ("政府采购", "预算"),
    "政府采购.本年决算": ("政府采购", "决算"),
}


def run(inbox: Path, outbox: Path) -> Path:
    command = [sys.executable, "-m", "batch", "run", "--inbox", str(inbox), "--outbox", str(outbox)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return outbox / "汇总.xlsx"


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An inbox of five units, and 汇总.xlsx made from it by the command line."""
    folder = tmp_path_factory.mktemp("sums")
    for seed, name in enumerate(UNITS):
        path = folder / "inbox" / name / f"{name}.xlsx"
        path.parent.mkdir(parents=True)
        clean_unit(path, name, seed=seed, projects=1 + seed % 3)
        if name in SPOILT:
            field, text = SPOILT[name]
            # data_only: what the cells show is kept and their formulas are not, as in a copy of values
            book = openpyxl.load_workbook(path, data_only=True)
            book[FORM][layout(FORM).slots[field].ref] = text
            book.save(path)
    return folder / "inbox", run(folder / "inbox", folder / "outbox")


@pytest.fixture(scope="module")
def submitted(night: tuple[Path, Path]) -> dict[str, D]:
    """Every number field of the basic form, added up over the files as openpyxl reads them."""
    sums: dict[str, D] = {}
    for path in sorted(night[0].rglob("*.xlsx")):
        sheet = openpyxl.load_workbook(path, data_only=True)[FORM]
        for name, slot in layout(FORM).slots.items():
            value = sheet[slot.ref].value
            if slot.field.type in ("money", "count") and isinstance(value, int | float):
                sums[name] = sums.get(name, D(0)) + D(str(value))
    assert len(sums) > 40
    return sums


def cents(value: Any) -> D:
    return round(D(str(value)), 2)


def test_the_table_of_units_adds_up_what_was_submitted(
    night: tuple[Path, Path], submitted: dict[str, D]
) -> None:
    rows = sheets(night[1])["单位总表"]
    shown = total(rows)
    found = {name: cents(shown[column(rows, title, group)]) for name, (group, title) in ON_UNITS.items()}
    assert found == {name: cents(submitted[name]) for name in ON_UNITS}


def test_the_official_form_holds_the_sum_of_every_cell(
    night: tuple[Path, Path], submitted: dict[str, D]
) -> None:
    sheet = openpyxl.load_workbook(night[1], data_only=True)["基础数据汇总表"]
    slots = layout(FORM).slots
    found = {name: cents(sheet[slots[name].ref].value) for name in submitted}
    assert found == {name: cents(number) for name, number in submitted.items()}
    rate = submitted["在职人数"] / submitted["编制数"]
    assert cents(D(str(sheet[slots["控制率"].ref].value)) * 100) == cents(rate * 100)


def test_the_official_form_looks_like_the_template(night: tuple[Path, Path]) -> None:
    sheet = openpyxl.load_workbook(night[1])["基础数据汇总表"]
    at = layout(FORM)
    labels = {(c.row, c.col): c.raw for c in at.sheet.cells.values() if (c.row, c.col) != at.title}
    assert {place: sheet.cell(*place).value for place in labels} == labels
    drawn = {range_boundaries(str(area)) for area in sheet.merged_cells.ranges}
    assert {(a.left, a.top, a.right, a.bottom) for a in at.sheet.merges} <= drawn
    assert sheet.cell(*at.title).value == "部门整体支出绩效自评基础数据汇总表"
    assert not sheet.protection.sheet


def test_every_check_in_the_workbook_comes_to_nothing(night: tuple[Path, Path]) -> None:
    """The ticks are formulas: what they compare is worked out here from the stored values."""
    formulas = openpyxl.load_workbook(night[1])
    ticks = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=ROUND(")
    ]
    assert len([t for t in ticks if t[0] == "单位总表"]) == 20
    assert len([t for t in ticks if t[0] == "基础数据汇总表"]) > 10
    read = openpyxl.load_workbook(night[1], data_only=True)
    for title, place, formula in ticks:
        left, right = formula.removeprefix("=ROUND(").removesuffix(",2)").rsplit("-", 1)
        assert worth(read, title, left) == worth(read, title, right), (title, place, formula)


def worth(book: Any, title: str, term: str) -> D:
    """SUM(K5:K9), a cell, or a defined name."""
    if term.startswith("SUM("):
        cells = [c.value for row in book[title][term[4:-1]] for c in row if c.value is not None]
        return cents(sum((D(str(value)) for value in cells), D(0)))
    if term in book.defined_names:
        ((sheet, place),) = book.defined_names[term].destinations
        return cents(book[sheet][place.replace("$", "")].value)
    return cents(book[title][term].value)


def test_names_lead_to_the_totals(night: tuple[Path, Path], submitted: dict[str, D]) -> None:
    book = openpyxl.load_workbook(night[1], data_only=True)
    assert worth(book, "", "合计_整体支出决算") == cents(submitted["整体支出.本年决算"])
    assert worth(book, "", "合计_三公经费预算") == cents(submitted["三公经费.本年预算"])


def test_the_workbooks_are_valid(night: tuple[Path, Path]) -> None:
    books = (night[1], night[1].with_name("清单.xlsx"))
    errors = [str(error) for book in books for error in OpenXmlValidator().validate(book).errors]
    # strings stand in their cells: a workbook written row by row has no table of them, and needs none
    assert [error for error in errors if "inline-string" not in error] == []


def test_the_same_inbox_gives_the_same_workbooks(night: tuple[Path, Path], tmp_path: Path) -> None:
    again = run(night[0], tmp_path / "again")
    for name in ("汇总.xlsx", "清单.xlsx"):
        assert again.with_name(name).read_bytes() == night[1].with_name(name).read_bytes()


def test_every_unit_has_its_ties_in_numbers(night: tuple[Path, Path]) -> None:
    rows = sheets(night[1])["勾稽核对表"]
    check, left, right = (column(rows, title) for title in ("编号", "左边", "右边"))
    passed = [r for r in body(rows) if r[column(rows, "结果")] == "✓ 通过" and r[check] == "C502"]
    assert {r[1] for r in passed} == set(UNITS)
    form = "本年决算应等于整体自评表“项目支出”全年执行数"
    assert passed[0][column(rows, "应有关系")] == f"基础数据表“项目支出”{form}"
    assert all(cents(r[left]) == cents(r[right]) for r in passed), "both in 万元"
    results = [r[column(rows, "结果")] for r in body(rows)]
    order = ["✗ 不符", "？ 无法检查", "✓ 通过"]
    assert [order.index(result) for result in results] == sorted(map(order.index, results))
    within = [r for r in body(rows) if r[check] is None]
    assert len(within) == len(UNITS)
    assert all("通过" in r[column(rows, "备注")] for r in within)
