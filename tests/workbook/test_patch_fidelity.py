"""What a unit put into its workbook comes back untouched: these tests name what would be lost."""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from batch.model.book import Area
from batch.model.markup import ExtraSheet, Mark, Text
from batch.model.status import Severity
from batch.workbook.annotate.annotate import Annotation, annotate
from batch.workbook.annotate.edit_cells import Place, Typed, type_in
from batch.workbook.annotate.own_sheets import EXPLANATIONS_TITLE, RESULTS_TITLE, is_ours
from batch.workbook.package.package import Package
from batch.workbook.read.xlsx import read_workbook
from tests.workbook.rich import (
    DATA,
    HIDDEN,
    MACROS,
    PROJECT,
    VERY_HIDDEN,
    WHOLE,
    members,
    rich_workbook,
    signed_workbook,
)

MARKS = [
    Mark(DATA, "B3", Severity.ERROR, "【错误】J105 三公经费12.50不等于分项之和13.00"),
    Mark(DATA, "D6", Severity.WARNING, "【核实】公式出错"),
    Mark(DATA, "C10", Severity.HINT, "【提示】履职目标"),
    Mark(WHOLE, "E2", Severity.ERROR, "【错误】得分"),
    Mark(WHOLE, "D2", Severity.WARNING, "【核实】分值"),
    Mark(PROJECT, "B2", Severity.ERROR, "【错误】目标"),
    Mark(VERY_HIDDEN, "A1", Severity.HINT, "【提示】旧数据"),
]
SHEETS = [
    ExtraSheet(
        "审核结果",
        RESULTS_TITLE,
        [10, 60],
        [[Text(f"{RESULTS_TITLE}：某单位", "title"), None], [Text("J105"), Text("三公经费")]],
    ),
    ExtraSheet("说明填写", EXPLANATIONS_TITLE, [30], [[Text(EXPLANATIONS_TITLE, "title")]], unlocked="A2:A4"),
]

#: parts of the rich workbook a mark or a sheet needs; all others must come back byte for byte
CHANGED = {
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "xl/worksheets/sheet3.xml",
    "xl/worksheets/sheet5.xml",
    "xl/worksheets/_rels/sheet3.xml.rels",
    "xl/comments1.xml",
    "xl/comments2.xml",
    "xl/comments3.xml",
    "xl/drawings/vmlDrawing1.vml",
    "xl/drawings/vmlDrawing2.vml",
    "xl/drawings/vmlDrawing4.vml",
}
ADDED = [
    "xl/worksheets/sheet6.xml",
    "xl/worksheets/sheet7.xml",
    "xl/comments4.xml",
    "xl/drawings/vmlDrawing5.vml",
]


@pytest.fixture(scope="module")
def before() -> bytes:
    return rich_workbook()


@pytest.fixture(scope="module")
def after(before: bytes) -> bytes:
    return annotate(before, MARKS, SHEETS)


def test_parts_nobody_marked_are_the_same_bytes_in_the_same_order(before: bytes, after: bytes) -> None:
    old, new = members(before), members(after)
    assert [name for name in new if name in old] == list(old)
    assert sorted(set(new) - set(old)) == sorted(ADDED)
    assert {name for name in old if old[name] != new[name]} == CHANGED
    assert new["xl/vbaProject.bin"] == MACROS


def test_untouched_parts_are_copied_as_compressed_with_their_dates(before: bytes, after: bytes) -> None:
    old, new = Package.open(before), Package.open(after)
    for name in set(old.names()) - CHANGED:
        (was, stored), (now, copied) = old.raw(name), new.raw(name)
        assert copied == stored
        assert (now.dos_date, now.dos_time, now.external_attr) == (
            was.dos_date,
            was.dos_time,
            was.external_attr,
        )
    assert {(new.member(name).dos_date, new.member(name).dos_time) for name in ADDED} == {(0x21, 0)}


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_the_cells_of_every_sheet_are_the_same_bytes(before: bytes, after: bytes, number: int) -> None:
    def cells(data: bytes) -> bytes:
        xml = members(data)[f"xl/worksheets/sheet{number}.xml"]
        return xml[: xml.index(b"</sheetData>")]

    assert cells(after) == cells(before)


def test_our_reader_sees_the_same_values_formulas_and_formats(before: bytes, after: bytes) -> None:
    old, new = read_workbook(before, "a.xlsm"), read_workbook(after, "a.xlsm")
    theirs = [sheet for sheet in new.sheets if not is_ours(sheet)]
    assert [sheet.name for sheet in theirs] == [DATA, WHOLE, PROJECT, HIDDEN, VERY_HIDDEN]
    for was, now in zip(old.sheets, theirs, strict=True):
        assert was == now
    assert old.sheets[0].cells[6, 2].raw == "12.5"
    assert old.sheets[0].cells[6, 2].formula == "SUM(B4:B5)"
    assert Area(9, 1, 12, 4) in old.sheets[0].merges


