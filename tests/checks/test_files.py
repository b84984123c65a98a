"""Checks on files and on how they were read, where an edit of one workbook cannot show the mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batch.checks.run import Checked
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.model.book import Book, Cell, Kind, Span, column_letters
from batch.model.form import Source
from batch.model.review import Finding, verdict_of
from batch.model.status import Verdict
from tests.bends import stacked
from tests.paper import BASIC, FILE, PROJECT, checked, corrected, rules


def of(result: Checked, check: str) -> list[Finding]:
    return [finding for finding in result.findings if finding.check == check]


@pytest.mark.parametrize(
    "check",
    [
        "F001",
        "F002",
        "F003",
        "F004",
        "F007",
        "F010",
        "F016",
        "F017",
        "F029",
        "F030",
        "F031",
        "F032",
        "F042",
        "F043",
    ],
)
def test_a_sound_submission_passes(check: str) -> None:
    assert verdict_of(o for o in checked(corrected()).outcomes if o.check == check) is Verdict.PASS


@pytest.mark.parametrize("check", ["F001", "F002", "F032"])
def test_a_file_left_out_of_the_folder_is_told_to_the_unit(check: str) -> None:
    result = checked(corrected(), left_out=(("浏阳市数据资源中心/坏.xlsx", check, "原因在此"),))
    assert [(f.file, f.cell) for f in of(result, check)] == [("浏阳市数据资源中心/坏.xlsx", None)]
    assert "原因在此" in of(result, check)[0].message


def test_a_scan_beside_complete_forms_is_no_matter_but_instead_of_forms_it_is() -> None:
    scan = (("浏阳市数据资源中心/盖章.pdf", "F031", "不是Excel文件"),)
    assert of(checked(corrected(), left_out=scan), "F031") == []
    empty = corrected()
    for sheet in empty.sheets:
        sheet.cells = {}
    assert [f.file for f in of(checked(empty, left_out=scan), "F031")] == ["浏阳市数据资源中心/盖章.pdf"]


def test_other_containers_and_macros_are_told() -> None:
    book = replace(corrected(), container="xls", has_macros=True)
    assert [f.file for f in of(checked(book), "F003")] == [FILE]
    assert [f.file for f in of(checked(book), "F004")] == [FILE]


def test_a_form_twice_in_one_file_is_asked_about() -> None:
    book = corrected()
    again = next(sheet for sheet in book.sheets if sheet.name == PROJECT)
    book.sheets.append(replace(again, name="Sheet9"))
    found = of(checked(book), "F007")
    assert [(f.sheet, f.cell) for f in found] == [("Sheet9", "A1")]
    assert found[0].related == ((PROJECT, "A1"),)


def test_of_two_versions_the_one_saved_last_counts() -> None:
    old, new = corrected({f"{BASIC}!D4": "100%"}), corrected()
    result = checked(old, new)
    assert of(result, "J101") == []
    # the other three forms say the same in both
    assert [f.field for f in of(result, "F030")] == ["版本 基础数据表"]
    assert "（1）.xlsx" in of(result, "F030")[0].message.partition("，")[2]
    # and the other way round the mistake is back
    assert [f.cell for f in of(checked(new, old), "J101")] == ["D4"]


def test_a_file_in_another_units_folder_is_asked_about() -> None:
    assert [f.filled for f in of(checked(corrected(), folder="浏阳市水利局"), "F010")] == ["浏阳市水利局"]


def test_a_folder_that_is_no_units_name_says_nothing() -> None:
    result = checked(corrected(), folder="第一批")
    assert verdict_of(o for o in result.outcomes if o.check == "F010") is Verdict.NOT_APPLICABLE


def _hide_rows(book: Book) -> None:
    book.sheets[0].hidden_rows = (Span(12, 12),)


def _hide_columns(book: Book) -> None:
    book.sheets[0].hidden_cols = (Span(3, 3),)


def _hide_sheet(book: Book) -> None:
    book.sheets[0].state = "veryHidden"


@pytest.mark.parametrize(
    ("hide", "said"), [(_hide_rows, "第12行"), (_hide_columns, "第C列"), (_hide_sheet, f"表页“{BASIC}”")]
)
def test_hidden_content_is_read_and_asked_about(hide: object, said: str) -> None:
    book = corrected()
    hide(book)  # type: ignore[operator]
    result = checked(book)
    assert [said in f.message for f in of(result, "F016")] == [True]
    assert {f.check for f in result.findings if f.severity.value == "错误"} == set()


def test_a_formula_without_result_is_not_taken_for_a_blank() -> None:
    book = corrected()
    cell = book.sheets[0].cells[12, 4]
    book.sheets[0].cells[12, 4] = cell._replace(kind=Kind.UNCACHED, raw="", formula="D13+D14")
    result = checked(book)
    assert [f.cell for f in of(result, "F017")] == ["D12"]
    assert of(result, "F025") == []
    assert of(result, "J111") == []


def test_several_forms_on_one_sheet_are_told_once() -> None:
    import random

    found = of(checked(stacked(corrected(), random.Random(0))), "F029")
    assert [(f.sheet, f.cell) for f in found] == [("Sheet1", "A1")]
    assert "4张表" in found[0].message


def test_the_corrected_copy_beside_the_xls_it_was_made_from_is_no_second_version() -> None:
    old, new = corrected({f"{BASIC}!D4": "100%"}), corrected()
    files = []
    for number, (name, book, marked) in enumerate((("甲/表.xls", old, False), ("甲/表.xlsx", new, True))):
        source = Source(name, marked=marked)
        files.append(FileReading(name, number, read_forms(book, rules().forms, name), source))
    (submission,) = merge_files(files, rules().forms, "甲")
    assert submission.replaced == []
    assert {table.file for table in submission.tables} == {"甲/表.xlsx"}
    # another name is another version
    files[0] = replace(files[0], file="甲/终稿.xls")
    assert len(merge_files(files, rules().forms, "甲")[0].replaced) == 1


def formatted(code: str, factor: int = 1) -> Book:
    """The corrected submission with its sums of this year in another format, stored a `factor` larger."""
    book = corrected()
    sheet = next(sheet for sheet in book.sheets if sheet.name == BASIC)
    for row in (6, 11, 12):
        cell = sheet.cells[row, 4]
        sheet.cells[row, 4] = cell._replace(raw=f"{float(cell.raw) * factor:.15g}", format=code)
    return book


def added(book: Book) -> list[Finding]:
    """What is found beside what is found on the corrected submission."""
    known = {(f.check, f.sheet, f.cell) for f in checked(corrected()).findings}
    return [f for f in checked(book).findings if (f.check, f.sheet, f.cell) not in known]


def test_a_sum_printed_in_per_cent_is_told_and_checked_as_stored() -> None:
    assert [(f.check, f.cell, f.related) for f in added(formatted("0.00%"))] == [
        ("F042", "D6", ((BASIC, "D11"), (BASIC, "D12")))
    ]


@pytest.mark.parametrize(("code", "factor"), [("#,##0.00,", 1000), ("0!.0000", 10000), ('0.00"元"', 10000)])
def test_a_sum_that_prints_as_another_is_told_once_and_checked_nowhere(code: str, factor: int) -> None:
    book = formatted(code, factor)
    found = added(book)
    assert [(f.check, f.cell) for f in found] == [("F042", "D6")]
    assert "另有2处" in found[0].message
    assert verdict_of(o for o in checked(book).outcomes if o.check == "C502") is Verdict.UNCHECKED


def test_what_merged_cells_cover_is_told_once_a_form() -> None:
    book = corrected()
    sheet = next(sheet for sheet in book.sheets if sheet.name == BASIC)
    area = next(area for area in sheet.merges if area.right - area.left >= 2)
    for col in (area.left + 1, area.left + 2):
        sheet.cells[area.top, col] = Cell(area.top, col, Kind.NUMBER, "999")
    found = added(book)
    assert [(f.check, f.cell) for f in found] == [("F043", column_letters(area.left + 1) + str(area.top))]
    assert "2个格" in found[0].message


@pytest.mark.parametrize(("place", "said"), [((12, 4), "读不出数字"), ((21, 2), "看不到内容")])
def test_an_error_in_a_text_is_no_number_that_cannot_be_read(place: tuple[int, int], said: str) -> None:
    book = corrected()
    sheet = next(sheet for sheet in book.sheets if sheet.name == BASIC)
    sheet.cells[place] = sheet.cells[place]._replace(kind=Kind.ERROR, raw="#REF!")
    assert [said in f.message for f in of(checked(book), "F018")] == [True]
