"""Marks on cells: where they land, that the unit's own notes and colours survive, and nothing piles up."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

import openpyxl
import pytest

from batch.model.book import Area
from batch.model.markup import Mark
from batch.model.status import Severity
from batch.workbook.annotate import (
    comments,
)
from batch.workbook.annotate import (
    note_shapes as notebox,
)
from batch.workbook.annotate.annotate import annotate
from batch.workbook.annotate.sheet_spans import SheetSpans
from batch.workbook.read.xlsx import read_workbook
from tests.workbook.rich import (
    DATA,
    PLAIN_NOTE,
    PROJECT,
    RICH_NOTE,
    WHOLE,
    members,
    once,
    repacked,
    rich_workbook,
)

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
SHEET1 = "xl/worksheets/sheet1.xml"


def load(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


def notes(data: bytes, sheet: str) -> dict[str, tuple[str, str]]:
    """Author and text of every note of a sheet, by cell."""
    cells = (cell for row in load(data)[sheet] for cell in row)
    return {c.coordinate: (c.comment.author, c.comment.text) for c in cells if c.comment}


def rules(data: bytes, part: str = SHEET1) -> list[tuple[str, int, str]]:
    """Every rule of a sheet in file order: cells, priority, formula or type."""
    xml = members(data)[part].decode()
    found = []
    for block in re.finditer(
        r'<conditionalFormatting sqref="([^"]*)">(.*?)</conditionalFormatting>', xml, re.DOTALL
    ):
        for rule in re.finditer(r"<cfRule ([^>]*)>(?:<formula>(.*?)</formula>)?", block[2]):
            priority = re.search(r'priority="(\d+)"', rule[1])
            kind = re.search(r'type="(\w+)"', rule[1])
            assert priority
            assert kind
            found.append((block[1], int(priority[1]), rule[2] or kind[1]))
    return found


OWN_RULES = [("B3:D5", 1, "10"), ("B3:D5", 2, "$B3&gt;100"), ("D3:D5", 3, "dataBar")]


def test_mark_on_a_covered_cell_goes_to_the_merged_area_and_its_anchor() -> None:
    out = annotate(rich_workbook(), [Mark(DATA, "C11", ERROR, "【错误】J301 目标未填")], [])
    assert notes(out, DATA)["A9"] == ("绩效自评审核", "【错误】J301 目标未填\n【绩效自评审核】")
    assert rules(out)[0] == ("A9:D12", 1, "LEN(&quot;绩效自评批注·错误&quot;)&gt;0")


def test_two_marks_on_one_merged_area_are_one_note_of_the_graver_colour() -> None:
    marks = [Mark(DATA, "A9", HINT, "【提示】一"), Mark(DATA, "D12", ERROR, "【错误】二")]
    out = annotate(rich_workbook(), marks, [])
    assert notes(out, DATA)["A9"][1] == "【提示】一\n【错误】二\n【绩效自评审核】"
    assert [rule for rule in rules(out) if "批注" in rule[2]] == [
        ("A9:D12", 1, "LEN(&quot;绩效自评批注·错误&quot;)&gt;0")
    ]


def test_our_colours_come_first_and_the_units_rules_keep_their_order() -> None:
    marks = [Mark(DATA, "B3", WARNING, "a"), Mark(DATA, "D5", ERROR, "b"), Mark(DATA, "B4", WARNING, "c")]
    out = annotate(rich_workbook(), marks, [])
    assert rules(out) == [
        ("D5", 1, "LEN(&quot;绩效自评批注·错误&quot;)&gt;0"),
        ("B3 B4", 2, "LEN(&quot;绩效自评批注·核实&quot;)&gt;0"),
        ("B3:D5", 3, "10"),
        ("B3:D5", 4, "$B3&gt;100"),
        ("D3:D5", 5, "dataBar"),
    ]
    assert b'<x14:cfRule type="expression" priority="11"' in members(out)[SHEET1]
    first, second, *_ = load(out)[DATA].conditional_formatting
    assert first.rules[0].dxf.fill.bgColor.rgb == "FFFFC7CE"
    assert second.rules[0].dxf.fill.bgColor.rgb == "FFFFEB9C"


def test_a_pivot_tables_rules_keep_the_priorities_it_knows_them_by() -> None:
    xml = once(
        members(rich_workbook())[SHEET1],
        '<conditionalFormatting sqref="D3:D5">',
        '<conditionalFormatting pivot="1" sqref="D3:D5">',
    )
    out = annotate(repacked(rich_workbook(), {SHEET1: xml}), [Mark(DATA, "B3", ERROR, "x")], [])
    assert rules(out)[0][:2] == ("B3", 10)
    assert rules(out)[1:] == OWN_RULES[:2]


def test_the_units_own_notes_stay_and_ours_follows_in_the_same_note() -> None:
    marks = [Mark(DATA, "B3", ERROR, "【错误】合计"), Mark(DATA, "C3", WARNING, "【核实】说明<&>")]
    found = notes(annotate(rich_workbook(), marks, []), DATA)
    assert found["B3"] == ("王会计", f"{RICH_NOTE}\n【以下为绩效自评审核意见】\n【错误】合计")
    assert found["C3"] == ("王会计", f"{PLAIN_NOTE}\n【以下为绩效自评审核意见】\n【核实】说明<&>")


def test_the_units_own_box_grows_for_our_text_and_shrinks_back() -> None:
    marks = [Mark(DATA, "B3", ERROR, "【错误】合计不等于分项之和，请核对。" * 3)]
    before = members(rich_workbook())["xl/drawings/vmlDrawing1.vml"]
    out = annotate(rich_workbook(), marks, [])
    assert bottom(members(out)["xl/drawings/vmlDrawing1.vml"], 2, 1) > bottom(before, 2, 1)
    assert members(annotate(out, [], []))["xl/drawings/vmlDrawing1.vml"] == before


def bottom(vml: bytes, row: int, column: int) -> int:
    """The row in which the box of a note ends."""
    place = f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column>".encode()
    shape = next(s for s in re.findall(rb"<v:shape .*?</v:shape>", vml, re.DOTALL) if place in s)
    anchor = re.search(rb"<x:Anchor>([^<]*)<", shape)
    assert anchor
    return int(anchor[1].split(b",")[6])


EVERYWHERE = [
    Mark(DATA, "B3", ERROR, "【错误】J105 “三公经费”<12.50> & 其他"),
    Mark(DATA, "C3", WARNING, "【核实】第一行\n第二行"),
    Mark(DATA, "A10", HINT, "【提示】"),
    Mark(DATA, "E6", HINT, ""),
    Mark(WHOLE, "D2", ERROR, "【错误】线程批注"),
    Mark(WHOLE, "E2", ERROR, "【错误】得分"),
    Mark(WHOLE, "B6", ERROR, "【错误】合计"),
    Mark(PROJECT, "A2", WARNING, "【核实】指标"),
]


def test_taking_all_marks_away_restores_every_part_but_our_spare_styles() -> None:
    before, after = (
        members(rich_workbook()),
        members(annotate(annotate(rich_workbook(), EVERYWHERE, []), [], [])),
    )
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == {"xl/styles.xml"}


def test_other_marks_replace_the_old_ones_completely() -> None:
    other = [Mark(DATA, "D4", HINT, "【提示】别处"), Mark(WHOLE, "E2", WARNING, "【核实】另一条")]
    once_only, replaced = (
        annotate(rich_workbook(), other, []),
        annotate(annotate(rich_workbook(), EVERYWHERE, []), other, []),
    )
    assert members(replaced) == members(once_only)
    assert annotate(replaced, EVERYWHERE, []) == annotate(
        annotate(rich_workbook(), EVERYWHERE, []), EVERYWHERE, []
    )


def test_a_cell_without_text_is_coloured_and_gets_no_note() -> None:
    out = annotate(rich_workbook(), [Mark(DATA, "E6", HINT, "")], [])
    assert rules(out)[0][0] == "E6"
    assert members(out)["xl/comments1.xml"] == members(rich_workbook())["xl/comments1.xml"]


def test_a_mark_on_a_sheet_that_is_not_there_is_left_out() -> None:
    assert annotate(rich_workbook(), [Mark("没有这张表", "A1", ERROR, "x")], []) == rich_workbook()


def test_saved_by_openpyxl_in_between_nothing_piles_up() -> None:
    """openpyxl writes Chinese as character references, other prefixes in VML and other part names."""
    saved = io.BytesIO()
    book = load(annotate(rich_workbook(), EVERYWHERE, []))
    book.save(saved)
    again = annotate(saved.getvalue(), EVERYWHERE, [])
    for sheet in (DATA, WHOLE, PROJECT):
        assert notes(again, sheet) == notes(annotate(rich_workbook(), EVERYWHERE, []), sheet)
    ours = [rule for rule in rules(again) if "批注" in rule[2] or "&#" in rule[2]]
    assert [(cells, priority) for cells, priority, _ in ours] == [("B3", 1), ("C3", 2), ("E6 A9:D12", 3)]
    assert notes(annotate(saved.getvalue(), [], []), DATA) == {
        "B3": ("王会计", RICH_NOTE),
        "C3": ("王会计", PLAIN_NOTE),
    }
    assert annotate(again, EVERYWHERE, []) == again


def test_notes_of_a_program_that_drops_authors_and_cuts_runs_are_known_again() -> None:
    """LibreOffice names nobody as the author and starts a run wherever the script changes."""
    xml = members(annotate(rich_workbook(), EVERYWHERE, []))["xl/comments1.xml"].decode()
    xml = xml.replace("<author>绩效自评审核</author>", "<author> </author>").replace(
        "王会计</author>", " </author>"
    )
    xml = xml.replace("【错误】J105 ", '【错误】</t></r><r><t xml:space="preserve">J105 ')
    stripped = comments.without_notes(xml.encode())
    assert set(stripped.removed) == {(9, 1)}
    assert {cell: text.splitlines()[0] for cell, text in stripped.shortened.items()} == {
        (3, 2): comments.SEPARATOR,
        (3, 3): comments.SEPARATOR,
    }
    assert b"J105" not in stripped.xml
    assert "含下属单位 </t>".encode() in stripped.xml


def test_a_rule_of_ours_in_one_element_with_the_units_is_taken_out_alone() -> None:
    """LibreOffice joins the rules for the same cells into one element."""
    xml = once(
        members(rich_workbook())[SHEET1],
        '<cfRule type="cellIs" dxfId="0" priority="1"',
        '<cfRule type="expression" priority="4" dxfId="0"><formula>LEN("绩效自评批注·错误")&gt;0</formula>'
        "</cfRule>"
        '<cfRule type="cellIs" dxfId="0" priority="1"',
    )
    assert rules(annotate(repacked(rich_workbook(), {SHEET1: xml}), [], [])) == OWN_RULES


def test_long_texts_end_with_where_the_rest_is_found() -> None:
    out = annotate(rich_workbook(), [Mark(DATA, "B4", ERROR, "【错误】" + "长" * 3000)], [])
    text = notes(out, DATA)["B4"][1]
    assert text.endswith("长…（其余见“审核结果”）\n【绩效自评审核】")
    assert len(text) < 1040


def test_text_of_a_file_never_becomes_markup() -> None:
    text = "【错误】</t></r><r>&amp;\x01_x0041_\r\n“]]>"
    out = annotate(rich_workbook(), [Mark(DATA, "B4", ERROR, text), Mark(DATA, "B3", ERROR, text)], [])
    assert notes(out, DATA)["B4"][1] == "【错误】</t></r><r>&amp;\ufffd_x005F_x0041_\n“]]>\n【绩效自评审核】"
    assert annotate(out, [], []) != out
    assert notes(annotate(out, [], []), DATA) == notes(rich_workbook(), DATA)


def test_boxes_are_hidden_stand_beside_the_cell_and_fit_their_text() -> None:
    out = annotate(rich_workbook(), [Mark(PROJECT, "B2", ERROR, "【错误】" + "字" * 100)], [])
    vml = members(out)["xl/drawings/vmlDrawing5.vml"]
    anchor = re.search(rb"<x:Anchor>(\d+), 12, (\d+), 2, (\d+), \d+, (\d+), \d+</x:Anchor>", vml)
    assert anchor
    left, top, right, bottom = (int(n) for n in anchor.groups())
    assert (left, top) == (2, 1)
    assert (right - left, bottom - top) == (4, 6)
    assert b"visibility:hidden" in vml
    assert b"<x:Row>1</x:Row><x:Column>1</x:Column>" in vml


@pytest.mark.parametrize(
    ("text", "size"),
    [("【错误】短", (260, 30)), ("字" * 200, (260, 174 + 0)), ("字" * 1000, (420, 480))],
    ids=["one line", "some lines", "cut at the largest"],
)
def test_box_size_counts_a_chinese_character_as_two(text: str, size: tuple[int, int]) -> None:
    assert notebox.box_size(text) == size


def test_a_sheet_with_many_merges_is_searched_by_the_marked_rows() -> None:
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 5000))
    xml = f'<worksheet xmlns="x"><sheetData/><mergeCells>{merges}</mergeCells></worksheet>'
    found = SheetSpans.of(xml.encode()).merges_over([(4321, 2), (1, 3)])
    assert found == {(4321, 2): Area(4321, 1, 4321, 2)}


def test_notes_stay_readable_by_our_own_reader() -> None:
    out = annotate(rich_workbook(), EVERYWHERE, [])
    assert read_workbook(out, "a.xlsm").sheets == read_workbook(rich_workbook(), "a.xlsm").sheets


def shape_numbers(data: bytes) -> list[tuple[set[int], list[int]]]:
    """Of each drawing the blocks of shape numbers it says it uses, and the numbers of its shapes."""
    drawings = [part.decode() for name, part in sorted(members(data).items()) if name.endswith(".vml")]
    found = []
    for vml in drawings:
        listed = re.search(r'idmap[^>]* data="([\d,]*)"', vml)
        assert listed
        ids = re.findall(r'<v:shape [^>]*?\bid="_x0000_s(\d+)"', vml)
        found.append((set(map(int, listed[1].split(","))), list(map(int, ids))))
    return found


def test_numbers_of_note_boxes_are_nobody_elses_however_many_there_are() -> None:
    original = rich_workbook()
    marks = [
        Mark(name, f"{letter}{row}", HINT, "【提示】")
        for name in (DATA, WHOLE)
        for letter in "KLM"
        for row in range(1, 701)
    ]
    out = annotate(original, marks, [])
    theirs = {block for blocks, _ in shape_numbers(original) for block in blocks}
    drawings = [
        (blocks - theirs, [n for n in ids if n // 1024 not in theirs]) for blocks, ids in shape_numbers(out)
    ]
    numbers = [number for _, ids in drawings for number in ids]
    assert len(numbers) == len(set(numbers)) >= len(marks) - 10
    assert all({number // 1024 for number in ids} == listed for listed, ids in drawings)
    listed = [block for blocks, _ in drawings for block in blocks]
    assert len(listed) == len(set(listed)) >= 6
    # marking it once more gives the same numbers, and without marks the drawings are as they were
    assert annotate(out, marks, []) == out
    assert {n: p for n, p in members(annotate(out, [], [])).items() if n.endswith(".vml")} == {
        n: p for n, p in members(original).items() if n.endswith(".vml")
    }