@pytest.mark.parametrize("cached", [True, False], ids=["results", "formulas"])
def test_another_reader_sees_the_same_values_and_settings(before: bytes, after: bytes, cached: bool) -> None:
    old, new = load(before, data_only=cached), load(after, data_only=cached)
    assert new.sheetnames == [*old.sheetnames, "审核结果", "说明填写"]
    for name in old.sheetnames:
        was, now = old[name], new[name]
        assert [[cell.value for cell in row] for row in now] == [[cell.value for cell in row] for row in was]
        assert [[look(c) for c in row] for row in now] == [[look(c) for c in row] for row in was]
        assert now.merged_cells.ranges == was.merged_cells.ranges
        assert now.sheet_state == was.sheet_state
        assert now.protection.__dict__ == was.protection.__dict__
        assert [d.sqref for d in now.data_validations.dataValidation] == [
            d.sqref for d in was.data_validations.dataValidation
        ]
        assert len(now._images) == len(was._images)
        assert len(now._charts) == len(was._charts)
    if cached:
        assert (new[DATA]["B6"].value, new[DATA]["C6"].value, new[DATA]["D6"].value) == (
            12.5,
            "有",
            "#DIV/0!",
        )


def test_drawings_dropdowns_and_controls_are_still_led_to(before: bytes, after: bytes) -> None:
    def relations(data: bytes, name: str) -> set[tuple[bytes, ...]]:
        return set(
            re.findall(rb'<Relationship Id="([^"]+)" Type="([^"]+)" Target="([^"]+)"', members(data)[name])
        )

    for name in members(before):
        if name.endswith(".rels"):
            assert relations(before, name) <= relations(after, name)
    sheet = members(after)["xl/worksheets/sheet1.xml"]
    for kept in (
        b"x14:dataValidation ",
        b"x14:dataBar ",
        b"xr:uid=",
        b"<phoneticPr",
        b'r:id="rIdPrint"',
        b"DISPIMG",
    ):
        assert kept in sheet
    # the button shares its drawing with the notes
    assert b'ObjectType="Button"' in members(after)["xl/drawings/vmlDrawing1.vml"]


def test_threaded_comment_is_untouched_and_its_cell_only_coloured(before: bytes, after: bytes) -> None:
    old, new = members(before)["xl/comments2.xml"], members(after)["xl/comments2.xml"]
    thread = re.compile(rb'<comment ref="D2".*?</comment>', re.DOTALL)
    assert thread.findall(new) == thread.findall(old) != []
    rules = load(after)[WHOLE].conditional_formatting
    assert ("D2", ['LEN("绩效自评批注·核实")>0']) in [(str(r.sqref), r.rules[0].formula) for r in rules]


def test_every_part_is_well_formed(after: bytes) -> None:
    for name, content in members(after).items():
        if name.endswith((".xml", ".rels", ".vml")):
            ET.fromstring(content)


def test_same_input_gives_the_same_bytes_and_twice_is_once(before: bytes, after: bytes) -> None:
    assert annotate(before, MARKS, SHEETS) == after
    assert annotate(after, MARKS, SHEETS) == after


def test_a_copy_that_is_filled_in_is_the_same_as_one_made_of_a_filled_workbook(
    before: bytes, after: bytes
) -> None:
    typed: dict[Place, Typed] = {(DATA, "B4"): Decimal("9.5"), (WHOLE, "E2"): "八", (HIDDEN, "A1"): None}
    further = [
        *MARKS,
        Mark(DATA, "B4", Severity.ERROR, "原填：9", filled=True),
        Mark(HIDDEN, "A1", Severity.HINT, ""),
    ]
    book = read_workbook(before, "a.xlsm")
    cells = {sheet.name: dict(sheet.cells) for sheet in book.sheets}
    annotation = Annotation(before)
    assert annotation.marked(MARKS, SHEETS) == after
    filled = annotation.filled(typed, further, SHEETS, book)
    assert filled == annotate(type_in(before, typed), further, SHEETS)
    assert members(filled) != members(after)
    # the book is of the file as it came
    assert {sheet.name: sheet.cells for sheet in book.sheets} == cells


def test_nothing_to_say_changes_nothing_and_keeps_the_signature() -> None:
    assert annotate(signed_workbook(), [], []) == signed_workbook()


def test_broken_signature_is_removed_with_all_that_leads_to_it() -> None:
    new = members(annotate(signed_workbook(), MARKS, SHEETS))
    assert not [name for name in new if name.startswith("_xmlsignatures")]
    assert b"digital-signature/origin" not in new["_rels/.rels"]
    assert b"/_xmlsignatures/" not in new["[Content_Types].xml"]


def test_schema_finds_no_fault_the_input_did_not_have(before: bytes, after: bytes, tmp_path: Path) -> None:
    assert findings(after, tmp_path) - findings(before, tmp_path) == Counter()


def test_schema_finds_no_fault_in_the_sample(sample: Path, tmp_path: Path) -> None:
    data = sample.read_bytes()
    sheet = read_workbook(data, sample.name).sheets[0].name
    marked = annotate(data, [Mark(sheet, "B7", Severity.ERROR, "【错误】")], SHEETS)
    assert findings(marked, tmp_path) - findings(data, tmp_path) == Counter()


def look(cell: Any) -> tuple[str, ...]:
    parts = cell.font, cell.fill, cell.border, cell.alignment, cell.protection, cell.number_format
    return tuple(map(repr, parts))


def findings(data: bytes, folder: Path) -> Counter[tuple[str, str]]:
    path = folder / "checked.xlsm"
    path.write_bytes(data)
    result = OpenXmlValidator().validate(str(path))
    return Counter((str(error.part_uri), str(error.description)) for error in result.errors)


def load(data: bytes, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), **options)
