"""How much room text takes in a box or a cell, estimated: no font is asked."""

from __future__ import annotations

import re

#: from Hangul Jamo on nearly everything met in Chinese text is two columns wide, signs included
_WIDE = re.compile("[\u1100-\U0010ffff]")


def columns_wide(text: str) -> int:
    """Width of text in half-width characters: a Chinese character or sign counts as two."""
    return len(text) + len(_WIDE.findall(text))


def lines(text: str, columns: int) -> int:
    """Lines a text takes when it is broken at a number of half-width characters."""
    return sum(max(1, -(-columns_wide(line) // max(1, columns))) for line in text.split("\n"))
