"""A unit explains on its marked copy: read back, shown everywhere, and over when the values change."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from batch.checks.engine.answers import answered, latest
from batch.config.settings import Settings
from batch.model.reference import Explanation, Reference, Ruling
from batch.model.review import Finding
from batch.model.status import Severity
from batch.night import run_night
from batch.returns.explanation_sheet import explanations_in
from batch.unit.bundle import Bundle, Sent, UnitWork
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from batch.workbook.read.xlsx import read_workbook
from tests.paper import FILE, PACK, SAMPLE

WHY = "因疫情防控追加信息化项目，经县政府常务会议研究同意。"
BASIS = "会议纪要第12期"


def worked(data: bytes) -> UnitWork:
    """The unit's submission as one night looks at it."""
    done = review_files(Bundle(FILE.partition("/")[0], (Sent(FILE, 1, data),)), Context(PACK))
    assert not done.troubles
    (unit,) = done.units
    return unit


def the_copy(unit: UnitWork) -> bytes:
    return next(data for path, data in unit.copies if path.startswith("批注/"))


def about(listed: object, check: str) -> bool:
    """Whether a line of 说明填写 is about a check."""
    return check in str(listed).splitlines()


def explained(copy: bytes, check: str, text: str = WHY, basis: str = BASIS, edits: str = "") -> bytes:
    """The copy after a bookkeeper wrote on 说明填写, and in `edits` ("表页!格=值") on a form, and saved."""
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book["说明填写"]
    assert isinstance(sheet, Worksheet)
    for row in range(5, sheet.max_row + 1):
        if about(sheet.cell(row, 2).value, check):
            sheet.cell(row, 7).value = text
            sheet.cell(row, 8).value = basis
    if edits:
        place, _, value = edits.partition("=")
        name, _, ref = place.partition("!")
        book[name][ref] = float(value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def found(unit: UnitWork, check: str) -> list[Finding]:
    return [f for f in unit.review.findings if f.check == check]


@pytest.fixture(scope="module")
def first() -> UnitWork:
    return worked(SAMPLE.read_bytes())


@pytest.fixture(scope="module")
def second(first: UnitWork) -> UnitWork:
    return worked(explained(the_copy(first), "J118"))


def test_each_cause_has_a_line_for_all_its_warnings_and_errors_have_none(first: UnitWork) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(the_copy(first)))["说明填写"]
    rows = [tuple(row) for row in sheet.iter_rows(min_row=5, values_only=True)]
    warnings = [f for f in first.review.findings if f.severity is Severity.WARNING]
    codes = [code for row in rows for code in str(row[8]).split()]
    assert sorted(codes) == sorted(f.code for f in warnings)
    assert len(rows) == len({f.cause for f in warnings}) < len(warnings)
    (row,) = [row for row in rows if about(row[1], "J118")]
    assert row[1] == "J117\nJ118\nJ119"
    assert row[2] == "基础数据表!D15等2处"
    # only the two columns to fill in are open
    assert sheet.protection.sheet
    assert not sheet["G5"].protection.locked
    assert not sheet[f"H{4 + len(rows)}"].protection.locked
    assert sheet["I5"].protection.locked


def test_ready_answers_may_be_picked_and_others_typed(first: UnitWork) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(the_copy(first)))["说明填写"]
    place = f"G{row_of(the_copy(first), 'J118')}"
    (listed,) = [v for v in sheet.data_validations.dataValidation if str(v.sqref) == place]
    cause = next(c for c in first.review.causes if c.id == found(first, "J118")[0].cause)
    assert cause.choices
    assert listed.formula1 == f'"{",".join(cause.choices)}"'
    assert not listed.showErrorMessage


REPORT = (
    "部门整体支出绩效自评报告\n"
    "2020年支出合计1112.50万元,比上年增加42.70%。原因主要是新增了政府投资项目,经费随之增加。\n"
    "基本支出162.53万元:人员经费143.77万元,主要包括工资;公用经费18.76万元,主要包括维修费。\n"
    "食堂用餐人数增加,原因是借调人员多。"
)


