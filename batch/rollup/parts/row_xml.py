"""The rows of tables spelt straight as XML, as XlsxWriter would.

明细数据 has some 330 rows of 12 cells for every unit, all other tables together 40. XlsxWriter takes five
times as long for a row; texts repeat from row to row, and their cells are spelt once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Generic
from xml.sax.saxutils import escape

from batch.model.book import column_letters
from batch.model.markup import looks_like_formula
from batch.rollup.parts.columns import Column, Row, row_height
from batch.rollup.parts.small_table import Cell
from batch.workbook.style import Look, clean

#: longer texts seldom repeat, and are not kept; nor are more than this many of one column: what repeats comes
#: early, the rest are names that every unit has its own of
_LONG, _KEPT = 80, 1_000
#: stands for the row's number until that is known: no text has it, `clean` leaves no control characters
_NUMBER: Final = b"\x01"
#: what XlsxWriter escapes in the texts of cells: literal escapes
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
#: looks of numbers and blanks; texts have others
_OF_NUMBERS = ("count", "money", "rate", "score", "plain")
#: by the names of its looks, the number of a format in the workbook
Formats = Mapping[tuple[str, ...], int]


class Numbers(dict[tuple[str, ...], int]):
    """By the names of its looks, the number of a format in the workbook; it gets one when it is asked for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, names: tuple[str, ...]) -> int:
        number: int = self._look(*names)._get_xf_index()
        self[names] = number
        return number


def looks_of(columns: Sequence[Column[Any]]) -> list[tuple[str, ...]]:
    """The names of the looks that cells of these columns may have, each combination once."""
    looks: dict[tuple[str, ...], None] = {}
    for column in columns:
        for mark in ("", *column.marks):
            names = _names(column.kind, mark)
            looks[names] = None
            if (mark or column.kind) not in _OF_NUMBERS:
                looks[(*names, "quoted")] = None
    return list(looks)


class _Texts(dict[str, tuple[bytes, int]]):
    """By text, in a column and under a mark: its cell, spelt once, and its lines."""

    def __init__(self, start: bytes, names: tuple[str, ...], column: Column[Any], formats: Formats) -> None:
        super().__init__()
        self._start, self._names, self._column, self._formats = start, names, column, formats

    def __missing__(self, text: str) -> tuple[bytes, int]:
        found = self._spell(clean(text))
        if len(text) <= _LONG and len(self) < _KEPT:
            self[text] = found
        return found

    def _spell(self, text: str) -> tuple[bytes, int]:
        style = self._formats[(*self._names, "quoted") if looks_like_formula(text) else self._names]
        if not text:
            return b'%b%b" s="%d"/>' % (self._start, _NUMBER, style), 1
        preserve = ' xml:space="preserve"' if text != text.strip() else ""
        escaped = escape(_LOOKS_ESCAPED.sub(r"_x005F\1", text))
        told = f'" s="{style}" t="inlineStr"><is><t{preserve}>{escaped}</t></is></c>'
        return self._start + _NUMBER + told.encode(), self._column.lines(text)


class _Marked(dict[str, _Texts]):
    """By mark, the texts of a column; `more`: further names of their looks."""

    def __init__(self, start: bytes, column: Column[Any], formats: Formats, *more: str) -> None:
        super().__init__()
        self._start, self._column, self._formats, self._more = start, column, formats, more

    def __missing__(self, mark: str) -> _Texts:
        names = (*_names(self._column.kind, mark), *self._more)
        found = self[mark] = _Texts(self._start, names, self._column, self._formats)
        return found


class RowText(Generic[Row]):
    """Spells the rows of one table, in UTF-8."""

    def __init__(self, columns: Sequence[Column[Row]], formats: Formats) -> None:
        self._formats = formats
        self._columns = []
        for number, column in enumerate(columns, 1):
            start = f'<c r="{column_letters(number)}'.encode()
            texts, linked = _Marked(start, column, formats), _Marked(start, column, formats, "link")
            self._columns.append((column.mark, column.kind, column.link is not None, start, texts, linked))

    def spell(self, item: Row, values: Sequence[Cell], *, linked: bool = False) -> bytes:
        """A row with the values of its columns, still to be `numbered`; `linked`: the text of the column
        with links is one."""
        needed = 1
        cells = [b""]
        for value, (mark_of, kind, links, start, texts, texts_of_links) in zip(
            values, self._columns, strict=True
        ):
            mark = mark_of(item) if mark_of is not None else ""
            if value is None or isinstance(value, str):
                cell, high = (texts_of_links if links and linked else texts)[mark][value or ""]
                if high > needed:
                    needed = high
            else:
                style = self._formats[_names(kind, mark)]
                cell = b'%b%b" s="%d"><v>%b</v></c>' % (start, _NUMBER, style, _printed(value))
            cells.append(cell)
        cells[0] = b'<row r="%b" ht="%g" customHeight="1">' % (_NUMBER, row_height(needed))
        cells.append(b"</row>")
        return b"".join(cells)


def numbered(spelt: bytes, row: int) -> bytes:
    """A row with its number, counted from 0."""
    return spelt.replace(_NUMBER, b"%d" % (row + 1))


def _names(kind: str, mark: str) -> tuple[str, ...]:
    return (kind, "boxed", mark) if mark else (kind, "boxed")


def _printed(value: Decimal | int) -> bytes:
    return f"{float(value):.16G}".encode()
