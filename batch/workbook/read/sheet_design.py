"""How a sheet is laid out and what its blank cells are made for: widths, formats, indents, drop-downs.

Reading what people filled in needs none of this; drafting a pack from a blank form does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from batch.model.book import Area, parse_area
from batch.model.limits import DEFAULT, Limits, damaged
from batch.workbook.package.package import Package
from batch.workbook.package.xml_walk import Handlers, walk
from batch.workbook.read.number_formats import read_formats
from batch.workbook.read.xlsx import sheet_parts

if TYPE_CHECKING:
    from batch.workbook.package.package import Rel
    from batch.workbook.package.xml_walk import Attrs

#: a form is smaller by far; what stands outside is not looked at
LAST_ROW: Final = 500
LAST_COLUMN: Final = 100
#: so many rules a sheet are kept, and so many areas of each
_MOST_RULES: Final = 500


@dataclass(frozen=True, slots=True)
class InputRule:
    """What a data validation lets people enter in some cells."""

    areas: tuple[Area, ...]
    #: "list", "whole", "decimal", "date", …
    kind: str
    #: for a list: its words in quotes, or the range or name they stand in
    source: str


@dataclass(slots=True)
class SheetDesign:
    """The layout of one sheet, as far as it says it."""

    #: by column, in characters
    widths: dict[int, float] = field(default_factory=dict)
    #: by row, in points
    heights: dict[int, float] = field(default_factory=dict)
    landscape: bool = False
    #: number formats other than General, and steps of indent, by cell
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    indents: dict[tuple[int, int], int] = field(default_factory=dict)
    rules: list[InputRule] = field(default_factory=list)


def read_designs(data: bytes, limits: Limits = DEFAULT) -> dict[str, SheetDesign]:
    """The layout of every sheet of an .xlsx file, by name. Raises Unreadable."""
    package = Package.open(data, limits)
    workbook, sheets = sheet_parts(package)
    styles = next((rel for rel in package.relationships(workbook) if rel.is_a("styles")), None)
    formats = read_formats(package, styles.target) if styles else {}
    indents = _read_indents(package, styles) if styles else []
    return {name: _Design(package, part, formats, indents).read() for name, part in sheets}


def _read_indents(package: Package, styles: Rel) -> list[int]:
    """The steps of indent of every cell style."""
    indents: list[int] = []
    inside = False

    def start(tag: str, attrs: Attrs) -> None:
        nonlocal inside
        if tag in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside = tag == "cellXfs"
        elif inside and tag == "xf":
            indents.append(0)
        elif inside and tag == "alignment" and indents:
            indents[-1] = _whole(attrs.get("indent", ""))

    walk(package.chunks(styles.target), styles.target, package.budget, Handlers(start))
    return indents


class _Design:
    """Reads one sheet's part."""

    def __init__(self, package: Package, part: str, formats: dict[str, str], indents: list[int]) -> None:
        self._package = package
        self._part = part
        self._formats = formats
        self._indents = indents
        self._design = SheetDesign()
        self._rule: tuple[tuple[Area, ...], str] | None = None
        self._source: list[str] | None = None

    def read(self) -> SheetDesign:
        handlers = Handlers(self._start, self._end, self._text)
        walk(self._package.chunks(self._part), self._part, self._package.budget, handlers)
        return self._design

    def _start(self, tag: str, attrs: Attrs) -> None:
        if tag == "c":
            self._cell(attrs)
        elif tag == "row":
            row, height = _whole(attrs.get("r", "")), _size(attrs.get("ht", ""))
            if height and 0 < row <= LAST_ROW:
                self._design.heights[row] = height
        elif tag == "col":
            first, last = _whole(attrs.get("min", "")), _whole(attrs.get("max", ""))
            width = _size(attrs.get("width", ""))
            for column in range(max(first, 1), min(last, LAST_COLUMN) + 1) if width else ():
                self._design.widths[column] = width
        elif tag == "pageSetup":
            self._design.landscape = attrs.get("orientation") == "landscape"
        elif tag == "dataValidation" and len(self._design.rules) < _MOST_RULES:
            areas = tuple(_areas(attrs.get("sqref", "")))
            self._rule, self._source = (areas, attrs.get("type", "")), None
        elif tag == "formula1" and self._rule:
            self._source = []

    def _cell(self, attrs: Attrs) -> None:
        style, ref = attrs.get("s", ""), attrs.get("r", "")
        if not style or not ref:
            return
        try:
            place = parse_area(ref)[:2]
        except ValueError:
            raise damaged(f"单元格地址“{ref[:20]}”有误") from None
        if place[0] > LAST_ROW or place[1] > LAST_COLUMN:
            return
        code = self._formats.get(style, "General")
        if code != "General":
            self._design.formats[place] = code
        number = _whole(style)
        if number < len(self._indents) and self._indents[number]:
            self._design.indents[place] = self._indents[number]

    def _text(self, text: str) -> None:
        if self._source is not None:
            self._source.append(text)

    def _end(self, tag: str) -> None:
        # what follows formula1 is the second bound
        if tag in ("dataValidation", "formula1") and self._rule:
            areas, kind = self._rule
            self._design.rules.append(InputRule(areas, kind, "".join(self._source or [])))
            self._rule = self._source = None


def _areas(text: str) -> Iterator[Area]:
    for ref in islice(text.split(), _MOST_RULES):
        try:
            yield parse_area(ref)
        except ValueError:
            continue


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _size(text: str) -> float:
    try:
        size = float(text)
    except ValueError:
        return 0.0
    return size if 0 < size < 1000 else 0.0
