"""The layout of a form's drawing on a sheet; the address of every field is found by the reader itself.

The drawing in the pack holds only labels. Running our own reader over it gives the address of every field, so
template and reader cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from batch.config.entries import RuleMistakes
from batch.config.expression import ExpressionError, names
from batch.forms.locate.regions import Region, find_regions
from batch.forms.read.forms import read_region
from batch.forms.spec.spec import FormSpec, ListSpec, PackForms
from batch.forms.template.cell_formulas import TemplateFormulas
from batch.forms.template.drawing_mistakes import formula_place, lost_totals, mismatches, unrecognised
from batch.forms.template.drawn_form import DrawnLayout, TemplateSlot
from batch.forms.template.drawn_slots import slots_of
from batch.model.book import Area, Cell, Kind, Sheet
from batch.model.form import Table


def lay_out(spec: FormSpec, pack: PackForms, year: int) -> DrawnLayout:
    """Lay a form out for `year`. Raises RulebookError when drawing and labels do not fit together."""
    layout = _draw(spec, pack, year)
    regions, _ = find_regions(layout.sheet, pack)
    if len(regions) != 1 or regions[0].spec is not spec or regions[0].title is None:
        raise unrecognised(spec)
    layout.title = (regions[0].title.row, regions[0].title.col)
    table = layout.table = _read(layout, regions[0], pack)
    RuleMistakes(list(mismatches(spec, table))).tell()
    for ls in spec.lists:
        if not any(item.list_name == ls.name for item in table.items):
            said = f"模板图样里“{ls.name}”没有指标行：分级的照印好的写，不分级的在表头下面空几行"
            raise spec.drawing.error(said)
    if len(spec.lists) == 1:
        layout.header = _header(layout, spec.lists[0], table)
    for slot in slots_of(layout, table):
        if slot.name in layout.slots:
            raise spec.drawing.error(f"模板图样里有两处“{slot.name}”")
        layout.slots[slot.name] = slot
    RuleMistakes(list(lost_totals(spec, layout.slots))).tell()
    _check_formulas(layout)
    _note_row_labels(layout)
    return layout


def _read(layout: DrawnLayout, region: Region, pack: PackForms) -> Table:
    """The form as the reader finds it in its drawing, with the rows of a list that people fill in."""
    cells = layout.sheet.cells
    if not layout.spec.lists:
        return read_region(region, pack, "", keep_empty=True)
    # rows of a list may be all blank, and the reader passes over those
    drawn = {row for row, _ in cells}
    blank: dict[tuple[int, int], Cell] = {}
    for row, col in layout.areas:
        if row not in drawn and row not in {place[0] for place in blank}:
            blank[row, col] = Cell(row, col, Kind.TEXT, "")
    layout.sheet.cells = {**cells, **blank}
    whole = replace(region, last=max(region.last, layout.rows), view=None, ordered=None)
    table = read_region(whole, pack, "", keep_empty=True)
    layout.sheet.cells = cells
    return table


def _header(layout: DrawnLayout, ls: ListSpec, table: Table) -> tuple[int, int]:
    """The rows from the names of the levels down to the first indicator."""
    first = min(item.row for item in table.items)
    levels = {column.squeezed for column in ls.columns if column.name in ls.levels}
    tops = [cell.row for cell in layout.sheet.cells.values() if cell.row < first and cell.raw in levels]
    return max(tops), first - 1


def _draw(spec: FormSpec, pack: PackForms, year: int) -> DrawnLayout:
    """The drawing as cells and merged areas, tokens replaced."""
    drawing = spec.drawing.rows
    width = max(map(len, drawing))
    if any(len(row) != width for row in drawing) or len(spec.drawing.widths) != width:
        odd = next((n for n, row in enumerate(drawing) if len(row) != len(spec.drawing.widths)), 0)
        said = f"模板图样每行的格数须相同，并与列宽（widths）的个数相同：这一行{len(drawing[odd])}格"
        raise spec.drawing.error(f"{said}，列宽{len(spec.drawing.widths)}个", "template", "rows", odd)
    # the year stands once on a form: in its title unless its labels name it
    title = spec.printed_title
    named = "{本年}" in title or any("{本年}" in text for row in drawing for text in row)
    tokens = {
        "{标题}": title if named else f"{year}年{title}",
        "{本年}": f"{year}年",
        "{上年}": f"{year - 1}年",
        "{期}": pack.period_words,
    }
    sheet = Sheet(spec.drawing.sheet)
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    areas: dict[tuple[int, int], Area] = {}
    for row, texts in enumerate(drawing, 1):
        for col, text in enumerate(texts, 1):
            place = (row, col)
            left, above = owners.get((row, col - 1)), owners.get((row - 1, col))
            owner = owners[place] = (left if text == "<" else above if text == "^" else None) or place
            corner = areas.get(owner, Area(*owner, *owner))
            areas[owner] = corner._replace(bottom=max(corner.bottom, row), right=max(corner.right, col))
            if owner == place and text not in ("", "<", "^"):
                for token, words in tokens.items():
                    text = text.replace(token, words)
                sheet.cells[place] = Cell(row, col, Kind.TEXT, text)
    sheet.merges = tuple(a for a in areas.values() if (a.top, a.left) != (a.bottom, a.right))
    return DrawnLayout(spec, sheet, len(drawing), width, areas)


def _check_formulas(layout: DrawnLayout) -> None:
    """Raises RulebookError for formulas that need each other's results or that no cell can compute."""
    computed = layout.computed()
    formulas = TemplateFormulas(computed, {})
    graph: dict[str, list[str]] = {}

    def needs(slot: TemplateSlot) -> None:
        cell = computed[slot.ref]
        graph[slot.ref] = [ref for name in names(cell.node) for ref in cell.refs(name)]

    _try_formulas(layout, needs)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        by_ref = {slot.ref: slot for slot in layout.slots.values()}
        around = [by_ref[ref] for ref in dict.fromkeys(error.args[1])]
        said = f"算式循环引用：{'、'.join(slot.name for slot in around)}"
        raise layout.spec.drawing.error(said, *formula_place(layout.spec, around[0])) from error
    _try_formulas(layout, lambda slot: formulas.text(slot.ref))


def _try_formulas(layout: DrawnLayout, look: Callable[[TemplateSlot], object]) -> None:
    """Look at every computed field; ExpressionErrors are told where the formulas are written."""
    wrong = RuleMistakes()
    for slot in layout.slots.values():
        try:
            if slot.computed is not None:
                look(slot)
        except ExpressionError as error:
            place = formula_place(layout.spec, slot)
            wrong.found += layout.spec.drawing.error(f"“{slot.name}”：{error}", *place).mistakes
    wrong.tell()


def _note_row_labels(layout: DrawnLayout) -> None:
    """Where the labels of the grids' rows stand: the last text before the row's first value."""
    for grid in layout.spec.grids:
        for row in grid.rows:
            names = [f"{row.name}.{c.name}" for c in grid.columns if grid.has_cell(row.name, c)]
            slots = [layout.slots[name] for name in names if name in layout.slots]
            if not slots:
                continue
            first = min(slot.area.left for slot in slots)
            top = slots[0].area.top
            place = max(place for place in layout.sheet.cells if place[0] == top and place[1] < first)
            layout.row_labels[place] = row
