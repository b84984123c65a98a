"""Rows a unit added below an open heading (such as one row per project): which of them are its parts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from batch.forms.locate.view import LabelText
from batch.forms.spec.labels import has_number
from batch.forms.spec.spec import Grid
from batch.model.form import Deviation, Table

#: how far each amount of a sum may be off for rounding
_ROUNDED = Decimal("0.01")


class OpenRow(NamedTuple):
    """A row below an open heading, under the name its values are filed by."""

    name: str
    heading: str
    #: None for a row that the form prints
    text: LabelText | None

    @property
    def begins(self) -> bool:
        """Whether it is printed, or numbered as those are."""
        return self.text is None or has_number(self.text.cell.raw)

    def says_so(self, words: Sequence[str]) -> bool:
        """Whether it is numbered, indented, or contains one of these words."""
        if self.text is None or self.begins:
            return True
        raw = self.text.cell.raw
        return raw[:1].isspace() or "其中" in raw or any(word in raw for word in words)


def file_rows(table: Table, grid: Grid, rows: Sequence[OpenRow]) -> None:
    """File the rows that the form does not print in `table.extra_rows`, under what each is a part of.

    Rows that come to what the row above them says are its parts and not once more the heading's. A row that
    nothing shows to be a part is one when the heading's sum holds with it, and none when it holds without;
    otherwise nobody knows: it is left out and asked about (F035).
    """
    if not any(row.text for row in rows):
        return
    for field in grid.rows:
        own = [row for row in rows if row.heading == field.name]
        if not field.open or not any(row.text for row in own):
            continue
        parts = _without_nested(table, grid, own)
        last = max((n for n, row in enumerate(parts) if row.begins), default=-1)
        unsure = [row for row in parts[last + 1 :] if not row.says_so(field.part_words)]
        sure = [row for row in parts if row not in unsure]
        # below a heading alone the rows are its parts, whatever they are called
        if unsure and sure and not _adds_up(table, grid, field.name, parts):
            out = _adds_up(table, grid, field.name, sure)
            for row in unsure:
                _leave_out(table, row, asked=not out)
            parts = sure
        added = [row.name for row in parts if row.text]
        if added:
            table.extra_rows[field.name] = added


def _without_nested(table: Table, grid: Grid, rows: list[OpenRow]) -> list[OpenRow]:
    """The rows without those that add up to one above them, which are filed as that one's parts."""
    kept: list[OpenRow] = []
    number = 0
    while number < len(rows):
        row = rows[number]
        kept.append(row)
        below = list(takewhile(lambda r: not r.begins, rows[number + 1 :])) if row.begins else []
        number += 1
        if below and _adds_up(table, grid, row.name, below):
            table.extra_rows[row.name] = [part.name for part in below]
            number += len(below)
    return kept


def _adds_up(table: Table, grid: Grid, whole: str, parts: Sequence[OpenRow]) -> bool:
    """Whether a row is the sum of others in every column in which it has an amount, and has any."""
    seen = False
    for column in grid.columns:
        total = table.fields.get(f"{whole}.{column.name}")
        if total is None or total.number is None:
            continue
        values = [table.fields.get(f"{part.name}.{column.name}") for part in parts]
        numbers = [value.number for value in values if value is not None and value.number is not None]
        if abs(sum(numbers, Decimal(0)) - total.number) > _ROUNDED * (len(numbers) + 1):
            return False
        seen = seen or total.number != 0
    return seen


def _leave_out(table: Table, row: OpenRow, *, asked: bool) -> None:
    """Take the row's values out of the form and tell of it: asked about, or as content nobody needs."""
    own = [name for name in table.fields if name.rpartition(".")[0] == row.name]
    values = [table.fields.pop(name) for name in own]
    if row.text is None or not values:
        return
    cell, sheet = row.text.cell, values[0].sheet
    found = " ".join(cell.raw.split())
    if asked:
        table.bends.append(Deviation("F035", sheet, cell.ref, found, row.heading, "unclear"))
    else:
        table.bends.append(Deviation("F015", sheet, cell.ref, found, "", "extra"))
