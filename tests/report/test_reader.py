"""Reports in every shape they are sent in, and documents made to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from batch.forms.read.forms import read_forms
from batch.model.book import Unreadable, parse_area
from batch.model.limits import DEFAULT
from batch.report import docx as docx_reader
from batch.report.reader import MAX_CHARACTERS, read_report
from batch.report.txt import paragraphs_of
from tests.paper import corrected, rules
from tests.report.make_docx import docx_of

TEXT = "部门整体支出绩效自评报告\n2020年支出总额1112.50万元。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_is_read_in_the_encodings_people_save_it_in(encoding: str) -> None:
    opened = read_report(TEXT.encode(encoding), "县教育局/报告.txt")
    assert opened.narrative.paragraphs == tuple(TEXT.split("\n"))
    assert opened.narrative.name == "报告.txt"
    assert opened.book.sheets == []


def test_lines_broken_to_fit_a_window_are_one_paragraph() -> None:
    text = """2020年度自评报告

    2020年度，我单位支出总额1,112
.50万元，其中基本支出162.53
万元；项目支出
949.97万元。
二、存在的主要问题
（一）预算编制不够细化，年中调整较大，导致
（二）执行不均衡。
\t三公经费\t0.95
\t项目支出\t949.97"""
    assert paragraphs_of(text) == (
        "2020年度自评报告",
        "2020年度，我单位支出总额1,112.50万元，其中基本支出162.53万元；项目支出949.97万元。",
        "二、存在的主要问题",
        "（一）预算编制不够细化，年中调整较大，导致",
        "（二）执行不均衡。",
        "三公经费\t0.95",
        "项目支出\t949.97",
    )


def test_what_word_keeps_beside_the_text_is_not_read() -> None:
    """Deleted text and field codes are not said; inserted text, links and content controls are."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    run = "<w:r><w:t>{}</w:t></w:r>".format
    body = (
        f"<w:p>{run('支出')}<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>{run('总额')}</w:ins>"
        f"<w:hyperlink>{run('1112')}</w:hyperlink><w:r><w:br/></w:r>{run('.50')}"
        f"<w:r><w:instrText>PAGE</w:instrText></w:r><w:smartTag>{run('万元')}</w:smartTag></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('控件里的一段')}</w:p></w:sdtContent></w:sdt><w:p/>"
    )
    document = f"<w:document {w}><w:body>{body}</w:body></w:document>"
    opened = read_report(_with({"word/document.xml": document}), "报告.docx")
    assert opened.narrative.paragraphs == ("支出总额1112\n.50万元", "控件里的一段")


def test_tables_become_sheets_with_their_merges_and_titles() -> None:
    document = Document()
    document.add_paragraph("部门整体支出绩效自评报告")
    document.add_paragraph("这是正文，说明支出情况，不是表的标题。" * 4)
    document.add_paragraph("部门整体支出绩效自评基础数据表")
    document.add_paragraph("填报单位：县教育局")
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "人员"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "情况"
    table.cell(2, 2).text = "1,234.50"
    document.add_paragraph("说明：按实填写。")
    document.add_paragraph("后面的正文。")
    opened = read_report(_saved(document), "报告.docx")
    (sheet,) = opened.book.sheets
    assert sheet.name == "部门整体支出绩效自评基础数据表"
    assert {cell.ref: cell.raw for cell in sheet.cells.values()} == {
        "A1": "部门整体支出绩效自评基础数据表",
        "A2": "填报单位：县教育局",
        "A3": "人员",
        "B3": "情况",
        "C5": "1234.50",
        "A6": "说明：按实填写。",
    }
    assert set(sheet.merges) == {parse_area("A3:A4"), parse_area("B3:C3")}
    assert opened.narrative.tables[0][0] == ("人员", "情况")
    assert opened.book.container == "docx"


