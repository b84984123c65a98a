"""A workbook with about everything a unit's file can hold: XlsxWriter output with parts put in.

What XlsxWriter cannot write (threaded comments, x14 drop-downs, WPS cell images, macros, signatures,
customXml, printer settings, calcChain …) is put into the package the way Excel and WPS write it.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from functools import cache

import xlsxwriter

DATA, WHOLE, PROJECT, HIDDEN, VERY_HIDDEN = (
    "基础数据表",
    "整体支出自评表",
    "项目支出'自评表",
    "字典",
    "旧数据",
)
MACROS = b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 8
PLAIN_NOTE = "本单位说明：\n含下属单位 "
RICH_NOTE = "王会计: 见附件"

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PERSON = "{1D7E2A05-0B41-4B5E-9C7C-0A2B6C3D4E5F}"
_THREAD = "{7A0C3F4E-52B1-4F0A-8E53-1B2C3D4E5F60}"


def repacked(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """A package with members replaced, added or (None) left out, order kept."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist() + [name for name in changes if name not in old.namelist()]
        for name in names:
            content = changes[name] if name in changes else old.read(name)
            if content is not None:
                info = zipfile.ZipInfo(name, (2021, 3, 1, 9, 30, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                new.writestr(info, content)
    return target.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    """All parts of a package by name, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def once(text: bytes, old: str, new: str) -> bytes:
    """A replacement that must hit exactly once, so that a changed library is noticed."""
    assert text.count(old.encode()) == 1, old
    return text.replace(old.encode(), new.encode())


def png() -> bytes:
    """A picture of 2 by 2 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" + b"\xff\0\0" * 2 + b"\0" + b"\0\xff\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@cache
def rich_workbook() -> bytes:
    """The workbook without a signature. Facts about it stand in the tests that use it."""
    return _with_injected(_written())


@cache
def signed_workbook() -> bytes:
    """The same with a digital signature over it."""
    data = rich_workbook()
    parts = members(data)
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature"
    types = once(
        parts["[Content_Types].xml"],
        "</Types>",
        '<Default Extension="sigs" ContentType='
        '"application/vnd.openxmlformats-package.digital-signature-origin"/>'
        '<Override PartName="/_xmlsignatures/sig1.xml" ContentType='
        '"application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"/></Types>',
    )
    rels = once(
        parts["_rels/.rels"],
        "</Relationships>",
        f'<Relationship Id="rIdSig" Type="{kind}/origin" Target="_xmlsignatures/origin.sigs"/>'
        "</Relationships>",
    )
    return repacked(
        data,
        {
            "[Content_Types].xml": types,
            "_rels/.rels": rels,
            "_xmlsignatures/origin.sigs": b"",
            "_xmlsignatures/sig1.xml": b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
            "_xmlsignatures/_rels/origin.sigs.rels": _rels(("rId1", f"{kind}/signature", "sig1.xml")),
        },
    )


def _written() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": "自评表", "created": dt.datetime(2021, 3, 1)})  # noqa: DTZ001
    book.set_custom_property("单位编码", "430181001")
    _data_sheet(book)
    _whole_sheet(book)
    _project_sheet(book)
    hidden = book.add_worksheet(HIDDEN)
    hidden.write_column("A1", ["是", "否", "部分"])
    hidden.hide()
    very_hidden = book.add_worksheet(VERY_HIDDEN)
    very_hidden.write("A1", 3.14)
    very_hidden.write_comment("A1", "旧批注", {"author": "王会计"})
    very_hidden.very_hidden()
    book.define_name("字典项", f"={HIDDEN}!$A$1:$A$3")
    book.close()
    return target.getvalue()


def _data_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(DATA)
    money = book.add_format({"num_format": "#,##0.00", "border": 1})
    bold = book.add_format({"bold": True, "font_name": "黑体"})
    sheet.merge_range("A1:D1", "部门整体支出绩效自评基础数据表", bold)
    sheet.write_row("A2", ["项目", "上年决算数", "本年预算数", "本年决算数"])
    for row, (label, *numbers) in enumerate(
        [("三公经费", 12.5, 13, 11.8), ("公务用车", 6, 6, 5.5), ("公务接待", 6.5, 7, 6.3)], 2
    ):
        sheet.write(row, 0, label)
        for column, number in enumerate(numbers, 1):
            sheet.write_number(row, column, number, money)
    sheet.write_formula("B6", "=SUM(B4:B5)", money, 12.5)
    sheet.write_formula("C6", '=IF(C4>0,"有","无")', None, "有")
    sheet.write_formula("D6", "=B6/0", None, "#DIV/0!")
    sheet.write_string("E6", "430181199001011234")
    sheet.write_rich_string("A7", "填表说明：", bold, "必须", " 填写", book.add_format({"text_wrap": True}))
    sheet.write_boolean("B7", True)
    sheet.write_datetime("C7", dt.datetime(2021, 3, 1), book.add_format({"num_format": "yyyy年m月d日"}))  # noqa: DTZ001
    sheet.merge_range("A9:D12", "履职目标", book.add_format({"border": 1, "text_wrap": True}))
    sheet.set_row(8, 36)
    sheet.set_column("A:A", 24)
    sheet.set_column("F:G", None, None, {"hidden": True})
    sheet.write_comment("B3", RICH_NOTE, {"author": "王会计", "visible": True, "x_scale": 1.5})
    sheet.write_comment("C3", PLAIN_NOTE, {"author": "王会计"})
    sheet.data_validation("B7", {"validate": "list", "source": ["是", "否"]})
    sheet.conditional_format("B3:D5", {"type": "cell", "criteria": ">", "value": 10, "format": bold})
    sheet.conditional_format("B3:D5", {"type": "formula", "criteria": "=$B3>100", "stop_if_true": True})
    sheet.conditional_format("D3:D5", {"type": "data_bar", "data_bar_2010": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={DATA}!$B$3:$D$3", "trendline": {"type": "linear"}})
    sheet.insert_chart("F15", chart)
    sheet.insert_image("A15", "章.png", {"image_data": io.BytesIO(png())})
    sheet.insert_textbox("A20", "此处盖章")
    sheet.insert_button("D20", {"caption": "汇总", "macro": "汇总"})


def _whole_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(WHOLE)
    sheet.write_row("A1", ["一级指标", "二级指标", "三级指标", "分值", "得分"])
    sheet.write_row("A2", ["产出", "数量", "检查次数", 10, 9])
    sheet.write_row("A3", ["产出", "质量", "合格率", 10, 10])
    sheet.write_row("A4", ["", "", '=WEBSERVICE("x")'])
    sheet.merge_range("A5:B6", "合计")
    sheet.write_formula("D5", "=SUM(D2:D4)", None, 20)
    sheet.write_comment("E2", "普通批注", {"author": "李局"})
    sheet.protect("1234", {"format_cells": True})
    sheet.freeze_panes(1, 0)
    sheet.autofilter("A1:E3")
    sheet.repeat_rows(0)


def _project_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(PROJECT)
    sheet.add_table("A1:C3", {"columns": [{"header": h} for h in ("指标", "目标", "完成")]})
    sheet.add_sparkline("E2", {"range": f"'{PROJECT.replace(chr(39), chr(39) * 2)}'!A2:C2"})
    sheet.set_header("&C&G", {"image_center": "头.png", "image_data_center": io.BytesIO(png())})
    sheet.set_h_pagebreaks([20])
    sheet.write_url("A6", f"internal:{DATA}!A1", string="回到基础数据表")
    sheet.ignore_errors({"number_stored_as_text": "A1:C3"})


def _with_injected(data: bytes) -> bytes:
    parts = members(data)
    types, workbook = parts["[Content_Types].xml"], parts["xl/workbook.xml"]
    sheet1, sheet2 = parts["xl/worksheets/sheet1.xml"], parts["xl/worksheets/sheet2.xml"]
    workbook_rels = parts["xl/_rels/workbook.xml.rels"]
    changes: dict[str, bytes | None] = {}

    # x14 drop-down and rule that look at another sheet, beside the x14 data bar XlsxWriter wrote
    sheet1 = once(
        sheet1,
        "</extLst></worksheet>",
        '<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations '
        'count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation '
        f'type="list" allowBlank="1"><x14:formula1><xm:f>\'{HIDDEN}\'!$A$1:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>D7</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>",
    )
    sheet1 = once(
        sheet1,
        "</x14:conditionalFormattings>",
        '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        '<x14:cfRule type="expression" priority="9" id="{5B6D1A2C-1111-4222-8333-444455556666}">'
        f'<xm:f>\'{HIDDEN}\'!$A$1="是"</xm:f><x14:dxf><fill><patternFill><bgColor rgb="FF92D050"/>'
        "</patternFill></fill></x14:dxf></x14:cfRule><xm:sqref>A2</xm:sqref></x14:conditionalFormatting>"
        "</x14:conditionalFormattings>",
    )
    # what Excel itself adds: ids of revisions, phonetic properties, printer settings, a formula of WPS
    sheet1 = once(
        sheet1,
        'mc:Ignorable="x14ac"',
        'mc:Ignorable="x14ac xr" xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
        'xr:uid="{0B0F8A6E-0000-4000-8000-000000000001}"',
    )
    picture = (
        '<row r="14"><c r="A14" t="str"><f>_xlfn.DISPIMG("ID_0123456789ABCDEF",1)</f>'
        '<v>=DISPIMG("ID_0123456789ABCDEF",1)</v></c></row></sheetData>'
    )
    sheet1 = once(sheet1, "</sheetData>", picture)
    sheet1 = once(sheet1, "</mergeCells>", '</mergeCells>\n<phoneticPr fontId="0" type="noConversion"/>\n')
    rels1 = once(
        parts["xl/worksheets/_rels/sheet1.xml.rels"],
        "</Relationships>",
        f'<Relationship Id="rIdPrint" Type="{_OFFICE}/printerSettings" '
        'Target="../printerSettings/printerSettings1.bin"/></Relationships>',
    )
    sheet1 = once(
        sheet1,
        'footer="0.3"/>',
        'footer="0.3"/><pageSetup paperSize="9" orientation="portrait" r:id="rIdPrint"/>',
    )
    changes |= {"xl/worksheets/sheet1.xml": sheet1, "xl/worksheets/_rels/sheet1.xml.rels": rels1}
    changes["xl/printerSettings/printerSettings1.bin"] = b"\0D\0E\0V\0M" * 40

    # one plain note, as WPS writes it, among XlsxWriter's rich ones
    comments = parts["xl/comments1.xml"]
    start = comments.index(b"<text>", comments.index(b'ref="C3"'))
    end = comments.index(b"</text>", start)
    plain = f'<text><t xml:space="preserve">{PLAIN_NOTE}</t>'.encode()
    changes["xl/comments1.xml"] = comments[:start] + plain + comments[end:]

    # a threaded comment on D2 of the second sheet with the placeholder Excel puts beside it
    comments = parts["xl/comments2.xml"]
    comments = once(comments, "</authors>", f"<author>tc={_THREAD}</author></authors>")
    comments = once(
        comments,
        "</commentList>",
        '<comment ref="D2" authorId="1" shapeId="0"><text><t>[线程批注] 请核对分值</t></text></comment>'
        "</commentList>",
    )
    vml = parts["xl/drawings/vmlDrawing2.vml"]
    shape = vml[vml.index(b"<v:shape ") : vml.index(b"</v:shape>") + len(b"</v:shape>")]
    shape = once(shape, "<x:Column>4</x:Column>", "<x:Column>3</x:Column>").replace(b"_s2049", b"_s2050")
    changes["xl/comments2.xml"] = comments
    changes["xl/drawings/vmlDrawing2.vml"] = vml.replace(b"</xml>", shape + b"</xml>")
    threaded = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    changes["xl/threadedComments/threadedComment1.xml"] = (
        f'<ThreadedComments xmlns="{threaded}"><threadedComment ref="D2" dT="2021-03-01T09:30:00.00" '
        f'personId="{_PERSON}" id="{_THREAD}"><text>请核对分值</text></threadedComment></ThreadedComments>'
    ).encode()
    changes["xl/persons/person.xml"] = (
        f'<personList xmlns="{threaded}"><person displayName="李局" id="{_PERSON}" userId="李局" '
        'providerId="None"/></personList>'
    ).encode()
    changes["xl/worksheets/_rels/sheet2.xml.rels"] = once(
        parts["xl/worksheets/_rels/sheet2.xml.rels"],
        "</Relationships>",
        '<Relationship Id="rIdThread" Type='
        '"http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>',
    )
    changes["xl/worksheets/sheet2.xml"] = sheet2

    # parts the workbook itself leads to
    changes["xl/vbaProject.bin"] = MACROS
    changes["xl/calcChain.xml"] = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B6" i="1"/>'
        b'<c r="C6" i="1"/><c r="D6" i="1"/><c r="D5" i="2"/></calcChain>'
    )
    changes["xl/externalLinks/externalLink1.xml"] = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook '
        f'xmlns:r="{_OFFICE}" r:id="rId1"><sheetNames><sheetName val="汇总"/></sheetNames></externalBook>'
        "</externalLink>"
    ).encode()
    changes["xl/externalLinks/_rels/externalLink1.xml.rels"] = _rels(
        ("rId1", f"{_OFFICE}/externalLinkPath", "file:///D:/%E6%B1%87%E6%80%BB.xlsx"), external=True
    )
    changes["xl/cellimages.xml"] = (
        b'<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" '
        b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
    )
    changes["xl/_rels/cellimages.xml.rels"] = _rels(("rId1", f"{_OFFICE}/image", "media/image1.png"))
    changes["customXml/item1.xml"] = b"<root><unit>430181001</unit></root>"
    related = [
        ("rIdVba", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin"),
        ("rIdCalc", f"{_OFFICE}/calcChain", "calcChain.xml"),
        ("rIdExt", f"{_OFFICE}/externalLink", "externalLinks/externalLink1.xml"),
        (
            "rIdPerson",
            "http://schemas.microsoft.com/office/2017/10/relationships/person",
            "persons/person.xml",
        ),
        ("rIdWps", "http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml"),
        ("rIdCustom", f"{_OFFICE}/customXml", "../customXml/item1.xml"),
    ]
    new = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{p}"/>' for i, t, p in related)
    changes["xl/_rels/workbook.xml.rels"] = once(workbook_rels, "</Relationships>", f"{new}</Relationships>")
    changes["xl/workbook.xml"] = once(
        workbook,
        "</sheets>",
        '</sheets><externalReferences><externalReference r:id="rIdExt"/></externalReferences>',
    )
    changes["[Content_Types].xml"] = _typed(types)
    return repacked(data, changes)


def _typed(types: bytes) -> bytes:
    office, sheet = "application/vnd.openxmlformats-officedocument", "application/vnd.ms-excel"
    types = once(types, f"{office}.spreadsheetml.sheet.main+xml", f"{sheet}.sheet.macroEnabled.main+xml")
    overrides = {
        "/xl/calcChain.xml": f"{office}.spreadsheetml.calcChain+xml",
        "/xl/externalLinks/externalLink1.xml": f"{office}.spreadsheetml.externalLink+xml",
        "/xl/threadedComments/threadedComment1.xml": f"{sheet}.threadedcomments+xml",
        "/xl/persons/person.xml": f"{sheet}.person+xml",
        "/xl/cellimages.xml": "application/vnd.wps-officedocument.cellimage+xml",
        "/xl/vbaProject.bin": f"{sheet}.vbaProject".replace("vnd.ms-excel", "vnd.ms-office"),
    }
    new = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    printer = f'<Default Extension="bin" ContentType="{office}.spreadsheetml.printerSettings"/>'
    return once(types, "</Types>", f"{printer}{new}</Types>")


def _rels(*relations: tuple[str, str, str], external: bool = False) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    items = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{p}"{mode}/>' for i, t, p in relations)
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{items}</Relationships>'.encode()
