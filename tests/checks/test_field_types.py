"""Plain numbers, days, choices and a list without headings, in a pack of purchases."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from batch.config.pack_files import read_pack
from batch.forms.template.workbook import template_bytes
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context, load_rules
from tests.config.purchases import purchases

CELLS: dict[str, Any] = {
    "B2": "县教育局", "E2": 1250.5, "B3": 360, "E3": 300,
    "A6": "教学楼", "B6": "公开招标", "C6": date(2024, 7, 2), "D6": "2024年9月30日", "E6": 300,
    "A7": "桌椅", "B7": "询价", "C7": "2024-8-5", "D7": "2024.9", "E7": 20,
    "A8": "课本", "B8": "单一来源", "C8": "20240910", "E8": 40, "E9": 360,
}  # fmt: skip


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = tmp_path_factory.mktemp("包") / "采购"
    return Context("", files=read_pack(str(purchases(folder))))


def filled(at: Context, changed: Mapping[str, Any]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(load_rules(at).forms)))
    for ref, value in {**CELLS, **changed}.items():
        book["采购季报"][ref] = value
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def told(at: Context, changed: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What is told of the filled form, by check and cell; hints are left out."""
    done = review_files(Bundle("", (Sent("县教育局.xlsx", 1, filled(at, changed)),)), at)
    assert not done.troubles, done.troubles[0]
    (unit,) = done.units
    return {(f.check, f.cell or ""): f.message for f in unit.review.findings if f.severity.code != "hint"}


def test_the_template_has_lists_of_choices_days_and_totals(at: Context) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template_bytes(load_rules(at).forms)))["采购季报"]
    assert sheet["A1"].value == "2024年第三季度政府采购情况季报表"
    assert (sheet["A3"].value, sheet["A4"].value) == ("第三季度合同总额", "采购明细（2024年）")
    assert sheet["E9"].value == "=SUM(E6:E8)"
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["B6:B8"].formula1 == '"公开招标,邀请招标,竞争性谈判,单一来源,询价"'
    assert rules["C6:C8 D6:D8"].type == "date"


def test_what_is_right_passes(at: Context) -> None:
    assert told(at, {}) == {}


@pytest.mark.parametrize(
    ("changed", "check", "cell", "said"),
    [
        ({"E2": "约一千"}, "F021", "E2", "面积应填数字，现为“约一千”"),
        ({"C6": "2024年13月2日"}, "F044", "C6", "合同日期填的“2024年13月2日”不是日期"),
        ({"B7": "谈判"}, "F045", "B7", "填的“谈判”不是规定的选项，应为：公开招标、邀请招标、"),
        ({"B3": 350}, "P101", "B3", "现为350.00，应等于300.00+20.00+40.00＝360.00，"),
        ({"B6": "邀请招标"}, "P102", "E3", "现为300.00，应等于0.00，相差300.00"),
        ({"B6": "邀请招标"}, "P103", "B6", "填的是“邀请招标”，应等于“公开招标”"),
        ({"D6": "2024年6月30日"}, "P104", "D6", "2024年6月30日"),
        ({"C8": "2023-09-10"}, "P105", "C8", "2023"),
        ({"B7": "单一来源", "E7": 60, "E8": 60, "B3": 420}, "P106", "", "现为2，不应大于1"),
        ({"E9": 400}, "P107", "E9", "现为400.00，应等于300.00+20.00+40.00＝360.00，"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(
    at: Context, changed: dict[str, Any], check: str, cell: str, said: str
) -> None:
    found = told(at, changed)
    assert (check, cell) in found, found
    assert said in found[check, cell]


def test_sums_of_a_list_are_in_the_unit_the_sheet_prints(at: Context) -> None:
    """A form in 元 is compared in 元, and the list's sums are told so."""
    sums = ("B3", "E3", "E6", "E7", "E8", "E9")
    inserted = {"D4": "单位：元"} | {ref: CELLS[ref] * 10000 for ref in sums}
    data = filled(at, inserted)
    (unit,) = review_files(Bundle("", (Sent("县教育局.xlsx", 1, data),)), at).units
    assert [f.check for f in unit.review.findings if f.severity.code == "error"] == []
    kept = {row.cell: (row.money_unit, row.money) for row in unit.facts.details if row.column == "合同金额"}
    assert kept["E6"] == ("元", Decimal(300))


def test_a_number_of_a_rule_beside_money_is_in_wan_whatever_the_form_prints(at: Context) -> None:
    """`合同金额 > 200` asks about 2,000,000.00 元, not about 200 元: P103."""
    sums = ("B3", "E3", "E6", "E7", "E8", "E9")
    inserted = {"D4": "单位：元"} | {ref: CELLS[ref] * 10000 for ref in sums}
    assert "P103" not in {check for check, _ in told(at, inserted)}
    assert ("P103", "B6") in told(at, inserted | {"B6": "邀请招标"})


def test_a_word_that_is_no_choice_is_told_once(at: Context) -> None:
    """Whether its row counts is not known, so that what needs it cannot be checked."""
    assert set(told(at, {"B6": "招标"})) == {("F045", "B6")}
