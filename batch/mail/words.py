"""Text from files made safe for a mail (one line, no control characters), and words both bodies share."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from batch.mail.published import Published, UnitResult
from batch.model.day_words import day_in_words
from batch.model.status import SEVERITY_WORDS, UNIT_STATUSES

#: controls, half surrogates, marks that turn the reading direction, line and paragraph ends
_UNFIT = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def one_line(text: str, most: int = 200) -> str:
    """Text on one line: without controls, blanks drawn together, cut with “…” behind `most` characters."""
    kept = "".join(" " if unicodedata.category(char) in _UNFIT else char for char in text)
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def cutoff_of(published: Published) -> str:
    """ "2021年3月15日 18:30", or that there was nothing."""
    at = published.cutoff
    return day_in_words(f"{at:%Y-%m-%d %H:%M}") if at else "收件箱为空"


def day_of(published: Published) -> str:
    """ "2021年3月15日"; "" for an empty inbox."""
    return cutoff_of(published).partition(" ")[0] if published.cutoff else ""


def reported(published: Published) -> list[list[tuple[str, int]]]:
    """户数 in rows as people read them; 应报 and 未报 only where a roster says who must report."""
    if published.turnout is None:
        return [[("已报", len(published.units)), *fared(published)]]
    return [list(published.turnout.counts.items()), fared(published)]


def fared(published: Published) -> list[tuple[str, int]]:
    """How those that reported stand."""
    return [(status, published.statuses.get(status, 0)) for status in UNIT_STATUSES]


def by_severity(of: Published | UnitResult) -> list[tuple[str, int]]:
    """Open findings by severity."""
    return list(zip(SEVERITY_WORDS, (of.errors, of.warnings, of.hints), strict=True))


def money(amount: Decimal | None) -> str:
    """ "1,970.45万元"; "" where there is no amount."""
    return "" if amount is None else f"{amount:,.2f}万元"
