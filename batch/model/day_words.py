"""Dates as people read them on sheets, in sentences, mails and on the terminal: 2021年3月15日."""

from __future__ import annotations

import re

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)")


def day_in_words(moment: str) -> str:
    """ "2021-03-15 18:30" → "2021年3月15日 18:30", with or without the time; other texts stay as they are."""
    found = _ISO.fullmatch(moment)
    if not found:
        return moment
    year, month, day, rest = found.groups()
    return f"{year}年{int(month)}月{int(day)}日{rest}"
