"""Reading workbooks: what stands in the file is what the checks get to see, whoever wrote the file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batch.model.book import Area, Book, Cell, Kind, Sheet, Span
from batch.workbook.read.formula_text import moved
from batch.workbook.read.xlsx import read_workbook
from tests.workbook import handmade, rich
from tests.workbook.handmade import package_of, parts, sheet, strings, styles, zipped
from tests.workbook.saved import made_by_openpyxl, made_by_xlsxwriter


def only_sheet(data: bytes) -> Sheet:
    """The sheet of a workbook with one."""
    (found,) = read_workbook(data, "x.xlsx").sheets
    return found


def cells(rows: str, **others: str) -> dict[str, tuple[Kind, str]]:
    """Kind and raw text of the cells of a sheet, by address."""
    found = only_sheet(package_of(sheet=sheet(rows), **others)).cells
    return {cell.ref: (cell.kind, cell.raw) for cell in found.values()}


def one(cell: str) -> Cell | None:
    """What a single c element is read as."""
    found = only_sheet(package_of(sheet=sheet(f'<row r="1">{cell}</row>'))).cells
    return next(iter(found.values()), None)


def test_the_sample_reads_as_it_looks(sample: Path) -> None:
    data = sample.read_bytes()
    book = read_workbook(data, sample.name)
    assert (book.name, book.container, book.date1904, book.has_macros, book.signed, book.links) == (
        sample.name, "xlsx", False, False, False, (),
    )  # fmt: skip
    assert book.sha256 == hashlib.sha256(data).hexdigest()
    assert [(s.name, s.state, len(s.cells), len(s.merges)) for s in book.sheets] == [
        ("基础数据表", "visible", 74, 5),
        ("监控表", "visible", 101, 46),
        ("项目支出自评表", "visible", 105, 16),
        ("整体支出自评表", "visible", 137, 31),
    ]
    base = book.sheets[0].cells
    assert base[2, 1] == Cell(2, 1, Kind.TEXT, "填报单位：浏阳市数据资源中心")
    assert base[3, 3].raw == "2020年实际在职人数", "text of two fonts is one text"
    assert base[7, 1].raw == "   1、公务用车购置和维护经费", "leading blanks stay"
    assert base[6, 3] == Cell(6, 3, Kind.NUMBER, "2", "0.00")
    assert book.sheets[0].merges[0] == Area(1, 1, 1, 4)
    assert (22, 2) not in base, "blank cells are not kept, styled or not"


def test_values_agree_with_openpyxl_cell_by_cell(sample: Path) -> None:
    other = openpyxl.load_workbook(sample)
    for mine in read_workbook(sample.read_bytes(), sample.name).sheets:
        theirs = {
            (cell.row, cell.column): cell
            for row in other[mine.name].iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        assert set(mine.cells) == set(theirs)
        for place, cell in mine.cells.items():
            value = theirs[place].value
            assert cell.format == theirs[place].number_format
            assert (float(cell.raw) if cell.kind is Kind.NUMBER else cell.raw) == value
        assert sorted(area.ref for area in mine.merges) == sorted(
            map(str, other[mine.name].merged_cells.ranges)
        )


def test_a_workbook_of_every_feature_reads_alike() -> None:
    """The workbook the patcher is tested with: macros, signature, external link, hidden parts."""
    book = read_workbook(rich.signed_workbook(), "丰富.xlsm")
    assert [s.name for s in book.sheets][:2] == [rich.DATA, rich.WHOLE]
    assert (book.container, book.has_macros, book.signed) == ("xlsm", True, True)
    assert book.links == ("file:///D:/%E6%B1%87%E6%80%BB.xlsx",)
    states = {s.name: s.state for s in book.sheets}
    assert (states[rich.HIDDEN], states[rich.VERY_HIDDEN]) == ("hidden", "veryHidden")


def test_a_workbook_saved_by_openpyxl() -> None:
    first, second = read_workbook(made_by_openpyxl(), "x.xlsx").sheets
    assert list(first.cells.values()) == [
        Cell(1, 1, Kind.TEXT, "单位"),
        Cell(1, 2, Kind.NUMBER, "1.5", '0.00"元"'),
        Cell(1, 3, Kind.UNCACHED, "", "General", "SUM(B1:B9)"),
        Cell(1, 4, Kind.BOOL, "TRUE"),
        Cell(1, 5, Kind.NUMBER, "43836", "yyyy-mm-dd"),
        Cell(1, 6, Kind.ERROR, "#DIV/0!"),
        Cell(1, 8, Kind.TEXT, 'a<b>&"c"\n下一行'),
    ]
    assert first.merges == (Area(3, 1, 4, 3),)
    assert first.hidden_rows == (Span(5, 6),)
    assert first.hidden_cols == (Span(3, 3),)
    assert (second.state, second.cells) == ("hidden", {})


def test_a_workbook_written_by_xlsxwriter() -> None:
    first, chart, secret = read_workbook(made_by_xlsxwriter(), "x.xlsx").sheets
    assert list(first.cells.values()) == [
        Cell(1, 1, Kind.TEXT, " 前后有空格 "),
        Cell(1, 2, Kind.NUMBER, "6272512", "#,##0.00"),
        Cell(1, 3, Kind.NUMBER, "3136256", "#,##0.00", "B1/2"),
        Cell(1, 4, Kind.TEXT, "是", "General", 'IF(B1>0,"是","")'),
        Cell(1, 5, Kind.UNCACHED, "", "General", '""'),
        Cell(1, 6, Kind.ERROR, "#DIV/0!", "General", "1/0"),
        Cell(1, 7, Kind.NUMBER, "5", "General", "SUM(B1:B2*2)"),
        Cell(1, 8, Kind.BOOL, "FALSE"),
        Cell(1, 10, Kind.TEXT, "≥90%"),
        Cell(1, 11, Kind.NUMBER, "43836", 'm"月"d"日"'),
        Cell(2, 7, Kind.NUMBER, "0"),
    ]
    assert first.hidden_rows == (Span(4, 4),)
    assert first.hidden_cols == (Span(13, 14),)
    assert (chart.name, chart.cells) == ("图", {})
    assert secret.state == "veryHidden"


@pytest.mark.parametrize(
    ("cell", "kind", "raw", "formula"),
    [
        ('<c r="A1"><v>0.30000000000000004</v></c>', Kind.NUMBER, "0.30000000000000004", None),
        ('<c r="A1"><v>1.2E-3</v></c>', Kind.NUMBER, "1.2E-3", None),
        ('<c r="A1"><v> -7 </v></c>', Kind.NUMBER, "-7", None),
        ('<c r="A1"><v>12,3</v></c>', Kind.TEXT, "12,3", None),
        ('<c r="A1"><v>NaN</v></c>', Kind.TEXT, "NaN", None),
        ('<c r="A1"><v>INF</v></c>', Kind.TEXT, "INF", None),
        ('<c r="A1"><v>1E999</v></c>', Kind.TEXT, "1E999", None),
        ('<c r="A1"><v>1_000</v></c>', Kind.TEXT, "1_000", None),
        ('<c r="A1"><v>٣</v></c>', Kind.TEXT, "٣", None),
        ('<c r="A1" t="s"><v>1</v></c>', Kind.TEXT, "乙", None),
        ('<c r="A1" t="s"><v> 01 </v></c>', Kind.TEXT, "乙", None),
        ('<c r="A1" t="s"><v>2</v></c>', Kind.ERROR, "2", None),
        ('<c r="A1" t="s"><v>-1</v></c>', Kind.ERROR, "-1", None),
        ('<c r="A1" t="s"><v>x</v></c>', Kind.ERROR, "x", None),
        ('<c r="A1" t="e"><v>#REF!</v></c>', Kind.ERROR, "#REF!", None),
        ('<c r="A1" t="e"><f>A2</f><v>#N/A</v></c>', Kind.ERROR, "#N/A", "A2"),
        ('<c r="A1" t="b"><v>1</v></c>', Kind.BOOL, "TRUE", None),
        ('<c r="A1" t="b"><f>A2&gt;1</f><v>0</v></c>', Kind.BOOL, "FALSE", "A2>1"),
        ('<c r="A1" t="str"><v>_x000D_行_x005F_x000D__x0001_</v></c>', Kind.TEXT, "\r行_x000D_", None),
        ('<c r="A1" t="str"><v>_xD83D__xDE00__xD83D_</v></c>', Kind.TEXT, "😀\ufffd", None),
        ('<c r="A1" t="str"><f>A2</f><v></v></c>', Kind.TEXT, "", "A2"),
        ('<c r="A1" t="str"><f>A2</f></c>', Kind.UNCACHED, "", "A2"),
        ('<c r="A1"><f>A2</f><v/></c>', Kind.UNCACHED, "", "A2"),
        ('<c r="A1"><f>=A2</f></c>', Kind.UNCACHED, "", "A2"),
        ('<c r="A1"><f ca="1">NOW()</f><v>1</v></c>', Kind.NUMBER, "1", "NOW()"),
        ('<c r="A1"><f t="shared" si="5"/><v>1</v></c>', Kind.NUMBER, "1", ""),
        ('<c r="A1"><f t="dataTable" ref="A1:A2" r1="B1"/><v>1</v></c>', Kind.NUMBER, "1", ""),
        ('<c r="A1" t="inlineStr"><is><t>甲&amp;乙</t></is></c>', Kind.TEXT, "甲&乙", None),
        (
            '<c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><rPr/><t> 乙</t></r></is></c>',
            Kind.TEXT, "甲 乙", None,
        ),
        ('<c r="A1" t="d"><v>2020-01-06</v></c>', Kind.NUMBER, "43836", None),
        ('<c r="A1" t="d"><v>2020-01-06T12:00:00Z</v></c>', Kind.NUMBER, "43836.5", None),
        ('<c r="A1" t="d"><v>1900-01-31T00:00:00</v></c>', Kind.NUMBER, "31", None),
        ('<c r="A1" t="d"><v>T06:00</v></c>', Kind.NUMBER, "0.25", None),
        ('<c r="A1" t="d"><v>昨天</v></c>', Kind.TEXT, "昨天", None),
        ('<c r="A1" s="99"><v>1</v></c>', Kind.NUMBER, "1", None),
        ("<c r='A1' ><v><![CDATA[5]]></v></c>", Kind.NUMBER, "5", None),
        ('<c r="a1"><v>5</v></c>', Kind.NUMBER, "5", None),
    ],
)  # fmt: skip
def test_one_odd_cell_is_read_for_what_it_is(cell: str, kind: Kind, raw: str, formula: str | None) -> None:
    found = one(cell)
    assert found is not None
    assert (found.ref, found.kind, found.raw, found.formula) == ("A1", kind, raw, formula)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" s="1"/>',
        '<c r="A1" s="1"></c>',
        '<c r="A1"><v></v></c>',
        '<c r="A1"><v> </v></c>',
        '<c r="A1" t="str"><v></v></c>',
        '<c r="A1" t="inlineStr"><is><t></t></is></c>',
        '<c r="A1" t="inlineStr"><is/></c>',
        '<c r="A1" t="s"/>',
        '<c r="A1"><f></f></c>',
        '<c r="XFE1"><v>1</v></c>',
        '<c r="A1048577"><v>1</v></c>',
        '<c r="A0"><v>1</v></c>',
        '<c r="AAAA1"><v>1</v></c>',
        '<c r=""><v>1</v></c>' + '<c r="?"><v>1</v></c>',
    ],
)
def test_nothing_is_kept_of_blank_cells_and_of_those_off_the_sheet(cell: str) -> None:
    found = one(cell)
    # r="" is no address: such a cell follows the one before
    assert found is None or 'r=""' in cell


def test_an_empty_shared_string_is_a_blank_cell() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    assert cells(rows, strings=strings("<t/>", "<t> </t>")) == {"B1": (Kind.TEXT, " ")}


def test_cells_and_rows_without_addresses_follow_the_ones_before() -> None:
    rows = (
        "<row><c><v>1</v></c><c/><c><v>2</v></c></row>"
        '<row r="5"><c><v>3</v></c><c r="D5"><v>4</v></c><c><v>5</v></c></row><row><c><v>6</v></c></row>'
    )
    assert {ref: raw for ref, (_, raw) in cells(rows).items()} == {
        "A1": "1", "C1": "2", "A5": "3", "D5": "4", "E5": "5", "A6": "6",
    }  # fmt: skip


def test_rows_out_of_order_come_in_order_and_the_last_of_two_cells_wins() -> None:
    rows = (
        '<row r="3"><c r="B3"><v>9</v></c></row><row r="1"><c r="C1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
        '<row r="3"><c r="B3"><v>8</v></c></row>'
    )
    assert list(cells(rows).items()) == [
        ("A1", (Kind.NUMBER, "2")),
        ("C1", (Kind.NUMBER, "1")),
        ("B3", (Kind.NUMBER, "8")),
    ]


ODD_TEXT = '<row r="1"><c r="A1" t="str"><v>预算&amp;决算</v></c></row>'


@pytest.mark.parametrize(
    "part",
    [
        sheet(ODD_TEXT).encode("utf-8-sig"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + sheet(ODD_TEXT)).encode("utf-16"),
        ('<?xml version="1.0" encoding="UTF-8"?>\r\n' + sheet(ODD_TEXT)).encode(),
        sheet("<!-- x -->" + ODD_TEXT + "<?pi x?>").encode(),
        sheet(ODD_TEXT.replace("><", ">\r\n  <")).encode(),
        sheet(ODD_TEXT.replace("<", "<x:").replace("<x:/", "</x:"))
        .replace("<sheetData>", f'<x:sheetData xmlns:x="{handmade.MAIN}">')
        .replace("</sheetData>", "</x:sheetData>")
        .encode(),
        sheet(ODD_TEXT).replace(handmade.MAIN, handmade.STRICT_MAIN).encode(),
        sheet(ODD_TEXT).replace(f' xmlns="{handmade.MAIN}"', "").encode(),
    ],
    ids=["BOM", "UTF-16", "declaration", "comments", "indented", "prefixed", "strict", "no namespace"],
)
def test_the_same_sheet_in_any_spelling_of_xml(part: bytes) -> None:
    """A UTF-16 sheet read as empty would be a unit that reported nothing."""
    found = only_sheet(package_of(sheet=part))
    assert list(found.cells.values()) == [Cell(1, 1, Kind.TEXT, "预算&决算")]


def test_elements_of_extensions_are_not_taken_for_cells() -> None:
    after = (
        '<extLst><ext xmlns:x="urn:other"><x:row r="9"><x:c r="A9"><x:v>1</x:v></x:c></x:row>'
        '<x:mergeCell ref="A1:B2"/></ext></extLst>'
    )
    found = only_sheet(package_of(sheet=sheet('<row r="1"><c r="A1"><v>1</v></c></row>', after=after)))
    assert list(found.cells) == [(1, 1)]
    assert found.merges == ()


def test_rich_text_is_joined_and_readings_are_left_out() -> None:
    texts = strings(
        "<r><t>总</t></r><r><rPr><sz val='9'/></rPr><t xml:space='preserve'> 分 </t></r>",
        '<t>浏阳</t><rPh sb="0" eb="2"><t>liuyang</t></rPh><phoneticPr fontId="1"/>',
        "<r><t>a</t></r><rPh sb='0' eb='1'><t>b</t></rPh><r><t>c</t></r>",
        "",
        "<t>第一行\r\n第二行&#10;第三行&#13;</t>",
    )
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>{i - 1}</v></c></row>' for i in range(1, 6))
    expected = ["总 分 ", "浏阳", "ac", "第一行\n第二行\n第三行\r"]
    for part in (texts, texts.replace("'", '"'), texts.replace("</sst>", "<!-- --></sst>")):
        assert [raw for _, raw in cells(rows, strings=part).values()] == expected


def test_shared_formulas_say_in_each_cell_what_that_cell_computes() -> None:
    rows = (
        '<row r="1"><c r="B1"><f t="shared" si="0" ref="B1:C2">SUM($A1,A$1,表!A1:A9)+LOG10(A1)</f>'
        "<v>1</v></c>"
        '<c r="C1"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"></f><v>1</v></c></row>'
    )
    found = only_sheet(package_of(sheet=sheet(rows))).cells
    assert found[1, 3].formula == "SUM($A1,B$1,表!B1:B9)+LOG10(B1)"
    assert found[2, 2].formula == "SUM($A2,A$1,表!A2:A10)+LOG10(A2)"


@pytest.mark.parametrize(
    ("formula", "rows", "cols", "expected"),
    [
        ("A1", 1, 1, "B2"),
        ("A2", -2, 0, "#REF!"),
        ("XFD1", 0, 1, "#REF!"),
        ('"A1"&A1', 1, 0, '"A1"&A2'),
        ("'A1 表'!A1", 1, 0, "'A1 表'!A2"),
        ("[1]表!A1", 1, 0, "[1]表!A2"),
        ("A:A+1:1+$B:C", 1, 1, "B:B+2:2+$B:D"),
        ("决算A1+_A1+A1_x", 1, 1, "决算A1+_A1+A1_x"),
        ("ROUND(A1/B$1,2)", 3, 0, "ROUND(A4/B$1,2)"),
    ],
)
def test_moving_a_formula_moves_its_addresses_and_nothing_else(
    formula: str, rows: int, cols: int, expected: str
) -> None:
    assert moved(formula, rows, cols) == expected


def test_formats_come_from_the_style_of_the_cell() -> None:
    part = styles({164: '0.0"次"', 14: "yyyy.m.d", 165: "G/通用格式"}, [0, 164, 14, 31, 58, 165, 43, 999])
    rows = "<row r='1'>" + "".join(f'<c s="{i}"><v>1</v></c>' for i in range(8)) + "<c><v>1</v></c></row>"
    found = only_sheet(package_of(sheet=sheet(rows), styles=part)).cells
    assert [cell.format for cell in found.values()] == [
        "General", '0.0"次"', "yyyy.m.d", 'yyyy"年"m"月"d"日"', 'm"月"d"日"', "General",
        '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "General", "General",
    ]  # fmt: skip
    odd = part.replace("<cellXfs>", "<!-- --><cellXfs>").replace(
        "/><xf", '><alignment wrapText="1"/></xf><xf'
    )
    again = only_sheet(package_of(sheet=sheet(rows), styles=odd)).cells
    assert found == again


def test_hidden_rows_and_columns_come_as_spans() -> None:
    rows = "".join(f'<row r="{r}" hidden="{"1" if r in (2, 3, 9) else "0"}"/>' for r in range(1, 10))
    columns = (
        '<cols><col min="5" max="6" hidden="1"/><col min="2" max="4" width="9" hidden="true"/>'
        '<col min="8" max="9" hidden="0"/><col min="16380" max="99999" hidden="1"/></cols>'
    )
    for part in (sheet(rows, columns), sheet(rows, columns + "<!-- -->")):
        found = only_sheet(package_of(sheet=part))
        assert found.hidden_rows == (Span(2, 3), Span(9, 9))
        assert found.hidden_cols == (Span(2, 6), Span(16380, 16384))


def test_merged_areas_keep_their_order_and_impossible_ones_are_left_out() -> None:
    refs = ["B2:A1", "C3", "A1:XFD1048576", "A1:XFE5", "A0:B2"]
    merges = "<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in refs) + "</mergeCells>"
    expected = (Area(1, 1, 2, 2), Area(3, 3, 3, 3), Area(1, 1, 1_048_576, 16_384))
    for part in (sheet("", after=merges), sheet("<!-- -->", after=merges)):
        assert only_sheet(package_of(sheet=part)).merges == expected


def test_sheets_come_in_the_order_of_their_tabs_with_their_states() -> None:
    listing = handmade.workbook(
        '<workbookPr date1904="1"/><sheets><sheet name="乙" sheetId="7" state="hidden" r:id="rId9"/>'
        '<sheet name="甲 &amp; 丙" sheetId="3" state="odd" r:id="rId1"/></sheets>'
    )
    rels = handmade.relationships(
        ("rId1", "worksheet", "/xl/worksheets/sheet1.xml"), ("rId9", "worksheet", "worksheets/other.xml")
    )
    data = zipped(
        parts(
            {
                "xl/workbook.xml": listing,
                "xl/_rels/workbook.xml.rels": rels,
                "xl/worksheets/other.xml": sheet('<row r="1"><c r="A1" t="d"><v>2020-01-06</v></c></row>'),
            }
        )
    )
    book = read_workbook(data, "x.xlsx")
    assert [(s.name, s.state) for s in book.sheets] == [("乙", "hidden"), ("甲 & 丙", "visible")]
    assert book.date1904
    assert book.sheets[0].cells[1, 1] == Cell(1, 1, Kind.NUMBER, "42374", "yyyy-mm-dd")


def odd_workbook() -> Book:
    """A strict workbook in a folder of another name, with links, a macro sheet, a dialog and a signature."""
    office = handmade.STRICT_OFFICE
    listing = (
        f'<x:workbook xmlns:x="{handmade.STRICT_MAIN}" xmlns:r="{office}"><x:sheets>'
        '<x:sheet name="宏表" sheetId="2" r:id="rId2"/><x:sheet name="对话" sheetId="3" r:id="rId3"/>'
        '<x:sheet name="表一" sheetId="1" r:id="rId1"/></x:sheets><x:externalReferences>'
        '<x:externalReference r:id="rId6"/><x:externalReference r:id="rId5"/></x:externalReferences>'
        "</x:workbook>"
    )
    rels = handmade.relationships(
        ("rId1", "worksheet", "s1.xml"),
        ("rId2", "xlMacrosheet", "m1.xml"),
        ("rId3", "dialogsheet", "d1.xml"),
        ("rId4", "vbaProject", "vbaProject.bin"),
        ("rId5", "externalLink", "links/e1.xml"),
        ("rId6", "externalLink", "links/e2.xml"),
        office=office,
    )
    link = handmade.relationships(("rId1", "externalLinkPath", "@../去年/%E8%A1%A8.xlsx"), office=office)
    content: dict[str, handmade.Content] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": handmade.relationships(("rId1", "officeDocument", "/book/main.xml"), office=office),
        "book/main.xml": listing,
        "book/_rels/main.xml.rels": rels,
        "book/s1.xml": sheet('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
            handmade.MAIN, handmade.STRICT_MAIN
        ),
        "book/m1.xml": "not read",
        "book/d1.xml": "not read",
        "book/vbaProject.bin": b"\xd0\xcf",
        "book/links/e1.xml": "<externalLink/>",
        "book/links/_rels/e1.xml.rels": link,
        "book/links/e2.xml": "<externalLink/>",
        "_xmlsignatures/origin.sigs": b"",
    }
    return read_workbook(zipped(content), "x.xlsm")


def test_a_strict_workbook_with_macros_links_and_signature() -> None:
    book = odd_workbook()
    assert (book.container, book.has_macros, book.signed) == ("xlsm", True, True)
    assert book.links == ("", "../去年/%E8%A1%A8.xlsx"), "[1] is a link to no file, [2] to last year's"
    assert [(s.name, len(s.cells)) for s in book.sheets] == [("宏表", 0), ("对话", 0), ("表一", 1)]


def test_reading_twice_gives_the_same_book(sample: Path) -> None:
    data = sample.read_bytes()
    first: Any = read_workbook(data, "x")
    assert first == read_workbook(data, "x")


def test_a_picture_in_a_cell_is_a_picture_and_no_error() -> None:
    picture = (Kind.TEXT, "［图片］")
    found = cells(
        '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c><c r="B1" t="e"><v>#VALUE!</v></c>'
        '<c r="C1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
        '<c r="D1" t="e"><f>DISPIMG("ID_1",1)</f><v>#NAME?</v></c><c r="E1" t="s"><v>0</v></c>'
        '<c r="F1" t="e" vm="1"><v>#N/A</v></c></row>',
        strings=strings('<t>=DISPIMG("ID_1",1)</t>'),
    )
    assert found == {
        "A1": picture, "B1": (Kind.ERROR, "#VALUE!"), "C1": picture, "D1": picture, "E1": picture,
        "F1": (Kind.ERROR, "#N/A"),
    }  # fmt: skip


def test_errors_of_newer_excel_stay_errors() -> None:
    structures = '<rvStructures><s t="_error"><k n="errorType"/></s></rvStructures>'
    rows = '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c></row>'
    changes = {"xl/worksheets/sheet1.xml": sheet(rows), "xl/richData/rdrichvaluestructure.xml": structures}
    book = read_workbook(zipped(parts(changes)), "表.xlsx")
    assert book.sheets[0].cells[1, 1].kind is Kind.ERROR
