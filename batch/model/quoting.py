"""How much of a text that somebody filled in is repeated elsewhere: enough to know it again."""

from __future__ import annotations

from typing import Final

#: characters of a text in a message
QUOTED: Final = 200


def quoted(text: str, most: int = QUOTED) -> str:
    """A text with its end cut off where it is longer than anybody reads."""
    return text if len(text) <= most else text[: most - 1] + "…"
