"""Files damaged at random, in every way one was seen or imagined to be: the same ones from the same seed."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Final

Content = dict[str, bytes]
Damage = Callable[[Content, random.Random], None]

_NUMBERS: Final = (
    "1e25", "-1e30", "9.9e307", "1e400", "1e-300", "-0", "NaN", "INF", "", " ", "１２", "1,000", "0x1F",
    "--1",
    "123456789012345678901234567890", "0.1" + "0" * 400 + "1", "1E+", ".", "５", "TRUE", "44197.5", "-1",
    "2958466",
)  # fmt: skip
_TEXTS: Final = (
    "=1+1", "+86", "@SUM(A1)", "-", "／", "无", "_x000B_", "_x000_", "&#11;", "&#xFFFE;", "&lt;b&gt;",
    "\u202e", "\u200b",
    "😀", "\ufeff", "县\n局", " ", "　", "单位：元", "1-6月", "附件3", "其中：", "……", "%", "７８．５％",
    "436.41万元", "￥3",
    "九点五", "2020年2月30日", "1" * 400, "（" * 300, "县 " * 300, "㈠①⑴", "⺠⻋", "\u0301\u0301",
)  # fmt: skip
_FORMATS: Final = (
    "0.00%", "#,##0.00,", "0!.0000", '0.00"元"', '0.00"万元"', "General", "", "@", ";;;", "[Red]-0",
    "yyyy/m/d", "# ?/?",
    "[DBNum1]0", "0E+00", "_ * #,##0.00_ ;", '"', "[", "[>100]0;[<0]-0;x", "\\", "0" * 300, "[h]:mm",
    "0;0;;@", "%%%",
)  # fmt: skip
_AREAS: Final = (
    "A1:XFD1048576",
    "A3:B1048576",
    "A1:D1048576",
    "B2:A1",
    "A1",
    "",
    "A0:B2",
    "A1:A1",
    "B3:H9",
    "XFE1:XFE2",
)
_REFS: Final = ("A1", "XFD1048576", "XFE1", "A0", "a5", "", "$B$3", "B", "7", "A99999999", "Ａ1", "B5:C6")
_ATTRIBUTES: Final = ("-1", "0", "99999999999", "A", "", "1e400", "NaN", " 1", "1.5", "true", "&#49;", "一")


def _part(content: Content, dice: random.Random, like: str = r"\.(xml|rels)$") -> str | None:
    names = [name for name in content if re.search(like, name)]
    return dice.choice(names) if names else None


def _replaced(
    content: Content,
    dice: random.Random,
    part: str,
    pattern: bytes,
    values: Sequence[str | bytes],
) -> None:
    """One place that a pattern's only group finds, with something else in it."""
    name = _part(content, dice, part)
    found = list(re.finditer(pattern, content[name])) if name else []
    if name and found:
        place, value = dice.choice(found), dice.choice(values)
        new: bytes = value if isinstance(value, bytes) else value.encode()
        content[name] = content[name][: place.start(1)] + new + content[name][place.end(1) :]


def _bits(content: Content, dice: random.Random) -> None:
    name = _part(content, dice)
    if name and content[name]:
        part = bytearray(content[name])
        for _ in range(dice.randrange(1, 8)):
            part[dice.randrange(len(part))] ^= 1 << dice.randrange(8)
        content[name] = bytes(part)


def _gone(content: Content, dice: random.Random) -> None:
    del content[dice.choice(list(content))]


def _cut(content: Content, dice: random.Random) -> None:
    name = dice.choice(list(content))
    content[name] = content[name][: dice.randrange(len(content[name]) + 1)]


def _garbage(content: Content, dice: random.Random) -> None:
    name = dice.choice(list(content))
    at = dice.randrange(len(content[name]) + 1)
    content[name] = (
        content[name][:at] + dice.randbytes(dice.randrange(1, 30)) + content[name][at + dice.randrange(40) :]
    )


