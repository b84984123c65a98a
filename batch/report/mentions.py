"""Figures in a sentence: amounts of money, percentages, years, each with the words it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from batch.forms.locate.numerals import chinese_integer

#: in groups of three up to 10^27
_NUMBER = r"\d{1,3}(?:,\d{3}){1,8}(?:\.\d+)?|\d+(?:\.\d+)?"
#: words before a number, and behind it, that make it less than exact
_ABOUT = "(?<![节集预制])约|近|大约|超过|不足|不到|将近|逾|至少|多达|接近|突破|不超过|不低于|高达"
_FIGURE = re.compile(
    rf"(?P<about>{_ABOUT})?(?P<sign>(?<![\d万元%年月日.])-)?(?<![\d.A-Za-z])(?P<number>{_NUMBER})"
    r"(?:(?P<more>[余多几]|左右)?(?P<unit>万元|亿元|百万元|千元|元)(?P<after>左右|以上|以下|以内|上下)?"
    r"|(?P<percent>%)(?P<beyond>左右|以上|以下|以内)?)(?![/·])"
)
_RANGE = re.compile(rf"(?<!\d)(?:{_NUMBER})(?:万元|亿元|元|%)?[-—–~至到](?={_NUMBER})")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2}|二[〇零○]\d?[〇零○一二三四五六七八九]{2})年")
_IN_WAN = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "亿元": Decimal(10000),
}
_OPEN, _CLOSE = "([{", ")]}"
#: no sum of a county has more
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Mention:
    """One figure in a sentence."""

    #: "money" or "percent"
    kind: str
    #: money in 万元, percentages as fractions
    value: Decimal
    #: half a unit of the last printed digit, in the same measure as `value`; 0 is nothing but 0
    half: Decimal
    #: decimals as printed
    places: int
    #: the number and its unit as squeezed: "1112.50万元"
    text: str
    #: false for 约, 余, 以上 and the like, and for ends of a range
    exact: bool
    start: int
    end: int
    #: the words right before it, back to the nearest comma, bracket or figure
    phrase: str
    #: where those words begin
    begin: int
    #: how many brackets it stands in
    depth: int


def mentions(text: str) -> list[Mention]:
    """Every amount and percentage of a squeezed sentence, in order."""
    in_range = {found.end() for found in _RANGE.finditer(text)}
    depths = _depths(text)
    found: list[Mention] = []
    last = 0
    for match in _FIGURE.finditer(text):
        digits = match["number"].replace(",", "")
        if len(digits) > _DIGITS:
            continue
        begin = _phrase_start(text, match.start(), last)
        number = Decimal(digits) * (-1 if match["sign"] else 1)
        places = len(digits.partition(".")[2])
        factor = Decimal("0.01") if match["percent"] else _IN_WAN[match["unit"]]
        vague = any(match[name] for name in ("about", "more", "after", "beyond"))
        start = match.start("sign") if match["sign"] else match.start("number")
        end = match.end("percent") if match["percent"] else match.end("unit")
        is_range = match.start("number") in in_range or bool(
            re.match(rf"[-—–~至到](?:{_NUMBER})", text[end:])
        )
        found.append(
            Mention(
                kind="percent" if match["percent"] else "money",
                value=number * factor,
                half=Decimal(5).scaleb(-places - 1) * factor if number else number,
                places=places,
                text=text[start:end],
                exact=not vague and not is_range,
                start=start,
                end=end,
                phrase=text[begin : match.start()],
                begin=begin,
                depth=depths[match.start("number")],
            )
        )
        last = match.end()
    return found


def _phrase_start(text: str, start: int, last: int) -> int:
    """Where the words before a figure begin; closed brackets are part of them."""
    at = start
    while at > last:
        char = text[at - 1]
        if char in _CLOSE:
            opened = _opening(text, at - 1, last)
            if opened is None:
                return at
            at = opened
            continue
        if char in _OPEN or char in ",;:。" or (char == "、" and at - 1 == last):
            return at
        at -= 1
    return at


def _opening(text: str, close: int, last: int) -> int | None:
    """The position of the bracket that the one at `close` closes, if it is after `last`."""
    depth = 0
    for at in range(close, last - 1, -1):
        depth += (text[at] in _CLOSE) - (text[at] in _OPEN)
        if not depth:
            return at
    return None


def _depths(text: str) -> list[int]:
    depths, depth = [], 0
    for char in text:
        depth = max(0, depth - (char in _CLOSE))
        depths.append(depth)
        depth += char in _OPEN
    return depths


def years(text: str) -> Iterator[tuple[int, int, int]]:
    """Every year a squeezed text names, as (year, start, end behind 年): 2020年, 二〇二〇年."""
    for found in _YEAR.finditer(text):
        year = int(found[1]) if found[1].isdigit() else chinese_integer(found[1])
        if year is not None:
            yield year, found.start(), found.end()
