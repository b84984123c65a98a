"""Packages other programs write differently: patched all the same, or refused for the fallback."""

from __future__ import annotations

import io
import random
import re
import warnings
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import xlsxwriter

from batch.model.book import Book, Kind
from batch.model.limits import Limits
from batch.model.markup import ExtraSheet, Mark, Text
from batch.model.status import Severity
from batch.workbook.annotate.annotate import CannotPatch, annotate
from batch.workbook.annotate.fallback import NOTICE, fallback_copy
from batch.workbook.annotate.own_sheets import EXPLANATIONS_TITLE, RESULTS_TITLE
from batch.workbook.read.xlsx import read_workbook
from tests.workbook.rich import DATA, MACROS, PROJECT, WHOLE, members, once, repacked, rich_workbook

#: for workbooks without formulas
BOOK = Book("表.xlsx", "xlsx", "", [])
MARKS = [
    Mark("表一", "B2", Severity.ERROR, "【错误】合计"),
    Mark("表一", "A1", Severity.HINT, "【提示】标题"),
]
SHEETS = [
    ExtraSheet(
        "审核结果",
        RESULTS_TITLE,
        [20],
        [[Text(RESULTS_TITLE, "title")], [Text("去", "link", ("表一", "B2"))]],
        heading_row=1,
    ),
    ExtraSheet("说明填写", EXPLANATIONS_TITLE, [20], [[Text(EXPLANATIONS_TITLE, "title")]]),
]
RICH_MARKS = [
    Mark(DATA, "B3", Severity.ERROR, "【错误】合计"),
    Mark(DATA, "C10", Severity.HINT, "【提示】目标"),
    Mark(WHOLE, "E2", Severity.WARNING, "【核实】得分"),
    Mark(PROJECT, "A2", Severity.WARNING, "【核实】指标"),
]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def small(**changes: bytes | None) -> bytes:
    """A small workbook by openpyxl with parts replaced: workbook, sheet, styles, types."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表一"
    sheet.append(["标题", None])
    sheet.append(["合计", 5])
    sheet.merge_cells("A1:B1")
    book.save(target)
    names = {
        "workbook": "xl/workbook.xml",
        "sheet": "xl/worksheets/sheet1.xml",
        "styles": "xl/styles.xml",
        "types": "[Content_Types].xml",
        "rels": "xl/_rels/workbook.xml.rels",
    }
    return repacked(target.getvalue(), {names[key]: content for key, content in changes.items()})


def with_prefix(xml: bytes) -> bytes:
    """The part with every element of the main namespace prefixed, as some exporters write."""
    xml = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", xml)
    return xml.replace(f'xmlns="{MAIN}"'.encode(), f'xmlns:x="{MAIN}"'.encode())


def check(data: bytes) -> bytes:
    """Annotates twice and looks at the result with two readers."""
    out = annotate(data, MARKS, SHEETS)
    assert annotate(out, MARKS, SHEETS) == out
    book = load(out)
    assert book.sheetnames == ["表一", "审核结果", "说明填写"]
    assert book["表一"]["B2"].value == 5
    assert book["表一"]["B2"].comment.text == "【错误】合计\n【绩效自评审核】"
    assert book["表一"]["A1"].comment.text == "【提示】标题\n【绩效自评审核】"
    assert [str(block.sqref) for block in book["表一"].conditional_formatting] == ["B2", "A1:B1"]
    assert book["审核结果"]["A2"].hyperlink.location == "'表一'!B2"
    assert book["审核结果"]["A1"].font.name == "黑体"
    read = read_workbook(out, "a.xlsx").sheets[0]
    assert (read.cells[2, 2].kind, read.cells[2, 2].raw) == (Kind.NUMBER, "5")
    return out


def load(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


def test_a_plain_small_workbook() -> None:
    check(small())


@pytest.mark.parametrize("part", ["workbook", "sheet", "styles"])
def test_prefixed_parts(part: str) -> None:
    names = {"workbook": "xl/workbook.xml", "sheet": "xl/worksheets/sheet1.xml", "styles": "xl/styles.xml"}
    check(small(**{part: with_prefix(members(small())[names[part]])}))


def test_a_workbook_without_styles_is_given_some() -> None:
    plain = members(small())
    data = small(
        styles=None,
        types=re.sub(rb"<Override [^>]*/xl/styles.xml[^>]*/>", b"", plain["[Content_Types].xml"]),
        rels=re.sub(rb"<Relationship [^>]*styles.xml[^>]*/>", b"", plain["xl/_rels/workbook.xml.rels"]),
    )
    out = check(data)
    assert load(out)["表一"]["B2"].font.name == "宋体"


def test_strict_workbooks_get_strict_relationships() -> None:
    strict = {MAIN.encode(): b"http://purl.oclc.org/ooxml/spreadsheetml/main"}
    strict[OFFICE.encode()] = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    changes: dict[str, bytes | None] = {}
    for name, content in members(small()).items():
        for usual, uri in strict.items():
            content = content.replace(usual, uri)
        changes[name] = content
    data = repacked(small(), changes)
    out = annotate(data, MARKS, SHEETS)
    assert annotate(out, MARKS, SHEETS) == out
    new = members(out)
    for name in (
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/comments1.xml",
        "xl/workbook.xml",
    ):
        assert b"schemas.openxmlformats.org/spreadsheetml" not in new[name]
    assert (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
        in new["xl/worksheets/_rels/sheet1.xml.rels"]
    )
    assert [sheet.name for sheet in read_workbook(out, "a").sheets] == ["表一", "审核结果", "说明填写"]
    assert read_workbook(out, "a").sheets[0] == read_workbook(data, "a").sheets[0]


def test_a_sheet_without_cells_can_be_marked() -> None:
    empty = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
    out = annotate(small(sheet=empty), MARKS, SHEETS)
    assert load(out)["表一"]["B2"].comment.text.startswith("【错误】")


REFUSED = {
    "utf-16": {"sheet": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode("utf-16")},
    "dtd": {
        "sheet": f'<!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
    },
    "no cells element": {"sheet": f'<worksheet xmlns="{MAIN}"/>'.encode()},
    "cut off": {"sheet": f'<worksheet xmlns="{MAIN}"><sheetData></sheetData><mergeCells>'.encode()},
    "commented styles": {"styles": f'<styleSheet xmlns="{MAIN}"><!-- <xf/> --></styleSheet>'.encode()},
    "styles without fonts": {"styles": f'<styleSheet xmlns="{MAIN}"></styleSheet>'.encode()},
    "legacy drawing that leads nowhere": {
        "sheet": f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData/>'.encode()
        + b'<legacyDrawing r:id="rId9"/></worksheet>'
    },
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_patched_safely_is_refused_with_a_reason(changes: dict[str, bytes | None]) -> None:
    with pytest.raises(CannotPatch) as caught:
        annotate(small(**changes), MARKS, SHEETS)
    assert re.search("[一-鿿]", caught.value.reason)


def test_a_drawing_with_shapes_left_open_is_refused() -> None:
    marked = annotate(small(), MARKS, SHEETS)
    vml = members(marked)["xl/drawings/vmlDrawing1.vml"].replace(b"</v:shape>", b"")
    with pytest.raises(CannotPatch, match="VML"):
        annotate(repacked(marked, {"xl/drawings/vmlDrawing1.vml": vml}), MARKS, SHEETS)


def test_a_sheet_with_a_button_and_no_notes_keeps_its_button() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("表一")
        sheet.write("B2", 5)
        sheet.merge_range("A1:B1", "标题")
        sheet.insert_button("D4", {"caption": "汇总"})
    before = target.getvalue()
    after = check(before)
    vml = members(after)["xl/drawings/vmlDrawing1.vml"]
    assert (vml.count(b'ObjectType="Button"'), vml.count(b'ObjectType="Note"')) == (1, 2)
    clean = members(annotate(after, [], SHEETS))
    for name in (
        "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
    ):
        assert clean[name] == members(before)[name]


@pytest.mark.parametrize("seed", range(60))
def test_damaged_parts_are_patched_or_refused_but_nothing_else(seed: int) -> None:
    """A crash here would cost the unit its answer, broken XML a repair prompt."""
    chance = random.Random(seed)
    source = rich_workbook() if seed % 2 else annotate(rich_workbook(), RICH_MARKS, SHEETS)
    parts = {
        n: c for n, c in members(source).items() if n.startswith(("xl/", "_rels", "[")) and b"<" in c[:200]
    }
    name = chance.choice(sorted(parts))
    content = bytearray(parts[name])
    at = chance.randrange(len(content))
    content[at : at + chance.choice((0, 1, 20, 200))] = chance.choice(
        (b"", b'"', b"<", b"/>", b"<!--", b"99999999999", b"\0", bytes(content[at : at + 50]))
    )
    try:
        out = annotate(repacked(source, {name: bytes(content)}), RICH_MARKS, SHEETS)
    except CannotPatch:
        return
    for part, written in members(out).items():
        if part != name and part.endswith((".xml", ".rels")):
            ET.fromstring(written)


def utf16() -> bytes:
    xml = members(rich_workbook())["xl/worksheets/sheet4.xml"].decode()
    xml = xml.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return repacked(rich_workbook(), {"xl/worksheets/sheet4.xml": xml.encode("utf-16")})


def test_the_fallback_marks_what_the_patcher_refuses_and_says_so() -> None:
    marks = [
        Mark(DATA, "B3", Severity.ERROR, "【错误】合计"),
        Mark(DATA, "C10", Severity.HINT, "【提示】目标"),
    ]
    with pytest.raises(CannotPatch):
        annotate(utf16(), marks, SHEETS)
    out = fallback_copy(utf16(), BOOK, marks, SHEETS)
    book = load(out)
    assert book["审核结果"]["A1"].value == f"{RESULTS_TITLE}\n{NOTICE}"
    assert book[DATA]["B3"].comment.text.endswith("【以下为绩效自评审核意见】\n【错误】合计")
    assert book[DATA]["A9"].comment.text == "【提示】目标\n【绩效自评审核】"
    assert book[DATA]["B6"].value == "=SUM(B4:B5)"
    assert book["字典"]["A3"].value == "部分"
    assert members(out)["xl/vbaProject.bin"] == MACROS


def test_the_fallback_takes_no_more_than_a_file_may() -> None:
    with pytest.raises(CannotPatch):
        fallback_copy(utf16(), BOOK, MARKS, SHEETS, Limits(max_seconds=0.01))


def test_the_fallback_gives_the_same_bytes_every_night() -> None:
    for data in (utf16(), small()):
        assert fallback_copy(data, BOOK, MARKS, SHEETS) == fallback_copy(data, BOOK, MARKS, SHEETS)


def test_a_fallback_copy_sent_back_is_patched_like_any_other() -> None:
    out = annotate(fallback_copy(small(), BOOK, MARKS, SHEETS), MARKS, SHEETS)
    assert load(out)["审核结果"]["A1"].value == RESULTS_TITLE
    assert annotate(out, MARKS, SHEETS) == out


def test_what_nobody_can_read_is_refused_by_the_fallback_too() -> None:
    broken = repacked(rich_workbook(), {"xl/workbook.xml": b"<workbook"})
    with pytest.raises(CannotPatch, match="无法重新保存"):
        fallback_copy(broken, BOOK, MARKS, SHEETS)


def test_part_names_in_another_case_are_the_same_parts() -> None:
    parts = members(small())
    data = repacked(small(), {"xl/styles.xml": None, "xl/Styles.xml": parts["xl/styles.xml"]})
    out = annotate(data, MARKS, SHEETS)
    assert b"FFFFC7CE" in members(out)["xl/Styles.xml"]
    assert "xl/styles.xml" not in members(out)
    assert annotate(out, MARKS, SHEETS) == out


def test_content_types_by_single_quotes_and_spaces_are_understood() -> None:
    types = members(small())["[Content_Types].xml"]
    spaced = once(types, "</Types>", "\n</Types>").replace(b'"', b"'").replace(b"/>", b" />\n")
    check(small(types=spaced))
