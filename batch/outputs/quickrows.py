"""A table of very many rows written straight into its sheet, byte for byte as XlsxWriter would.

明细数据 has some 330 rows of 12 cells for every unit, for which XlsxWriter takes 30 ms: more than reading,
checking and marking the unit. Here they take 5, because texts repeat from row to row and are written as
they were written before. This module alone knows XlsxWriter from inside; a test holds both ways together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from batch.model.book import column_letters
from batch.outputs.blocks import Cell
from batch.outputs.sheet import Column, Table
from batch.outputs.style import LINE, MAX_HEIGHT, PADDING, clean, looks_like_formula
from batch.workbook.textwidth import lines

Row = TypeVar("Row")
#: longer texts seldom repeat, and are not kept
_KEPT = 80
#: what XlsxWriter escapes in the texts of cells: literal escapes; `clean` leaves no control characters
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")


@dataclass(slots=True)
class QuickTable(Table[Row]):
    """A table without links and totals whose rows are written in one piece each."""

    #: by column: the start of its cells, the names of its looks, and the room for a text that may wrap
    _plan: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)
    #: number of a format in the workbook, by the names of its looks
    _formats: dict[tuple[str, ...], int] = field(default_factory=dict)

    def _row(self, row: int, item: Row) -> list[Cell]:
        if not self._plan:
            self._plan = [_planned(number, column) for number, column in enumerate(self.columns)]
        needed = 1
        place = f'{row + 1}" s="'
        formats = self._formats
        cells = []
        for number, (column, (start, names, room)) in enumerate(zip(self.columns, self._plan, strict=True)):
            value = column.value(item)
            if column.mark is not None and (mark := column.mark(item)):
                names = (*names, mark)
            if value is None or value == "":
                style = formats.get(names) or self._format(names)
                cells.append(f'{start}{place}{style}"/>')
            elif isinstance(value, str):
                text, is_formula, high = _known(value, room) if len(value) <= _KEPT else _text(value, room)
                if is_formula:
                    names = (*names, "quoted")
                if high > needed:
                    needed = high
                style = formats.get(names) or self._format(names)
                cells.append(f'{start}{place}{style}" t="inlineStr"><is>{text}</is></c>')
            else:
                self._note_extremes(number, value)
                style = formats.get(names) or self._format(names)
                cells.append(f'{start}{place}{style}"><v>{float(value):.16G}</v></c>')
        if self.every_height or needed > 1:
            self.sheet.set_row(row, min(needed * LINE + PADDING, MAX_HEIGHT))
        _add_row(self.sheet, row, len(cells), "".join(cells))
        # nothing is added up
        return []

    def _format(self, names: tuple[str, ...]) -> int:
        number: int = self.rollup.look(*names)._get_xf_index()
        self._formats[names] = number
        return number


def _planned(number: int, column: Column[Row]) -> tuple[str, tuple[str, ...], int]:
    room = int(column.width) - 2 if column.kind in ("wrap", "plain") else 0
    return f'<c r="{column_letters(number + 1)}', (column.kind, "boxed"), room


def _text(value: str, room: int) -> tuple[str, bool, int]:
    """The element of a text, whether it looks like a formula, and its lines in a column (room 0: one)."""
    text = clean(value)
    high = lines(text, room) if room and (2 * len(text) > room or "\n" in text) else 1
    preserve = ' xml:space="preserve"' if text != text.strip() else ""
    escaped = escape(_LOOKS_ESCAPED.sub(r"_x005F\1", text))
    return f"<t{preserve}>{escaped}</t>", looks_like_formula(text), high


_known = lru_cache(maxsize=65_536)(_text)


def _add_row(sheet: Any, row: int, columns: int, cells: str) -> None:
    """Put a row behind those written so far, all of which leave memory."""
    sheet._check_dimensions(row, 0)
    sheet._check_dimensions(row, columns - 1)
    sheet._write_single_row(row)
    # forgotten, or its height alone would be written a second time with the next row
    sheet._write_row(row, None, sheet.row_info.pop(row, None))
    # what pictures would be placed by: there are none
    sheet.row_sizes.pop(row, None)
    sheet.fh.write(f"{cells}</row>")
