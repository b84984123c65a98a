"""Days: what a date field says, as a number to compare and count with."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from batch.forms.read.quantities import Parsed
from batch.forms.read.values import says_nothing
from batch.forms.spec.labels import remembered, squeeze

#: the unit of a value that is a day
DAY: Final = "日"
_FIRST = date(1899, 12, 30).toordinal()

_DAY = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})[日号]?"
    r"(?:\d{1,2}:\d{2}(?::\d{2})?)?|(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
    re.ASCII,
)
_MONTH = re.compile(r"(?:19|20)\d{2}(?:年|[-/.])(?:0?[1-9]|1[0-2])月?份?", re.ASCII)


def day_number(text: str) -> Decimal | None:
    """The day a text names, counted so that later days are greater: 2024年3月2日, 2024-3-2, 20240302.

    None for a text that names none, such as the 31st of April.
    """
    found = _DAY.fullmatch(squeeze(text))
    if found is None:
        return None
    year, month, day = (found[name] or found[name[0]] for name in ("year", "month", "day"))
    try:
        return Decimal(date(int(year), int(month), int(day)).toordinal())
    except ValueError:
        return None


def day_of_serial(serial: Decimal) -> Decimal:
    """The day of a date cell, which counts from the end of 1899."""
    return int(serial) + Decimal(_FIRST)


@remembered
def parse_day(text: str) -> Parsed:
    """The text of a date field: kind "day" with a number; "date" for a month without a day, which is no exact
    day but no mistake; "placeholder"; else "text"."""
    number = day_number(text)
    if number is not None:
        return Parsed("day", number, unit=DAY)
    if says_nothing(text):
        return Parsed("placeholder")
    return Parsed("date" if _MONTH.fullmatch(squeeze(text)) else "text")