def test_what_the_report_gives_as_a_reason_is_offered_and_counts_once_picked() -> None:
    def sent(data: bytes) -> UnitWork:
        folder = FILE.partition("/")[0]
        files = (Sent(FILE, 1, data), Sent(f"{folder}/自评报告.txt", 1, REPORT.encode()))
        (unit,) = review_files(Bundle(folder, files), Context(PACK)).units
        return unit

    unit = sent(SAMPLE.read_bytes())
    stated = {cause.rule: cause.stated for cause in unit.review.causes if cause.stated}
    assert stated == {
        "年中追加": "自评报告第2段：原因主要是新增了政府投资项目,经费随之增加",
        "公用经费超支": "自评报告第3段：公用经费18.76万元,主要包括维修费",
    }
    sheet = openpyxl.load_workbook(io.BytesIO(the_copy(unit)))["说明填写"]
    offered = {str(rule.sqref): str(rule.formula1) for rule in sheet.data_validations.dataValidation}
    row = next(row for row in range(5, sheet.max_row + 1) if about(sheet.cell(row, 2).value, "J115"))
    assert stated["年中追加"] in str(sheet.cell(row, 4).value)
    # a comma would end the choice
    assert offered[f"G{row}"].startswith(f'"{stated["年中追加"].replace(",", "，")},')
    again = sent(explained(the_copy(unit), "J115", stated["年中追加"], ""))
    assert {f.answer for check in ("J114", "J115", "J126", "J127") for f in found(again, check)} == {"已说明"}
    assert {f.answer for f in found(again, "J118")} == {""}


def test_a_copy_of_before_with_a_line_a_finding_is_still_understood(first: UnitWork) -> None:
    book = openpyxl.load_workbook(io.BytesIO(the_copy(first)))
    sheet = book["说明填写"]
    row, (finding,) = row_of(the_copy(first), "J118"), found(first, "J118")
    sheet[f"G{row}"], sheet[f"I{row}"] = WHY, finding.code
    out = io.BytesIO()
    book.save(out)
    said = {f.check: f.explanation for f in worked(out.getvalue()).review.findings if f.answer}
    assert said == {"J118": WHY}


def test_what_was_explained_is_no_longer_open_and_says_why(first: UnitWork, second: UnitWork) -> None:
    (finding,) = found(second, "J118")
    assert (finding.answer, finding.explanation, finding.explanation_basis) == ("已说明", WHY, BASIS)
    before, after = (u.review.count(Severity.WARNING) for u in (first, second))
    # the same reason answers J117 and J119
    assert after == before - 3
    assert second.facts.warnings == after
    # nothing else changed; what is explained is in no cause any more
    assert [
        replace(f, answer="", explanation="", explanation_basis="", cause="") for f in second.review.findings
    ] == [replace(f, cause="") for f in first.review.findings]


def test_the_copy_keeps_the_words_and_sending_it_again_changes_nothing(second: UnitWork) -> None:
    copy = the_copy(second)
    book = openpyxl.load_workbook(io.BytesIO(copy))
    said = [row for row in book["说明填写"].iter_rows(min_row=5, values_only=True) if about(row[1], "J118")]
    assert [(row[5], row[6], row[7]) for row in said] == [("已说明", WHY, BASIS)]
    assert any(WHY in str(row[5]) for row in book["问题明细"].iter_rows(values_only=True))
    comment = book["基础数据表"]["D15"].comment
    assert comment is not None
    assert "【核实·已说明】J118" in comment.text
    assert WHY in comment.text
    again = worked(copy)
    assert the_copy(again) == copy
    assert again.review.findings == second.review.findings


def test_an_explanation_expires_when_the_values_change(second: UnitWork) -> None:
    changed = worked(explained(the_copy(second), "", edits="基础数据表!D15=19.76"))
    (finding,) = found(changed, "J118")
    assert (finding.answer, finding.explanation) == ("已过期", WHY)
    assert finding.is_open
    sheet = openpyxl.load_workbook(io.BytesIO(the_copy(changed)))["说明填写"]
    (row,) = [row for row in sheet.iter_rows(min_row=5, values_only=True) if about(row[1], "J118")]
    # the old words are shown, and have to be given anew
    assert "原说明失效" in str(row[5])
    assert WHY in str(row[5])
    assert row[6] is None


