"""A column of a table: its heading, its width, its look, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from batch.model.quoting import quoted
from batch.model.text_width import lines
from batch.rollup.parts.small_table import Cell
from batch.rollup.parts.totals import Ratio
from batch.workbook.style import LINE, MAX_HEIGHT, PADDING

Row = TypeVar("Row")
#: characters of a project's name in a table: a longer one would take a fifth of a page
_NAME = 80


def project_name(name: str) -> str:
    """A project as a table shows it."""
    return quoted(name, _NAME) or "（未填项目名称）"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table."""

    title: str
    #: in half-width characters
    width: float
    #: text, wrap, center, count, money, rate, score or plain
    kind: str
    value: Callable[[Row], Cell]
    #: what columns standing together have above them
    group: str = ""
    #: "sum", "mean" or a Ratio of two other columns by key
    total: str | Ratio = ""
    #: the name a Ratio knows the column by
    key: str = ""
    #: name of a style on top of the kind's
    mark: Callable[[Row], str] | None = None
    #: all names `mark` may give, in a table whose rows are streamed
    marks: tuple[str, ...] = ()
    link: Callable[[Row], str] | None = None
    #: the total cell is known in the workbook as 合计_<name>
    name: str = ""
    #: colour of a bar as long as the number, "" for none
    bar: str = ""

    def lines(self, text: str) -> int:
        """The number of lines a text takes in it."""
        return lines(text, int(self.width) - 2) if text and self.kind in ("wrap", "plain") else 1


def row_height(needed: int) -> float:
    """The height in points of a row of so many lines; XlsxWriter counts in pixels, four for three points."""
    return int(min(needed * LINE + PADDING, MAX_HEIGHT) * 4 / 3 + 0.5) * 0.75
