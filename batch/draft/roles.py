"""The part each printed text of a form plays: title, note, heading of a list or grid, row, entry, decoration.

Nothing but the layout is asked: a text is a label where boxes to fill in stand right of it or below it.
"""

from __future__ import annotations

from batch.draft.blank_page import BlankPage, Box
from batch.draft.draft_words import draft_words
from batch.draft.grid_rows import find_grids
from batch.draft.indicator_rows import find_indicators
from batch.draft.parts import LABEL, EntryPart, FormParts, Unread, is_title
from batch.draft.plain_rows import find_plain_lists
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import money_unit_in, split_entries, squeeze

#: a text longer than this, alone in its rows, is a note
_SENTENCE = 40
#: rows from the top in which a title stands
_HEAD = 5
_WORDS = draft_words()


def parts_of(page: BlankPage) -> FormParts:
    """The parts of one form."""
    form = Unread(page)
    _head(form)
    _notes(form)
    find_indicators(form)
    find_grids(form)
    find_plain_lists(form)
    _entries(form)
    _rest(form)
    return form.parts


def _head(form: Unread) -> None:
    """The title, what stands above it, and the unit of money wherever that is printed."""
    lines = [b for b in form.page.texts() if form.is_alone(b) and b.area.top < form.page.area.top + _HEAD]
    wide = (b for b in lines if not normalise(b.text).startswith(_WORDS.annexes))
    title = next(iter([b for b in lines if is_title(b)] or wide), None)
    if title is not None:
        above = [box for box in form.page.texts() if box.area.top < title.area.top]
        form.parts.title = title
        form.parts.decor += above
        form.take(*(box for box in form.page.boxes.values() if box.area.top <= title.area.bottom))
    for box in form.page.texts():
        if unit := money_unit_in(box.text):
            form.parts.money = form.parts.money or unit
            if squeeze(box.text).lstrip("(").startswith(_WORDS.unit_lines):
                # the blanks behind it are the rest of its line
                line = form.page.row(box.area.top)
                form.take(box, *(b for b in line if b.is_blank and b.area.left > box.area.right))


def _notes(form: Unread) -> None:
    """Sentences, each alone in its rows; what follows one directly is one."""
    noted = False
    for box in form.page.texts():
        if not form.is_free(box):
            continue
        begins = squeeze(box.text).startswith(_WORDS.notes)
        noted = form.is_alone(box) and (noted or begins or _is_sentence(form, box))
        if noted:
            form.parts.notes.append(box)
            form.take(*(b for row in range(box.area.top, box.area.bottom + 1) for b in form.page.row(row)))


def _is_sentence(form: Unread, box: Box) -> bool:
    """Whether a text is too long for a label; one beside a wide box to fill in says how to fill it."""
    right = form.page.right_of(box)
    return len(box.text) > _SENTENCE and (right is None or right.area.right == right.area.left)


def _entries(form: Unread) -> None:
    """Single fields: right of the label, behind its colon, or below it."""
    for box in list(form.page.texts()):
        if not form.is_free(box) or len(box.text) > LABEL:
            continue
        right, below = form.page.right_of(box), form.page.below(box)
        pairs = split_entries(box.text)
        if len(pairs) < 2 and right is not None and _is_to_fill(form, right):
            _entry(form, box, "right", right)
        elif pairs and not any(value for _, value in pairs):
            form.parts.entries += [EntryPart(label, "right", box) for label, _ in pairs]
            form.take(box)
        elif below is not None and _is_to_fill(form, below):
            _entry(form, box, "below", below)


def _is_to_fill(form: Unread, box: Box) -> bool:
    return box.is_blank and form.is_free(box)


def _entry(form: Unread, label: Box, place: str, box: Box) -> None:
    form.parts.entries.append(EntryPart(label.text, place, box))
    form.take(label, box)


def _rest(form: Unread) -> None:
    """What is no part of anything: print without a box, and boxes beside print that names none of them."""
    for box in form.page.boxes.values():
        if not form.is_free(box):
            continue
        left = form.page.at(box.area.top, box.area.left - 1)
        if box.text:
            form.parts.decor.append(box)
        elif left is not None and left.text:
            # further blanks behind one to fill in are the rest of its line
            form.parts.unnamed.append(box)
