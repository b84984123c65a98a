"""The year of a round that the settings leave open: what most forms of the inbox say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


def year_said(claims: Iterable[str]) -> int:
    """The year most forms say, the later one of two said as often; 0 when no form says one.

    `claims`: of each file, what it says of itself, as `Shift.claims` has it.
    """
    said = Counter(int(year) for text in claims for year in text.split("\n")[2:3] for year in year.split())
    return max(said, key=lambda year: (said[year], year), default=0)


def said_before(files: Mapping[str, str], claims: Mapping[str, tuple[str, str]]) -> list[str]:
    """What files said of themselves when they were read last; `files`: digest of their bytes, by name."""
    return [text for name, (sha, text) in claims.items() if files.get(name) == sha]
