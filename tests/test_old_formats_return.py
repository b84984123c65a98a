"""What a unit of an old format gets back: its notes and formulas are there, and what is gone is named."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import openpyxl
import pytest

from batch.model.book import Book
from batch.returns.rebuilt_copy import rebuilt, values_only
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from batch.workbook.opening import open_book
from batch.workbook.read.xlsx import read_workbook
from tests.sample_units import clean_unit
from tests.workbook.rich import members, repacked

AT = Context("hunan-2020")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("old") / "表.xlsx"
    clean_unit(path)
    return path.read_bytes()


def returned(data: bytes, name: str) -> tuple[list[tuple[str, str | None]], bytes]:
    """The findings of a file and its copy."""
    done = review_files(Bundle("县教育局", (Sent(f"县教育局/{name}", 0, data),)), AT)
    assert (done.unprocessed, done.troubles) == ([], [])
    unit = done.units[0]
    return [(f.check, f.cell) for f in unit.review.findings], next(
        copy for path, copy in unit.copies if path.startswith("批注/")
    )


def loaded(data: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


def test_the_copy_of_an_old_file_keeps_notes_and_formulas_and_names_what_is_gone() -> None:
    path = Path(__file__).parent / "corpus" / "containers" / "forms.xls"
    _, copy = returned(path.read_bytes(), "表.xls")
    book = loaded(copy)
    assert book["补充"]["B7"].value == "=SUM(B2:B5)"
    # NA() is a function we do not know, and stays as its result
    assert book["补充"]["D3"].value == "#N/A"
    notice = str(book["审核结果"]["A3"].value)
    assert all(word in notice for word in ("下拉选项", "1处公式只保留了结果", "批注已保留"))
    assert read_workbook(copy, "表.xlsx").sheets[4].cells[7, 2].raw == "3707.5"


def test_notes_are_written_and_ours_stand_behind_them(clean: bytes) -> None:
    book = open_book(clean, "表.xlsx")
    sheet = next(sheet for sheet in book.sheets if sheet.name == "基础数据表")
    sheet.notes = {(6, 2): "含公车", (9, 3): "=1+1"}
    written = loaded(rebuilt(book))["基础数据表"]
    assert [written[ref].comment.text for ref in ("B6", "C9")] == ["含公车", "=1+1"]
    assert values_only(book) == 0


def test_formulas_to_sheets_that_had_to_be_renamed_are_written_as_results() -> None:
    book = open_book((Path(__file__).parent / "corpus" / "containers" / "forms.xls").read_bytes(), "表.xls")
    assert values_only(book) == 1
    sheet = book.sheets[4]
    cell = sheet.cells[7, 2]
    sheet.cells[7, 2] = cell._replace(formula="SUM('甲/乙'!B2:B5)")
    renamed = Book("表.xls", "xls", "", book.sheets)
    renamed.sheets[0].name = "甲/乙"
    assert values_only(renamed) == 2


def test_the_fallback_keeps_results_and_its_copy_sent_back_adds_nothing(clean: bytes) -> None:
    # an encoding that is patched nowhere
    part = "xl/worksheets/sheet2.xml"
    text = members(clean)[part].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    odd = repacked(clean, {part: text.encode("utf-16")})
    findings, copy = returned(odd, "表.xlsx")
    assert "由系统重新保存" in str(loaded(copy)["审核结果"]["A1"].value)
    before, after = read_workbook(clean, "表.xlsx"), read_workbook(copy, "表.xlsx")
    for sheet in before.sheets:
        same = next(other for other in after.sheets if other.name == sheet.name)
        formulas = {place: (c.kind, float(c.raw)) for place, c in sheet.cells.items() if c.formula}
        assert formulas == {place: (c.kind, float(c.raw)) for place, c in same.cells.items() if c.formula}, (
            sheet.name
        )
    assert returned(copy, "表.xlsx")[0] == findings == returned(clean, "表.xlsx")[0]


def test_comments_among_styles_are_stepped_over(clean: bytes) -> None:
    styles = members(clean)["xl/styles.xml"].decode()
    commented = styles.replace("<fonts ", "<!-- <xf/><fonts> --><fonts ").replace(
        "<cellXfs ", "<!-- -->\n<cellXfs "
    )
    commented = commented.replace("</cellXfs>", "<!-- <xf numFmtId='0'/> --></cellXfs>")
    _, copy = returned(repacked(clean, {"xl/styles.xml": commented.encode()}), "表.xlsx")
    straight = returned(clean, "表.xlsx")[1]
    assert members(copy)["xl/worksheets/sheet9.xml"] == members(straight)["xl/worksheets/sheet9.xml"]
    book = loaded(copy)
    assert book["审核结果"]["A1"].font.name == "黑体"
    assert "由系统重新保存" not in str(book["审核结果"]["A1"].value)
