"""退回通知: one page that says what to fix, by when and whom to ask."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from openxml_audit import OpenXmlValidator

from batch.model.review import Finding, Review
from batch.model.status import Severity
from batch.returns.heading import RoundHeading
from batch.returns.notice import notice, notice_path
from batch.unit.review_bundle import Bundle, Context, Sent, review_files
from batch.workbook.read.xlsx import read_workbook
from tests.paper import FILE, PACK, SAMPLE
from tests.workbook.rich import signed_workbook

HEADING = RoundHeading("规则", 2020, "2021年3月15日", "预算绩效股 0731-00000000")


def error(number: int, check: str = "J101", sheet: str = "基础数据表") -> Finding:
    return Finding(
        "甲单位", "甲.xlsx", sheet, f"C{number}", check, "标题", Severity.ERROR, "基础数据表",
        f"第{number}项", f"第{number}项填错了。", "改正。",
    )  # fmt: skip


def page(*findings: Finding) -> list[str]:
    data = notice(Review("甲单位", "", ("甲.xlsx",), list(findings)), HEADING)
    assert data is not None
    (sheet,) = read_workbook(data, "").sheets
    return [cell.raw for cell in sheet.cells.values()]


def test_it_names_the_cell_the_repair_the_day_and_the_contact() -> None:
    texts = page(error(4))
    assert "基础数据表\nC4" in texts
    assert "第4项填错了。" in texts
    assert any("请于2021年3月15日前改正后重新报送" in text for text in texts)
    assert "有疑问请联系：预算绩效股 0731-00000000" in texts


def test_one_kind_of_mistake_is_one_line() -> None:
    texts = page(*(error(n) for n in range(1, 20)))
    assert "第1项填错了。（另有18处同类问题）" in texts
    assert any(text.startswith("基础数据表\nC1、C2、C3") and text.endswith("等") for text in texts)


def test_what_does_not_fit_the_page_is_counted() -> None:
    texts = page(*(error(n, f"L{n:03}") for n in range(1, 100)))
    shown = sum(text.endswith("填错了。") for text in texts)
    assert 20 < shown < 99
    assert f"另有{99 - shown}处错误，本页列不下，见文件中的“审核结果”页。" in texts


def test_a_unit_without_errors_gets_none() -> None:
    assert notice(Review("甲单位", "", ("甲.xlsx",)), HEADING) is None


def test_a_name_from_a_file_is_no_path() -> None:
    assert notice_path("../../x") == "退回通知/_.._x~9cdf6a.xlsx"


def test_it_is_a_valid_workbook_printed_on_one_page(tmp_path: Path) -> None:
    data = notice(Review("甲<单位>&", "", ("甲.xlsx",), [error(4)]), HEADING)
    assert data is not None
    path = tmp_path / "通知.xlsx"
    path.write_bytes(data)
    told = [str(e.description) for e in OpenXmlValidator().validate(str(path)).errors]
    # office programs bring their own theme
    assert [text for text in told if not text.endswith("relationships/theme' is missing.")] == []
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert (sheet.page_setup.fitToHeight, sheet.page_setup.orientation) == (1, "portrait")
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_copies_of_the_real_submission_are_valid(tmp_path: Path) -> None:
    """No finding of the validator that the submission did not already have."""
    done = review_files(Bundle("", (Sent(FILE, 1, SAMPLE.read_bytes()),)), Context(PACK))
    before = {str(e.description) for e in OpenXmlValidator().validate(str(SAMPLE)).errors}
    for number, (_, data) in enumerate(done.units[0].copies):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(data)
        assert {str(e.description) for e in OpenXmlValidator().validate(str(path)).errors} <= before


def test_the_copy_of_a_signed_workbook_says_that_the_signature_is_gone() -> None:
    done = review_files(Bundle("", (Sent("签名.xlsx", 1, signed_workbook()),)), Context(PACK))
    (unit,) = done.units
    sheet = next(s for s in read_workbook(unit.copies[0][1], "").sheets if s.name.startswith("审核结果"))
    assert "签名在本文件中不再有效" in sheet.cells[3, 1].raw
