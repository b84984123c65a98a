"""The text a cell displays: numbers and dates as their number format prints them.

Enough for messages: the formats bookkeepers use are printed as Excel prints them, all others as General.
Numbers are taken with 15 significant digits, as Excel does, so that 0.1+0.2 is 0.3.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from batch.model.book import NUMBER, Cell
from batch.workbook.read.format_code import is_date, is_percent, sections_of
from batch.workbook.read.printed_date import printed_date

_FIFTEEN: Final = Context(prec=15)
#: wide enough for the largest double in any format of 255 characters
_WIDE: Final = Context(prec=2000)
#: doubles end there; smaller is 0
_SMALLEST: Final = -307
#: numbers as nearly all are stored: digits that say no more than they have to, and at most fifteen of them
_SHORTEST_FORM = re.compile(r"-?(?:[1-9][0-9]*+(?:\.[0-9]*[1-9])?|0\.[0-9]*[1-9])|0")
_SHORT: Final = 15
_DECIMALS = re.compile(r"\.(\d+)")


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
        text = printed_date(value, code, date1904)
        return PrintedNumber(_print_general(value) if text is None else text, value, 0, True, percent)
    text = _print_number(value, code)
    if text is None:
        exponent = value.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        return PrintedNumber(_print_general(value), value, places, False, percent)
    found = _DECIMALS.search(text)
    return PrintedNumber(text, value, len(found[1]) if found else 0, False, percent)


def _number(raw: str) -> Decimal:
    if len(raw) <= _SHORT and _SHORTEST_FORM.fullmatch(raw):
        return Decimal(raw)
    value = _FIFTEEN.create_decimal(raw)
    if not value or value.adjusted() < _SMALLEST:
        return Decimal(0)
    value = value.normalize(_FIFTEEN)
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1), context=_WIDE) if isinstance(exponent, int) and exponent > 0 else value


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
    sections = sections_of(code)
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
    rounded = value.quantize(places.last, ROUND_HALF_UP, _WIDE)
    if places.usual:
        return f"{rounded:,f}" if places.grouped else f"{rounded:f}"
    digits, _, fraction = f"{rounded:f}".partition(".")
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
    #: whether it prints all of its decimals and one digit before them, as 0.00 and #,##0 do
    usual: bool


@lru_cache(maxsize=1024)
def _places(pattern: str) -> _Places | None:
    if "e" in pattern.lower():
        return None
    bare = pattern.rstrip(",")
    whole, point, decimals = bare.partition(".")
    last, least = Decimal(1).scaleb(-len(decimals)), len(decimals.rstrip("#?"))
    thousands, width = len(pattern) - len(bare), whole.count("0")
    usual = not thousands and least == len(decimals) and bool(point) == bool(decimals) and width == 1
    return _Places(thousands, last, least, point, width, "," in whole, usual)
