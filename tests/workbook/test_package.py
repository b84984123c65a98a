"""A package from a stranger: opened when sound, refused with a reason when not, never anything else."""

from __future__ import annotations

import contextlib
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.model.book import Book, Unreadable
from batch.model.limits import Limits
from batch.workbook.package.package import Package, Rel
from batch.workbook.package.sniffing import sniff
from batch.workbook.read.xlsx import read_workbook
from tests.workbook import handmade
from tests.workbook.handmade import package_of, parts, zipped

CHINESE = range(0x4E00, 0x9FFF)


def refusal(data: bytes, check: str = "F001", limits: Limits | None = None) -> str:
    """The reason a file is refused with; it must be Chinese and say what to do."""
    with pytest.raises(Unreadable) as caught:
        read_workbook(data, "报送.xlsx", limits or Limits())
    assert caught.value.check == check
    assert sum(ord(sign) in CHINESE for sign in caught.value.reason) > 10
    assert "重新报送" in caught.value.reason
    return caught.value.reason


def test_parts_come_in_file_order_with_the_content_that_was_packed() -> None:
    content = parts({})
    package = Package.open(zipped(content))
    assert package.names() == list(content)
    for name, text in content.items():
        assert package.read(name).decode() == text
        assert b"".join(package.chunks(name)).decode() == text


def test_a_part_is_found_in_other_letter_case() -> None:
    package = Package.open(package_of())
    assert package.has("XL/Workbook.xml")
    assert package.read("XL/Workbook.xml") == package.read("xl/workbook.xml")
    assert not package.has("xl/workbook.xm")


def test_the_stored_bytes_of_a_part_can_be_copied_with_their_facts(sample: Path) -> None:
    data = sample.read_bytes()
    package = Package.open(data)
    with zipfile.ZipFile(sample) as other:
        for info in other.infolist():
            member, stored = package.raw(info.filename)
            assert zlib.decompress(stored, -15) == other.read(info)
            assert (member.crc, member.size, member.method) == (info.CRC, info.file_size, info.compress_type)
            assert (member.external_attr, member.internal_attr) == (info.external_attr, info.internal_attr)
            day, clock = member.dos_date, member.dos_time
            assert info.date_time == (
                (day >> 9) + 1980, day >> 5 & 15, day & 31, clock >> 11, clock >> 5 & 63, (clock & 31) * 2
            )  # fmt: skip


def test_stored_members_and_members_with_data_descriptors_are_read() -> None:
    assert Package.open(zipped(parts({}), zipfile.ZIP_STORED)).read("xl/workbook.xml")

    class Pipe:
        """A target that cannot seek, for which zipfile writes sizes behind the data."""

        def __init__(self) -> None:
            self.written = b""

        def write(self, data: bytes) -> int:
            self.written += data
            return len(data)

        def flush(self) -> None:
            pass

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as streamed:  # type: ignore[call-overload]
        for name, text in parts({}).items():
            streamed.writestr(name, text)
    assert read_workbook(pipe.written, "").sheets[0].cells[1, 1].raw == "1"


def test_sizes_in_zip64_fields_are_read() -> None:
    """.NET and Java programs write them for small files too."""
    data = zipped({"a": b"12345"}, zipfile.ZIP_STORED)
    at = data.rindex(b"PK\x01\x02")
    entry = bytearray(data[at : data.rindex(b"PK\x05\x06")])
    entry[20:28] = b"\xff" * 8
    entry[30:32] = struct.pack("<H", 20)
    entry += struct.pack("<HHQQ", 1, 16, 5, 5)
    end = bytearray(data[data.rindex(b"PK\x05\x06") :])
    end[12:16] = struct.pack("<I", len(entry))
    assert Package.open(data[:at] + bytes(entry) + bytes(end)).read("a") == b"12345"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("../docProps/app.xml", "docProps/app.xml"),
        ("../../../docProps/app.xml", "docProps/app.xml"),
        ("./worksheets/sheet1.xml#x", "xl/worksheets/sheet1.xml"),
        ("worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("%E8%A1%A8.xml", "xl/表.xml"),
    ],
)
def test_relationships_lead_to_parts_by_any_spelling(target: str, expected: str) -> None:
    listing = handmade.relationships(("rId1", "worksheet", target))
    package = Package.open(package_of(rels=listing))
    kind = f"{handmade.OFFICE}/worksheet"
    assert package.relationships("xl/workbook.xml") == [Rel("rId1", kind, expected, False)]


