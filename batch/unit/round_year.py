"""The year of a round whose settings leave it open: the year most forms of the inbox state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


def year_said(claims: Iterable[str]) -> int:
    """The year most forms state, the later one of a tie; 0 when no form states one.

    `claims`: what each file states of itself, see `Reviewed.claims`.
    """
    return most_stated(years for text in claims for years in text.split("\n")[2:3])


def most_stated(years: Iterable[str]) -> int:
    """The year stated most often, the later one of a tie; 0 when none is.

    `years`: what the forms of each file state, as text: "2020 2020 2021".
    """
    said = Counter(int(year) for text in years for year in text.split())
    return max(said, key=lambda year: (said[year], year), default=0)


def said_before(files: Mapping[str, str], claims: Mapping[str, tuple[str, str]]) -> list[str]:
    """What files stated when they were last read; `files`: digest of their bytes, by name."""
    return [text for name, (sha, text) in claims.items() if files.get(name) == sha]
