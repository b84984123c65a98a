"""How much room a text takes: in a cell or a box, estimated without asking a font, and in a terminal."""

from __future__ import annotations

from unicodedata import east_asian_width


def columns_wide(text: str) -> int:
    """Width of a text in half-width characters: a Chinese character or sign counts as two.

    These take three bytes in UTF-8 and ASCII takes one, so the mean of characters and bytes is the width;
    much quicker than looking every character up.
    """
    if text.isascii():
        return len(text)
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) // 2


def terminal_columns(text: str) -> int:
    """How many columns of a terminal a text takes: unlike in a document, quotation marks take one."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def lines(text: str, columns: int) -> int:
    """The number of lines of a text wrapped at a number of half-width characters."""
    columns = max(1, columns)
    if 2 * len(text) <= columns and "\n" not in text:
        return 1
    if "\n" not in text:
        return -(-columns_wide(text) // columns) or 1
    return sum([-(-columns_wide(line) // columns) or 1 for line in text.split("\n")])
