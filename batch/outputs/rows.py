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
from batch.outputs.blocks import Cell
from batch.outputs.columns import Column, Row
from batch.outputs.pieces import Link
from batch.outputs.style import LINE, MAX_HEIGHT, PADDING, Look, clean, looks_like_formula
from batch.workbook.textwidth import lines

#: longer texts seldom repeat, and are not kept; nor are more than this many of one column: what repeats comes
#: early, the rest are names that every unit has its own of
_LONG, _KEPT = 80, 1_000
#: stands for the row's number until that is known: no text has it, `clean` leaves no control characters
_NUMBER = "\x01"
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


@dataclass(slots=True)
class _Plan(Generic[Row]):
    """How the cells of one column are written."""

    column: Column[Row]
    start: str
    #: the names of their looks
    names: tuple[str, ...]
    #: for a text that may wrap, else 0
    room: int
    #: by text, or text and mark: the cell as it was written before, and its lines
    known: dict[object, tuple[str, int]] = field(default_factory=dict)


class RowText(Generic[Row]):
    """Spells the rows of one table."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        formats: Formats,
        extremes: Extremes,
        linked: Callable[[Link], None],
    ) -> None:
        """`extremes` take in all numbers; `linked` is told of cells with links."""
        self._formats, self._extremes, self._linked = formats, extremes, linked
        self._columns = [
            _Plan(
                column,
                f'<c r="{column_letters(number)}',
                (column.kind, "boxed"),
                int(column.width) - 2 if column.kind in ("wrap", "plain") else 0,
            )
            for number, column in enumerate(columns, 1)
        ]

    def spell(self, row: int, item: Row, *, links: bool = True) -> tuple[str, list[Cell]]:
        """A row, counted from 0, and its values; without `links` its cells lead nowhere."""
        needed = 1
        cells, values = [""], []
        for number, plan in enumerate(self._columns):
            column = plan.column
            value = column.value(item)
            values.append(value)
            mark = column.mark(item) if column.mark is not None else ""
            if value is None or isinstance(value, str):
                link = column.link(item) if value and links and column.link is not None else ""
                if link and len(link) <= MAX_LINK:
                    self._linked(Link(row, number, link))
                    cell, high = self._text(plan, value or "", mark, "link")
                else:
                    cell, high = plan.known.get((value, mark) if mark else value) or self._text(
                        plan, value or "", mark
                    )
                cells.append(cell)
                if high > needed:
                    needed = high
            else:
                self._extremes.note(number, value)
                style = self._formats[(*plan.names, mark) if mark else plan.names]
                cells.append(f'{plan.start}{_NUMBER}" s="{style}"><v>{float(value):.16G}</v></c>')
        cells[0] = _row_start(needed)
        cells.append("</row>")
        return "".join(cells).replace(_NUMBER, str(row + 1)), values

    def _text(self, plan: _Plan[Row], value: str, mark: str, link: str = "") -> tuple[str, int]:
        """A text's cell, and its lines in its column."""
        text = clean(value)
        quoted = "quoted" if looks_like_formula(text) else ""
        style = self._formats[(*plan.names, *filter(None, (mark, quoted, link)))]
        high = 1
        if not value:
            cell = f'{plan.start}{_NUMBER}" s="{style}"/>'
        else:
            if plan.room and (2 * len(text) > plan.room or "\n" in text):
                high = lines(text, plan.room)
            preserve = ' xml:space="preserve"' if text != text.strip() else ""
            escaped = escape(_LOOKS_ESCAPED.sub(r"_x005F\1", text))
            cell = f'{plan.start}{_NUMBER}" s="{style}" t="inlineStr"><is><t{preserve}>{escaped}</t></is></c>'
        if len(value) <= _LONG and len(plan.known) < _KEPT and not link:
            plan.known[(value, mark) if mark else value] = cell, high
        return cell, high


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
def _row_start(needed: int) -> str:
    """The start of a row of so many lines: XlsxWriter counts heights in pixels, four for three points."""
    pixels = int(min(needed * LINE + PADDING, MAX_HEIGHT) * 4 / 3 + 0.5)
    return f'<row r="{_NUMBER}" ht="{pixels * 0.75:.16g}" customHeight="1">'