def test_external_targets_stay_as_written_and_a_missing_list_is_empty() -> None:
    listing = handmade.relationships(("rId1", "externalLinkPath", "@file:///D:/去年.xlsx"))
    package = Package.open(package_of(rels=listing))
    (rel,) = package.relationships("xl/workbook.xml")
    assert (rel.target, rel.external) == ("file:///D:/去年.xlsx", True)
    assert rel.is_a("externalLinkPath")
    assert package.relationships("xl/styles.xml") == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"PK\x03\x04....", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole2"),
        (b"<html xmlns:x='urn'><table>", "html"),
        (b"\xef\xbb\xbf\r\n<!-- x --><TABLE border=1>", "html"),
        ("\ufeff<table><tr>".encode("utf-16-le"), "html"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", "unknown"),
        ("单位,金额\r\n甲,1".encode("gbk"), "text"),
        ("\ufeff单位\t金额".encode("utf-16-le"), "text"),
        (b"%PDF-1.7", "unknown"),
        (b"\0" * 5000, "unknown"),
        (b"<!---->" * 500 + b"<x>", "unknown"),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


def ole2(*streams: str) -> bytes:
    """The beginning of an OLE2 container and the directory entries of its streams."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", len(name) * 2 + 2, 2) + b"\0" * 61
        for name in streams
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


def test_a_file_with_an_open_password_is_told_apart_from_an_old_xls() -> None:
    assert "取消密码" in refusal(ole2("EncryptionInfo", "EncryptedPackage"), "F002")
    assert refusal(ole2("Workbook") + "EncryptedPackage".encode("utf-16-le"), "F001")


def test_a_member_with_a_zip_password_counts_as_an_open_password() -> None:
    data = bytearray(zipped({"a": b"1"}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    refusal(bytes(data), "F002")


def with_twins(first: str, second: str) -> bytes:
    data = zipped({first: b"1", "x" * len(second): b"2"})
    return data.replace(b"x" * len(second), second.encode())


def overlapping() -> bytes:
    """Two directory entries for the same bytes, as in the bombs that inflate one block many times over."""
    data = zipped({"a": b"1" * 100})
    at, end = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    inner = zipped({"b": b"2"})
    start = len(inner[: inner.rindex(b"PK\x01\x02")])
    outer = bytearray(zipped({"a": inner[:start]}, zipfile.ZIP_STORED))
    at, end = outer.rindex(b"PK\x01\x02"), outer.rindex(b"PK\x05\x06")
    second = bytearray(inner[inner.rindex(b"PK\x01\x02") : inner.rindex(b"PK\x05\x06")])
    second[42:46] = struct.pack("<I", 31)
    tail = outer[end:]
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<I", end - at + len(second))
    return bytes(outer[:end] + second + tail)


def lying_size(says: int) -> bytes:
    """A sheet whose directory entry states another size than it has."""
    data = bytearray(package_of(sheet=handmade.sheet(" " * 900_000)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", says)
    return bytes(data)


def changed(needle: bytes, offset: int, value: bytes) -> bytes:
    data = bytearray(package_of())
    at = data.rindex(needle) + offset
    data[at : at + len(value)] = value
    return bytes(data)


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "文件是空的"),
    "other content": (lambda: b"%PDF-1.7 ...", "不是.xlsx"),
    "cut off": (lambda: package_of()[:-40], "没有复制完"),
    "cut at the front": (lambda: b"PK\x03\x04" + package_of()[900:], ""),
    "duplicate names": (lambda: with_twins("xl/a.xml", "xl/a.xml"), "重复的文件“xl/a.xml”"),
    "duplicate names in other case": (lambda: with_twins("xl/a.xml", "XL/a.xml"), "重复的文件“XL/a.xml”"),
    "path upwards": (lambda: zipped({"../a": b"1"}), "不安全的文件名“../a”"),
    "absolute path": (lambda: with_twins("a", "/b"), "不安全的文件名“/b”"),
    "backslash": (lambda: with_twins("a", "x\\b"), "不安全的文件名“x\\b”"),
    "drive": (lambda: zipped({"C:a": b"1"}), "不安全的文件名“C:a”"),
    "line break in a name": (lambda: zipped({"../a\n=1": b"1"}), "不安全的文件名“../a?=1”"),
    "bzip2": (lambda: zipped(parts({}), zipfile.ZIP_BZIP2), "不支持的压缩方法"),
    "overlapping members": (overlapping, "互相重叠"),
    "size stated too small": (lambda: lying_size(400), "sheet1.xml”损坏"),
    "size stated too large": (lambda: lying_size(900_999), "sheet1.xml”损坏"),
    "wrong CRC": (lambda: changed(b"PK\x01\x02", 16, b"\0\0\0\0"), "sheet1.xml”损坏"),
    "local name differs": (lambda: package_of().replace(b"xl/styles.xml", b"xl/stylez.xml", 1), "不一致"),
    "count of entries too small": (lambda: changed(b"PK\x05\x06", 8, b"\1\0\1\0"), "前后不一致"),
    "count of entries too large": (lambda: changed(b"PK\x05\x06", 8, b"\x99\0\x99\0"), "压缩目录"),
    "directory outside the file": (lambda: changed(b"PK\x05\x06", 16, b"\xf0\xff\xff\0"), "压缩目录"),
    "member outside the file": (lambda: changed(b"PK\x01\x02", 42, b"\xf0\xff\xff\0"), "压缩目录"),
    "zip64 without its fields": (lambda: changed(b"PK\x01\x02", 20, b"\xff\xff\xff\xff"), "压缩目录"),
    "a Word document": (lambda: package_of(workbook='<document xmlns="x"/>'), "不是.xlsx"),
    "no parts": (lambda: zipped({}), "不是.xlsx"),
    "no main part": (lambda: zipped(parts({"xl/workbook.xml": None})), "缺少部件“xl/workbook.xml”"),
    "no sheets": (lambda: package_of(workbook=handmade.workbook("<sheets/>")), "没有任何表页"),
    "missing sheet": (lambda: package_of(sheet=None), "缺少部件“xl/worksheets/sheet1.xml”"),
    "missing relationship": (lambda: package_of(rels=handmade.relationships()), "表页“表一”的内容缺失"),
    "missing strings": (lambda: package_of(strings=None), "缺少部件“xl/sharedStrings.xml”"),
    "broken XML": (lambda: package_of(sheet=handmade.sheet("<row>")), "sheet1.xml”的内容有误"),
    "unknown encoding": (lambda: package_of(sheet=b'<?xml version="1.0" encoding="x-klingon"?><a/>'), "有误"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_package_is_refused_with_a_reason(name: str) -> None:
    make, words = BROKEN[name]
    assert words in refusal(make())


BILLION = (
    '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<worksheet xmlns="{handmade.MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row>'
    "</sheetData></worksheet>"
)
OUTSIDE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'


@pytest.mark.parametrize(
    "data",
    [
        package_of(sheet=BILLION),
        package_of(sheet=BILLION.encode("utf-16")),
        package_of(sheet=OUTSIDE + handmade.sheet("")),
        package_of(strings=OUTSIDE + handmade.strings("<t>x</t>")),
        package_of(styles=OUTSIDE + handmade.styles({}, [0])),
        package_of(workbook=OUTSIDE + handmade.workbook()),
        package_of(rels=OUTSIDE + handmade.relationships(("rId1", "worksheet", "worksheets/sheet1.xml"))),
    ],
)
def test_a_part_with_a_dtd_is_refused(data: bytes) -> None:
    assert "DTD" in refusal(data)


CELLS = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 41))


@pytest.mark.parametrize(
    ("data", "limits", "words"),
    [
        (package_of(), Limits(max_file=1000), "文件超过"),
        (package_of(sheet=handmade.sheet(" " * 2_000_000)), Limits(), "压缩比异常"),
        (package_of(), Limits(max_total=1000), "超过限制"),
        (package_of(sheet=handmade.sheet(CELLS)), Limits(max_part=1000), "超过限制"),
        (package_of(), Limits(max_parts=6), "包内文件超过6个"),
        (package_of(sheet=handmade.sheet(CELLS)), Limits(max_cells=41), "超过41个"),
        (package_of(sheet=handmade.sheet(CELLS + "<!-- -->")), Limits(max_cells=41), "超过41个"),
        (package_of(sheet=handmade.sheet(CELLS)), Limits(max_tags=150), "过多"),
        (package_of(strings=handmade.strings(*["<t/>"] * 50)), Limits(max_cells=40), "超过40个"),
        (package_of(strings=handmade.strings("<t>甲甲</t>")), Limits(max_text=1), "文字超过"),
        (
            package_of(strings=handmade.strings("<r><t>甲</t></r><?x?><r><t>甲</t></r>")),
            Limits(max_text=1),
            "文字超过",
        ),
        (package_of(), Limits(max_styles=2), "样式超过2种"),
        (
            package_of(workbook=handmade.workbook("<sheets><sheet/><sheet/></sheets>")),
            Limits(max_sheets=1),
            "1张",
        ),
        (package_of(sheet=handmade.sheet("<a>" * 300 + "</a>" * 300)), Limits(), "层次过深"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(data: bytes, limits: Limits, words: str) -> None:
    assert words in refusal(data, limits=limits)


def huge_tag() -> bytes:
    """One start tag of 20 MiB, which a parser that starts over with every chunk reads for hours."""
    noise = random.Random(1).randbytes(16_384).hex() * 640
    return package_of(sheet=f'<worksheet xmlns="{handmade.MAIN}" a="{noise}"><sheetData/></worksheet>')


HOSTILE: dict[str, Callable[[], bytes]] = {
    "cell in the last corner": lambda: package_of(
        sheet=handmade.sheet(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
            '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" hidden="1"/></cols>',
            '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A1:AX200000"/></mergeCells>',
        )
    ),
    "one huge tag": huge_tag,
    "blank rows": lambda: package_of(
        sheet=handmade.sheet("".join(f'<row r="{r}" s="1" customFormat="1"/>' for r in range(1, 60_000)))
    ),
    "unclosed phonetic runs": lambda: package_of(
        strings=handmade.strings("</rPh>" * 30_000 + "<rPh " * 30_000)
    ),
    "blank cells that end badly": lambda: package_of(
        sheet=handmade.sheet('<row r="1">' + '<c r="A1" s="1"/>' * 60_000 + "<x/></row>")
    ),
    "a shared formula in many cells": lambda: package_of(
        sheet=handmade.sheet(
            f'<row r="1"><c r="A1"><f t="shared" ref="A1:A9" si="0">{"A1+" * 9000}1</f></c></row>'
            + "".join(f'<row r="{r}"><c r="A{r}"><f t="shared" si="0"/></c></row>' for r in range(2, 9000))
        )
    ),
    "a number of a million digits": lambda: package_of(
        sheet=handmade.sheet(f'<row r="1"><c r="A1"><v>{"12" * 400_000}</v></c></row>')
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_costs_little(name: str) -> None:
    data = HOSTILE[name]()
    tracemalloc.start()
    try:
        found: Book | Unreadable = read_workbook(data, "x.xlsx")
    except Unreadable as error:
        found = error
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(found, Book | Unreadable)
    assert peak < 256 * 2**20


DEBRIS = (b"", b"<", b">", b"&", b'"', b"9" * 30, b"</c>", b"<c>", b"\xff", b"-1", b"&#0;", b"<!--")


def test_damage_anywhere_ends_in_a_book_or_a_refusal(sample: Path) -> None:
    """Nothing but Unreadable leaves the reader, whatever bytes are changed."""
    whole = sample.read_bytes()
    content: dict[str, handmade.Content] = {}
    with zipfile.ZipFile(sample) as package:
        for name in package.namelist():
            if not name.startswith("docProps"):
                content[name] = package.read(name)
    chance = random.Random(7)
    for turn in range(300):
        if turn % 2:
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            data = bytes(damaged)
        else:
            name = chance.choice(list(content))
            part = bytearray(content[name])  # type: ignore[arg-type]
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(part))
                part[at : at + chance.randint(0, 5)] = chance.choice(DEBRIS)
            data = zipped({**content, name: bytes(part)})
        with contextlib.suppress(Unreadable):
            read_workbook(data, "x.xlsx")
