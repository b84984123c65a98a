"""Spans in the XML of a worksheet: the cells, the elements after them, merged areas and sizes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from batch.model.book import Area, parse_area
from batch.workbook.package.splice import CannotPatch, Node, Root, attribute, children, root_of

#: what may stand in a worksheet behind sheetData, in the order the schema asks for (CT_Worksheet)
ORDER = (
    b"sheetCalcPr", b"sheetProtection", b"protectedRanges", b"scenarios", b"autoFilter", b"sortState",
    b"dataConsolidate", b"customSheetViews", b"mergeCells", b"phoneticPr", b"conditionalFormatting",
    b"dataValidations", b"hyperlinks", b"printOptions", b"pageMargins", b"pageSetup", b"headerFooter",
    b"rowBreaks", b"colBreaks", b"customProperties", b"cellWatches", b"ignoredErrors", b"smartTags",
    b"drawing", b"legacyDrawing", b"legacyDrawingHF", b"drawingHF", b"picture", b"oleObjects", b"controls",
    b"webPublishItems", b"tableParts", b"extLst",
)  # fmt: skip

_DEFAULT_COLUMN = 64  # pixels of a column nobody sized: 8.43 characters of 7 pixels and the padding
_DEFAULT_ROW = 20
_PIXELS_PER_CHARACTER = 7
_PIXELS_PER_POINT = 96 / 72
_ROW_NUMBER = re.compile(rb"""\sr=["']([0-9]+)["']""")
_MERGE = re.compile(rb"""\sref\s*=\s*["']([A-Z]{1,3}([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7}))["']""")


@lru_cache(maxsize=16)
def _start_tag(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + re.escape(name) + rb"(?=[\s/>])[^>]*>")


@dataclass(frozen=True)
class SheetSpans:
    """A worksheet's XML with the spans of its cells and of the elements after them."""

    xml: bytes
    root: Root
    #: span of the sheetData element
    data_start: int
    data_end: int

    @classmethod
    def of(cls, xml: bytes) -> SheetSpans:
        """Locate the spans; raises CannotPatch when the part is no worksheet we understand."""
        root = root_of(xml, "worksheet")
        name = root.prefix + b"sheetData"
        opening = _start_tag(name).search(xml, root.node.inner_start)
        if opening is None:
            raise CannotPatch("工作表缺少 sheetData")
        end = opening.end()
        if not opening[0].endswith(b"/>"):
            close = xml.rfind(b"</" + name)
            end = xml.find(b">", close) + 1
            if close < opening.end() or not end:
                raise CannotPatch("工作表的 sheetData 不完整")
        return cls(xml, root, opening.start(), end)

    @cached_property
    def tail(self) -> list[Node]:
        """The elements behind sheetData. Raises CannotPatch when they do not nest."""
        return children(self.xml, self.data_end, self.root.node.inner_end)

    def with_xml(self, xml: bytes) -> SheetSpans:
        """The spans of the same sheet after something behind its cells changed."""
        if xml is self.xml:
            return self
        return SheetSpans(xml, root_of(xml, "worksheet"), self.data_start, self.data_end)

    def named(self, name: bytes) -> list[Node]:
        """The elements of a name behind the cells."""
        if self.xml.find(name, self.data_end) < 0:
            # most sheets are looked at for few things, which they do not have
            return []
        return [node for node in self.tail if node.name == self.root.prefix + name]

    def merges_over(self, cells: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Area]:
        """For each of the cells that lies in a merged area, that area."""
        rows: dict[int, list[tuple[int, int]]] = {}
        for cell in set(cells):
            rows.setdefault(cell[0], []).append(cell)
        wanted = sorted(rows)
        found: dict[tuple[int, int], Area] = {}
        for node in self.named(b"mergeCells"):
            for ref, top, bottom in _MERGE.findall(self.xml, node.inner_start, node.inner_end):
                # only the marked cells within its rows are looked at: a sheet may hold 100,000 merges
                at = bisect_left(wanted, int(top))
                if at == len(wanted) or wanted[at] > int(bottom):
                    continue
                try:
                    area = parse_area(ref.decode())
                except ValueError:
                    continue
                while at < len(wanted) and wanted[at] <= area.bottom:
                    for cell in rows[wanted[at]]:
                        if area.left <= cell[1] <= area.right:
                            found[cell] = area
                    at += 1
        return found

    def sizes(self) -> Sizes:
        """Column widths and row heights, to position note boxes by."""
        head, data = self.xml[: self.data_start], self.xml[self.data_start : self.data_end]
        return Sizes.of(head, data, self.root.prefix)


class _Widths(dict[int, int]):
    """Column widths, computed at first access.

    A hundred notes on a sheet ask for the same columns and rows again and again.
    """

    def __init__(self, spans: list[tuple[int, int, int]], default: int) -> None:
        super().__init__()
        self._spans = spans
        self._default = default

    def __missing__(self, number: int) -> int:
        spans = (width for first, last, width in self._spans if first <= number <= last)
        width = self[number] = next(spans, self._default)
        return width


class _Heights(dict[int, int]):
    """Row heights, computed at first access from the start tags of the rows."""

    def __init__(self, tags: dict[int, bytes], default: int) -> None:
        super().__init__()
        self._tags = tags
        self._default = default

    def __missing__(self, number: int) -> int:
        height = self[number] = self._height(self._tags.get(number))
        return height

    def _height(self, tag: bytes | None) -> int:
        height = None if tag is None else _height_stated(tag)
        return self._default if height is None else height


@lru_cache(maxsize=256)
def _height_stated(tag: bytes) -> int | None:
    """What the start tag of a row without its number says of the row's height; most rows are like others."""
    if _true(tag, "hidden"):
        return 0
    points = _number(tag, "ht")
    return None if points is None else round(points * _PIXELS_PER_POINT)


@lru_cache(maxsize=256)
def _width_stated(tag: bytes) -> tuple[int, int, int] | None:
    """The first and the last column a col element is about, and their width."""
    first, last = _number(tag, "min"), _number(tag, "max")
    if first is None or last is None:
        return None
    width = _number(tag, "width")
    pixels = _DEFAULT_COLUMN if width is None else round(width * _PIXELS_PER_CHARACTER)
    return int(first), int(last), 0 if _true(tag, "hidden") else pixels


@dataclass(frozen=True, slots=True)
class Sizes:
    """Column widths and row heights of a sheet in pixels; hidden ones are 0. Counted from 1."""

    columns: Mapping[int, int]
    rows: Mapping[int, int]

    @classmethod
    def of(cls, head: bytes, data: bytes, prefix: bytes) -> Sizes:
        """Reads them from what stands before the cells and from the row tags."""
        columns = list(filter(None, map(_width_stated, _start_tag(prefix + b"col").findall(head))))
        standard = _start_tag(prefix + b"sheetFormatPr").search(head)
        tag = standard[0] if standard else b""
        width, height = _number(tag, "defaultColWidth"), _number(tag, "defaultRowHeight")
        default_row = _DEFAULT_ROW if height is None else round(height * _PIXELS_PER_POINT)
        default_column = _DEFAULT_COLUMN if width is None else round(width * _PIXELS_PER_CHARACTER)
        rows = _start_tag(prefix + b"row").findall(data)
        tags = {
            int(number[1]): tag[: number.start()] + tag[number.end() :]
            for tag in rows
            if (number := _ROW_NUMBER.search(tag))
        }
        return cls(
            _Widths(columns, default_column),
            _Heights(tags, 0 if _true(tag, "zeroHeight") else default_row),
        )


def _number(tag: bytes, name: str) -> float | None:
    try:
        value = float(attribute(tag, name) or "")
    except ValueError:
        return None
    return value if 0 <= value <= 1_048_576 else None


def _true(tag: bytes, name: str) -> bool:
    # most tags have none
    return name.encode() in tag and attribute(tag, name) in {"1", "true"}
