"""Change the contents of cells as a person typing would; formulas are recalculated, all else stays as it
was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import isclose
from types import MappingProxyType

from batch.model.book import Book, Cell, Kind, Sheet, parse_ref
from batch.model.limits import DEFAULT, Limits
from batch.model.markup import looks_like_formula
from batch.workbook.annotate.added_sheets import Workbook
from batch.workbook.annotate.package_edit import PackageEdit
from batch.workbook.annotate.row_edits import (
    RowCells,
    cells_named,
    edits_for_new_rows,
    edits_in_rows,
    element,
)
from batch.workbook.annotate.sheet_spans import SheetSpans
from batch.workbook.annotate.stylesheet import Stylesheet
from batch.workbook.annotate.table_parts import extend_tables
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.package.package import Package
from batch.workbook.package.splice import CannotPatch, attribute, escape_cell, spliced
from batch.workbook.read.xlsx import read_workbook

#: sheet and address
Place = tuple[str, str]
#: None empties a cell
Typed = str | Decimal | None

_KINDS = {Kind.TEXT: "str", Kind.BOOL: "b", Kind.ERROR: "e", Kind.NUMBER: "n"}


@dataclass(slots=True)
class AddedRows:
    """Rows that are to be there: those a sheet does not have yet are added to it."""

    #: how their cells look that are not there yet, blank ones included: names of `STYLES`
    looks: dict[Place, str] = field(default_factory=dict)
    #: in points, by sheet and row
    heights: dict[tuple[str, int], float] = field(default_factory=dict)


def type_in(
    data: bytes,
    typed: Mapping[Place, Typed],
    limits: Limits = DEFAULT,
    added: AddedRows | None = None,
) -> bytes:
    """The .xlsx after somebody typed into some of its cells and saved it.

    Results of the formulas that depend on these cells are recalculated where that is safe (see
    `recalculate`); all else keeps its bytes. Equal calls give equal bytes. `added`: rows that may have to be
    added first. Raises CannotPatch for a cell that cannot be typed into, and what reading and patching raise.
    """
    added = added or AddedRows()
    book = read_workbook(data, "", limits)
    edit = PackageEdit(Package.open(data, limits))
    workbook = Workbook(edit)
    changes = changes_of(book, typed)
    numbers = _style_numbers(edit, workbook, typed, added.looks)
    for tab in workbook.tabs():
        changed = changes.get(tab.name, {})
        new = {ref: number for (name, ref), number in numbers.items() if name == tab.name}
        heights = {row: points for (name, row), points in added.heights.items() if name == tab.name}
        if changed or new:
            edit.write(tab.part, with_cells(edit.read(tab.part), tab.name, changed, new, heights))
            extend_tables(edit, tab.part, heights.keys())
    if added.looks and any(cell.formula for sheet in book.sheets for cell in sheet.cells.values()):
        # people's own formulas over rows that are new; not all of them can be calculated here
        workbook.calculate_on_load()
    forget_order(edit, workbook, book, typed)
    return edit.written()


def changes_of(book: Book, typed: Mapping[Place, Typed]) -> dict[str, dict[str, Cell | None]]:
    """By sheet and address, the cells of a workbook that are others after somebody typed into some of them:
    these, and results of formulas. None for a cell that is empty then."""
    after = replace(book, sheets=[replace(sheet, cells=dict(sheet.cells)) for sheet in book.sheets])
    results = _results(after)
    before = {sheet.name: sheet.cells for sheet in book.sheets}
    sheets = {sheet.name: sheet for sheet in after.sheets}
    for (name, ref), content in typed.items():
        _set(sheets[name], ref, content)
    changes: dict[str, dict[str, Cell | None]] = {}
    for name, ref in typed:
        changes.setdefault(name, {})[ref] = sheets[name].cells.get(parse_ref(ref))
    for (name, place), cell in _results(after).items():
        if _is_new(cell, results.get((name, place))):
            changes.setdefault(name, {})[cell.ref] = cell
    for name, cells in changes.items():
        old = before[name]
        changes[name] = {ref: c for ref, c in cells.items() if not _is_same(c, old.get(parse_ref(ref)))}
    return changes


def _style_numbers(
    edit: PackageEdit, workbook: Workbook, typed: Mapping[Place, Typed], looks: Mapping[Place, str]
) -> dict[Place, str]:
    """The number of each cell's style; those the workbook does not have yet are appended to its own."""
    if not looks:
        return {}
    part = edit.related(workbook.part, "styles")
    if part is None:
        raise CannotPatch("工作簿没有样式部件")
    styles = Stylesheet(edit.read(part.target))
    numbers = {
        place: str(styles.cell(look, quoted=looks_like_formula(str(typed.get(place) or ""))))
        for place, look in looks.items()
    }
    edit.write(part.target, styles.xml)
    return numbers


def forget_order(edit: PackageEdit, workbook: Workbook, book: Book, typed: Iterable[Place]) -> None:
    """Drop the order of calculation where something was typed over a formula: programs make it anew, and
    repair a file where it names a cell that has no formula any more.

    `book`: the workbook before.
    """
    before = {sheet.name: sheet.cells for sheet in book.sheets}
    if not any((old := before[name].get(parse_ref(ref))) and old.formula for name, ref in typed):
        return
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
    if not any(cell.formula for sheet in book.sheets for cell in sheet.cells.values()):
        return {}
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


def with_cells(
    xml: bytes,
    sheet: str,
    cells: Mapping[str, Cell | None],
    added: Mapping[str, str] = MappingProxyType({}),
    heights: Mapping[int, float] = MappingProxyType({}),
) -> bytes:
    """The sheet's part with these cells; `added`: those of rows that may have to be added, with their styles.

    `sheet`: its name, for messages.
    """
    places = SheetSpans.of(xml)
    prefix = places.root.prefix
    left: dict[str, Cell | None] = {**dict.fromkeys(added), **cells}
    edits = []
    for ref, found in cells_named(left.copy(), xml, places):
        formula = element(prefix, b"f").search(found[2] or b"")
        cell = left.pop(ref)
        if ref not in cells:
            continue  # a blank cell that is there already
        if formula and (cell is None or not cell.formula) and attribute(b"<f" + formula[1] + b">", "ref"):
            raise CannotPatch(f"{sheet}!{ref} 的公式供几个单元格共用")
        style = attribute(b"<c" + found[1] + b">", "s")
        written = _written(ref, style, cell, formula[0] if formula else b"", prefix)
        edits.append((*found.span(), written))
    rows: dict[int, RowCells] = {}
    for ref, cell in sorted(left.items(), key=lambda entry: parse_ref(entry[0])):
        if cell is not None or ref in added:
            row, col = parse_ref(ref)
            rows.setdefault(row, []).append((col, _written(ref, added.get(ref), cell, b"", prefix)))
    if rows:
        edits += edits_in_rows(xml, places, rows)
    if lacking := rows.keys() - {parse_ref(ref)[0] for ref in added}:
        raise CannotPatch(f"{sheet} 没有第{min(lacking)}行的内容")
    if rows:
        edits += edits_for_new_rows(xml, places, rows, heights)
    return spliced(xml, sorted(edits))


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
