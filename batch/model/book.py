"""A workbook as submitted: sheets and cells with address and raw text, uninterpreted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple

MAX_ROW = 1_048_576
MAX_COL = 16_384


class Kind(Enum):
    """The type of a cell's content."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    ERROR = "error"
    #: a formula whose result was not saved with the file
    UNCACHED = "uncached"


#: the same, for what is asked of every cell; see `batch.model.form.FILLED`
NUMBER, TEXT, ERROR, UNCACHED = Kind.NUMBER, Kind.TEXT, Kind.ERROR, Kind.UNCACHED


#: what a cell holds that shows a picture
PICTURE = "［图片］"


class Cell(NamedTuple):
    """One non-empty cell. Blank cells, styled or not, are not kept."""

    row: int
    col: int
    kind: Kind
    #: number: the stored digits as written in the file; text: the text; bool: "TRUE"/"FALSE";
    #: error: "#DIV/0!" and the like; uncached: "".
    raw: str
    #: number format code, "General" when none
    format: str = "General"
    #: without the leading "="; None when the cell holds no formula
    formula: str | None = None

    @property
    def ref(self) -> str:
        """The address as Excel writes it, e.g. "C7"."""
        return f"{column_letters(self.col)}{self.row}"

    @property
    def recalculated(self) -> bool:
        """Whether we calculated the value, because the file did not hold the formula's result."""
        return False


class Recalculated(Cell):
    """A formula cell whose value we calculated. A class of its own, to keep the many other cells small."""

    __slots__ = ()

    @property
    def recalculated(self) -> bool:
        """Always true."""
        return True


class Area(NamedTuple):
    """A rectangle of cells, both corners included, 1-based."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, place: tuple[int, int]) -> bool:
        """Whether the cell (row, column) lies in the area."""
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right

    @property
    def ref(self) -> str:
        """The address as Excel writes it, e.g. "A1:D2" or "A1"."""
        first = f"{column_letters(self.left)}{self.top}"
        if (self.top, self.left) == (self.bottom, self.right):
            return first
        return f"{first}:{column_letters(self.right)}{self.bottom}"


class Span(NamedTuple):
    """A run of rows or columns, both ends included, 1-based."""

    first: int
    last: int


@dataclass(slots=True)
class Sheet:
    """One worksheet of a workbook."""

    name: str
    #: "visible", "hidden" or "veryHidden"
    state: str = "visible"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: tuple[Area, ...] = ()
    hidden_rows: tuple[Span, ...] = ()
    hidden_cols: tuple[Span, ...] = ()
    #: texts of notes by row and column, of formats whose copy is written anew: a patched one keeps its own
    notes: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(slots=True)
class Book:
    """One workbook file, read once."""

    #: the file's name, for messages; never used as a path
    name: str
    #: "xlsx", "xlsm", "xls", "ods", "html", "csv", "xml" (Excel 2003's): by content, not by the ending;
    #: "docx" and "txt" for written reports
    container: str
    sha256: str
    sheets: list[Sheet]
    date1904: bool = False
    has_macros: bool = False
    signed: bool = False
    #: whether it is a copy that we had marked, with sheets of ours that are no longer among `sheets`
    marked: bool = False
    #: whether it asks to be calculated when it is opened, and no program has ever calculated it
    uncalculated: bool = False
    #: targets of external workbook links, in the order formulas number them: [1], [2], …
    links: tuple[str, ...] = ()


class Unreadable(Exception):  # noqa: N818 - it names the state of a file, as the messages do
    """A file that cannot be read: the id of the check that reports it, and the reason in Chinese."""

    def __init__(self, check: str, reason: str) -> None:
        super().__init__(reason)
        self.check = check
        self.reason = reason

    def __reduce__(self) -> tuple[type[Unreadable], tuple[str, str]]:
        return (Unreadable, (self.check, self.reason))


@cache
def column_letters(col: int) -> str:
    """1 → "A", 27 → "AA"."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """ "A" → 1, "AA" → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


_REF = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


# addresses of merged areas and of what is found are the same from unit to unit
@lru_cache(maxsize=4096)
def parse_ref(ref: str) -> tuple[int, int]:
    """ "C7" → (7, 3). Raises ValueError for anything that is not one cell of a sheet."""
    match = _REF.fullmatch(ref)
    if match:
        row, col = int(match[2]), column_number(match[1])
        if 1 <= row <= MAX_ROW and 1 <= col <= MAX_COL:
            return row, col
    raise ValueError(f"not a cell address: {ref!r}")


@lru_cache(maxsize=4096)
def parse_area(ref: str) -> Area:
    """ "A1:D2" → Area(1, 1, 2, 4); a single cell is an area too. Raises ValueError."""
    first, _, last = ref.partition(":")
    top, left = parse_ref(first)
    bottom, right = parse_ref(last or first)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
