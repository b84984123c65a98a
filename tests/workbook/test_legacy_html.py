"""Web pages dressed as .xls: cells stand where Excel shows them, and say what they say there."""

from __future__ import annotations

from contextlib import suppress

import pytest

from batch.model.book import MAX_COL, MAX_ROW, Cell, Kind, Sheet, Span, Unreadable
from batch.model.limits import DEFAULT, Limits
from batch.workbook.legacy.html import read_html, read_tables
from batch.workbook.read.display import display_text


def read(page: str, encoding: str = "utf-8", name: str = "自评表.xls") -> Sheet:
    (sheet,) = read_tables(page.encode(encoding), name, DEFAULT).sheets
    return sheet


def texts(sheet: Sheet) -> dict[str, str]:
    return {cell.ref: display_text(cell) for cell in sheet.cells.values()}


def cell(page: str) -> Cell | None:
    return read(f"<table><tr>{page}</tr></table>").cells.get((1, 1))


def test_cells_make_room_for_those_that_reach_down_and_across() -> None:
    sheet = read(
        """<table border=1>
        <tr><th rowspan="3">一级</th><th colspan=2>指标</th><th>分值</th></tr>
        <tr><td rowspan=2>二级</td><td>甲</td><td>10</td></tr>
        <tr><td>乙<td>20
        <tr><td>合计</td><td></td><td>&nbsp;</td><td>30</td></tr>
        </table>"""
    )
    assert texts(sheet) == {
        "A1": "一级",
        "B1": "指标",
        "D1": "分值",
        "B2": "二级",
        "C2": "甲",
        "D2": "10",
        "C3": "乙",
        "D3": "20",
        "A4": "合计",
        "D4": "30",
    }
    assert [area.ref for area in sheet.merges] == ["A1:A3", "B1:C1", "B2:B3"]


def test_titles_between_tables_take_rows_of_their_own() -> None:
    sheet = read(
        """<html><head><title>导出</title><style>td {color: red}</style></head><body>
        <h2>2020年部门整体支出<b>绩效</b>自评表</h2><p>单位：万元</p>
        <table><caption>基础数据</caption><tr><td>1</td></tr></table>
        填报人：<br>日期：
        <table><tr><td>2</td></tr></table><script>var x = "<td>3</td>";</script></body></html>"""
    )
    assert texts(sheet) == {
        "A1": "2020年部门整体支出绩效自评表",
        "A2": "单位：万元",
        "A3": "基础数据",
        "A4": "1",
        "A5": "填报人：",
        "A6": "日期：",
        "A7": "2",
    }


def test_tables_inside_a_table_for_the_layout_stand_below_each_other() -> None:
    sheet = read(
        """<table><tr><td>
        <table><tr><td>标题</td></tr></table>
        <table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>
        </td></tr><tr><td>页脚</td></tr></table>"""
    )
    assert texts(sheet) == {"A1": "标题", "A2": "甲", "B2": "1", "A3": "乙", "B3": "2", "A4": "页脚"}


def test_text_around_a_table_inside_a_cell_is_kept() -> None:
    sheet = read("<table><tr><td>上<table><tr><td>1<td>2</table>下</td><td>右</td></tr><tr><td>末</table>")
    assert texts(sheet) == {"A1": "上", "A2": "1", "B2": "2", "A3": "下", "C1": "右", "A4": "末"}


def test_lines_and_blanks_come_as_a_browser_shows_them() -> None:
    found = cell("<td>\n   产出<br>指标\n      （50分）<p>说明</p>&lt;注&gt;&#8212;</td>")
    assert found is not None
    assert found.raw == "产出\n指标 （50分）\n说明\n<注>—"


