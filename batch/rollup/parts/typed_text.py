"""Texts of findings as cells of a list: a number where the text is one, so that a column can be sorted."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from batch.rollup.parts.small_table import Cell

#: as people and messages write them; a code such as 00123 is none, nor what has more digits than a cell keeps
_NUMBER: Final = re.compile(r"([+−-]?)((?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,14})(?:\.\d+)?)(%?)")
#: how a batch is called: by the day and minute of its newest file
_BATCH: Final = re.compile(r"(\d{4})(\d\d)(\d\d)-\d{4}-.*")
#: the day before the first of a workbook's calendar, in which 1900 has a 29 February
_DAY_NOUGHT: Final = date(1899, 12, 30)


def typed(text: str) -> Cell:
    """The number that a text is, a percentage as a fraction; the text itself where it is none."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return text
    sign, digits, percent = found.groups()
    number = Decimal(digits.replace(",", "")) / (100 if percent else 1)
    return number if sign in ("", "+") else -number


def look_of(text: str) -> str:
    """The look of what `typed` makes of a text, on top of its column's."""
    number = typed(text)
    if not isinstance(number, Decimal):
        return ""
    return "rate" if text.endswith("%") else "money" if "." in text else "count"


def day_of(batch: str) -> Cell:
    """The day of a batch as a workbook counts days; its name where it has none."""
    found = _BATCH.fullmatch(batch)
    return (date(*map(int, found.groups())) - _DAY_NOUGHT).days if found else batch
