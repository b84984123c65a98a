"""退回通知: one page that says what to fix, by when and whom to ask."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
from openxml_audit import OpenXmlValidator

from batch.model.cause import Cause, Sure
from batch.model.review import Finding, Review
from batch.model.status import Severity
from batch.returns.notice import notice, notice_path
from batch.returns.round_heading import RoundHeading
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from batch.workbook.read.xlsx import read_workbook
from tests.paper import FILE, PACK, SAMPLE
from tests.workbook.rich import signed_workbook

HEADING = RoundHeading("规则", 2020, 5, "甲县财政局", "预算绩效股 0731-00000000")


def error(number: int, check: str = "J101", sheet: str = "基础数据表") -> Finding:
    return Finding(
        "甲单位", "甲.xlsx", sheet, f"C{number}", check, "标题", Severity.ERROR, "基础数据表",
        f"第{number}项", f"第{number}项填错了。", "改正。",
    )  # fmt: skip


def returned(things: int, text: str = "第{}件填错了，请改正。") -> Review:
    """A review that comes back with so many things to do, the heaviest first."""
    causes = tuple(
        Cause(f"c{n:03}", Sure.UNIT, text.format(n), Severity.ERROR, errors=things - n + 1)
        for n in range(1, things + 1)
    )
    return Review("甲单位", "", ("甲.xlsx",), [error(n) for n in range(things)], causes=causes)


def page(review: Review, dated: str = "2021年3月18日") -> list[str]:
    data = notice(review, HEADING, dated)
    assert data is not None
    (sheet,) = read_workbook(data, "").sheets
    return [cell.raw for cell in sheet.cells.values()]


def test_it_is_a_letter_with_days_to_correct_a_bureau_and_a_date() -> None:
    texts = page(returned(1))
    assert "甲单位：" in texts
    assert any("请在收到本通知后5个工作日内改正" in text for text in texts)
    listed = texts.index("一、请改正（1件）")
    assert texts[listed + 1 : listed + 4] == ["1", "第1件填错了，请改正。", "错误1"]
    assert "　　有疑问请联系：预算绩效股 0731-00000000" in texts
    assert [text.strip() for text in texts[-3:-1]] == ["甲县财政局", "2021年3月18日"]


def test_its_day_is_that_of_the_newest_file_and_no_deadline_is_named() -> None:
    day = 1_616_000_000_000_000_000  # 2021年3月18日 in China, 17日 west of it
    at = Context(PACK, deadline="2021-03-15", bureau="甲县财政局")
    done = review_files(Bundle("", (Sent(FILE, day, SAMPLE.read_bytes()),)), at)
    data = next(data for path, data in done.units[0].copies if path.startswith("退回通知/"))
    (sheet,) = read_workbook(data, "").sheets
    texts = [cell.raw for cell in sheet.cells.values()]
    assert [text for text in texts if text.strip() in ("2021年3月18日", "2021年3月17日")]
    assert not [text for text in texts if "3月15日" in text or "2021-03-15" in text]
    # it has certain corrections, and where they are filled in is said
    assert [text for text in texts if "“建议稿”文件夹的同名文件" in text]
    assert not [text for text in page(returned(1)) if "建议稿" in text]


def test_the_lightest_are_counted_when_the_page_is_full_and_the_gravest_stand_first() -> None:
    texts = page(returned(60, "第{}件" + "很长的一句话，" * 20))
    shown = [text for text in texts if text.startswith("第")]
    assert 8 < len(shown) < 60
    assert [int(text[1 : text.index("件")]) for text in shown] == list(range(1, len(shown) + 1))
    left = 60 - len(shown)
    assert f"另有{left}件较轻的（第{len(shown) + 1}件起），本页列不下，见批注件的“审核结果”页。" in texts


def test_of_a_very_long_sentence_the_rest_stands_on_the_results_sheet() -> None:
    texts = page(returned(1, "一句话，" * 200))
    (shown,) = [text for text in texts if text.startswith("一句话")]
    assert shown.endswith("一句话……（全文见“审核结果”页第1件）")
    assert len(shown) < 200


def test_a_unit_without_errors_gets_none() -> None:
    assert notice(Review("甲单位", "", ("甲.xlsx",)), HEADING) is None


def test_a_name_from_a_file_is_no_path() -> None:
    assert notice_path("../../x") == "退回通知/_.._x~9cdf6a.xlsx"


def test_it_is_a_valid_workbook_printed_on_one_page(tmp_path: Path) -> None:
    data = notice(replace(returned(3), unit="甲<单位>&"), HEADING)
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
