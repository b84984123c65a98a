"""The year of a round whose settings leave it open: the year most forms of the inbox state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


def year_said(claims: Iterable[str]) -> int:
    """The year most forms state, the later one of a tie; 0 when no form states one.

    `claims`: what each file states of itself, see `Reviewed.claims`.
    """
    said = Counter(int(year) for text in claims for year in text.split("\n")[2:3] for year in year.split())
    return max(said, key=lambda year: (said[year], year), default=0)


def said_before(files: Mapping[str, str], claims: Mapping[str, tuple[str, str]]) -> list[str]:
    """What files stated when they were last read; `files`: digest of their bytes, by name."""
    return [text for name, (sha, text) in claims.items() if files.get(name) == sha]
