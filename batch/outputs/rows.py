"""The rows of a table written straight into their sheet, byte for byte as XlsxWriter would.

明细数据 has some 330 rows of 12 cells for every unit and 问题清单 a row of 15 for every finding, for which
XlsxWriter takes longer than reading, checking and marking the unit. Texts repeat from row to row: their
cells are written as they were written before. This module alone knows XlsxWriter from inside; a test holds
both ways together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO
from typing import Any, Generic
from xml.sax.saxutils import escape

from batch.model.book import column_letters
from batch.outputs.blocks import Cell
from batch.outputs.columns import Column, Row
from batch.outputs.style import LINE, MAX_HEIGHT, PADDING, Look, clean, looks_like_formula
from batch.workbook.textwidth import lines

#: longer texts seldom repeat, and are not kept; nor are more than this many of one column
_LONG, _KEPT = 80, 20_000
#: stands for the row's number until that is known: no text has it, `clean` leaves no control characters
_NUMBER = "\x01"
#: what XlsxWriter escapes in the texts of cells: literal escapes
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
#: Excel opens no sheet with more links, and no longer link
MAX_LINKS, MAX_LINK = 65_530, 2_079


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


class RowWriter(Generic[Row]):
    """Writes the rows of one table, top down; they leave memory at once."""

    def __init__(
        self, sheet: Any, columns: Sequence[Column[Row]], look: Look, extremes: Extremes, every_height: bool
    ) -> None:
        """`every_height`: every row is given a height, or only those with texts of several lines."""
        self._sheet, self._look, self._extremes, self._every_height = sheet, look, extremes, every_height
        self._columns = [
            _Plan(
                column,
                f'<c r="{column_letters(number)}',
                (column.kind, "boxed"),
                int(column.width) - 2 if column.kind in ("wrap", "plain") else 0,
            )
            for number, column in enumerate(columns, 1)
        ]
        #: number of a format in the workbook, by the names of its looks
        self._formats: dict[tuple[str, ...], int] = {}
        #: the start of a row, by its lines
        self._starts: dict[int, str] = {}
        self._links = 0

    def write(self, row: int, item: Row) -> list[Cell]:
        """Write one row; returns its values."""
        if not self._starts:
            self._begin(row)
        needed = 1
        cells, values = [""], []
        for number, plan in enumerate(self._columns):
            column = plan.column
            value = column.value(item)
            values.append(value)
            mark = column.mark(item) if column.mark is not None else ""
            if value is None or isinstance(value, str):
                link = column.link(item) if value and column.link is not None else ""
                if link and self._links < MAX_LINKS and len(link) <= MAX_LINK:
                    cell, high = self._linked(row, number, value or "", mark, link)
                else:
                    cell, high = plan.known.get((value, mark) if mark else value) or self._text(
                        plan, value or "", mark
                    )
                cells.append(cell)
                if high > needed:
                    needed = high
            else:
                self._extremes.note(number, value)
                style = self._format((*plan.names, mark) if mark else plan.names)
                cells.append(f'{plan.start}{_NUMBER}" s="{style}"><v>{float(value):.16G}</v></c>')
        cells[0] = self._starts.get(needed) or self._start(row, needed)
        cells.append("</row>")
        # what XlsxWriter notes when it has written a row
        self._sheet.previous_row = self._sheet.dim_rowmax = row
        self._sheet.fh.write("".join(cells).replace(_NUMBER, str(row + 1)))
        return values

    def _begin(self, row: int) -> None:
        """Have everything above written, and the size of the sheet noted."""
        self._sheet._check_dimensions(row, 0)
        self._sheet._check_dimensions(row, len(self._columns) - 1)
        self._sheet._write_single_row(row)

    def _text(self, plan: _Plan[Row], value: str, mark: str, link: str = "") -> tuple[str, int]:
        """A text's cell, and its lines in its column."""
        text = clean(value)
        quoted = "quoted" if looks_like_formula(text) else ""
        style = self._format((*plan.names, *filter(None, (mark, quoted, link))))
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

    def _linked(self, row: int, number: int, value: str, mark: str, link: str) -> tuple[str, int]:
        """A text's cell that leads somewhere: XlsxWriter notes where, the cell itself is ours."""
        self._links += 1
        self._sheet.write_url(row, number, link, None, clean(value))
        self._sheet.table.clear()
        return self._text(self._columns[number], value, mark, "link")

    def _format(self, names: tuple[str, ...]) -> int:
        number = self._formats.get(names)
        if number is None:
            number = self._formats[names] = self._look(*names)._get_xf_index()
        return number

    def _start(self, row: int, needed: int) -> str:
        """The start of a row with so many lines, as XlsxWriter writes it."""
        sheet = self._sheet
        if self._every_height or needed > 1:
            sheet.set_row(row, min(needed * LINE + PADDING, MAX_HEIGHT))
        info = sheet.row_info.pop(row, None)
        # what pictures would be placed by: there are none
        sheet.row_sizes.pop(row, None)
        with StringIO() as written:
            sheet.fh, file = written, sheet.fh
            sheet._write_row(row, None, info)
            sheet.fh = file
            start = written.getvalue().replace(f'r="{row + 1}"', f'r="{_NUMBER}"', 1)
        self._starts[needed] = start
        return start