@pytest.mark.parametrize(
    ("page", "kind", "raw", "seen"),
    [
        ("<td>1,112.50</td>", Kind.NUMBER, "1112.50", "1,112.50"),
        ("<td> 403.00 </td>", Kind.NUMBER, "403.00", "403.00"),
        ("<td>-3</td>", Kind.NUMBER, "-3", "-3"),
        ("<td>86.67%</td>", Kind.TEXT, "86.67%", "86.67%"),
        ("<td>1-6</td>", Kind.TEXT, "1-6", "1-6"),
        ("<td>007</td>", Kind.TEXT, "007", "007"),
        ("<td>4301231990010112</td>", Kind.TEXT, "4301231990010112", "4301231990010112"),
        ("<td style='mso-number-format:\"\\@\"'>12</td>", Kind.TEXT, "12", "12"),
        ("<td style='mso-number-format:Percent' x:num='0.8667'>87%</td>", Kind.NUMBER, "0.8667", "86.67%"),
        (
            r"""<td style='mso-number-format:"yyyy\0022年\0022m\0022月\0022"' x:num='44196'>x</td>""",
            Kind.NUMBER,
            "44196",
            "2020年12月",
        ),
        ("<td x:num>1234.5</td>", Kind.NUMBER, "1234.5", "1234.5"),
        ("<td x:str>12</td>", Kind.TEXT, "12", "12"),
        ('<td sdval="1.86" sdnum="2052;0;0.0">1.9</td>', Kind.NUMBER, "1.86", "1.9"),
        ('<td sdval="0" sdnum="2052;0;0.0">#DIV/0!</td>', Kind.ERROR, "#DIV/0!", "#DIV/0!"),
        ("<td>TRUE</td>", Kind.BOOL, "TRUE", "TRUE"),
        ("<td>=HYPERLINK(1)</td>", Kind.TEXT, "=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<td>a&#11;b\x01</td>", Kind.TEXT, "ab", "ab"),
    ],
)
def test_a_cell_means_what_it_would_mean_in_excel_short_of_bending_it(
    page: str, kind: Kind, raw: str, seen: str
) -> None:
    found = cell(page)
    assert found is not None
    assert (found.kind, found.raw, display_text(found)) == (kind, raw, seen)


def test_formulas_excel_left_in_the_page_are_kept() -> None:
    found = cell('<td x:num="3" x:fmla="=SUM(B1:B2)">3</td>')
    assert found is not None
    assert (found.raw, found.formula) == ("3", "SUM(B1:B2)")


def test_where_a_program_marks_its_numbers_all_else_is_text() -> None:
    sheet = read("<table><tr><td sdval='1' sdnum='1033;'>1</td><td>2</td></tr></table>")
    assert [found.kind for found in sheet.cells.values()] == [Kind.NUMBER, Kind.TEXT]


def test_formats_by_class_are_found() -> None:
    sheet = read(
        r"""<style>.xl65 {color:red; mso-number-format:"0\.00%";} .xl66 {mso-number-format:"\@"}</style>
        <table><tr><td class="xl65" x:num="0.5">50%</td><td class=xl66>12</td></tr></table>"""
    )
    assert {found.ref: display_text(found) for found in sheet.cells.values()} == {"A1": "50.00%", "B1": "12"}
    assert sheet.cells[1, 2].kind is Kind.TEXT


def test_a_head_that_is_never_closed_hides_nothing() -> None:
    page = "<html><head><meta charset=utf-8><title>导出</title><body><table><tr><td>1</td></tr></table>"
    assert texts(read(page)) == {"A1": "1"}


def test_hidden_rows_are_told() -> None:
    sheet = read("<table><tr><td>1</td></tr><tr style='Display: none'><td>2</td></tr></table>")
    assert (sheet.hidden_rows, texts(sheet)) == ((Span(2, 2),), {"A1": "1", "A2": "2"})


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gbk"),
        ("<meta charset='utf-8'>", "utf-8"),
        ("<meta charset=utf-8>", "gbk"),
        ("", "gb18030"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
    ],
)
def test_chinese_is_read_whatever_it_is_encoded_in_and_says_it_is(head: str, encoding: str) -> None:
    assert texts(read(f"<html>{head}<table><tr><td>浏阳市</td></tr></table>", encoding)) == {"A1": "浏阳市"}


@pytest.mark.parametrize("name", ["../../x.xls", "a[1]:b.xls", "x" * 50 + ".xls", ".xls", "'''.xls"])
def test_the_sheet_is_named_after_the_file_and_fit_to_be_a_sheet(name: str) -> None:
    found = read("<table><tr><td>1", name=name).name
    assert 1 <= len(found) <= 31
    assert not set(found) & set("[]:*?/\\")


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr>" + "<td colspan=99999999 rowspan=99999999>x" * 50,
        "<table><tr><td>" * 200,
        "<table>" + "<tr><td>x" * 30,
        "<table><tr><td colspan=-1 rowspan=ab>1",
        "</td></tr></table><table></tr></td>",
        "<td>no table</td><table>",
    ],
)
def test_broken_and_boastful_pages_are_read_or_refused(page: str) -> None:
    with suppress(Unreadable):
        (sheet,) = read_tables(page.encode(), "x.xls", Limits(max_cells=2000)).sheets
        assert all(area.right <= MAX_COL and area.bottom <= MAX_ROW for area in sheet.merges)
        assert all(cell.col <= MAX_COL and cell.row <= MAX_ROW for cell in sheet.cells.values())


def test_a_page_that_keeps_the_parser_busy_is_given_up() -> None:
    # Python's parser looks for the end of each of them in all that follows
    with pytest.raises(Unreadable, match="1秒内没有读完"):
        read_html(b"<table>" + b"<" * 1_500_000, "x.xls", Limits(max_seconds=1))