def _tags(content: Content, dice: random.Random) -> None:
    """Two tags change places, one is lost, or one comes twice."""
    name = _part(content, dice)
    tags = list(re.finditer(rb"<[^<>]+>", content[name])) if name else []
    if name and len(tags) > 1:
        one, two = sorted(dice.sample(tags, 2), key=lambda tag: tag.start())
        part = content[name]
        content[name] = dice.choice(
            (
                part[: one.start()] + two[0] + part[one.end() : two.start()] + one[0] + part[two.end() :],
                part[: one.start()] + part[one.end() :],
                part[: one.end()] + one[0] + part[one.end() :],
                part[: two.end()] + part[one.start() : two.end()] + part[two.end() :],
            )
        )


def _between(content: Content, dice: random.Random) -> None:
    """Something that XML allows, or does not, between two tags."""
    pieces = (
        b"<!-- x -->",
        b"<?x y?>",
        b"\n\t ",
        b"<![CDATA[1]]>",
        b"<x/>",
        b"&amp;",
        b"<!DOCTYPE a>",
        b"text",
        b"<extLst/>",
    )
    _replaced(content, dice, r"\.(xml|rels)$", rb">()<", pieces)


def _attribute_twice(content: Content, dice: random.Random) -> None:
    _replaced(
        content,
        dice,
        r"\.xml$",
        rb"<[A-Za-z]+( [A-Za-z]+=\"[^\"]*\")",
        (b' r="1" r="1"', b' s="0" s="0"', b" x=y", b' a="<"'),
    )


def _attribute(content: Content, dice: random.Random) -> None:
    _replaced(content, dice, r"\.xml$", rb'="([^"]*)"', _ATTRIBUTES)


def _value(content: Content, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 1, 5))):
        _replaced(content, dice, r"sheet\d+\.xml$", rb"<v>([^<]*)</v>", _NUMBERS)


def _kind(content: Content, dice: random.Random) -> None:
    kinds = ("s", "n", "b", "e", "str", "inlineStr", "d", "", "x")
    _replaced(content, dice, r"sheet\d+\.xml$", rb'<c [^>]*t="([^"]*)"', kinds)


def _address(content: Content, dice: random.Random) -> None:
    _replaced(content, dice, r"sheet\d+\.xml$", rb'<(?:c|row) [^>]*?r="([^"]*)"', (*_REFS, *_ATTRIBUTES))


def _text(content: Content, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 1, 8))):
        _replaced(content, dice, "sharedStrings", rb"<t[^>]*>([^<]*)</t>", _TEXTS)


def _format(content: Content, dice: random.Random) -> None:
    quoted = tuple(
        code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") for code in _FORMATS
    )
    if not re.search(rb"formatCode", content.get("xl/styles.xml", b"")):
        own = f'<numFmt numFmtId="176" formatCode="{dice.choice(quoted)}"/>'
        own = f'<numFmts count="1">{own}</numFmts>'
        _replaced(content, dice, r"styles\.xml$", rb"<styleSheet[^>]*>()", (own,))
        _replaced(content, dice, r"styles\.xml$", rb'<xf numFmtId="(\d+)"', ("176",))
    _replaced(content, dice, r"styles\.xml$", rb'formatCode="([^"]*)"', quoted)
    _replaced(
        content, dice, r"styles\.xml$", rb'numFmtId="(\d+)"', ("9", "10", "14", "49", "22", "-1", "9999")
    )


def _merge(content: Content, dice: random.Random) -> None:
    area = dice.choice(_AREAS)
    _replaced(content, dice, r"sheet\d+\.xml$", rb"<mergeCells[^>]*>()", (f'<mergeCell ref="{area}"/>',))
    if dice.random() < 0.5:
        _replaced(content, dice, r"sheet\d+\.xml$", rb'<mergeCell ref="([^"]*)"', _AREAS)


