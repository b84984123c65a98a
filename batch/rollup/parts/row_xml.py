"""The rows of a table spelt straight as XML, byte for byte as XlsxWriter would.

明细数据 has some 330 rows of 12 cells for every unit and 问题清单 a row of 15 for every finding, for which
XlsxWriter takes longer than reading, checking and marking the unit. Texts repeat from row to row: their
cells are spelt as they were spelt before. This module alone knows XlsxWriter from inside; a test holds
both ways together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Generic
from xml.sax.saxutils import escape

from batch.model.book import column_letters
from batch.model.markup import looks_like_formula
from batch.model.text_width import lines
from batch.rollup.parts.columns import Column, Row
from batch.rollup.parts.pieces import Link
from batch.rollup.parts.small_table import Cell
from batch.workbook.package.splice import require_elements
from batch.workbook.style import LINE, MAX_HEIGHT, PADDING, Look, clean

#: longer texts seldom repeat, and are not kept; nor are more than this many of one column: what repeats comes
#: early, the rest are names that every unit has its own of
_LONG, _KEPT = 80, 1_000
#: stands for the row's number until that is known: no text has it, `clean` leaves no control characters
_NUMBER = b"\x01"
#: cells that a parser goes through in one go
_PROVEN = 500
#: what XlsxWriter escapes in the texts of cells: literal escapes
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
#: Excel opens no sheet with more links, and no longer link
MAX_LINKS, MAX_LINK = 65_530, 2_079
#: by the names of its looks, the number of a format in the workbook
Formats = Mapping[tuple[str, ...], int]


@dataclass(slots=True)
class Extremes:
    """Least and greatest number of each column."""

    by_column: dict[int, list[Decimal | int]] = field(default_factory=dict)

    def note(self, column: int, value: Decimal | int) -> None:
        """One more number of a column."""
        extremes = self.by_column.setdefault(column, [value, value])
        if value < extremes[0]:
            extremes[0] = value
        elif value > extremes[1]:
            extremes[1] = value

    def take_in(self, other: Extremes) -> None:
        """The numbers of further rows."""
        for column, values in other.by_column.items():
            for value in values:
                self.note(column, value)


@dataclass(frozen=True, slots=True)
class _Plan(Generic[Row]):
    """How the cells of one column are written."""

    column: Column[Row]
    start: bytes
    #: the names of their looks
    names: tuple[str, ...]
    #: for a text that may wrap, else 0
    room: int


class _Texts(dict[str, tuple[bytes, int]]):
    """By text, in a column and under a mark: its cell, spelt once, and its lines."""

    def __init__(self, plan: _Plan[Any], mark: str, formats: Formats, unproven: list[bytes]) -> None:
        """`unproven` takes in what is spelt."""
        super().__init__()
        self._plan, self._mark, self._formats, self._unproven = plan, mark, formats, unproven

    def __missing__(self, text: str) -> tuple[bytes, int]:
        found = self.spell(text)
        if len(text) <= _LONG and len(self) < _KEPT:
            self[text] = found
        return found

    def spell(self, value: str, link: str = "") -> tuple[bytes, int]:
        """A text's cell, and its lines in its column; `link`: the name of the look of links, "" for none."""
        text, plan = clean(value), self._plan
        quoted = "quoted" if looks_like_formula(text) else ""
        style = self._formats[(*plan.names, *filter(None, (self._mark, quoted, link)))]
        high = 1
        if not value:
            cell = b'%b%b" s="%d"/>' % (plan.start, _NUMBER, style)
        else:
            if plan.room and (2 * len(text) > plan.room or "\n" in text):
                high = lines(text, plan.room)
            preserve = ' xml:space="preserve"' if text != text.strip() else ""
            escaped = escape(_LOOKS_ESCAPED.sub(r"_x005F\1", text))
            told = f'" s="{style}" t="inlineStr"><is><t{preserve}>{escaped}</t></is></c>'
            cell = plan.start + _NUMBER + told.encode()
        self._unproven.append(cell)
        return cell, high


