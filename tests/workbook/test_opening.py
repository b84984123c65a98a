"""Whatever a unit sends, under whatever name, is read as what it is or answered with what to do."""

from __future__ import annotations

import hashlib
import random
import re
import struct
from decimal import Decimal
from pathlib import Path

import pytest

from batch.model.book import Book, Kind, Sheet, Span, Unreadable
from batch.model.limits import Limits
from batch.workbook.opening import open_book
from batch.workbook.read.display import display_text, printed
from batch.workbook.read.xlsx import read_workbook
from tests.workbook import handmade
from tests.workbook.handmade import package_of, parts, zipped

CONTAINERS = Path(__file__).parent.parent / "corpus" / "containers"
#: the open password of the fixtures, see tools/make_containers.py
PASSWORD = "ce-shi-2020"
CHINESE = range(0x4E00, 0x9FFF)


def fixture(name: str) -> bytes:
    return (CONTAINERS / name).read_bytes()


@pytest.fixture(scope="module")
def reference() -> Book:
    """The submission as .xlsx, which all other containers were made from."""
    return read_workbook(fixture("forms.xlsx"), "forms.xlsx")


def contents(sheet: Sheet) -> dict[str, tuple[Kind, str | Decimal, str]]:
    """What every cell holds and what a person sees in it, by address."""
    found = {}
    for cell in sheet.cells.values():
        value = printed(cell.raw, cell.format).number if cell.kind is Kind.NUMBER else None
        if cell.raw:
            found[cell.ref] = (cell.kind, cell.raw if value is None else value, display_text(cell))
    return found


def folded(text: str) -> str:
    """A text with its blanks as a web page keeps them."""
    return re.sub(" +", " ", text).strip(" ")


def refusal(data: bytes, check: str, name: str = "报送.xlsx", passwords: tuple[str, ...] = ()) -> str:
    with pytest.raises(Unreadable) as caught:
        open_book(data, name, passwords=passwords)
    assert caught.value.check == check
    reason = caught.value.reason
    assert sum(ord(sign) in CHINESE for sign in reason) > 10
    assert re.search("请.*(报送|重新运行)", reason), reason
    return reason


@pytest.mark.parametrize(
    ("file", "name", "container"),
    [
        ("forms.xlsx", "表.xlsx", "xlsx"),
        ("forms.xlsx", "表.xls", "xlsx"),
        ("forms.xlsx", "表.et", "xlsx"),
        ("forms.xls", "表.xls", "xls"),
        ("forms.xls", "表.et", "xls"),
        ("forms.xls", "表.xlsx", "xls"),
        ("forms.ods", "表.ods", "ods"),
        ("forms.ods", "表.xlsx", "ods"),
    ],
)
def test_the_same_submission_reads_the_same_in_any_container_under_any_name(
    reference: Book, file: str, name: str, container: str
) -> None:
    book = open_book(fixture(file), name)
    assert (book.name, book.container) == (name, container)
    assert book.sha256 == hashlib.sha256(fixture(file)).hexdigest()
    assert [(sheet.name, sheet.state) for sheet in book.sheets] == [
        (sheet.name, sheet.state) for sheet in reference.sheets
    ]
    for sheet, expected in zip(book.sheets, reference.sheets, strict=True):
        assert contents(sheet) == contents(expected)
        assert set(sheet.merges) == set(expected.merges)
        assert list(sheet.cells) == sorted(sheet.cells)


def test_the_reference_is_the_sample_submission(reference: Book, sample: Path) -> None:
    original = read_workbook(sample.read_bytes(), sample.name)
    for sheet, expected in zip(reference.sheets, original.sheets, strict=False):
        assert contents(sheet) == contents(expected)
    assert [sheet.name for sheet in reference.sheets[4:]] == ["补充", "隐藏表"]


