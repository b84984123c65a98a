"""Edits that put cells into the rows of a worksheet, and rows into the worksheet."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache

from batch.model.book import Area, parse_area, parse_ref
from batch.workbook.annotate.sheet_spans import SheetSpans
from batch.workbook.package.splice import CannotPatch, Edit, attribute, with_attribute

#: cells of a row by their columns, as they are written
RowCells = list[tuple[int, bytes]]
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3}[0-9]{1,7})["']""")


def cells_named(
    wanted: Container[str], xml: bytes, places: SheetSpans
) -> Iterator[tuple[str, re.Match[bytes]]]:
    """The elements of those of these cells that the sheet has, with their addresses; each once."""
    cell = element(places.root.prefix, b"c")
    seen: set[str] = set()
    for found in _ADDRESS.finditer(xml, places.data_start, places.data_end):
        ref = found[1].decode()
        if ref in wanted and ref not in seen:
            # taking apart every cell of the sheet takes ten times as long
            whole = cell.match(xml, xml.rfind(b"<", 0, found.start()), places.data_end)
            if whole is not None:
                seen.add(ref)
                yield ref, whole


def edits_in_rows(xml: bytes, places: SheetSpans, rows: dict[int, RowCells]) -> list[Edit]:
    """The edits that put cells into rows the sheet has; these are taken out of `rows`."""
    edits: list[Edit] = []
    prefix = places.root.prefix
    for found in element(prefix, b"row").finditer(xml, places.data_start, places.data_end):
        number = attribute(b"<c" + found[1] + b">", "r") or ""
        cells = rows.pop(int(number), None) if number.isdecimal() else None
        if not cells:
            continue
        if found[2] is None:
            tag = prefix + b"row"
            filled = b"".join(written for _, written in cells)
            edits.append((*found.span(), b"<%b%b>%b</%b>" % (tag, found[1].rstrip(), filled, tag)))
            continue
        own = [
            (_column(ref), cell.start())
            for cell in element(prefix, b"c").finditer(xml, found.start(2), found.end(2))
            if (ref := attribute(b"<c" + cell[1] + b">", "r"))
        ]
        at: dict[int, bytes] = {}
        for col, written in cells:
            place = next((start for other, start in own if other > col), found.end(2))
            at[place] = at.get(place, b"") + written
        edits += [(place, place, written) for place, written in at.items()]
    return edits


def _column(ref: str) -> int:
    try:
        return parse_ref(ref)[1]
    except ValueError:
        raise CannotPatch("表页里有单元格的地址不对") from None


def edits_for_new_rows(
    xml: bytes, places: SheetSpans, rows: Mapping[int, RowCells], heights: Mapping[int, float]
) -> list[Edit]:
    """The edits that add rows the sheet does not have, in their places, and name them in its dimension."""
    prefix = places.root.prefix
    own: list[tuple[int, int]] = []
    for found in element(prefix, b"row").finditer(xml, places.data_start, places.data_end):
        number = attribute(b"<c" + found[1] + b">", "r") or ""
        if not number.isdecimal():
            raise CannotPatch("表页的行没有行号")
        own.append((int(number), found.start()))
    data = next(iter(element(prefix, b"sheetData").finditer(xml, places.data_start, places.data_end)))
    at: dict[int, bytes] = {}
    for row, cells in sorted(rows.items()):
        tag = prefix + b"row"
        # not "customHeight": Excel and WPS fit the row anew when somebody types in it
        height = f' ht="{heights[row]:g}"'.encode() if row in heights else b""
        written = b'<%b r="%d"%b>%b</%b>' % (tag, row, height, b"".join(cell for _, cell in cells), tag)
        place = next((start for other, start in own if other > row), -1)
        at[place] = at.get(place, b"") + written
    last = at.pop(-1, b"")
    edits = [(place, place, written) for place, written in at.items()]
    if last and data[2] is None:
        tag = prefix + b"sheetData"
        edits.append((*data.span(), b"<%b%b>%b</%b>" % (tag, data[1].rstrip(), last, tag)))
    elif last:
        edits.append((data.end(2), data.end(2), last))
    return edits + _dimension(xml, places, max(rows), max(col for cells in rows.values() for col, _ in cells))


def _dimension(xml: bytes, places: SheetSpans, row: int, col: int) -> list[Edit]:
    """The edit that has the sheet's dimension reach as far as this cell."""
    found = element(places.root.prefix, b"dimension").search(xml, 0, places.data_start)
    ref = attribute(b"<c" + found[1] + b">", "ref") if found else None
    if not found or not ref:
        return []
    area = parse_area(ref)
    if area.covers((row, col)):
        return []
    wider = Area(area.top, area.left, max(area.bottom, row), max(area.right, col))
    tag = with_attribute(b"<c" + found[1] + b">", "ref", wider.ref)[2:-1]
    return [(found.start(1), found.end(1), tag)]


@lru_cache(maxsize=16)
def element(prefix: bytes, local: bytes) -> re.Pattern[bytes]:
    """An element by its name: its attributes, then what is in it, None for an empty one."""
    name = re.escape(prefix + local)
    return re.compile(
        rb"<" + name + rb"(?=[\s/>])((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)(?:/>|>(.*?)</" + name + rb"\s*>)",
        re.DOTALL,
    )
