"""The table of indicators on a blank form: found by the names of its levels, 一级指标, 二级指标."""

from __future__ import annotations

from typing import Final

from batch.draft.blank_page import BlankPage, Box
from batch.draft.draft_words import draft_words
from batch.draft.parts import ListPart, Unread, block_heading, named
from batch.forms.spec.labels import heading_weight, split_entries
from batch.forms.spec.labels import label as normalise

_WORDS = draft_words()
#: so many names of levels in a row make it the heading of a table of indicators
_LEVELS: Final = 2


def find_indicators(form: Unread) -> None:
    """Take the table of indicators out of a form, if it has one."""
    for row in range(form.page.area.top, form.page.area.bottom + 1):
        boxes = form.page.row(row)
        levels = [b for b in boxes if is_level(b.text) and b.area.top == row and form.is_free(b)]
        if len(levels) >= _LEVELS:
            form.parts.lists.append(_table(form, row, levels))
            return


def is_level(text: str) -> bool:
    """Whether a heading names a level of indicators."""
    return normalise(text).startswith(_WORDS.levels) and "指标" in text


def _table(form: Unread, row: int, levels: list[Box]) -> ListPart:
    page = form.page
    bottom = _heading_ends(page, row, levels)
    columns = _lowest(page, row, bottom)
    form.take(*columns)
    block = block_heading(page, row, min(box.area.left for box in levels))
    numbers = [n for n, box in enumerate(columns) if is_level(box.text)]
    table = ListPart(block.text if block else "", named(page, columns), numbers, [], [])
    for r in range(bottom + 1, page.area.bottom + 1):
        kind = _kind(form, r, columns[numbers[0]], columns[numbers[-1]])
        if kind == "end":
            break
        boxes = [page.at(r, box.area.left) or box for box in columns]
        if kind == "total":
            table.total, table.total_label = boxes, next(b.text for b in page.row(r) if b.text)
            printed = [b for b in page.row(r) if b.text and normalise(b.text) not in _WORDS.totals]
            form.parts.decor += printed
            form.take(*page.row(r))
            break
        table.rows.append(boxes)
        form.take(*boxes)
    return table


def _heading_ends(page: BlankPage, row: int, levels: list[Box]) -> int:
    """The last row of the heading: one more where headings are split below and levels stand above blanks."""
    bottom = max(box.area.bottom for box in levels)
    below = [b for b in page.row(bottom + 1) if b.text and b.area.top == bottom + 1]
    wide = [b for b in page.row(row) if b.text and b.area.right > b.area.left and b.area.bottom == row]
    is_split = any(sum(w.area.left <= b.area.left <= w.area.right for b in below) > 1 for w in wide)
    under = [page.below(level) for level in levels]
    if bottom == row and is_split and all(box is None or box.is_blank for box in under):
        return bottom + 1
    return bottom


def _lowest(page: BlankPage, top: int, bottom: int) -> list[Box]:
    """The lowest texts of heading rows, from the left; not what goes on beside the rows below."""
    found: dict[tuple[int, int], Box] = {}
    for col in range(page.area.left, page.area.right + 1):
        column = [page.at(row, col) for row in range(top, bottom + 1)]
        texts = [box for box in column if box is not None and box.text]
        if texts and texts[-1].area.bottom <= bottom:
            found[texts[-1].place] = texts[-1]
    return list(found.values())


def _kind(form: Unread, row: int, first_level: Box, last_level: Box) -> str:
    """ "item", "total" or "end"."""
    left, right = first_level.area.left, last_level.area.right
    boxes = [b for b in form.page.row(row) if b.area.right >= left or b.area.top == row]
    texts = [b for b in boxes if b.text and b.area.top == row]
    if any(not form.is_free(b) for b in texts):
        return "end"
    if texts and texts[0].area.left <= right:
        first = texts[0]
        if normalise(first.text) in _WORDS.totals:
            return "total"
        is_entry = bool(split_entries(first.text)) and not heading_weight(first.text)
        if is_entry or first.area.right > right:
            return "end"
    # a box that runs across the last level and what follows is no row of the table
    across = any(b.area.left <= last_level.area.left and b.area.right > right for b in boxes)
    return "end" if across else "item"
