"""Plain lists on a blank form: headings side by side, and rows below in which all is filled in."""

from __future__ import annotations

from batch.draft.blank_page import Box
from batch.draft.draft_words import draft_words
from batch.draft.numbering import is_total
from batch.draft.parts import ListPart, Unread, block_heading, is_mark, is_number, named

_WORDS = draft_words()
#: fewer columns, or fewer rows, are fields of their own
_COLUMNS, _ROWS = 3, 2


def find_plain_lists(form: Unread) -> None:
    """Take the plain lists out of a form, from the top down."""
    for row in range(form.page.area.top, form.page.area.bottom):
        heads = [b for b in form.page.row(row) if b.text and b.area.bottom == row and form.is_free(b)]
        if len(heads) >= _COLUMNS:
            _take(form, row, heads)
    # a table of indicators was found before
    form.parts.lists.sort(key=lambda part: part.columns[0][1].place)


def _take(form: Unread, row: int, heads: list[Box]) -> None:
    page = form.page
    rows: list[list[Box]] = []
    for r in range(row + 1, page.area.bottom + 1):
        boxes = [box for head in heads if (box := page.at(r, head.area.left)) and _fits(form, box, head, r)]
        if len(boxes) < len(heads):
            break
        rows.append(boxes)
    if len(rows) < _ROWS:
        return
    block = block_heading(page, row, heads[0].area.left)
    part = ListPart(block.text if block and form.is_free(block) else "", named(page, heads), [], rows, [])
    form.take(*heads, *(box for boxes in rows for box in boxes))
    below = page.row(row + len(rows) + 1)
    if label := _total_label(form, below):
        part.total = [page.at(row + len(rows) + 1, head.area.left) or head for head in heads]
        part.total_label = label
        form.take(*below)
    form.parts.lists.append(part)


def _total_label(form: Unread, boxes: list[Box]) -> str:
    """What a row below a list is called, where it is one of totals: 合计, 处置合计; "" for another row."""
    texts = [box for box in boxes if box.text]
    is_row = all(form.is_free(box) for box in boxes) and all(is_mark(box.text) for box in texts[1:])
    return texts[0].text if texts and is_row and is_total(texts[0].text) else ""


def _fits(form: Unread, box: Box, heading: Box, row: int) -> bool:
    """Whether a box is the cell of a row below a heading, blank but for the row's number."""
    return (
        box.area.top == box.area.bottom == row
        and heading.area.left <= box.area.left
        and box.area.right <= heading.area.right
        and (box.is_blank or is_number(box.text) or box.text in _WORDS.more_rows)
        and form.is_free(box)
    )