def _formula(content: Content, dice: random.Random) -> None:
    formulas = (
        "<f>SUM(A1:XFD1048576)</f>", "<f>A1</f>", "<f>1/0</f>", "<f/>", '<f t="shared" si="0"/>',
        "<f>[1]表!A1</f>",
        "<f>" + "(" * 200 + "1" + ")" * 200 + "</f>", '<f t="array" ref="A1:B2">A1</f>', "<f>10^400</f>",
        '<f>REPT("9",32767)</f>', "<f>#REF!+1</f>", "<f>=</f>", "<f>DISPIMG(&quot;ID_1&quot;,1)</f>",
    )  # fmt: skip
    _replaced(content, dice, r"sheet\d+\.xml$", rb"<c [^>]*>()<v>", formulas)


def _relation(content: Content, dice: random.Random) -> None:
    attribute = dice.choice((rb'Id="([^"]*)"', rb'Target="([^"]*)"', rb'Type="[^"]*/([^"/]*)"'))
    values = (
        "rId1",
        "",
        "../../x.xml",
        "/xl/workbook.xml",
        "worksheets/sheet1.xml",
        "styles",
        "worksheet",
        "C:\\x",
        "NULL",
    )
    _replaced(content, dice, r"\.rels$", attribute, values)


def _sheets(content: Content, dice: random.Random) -> None:
    attribute = dice.choice(
        (rb'<sheet [^>]*name="([^"]*)"', rb'<sheet [^>]*r:id="([^"]*)"', rb'<sheet [^>]*sheetId="([^"]*)"')
    )
    _replaced(
        content,
        dice,
        r"workbook\.xml$",
        attribute,
        ("rId1", "rId2", "", "1", "基础数据表", "a:b*c?", "=x", "&lt;x&gt;", "长" * 60),
    )


def _state(content: Content, dice: random.Random) -> None:
    _replaced(
        content,
        dice,
        r"workbook\.xml$",
        rb"<sheet()",
        (b' state="hidden"', b' state="veryHidden"', b' state="x"'),
    )
    _replaced(
        content,
        dice,
        r"sheet\d+\.xml$",
        rb"<(?:row|col)() ",
        (b' hidden="1"', b' hidden="true"', b' hidden="x"'),
    )


def _types(content: Content, dice: random.Random) -> None:
    attribute = dice.choice((rb'ContentType="([^"]*)"', rb'PartName="([^"]*)"', rb'Extension="([^"]*)"'))
    _replaced(
        content,
        dice,
        r"Content_Types",
        attribute,
        ("", "x", "application/xml", "/xl/workbook.xml", "xml", "XML"),
    )


def _names(content: Content, dice: random.Random) -> None:
    """A part under another name: in another case, from another system, or where none may lie."""
    name = dice.choice(list(content))
    turned: tuple[Callable[[str], str], ...] = (
        str.upper, str.lower, lambda n: n.replace("/", "\\"), lambda n: f"/{n}", lambda n: f"../{n}",
        lambda n: f"x/{n}",
    )  # fmt: skip
    content[dice.choice(turned)(name)] = content.pop(name)


