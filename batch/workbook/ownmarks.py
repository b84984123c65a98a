"""How the sheets we added are known again, whatever their tabs are called by now."""

from __future__ import annotations

import re
from functools import lru_cache

from batch.model.book import Sheet
from batch.workbook.sheetplaces import Places
from batch.workbook.xmlsplice import attribute, children, root_of, text_of

#: what the first cell of 审核结果 begins with
RESULTS_TITLE = "绩效自评系统审核结果"
#: what the first cell of 说明填写 begins with
EXPLANATIONS_TITLE = "绩效自评系统审核说明填写"
TITLES = (RESULTS_TITLE, EXPLANATIONS_TITLE)
#: what the first cell of a 退回通知 begins with, which is a workbook of its own
NOTICE_TITLE = "部门整体支出绩效自评退回通知"

_COMMON = "绩效自评系统审核"
#: where a title may begin: plainly, or as the character references an ASCII file has for it
_MAY_HOLD_TITLE = re.compile(
    b"%b|&#%d;|&#[xX]0*(?i:%x);" % (_COMMON.encode(), ord(_COMMON[0]), ord(_COMMON[0]))
)
#: blank formatted cells that may stand before the title, after people moved things about
_MAX_BLANK = 500


def title_of(text: str) -> str | None:
    """Which of `TITLES` a text begins with; None when it is no title of ours."""
    text = text.strip()
    return next((title for title in TITLES if text.startswith(title)), None)


def is_ours(sheet: Sheet) -> bool:
    """Whether a sheet was added by us: known by its first filled cell, not by its name."""
    first = sheet.cells[min(sheet.cells)].raw if sheet.cells else ""
    return title_of(first) is not None or first.strip().startswith(NOTICE_TITLE)


@lru_cache(maxsize=16)
def _cell_with(prefix: bytes) -> re.Pattern[bytes]:
    prefix = re.escape(prefix)
    return re.compile(rb"<" + prefix + rb"c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</" + prefix + rb"c\s*>)", re.DOTALL)


def title_in(places: Places, strings: SharedStrings) -> str | None:
    """Which of `TITLES` the first filled cell of a worksheet part begins with."""
    cells = _cell_with(places.root.prefix).finditer(places.xml, places.data_start, places.data_end)
    for number, match in enumerate(cells):
        if number >= _MAX_BLANK:
            break
        if not match[2] or b"<" not in match[2]:
            continue
        if attribute(b" " + match[1], "t") == "inlineStr":
            return title_of(_strings(match[2], 0, len(match[2])))
        if attribute(b" " + match[1], "t") != "s":
            # a number, or text a formula made: never a title of ours
            return None
        index = re.search(rb"v(?:\s[^>]*)?>\s*([0-9]{1,9})\s*</", match[2])
        return strings.title(int(index[1])) if index else None
    return None


class SharedStrings:
    """The part of a workbook's shared strings that matters here: which of them are titles of ours."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._found: dict[int, str] | None = None

    def title(self, index: int) -> str | None:
        """Which of `TITLES` the string with this number begins with."""
        if self._found is None:
            self._found = self._titles()
        return self._found.get(index)

    def _titles(self) -> dict[int, str]:
        # the strings are only taken apart when a title can stand among them
        plain = _COMMON.encode() in self._xml
        if not plain and not (b"&#" in self._xml and _MAY_HOLD_TITLE.search(self._xml)):
            return {}
        root = root_of(self._xml, "sst")
        nodes = children(self._xml, root.node.inner_start, root.node.inner_end)
        found = {}
        for number, node in enumerate(node for node in nodes if node.local == b"si"):
            if _MAY_HOLD_TITLE.search(self._xml, node.inner_start, node.inner_end):
                title = title_of(_strings(self._xml, node.inner_start, node.inner_end))
                if title:
                    found[number] = title
        return found


_P = rb"(?:[\w.-]+:)?"
#: a piece of text; phonetic readings (rPh) hold pieces that are not part of it
_T = re.compile(rb"<%b(?:t(?:\s[^>]*)?>(.*?)</%bt\s*>|rPh(?=[\s>]).*?</%brPh\s*>)" % (_P, _P, _P), re.DOTALL)


def _strings(xml: bytes, start: int, end: int) -> str:
    pieces = [match[1] for match in _T.finditer(xml, start, end) if match[1]]
    text = b"".join(pieces)
    return text_of(text)
