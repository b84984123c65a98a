"""Normalisation of labels: blanks, brackets, numbering, weights and units around the same few words."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeVar

from batch.forms.spec.character_folding import UNSEEN, folded, one_of

Answer = TypeVar("Answer")

#: texts up to this length repeat from workbook to workbook, or are looked at several times in one;
#: longer ones are not kept, whatever a file holds
REMEMBERED = 128


#: with so many answers kept one starts anew: the labels of all forms are some hundreds
_FULL = 2048


class _Answers(dict[str, Answer]):
    """The cached results of a pure function of a text."""

    def __init__(self, function: Callable[[str], Answer]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> Answer:
        # what is kept is handed to other units: never an object that only equals the text
        text = str(text)
        answer = self._function(text)
        if len(text) <= REMEMBERED:
            if len(self) >= _FULL:
                self.clear()
            self[text] = answer
        return answer


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Cache a pure function of a text for short texts.

    It is called some two thousand times a unit: a dictionary lookup takes an eighth of the time of a function
    that tests the text's length and then uses `lru_cache`.
    """
    return _Answers(function).__getitem__


# ① would become a bare "1" under NFKC and stick to the next digit
_CIRCLED = {0x2460 + n: f"({n + 1})" for n in range(20)}
_QUOTES = dict.fromkeys(map(ord, "“”„‟‘’‚‛'「」『』〝〞〟﹁﹂﹃﹄"), '"')
_BRACKETS = {**dict.fromkeys(map(ord, "[【〔〖〘"), "("), **dict.fromkeys(map(ord, "]】〕〗〙"), ")")}
_VARIANTS = {**UNSEEN, **_QUOTES, **_BRACKETS}
_CIRCLED_SIGN = re.compile("[①-⑳]")
_VARIANT = re.compile(one_of(_VARIANTS))
_PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff%.()]*")
_DASH = re.compile(r"(?<=[\d%月年日季])(?:-|~|—|–|―|─|−|‐|‒|〜)+(?=\d)")


@remembered
def squeeze(text: str) -> str:
    """The text without white space and typing variants, wording unchanged.

    Characters that look alike made one, blanks of every kind and line breaks removed, quotes as `"`, brackets
    as ( ) — braces stay, pack labels use them for {本年} — dashes between digits as "-", ① as (1).
    """
    if _PLAIN.fullmatch(text):
        return text
    if _CIRCLED_SIGN.search(text):
        text = text.translate(_CIRCLED)
    text = "".join(folded(text).split())
    if _VARIANT.search(text):
        text = text.translate(_VARIANTS)
    # an accent that stood alone joins the letter before it once the blank between them is gone
    return _DASH.sub("-", folded(text))


#: what a conversion from Word or a web page leaves behind in a text
DEBRIS = re.compile(
    r"\[bookmark:[^\]\n]{0,60}\]"
    r"|</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|o:p|ol|p|span|strong|su[bp]|table|t[bdhr]|u|ul)(?:\s[^<>]{0,200})?/?>"
    r"|&(?:nbsp|amp|lt|gt|quot|#\d{2,5});"
    r"|_x[0-9A-Fa-f]{4}_"
    r"|HYPERLINK +\\?[\"l]|PAGEREF +_Toc\d+|EMBED +Equation[.\d]*"
    # spelt out: a pattern whose parts all begin with a character quickly passes over texts without any
    r"|□[ \u3000]?[√✓✔]|√[ \u3000]?□|✓[ \u3000]?□|✔[ \u3000]?□"
)

