"""OpenDocument spreadsheets of any writer: repeats, merges, formulas, formats, and what is not content."""

from __future__ import annotations

import pytest

from batch.model.book import Book, Cell, Kind, Span, Unreadable
from batch.model.limits import DEFAULT, Limits
from batch.workbook.opening import open_book
from batch.workbook.read.display import display_text
from tests.workbook.handmade import zipped

SPACES = {
    "office": "office:1.0",
    "table": "table:1.0",
    "text": "text:1.0",
    "style": "style:1.0",
    "number": "datastyle:1.0",
    "draw": "drawing:1.0",
}
NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}"' for short, long in SPACES.items()
)
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(rows: str, styles: str = "", before: str = "", **more: str) -> bytes:
    """A spreadsheet with one sheet, 表一, of the given rows; `more` are further parts, "_" for "/"."""
    content = (
        f"<office:document-content {NAMESPACES} {CALCEXT}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{before}"
        f'<table:table table:name="表一" table:style-name="ta1">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            **{name.replace("_", "/", 1) + ".xml": text for name, text in more.items()},
        }
    )


def read(rows: str, styles: str = "", before: str = "", limits: Limits = DEFAULT) -> Book:
    return open_book(ods(rows, styles, before), "表.ods", limits)


def row(*cells: str, **attrs: str) -> str:
    given = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in attrs.items())
    return f"<table:table-row{given}>{''.join(cells)}</table:table-row>"


def text(content: str, **attrs: str) -> str:
    given = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in attrs.items())
    return (
        f'<table:table-cell office:value-type="string"{given}><text:p>{content}</text:p></table:table-cell>'
    )


def only(cell: str, styles: str = "") -> Cell:
    (found,) = read(row(cell), styles).sheets[0].cells.values()
    return found


def test_repeated_blanks_are_stepped_over_and_repeated_content_is_there() -> None:
    sheet = read(
        row("<table:table-cell/>", number_rows_repeated="9")
        + row(
            '<table:table-cell table:number-columns-repeated="3"/>', text("甲", number_columns_repeated="2")
        )
        + row(text("乙"), number_rows_repeated="2")
        + row('<table:table-cell table:number-columns-repeated="16384"/>', number_rows_repeated="1048564")
    ).sheets[0]
    assert {cell.ref: cell.raw for cell in sheet.cells.values()} == {
        "D10": "甲",
        "E10": "甲",
        "A11": "乙",
        "A12": "乙",
    }