def test_rows_may_be_moved_and_the_sheet_renamed(first: UnitWork) -> None:
    book = openpyxl.load_workbook(io.BytesIO(explained(the_copy(first), "J118")))
    sheet = book["说明填写"]
    sheet.title = "我们的说明"
    sheet.insert_rows(5, 3)
    sheet.insert_cols(3)
    out = io.BytesIO()
    book.save(out)
    (finding,) = found(worked(out.getvalue()), "J118")
    assert (finding.answer, finding.explanation, finding.explanation_basis) == ("已说明", WHY, BASIS)


@pytest.mark.parametrize("rows", [1, 3], ids=["title", "all above the headings"])
def test_a_sheet_without_its_title_rows_is_known_by_its_headings(first: UnitWork, rows: int) -> None:
    book = openpyxl.load_workbook(io.BytesIO(explained(the_copy(first), "J118")))
    sheet = book["说明填写"]
    sheet.merged_cells.ranges.clear()
    sheet.delete_rows(1, rows)
    sheet.title = "说明"
    out = io.BytesIO()
    book.save(out)
    unit = worked(out.getvalue())
    (finding,) = found(unit, "J118")
    assert (finding.answer, finding.explanation, finding.explanation_basis) == ("已说明", WHY, BASIS)
    # it is put back in its place, not beside the old one, and is no form of the unit's
    names = openpyxl.load_workbook(io.BytesIO(the_copy(unit))).sheetnames
    assert [name for name in names if "说明" in name] == ["说明"]
    assert not [f for f in unit.review.findings if "说明" in f.sheet]


def test_words_that_look_like_a_formula_stay_words(first: UnitWork) -> None:
    # typed as text: a leading apostrophe in Excel
    book = openpyxl.load_workbook(io.BytesIO(explained(the_copy(first), "J118", text="x")))
    for row in book["说明填写"].iter_rows(min_row=5):
        if row[6].value == "x":
            row[6].value = '=HYPERLINK("http://example.org")'
            row[6].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    unit = worked(out.getvalue())
    assert found(unit, "J118")[0].explanation.startswith("=HYPERLINK")
    shown = read_workbook(the_copy(unit), "")
    assert not [c for s in shown.sheets[-2:] for c in s.cells.values() if c.formula]


def test_errors_cannot_be_explained_away(first: UnitWork) -> None:
    error = found(first, "J101")[0]
    key, values = error.code.split("-")
    words = Explanation(key, values, "本来就是这样")
    assert answered([error], [words]) == [error]


def test_the_bureau_may_refuse_an_explanation_and_waive_a_finding(first: UnitWork) -> None:
    warning, error = found(first, "J118")[0], found(first, "J101")[0]
    key, values = warning.code.split("-")
    words = Explanation(key, values, WHY)
    refused = Ruling("J118", "", "", "不采纳", "没有附会议纪要", "预算股")
    waived = Ruling("J101", error.form, error.field, "豁免", "机构改革过渡期", "预算股")
    one, other = answered([warning, error], [words], [refused, waived])
    assert (one.answer, one.is_open, one.explanation) == ("不采纳", True, WHY)
    assert (other.answer, other.is_open, other.explanation) == ("豁免", False, "机构改革过渡期")


def test_what_the_ledger_remembers_counts_until_the_unit_says_more(first: UnitWork) -> None:
    warning = found(first, "J118")[0]
    key, print_ = warning.code.split("-")
    old, new = Explanation(key, print_, "先前说的"), Explanation(key, print_, "补充说的")
    assert latest([old, new]) == (new,)
    assert latest([new, Explanation(key, print_, " ")]) == (new,)
    assert Reference("甲").explanations == ()


def test_a_night_with_explanations_shows_them_in_every_output(tmp_path: Path, first: UnitWork) -> None:
    folder = tmp_path / "inbox" / "浏阳市数据资源中心"
    folder.mkdir(parents=True)
    (folder / "表.xlsx").write_bytes(explained(the_copy(first), "J118"))
    out = tmp_path / "outbox"
    run_night(Settings(inbox=tmp_path / "inbox", outbox=out, engine="local"))
    lines = [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]
    assert {f["status"] for f in lines if f["check"] == "J118"} == {"explained"}
    results = json.loads((out / "results.json").read_text("utf-8"))
    assert [unit["warnings"] for unit in results["units"]] == [27]
    assert results["totals"]["explained"] == 3
    notice = read_workbook((out / "退回通知" / "浏阳市数据资源中心.xlsx").read_bytes(), "")
    assert "（错误27项、核实27项，另有已说明3项）" in notice.sheets[0].cells[3, 1].raw


