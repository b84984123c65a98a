"""Packages made by hand, for what no program writes on purpose: oddities, damage and attacks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"

Content = str | bytes


def relationships(*entries: tuple[str, str, str], office: str = OFFICE) -> str:
    """A relationships part; entries are (id, last step of the type, target or "@" and an external one)."""
    items = []
    for rel_id, kind, target in entries:
        mode = ' TargetMode="External"' if target.startswith("@") else ""
        address = target.removeprefix("@")
        items.append(f'<Relationship Id="{rel_id}" Type="{office}/{kind}" Target="{address}"{mode}/>')
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(items)}</Relationships>"
    )


def workbook(inside: str = '<sheets><sheet name="表一" sheetId="1" r:id="rId1"/></sheets>') -> str:
    """A workbook part."""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{inside}</workbook>'


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """A worksheet part around its rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def strings(*items: str) -> str:
    """A shared strings part from the inside of each si element."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def styles(formats: Mapping[int, str], used: list[int]) -> str:
    """A styles part: custom formats by id, and the format id of each style."""
    escaped = {number: code.replace('"', "&quot;") for number, code in formats.items()}
    custom = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in escaped.items())
    xfs = "".join(f'<xf numFmtId="{number}" fontId="0"/>' for number in used)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1">{custom}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{xfs}</cellXfs></styleSheet>'
    )


def parts(changes: Mapping[str, Content | None]) -> dict[str, Content]:
    """The parts of a small sound workbook with one sheet; `changes` replaces, adds or (None) takes away."""
    whole: dict[str, Content | None] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
        ),
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook(),
        "xl/_rels/workbook.xml.rels": relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "styles.xml"),
        ),
        "xl/sharedStrings.xml": strings("<t>甲</t>", "<t>乙</t>"),
        "xl/styles.xml": styles({164: "0.0"}, [0, 164, 10]),
        "xl/worksheets/sheet1.xml": sheet('<row r="1"><c r="A1"><v>1</v></c></row>'),
    }
    whole.update(changes)
    return {name: content for name, content in whole.items() if content is not None}


def zipped(content: Mapping[str, Content], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for name, text in content.items():
            package.writestr(zipfile.ZipInfo(name, (2021, 3, 1, 9, 30, 0)), text, method)
    return target.getvalue()


def package_of(**named: Content | None) -> bytes:
    """A small workbook; keywords: workbook, rels, strings, styles, sheet replace that part."""
    places = {
        "workbook": "xl/workbook.xml",
        "rels": "xl/_rels/workbook.xml.rels",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "sheet": "xl/worksheets/sheet1.xml",
    }
    return zipped(parts({places[key]: content for key, content in named.items()}))
