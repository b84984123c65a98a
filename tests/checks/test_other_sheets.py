"""Sheets that are no form of the pack, and forms that nobody filled in."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest

from batch.model.review import verdict_of
from batch.model.status import Severity, Verdict
from batch.unit.bundle import Bundle, BundleResult, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.checks.telling import BASIC, PROJECT, TEMPLATE, only, told, where
from tests.paper import PACK, SAMPLE, checked, corrected

Rows = Sequence[Sequence[str | float | None]]

DETAILS: Rows = (
    ("附件5",),
    ("2020年部门项目支出绩效评分汇总表",),
    ("序号", "项目", "得分"),
    (1, "业务能力建设", 98),
    (2, "信息系统运行维护", 95.5),
)
PLANS: Rows = (
    ("问题", "原因", "措施"),
    *((f"问题{n}", "制度不全", "按月检查") for n in range(4)),
)
COVER: Rows = (
    ("部门整体支出绩效自评报告",),
    ("预算编码", 906017),
    ("联系电话", "0731-83600000"),
    ("报告日期", "2021年3月12日"),
)
GUIDE: Rows = (("填表说明",), *((n, "金额以万元填报", n * 10) for n in range(1, 6)))
LISTS: Rows = tuple(("教育", "公安", "民政", "水利") for _ in range(9))


def _with(name: str, rows: Rows, state: str = "visible") -> Callable[[openpyxl.Workbook], None]:
    def bend(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)

    return bend


@pytest.mark.parametrize(
    ("name", "rows", "says"),
    [
        ("Sheet5", DETAILS, "标题“2020年部门项目支出绩效评分汇总表”"),
        ("整改", PLANS, "表页“整改”"),
    ],
)
def test_a_sheet_with_data_that_is_no_form_is_told_once(
    clean: bytes, name: str, rows: Rows, says: str
) -> None:
    finding = only(told(clean, {}, _with(name, rows)), "F039")
    assert (finding.sheet, finding.cell, finding.severity) == (name, None, Severity.HINT)
    assert says in finding.message


def test_the_nearest_form_is_named_by_the_words_of_the_title(clean: bytes) -> None:
    rows = (("2020年项目支出绩效自评汇总表",), *DETAILS[2:])
    message = only(told(clean, {}, _with("汇总", rows)), "F039").message
    assert "与“项目支出绩效自评表”名称相近" in message


@pytest.mark.parametrize(
    ("name", "rows", "state"),
    [
        ("封面", COVER, "visible"),
        ("Sheet1", COVER, "visible"),
        ("说明", GUIDE, "visible"),
        ("Sheet3", (), "visible"),
        ("选项", LISTS, "hidden"),
        ("_etx", DETAILS, "veryHidden"),
    ],
)
def test_covers_instructions_lists_and_empty_sheets_are_not_told(
    clean: bytes, name: str, rows: Rows, state: str
) -> None:
    assert told(clean, {}, _with(name, rows, state)) == []


def test_complete_forms_alone_pass() -> None:
    outcomes = checked(corrected()).outcomes
    for check in ("F039", "F040"):
        assert verdict_of(o for o in outcomes if o.check == check) in (Verdict.PASS, Verdict.NOT_APPLICABLE)


def test_a_workbook_of_other_sheets_is_told_once_with_all_of_them() -> None:
    book = openpyxl.Workbook()
    for name, rows in (("得分", DETAILS), ("整改", PLANS), ("封面", COVER)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    (unit,) = _work(("某某局.xlsx", _bytes(book))).units
    (finding,) = unit.review.findings
    assert finding.check == "F005"
    assert "“得分”" in finding.message
    assert "“整改”" in finding.message
    assert "封面" not in finding.message


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _work(*files: tuple[str, bytes], folder: str = "") -> BundleResult:
    sent = tuple(Sent(f"{folder}/{name}" if folder else name, 1, data) for name, data in files)
    return review_files(Bundle(folder, sent), Context(PACK))


def _named() -> bytes:
    """The official workbook with nothing but who is asked."""
    book = openpyxl.load_workbook(TEMPLATE)
    book[BASIC]["B2"] = "县教育局"
    return _bytes(book)


@pytest.mark.parametrize("data", [TEMPLATE.read_bytes(), _named(), _bytes(openpyxl.Workbook())])
def test_an_empty_workbook_is_no_unit(data: bytes) -> None:
    done = _work(("附表模板.xlsx", data))
    assert done.units == []
    assert done.unprocessed == [("附表模板.xlsx", "表是空的，没有填报")]


def test_an_empty_workbook_beside_a_filled_one_is_told_once(clean: bytes) -> None:
    done = _work(("县教育局.xlsx", clean), ("附表模板.xlsx", TEMPLATE.read_bytes()), folder="县教育局")
    (unit,) = done.units
    assert where(list(unit.review.findings)) == [("F040", None)]
    assert unit.review.findings[0].message == "文件“附表模板.xlsx”：表是空的，没有填报。"
    assert [file for file, _ in done.unprocessed] == ["县教育局/附表模板.xlsx"]


def test_what_the_blank_form_prints_is_no_answer() -> None:
    """目标1：…, 指标1：… and what belongs into a cell, as another bureau's blank form has them."""
    book = openpyxl.load_workbook(TEMPLATE)
    sheet = book[PROJECT]
    sheet["B10"], sheet["E10"] = "目标1：\n目标2：\n……", "（概述全年完成情况）"
    for row in range(12, 21):
        sheet[f"D{row}"], sheet[f"G{row}"] = "指标1：", 10
    assert _work(("附表.xlsx", _bytes(book))).units == []


def test_a_form_with_another_title_is_not_read_for_the_labels_they_share() -> None:
    """A pack without 整体自评表 does not take it for a 项目自评表, and asks for no score of its own."""
    data = SAMPLE.read_bytes()
    done = review_files(Bundle("", (Sent("a.xlsx", 1, data),)), Context("generic-10hao"))
    (unit,) = done.units
    others = {f.sheet for f in unit.review.findings if f.check == "F039"}
    assert others == {"基础数据表", "整体支出自评表"}
    assert {f.sheet for f in unit.review.findings if f.check != "F039"} <= {"", "监控表", "项目支出自评表"}
    (copy,) = (data for path, data in unit.copies if path.startswith("批注/"))
    sheet = openpyxl.load_workbook(io.BytesIO(copy))["审核结果"]
    said = [str(cell.value) for row in sheet.iter_rows(max_row=9) for cell in row]
    assert "得分" not in said
    assert not [text for text in said if "总分" in text]
