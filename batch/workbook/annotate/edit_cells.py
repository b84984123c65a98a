"""Change the contents of cells as a person typing would; formulas are recalculated, all else stays as it
was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from math import isclose

from batch.model.book import Book, Cell, Kind, Sheet, parse_ref
from batch.model.limits import DEFAULT, Limits
from batch.workbook.annotate.added_sheets import Workbook
from batch.workbook.annotate.package_edit import PackageEdit
from batch.workbook.annotate.sheet_spans import SheetSpans
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.package.package import Package
from batch.workbook.package.splice import CannotPatch, attribute, escape_cell, spliced
from batch.workbook.package.zip_writer import write_package
from batch.workbook.read.xlsx import read_workbook

#: sheet and address
Place = tuple[str, str]
#: None empties a cell
Typed = str | Decimal | None

_KINDS = {Kind.TEXT: "str", Kind.BOOL: "b", Kind.ERROR: "e", Kind.NUMBER: "n"}


def type_in(data: bytes, typed: Mapping[Place, Typed], limits: Limits = DEFAULT) -> bytes:
    """The .xlsx after somebody typed into some of its cells and saved it.

    Results of the formulas that depend on these cells are recalculated where that is safe (see
    `recalculate`); all else keeps its bytes. Equal calls give equal bytes. Raises CannotPatch for a cell that
    cannot be typed into, and what reading and patching raise.
    """
    book = read_workbook(data, "", limits)
    before = {sheet.name: dict(sheet.cells) for sheet in book.sheets}
    results = _results(book)
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for (name, ref), content in typed.items():
        _set(sheets[name], ref, content)
    follow = {place: cell for place, cell in _results(book).items() if _is_new(cell, results.get(place))}
    edit = PackageEdit(Package.open(data, limits))
    workbook = Workbook(edit)
    for tab in workbook.tabs():
        if tab.name not in sheets:
            continue
        cells = sheets[tab.name].cells
        changed = {ref: cells.get(parse_ref(ref)) for name, ref in typed if name == tab.name}
        changed |= {cell.ref: cell for (name, place), cell in follow.items() if name == tab.name}
        changed = {
            ref: cell
            for ref, cell in changed.items()
            if not _is_same(cell, before[tab.name].get(parse_ref(ref)))
        }
        if changed:
            edit.write(tab.part, _patched(edit.read(tab.part), tab.name, changed))
    if any((old := before[name].get(parse_ref(ref))) and old.formula for name, ref in typed):
        _forget_order(edit, workbook)
    return write_package(edit.package, *edit.result())


def _forget_order(edit: PackageEdit, workbook: Workbook) -> None:
    """Drop the order of calculation: programs make it anew, and repair a file where it names a cell that has
    no formula any more."""
    order = edit.related(workbook.part, "calcChain")
    if order is not None:
        edit.drop(order.target)
        edit.unrelate(workbook.part, order.id)


def _set(sheet: Sheet, ref: str, content: Typed) -> None:
    row, col = parse_ref(ref)
    old = sheet.cells.pop((row, col), None)
    if content is None or content == "":
        return
    kind = Kind.NUMBER if isinstance(content, Decimal) else Kind.TEXT
    sheet.cells[row, col] = Cell(row, col, kind, str(content), old.format if old else "General")


def _results(book: Book) -> dict[tuple[str, tuple[int, int]], Cell]:
    """What all formulas come to now, as far as that is certain; the book keeps the results it has."""
    saved = {sheet.name: sheet.cells for sheet in book.sheets}
    for sheet in book.sheets:
        sheet.cells = {
            place: cell._replace(kind=Kind.UNCACHED, raw="") if cell.formula else cell
            for place, cell in sheet.cells.items()
        }
    recalculate(book)
    found = {
        (sheet.name, place): cell
        for sheet in book.sheets
        for place, cell in sheet.cells.items()
        if cell.formula and cell.kind is not Kind.UNCACHED
    }
    for sheet in book.sheets:
        sheet.cells = saved[sheet.name]
    return found


def _is_new(cell: Cell, was: Cell | None) -> bool:
    return was is None or not _equal(cell, was)


def _is_same(cell: Cell | None, old: Cell | None) -> bool:
    if cell is None or old is None:
        return cell is old
    return cell.formula == old.formula and _equal(cell, old)


def _equal(one: Cell, other: Cell) -> bool:
    if one.kind is Kind.NUMBER and other.kind is Kind.NUMBER:
        # of the 17 digits a result is stored with, programs agree on 14
        return isclose(float(one.raw), float(other.raw), rel_tol=1e-14)
    return (one.kind, one.raw) == (other.kind, other.raw)


def _patched(xml: bytes, sheet: str, cells: Mapping[str, Cell | None]) -> bytes:
    places = SheetSpans.of(xml)
    prefix = places.root.prefix
    left = dict(cells)
    edits = []
    for found in _element(prefix, b"c").finditer(xml, places.data_start, places.data_end):
        ref = attribute(b"<c" + found[1] + b">", "r") or ""
        if ref in left:
            formula = _element(prefix, b"f").search(found[2] or b"")
            cell = left.pop(ref)
            if formula and (cell is None or not cell.formula) and attribute(b"<f" + formula[1] + b">", "ref"):
                raise CannotPatch(f"{sheet}!{ref} 的公式供几个单元格共用")
            style = attribute(b"<c" + found[1] + b">", "s")
            written = _written(ref, style, cell, formula[0] if formula else b"", prefix)
            edits.append((*found.span(), written))
    rows: dict[int, list[tuple[int, int, bytes]]] = {}
    for ref, cell in sorted(left.items(), key=lambda entry: parse_ref(entry[0])):
        if cell is not None:
            row, col = parse_ref(ref)
            rows.setdefault(row, []).append(
                (*_place(xml, places, row, col, sheet), _written(ref, None, cell, b"", prefix))
            )
    for new in rows.values():
        edits += _joined(new)
    return spliced(xml, sorted(edits))


def _joined(new: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Cells of one row that are added at the same place as one edit, in the order they came."""
    at: dict[tuple[int, int], bytes] = {}
    for start, end, written in new:
        at[start, end] = at.get((start, end), b"") + written
    return [(start, end, written) for (start, end), written in at.items()]