#: signs that people put before a label
MARKS = "★☆▲△●○■□◆◇※*#"
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_NUMBERING = (
    rf"(?:\((?:{_NUMERAL}|\d{{1,2}})\)[、.:]?|(?:{_NUMERAL}|\d{{1,2}})[、)]|{_NUMERAL}\.|\d{{1,2}}\.(?!\d))"
)
_LEADING = re.compile(rf"{_NUMBERING}|其中[:,、]?")
#: 资金来源：（1）财政拨款: a heading and its first row in one cell; 说明：1.没有发生的填0。… is a note
_HEADED = re.compile(rf"[^:()]{{2,12}}:(?={_NUMBERING}[^。;]{{1,30}}$)")
_MONEY = "万元|百元|千元|百万元|亿元|元"
_UNIT_TAIL = re.compile(rf"\((?:(?:金额)?单位:?)?(?:人民币)?(?:{_MONEY}|%|人)\)$")
_POINTS = r"(\d{1,3}(?:\.\d+)?)"
_WEIGHT_TAIL = re.compile(
    rf"(?:\((?:权重|分值|满分|共)?:?{_POINTS}分?\)?"
    rf"|(?:权重|分值|满分):?{_POINTS}分?"
    rf"|(?<=指标){_POINTS}分)$"
)


#: ★3、上级专项资金
_NUMBER = re.compile(f"[{MARKS}]*{_NUMBERING}")


def has_number(text: str) -> bool:
    """Whether a text begins with a number of its own: “3、上级专项资金”."""
    return _NUMBER.match(squeeze(text)) is not None


#: how many numberings, or brackets, are taken off one label
_NESTED = 4


#: points on a line of their own, or set apart: 投入↵13分
_APART = re.compile(rf"(?<=\S)\s+{_POINTS}\s*分\s*$")


#: what `label` takes off a text, but for what stands in brackets or before a colon
TAKEN_OFF = (_APART, _LEADING, _UNIT_TAIL, _WEIGHT_TAIL)


@remembered
def label(text: str) -> str:
    """The words of a label: squeezed, without numbering, 其中, colon, weight and unit in brackets.

    “（一）数量指标（15分）：” → “数量指标”; “资金来源：  （1）财政拨款” → “财政拨款”. A text that would be
    used up entirely, such as “（8）”, stays. “填报单位：某某局” keeps its value: see `split_entries`.
    """
    words = squeeze(DEBRIS.sub("", _APART.sub("", text)))
    if ":" in words and (headed := _HEADED.match(words)):
        words = words[headed.end() :]
    for _ in range(_NESTED):
        lead = _LEADING.match(words)
        if not lead or lead.end() == len(words):
            break
        words = words[lead.end() :]
    for _ in range(_NESTED):
        shorter = words.rstrip(":;")
        # most texts end otherwise than a unit or a weight does
        if shorter.endswith((")", "分")) or shorter[-1:].isdecimal():
            shorter = _WEIGHT_TAIL.sub("", _UNIT_TAIL.sub("", shorter))
        if shorter == words or not shorter:
            break
        words = shorter
    return words


@remembered
def weight(text: str) -> Decimal | None:
    """The points a heading carries: “产出指标(50分)” → 50, “资金到位率（2分” → 2; None without any.

    Source: the county form prints them in mixed brackets, one of them unclosed. Four digits are a year.
    """
    if apart := _APART.search(text):
        return Decimal(apart[1])
    words = _UNIT_TAIL.sub("", squeeze(text).rstrip(":;"))
    found = _WEIGHT_TAIL.search(words)
    return Decimal(found[1] or found[2] or found[3]) if found else None


_WEIGHT_BEHIND = re.compile(rf"(?<=[\u4e00-\u9fff]){_POINTS}分$")


@remembered
def heading_weight(text: str) -> Decimal | None:
    """The same for a heading above indicators, in which points need no bracket: 投入13分."""
    found = _WEIGHT_BEHIND.search(squeeze(text))
    return weight(text) or (Decimal(found[1]) if found else None)


_SPACED_MONEY = "(万 ?元|百 ?元|千 ?元|百 ?万元|亿 ?元|元)"
_MONEY_UNIT = re.compile(
    rf"(?:单 ?位 ?[:(]?|(?:金 ?额|币 ?种) ?[:(]) ?(?:人民币)? ?{_SPACED_MONEY}(?=人民币|[^\u4e00-\u9fff]|$)"
    rf"|\( ?(?:人民币)? ?{_SPACED_MONEY} ?\)"
    rf"|^{_SPACED_MONEY}$"
)


