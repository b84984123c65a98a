"""What is drawn on a unit's copy: marks on cells, and sheets added behind its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch.model.record import record
from batch.model.status import Severity

#: what a text begins with that a spreadsheet program would take for a formula
FORMULA_SIGNS = frozenset("=+-@")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program would take the text for a formula once its cell is edited."""
    return text[:1] in FORMULA_SIGNS


@record(frozen=True, slots=True)
class Mark:
    """A coloured cell with a comment. What is told of one cell is already one mark."""

    sheet: str
    #: address of the cell, or of any cell of a merged area
    ref: str
    severity: Severity
    #: plain text of the comment, lines separated by "\n"
    text: str
    #: False for a comment alone
    coloured: bool = True
    #: whether a value was filled in for the unit: then it is green, whatever the severity
    filled: bool = False


@record(frozen=True, slots=True)
class Text:
    """A cell of an added sheet. Text is always text: it never becomes a formula."""

    text: str = ""
    #: name of one of the styles in workbook.sheetxml.STYLES
    style: str = "body"
    #: jump target inside the same workbook: (sheet name, cell)
    link: tuple[str, str] | None = None


@dataclass(slots=True)
class ExtraSheet:
    """A sheet to add behind the unit's own."""

    name: str
    #: first cell's text, by which an older copy of this sheet is known again
    title: str
    #: column widths in characters
    widths: list[float]
    #: rows from the first, each a list of cells from column A; None leaves a cell empty
    rows: list[list[Text | None]]
    #: row heights in points, by 1-based row number
    heights: dict[int, float] = field(default_factory=dict)
    #: merged areas, e.g. "A1:H1"
    merges: list[str] = field(default_factory=list)
    #: the row of the headings (1-based; 0: none), repeated on every printed page; as the first row it stays
    #: in view as well
    heading_row: int = 0
    #: rows that are folded away below the row before them, as (first, last); () for none
    folded: tuple[int, int] | tuple[()] = ()
    #: what may be picked for a cell, by its address; anything else may be typed all the same
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: area with a filter, e.g. "A9:J40"; "" for none
    filter: str = ""
    landscape: bool = True
    #: whether it is printed on a single page, whatever its length
    one_page: bool = False
    #: cells people are meant to type in, e.g. "H5:I40"; the rest is for reading
    unlocked: str = ""
