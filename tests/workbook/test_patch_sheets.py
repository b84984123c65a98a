"""The sheets we add: printable, linked, known again under any name, and never on top of a unit's own."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from batch.model.book import Cell, Kind, Sheet
from batch.model.markup import ExtraSheet, Mark, Text
from batch.model.status import Severity
from batch.workbook.annotate.annotate import annotate
from batch.workbook.annotate.own_sheets import EXPLANATIONS_TITLE, RESULTS_TITLE, is_ours
from batch.workbook.annotate.stylesheet import STYLES
from batch.workbook.read.xlsx import read_workbook
from tests.workbook.rich import DATA, PROJECT, members, once, repacked, rich_workbook

MARKS = [Mark(DATA, "B3", Severity.ERROR, "【错误】合计")]


def results(text: str = "=1+1") -> ExtraSheet:
    return ExtraSheet(
        name="审核结果",
        title=RESULTS_TITLE,
        widths=[8, 20, 40],
        rows=[
            [Text(f"{RESULTS_TITLE}：某单位", "title"), None, None],
            [Text("级别", "head"), Text("位置", "head"), Text("问题", "head")],
            [Text("错误", "error"), Text("基础数据表!B3", "link", (DATA, "B3")), Text(text)],
            [Text("核实", "warning"), Text("项目", "link", (PROJECT, "B2")), Text("长" * 100)],
            [Text("提示", "hint"), Text("说明", "link", ("说明填写", "C3")), Text("")],
        ],
        heights={1: 30},
        merges=["A1:C1"],
        heading_row=2,
        filter="A2:C5",
    )


def explanations() -> ExtraSheet:
    return ExtraSheet(
        name="说明填写",
        title=EXPLANATIONS_TITLE,
        widths=[10, 30, 40],
        rows=[
            [Text(EXPLANATIONS_TITLE, "title")],
            [Text("编号", "head"), None, Text("说明", "head")],
            [Text("J105")],
        ],
        landscape=False,
        unlocked="C3:C6",
    )


def load(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def annotated() -> bytes:
    return annotate(rich_workbook(), MARKS, [results(), explanations()])


def test_links_jump_into_the_units_sheets_and_into_ours(annotated: bytes) -> None:
    sheet = load(annotated)["审核结果"]
    assert [sheet[ref].hyperlink.location for ref in ("B3", "B4", "B5")] == [
        "'基础数据表'!B3",
        "'项目支出''自评表'!B2",
        "'说明填写'!C3",
    ]


def test_the_heading_is_printed_on_every_page(annotated: bytes) -> None:
    sheet = load(annotated)["审核结果"]
    # only headings in the first row can stay in view without the lines above them
    assert sheet.freeze_panes is None
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.auto_filter.ref == "A2:C5"
    assert (
        b'name="_xlnm._FilterDatabase" localSheetId="5" hidden="1">\''
        in members(annotated)["xl/workbook.xml"]
    )
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert load(annotated)["说明填写"].page_setup.orientation == "portrait"


def test_the_units_print_titles_and_names_stay(annotated: bytes) -> None:
    book = load(annotated)
    assert book["整体支出自评表"].print_title_rows == "$1:$1"
    assert book.defined_names["字典项"].attr_text == "字典!$A$1:$A$3"


def test_text_is_text_whatever_it_looks_like() -> None:
    hostile = "=cmd|'/c calc'!A1 </t><x>&\x02_x000D_"
    out = annotate(rich_workbook(), [], [results(hostile), explanations()])
    cell = next(s for s in read_workbook(out, "a").sheets if s.name == "审核结果").cells[3, 3]
    assert (cell.kind, cell.formula) == (Kind.TEXT, None)
    assert cell.raw == hostile.replace("\x02", "\ufffd")


def test_only_the_cells_to_type_in_are_open(annotated: bytes) -> None:
    sheet = load(annotated)["说明填写"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.autoFilter
    assert not sheet.protection.formatColumns
    assert [sheet[ref].protection.locked for ref in ("C2", "C3", "C6", "A3")] == [True, False, False, True]
    assert not load(annotated)["审核结果"].protection.sheet


def test_rows_are_high_enough_for_their_text(annotated: bytes) -> None:
    heights = load(annotated)["审核结果"].row_dimensions
    assert heights[1].height == 30
    assert heights[3].height == 18
    # 100 characters in a column for 19 of them
    assert heights[4].height == 6 * 14 + 4


def test_styles_are_the_same_whatever_is_marked_and_told(annotated: bytes) -> None:
    styles = members(annotated)["xl/styles.xml"]
    assert styles != members(rich_workbook())["xl/styles.xml"]
    for marks, sheets in ((MARKS, [results("说明")]), ([], [explanations()]), (MARKS, [])):
        assert members(annotate(rich_workbook(), marks, sheets))["xl/styles.xml"] == styles
    # and nothing more is appended when a copy comes back
    assert members(annotate(annotated, [], [results()]))["xl/styles.xml"] == styles


def test_the_styles_of_an_old_workbook_are_many() -> None:
    styles = members(rich_workbook())["xl/styles.xml"]
    inner = styles.index(b"</fonts>")
    many = styles[:inner] + b'<font><sz val="11"/></font>' * 5000 + styles[inner:]
    assert len(many) > 100_000
    out = annotate(repacked(rich_workbook(), {"xl/styles.xml": many}), MARKS, [results()])
    assert load(out)["审核结果"]["A1"].font.name == "黑体"
    assert load(out)["审核结果"]["C5"].border.left.style == "thin"


def test_every_style_can_be_asked_for() -> None:
    sheet = ExtraSheet("审核结果", RESULTS_TITLE, [], [[Text(RESULTS_TITLE, name) for name in STYLES]])
    cells = load(annotate(rich_workbook(), [], [sheet]))["审核结果"][1]
    looks = dict(zip(STYLES, cells, strict=True))
    assert looks["title"].font.name == "黑体"
    assert looks["body"].font.name == "宋体"
    assert looks["error"].fill.fgColor.rgb == "FFFFC7CE"
    assert looks["link"].font.underline == "single"
    assert looks["number"].alignment.horizontal == "right"
    assert not looks["input"].protection.locked


def test_a_unit_sheet_of_the_same_name_is_kept_and_ours_gets_a_number() -> None:
    workbook = members(rich_workbook())["xl/workbook.xml"]
    theirs = repacked(
        rich_workbook(), {"xl/workbook.xml": once(workbook, 'name="旧数据"', 'name="审核结果"')}
    )
    out = annotate(theirs, MARKS, [results(), explanations()])
    assert load(out).sheetnames[-3:] == ["审核结果", "审核结果（2）", "说明填写"]
    assert load(out)["审核结果"]["A1"].value == 3.14
    assert annotate(out, MARKS, [results(), explanations()]) == out


def test_our_sheet_is_replaced_where_it_is_whatever_its_tab_is_called(annotated: bytes) -> None:
    workbook = members(annotated)["xl/workbook.xml"]
    renamed = repacked(
        annotated, {"xl/workbook.xml": workbook.replace("审核结果".encode(), "改过的".encode())}
    )
    out = annotate(renamed, MARKS, [results("新的问题"), explanations()])
    book = load(out)
    assert book.sheetnames[-2:] == ["改过的", "说明填写"]
    assert book["改过的"]["C3"].value == "新的问题"
    assert book["改过的"].print_title_rows == "$2:$2"
    assert len(re.findall(rb"<definedName ", members(out)["xl/workbook.xml"])) == len(
        re.findall(rb"<definedName ", members(annotated)["xl/workbook.xml"])
    )


def test_our_sheet_saved_by_another_program_is_known_and_what_it_led_to_is_gone(annotated: bytes) -> None:
    """openpyxl writes the title as a shared string; a reader's note on our sheet brings parts of its own."""
    book, saved = load(annotated), io.BytesIO()
    book["审核结果"]["C3"].comment = Comment("看过了", "李局")
    book.save(saved)
    kept = {name for name in members(saved.getvalue()) if "comment" in name.lower()}
    out = annotate(saved.getvalue(), MARKS, [results(), explanations()])
    assert load(out).sheetnames == load(annotated).sheetnames
    assert load(out)["审核结果"]["C3"].comment is None
    gone = kept - set(members(out))
    assert {name.split("/")[-1].rstrip("0123456789.xmlv") for name in gone} == {"comment", "commentsDrawing"}
    assert annotate(out, MARKS, [results(), explanations()]) == out


