"""The text a cell displays: numbers and dates as their number format prints them.

Enough for messages: the formats bookkeepers use are printed as Excel prints them, all others as General.
Numbers are taken with 15 significant digits, as Excel does, so that 0.1+0.2 is 0.3.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from batch.model.book import NUMBER, Cell

_FIFTEEN: Final = Context(prec=15)
#: wide enough for the largest double in any format of 255 characters
_WIDE: Final = Context(prec=2000)
#: doubles end there; smaller is 0
_SMALLEST: Final = -307
#: 31 December 9999
_LAST_DAY: Final = 2_958_465
_DAY: Final = 86_400

_PART = re.compile(
    r"""
    "(?P<quoted>[^"]*)"? | [\\!](?P<escaped>.) | (?P<padding>[_*].) | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General|G/通用格式)
    | (?P<noon>AM/PM|A/P|上午/下午)
    | (?P<clock>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|[eE]+(?![+-])|[aA]{3,4})
    | (?P<digits>(?:[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+),*)(?P<exponent>[eE][+-][0#?]+)?
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
#: placeholders of whole digits
_PIECE = re.compile(r"[0#?]+,*")
_COLOUR = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|[黑蓝青绿红白黄]色|洋红色?|颜色 ?\d+",
    re.IGNORECASE,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_DECIMALS = re.compile(r"\.(\d+)")


class _Section(NamedTuple):
    """One section of a number format, for numbers of some sign or condition."""

    parts: tuple[_Part, ...]
    #: whether they are understood: no conditions, fractions or text formats
    prints: bool
    #: how many percent signs are printed
    percents: int


class _Part(NamedTuple):
    """A piece of a format: "text", "number", "general", "clock", "noon" or "other" with what it says."""

    kind: str
    text: str


def display_text(cell: Cell, date1904: bool = False) -> str:
    """The text a person sees in the cell; "" for a formula whose result was not saved.

    `date1904` is the workbook's: such files count days from 1904.
    """
    return printed(cell.raw, cell.format, date1904).text if cell.kind is NUMBER else cell.raw


class PrintedNumber(NamedTuple):
    """A number as its format prints it."""

    text: str
    #: with 15 significant digits
    number: Decimal
    #: decimals as printed: 2 for "86.67%" and "1,112.50"; 0 for a date
    places: int
    is_date: bool
    is_percent: bool


# the same numbers stand in many cells, and to print one takes 15 µs
@lru_cache(maxsize=8192)
def printed(raw: str, code: str, date1904: bool = False) -> PrintedNumber:
    """The displayed text of a stored number `raw` under the format `code`."""
    value, percent = _number(raw), is_percent(code)
    if is_date(code):
        text = _print_date(value, code, date1904)
        return PrintedNumber(_print_general(value) if text is None else text, value, 0, True, percent)
    text = _print_number(value, code)
    if text is None:
        exponent = value.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        return PrintedNumber(_print_general(value), value, places, False, percent)
    found = _DECIMALS.search(text)
    return PrintedNumber(text, value, len(found[1]) if found else 0, False, percent)


def _number(raw: str) -> Decimal:
    value = _FIFTEEN.create_decimal(raw)
    if not value or value.adjusted() < _SMALLEST:
        return Decimal(0)
    value = value.normalize(_FIFTEEN)
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1), context=_WIDE) if isinstance(exponent, int) and exponent > 0 else value


@lru_cache(maxsize=1024)
def is_percent(format: str) -> bool:  # noqa: A002 - the field is called format everywhere
    """Whether a number format prints percentages."""
    return _sections(format)[0].percents > 0


@lru_cache(maxsize=1024)
def is_date(format: str) -> bool:  # noqa: A002
    """Whether a number format prints a date or a time."""
    return any(part.kind in ("clock", "noon") for part in _sections(format)[0].parts)


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    """A format's sections: positive, negative, zero, text."""
    sections: list[list[_Part]] = [[]]
    for found in _PART.finditer(code[:255]):
        kind, text = found.lastgroup or "", found[0]
        if text == ";":
            sections.append([])
            continue
        if kind == "quoted":
            part = _Part("text", found["quoted"])
        elif kind == "escaped":
            part = _Part("text", found["escaped"])
        elif kind == "padding":
            part = _Part("text", " " if text[0] == "_" else "")
        elif kind == "bracket":
            part = _bracket(found["bracket"])
        elif kind in ("digits", "exponent"):
            part = _Part("number", text)
        else:
            part = _Part(kind, text)
        sections[-1].append(part)
    return tuple(map(_section, sections))


def _section(parts: list[_Part]) -> _Section:
    kinds = [part.kind for part in parts]
    numbers = kinds.count("number") + kinds.count("general")
    if numbers > 1 and kinds.count("number") == numbers and all(map(_is_piece, parts)):
        # 0!.0000: one number with something printed between its digits
        numbers = 1
    # text formats and fractions
    signs = any(part.text in ("@", "/") for part in parts)
    prints = "unknown" not in kinds and numbers <= 1 and not signs
    return _Section(tuple(parts), prints, parts.count(_Part("other", "%")))


def _is_piece(part: _Part) -> bool:
    """Whether a part may be a piece of a number with something printed between its digits."""
    return part.kind != "number" or bool(_PIECE.fullmatch(part.text))


def _bracket(text: str) -> _Part:
    """The meaning of a bracketed piece: colour, currency or locale, elapsed time; conditions are not
    understood."""
    if text.startswith("$"):
        return _Part("text", text[1:].partition("-")[0])
    if _COLOUR.fullmatch(text):
        return _Part("text", "")
    return _Part("clock" if _ELAPSED.fullmatch(text) else "unknown", f"[{text}]")


def _print_general(value: Decimal) -> str:
    if not value:
        return "0"
    if -10 < value.adjusted() < 21:
        return f"{value:f}"
    digits, _, exponent = f"{value.normalize(_FIFTEEN):E}".partition("E")
    return f"{digits}E{int(exponent):+03d}"


def _print_number(value: Decimal, code: str) -> str | None:
    """A number as a number format prints it; None when the format is not understood."""
    if code == "General":
        return None
    sections = _sections(code)
    negative = value < 0
    if negative and len(sections) > 1:
        section, negative = sections[1], False
    else:
        section = sections[2] if not value and len(sections) > 2 else sections[0]
    if not section.parts:
        return "" if len(sections) > 1 else None
    if not section.prints:
        return None
    value = abs(value)
    if section.percents:
        value = value.scaleb(2 * section.percents, _WIDE)
    groups = _print_groups(value, [part.text for part in section.parts if part.kind == "number"])
    if groups is None:
        return None
    pieces = []
    for part in section.parts:
        if part.kind == "number":
            pieces.append(groups.pop(0))
        elif part.kind == "general":
            pieces.append(_print_general(value))
        else:
            pieces.append(part.text)
    return ("-" if negative else "") + "".join(pieces).strip()


def _print_groups(value: Decimal, patterns: list[str]) -> list[str] | None:
    """An unsigned number printed over the groups of placeholders, each but the first with a fixed width."""
    digits = _print_digits(value, "".join(patterns)) if patterns else ""
    if digits is None:
        return None
    groups: list[str] = []
    for pattern in reversed(patterns[1:]):
        cut = max(len(digits) - len(pattern.rstrip(",")), 0)
        groups.insert(0, digits[cut:])
        digits = digits[:cut]
    return [digits, *groups] if patterns else []


def _print_digits(value: Decimal, pattern: str) -> str | None:
    """An unsigned number by its placeholders, such as "#,##0.00"; None for scientific notation."""
    places = _places(pattern)
    if places is None:
        return None
    if places.thousands:
        value = value.scaleb(-3 * places.thousands, _WIDE)
    digits, _, fraction = f"{value.quantize(places.last, ROUND_HALF_UP, _WIDE):f}".partition(".")
    while len(fraction) > places.least and fraction.endswith("0"):
        fraction = fraction[:-1]
    width = places.width
    digits = digits.lstrip("0").rjust(width, "0")
    if places.grouped and digits:
        digits = f"{int(digits):0{width + (width - 1) // 3 if width else 0},}"
    return digits + places.point + fraction


class _Places(NamedTuple):
    """The digits a group of placeholders prescribes."""

    #: by how many thousands it is divided
    thousands: int
    #: 1 of the last decimal
    last: Decimal
    #: decimals that are printed even where they are 0
    least: int
    point: str
    #: digits before the point that are printed even where they are 0
    width: int
    #: whether thousands are set apart
    grouped: bool


@lru_cache(maxsize=1024)
def _places(pattern: str) -> _Places | None:
    if "e" in pattern.lower():
        return None
    bare = pattern.rstrip(",")
    whole, point, decimals = bare.partition(".")
    last, least = Decimal(1).scaleb(-len(decimals)), len(decimals.rstrip("#?"))
    return _Places(len(pattern) - len(bare), last, least, point, whole.count("0"), "," in whole)


def _print_date(value: Decimal, code: str, date1904: bool) -> str | None:
    """A serial number of days as a date format prints it; None when it is no date or the format is not
    understood."""
    if date1904:
        value += 1462
    if not 0 <= value <= _LAST_DAY:
        return None
    days, seconds = divmod(int((value * _DAY).quantize(Decimal(1), ROUND_HALF_UP, _WIDE)), _DAY)
    section = _sections(code)[0].parts
    half = any(part.kind == "noon" for part in section)
    clock = ["", *(part.text.lower() for part in section if part.kind == "clock"), ""]
    pieces = []
    seen = 0
    for part in section:
        if part.kind == "clock":
            seen += 1
            printed = _print_clock(clock[seen], (clock[seen - 1], clock[seen + 1]), days, seconds, half)
            if printed is None:
                return None
            pieces.append(printed)
        elif part.kind == "noon":
            pieces.append(_print_noon(part.text, seconds >= _DAY // 2))
        elif part.kind in ("text", "other") and part.text != "@":
            pieces.append(part.text)
        else:
            return None
    return "".join(pieces).strip()


def _print_clock(token: str, near: tuple[str, str], days: int, seconds: int, half: bool) -> str | None:
    """One element of a date; its neighbours (`near`) distinguish minutes from months."""
    year, month, day = _calendar(days)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    if token.startswith("m") and len(token) <= 2 and ("h" in near[0] or "s" in near[1]):
        return f"{minute:0{len(token)}d}"
    if half:
        hour = hour % 12 or 12
    values = {
        "yyyy": str(year),
        "yyy": str(year),
        "yy": f"{year % 100:02d}",
        "e": str(year),
        "m": str(month),
        "mm": f"{month:02d}",
        "mmm": _MONTHS[month - 1],
        "d": str(day),
        "dd": f"{day:02d}",
        "aaaa": f"星期{_WEEKDAYS[days % 7]}",
        "aaa": _WEEKDAYS[days % 7],
        "h": str(hour),
        "hh": f"{hour:02d}",
        "s": str(second),
        "ss": f"{second:02d}",
        "[h]": str(days * 24 + seconds // 3600),
        "[m]": str((days * _DAY + seconds) // 60),
        "[s]": str(days * _DAY + seconds),
    }
    return values.get(token)


def _print_noon(pattern: str, afternoon: bool) -> str:
    """AM or PM in the words of the format."""
    return pattern.split("/")[afternoon]


#: day 0 was, for Excel, a Saturday
_WEEKDAYS: Final = "六日一二三四五"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _calendar(days: int) -> tuple[int, int, int]:
    """Year, month and day of a serial number, with the 29 February 1900 that Excel counts."""
    if days == 60:
        return 1900, 2, 29
    if days == 0:
        return 1900, 1, 0
    shown_day = date(1899, 12, 31) + timedelta(days=days - (days > 60))
    return shown_day.year, shown_day.month, shown_day.day
