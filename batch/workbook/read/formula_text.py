"""Formula texts. Excel stores a formula filled down a column once and lets the other cells share it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batch.model.book import MAX_COL, MAX_ROW, column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batch.model.limits import Budget

#: Addresses in a formula, and before them what only looks like one: texts, quoted sheet names, brackets.
_ADDRESS = re.compile(
    r"""
    "(?:[^"]|"")*+(?:"|\Z) | '(?:[^']|'')*+(?:'|\Z) | \[[^\[\]]*\]
    | (?<![\w.$])(?:
        (?P<cols>(?P<col1>\$?[A-Z]{1,3}):(?P<col2>\$?[A-Z]{1,3}))
      | (?P<rows>(?P<row1>\$?[0-9]{1,7}):(?P<row2>\$?[0-9]{1,7}))
      | (?P<cell>(?P<col>\$?[A-Z]{1,3})(?P<row>\$?[0-9]{1,7}))
    )(?![\w.(!])
    """,
    re.VERBOSE,
)
#: a shared formula longer than this, repeated in every cell of a column, would cost more than it tells
_MAX_SHARED = 1024
#: characters of a follower's formula that cost as much as a cell
_CELL_WEIGHT = 8


class SharedFormulas:
    """The shared formulas of one sheet, in file order."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._masters: dict[str, tuple[int, int, str]] = {}

    def text(self, row: int, col: int, attrs: Mapping[str, str], text: str) -> str | None:
        """The formula of a cell from its f element: attributes and text.

        A cell that shares a formula gets its own text; "" when the master formula is missing. None when the
        element states no formula at all.
        """
        text = text.removeprefix("=")
        kind = attrs.get("t")
        if kind == "shared":
            number = attrs.get("si", "")
            if text:
                self._masters[number] = (row, col, text)
            elif number in self._masters:
                top, left, master = self._masters[number]
                if len(master) <= _MAX_SHARED:
                    self._budget.spend_cells(len(master) // _CELL_WEIGHT)
                    return moved(master, row - top, col - left)
            return text
        return text if text or kind == "dataTable" else None


def moved(formula: str, rows: int, cols: int) -> str:
    """A formula as it reads after being copied `rows` down and `cols` to the right."""

    def shift(match: re.Match[str]) -> str:
        if match["cell"]:
            return _both(_col(match["col"], cols), _row(match["row"], rows), "")
        if match["cols"]:
            return _both(_col(match["col1"], cols), _col(match["col2"], cols), ":")
        if match["rows"]:
            return _both(_row(match["row1"], rows), _row(match["row2"], rows), ":")
        return match[0]

    return _ADDRESS.sub(shift, formula)


def _both(first: str, second: str, between: str) -> str:
    return f"{first}{between}{second}" if first and second else "#REF!"


def _col(letters: str, by: int) -> str:
    """A column moved, "" when that leaves the sheet; one with "$" stays."""
    if letters[0] == "$":
        return letters
    col = column_number(letters) + by
    return column_letters(col) if 1 <= col <= MAX_COL else ""


def _row(digits: str, by: int) -> str:
    if digits[0] == "$":
        return digits
    row = int(digits) + by
    return str(row) if 1 <= row <= MAX_ROW else ""