def test_a_copy_somebody_made_of_our_sheet_does_not_keep_old_findings(annotated: bytes) -> None:
    book, saved = load(annotated), io.BytesIO()
    book.copy_worksheet(book["审核结果"])
    book.save(saved)
    out = load(annotate(saved.getvalue(), MARKS, [results("新的问题"), explanations()]))
    assert out.sheetnames[-1] == "审核结果 Copy"
    assert [out[name]["C3"].value for name in ("审核结果", "审核结果 Copy")] == ["新的问题", "新的问题"]


def test_a_sheet_is_ours_by_its_first_filled_cell() -> None:
    def sheet(text: str, row: int = 1) -> Sheet:
        return Sheet(
            "随便", cells={(row, 1): Cell(row, 1, Kind.TEXT, text), (9, 9): Cell(9, 9, Kind.TEXT, "x")}
        )

    assert is_ours(sheet(f"{RESULTS_TITLE}：某单位"))
    assert is_ours(sheet(f" {EXPLANATIONS_TITLE}", row=3))
    assert not is_ours(sheet("部门整体支出绩效自评表"))
    assert not is_ours(Sheet("审核结果"))


def test_marks_never_go_onto_our_own_sheets(annotated: bytes) -> None:
    marks = [*MARKS, Mark("审核结果", "A1", Severity.ERROR, "x")]
    assert annotate(annotated, marks, [results(), explanations()]) == annotated


def test_a_sheet_without_a_fixed_title_could_not_be_found_again_and_is_refused() -> None:
    with pytest.raises(ValueError, match="别的标题"):
        annotate(rich_workbook(), [], [ExtraSheet("x", "别的标题", [], [[Text("别的标题")]])])