def _place(xml: bytes, places: SheetSpans, row: int, col: int, sheet: str) -> tuple[int, int]:
    """Where in the XML a cell of a row belongs that has no element yet."""
    prefix = places.root.prefix
    for found in _element(prefix, b"row").finditer(xml, places.data_start, places.data_end):
        if attribute(b"<c" + found[1] + b">", "r") != str(row) or found[2] is None:
            continue
        for cell in _element(prefix, b"c").finditer(xml, found.start(2), found.end(2)):
            ref = attribute(b"<c" + cell[1] + b">", "r")
            if ref and parse_ref(ref)[1] > col:
                return cell.start(), cell.start()
        return found.end(2), found.end(2)
    raise CannotPatch(f"{sheet} 没有第{row}行的内容")


@lru_cache(maxsize=16)
def _element(prefix: bytes, local: bytes) -> re.Pattern[bytes]:
    """An element by its name: its attributes, then what is in it, None for an empty one."""
    name = re.escape(prefix + local)
    return re.compile(
        rb"<" + name + rb"(?=[\s/>])((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)(?:/>|>(.*?)</" + name + rb"\s*>)",
        re.DOTALL,
    )


def _written(ref: str, style: str | None, cell: Cell | None, formula: bytes, prefix: bytes) -> bytes:
    p = prefix.decode()
    head = f'<{p}c r="{ref}"' + (f' s="{style}"' if style else "")
    if cell is None:
        return f"{head}/>".encode()
    text = escape_cell("1" if cell.raw == "TRUE" else "0" if cell.kind is Kind.BOOL else cell.raw)
    if cell.formula:
        return f'{head} t="{_KINDS[cell.kind]}">'.encode() + formula + f"<{p}v>{text}</{p}v></{p}c>".encode()
    if cell.kind is Kind.NUMBER:
        return f"{head}><{p}v>{text}</{p}v></{p}c>".encode()
    return f'{head} t="inlineStr"><{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is></{p}c>'.encode()