@remembered
def money_unit_in(text: str) -> str:
    """The unit of money a text states: “项目资金（万元）” → "万元"; "" when it states none.

    Also 元, 千元, 百万元 and 亿元 as printed. “填报单位：元江县…” states none.
    """
    if "元" not in text:
        return ""
    spaced = " ".join(folded(text).translate(_BRACKETS).split())
    found = _MONEY_UNIT.search(spaced)
    return (found[1] or found[2] or found[3]).replace(" ", "") if found else ""


_HAN = "[\u4e00-\u9fff]"
_COLON = re.compile("[:：]")
_LONGEST_LABEL = 20
#: behind the first entry a label is one run of words: 单位负责人, 联系人及电话, 负责人（签字）
_NEXT_LABEL = re.compile(rf"{_HAN}{{2,12}}(?:\({_HAN}{{1,8}}\){_HAN}{{0,6}})?(?:[、/]{_HAN}{{1,8}})?")
#: directly behind an empty entry only a short one is: 主管部门： 某某市大数据局代码：906 has a value
_SHORT_LABEL = re.compile(rf"{_HAN}{{2,6}}(?:\({_HAN}{{1,8}}\))?")
#: 负 责 人, spread evenly
_SPREAD_LABEL = re.compile(rf"(?<!\S){_HAN}(\s+){_HAN}(?:\1{_HAN})*$")
#: entries people run together without a blank: “…中心金额单位：万元”
_GLUED_LABEL = re.compile(
    "(?:金额单位|单位负责人|财务负责人|填报人|填表人|制表人|审核人|复核人|联系人|联系电话|填报日期|填表日期|填报时间)$"
)


def split_entries(text: str) -> list[tuple[str, str]]:
    """All label-and-value pairs of a cell: “填报人：   单位负责人：” → [("填报人", ""), ("单位负责人", "")].

    Labels come squeezed, values stripped but otherwise as typed. Empty when there is no colon or what
    stands before it is too long for a label.
    """
    colons = [found.start() for found in _COLON.finditer(text)]
    name = squeeze(text[: colons[0]]) if colons and colons[0] <= 4 * _LONGEST_LABEL else ""
    if not name or len(name) > _LONGEST_LABEL:
        return []
    entries: list[tuple[str, str]] = []
    start = colons[0] + 1
    for colon in colons[1:]:
        cut = _next_label(text, start, colon)
        if cut is not None:
            entries.append((name, text[start:cut].strip()))
            name, start = squeeze(text[cut:colon]), colon + 1
    return [*entries, (name, text[start:].strip())]


def _next_label(text: str, start: int, colon: int) -> int | None:
    """Where the label before `colon` begins if it opens a new entry; `start` is the current value's."""
    window = text[max(start, colon - 2 * _LONGEST_LABEL) : colon].rstrip()
    offset = max(start, colon - 2 * _LONGEST_LABEL)
    spread = _SPREAD_LABEL.search(window)
    if spread:
        return offset + spread.start()
    begin = max((n + 1 for n, char in enumerate(window) if char.isspace()), default=0)
    word = squeeze(window[begin:])
    glued = _GLUED_LABEL.search(window)
    if glued and (offset + glued.start() == start or len(word) > len(glued[0]) + 3):
        return offset + glued.start()
    shape = _NEXT_LABEL if window[:begin].strip() or offset > start else _SHORT_LABEL
    return offset + begin if begin and shape.fullmatch(word) else None


#: from this likeness on, a text is asked about as a label that is missing
NEAR = 0.75
#: texts longer than this are compared by their beginnings: labels are short, and comparing is quadratic
_COMPARED = 80


def near(a: str, b: str) -> float:
    """The similarity of two labels, 0 to 1: a reason to ask whether one is meant, never to decide so.

    0.0 when they share too little to be worth a question.
    """
    return _alike(label(a)[:_COMPARED], label(b)[:_COMPARED])


@lru_cache(maxsize=8192)
def _alike(left: str, right: str) -> float:
    if left == right:
        return 1.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.real_quick_ratio() < 0.5 or matcher.quick_ratio() < 0.5:
        return 0.0
    return matcher.ratio()