def _comments(content: Content, dice: random.Random) -> None:
    """Notes on a sheet, with what is usually there missing."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    place = f'ref="{dice.choice(_REFS)}" authorId="{dice.choice(_ATTRIBUTES)}"'
    note = f"<comment {place}><text><t>县</t></text></comment>"
    inside = dice.choice(
        (
            f"<authors><author>甲</author></authors><commentList>{note}{note}</commentList>",
            f"<commentList>{note}</commentList>", "<authors/>", "",
            f"<authors/><commentList>{note}</commentList>",
        )
    )  # fmt: skip
    name = _part(content, dice, r"worksheets/sheet\d+\.xml$")
    if name:
        rels = f"xl/worksheets/_rels/{name.rpartition('/')[2]}.rels"
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
        own = f'<Relationship Id="rIdC" Type="{kind}" Target="../comments9.xml"/>'.encode()
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        content[rels] = content.get(rels, empty).replace(b"</Relationships>", own + b"</Relationships>")
        content["xl/comments9.xml"] = f'<comments xmlns="{main}">{inside}</comments>'.encode()


def _extras(content: Content, dice: random.Random) -> None:
    """What stands behind the cells: rules, drop-downs, drawings, filters."""
    pieces = (
        '<conditionalFormatting sqref="A1:XFD1"><cfRule type="x" dxfId="99"/></conditionalFormatting>',
        '<dataValidations><dataValidation type="list" sqref=""/></dataValidations>',
        '<legacyDrawing r:id="rId77" xmlns:r="x"/>', '<drawing r:id="rId1"/>', '<autoFilter ref="XFE1"/>',
        "<sheetData/>",
        '<pageSetup r:id="rId9"/>', "<extLst><ext/></extLst>",
        '<hyperlinks><hyperlink ref="A1" r:id="x"/></hyperlinks>',
    )  # fmt: skip
    _replaced(content, dice, r"sheet\d+\.xml$", rb"</sheetData>()", pieces)


def _encoding(content: Content, dice: random.Random) -> None:
    name = _part(content, dice)
    if name:
        text = content[name].decode("utf-8", "replace")
        bare = re.sub(r"^\ufeff?<\?xml.*?\?>", "", text)
        content[name] = dice.choice(
            (
                text.encode("utf-16"), b"\xef\xbb\xbf" + content[name], bare.encode(),
                text.encode("gb18030"),
                b'<?xml version="1.0" encoding="GBK"?>' + bare.encode("gbk", "replace"),
                b" " + content[name],
                b'<?xml version="1.1"?>' + bare.encode(),
            )
        )  # fmt: skip


def _prefixed(content: Content, dice: random.Random) -> None:
    name = _part(content, dice, r"(sheet\d+|workbook|styles|sharedStrings)\.xml$")
    if name:
        part = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", content[name])
        content[name] = part.replace(b" xmlns=", b" xmlns:x=")


DAMAGES: Final[tuple[Damage, ...]] = (
    _bits, _gone, _cut, _garbage, _tags, _between, _attribute_twice, _attribute, _value, _kind, _address,
    _text, _format,
    _merge, _formula, _relation, _sheets, _state, _types, _names, _comments, _extras, _encoding, _prefixed,
)  # fmt: skip


def parts_of(data: bytes) -> Content:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: Mapping[str, bytes], dice: random.Random) -> bytes:
    """A package of these parts, in one of twelve cases itself damaged."""
    target = io.BytesIO()
    method = dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(target, "w", method) as package:
        for name, part in content.items():
            package.writestr(zipfile.ZipInfo(name, (2021, 3, 1, 9, 30, 0)), part, method)
    data = target.getvalue()
    if dice.random() < 1 / 12:
        return bytes_damaged(data, dice)
    return data


def package_damaged(data: bytes, dice: random.Random) -> bytes:
    """A workbook, or another package, with one to three kinds of damage."""
    content = parts_of(data)
    for damage in dice.choices(DAMAGES, k=dice.choice((1, 1, 2, 3))):
        if content:
            damage(content, dice)
    return packed(content, dice)


def bytes_damaged(data: bytes, dice: random.Random) -> bytes:
    """A file of any kind, some of its bytes changed, lost, moved or repeated; its numbers and tags too."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        first = dice.randrange(len(data) + 1)
        last = first + dice.choice((1, 2, 4, 30, 500, 4000))
        piece = data[first:last]
        match dice.randrange(9):
            case 0:
                data = data[:first]
            case 1:
                data = data[:first] + data[last:]
            case 2:
                data = data[:last] + piece * dice.choice((1, 2, 50)) + data[last:]
            case 3:
                data = data[:first] + dice.randbytes(len(piece)) + data[last:]
            case 4:
                data = data[:first] + bytes([dice.choice((0, 255, 60, 34, 44))]) * len(piece) + data[last:]
            case 5 | 6:
                found = list(re.finditer(rb"\d+", data))
                if found:
                    place = dice.choice(found)
                    data = data[: place.start()] + dice.choice(_NUMBERS).encode() + data[place.end() :]
            case 7:
                found = list(re.finditer(rb"<[^<>]+>", data))
                if found:
                    place = dice.choice(found)
                    data = data[: place.start()] + data[place.end() :]
            case _:
                other = dice.randrange(len(data) + 1)
                data = data[:first] + data[other : other + len(piece)] + data[last:]
    return data