class RowText(Generic[Row]):
    """Spells the rows of one table, in UTF-8.

    A parser goes through every text's cell when it is spelt, and not again where it is repeated: rows are
    made of nothing else.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        formats: Formats,
        extremes: Extremes,
        linked: Callable[[Link], None],
    ) -> None:
        """`extremes` take in all numbers; `linked` is told of cells with links."""
        self._formats, self._extremes, self._linked = formats, extremes, linked
        self._unproven: list[bytes] = []
        #: of each column: how its value is got, its texts where they have neither mark nor link, all the rest
        self._columns: list[tuple[Callable[[Row], Cell], _Texts | None, _Plan[Row]]] = []
        #: by column and mark
        self._texts: dict[tuple[int, str], _Texts] = {}
        for number, column in enumerate(columns):
            start, names = f'<c r="{column_letters(number + 1)}'.encode(), (column.kind, "boxed")
            room = int(column.width) - 2 if column.kind in ("wrap", "plain") else 0
            plan = _Plan(column, start, names, room)
            plain = self._texts_of(number, plan, "") if column.mark is column.link is None else None
            self._columns.append((column.value, plain, plan))

    def spell(self, row: int, item: Row, *, links: bool = True) -> tuple[bytes, list[Cell]]:
        """A row, counted from 0, and its values; without `links` its cells lead nowhere.

        Raises CannotPatch, see `prove`.
        """
        needed = 1
        cells, values = [b""], []
        for number, (value_of, plain, plan) in enumerate(self._columns):
            value = value_of(item)
            values.append(value)
            if plain is not None and value.__class__ is str:
                # nine cells of ten
                cell, high = plain[value]
            elif value is None or isinstance(value, str):
                cell, high = self._told(row, number, plan, item, value or "", links=links)
            else:
                mark = plan.column.mark(item) if plan.column.mark is not None else ""
                self._extremes.note(number, value)
                style = self._formats[(*plan.names, mark) if mark else plan.names]
                cell = b'%b%b" s="%d"><v>%b</v></c>' % (plan.start, _NUMBER, style, _printed(value))
                high = 1
            cells.append(cell)
            if high > needed:
                needed = high
        cells[0] = _row_start(needed)
        cells.append(b"</row>")
        if len(self._unproven) >= _PROVEN:
            self.prove()
        return b"".join(cells).replace(_NUMBER, b"%d" % (row + 1)), values

    def prove(self) -> None:
        """Have a parser go through what was spelt. Raises CannotPatch: a mistake of ours."""
        require_elements(b"".join(self._unproven).replace(_NUMBER, b"1"))
        self._unproven.clear()

    def _told(
        self, row: int, number: int, plan: _Plan[Row], item: Row, value: str, *, links: bool
    ) -> tuple[bytes, int]:
        """The cell of a text that may have a mark or a link."""
        column = plan.column
        mark = column.mark(item) if column.mark is not None else ""
        link = column.link(item) if value and links and column.link is not None else ""
        texts = self._texts.get((number, mark)) or self._texts_of(number, plan, mark)
        if link and len(link) <= MAX_LINK:
            self._linked(Link(row, number, link))
            return texts.spell(value, "link")
        return texts[value]

    def _texts_of(self, number: int, plan: _Plan[Row], mark: str) -> _Texts:
        self._texts[number, mark] = texts = _Texts(plan, mark, self._formats, self._unproven)
        return texts


def _printed(value: Decimal | int) -> bytes:
    return f"{float(value):.16G}".encode()


def leave_room(sheet: Any, row: int, rows: int, width: int, mark: str) -> None:
    """Have `mark` stand in a sheet for so many rows of `width` cells from `row` on, put there later.

    Everything above is written with that; what comes next stands below.
    """
    sheet._check_dimensions(row, 0)
    sheet._check_dimensions(row, width - 1)
    sheet._write_single_row(row)
    # what XlsxWriter notes when it has written a row
    sheet.previous_row = sheet.dim_rowmax = row + rows - 1
    sheet.fh.write(mark)


class AskedFormats(dict[tuple[str, ...], int]):
    """See `Formats`: numbers are given as they are asked for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, names: tuple[str, ...]) -> int:
        number: int = self._look(*names)._get_xf_index()
        self[names] = number
        return number


def all_formats(columns: Sequence[Column[Row]], look: Look) -> Formats:
    """The formats that cells of these columns may have, each column saying its marks."""
    numbers = AskedFormats(look)
    for column in columns:
        for mark in ("", *column.marks):
            for quoted in ("", "quoted"):
                for link in ("", "link") if column.link is not None else ("",):
                    numbers[(column.kind, "boxed", *filter(None, (mark, quoted, link)))]
    return dict(numbers)


@cache
def _row_start(needed: int) -> bytes:
    """The start of a row of so many lines: XlsxWriter counts heights in pixels, four for three points."""
    pixels = int(min(needed * LINE + PADDING, MAX_HEIGHT) * 4 / 3 + 0.5)
    return b'<row r="%b" ht="%b" customHeight="1">' % (_NUMBER, f"{pixels * 0.75:.16g}".encode())
