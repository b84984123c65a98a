"""Change the contents of cells as a person typing would; formulas are recalculated, all else stays as it
was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isclose

from batch.model.book import Book, Cell, Kind, Sheet, parse_ref
from batch.workbook.annotate.added_sheets import Workbook
from batch.workbook.annotate.package_edit import PackageEdit
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.package.package import Package
from batch.workbook.package.splice import attribute, escape_cell, spliced
from batch.workbook.package.zip_writer import write_package
from batch.workbook.read.xlsx import read_workbook

#: sheet and address
Place = tuple[str, str]
#: None empties a cell
Typed = str | Decimal | None

_CELL = re.compile(rb"<c(?=\s)([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_FORMULA = re.compile(rb"<f[\s>].*?</f>|<f[^>]*/>", re.DOTALL)
_KINDS = {Kind.TEXT: "str", Kind.BOOL: "b", Kind.ERROR: "e", Kind.NUMBER: "n"}


def type_in(data: bytes, typed: Mapping[Place, Typed]) -> bytes:
    """The .xlsx after somebody typed into some of its cells and saved it.

    Formula results are recalculated where that is safe (see `recalculate`). Equal calls give equal bytes.
    Raises ValueError for a cell the file has no element for, and what reading and patching raise.
    """
    book = read_workbook(data, "")
    before = {sheet.name: dict(sheet.cells) for sheet in book.sheets}
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for (name, ref), content in typed.items():
        _set(sheets[name], ref, content)
    _work_out(book)
    draft = PackageEdit(Package.open(data))
    for tab in Workbook(draft).tabs():
        if tab.name in sheets:
            written = {ref for name, ref in typed if name == tab.name}
            changed = _changed(before[tab.name], sheets[tab.name].cells, written)
            if changed:
                draft.write(tab.part, _patched(draft.read(tab.part), tab.name, changed))
    return write_package(draft.package, *draft.result())


def _set(sheet: Sheet, ref: str, content: Typed) -> None:
    row, col = parse_ref(ref)
    old = sheet.cells.pop((row, col), None)
    if content is None or content == "":
        return
    kind = Kind.NUMBER if isinstance(content, Decimal) else Kind.TEXT
    sheet.cells[row, col] = Cell(row, col, kind, str(content), old.format if old else "General")


def _work_out(book: Book) -> None:
    """Recalculate all formulas; those that cannot be recalculated keep their old results."""
    old: dict[tuple[str, tuple[int, int]], Cell] = {}
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            if cell.formula:
                old[sheet.name, place] = cell
                sheet.cells[place] = cell._replace(kind=Kind.UNCACHED, raw="")
    recalculate(book)
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            was = old.get((sheet.name, place))
            if was is not None and (cell.kind is Kind.UNCACHED or _equal(cell, was)):
                sheet.cells[place] = was


def _equal(one: Cell, other: Cell) -> bool:
    if one.kind is Kind.NUMBER and other.kind is Kind.NUMBER:
        # of the 17 digits a result is stored with, programs agree on 14
        return isclose(float(one.raw), float(other.raw), rel_tol=1e-14)
    return (one.kind, one.raw) == (other.kind, other.raw)


def _changed(
    before: Mapping[tuple[int, int], Cell], after: Mapping[tuple[int, int], Cell], typed: Iterable[str]
) -> dict[str, Cell | None]:
    """The new contents by address: the cells typed into, and formulas with another result."""
    changed = {cell.ref: cell for place, cell in after.items() if cell != before.get(place)}
    return {**dict.fromkeys(typed), **changed}


def _patched(xml: bytes, sheet: str, cells: dict[str, Cell | None]) -> bytes:
    left = dict(cells)
    edits = []
    for found in _CELL.finditer(xml):
        ref = attribute(b"<c" + found[1] + b">", "r") or ""
        if ref in left:
            style = attribute(b"<c" + found[1] + b">", "s")
            formula = _FORMULA.search(found[2] or b"")
            edits.append((*found.span(), _written(ref, style, left.pop(ref), formula[0] if formula else b"")))
    if left:
        raise ValueError(f"{sheet} has no cell {', '.join(sorted(left))}")
    return spliced(xml, edits)


def _written(ref: str, style: str | None, cell: Cell | None, formula: bytes) -> bytes:
    head = f'<c r="{ref}"' + (f' s="{style}"' if style else "")
    if cell is None:
        return f"{head}/>".encode()
    text = escape_cell("1" if cell.raw == "TRUE" else "0" if cell.kind is Kind.BOOL else cell.raw)
    if cell.formula:
        return f'{head} t="{_KINDS[cell.kind]}">'.encode() + formula + f"<v>{text}</v></c>".encode()
    if cell.kind is Kind.NUMBER:
        return f"{head}><v>{text}</v></c>".encode()
    return f'{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'.encode()
