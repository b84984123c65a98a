"""Open any file a unit may send as a `Book`; the format is decided by content, never by the file name.

Each format has its own reader. A file that is no spreadsheet and one that is damaged give different refusals,
because the unit has to do different things about them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from batch.model.book import Book, Unreadable
from batch.model.limits import DEFAULT, Limits, damaged, too_big, too_long
from batch.workbook.legacy.csv import read_csv
from batch.workbook.legacy.html import read_html
from batch.workbook.legacy.ods import read_ods
from batch.workbook.legacy.xls import read_xls
from batch.workbook.legacy.xml2003 import is_xml_spreadsheet, read_xml
from batch.workbook.package.package import Package
from batch.workbook.package.passwords import unlock_package
from batch.workbook.package.sniffing import (
    holds_entry,
    is_company_encrypted,
    is_encrypted,
    is_rights_managed,
    sniff,
)
from batch.workbook.read.xlsx import read_package

if TYPE_CHECKING:
    from collections.abc import Sequence

#: how files begin that are no spreadsheets, and what a bookkeeper calls them
_FOREIGN: Final = (
    (b"%PDF", "PDF文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\0", "图片"),
    (b"MM\0*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "Word文档"),
)
#: streams of OLE2 files of other programs
_FOREIGN_STREAMS: Final = (("WordDocument", "Word文档"), ("PowerPoint Document", "演示文稿"))
#: beginnings of part names of packages of other programs
_FOREIGN_PARTS: Final = (("word/", "Word文档"), ("ppt/", "演示文稿"), ("ofd.xml", "OFD版式文件"))
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_ODF: Final = b"application/vnd.oasis.opendocument."
#: how the oldest Excel files begin that stand in no OLE2 container (BIFF 2 to 8)
_BARE_BIFF: Final = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)


_RIGHTS: Final = (
    "文件受权限管理保护（IRM或敏感度标签），没有密码可以取消，系统无法读取；"
    "请在Excel的“文件→信息→保护工作簿”里取消限制访问，或去掉敏感度标签后重新报送。"
)
_COMPANY: Final = (
    "文件被单位的文件加密软件（透明加密）加了密，系统无法读取，另存为也还是加密的；"
    "请用加密软件的解密或外发功能解密后重新报送。"
)
_UNKNOWN: Final = (
    "文件无法打开或已损坏（内容不是Excel工作簿），请用Excel或WPS打开、另存为.xlsx后重新报送；"
    "如单位装有文件加密软件，请先解密，另存为不会解密。"
)


def open_book(data: bytes, name: str, limits: Limits = DEFAULT, passwords: Sequence[str] = ()) -> Book:
    """Read the bytes of a file of any kind; `name` is for messages and names sheets of files without sheets.

    `passwords` are tried on files with an open password. The book's `container` is "xlsx", "xlsm", "xls"
    (.et too), "ods", "html", "csv" or "xml". Raises Unreadable, and nothing else: F001 damaged, beyond the
    limits, or in a format to be saved anew; F002 with an open password; F031 no spreadsheet at all.
    """
    if len(data) > limits.max_file:
        raise too_big(f"文件超过{limits.max_file // (1024 * 1024)}兆字节")
    book = _read(data, name, limits, passwords)
    # pieces of a text were counted one by one, and a shared text stands in as many cells as there are
    lengths = [len(cell.raw) for sheet in book.sheets for cell in sheet.cells.values()]
    if max(lengths, default=0) > limits.max_text:
        raise too_long(limits)
    if sum(lengths) > limits.max_characters:
        raise too_big(f"单元格的文字共{sum(lengths) // 10_000}万字")
    return book


def _read(data: bytes, name: str, limits: Limits, passwords: Sequence[str]) -> Book:
    kind = sniff(data)
    if kind == "unknown" and is_company_encrypted(data):
        raise Unreadable("F002", _COMPANY)
    if is_rights_managed(data):
        raise Unreadable("F002", _RIGHTS)
    if kind == "zip":
        return _open_package(data, name, limits)
    if kind == "empty":
        raise damaged("文件是空的")
    if kind == "html":
        book = read_html(data, name, limits)
    elif kind == "text":
        book = read_csv(data, name, limits)
    elif is_encrypted(data):
        book = _open_package(unlock_package(data, passwords, limits), name, limits)
    elif kind == "ole2" or data.startswith(_BARE_BIFF):
        book = _open_ole2(data, name, limits, passwords)
    elif is_xml_spreadsheet(data):
        book = read_xml(data, name, limits)
    else:
        raise _refusal(data)
    book.sha256 = hashlib.sha256(data).hexdigest()
    return book


def _open_package(data: bytes, name: str, limits: Limits) -> Book:
    package = Package.open(data, limits)
    parts = [part.lower() for part in package.names()]
    other = next(
        (kind for start, kind in _FOREIGN_PARTS if any(part.startswith(start) for part in parts)), ""
    )
    if any(part.startswith("xl/") for part in parts) or ("_rels/.rels" in parts and not other):
        if "xl/workbook.bin" in parts:
            raise _to_save_anew("二进制工作簿（.xlsb）")
        return read_package(package, name, hashlib.sha256(data).hexdigest())
    if "mimetype" in parts:
        declared = package.read("mimetype")
        if declared.startswith(_ODS):
            return read_ods(package, name, hashlib.sha256(data).hexdigest())
        if declared.startswith(_ODF):
            other = "其他办公文档"
    raise _no_workbook(other or "压缩包")


def _open_ole2(data: bytes, name: str, limits: Limits, passwords: Sequence[str]) -> Book:
    if not (holds_entry(data, "Workbook") or holds_entry(data, "Book")):
        for stream, kind in _FOREIGN_STREAMS:
            if holds_entry(data, stream):
                raise _no_workbook(kind)
    return read_xls(data, name, limits, passwords)


def _refusal(data: bytes) -> Unreadable:
    """The refusal of bytes in no known format."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data[4:8] == b"ftyp" or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return _no_workbook("图片或视频")
    for start, kind in _FOREIGN:
        if data.startswith(start) or head.startswith(start):
            return _no_workbook(kind)
    if head[:13].lower() == b"mime-version:":
        return _to_save_anew("网页归档文件（.mht）")
    return Unreadable("F001", _UNKNOWN)


def _no_workbook(kind: str) -> Unreadable:
    return Unreadable("F031", f"是{kind}，不是Excel文件，未处理，请按Excel模板报送。")


def _to_save_anew(kind: str) -> Unreadable:
    return Unreadable("F001", f"是{kind}，系统不读取这种格式，请用Excel或WPS打开、另存为.xlsx后重新报送。")
