"""Quoting of filled-in texts, shortened to what is needed to recognise them."""

from __future__ import annotations

from typing import Final

#: characters of a text in a message
QUOTED: Final = 200


def quoted(text: str, most: int = QUOTED) -> str:
    """A text, cut where it is longer than anybody reads."""
    return text if len(text) <= most else text[: most - 1] + "…"
