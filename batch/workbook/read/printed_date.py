"""Serial numbers of days and times as date formats print them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from batch.workbook.read.format_code import sections_of

#: wide enough for the largest double in any format of 255 characters
_WIDE: Final = Context(prec=2000)
#: 31 December 9999
_LAST_DAY: Final = 2_958_465
_DAY: Final = 86_400

#: day 0 was, for Excel, a Saturday
_WEEKDAYS: Final = "六日一二三四五"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def printed_date(value: Decimal, code: str, date1904: bool) -> str | None:
    """A serial number of days as a date format prints it; None when it is no date or the format is not
    understood."""
    if date1904:
        value += 1462
    if not 0 <= value <= _LAST_DAY:
        return None
    days, seconds = divmod(int((value * _DAY).quantize(Decimal(1), ROUND_HALF_UP, _WIDE)), _DAY)
    section = sections_of(code)[0].parts
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


def _calendar(days: int) -> tuple[int, int, int]:
    """Year, month and day of a serial number, with the 29 February 1900 that Excel counts."""
    if days == 60:
        return 1900, 2, 29
    if days == 0:
        return 1900, 1, 0
    shown_day = date(1899, 12, 31) + timedelta(days=days - (days > 60))
    return shown_day.year, shown_day.month, shown_day.day
