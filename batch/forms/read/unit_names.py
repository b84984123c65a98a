"""A unit's name as forms state it, separated from its code, seal words, dates and remarks."""

from __future__ import annotations

import re

from batch.forms.spec.labels import remembered
from batch.model.quoting import quoted

_OPEN, _CLOSE = r"[(（\[［【〔〖]", r"[)）\]］】〕〗]"
_HAN = "[\u4e00-\u9fff]"
#: [906017]某某局, 906017-某某局, 906017 某某局, （代码906017）某某局; 101中学 is a name
_CODE = re.compile(
    rf"(?:{_OPEN}\s*(?:单位)?(?:代码|编码|编号)?\s*[:：]?\s*[A-Za-z]?\d{{3,}}\s*{_CLOSE}"
    rf"|[A-Za-z]?\d{{3,}}(?:\s*[-—–－_:：、]+\s*|\s+)|[A-Za-z]?\d{{6,}})\s*(?={_HAN})"
)
_CODE_BEHIND = re.compile(
    rf"(?:{_OPEN}\s*(?:单位)?(?:代码|编码|编号)?\s*[:：]?\s*[A-Za-z]?\d{{3,}}\s*{_CLOSE}"
    r"|[\s,，、]*(?:单位)?(?:代码|编码|编号)\s*[:：]?\s*[A-Za-z]?\d{3,})$"
)
_SEAL_WORD = r"(?:盖|公|签|印)\s*章|签\s*[字名]"
_SEAL = re.compile(
    rf"(?:{_OPEN}[^()（）\[\]【】]*(?:{_SEAL_WORD})[^()（）\[\]【】]*{_CLOSE}?"
    rf"|{_OPEN}\s*章\s*{_CLOSE}|。|\s*(?:(?:加\s*)?盖\s*)?(?:{_SEAL_WORD})\s*(?:处)?)\s*[:：]?$"
)
#: （盖章）某某局
_BRACKET_BEFORE = re.compile(rf"{_OPEN}([^()（）\[\]【】]{{2,16}}){_CLOSE}[\s:：]*(?={_HAN})")
_SEAL_INSIDE = re.compile(_SEAL_WORD)
_DATE = re.compile(
    rf"\s*{_OPEN}?\s*(?:(?:19|20)\d\d|二[〇○零][一二三四五六七八九〇○零]{{2}})\s*"
    r"(?:年(?:\s*[\d一二三四五六七八九十]{1,3}\s*月(?:\s*[\d一二三四五六七八九十]{1,3}\s*[日号])?|度)?"
    rf"|[-/.]\s*\d{{1,2}}\s*[-/.]\s*\d{{1,2}})\s*{_CLOSE}?$"
)
#: 填报日期：…, 金额单位：万元, （单位：万元）: another entry behind the name
_ENTRY = re.compile(rf"(?:\s+|{_OPEN}|(?<={_CLOSE}))(?:{_HAN}\s*){{2,8}}[:：].*$")
_LABEL_ALONE = re.compile(r"\s+(?:填报|填表|报送|编制|制表)(?:日期|时间)$")
#: a name that was broken into lines
_WRAPPED = re.compile(rf"(?<={_HAN})[^\S\n]*+\n\s*+(?={_HAN})")
#: how many of these stand around one name
_NESTED = 6


@remembered
def unit_name(text: str) -> str:
    """The name alone: “906017-某某局（盖章） 2021年3月5日” → “某某局”.

    A text that would be used up stays as it is, but for its blanks.
    """
    # what is looked for stands at either end, and a longer text is no name
    name = quoted(" ".join(_WRAPPED.sub("", text).split()))
    for _ in range(_NESTED):
        shorter = name
        for tail in (_ENTRY, _LABEL_ALONE, _SEAL, _DATE, _CODE_BEHIND):
            shorter = tail.sub("", shorter).strip() or shorter
        found = _CODE.match(shorter)
        if found is None and (bracket := _BRACKET_BEFORE.match(shorter)) and _SEAL_INSIDE.search(bracket[1]):
            found = bracket
        shorter = shorter[found.end() :] if found else shorter
        if shorter == name:
            break
        name = shorter
    return name