@pytest.mark.parametrize("file", ["forms.xlsx", "forms.xls", "forms.ods"])
def test_errors_formats_and_hidden_things_are_found(file: str) -> None:
    extra, hidden = open_book(fixture(file), file).sheets[4:]
    cells = {cell.ref: cell for cell in extra.cells.values()}
    assert (cells["C3"].kind, cells["C3"].raw) == (Kind.ERROR, "#DIV/0!")
    assert (cells["D3"].kind, cells["D3"].raw) == (Kind.ERROR, "#N/A")
    assert (cells["E4"].kind, cells["E4"].raw) == (Kind.BOOL, "TRUE")
    assert (cells["E5"].kind, cells["E5"].raw) == (Kind.TEXT, "007")
    assert (cells["B3"].raw, display_text(cells["B3"])) == ("2469", "2,469.00")
    assert (cells["C2"].raw, cells["C2"].format) == ("0.8667", "0.00%")
    assert display_text(cells["D2"]) == "2020年12月31日"
    assert display_text(cells["D5"]) == "2020-06-01 18:00"
    assert cells["A6"].raw == "  空  格  "
    assert cells["E2"].raw == "是\n两行"
    assert [area.ref for area in extra.merges] == ["A9:C10"]
    assert (extra.hidden_rows, extra.hidden_cols) == ((Span(4, 4),), (Span(7, 7),))
    assert (hidden.state, hidden.cells[2, 2].raw) == ("hidden", "42")


@pytest.mark.parametrize(("stem", "at"), [("basic", 0), ("whole", 3)])
def test_a_form_as_a_web_page_reads_as_the_workbook(reference: Book, stem: str, at: int) -> None:
    book = open_book(fixture(f"{stem}.html"), "基础数据表.xls")
    assert (book.container, [sheet.name for sheet in book.sheets]) == ("html", ["基础数据表"])
    expected = {
        ref: (kind, value if isinstance(value, Decimal) else folded(value), folded(text))
        for ref, (kind, value, text) in contents(reference.sheets[at]).items()
    }
    assert contents(book.sheets[0]) == expected
    assert set(book.sheets[0].merges) == set(reference.sheets[at].merges)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize(("stem", "at"), [("basic", 0), ("whole", 3)])
def test_a_form_as_text_reads_as_the_workbook(reference: Book, stem: str, at: int, encoding: str) -> None:
    data = fixture(f"{stem}.csv").decode("utf-8").encode(encoding)
    book = open_book(data, "基础数据表.xls")
    assert (book.container, book.sha256) == ("csv", hashlib.sha256(data).hexdigest())
    found, expected = contents(book.sheets[0]), contents(reference.sheets[at])
    assert found.keys() == expected.keys()
    for ref, (_, value, text) in expected.items():
        assert found[ref][1] == (Decimal(text) if found[ref][0] is Kind.NUMBER and value == text else value)


@pytest.mark.parametrize("file", ["locked.xlsx", "locked.xls", "locked.ods"])
def test_an_open_password_is_refused_and_not_guessed(file: str) -> None:
    assert "取消密码" in refusal(fixture(file), "F002")
    assert "取消密码" in refusal(fixture(file), "F002", passwords=("2020",))


@pytest.mark.parametrize("file", ["locked.xlsx", "locked.xls"])
def test_a_password_the_bureau_knows_opens_the_file(reference: Book, file: str) -> None:
    book = open_book(fixture(file), file, passwords=("2020", PASSWORD))
    assert book.container == file.rpartition(".")[2]
    assert book.sha256 == hashlib.sha256(fixture(file)).hexdigest()
    assert [contents(sheet) for sheet in book.sheets[:4]] == [contents(s) for s in reference.sheets[:4]]


@pytest.mark.parametrize("file", ["read-only.xlsx", "read-only.xls"])
def test_protection_against_changes_is_no_open_password(reference: Book, file: str) -> None:
    book = open_book(fixture(file), file)
    assert [contents(sheet) for sheet in book.sheets[:4]] == [contents(s) for s in reference.sheets[:4]]


