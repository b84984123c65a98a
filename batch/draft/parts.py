"""The parts a blank form consists of, and which of its boxes are spoken for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from batch.draft.blank_page import BlankPage, Box
from batch.draft.draft_words import draft_words
from batch.forms.spec.labels import has_number, squeeze
from batch.forms.spec.labels import label as normalise

#: labels are shorter
LABEL: Final = 60
#: the letter of a column, or what is worked out from letters: （A）, （B/A×100%）
_LETTERS = re.compile(r"\(?(?<![A-Za-z])[A-Z](?:[-+*/×÷=][A-Z0-9%]{1,4}){0,8}\)?$")
_WORDS = draft_words()


@dataclass(slots=True)
class EntryPart:
    """A label with one box to fill in, or with none where its value goes behind its colon."""

    label: str
    place: str
    box: Box


@dataclass(slots=True)
class GridPart:
    """Rows by columns: the boxes where they meet, by (row, column) numbers."""

    heading: str
    rows: list[Box]
    columns: list[tuple[str, Box]]
    boxes: dict[tuple[int, int], Box]
    #: numbers of rows below which others may be added
    open: set[int] = field(default_factory=set)


@dataclass(slots=True)
class ListPart:
    """A list, of indicators or plain: its columns, level columns first found, and its rows' boxes."""

    heading: str
    columns: list[tuple[str, Box]]
    #: numbers of columns
    levels: list[int]
    #: row by row, one box a column
    rows: list[list[Box]]
    total: list[Box]
    #: what the row of totals is called
    total_label: str = ""


@dataclass(slots=True)
class FormParts:
    """What a form consists of."""

    title: Box | None = None
    money: str = ""
    entries: list[EntryPart] = field(default_factory=list)
    grids: list[GridPart] = field(default_factory=list)
    lists: list[ListPart] = field(default_factory=list)
    notes: list[Box] = field(default_factory=list)
    decor: list[Box] = field(default_factory=list)
    #: boxes to fill in that belong to no label
    unnamed: list[Box] = field(default_factory=list)


@dataclass(slots=True)
class Unread:
    """A form while its parts are found: what is not yet spoken for."""

    page: BlankPage
    parts: FormParts = field(default_factory=FormParts)
    _taken: set[tuple[int, int]] = field(default_factory=set)

    def is_free(self, box: Box | None) -> bool:
        """Whether a box is part of nothing yet."""
        return box is not None and box.place not in self._taken

    def take(self, *boxes: Box) -> None:
        """Boxes that are part of something now."""
        self._taken.update(box.place for box in boxes)

    def is_alone(self, box: Box) -> bool:
        """Whether nothing else is printed in a box's rows."""
        rows = range(box.area.top, box.area.bottom + 1)
        return all(other is box or other.is_blank for row in rows for other in self.page.row(row))


def is_title(box: Box) -> bool:
    """Whether a text may be the title of a form."""
    words = normalise(box.text)
    return (
        len(words) <= LABEL
        # 二、采购明细 is the head of a block
        and not has_number(box.text)
        and not words.startswith(_WORDS.annexes)
        and re.sub(r"\([^()]*\)$", "", words).endswith(_WORDS.title_ends)
    )


def topic_of(name: str) -> str:
    """What a list of this name is about: 购置明细 → 购置."""
    end = next((word for word in _WORDS.list_ends if name.endswith(word)), "")
    return name.removesuffix(end) or name


def plain_label(label: str) -> str:
    """The words of a label without the letter of its column: 支付率（B/A） → 支付率."""
    words = normalise(label)
    return _LETTERS.sub("", words) or words


def is_mark(text: str) -> bool:
    """Whether a text fills a box that is not to be filled in, or gives it a figure."""
    return squeeze(text) in _WORDS.marks or is_number(text)


def is_number(text: str) -> bool:
    """Whether a printed text is a figure: the points that a form gives from the start."""
    return squeeze(text).replace(".", "", 1).isdecimal()


def block_heading(page: BlankPage, row: int, first: int) -> Box | None:
    """What stands at the side of a heading row, or above it: the name of the block."""
    left = [b for b in page.row(row) if b.text and b.area.right < first]
    above = [b for b in page.row(row - 1) if b.text] if row > page.area.top else []
    return next(iter((*left[:1], *(above if len(above) == 1 else ()))), None)


def named(page: BlankPage, boxes: list[Box]) -> list[tuple[str, Box]]:
    """Headings with what each is called."""
    return list(zip(_apart(page, boxes), boxes, strict=True))


def _apart(page: BlankPage, boxes: list[Box]) -> Iterator[str]:
    """Their texts; where several are the same, each with the heading above that tells it apart."""
    for box in boxes:
        same = [other for other in boxes if normalise(other.text) == normalise(box.text)]
        above = [page.at(other.area.top - 1, other.area.left) for other in same]
        heads = {head.place: head.text for head in above if head is not None and head.text}
        own = page.at(box.area.top - 1, box.area.left)
        is_told = len(same) > 1 and len(heads) == len(same) and own is not None
        yield f"{own.text}{box.text}" if is_told and own is not None else box.text