def test_what_lies_off_the_sheet_is_left_out() -> None:
    sheet = read(
        row(
            '<table:table-cell table:number-columns-repeated="16383"/>',
            text("甲", number_columns_repeated="9"),
        )
        + row("<table:table-cell/>", number_rows_repeated="1048574")
        + row(text("乙"), number_rows_repeated="5")
        + row(text("丙"))
    ).sheets[0]
    assert [cell.ref for cell in sheet.cells.values()] == ["XFD1", "A1048576"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (row(text("x", number_columns_repeated="16384"), number_rows_repeated="1048576"), "单元格超过"),
        (row(text('<text:s text:c="99999999"/>' * 99)), "文字超过"),
        ("<table:table-row/>" * 600, "内容（多为空白的行或单元格）过多"),
    ],
)
def test_a_small_file_does_not_grow_into_a_large_one(rows: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(rows, limits=Limits(max_legacy_tags=500))


def test_hidden_rows_columns_and_sheets_are_told() -> None:
    styles = (
        '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    sheet = read(
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        + row(text("1"))
        + row(text("2"), visibility="filter")
        + row("<table:table-cell/>", visibility="collapse", number_rows_repeated="3"),
        styles,
    ).sheets[0]
    assert (sheet.state, sheet.hidden_rows, sheet.hidden_cols) == ("hidden", (Span(2, 5),), (Span(3, 4),))


def test_merged_areas_keep_what_they_cover() -> None:
    sheet = read(
        row(
            text("甲", number_columns_spanned="2", number_rows_spanned="2"),
            "<table:covered-table-cell/>",
            text("乙"),
        )
        + row('<table:covered-table-cell table:number-columns-repeated="2"/>', text("丙"))
    ).sheets[0]
    assert [area.ref for area in sheet.merges] == ["A1:B2"]
    assert {cell.ref: cell.raw for cell in sheet.cells.values()} == {"A1": "甲", "C1": "乙", "C2": "丙"}


def test_comments_pictures_and_earlier_versions_are_no_content() -> None:
    book = read(
        row(
            '<table:table-cell office:value-type="string">'
            "<office:annotation><text:p>批注</text:p></office:annotation>"
            "<text:p>第一<text:span>行</text:span></text:p>"
            "<draw:frame><draw:text-box><text:p>文本框</text:p></draw:text-box></draw:frame>"
            "<text:p><text:s/><text:s text:c='2'/>第二\n  行<text:tab/><text:line-break/>三</text:p>"
            "</table:table-cell>"
        ),
        before="<table:tracked-changes><table:deletion><table:table><table:table-row><table:table-cell><text:p>旧</text:p>"
        "</table:table-cell></table:table-row></table:table></table:deletion></table:tracked-changes>",
    )
    (sheet,) = book.sheets
    assert {cell.ref: cell.raw for cell in sheet.cells.values()} == {"A1": "第一行\n   第二 行\t\n三"}


@pytest.mark.parametrize(
    ("cell", "kind", "raw"),
    [
        ('office:value-type="float" office:value="1.50"><text:p>1.5</text:p>', Kind.NUMBER, "1.50"),
        ('office:value-type="currency" office:value="-2">', Kind.NUMBER, "-2"),
        ('office:value-type="float" office:value="NaN"><text:p>?</text:p>', Kind.TEXT, "NaN"),
        ('office:value-type="boolean" office:boolean-value="true">', Kind.BOOL, "TRUE"),
        ('office:value-type="boolean" office:boolean-value="false">', Kind.BOOL, "FALSE"),
        ('office:value-type="date" office:date-value="2020-12-31">', Kind.NUMBER, "44196"),
        ('office:value-type="date" office:date-value="2020-12-31T18:00:00">', Kind.NUMBER, "44196.75"),
        ('office:value-type="time" office:time-value="PT18H30M00S">', Kind.NUMBER, "0.770833333333333"),
        ('office:value-type="time" office:time-value="?"><text:p>晚</text:p>', Kind.TEXT, "晚"),
        ('office:value-type="string" office:string-value="甲"><text:p>显示</text:p>', Kind.TEXT, "甲"),
        (
            'table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>',
            Kind.ERROR,
            "#DIV/0!",
        ),
        (
            'office:value-type="string" calcext:value-type="error"><text:p>Err:502</text:p>',
            Kind.ERROR,
            "Err:502",
        ),
        ('office:value-type="string"><text:p>#DIV/0!</text:p>', Kind.TEXT, "#DIV/0!"),
        ('table:formula="of:=[.B1]">', Kind.UNCACHED, ""),
    ],
)
def test_a_cell_holds_what_it_says(cell: str, kind: Kind, raw: str) -> None:
    found = only(f"<table:table-cell {cell}</table:table-cell>")
    assert (found.kind, found.raw) == (kind, raw)


def test_blank_cells_are_not_kept() -> None:
    styled = '<table:table-cell table:style-name="ce1"/>'
    empty = '<table:table-cell office:value-type="string"><text:p/></table:table-cell>'
    nothing = '<table:table-cell office:value-type="float"/>'
    assert read(row(styled, empty, nothing)).sheets[0].cells == {}


@pytest.mark.parametrize(
    ("written", "formula"),
    [
        ("of:=SUM([.B2:.B5];[.C$1])", "SUM(B2:B5,C$1)"),
        ("of:=[$基础数据表.$A$1]&amp;&quot;;[.x]&quot;", '基础数据表!$A$1&";[.x]"'),
        ("of:=['表 一'.A1]", "'表 一'!A1"),
        ("of:=[.A1", "A1"),
        ("msoxl:=A1+1", "A1+1"),
    ],
)
def test_formulas_are_spelled_as_excel_spells_them(written: str, formula: str) -> None:
    assert (
        only(
            f'<table:table-cell table:formula="{written}" office:value-type="float" office:value="1"/>'
        ).formula
        == formula
    )


def test_other_files_are_numbered_as_excel_numbers_them() -> None:
    book = read(
        row(
            *(
                f'<table:table-cell table:formula="of:={ref}" office:value-type="float" office:value="1"/>'
                for ref in (
                    "['file:///D:/去年.xlsx'#$汇总.B2]",
                    "['file:///D:/b.ods'#$A.B2]",
                    "['file:///D:/去年.xlsx'#$'表 1'.A1]",
                )
            )
        )
    )
    assert book.links == ("file:///D:/去年.xlsx", "file:///D:/b.ods")
    assert [cell.formula for cell in book.sheets[0].cells.values()] == [
        "[1]汇总!B2",
        "[2]A!B2",
        "'[1]表 1'!A1",
    ]


NUMBER = '<number:number number:decimal-places="2" number:min-integer-digits="1"{}/>'
TWO = NUMBER.format("")
LONG = ' number:style="long"'


def literal(content: str) -> str:
    return f"<number:text>{content}</number:text>"


@pytest.mark.parametrize(
    ("kind", "inside", "value", "seen"),
    [
        ("number", TWO, "1234.5", "1234.50"),
        ("number", NUMBER.format(' number:grouping="true"'), "1234.5", "1,234.50"),
        ("percentage", TWO + literal("%"), "0.8667", "86.67%"),
        ("currency", f"<number:currency-symbol>¥</number:currency-symbol>{TWO}", "3", "¥3.00"),
        ("number", TWO + literal("万元"), "3", "3.00万元"),
        ("number", NUMBER.format(' number:min-decimal-places="0"'), "3.5", "3.5"),
        ("number", '<number:number number:min-integer-digits="1"/>', "3.25", "3.25"),
        ("number", '<number:number number:decimal-places="0" number:min-integer-digits="3"/>', "7", "007"),
        ("number", NUMBER.format(' number:display-factor="1000"'), "12345", "12.35"),
        (
            "date",
            f"<number:year{LONG}/>{literal('年')}<number:month/>{literal('月')}<number:day{LONG}/>{literal('日')}",
            "44197",
            "2021年1月01日",
        ),
        ("time", f"<number:hours{LONG}/>{literal(':')}<number:minutes{LONG}/>", "0.75", "18:00"),
        ("elapsed", f"<number:hours/>{literal(':')}<number:minutes{LONG}/>", "1.5", "36:00"),
    ],
)
def test_numbers_show_as_their_format_shows_them(kind: str, inside: str, value: str, seen: str) -> None:
    more = ""
    if kind == "elapsed":
        kind, more = "time", ' number:truncate-on-overflow="false"'
    styles = (
        f'<number:{kind}-style style:name="N1"{more}>{inside}</number:{kind}-style>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    cell = f'<table:table-cell table:style-name="ce1" office:value-type="float" office:value="{value}"/>'
    assert display_text(only(cell, styles)) == seen


def test_negative_numbers_show_by_their_own_section() -> None:
    styles = (
        f'<number:number-style style:name="N1P0">{TWO}</number:number-style>'
        f'<number:number-style style:name="N1">{literal("(")}{TWO}{literal(")")}'
        '<style:map style:condition="value()&gt;=0" style:apply-style-name="N1P0"/></number:number-style>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    cells = "".join(
        f'<table:table-cell table:style-name="ce1" office:value-type="float" office:value="{value}"/>'
        for value in ("3", "-3")
    )
    found = read(row(cells), styles).sheets[0].cells.values()
    assert [display_text(cell) for cell in found] == ["3.00", "(3.00)"]


def test_styles_come_from_parents_rows_and_columns() -> None:
    styles = (
        f'<number:percentage-style style:name="N1">{TWO}{literal("%")}</number:percentage-style>'
        '<style:style style:name="parent" style:family="table-cell" style:data-style-name="N1"/>'
        '<style:style style:name="child" style:family="table-cell" style:parent-style-name="parent"/>'
        '<style:style style:name="loop" style:family="table-cell" style:parent-style-name="loop"/>'
    )
    one = '<table:table-cell office:value-type="float" office:value="1"{}/>'
    sheet = read(
        "<table:table-column/>"
        '<table:table-column table:default-cell-style-name="child" table:number-columns-repeated="2"/>'
        + row(one.format(""), one.format(""), one.format(' table:style-name="loop"'), one.format(""))
        + row(one.format(""), default_cell_style_name="parent"),
        styles,
    ).sheets[0]
    assert {cell.ref: display_text(cell) for cell in sheet.cells.values()} == {
        "A1": "1",
        "B1": "100.00%",
        "C1": "1",
        "D1": "1",
        "A2": "100.00%",
    }


def test_days_counted_from_1904_stay_the_same_days() -> None:
    book = read(
        row('<table:table-cell office:value-type="date" office:date-value="2020-12-31"/>'),
        before='<table:calculation-settings><table:null-date table:date-value="1904-01-01"/>'
        "</table:calculation-settings>",
    )
    (found,) = book.sheets[0].cells.values()
    assert (book.date1904, found.raw, display_text(found, date1904=True)) == (True, "42734", "2020-12-31")


def test_macros_and_signatures_are_told() -> None:
    parts = {"Basic_Standard": "<a/>", "META-INF_documentsignatures": "<a/>"}
    book = open_book(ods(row(text("1")), **parts), "表.ods")
    assert (book.has_macros, book.signed) == (True, True)


@pytest.mark.parametrize(
    "content",
    ["", "<a>", "<!DOCTYPE a><a/>", "<office:document-content/>", f"<office:document-content {NAMESPACES}/>"],
)
def test_a_broken_document_is_refused(content: str) -> None:
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
    with pytest.raises(Unreadable) as caught:
        open_book(data, "表.ods")
    assert caught.value.check == "F001"


def test_a_document_without_content_is_refused() -> None:
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})
    with pytest.raises(Unreadable, match="缺少部件"):
        open_book(data, "表.ods")


def test_notes_are_kept_beside_their_cells_without_who_wrote_them_and_when() -> None:
    note = (
        "<office:annotation><dc:creator xmlns:dc='x'>某人</dc:creator><text:p>含公车</text:p>"
        "<text:p>两<text:span>辆</text:span></text:p></office:annotation>"
    )
    sheet = read(
        row("<table:table-cell/>", text("甲").replace("<text:p>", f"{note}<text:p>"))
        + row(f"<table:table-cell>{note}</table:table-cell>")
    ).sheets[0]
    assert sheet.notes == {(1, 2): "含公车\n两辆", (2, 1): "含公车\n两辆"}
    assert {cell.ref: cell.raw for cell in sheet.cells.values()} == {"B1": "甲"}
