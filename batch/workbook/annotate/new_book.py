"""A new workbook of our own sheets only, for pages that are printed and handed out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from batch.model.markup import ExtraSheet
from batch.workbook.annotate.sheet_xml import quoted_sheet_name, worksheet
from batch.workbook.annotate.stylesheet import BARE, with_looks
from batch.workbook.package.splice import escape
from batch.workbook.package.zip_writer import new_package

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_INLINE = re.compile(rb't="inlineStr"><is>(.*?)</is></c>', re.DOTALL)


def new_workbook(sheets: Sequence[ExtraSheet]) -> bytes:
    """An .xlsx with these sheets in their order; their names must differ and be fit for tabs."""
    looks = with_looks(BARE.format(namespace=_MAIN).encode())
    strings: dict[bytes, int] = {}
    parts = {
        f"xl/worksheets/sheet{n}.xml": _shared(worksheet(sheet, _MAIN, looks), strings)
        for n, sheet in enumerate(sheets, 1)
    }
    names = [f'<sheet name="{escape(s.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, s in enumerate(sheets, 1)]
    titles = [
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">'
        f"{escape(quoted_sheet_name(sheet.name))}!${sheet.heading_row}:${sheet.heading_row}</definedName>"
        for n, sheet in enumerate(sheets)
        if sheet.heading_row
    ]
    defined = f"<definedNames>{''.join(titles)}</definedNames>" if titles else ""
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{_TYPE}.worksheet+xml"/>' for part in parts
    )
    relations = [
        f'<Relationship Id="rId{n}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    ]
    relations += [
        f'<Relationship Id="rId{len(sheets) + n}" Type="{_DOCUMENT}/{kind}" Target="{kind}.xml"/>'
        for n, kind in enumerate(("styles", "sharedStrings"), 1)
    ]
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
        f"<sheets>{''.join(names)}</sheets>{defined}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{''.join(relations)}</Relationships>",
    }
    items = b"".join(b"<si>%b</si>" % text for text in strings)
    table = f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">'.encode() + items + b"</sst>"
    content = {name: (_HEAD + text).encode() for name, text in texts.items()}
    return new_package({**content, "xl/styles.xml": looks.xml, "xl/sharedStrings.xml": table, **parts})


def _shared(xml: bytes, strings: dict[bytes, int]) -> bytes:
    """A worksheet with its texts moved to the shared strings, where every program expects them."""

    def number(match: re.Match[bytes]) -> bytes:
        return b't="s"><v>%d</v></c>' % strings.setdefault(match[1], len(strings))

    return _INLINE.sub(number, xml)