def test_forms_whose_titles_stand_above_the_tables_are_read() -> None:
    document = Document()
    book = corrected()
    for sheet in book.sheets:
        title, *_ = sheet.cells.values()
        document.add_paragraph(title.raw)
        rows = max(row for row, _ in sheet.cells)
        cols = max(col for _, col in sheet.cells)
        table = document.add_table(rows - 1, cols)
        for (row, col), cell in sheet.cells.items():
            if row > 1:
                table.cell(row - 2, col - 1).text = cell.raw
        document.add_paragraph("")
    opened = read_report(_saved(document), "报告.docx")
    tables = read_forms(opened.book, rules().forms, "报告.docx").tables
    issued = {key for key, spec in rules().forms.forms.items() if spec.is_issued}
    assert {table.form for table in tables} == issued


def _saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def _with(parts: dict[str, str | bytes]) -> bytes:
    """A small document with some parts replaced or added."""
    source = zipfile.ZipFile(io.BytesIO(docx_of(["部门整体支出绩效自评报告"])))
    content: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in {**content, **parts}.items():
            package.writestr(name, data)
    return target.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefg", "bcdefgh", strict=True))
    document = (
        f'<!DOCTYPE w [<!ENTITY a "哈">{levels}]><w:document {_W}><w:body><w:p>'
        "<w:r><w:t>&h;</w:t></w:r></w:p></w:body></w:document>"
    )
    return _with({"word/document.xml": document})


def _entities_elsewhere() -> bytes:
    return _with({"word/styles.xml": f'<!DOCTYPE w [<!ENTITY a "哈">]><w:styles {_W}/>'})


def _bomb() -> bytes:
    return _with({"word/document.xml": f"<w:document {_W}><w:body/></w:document>" + " " * 300_000_000})


def _deep() -> bytes:
    return _with(
        {"word/document.xml": f"<w:document {_W}>" + "<w:p>" * 5000 + "</w:p>" * 5000 + "</w:document>"}
    )


def _half() -> bytes:
    data = docx_of(["部门整体支出绩效自评报告"])
    return data[: len(data) // 2]


def _long() -> bytes:
    return docx_of(["字" * 1000] * (MAX_CHARACTERS // 1000 + 1))


def _workbook() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    return target.getvalue()


def _no_document() -> bytes:
    return _with({"[Content_Types].xml": "<Types xmlns='urn:x'/>"})


@pytest.mark.parametrize(
    "make",
    [
        _entities,
        _entities_elsewhere,
        _bomb,
        _deep,
        _half,
        _long,
        _workbook,
        _no_document,
        bytes,
        lambda: b"%PDF-1.4",
    ],
)
def test_a_bad_document_is_answered(make: Callable[[], bytes]) -> None:
    with pytest.raises(Unreadable) as refused:
        read_report(make(), "报告.docx")
    assert refused.value.check == "F001"
    assert "Excel" not in refused.value.reason
    assert ".xlsx" not in refused.value.reason


def test_a_locked_document_is_told_as_locked() -> None:
    locked = Path(__file__).parent.parent / "corpus" / "containers" / "locked.xlsx"
    with pytest.raises(Unreadable) as refused:
        read_report(locked.read_bytes(), "报告.docx")
    assert refused.value.check == "F002"


def test_macros_and_objects_in_it_are_passed_over() -> None:
    data = _with({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub AutoOpen()"})
    assert read_report(data, "报告.docx").narrative.paragraphs == ("部门整体支出绩效自评报告",)


def test_a_table_wider_than_a_sheet_is_cut_there() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr><w:p><w:r><w:t>宽</w:t></w:r></w:p></w:tc>'
    document = f"<w:document {_W}><w:body><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:body></w:document>"
    assert read_report(_with({"word/document.xml": document}), "报告.docx").book.sheets[0].cells == {}


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_reader, "find_spec", lambda _: None)
    with pytest.raises(Unreadable) as refused:
        read_report(docx_of(["部门整体支出绩效自评报告"]), "报告.docx")
    assert refused.value.check == "F031"
    assert "jixiao[report]" in refused.value.reason


def test_its_limits_are_those_of_the_settings() -> None:
    with pytest.raises(Unreadable):
        read_report(docx_of(["一"]), "报告.docx", replace(DEFAULT, max_file=1000))
    with pytest.raises(Unreadable):
        read_report(("报告" * 600).encode(), "报告.txt", replace(DEFAULT, max_file=1000))
