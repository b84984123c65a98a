"""Recognise the sheets we added, whatever their tabs are called by now."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from batch.model.book import Sheet
from batch.workbook.annotate.sheet_spans import SheetSpans
from batch.workbook.package.splice import attribute, children, root_of, text_of

#: what the first cell of 审核结果 begins with
RESULTS_TITLE = "绩效自评系统审核结果"
#: what the first cell of 说明填写 begins with
EXPLANATIONS_TITLE = "绩效自评系统审核说明填写"
#: what the first heading of 问题明细 begins with
DETAILS_TITLE = "绩效自评系统审核明细"
#: what the first heading of 重算指标 begins with
FIGURES_TITLE = "绩效自评系统审核重算指标"
TITLES = (RESULTS_TITLE, EXPLANATIONS_TITLE, DETAILS_TITLE, FIGURES_TITLE)
#: the heading above the marks that tell findings apart on 说明填写; nobody else writes it
EXPLANATIONS_CODE = "标识（请勿改动）"
#: what the first cell of a 退回通知 ends with, a workbook of its own; before it stands the work
NOTICE = "退回通知"

_COMMON = "绩效自评系统审核"


class _Words:
    """Words as they may be written in XML: plainly, or as character references in an ASCII file."""

    def __init__(self, words: str) -> None:
        self._plain = words.encode()
        reference = b"&#(?:%d|[xX]0*(?i:%x));" % (ord(words[0]), ord(words[0]))
        self.pattern = b"%b|%b" % (re.escape(self._plain), reference)
        # a pattern that begins plainly is searched for many times faster than a choice of two
        self._referred = re.compile(reference).search

    def may_be_in(self, xml: bytes) -> bool:
        """Whether the bytes may contain them."""
        return self._plain in xml or (b"&#" in xml and self._referred(xml) is not None)


_TITLE, _CODE = _Words(_COMMON), _Words(EXPLANATIONS_CODE)
_MAY_BE_OURS = re.compile(b"%b|%b" % (_TITLE.pattern, _CODE.pattern))
#: blank formatted cells that may stand before the title, after people moved things about
_MAX_BLANK = 500
#: filled cells among which the headings of 说明填写 are looked for
_MAX_FILLED = 40


def own_title(text: str) -> str | None:
    """Which of `TITLES` a text begins with; None when it is no title of ours."""
    text = text.strip()
    return next((title for title in TITLES if text.startswith(title)), None)


def title_on(sheet: Sheet) -> str | None:
    """Which of `TITLES` a sheet has, by its first filled cell; None for a sheet that is not ours.

    说明填写 is also recognised by its headings without title rows: explanations must not be lost.
    """
    if not sheet.cells:
        return None
    title = own_title(sheet.cells[min(sheet.cells)].raw)
    if title is None and any(
        cell.raw.strip() == EXPLANATIONS_CODE for cell in islice(sheet.cells.values(), _MAX_FILLED)
    ):
        return EXPLANATIONS_TITLE
    return title


def is_ours(sheet: Sheet) -> bool:
    """Whether a sheet was added by us, whatever it is called."""
    if title_on(sheet) is not None:
        return True
    return bool(sheet.cells) and sheet.cells[min(sheet.cells)].raw.strip().endswith(NOTICE)


@lru_cache(maxsize=16)
def _cell_with(prefix: bytes) -> re.Pattern[bytes]:
    prefix = re.escape(prefix)
    return re.compile(rb"<" + prefix + rb"c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</" + prefix + rb"c\s*>)", re.DOTALL)


def title_in(places: SheetSpans, strings: SharedStrings) -> str | None:
    """Which of `TITLES` a worksheet part has, see `title_on`."""
    if not strings.has_words and b"inlineStr" not in places.xml:
        return None
    cells = _cell_with(places.root.prefix).finditer(places.xml, places.data_start, places.data_end)
    filled = (m for m in islice(cells, _MAX_BLANK) if m[2] and b"<" in m[2])
    for number, match in enumerate(islice(filled, _MAX_FILLED)):
        text = _text_of(match[1], match[2], strings)
        if number == 0:
            title = own_title(text)
            if title is not None or not (strings.has_code or _CODE.may_be_in(places.xml)):
                return title
        if text == EXPLANATIONS_CODE:
            return EXPLANATIONS_TITLE
    return None


def _text_of(tag: bytes, content: bytes, strings: SharedStrings) -> str:
    """The text of a cell that may be a title of ours; "" for a number or a formula's text."""
    kind = attribute(b" " + tag, "t")
    if kind == "inlineStr":
        return _strings(content, 0, len(content)).strip()
    index = re.search(rb"v(?:\s[^>]*)?>\s*([0-9]{1,9})\s*</", content) if kind == "s" else None
    return strings.ours(int(index[1])) if index else ""


class SharedStrings:
    """The shared strings of a workbook, reduced to those that are words of ours."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._found: dict[int, str] | None = None
        #: whether the heading of the marks may be among them, and whether any word of ours may
        self.has_code = _CODE.may_be_in(xml)
        self.has_words = self.has_code or _TITLE.may_be_in(xml)

    def ours(self, index: int) -> str:
        """The string with this index when it is a title of ours or the heading of the marks; else ""."""
        if self._found is None:
            self._found = self._words()
        return self._found.get(index, "")

    def _words(self) -> dict[int, str]:
        # the strings are only taken apart when a word of ours can stand among them
        if not self.has_words:
            return {}
        root = root_of(self._xml, "sst")
        nodes = children(self._xml, root.node.inner_start, root.node.inner_end)
        found = {}
        for number, node in enumerate(node for node in nodes if node.local == b"si"):
            if _MAY_BE_OURS.search(self._xml, node.inner_start, node.inner_end):
                text = _strings(self._xml, node.inner_start, node.inner_end).strip()
                if own_title(text) or text == EXPLANATIONS_CODE:
                    found[number] = text
        return found


_P = rb"(?:[\w.-]+:)?"
#: a piece of text; phonetic readings (rPh) hold pieces that are not part of it
_T = re.compile(rb"<%b(?:t(?:\s[^>]*)?>(.*?)</%bt\s*>|rPh(?=[\s>]).*?</%brPh\s*>)" % (_P, _P, _P), re.DOTALL)


def _strings(xml: bytes, start: int, end: int) -> str:
    pieces = [match[1] for match in _T.finditer(xml, start, end) if match[1]]
    text = b"".join(pieces)
    return text_of(text)
