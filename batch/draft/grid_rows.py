"""Grids on a blank form: headings with boxes to fill in right below, and rows with a label at their side."""

from __future__ import annotations

from batch.draft.blank_page import Box
from batch.draft.draft_words import draft_words
from batch.draft.parts import LABEL, GridPart, Unread, block_heading, is_mark, is_number, named
from batch.forms.spec.labels import squeeze

_WORDS = draft_words()


def find_grids(form: Unread) -> None:
    """Take the grids out of a form, from the top down."""
    for row in range(form.page.area.top, form.page.area.bottom + 1):
        heads = [b for b in form.page.row(row) if b.text and b.area.bottom == row and form.is_free(b)]
        columns = [b for b in heads if _is_heading(form, b)]
        closing = _closed(form, heads, columns)
        columns += closing
        first = min((b.area.left for b in columns), default=0)
        if columns and _row_label(form, row + 1, first) is not None:
            _grid(form, row, columns)
            rest = [form.page.right_of(box) for box in closing if not form.is_free(box)]
            form.take(*(box for box in rest if box is not None))


def _grid(form: Unread, row: int, columns: list[Box]) -> None:
    page = form.page
    first = min(b.area.left for b in columns)
    block = block_heading(page, row, first)
    part = GridPart(block.text if block else "", [], named(page, columns), {})
    for r in range(row + 1, page.area.bottom + 1):
        label = _row_label(form, r, first)
        boxes = [box for b in columns if (box := page.at(r, b.area.left)) and _fits(form, box, b, r)]
        if label is None or len(boxes) < len(columns) or not any(b.is_blank for b in boxes):
            break
        form.take(label, *boxes)
        if squeeze(label.text) in _WORDS.more_rows:
            if part.rows:
                part.open.add(len(part.rows) - 1)
            form.parts.decor.append(label)
            continue
        for n, box in enumerate(boxes):
            if box.is_blank or is_number(box.text):
                part.boxes[len(part.rows), n] = box
        part.rows.append(label)
    if part.rows:
        form.take(*columns)
        form.parts.grids.append(part)
        _corner(form, row, first, part.rows)


def _is_heading(form: Unread, box: Box) -> bool:
    """Whether a text has a box to fill in right below it and none at its side."""
    below, right = form.page.below(box), form.page.right_of(box)
    return (
        below is not None
        and not is_mark(box.text)
        and (below.is_blank or is_mark(below.text))
        and form.is_free(below)
        and below.area.left >= box.area.left
        and below.area.right <= box.area.right
        and not (right is not None and right.is_blank and right.area.top <= box.area.top)
    )


def _closed(form: Unread, heads: list[Box], columns: list[Box]) -> list[Box]:
    """The last heading of a row, where what is left of the form's width goes on blank beside it and below."""
    page, last = form.page, heads[-1] if heads else None
    if last is None or not columns or last in columns or columns[-1].area.right + 1 != last.area.left:
        return []
    rest, below = page.right_of(last), page.below(last)
    under = page.below(rest) if rest is not None and rest.is_blank else None
    if rest is None or under is None or not under.is_blank or rest.area[1::2] != under.area[1::2]:
        return []
    return [last] if below is not None and below.is_blank and form.is_free(below) else []


def _fits(form: Unread, box: Box, heading: Box, row: int) -> bool:
    """Whether a box is the cell of a row under a heading."""
    return (
        box.area.top == box.area.bottom == row
        and heading.area.left <= box.area.left
        and box.area.right <= heading.area.right
        and (box.is_blank or is_mark(box.text))
        and form.is_free(box)
    )


def _row_label(form: Unread, row: int, first: int) -> Box | None:
    """The last text left of the first column that begins in this row."""
    found = [
        b
        for b in form.page.row(row)
        if b.text and b.area.right < first and b.area.top == b.area.bottom == row and form.is_free(b)
    ]
    return found[-1] if found and len(found[-1].text) <= LABEL else None


def _corner(form: Unread, row: int, first: int, rows: list[Box]) -> None:
    """What stands left of a grid's headings is no label of a box: heading of the block, of its rows."""
    lines = (row, *(label.area.top for label in rows))
    beside = [b for r in lines for b in form.page.row(r) if b.area.right < first and form.is_free(b)]
    for box in dict.fromkeys(beside):
        if box.text:
            form.parts.decor.append(box)
        form.take(box)
