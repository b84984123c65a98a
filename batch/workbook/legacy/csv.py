"""Text files as workbooks: their encoding, the value of a typed text, and CSV into a `Book`."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import Final

from batch.model.book import MAX_COL, MAX_ROW, Book, Cell, Kind, Sheet, Unreadable
from batch.model.limits import Budget, Limits, damaged, too_big

#: what XML cannot hold, and so no output of ours
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
_TYPED_NUMBER = re.compile(r"([-+]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
#: a double holds no more; longer ones are card numbers and the like
_DIGITS: Final = 15
ERRORS: Final = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
#: names Excel writes for some formats into HTML and XML files
NAMED_FORMATS: Final = {
    "general": "General",
    "fixed": "0.00",
    "standard": "#,##0.00",
    "percent": "0.00%",
    "short date": "yyyy/m/d",
    "long date": 'yyyy"年"m"月"d"日"',
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: encodings a file may declare, by what Python calls them; GB 18030 contains the older national ones
_DECLARED: Final = {
    "utf-8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "utf-16": "utf-16",
}
#: Excel's own first line, which says the delimiter and is not shown
_DELIMITER_LINE = re.compile(r'"?sep=([,;|\t])"?(?:\r\n|\r|\n)')
_DELIMITERS: Final = "\t,;"


def decode_text(data: bytes, declared: str = "") -> str:
    """A file's bytes decoded: by its byte order mark, its declared encoding, else UTF-8, else GB 18030.

    Raises Unreadable (F001) when it is none of these.
    """
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    if not encodings:
        try:
            known = codecs.lookup(declared).name if declared else ""
        except (LookupError, ValueError):
            known = ""
        encodings = list(dict.fromkeys([*filter(None, [_DECLARED.get(known)]), "utf-8", "gb18030"]))
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise damaged("文字编码无法识别")


def printable(text: str) -> str:
    """A text without characters XML cannot hold, line ends as in a workbook."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return _FORBIDDEN.sub("", text)


def typed_cell(row: int, col: int, text: str) -> Cell | None:
    """The cell for a text, as if it were typed into a sheet; None for a blank one.

    Plain numbers become numbers whose format keeps the decimals and separators they were written with; errors
    and truth values keep their type. Whatever Excel would convert stays text: 1-6 is no date here, 007 and
    card numbers keep their digits, a percentage keeps its sign.
    """
    text = printable(text)
    bare = text.strip()
    if not bare:
        return None
    if bare in ERRORS:
        return Cell(row, col, Kind.ERROR, bare)
    if bare.upper() in ("TRUE", "FALSE"):
        return Cell(row, col, Kind.BOOL, bare.upper())
    number = _TYPED_NUMBER.fullmatch(bare)
    if number:
        whole, decimals = number[2].replace(",", ""), number[3] or ""
        if (whole == "0" or whole[0] != "0") and len(whole + decimals[1:]) <= _DIGITS:
            code = ("#,##0" if "," in number[2] else "0") + "." * bool(decimals) + "0" * len(decimals[1:])
            sign = "-" if number[1] == "-" else ""
            return Cell(row, col, Kind.NUMBER, sign + whole + decimals, "General" if code == "0" else code)
    return Cell(row, col, Kind.TEXT, text)


def read_csv(data: bytes, name: str, limits: Limits) -> Book:
    """Read comma, tab or semicolon separated text into a book of one sheet named after the file.

    The book's sha256 is left to the caller.
    Raises Unreadable: F031 for text without a table in it, F001 for what cannot be read.
    """
    text = decode_text(data)
    directive = _DELIMITER_LINE.match(text)
    delimiter = directive[1] if directive else _delimiter(text)
    if not delimiter:
        raise Unreadable("F031", "是没有表格的文本文件，不是Excel文件，未处理，请按Excel模板报送。")
    budget = Budget(limits)
    sheet = Sheet(sheet_name(name))
    content = io.StringIO(text[directive.end() if directive else 0 :], newline="")
    try:
        for row, fields in enumerate(csv.reader(content, delimiter=delimiter), 1):
            if row > MAX_ROW:
                raise too_big(f"超过{MAX_ROW}行")
            for col, field in enumerate(fields[:MAX_COL], 1):
                cell = typed_cell(row, col, field)
                if cell is not None:
                    budget.spend_cells(1)
                    budget.check_text(len(cell.raw))
                    sheet.cells[row, col] = cell
    except csv.Error:
        raise damaged("文本格式有误") from None
    return Book(name=name, container="csv", sha256="", sheets=[sheet])


def sheet_name(name: str) -> str:
    """The name Excel gives the only sheet of such a file: the file's name, shortened and made valid."""
    stem = re.sub(r"[\[\]:*?/\\]", "_", printable(name).rpartition(".")[0] or name)
    return stem.strip("' \n\t")[:31] or "Sheet1"


def _delimiter(text: str) -> str:
    """The delimiter that most of the first lines have, "" when none has any."""
    head = text[:65536].splitlines()[:100]
    counts = {sign: sum(sign in line for line in head) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda sign: counts[sign])
    return best if counts[best] else ""
