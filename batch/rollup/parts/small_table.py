"""A small table below the large one of a sheet, in the columns that the large one has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from batch.model.text_width import lines
from batch.workbook.style import LINE, MAX_HEIGHT, PADDING, Look, clean

#: what a cell of a table may hold
Cell = Decimal | int | str | None


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One column of the small table, over so many columns of the sheet."""

    title: str
    kind: str
    span: int = 1


@dataclass(frozen=True, slots=True)
class SmallTable:
    """A title, headings and rows; a sentence where there are no rows."""

    title: str
    headings: Sequence[HeadCell]
    rows: Iterable[Sequence[Cell]]
    nothing: str = "没有"
    #: whether the last row is a total
    totalled: bool = False
    note: str = ""


def write_block(sheet: Any, look: Look, row: int, block: SmallTable, widths: Sequence[float]) -> int:
    """Write a block from `row` on, top down; returns the next free row."""
    firsts = [sum(h.span for h in block.headings[:n]) for n in range(len(block.headings))]
    last = firsts[-1] + block.headings[-1].span - 1

    def put(row: int, number: int, value: Cell, *names: str) -> None:
        first, span = firsts[number], block.headings[number].span
        text = clean(value) if isinstance(value, str) else ""
        style = look.of(text, *names)
        if span > 1:
            sheet.merge_range(row, first, row, first + span - 1, "", style)
        if isinstance(value, Decimal | int):
            sheet.write_number(row, first, float(value), style)
        elif text:
            sheet.write_string(row, first, text, style)
        else:
            sheet.write_blank(row, first, None, style)

    sheet.set_row(row, LINE + 2 * PADDING)
    sheet.merge_range(row, 0, row, last, clean(block.title), look("section"))
    row += 1
    room = [int(sum(widths[f : f + h.span])) - 2 for f, h in zip(firsts, block.headings, strict=True)]
    heads = zip(block.headings, room, strict=True)
    sheet.set_row(row, max(lines(h.title, width + 1) for h, width in heads) * LINE + 2 * PADDING)
    for number, heading in enumerate(block.headings):
        put(row, number, heading.title, "head", "boxed")
    row += 1
    rows = list(block.rows)
    for place, values in enumerate(rows, 1):
        needed = 1
        style = ("total",) if block.totalled and place == len(rows) else ()
        for number, value in enumerate(values):
            put(row, number, value, block.headings[number].kind, "boxed", *style)
            if isinstance(value, str):
                needed = max(needed, lines(clean(value), room[number]))
        sheet.set_row(row, min(needed * LINE + PADDING, MAX_HEIGHT))
        row += 1
    if not rows:
        sheet.merge_range(row, 0, row, last, block.nothing, look("empty", "boxed"))
        row += 1
    if block.note:
        sheet.set_row(row, lines(block.note, int(sum(widths[: last + 1]))) * LINE + PADDING)
        sheet.merge_range(row, 0, row, last, clean(block.note), look("note"))
        row += 1
    return row