def test_the_notice_dropped_into_the_inbox_is_answered_and_is_no_submission(first: UnitWork) -> None:
    page = next(data for path, data in first.copies if path.startswith("退回通知/"))
    done = review_files(Bundle("", (Sent("退回通知.xlsx", 1, page),)), Context(PACK))
    assert not done.units
    assert done.unprocessed == [("退回通知.xlsx", "这是系统发出的通知，不是报送的表格，请报送填好的附表")]


def test_nothing_is_read_from_sheets_that_are_not_ours(first: UnitWork) -> None:
    assert explanations_in(read_workbook(SAMPLE.read_bytes(), "").sheets, FILE) == []


def typed(copy: bytes, *cells: tuple[str, str], merge: str = "") -> UnitWork:
    """The unit's submission after somebody typed into cells of 说明填写, protected or not."""
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book["说明填写"]
    if merge:
        sheet.merge_cells(merge)
    for ref, text in cells:
        sheet[ref] = text
    out = io.BytesIO()
    book.save(out)
    return worked(out.getvalue())


def row_of(copy: bytes, check: str) -> int:
    sheet = openpyxl.load_workbook(io.BytesIO(copy))["说明填写"]
    return next(n for n in range(5, sheet.max_row + 1) if about(sheet.cell(n, 2).value, check))


@pytest.mark.parametrize("filler", ["/", "—", "无", "。", "1", "略", "不适用"])
def test_a_cell_that_was_only_filled_is_no_explanation_and_is_told(first: UnitWork, filler: str) -> None:
    row = row_of(the_copy(first), "J118")
    unit = typed(the_copy(first), (f"G{row}", filler))
    (finding,) = found(unit, "J118")
    assert (finding.answer, finding.is_open, finding.cell) == ("", True, "D15")
    assert unit.review.count(Severity.WARNING) == first.review.count(Severity.WARNING)
    sheet = openpyxl.load_workbook(io.BytesIO(the_copy(unit)))["说明填写"]
    assert sheet.cell(row, 6).value == f"所写“{filler}”没有说明原因，请写明原因"
    assert sheet.cell(row, 7).value is None


def test_what_was_explained_is_not_lost_by_a_stroke_later(second: UnitWork) -> None:
    row = row_of(the_copy(second), "J118")
    key, _, fingerprint = found(second, "J118")[0].code.partition("-")
    kept = Explanation(key, fingerprint, WHY, BASIS)
    assert latest([kept, replace(kept, text="/", basis="")]) == (kept,)
    # on the sheet itself there is only the stroke
    assert found(typed(the_copy(second), (f"G{row}", "/")), "J118")[0].is_open


@pytest.mark.parametrize("column", ["H", "F", "J"])
def test_words_beside_their_column_are_not_lost(first: UnitWork, column: str) -> None:
    row = row_of(the_copy(first), "J118")
    (finding,) = found(typed(the_copy(first), (f"{column}{row}", WHY)), "J118")
    assert (finding.answer, finding.explanation, finding.explanation_basis) == ("已说明", WHY, "")


def test_one_reason_merged_over_rows_is_given_for_each(first: UnitWork) -> None:
    row = row_of(the_copy(first), "J118")
    unit = typed(the_copy(first), (f"G{row - 1}", WHY), merge=f"G{row - 1}:G{row + 1}")
    said = {f.check: f.explanation for f in unit.review.findings if f.answer}
    sheet = openpyxl.load_workbook(io.BytesIO(the_copy(first)))["说明填写"]
    lines = [str(sheet.cell(n, 2).value).splitlines() for n in (row - 1, row, row + 1)]
    assert said == {check: WHY for line in lines for check in line}
    unit = typed(the_copy(first), (f"G{row}", WHY), merge=f"G{row}:H{row}")
    (finding,) = found(unit, "J118")
    assert (finding.explanation, finding.explanation_basis) == (WHY, "")
