"""XML of Excel 2003, which web systems write as .xls: every cell where Excel shows it."""

from __future__ import annotations

import pytest

from batch.model.book import Book, Kind, Span, Unreadable
from batch.model.limits import DEFAULT, Limits
from batch.workbook.legacy.xml2003 import is_xml_spreadsheet, read_xml
from batch.workbook.opening import open_book
from batch.workbook.read.display import display_text

PAGE = """<?xml version="1.0" encoding="{encoding}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">
 <Styles>
  <Style ss:ID="Default" ss:Name="Normal"><NumberFormat/></Style>
  <Style ss:ID="s1"><NumberFormat ss:Format="Percent"/></Style>
  <Style ss:ID="s2"><NumberFormat ss:Format="yyyy\\-mm\\-dd"/></Style>
 </Styles>
 <Worksheet ss:Name="基础数据表"><Table>
  <Column ss:Width="80"/><Column ss:Index="5" ss:Hidden="1" ss:Span="1"/>
  <Row><Cell ss:MergeAcross="2"><ss:Data ss:Type="String"><html:B>部门</html:B>自评表</ss:Data></Cell>
   <Cell><Data ss:Type="String">右</Data><Comment><ss:Data>批注</ss:Data></Comment></Cell></Row>
  <Row ss:Index="4" ss:Hidden="1">
   <Cell ss:Index="2" ss:StyleID="s1"><Data ss:Type="Number">0.8667</Data></Cell>
   <Cell ss:Formula="=R[-1]C*2"><Data ss:Type="Error">#DIV/0!</Data></Cell></Row>
  <Row><Cell ss:StyleID="s2"><Data ss:Type="DateTime">2020-12-31T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:Formula="=R1C1"/><Cell ss:StyleID="s1"/></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="隐藏表"><Table><Row><Cell><Data ss:Type="Number">42</Data></Cell></Row></Table>
  <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>
 </Worksheet>
</Workbook>"""


def book(encoding: str = "utf-8") -> Book:
    return open_book(PAGE.format(encoding=encoding).encode(encoding), "自评表.xls")


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "utf-16"])
def test_cells_stand_where_excel_shows_them(encoding: str) -> None:
    found = book(encoding)
    assert (found.container, len(found.sha256)) == ("xml", 64)
    first, hidden = found.sheets
    assert {cell.ref: (cell.kind, display_text(cell), cell.formula) for cell in first.cells.values()} == {
        "A1": (Kind.TEXT, "部门自评表", None),
        "D1": (Kind.TEXT, "右", None),
        "B4": (Kind.NUMBER, "86.67%", None),
        "C4": (Kind.ERROR, "#DIV/0!", "C3*2"),
        "A5": (Kind.NUMBER, "2020-12-31", None),
        "B5": (Kind.BOOL, "TRUE", None),
        "C5": (Kind.UNCACHED, "", "$A$1"),
    }
    assert [area.ref for area in first.merges] == ["A1:C1"]
    assert first.notes == {(1, 4): "批注"}
    assert (first.hidden_rows, first.hidden_cols) == ((Span(4, 4),), (Span(5, 6),))
    assert (hidden.name, hidden.state, hidden.cells[1, 1].raw) == ("隐藏表", "hidden", "42")


@pytest.mark.parametrize(
    "inside",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        "<a>" * 300,
        '<Worksheet><Table><Row ss:Index="99999999999"><Cell ss:Index="-3"><Data>x',
        "<Worksheet><Table>" + "<Row/>" * 60,
    ],
)
def test_hostile_and_broken_files_are_refused(inside: str) -> None:
    page = f"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>{inside}"
    if inside.startswith("<!"):
        page = inside + page
    with pytest.raises(Unreadable) as caught:
        read_xml(page.encode(), "x.xls", Limits(max_legacy_tags=50))
    assert caught.value.check == "F001"


def test_what_lies_off_the_sheet_is_left_out() -> None:
    row = '<Row ss:Index="9999999"><Cell><Data ss:Type="Number">1</Data></Cell></Row>'
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    head = f"<Workbook xmlns='{space}' xmlns:ss='{space}'>"
    page = f"{head}<Worksheet ss:Name='a'><Table>{row}</Table></Worksheet></Workbook>"
    assert is_xml_spreadsheet(page.encode())
    assert read_xml(page.encode(), "x.xls", DEFAULT).sheets[0].cells == {}


@pytest.mark.parametrize(
    ("written", "formula"),
    [
        ("=SUM(R[-3]C:R[-1]C)", "SUM(C6:C8)"),
        ("=RC[-1]/R2C", "B9/C$2"),
        ("='R1C1'!RC[1]&amp;&quot;R1C1&quot;", "'R1C1'!D9&\"R1C1\""),
        ("=ROUND(R1C1,2)+RC", "ROUND($A$1,2)+C9"),
        ("=R[-20]C", "#REF!"),
    ],
)
def test_references_are_spelled_as_excel_shows_them(written: str, formula: str) -> None:
    data = '<Data ss:Type="Number">1</Data>'
    cell = f'<Row ss:Index="9"><Cell ss:Index="3" ss:Formula="{written}">{data}</Cell></Row>'
    page = PAGE.format(encoding="utf-8").replace(" </Table></Worksheet>", f"{cell}</Table></Worksheet>", 1)
    assert open_book(page.encode(), "表.xls").sheets[0].cells[9, 3].formula == formula
