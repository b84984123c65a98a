"""One blank form as printed: boxes of text and boxes to fill in, merged cells as one box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from batch.forms.locate.years import canonical_year
from batch.forms.spec.labels import squeeze
from batch.model.book import Area, Cell, Kind, Sheet
from batch.workbook.read.display import display_text
from batch.workbook.read.sheet_design import LAST_COLUMN, LAST_ROW, SheetDesign

#: a form gives no indicator more
_MOST_POINTS = 100
_FULL_WIDTH = str.maketrans({"(": "（", ")": "）", ":": "：", ";": "；"})


def printed_text(raw: str, year: int) -> str:
    """A text as the pack prints it: years and the period as {本年}, {上年} and {期}, no blanks around it."""
    words = canonical_year(raw, year)
    return " ".join(raw.split()) if words == squeeze(raw) else words.translate(_FULL_WIDTH)


@dataclass(frozen=True, slots=True)
class Box:
    """One cell, or merged cells, of a form."""

    area: Area
    #: what is printed in it, tokens for years; "" for a box to fill in
    text: str = ""
    #: without the leading "="
    formula: str = ""
    format: str = ""
    #: steps it is set in by, and blanks before its words
    indent: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing is printed in it."""
        return not self.text

    @property
    def place(self) -> tuple[int, int]:
        """Its first cell."""
        return self.area.top, self.area.left


@dataclass(slots=True)
class BlankPage:
    """The rows `first`…`last` of a sheet as a form."""

    name: str
    area: Area
    boxes: dict[tuple[int, int], Box]
    design: SheetDesign
    _owner: dict[tuple[int, int], Box] = field(default_factory=dict)

    def at(self, row: int, col: int) -> Box | None:
        """The box that covers a place; None outside the form."""
        return self._owner.get((row, col))

    def row(self, row: int) -> list[Box]:
        """The boxes that cover a row, from the left."""
        found = (self.at(row, col) for col in range(self.area.left, self.area.right + 1))
        return list(dict.fromkeys(box for box in found if box))

    def texts(self) -> Iterator[Box]:
        """The printed boxes, row by row."""
        return (self.boxes[place] for place in sorted(self.boxes) if self.boxes[place].text)

    def right_of(self, box: Box) -> Box | None:
        """The box right of a box, in its first row."""
        return self.at(box.area.top, box.area.right + 1)

    def below(self, box: Box) -> Box | None:
        """The box below a box, under its first column."""
        return self.at(box.area.bottom + 1, box.area.left)

    def rows(self, first: int, last: int) -> BlankPage:
        """Some of its rows as a form of their own."""
        area = self.area._replace(top=first, bottom=last)
        boxes = {place: box for place, box in self.boxes.items() if first <= place[0] <= last}
        return BlankPage(self.name, area, boxes, self.design, _owners(boxes))


def page_of(sheet: Sheet, design: SheetDesign, year: int) -> BlankPage | None:
    """A sheet as boxes; None for one on which nothing is printed."""
    cells = {p: c for p, c in sheet.cells.items() if p[0] <= LAST_ROW and p[1] <= LAST_COLUMN}
    merges = [m for m in sheet.merges if m.bottom <= LAST_ROW and m.right <= LAST_COLUMN]
    if not any(c.kind is Kind.TEXT for c in cells.values()):
        return None
    places = [*cells, *((m.bottom, m.right) for m in merges), *((m.top, m.left) for m in merges)]
    area = Area(
        min(p[0] for p in places),
        min(p[1] for p in places),
        max(p[0] for p in places),
        max(p[1] for p in places),
    )
    merged = {(m.top, m.left): m for m in merges}
    covered = {
        (row, col) for m in merges for row in range(m.top, m.bottom + 1) for col in range(m.left, m.right + 1)
    }
    boxes: dict[tuple[int, int], Box] = {}
    for row in range(area.top, area.bottom + 1):
        for col in range(area.left, area.right + 1):
            place = (row, col)
            if place in covered and place not in merged:
                continue
            cell = cells.get(place)
            raw = display_text(cell) if cell is not None and _is_printed(cell) else ""
            boxes[place] = Box(
                merged.get(place, Area(row, col, row, col)),
                printed_text(raw, year) if raw.strip() else "",
                cell.formula or "" if cell else "",
                design.formats.get(place, ""),
                design.indents.get(place, 0) + (len(raw) - len(raw.lstrip()) + 1) // 2,
            )
    return BlankPage(sheet.name, area, boxes, design, _owners(boxes))


def _is_printed(cell: Cell) -> bool:
    """Whether a cell is part of the print: words, or an indicator's points; other figures were left in."""
    if cell.kind is Kind.NUMBER:
        return cell.formula is None and cell.raw.isdecimal() and 0 < int(cell.raw[:4]) <= _MOST_POINTS
    return cell.kind is Kind.TEXT and cell.formula is None


def _owners(boxes: dict[tuple[int, int], Box]) -> dict[tuple[int, int], Box]:
    return {
        (row, col): box
        for box in boxes.values()
        for row in range(box.area.top, box.area.bottom + 1)
        for col in range(box.area.left, box.area.right + 1)
    }


def drawing_of(page: BlankPage, title: Box | None) -> list[list[str]]:
    """The page as a drawing of the pack: "<" and "^" merge a cell with its left and upper neighbour."""
    rows = []
    for row in range(page.area.top, page.area.bottom + 1):
        texts = []
        for col in range(page.area.left, page.area.right + 1):
            box = page.at(row, col)
            if box is None or box.place == (row, col):
                texts.append("" if box is None else "{标题}" if box is title else box.text)
            else:
                texts.append("<" if box.area.left < col else "^")
        rows.append(texts)
    return rows