def ole2(*entries: tuple[str, int]) -> bytes:
    """The beginning of an OLE2 container and its directory: names with 1 for folders, 2 for files."""
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", len(name) * 2 + 2, kind) + b"\0" * 61
        for name, kind in entries
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF文件"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "图片"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"),
        (b"II*\0\x08\0\0\0", "图片"),
        (b"\0\0\0\x18ftypheic", "图片"),
        (b"Rar!\x1a\x07\x01\0", "压缩包"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "压缩包"),
        (b"{\\rtf1\\ansi", "Word文档"),
        (ole2(("Root Entry", 5), ("WordDocument", 2)), "Word文档"),
        (ole2(("Root Entry", 5), ("PowerPoint Document", 2)), "演示文稿"),
        (zipped({"[Content_Types].xml": "", "_rels/.rels": "", "word/document.xml": ""}), "Word文档"),
        (zipped({"_rels/.rels": "", "ppt/presentation.xml": ""}), "演示文稿"),
        (zipped({"OFD.xml": "", "Doc_0/Document.xml": ""}), "OFD"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "办公文档"),
        (zipped({"1.xlsx": b"PK", "2.xlsx": b"PK"}), "压缩包"),
        ("关于报送自评材料的说明\n一、情况".encode(), "文本文件"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(data: bytes, what: str) -> None:
    reason = refusal(data, "F031", "自评表.xlsx")
    assert what in reason
    assert reason.endswith("不是Excel文件，未处理，请按Excel模板报送。")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "文件是空的"),
        (b" \r\n\t", "文件是空的"),
        (b"\0" * 5000, "不是Excel工作簿"),
        (zipped({"_rels/.rels": "", "xl/workbook.bin": b"\0"}), "xlsb"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mht"),
        (ole2(("Root Entry", 5)), "损坏"),
        (b"PK\x03\x04" + b"\0" * 200, "没有复制完"),
        (b"<html><body><p>\xe7\x99\xbb\xe5\xbd\x95</p></body></html>", "没有表格的网页"),
        (
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            "没有任何表页",
        ),
        (b"\xb5\xa5\xce\xbb,\xff\xff,1", "文字编码无法识别"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, what: str) -> None:
    assert what in refusal(data, "F001")


def test_a_word_document_inside_a_workbook_does_not_make_it_one() -> None:
    reason = refusal(ole2(("Root Entry", 5), ("Workbook", 2), ("WordDocument", 2)), "F001")
    assert "Word" not in reason


def test_a_workbook_whose_parts_lie_in_another_folder_is_read() -> None:
    moved = parts({})
    content = {name.replace("xl/", "office/"): text for name, text in moved.items()}
    content["_rels/.rels"] = handmade.relationships(("rId1", "officeDocument", "office/workbook.xml"))
    assert open_book(zipped(content), "表.xlsx").sheets[0].cells[1, 1].raw == "1"


def test_a_file_beyond_the_limit_is_not_looked_at() -> None:
    with pytest.raises(Unreadable, match="超过1兆字节") as caught:
        open_book(b"," * (2**20 + 1), "大.csv", Limits(max_file=2**20))
    assert caught.value.check == "F001"


#: (file, tries): readers that start a child process are tried less often
FUZZED = [
    ("forms.xlsx", 60),
    ("forms.ods", 60),
    ("basic.csv", 60),
    ("forms.xls", 6),
    ("basic.html", 4),
    ("locked.xlsx", 4),
]


@pytest.mark.parametrize(("file", "tries"), FUZZED)
def test_damage_of_any_kind_is_answered_in_chinese_and_never_raises_anything_else(
    file: str, tries: int
) -> None:
    data = fixture(file)
    dice = random.Random(file)
    for attempt in range(tries):
        broken = bytearray(data)
        if attempt % 3 == 0:
            del broken[dice.randrange(len(broken)) :]
        elif attempt % 3 == 1:
            start = dice.randrange(len(broken))
            broken[start : start + dice.randrange(1, 600)] = dice.randbytes(dice.randrange(300))
        else:
            for _ in range(20):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
        reason = answer(bytes(broken), file)
        assert reason is None or ("请" in reason and any(ord(sign) in CHINESE for sign in reason))


def answer(data: bytes, name: str) -> str | None:
    """The reason the bytes are refused with, None when they are read."""
    try:
        open_book(data, name)
    except Unreadable as error:
        return error.reason
    return None


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98, 0.999])
@pytest.mark.parametrize("file", ["forms.xls", "forms.ods", "forms.xlsx"])
def test_a_file_that_was_not_copied_to_its_end_never_passes_for_a_shorter_one(
    file: str, share: float
) -> None:
    data = fixture(file)
    refusal(data[: int(len(data) * share)], "F001")


@pytest.mark.parametrize("part", ["workbook", "rels"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe<", b"<a/>", b"<workbook>" * 300])
def test_a_package_without_a_workbook_inside_is_refused(part: str, content: bytes) -> None:
    refusal(package_of(**{part: content}), "F001")
