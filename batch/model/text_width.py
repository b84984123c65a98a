"""Estimated width of text in cells and boxes, without font metrics."""

from __future__ import annotations


def columns_wide(text: str) -> int:
    """Width of a text in half-width characters: a Chinese character or sign counts as two.

    These take three bytes in UTF-8 and ASCII takes one, so the mean of characters and bytes is the width;
    much quicker than looking every character up.
    """
    if text.isascii():
        return len(text)
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) // 2


def lines(text: str, columns: int) -> int:
    """The number of lines of a text wrapped at a number of half-width characters."""
    columns = max(1, columns)
    if 2 * len(text) <= columns and "\n" not in text:
        return 1
    if "\n" not in text:
        return -(-columns_wide(text) // columns) or 1
    return sum([-(-columns_wide(line) // columns) or 1 for line in text.split("\n")])
