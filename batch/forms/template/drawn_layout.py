"""The layout of a form's drawing on a sheet; the address of every field is found by the reader itself.

The drawing in the pack holds only labels. Running our own reader over it gives the address of every field, so
template and reader cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from graphlib import CycleError, TopologicalSorter

from batch.config.entries import RuleMistakes
from batch.config.expression import ExpressionError, names, parse_expression
from batch.forms.locate.regions import Region, find_regions
from batch.forms.read.forms import read_region
from batch.forms.read.values import is_figure
from batch.forms.spec.labels import weight
from batch.forms.spec.spec import Field, FormSpec, Grid, ListSpec, PackForms
from batch.forms.template.cell_formulas import Computed, TemplateFormulas
from batch.forms.template.drawing_mistakes import mismatches
from batch.model.book import Area, Cell, Kind, Sheet, parse_ref
from batch.model.form import Item, Table, Value

#: the list column that takes the points of an indicator, where headings print them
POINTS = "分值"
NUMBER_TYPES = frozenset({"money", "count", "number", "percent", "score"})
#: types whose sums are sums of whatever is counted
SUMMED = frozenset({"money", "count", "number"})

#: the words a formula may use, with the cells each stands for
Words = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TemplateSlot:
    """One field of the form on the template."""

    #: an entry's name; "行.栏" of a grid; "一级/二级/三级.栏" of an indicator; "总分.栏"
    name: str
    #: "entry", "grid", "item" or "total"
    part: str
    #: what is expected in the cell: its type, formula and preset
    field: Field
    #: the cell, or the merged cells
    area: Area
    #: what stands there from the start: a preset or what the drawing says; a number where one is expected
    preset: str | Decimal | None = None
    #: how the form computes it; None for what people fill in
    computed: Computed | None = None
    #: a printed part of the form, such as the weight of a 一级 heading, not to be changed by a unit
    printed: bool = False

    @property
    def ref(self) -> str:
        """The address to write to."""
        return Area(self.area.top, self.area.left, self.area.top, self.area.left).ref

    @property
    def is_input(self) -> bool:
        """Whether people fill it in."""
        return self.computed is None and not self.printed


@dataclass(slots=True)
class DrawnLayout:
    """A form on its sheet."""

    spec: FormSpec
    #: the labels as cells, with all merged areas
    sheet: Sheet
    rows: int
    columns: int
    #: every area of the drawing, merged or single, by its top left cell, row by row
    areas: dict[tuple[int, int], Area]
    #: by name, in the order of the form
    slots: dict[str, TemplateSlot] = field(default_factory=dict)
    #: labels of grid rows: place → the row's field
    row_labels: dict[tuple[int, int], Field] = field(default_factory=dict)
    #: the form as read from its drawing, with nothing filled in
    table: Table | None = None
    #: rows of the list's header, when there is a list
    header: tuple[int, int] | None = None
    title: tuple[int, int] = (1, 1)

    def computed(self) -> dict[str, Computed]:
        """The computed cells, by address."""
        return {slot.ref: slot.computed for slot in self.slots.values() if slot.computed}


def lay_out(spec: FormSpec, pack: PackForms, year: int) -> DrawnLayout:
    """Lay a form out for `year`. Raises RulebookError when drawing and labels do not fit together."""
    layout = _draw(spec, pack, year)
    regions, _ = find_regions(layout.sheet, pack)
    if len(regions) != 1 or regions[0].spec is not spec or regions[0].title is None:
        raise spec.drawing.error("模板图样（rows）认不出是这张表，请核对标题和行名、栏名，标题写 {标题}")
    layout.title = (regions[0].title.row, regions[0].title.col)
    table = layout.table = _read(layout, regions[0], pack)
    RuleMistakes(list(mismatches(spec, table))).tell()
    if spec.list is not None and not table.items:
        said = f"模板图样里“{spec.list.name}”没有指标行：分级的照印好的写，不分级的在表头下面空几行"
        raise spec.drawing.error(said)
    try:
        for slot in _slots(layout, table):
            if slot.name in layout.slots:
                raise spec.drawing.error(f"模板图样里有两处“{slot.name}”")
            layout.slots[slot.name] = slot
        _check_formulas(layout.computed())
    except ExpressionError as error:
        raise spec.drawing.error(str(error)) from error
    _note_row_labels(layout)
    return layout


def _read(layout: DrawnLayout, region: Region, pack: PackForms) -> Table:
    """The form as the reader finds it in its drawing, with the rows of a list that people fill in."""
    ls, cells = layout.spec.list, layout.sheet.cells
    if ls is None:
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


def _slots(layout: DrawnLayout, table: Table) -> Iterator[TemplateSlot]:
    """Every field of the form, with its address as read."""
    words = _words(layout.spec, table)
    for entry in layout.spec.entries:
        # a label that fills the form to its edge has its value in its own cell, behind the colon
        if entry.name in table.fields and _has_cell(layout, table.fields[entry.name]):
            slot = TemplateSlot(entry.name, "entry", entry, _area(layout, table.fields[entry.name].ref))
            yield _furnish(slot, layout, entry.formula, words)
    for grid in layout.spec.grids:
        yield from _grid_slots(layout, grid, table, words)
    if layout.spec.list is not None:
        yield from _list_slots(layout, layout.spec.list, table, words)


def _grid_slots(layout: DrawnLayout, grid: Grid, table: Table, words: Words) -> Iterator[TemplateSlot]:
    for row in grid.rows:
        for column in grid.columns:
            value = table.fields.get(f"{row.name}.{column.name}")
            if value is None:
                continue
            # a rate is no sum of rates: where both have a formula the column's holds
            sums = column.type == row.type or {column.type, row.type} <= SUMMED
            own = column.formula or (row.formula if sums else "")
            local = _across(grid, row, words) if column.formula else _down(grid, column, words)
            slot = TemplateSlot(f"{row.name}.{column.name}", "grid", column, _area(layout, value.ref))
            yield _furnish(slot, layout, own, {**words, **local})


def _across(grid: Grid, row: Field, words: Words) -> Words:
    """The columns' names as the cells of one row."""
    return {c.name: words.get(f"{row.name}.{c.name}", ()) for c in grid.columns if grid.has_cell(row.name, c)}


def _down(grid: Grid, column: Field, words: Words) -> Words:
    """The rows' names as the cells of one column, and the parts of open rows."""
    rows = [r for r in grid.rows if grid.has_cell(r.name, column)]
    cells = {r.name: words.get(f"{r.name}.{column.name}", ()) for r in rows}
    for parent in rows:
        if parent.open:
            parts = (ref for r in rows if r.parent == parent.name for ref in cells[r.name])
            cells[f"{parent.name}.子项"] = tuple(parts)
    return cells


def _list_slots(layout: DrawnLayout, ls: ListSpec, table: Table, words: Words) -> Iterator[TemplateSlot]:
    layout.header = _header(layout, ls, table)
    columns = {column.name: column for column in ls.columns}
    for group in table.groups:
        if group.level <= len(ls.group_weights):
            column = columns[ls.group_weights[group.level - 1]]
            area = _area(layout, group.weight.ref)
            slot = TemplateSlot(f"{'/'.join(group.path)}.{column.name}", "item", column, area, printed=True)
            yield _furnish(slot, layout, "", words)
    seen: set[str] = set()
    named: Counter[str] = Counter()
    for item in table.items:
        path = "/".join(part for part in item.path if part)
        named[path] += 1
        if named[path] > 1:
            # several rows to fill in below one heading
            path = f"{path}/{named[path]}"
        for name, value in item.values.items():
            if value.ref in seen or name not in columns or not _has_cell(layout, value):
                continue
            area = _area(layout, value.ref)
            drawn = layout.sheet.cells.get((area.top, area.left))
            # points that stand in a label have no cell of their own
            if name == ls.points and not (drawn and is_figure(drawn.raw)):
                continue
            seen.add(value.ref)
            printed = bool(drawn) and (name in ls.levels or name == ls.points)
            slot = TemplateSlot(f"{path or item.label}.{name}", "item", columns[name], area, printed=printed)
            if name == POINTS and ls.weighted and not ls.points:
                slot = replace(slot, preset=_points(item, table, ls))
            yield _furnish(slot, layout, "", words)
    for column in ls.columns:
        # the label of the row may be merged over some of its columns
        if column.name in table.totals and _has_cell(layout, table.totals[column.name]):
            slot = TemplateSlot(
                f"总分.{column.name}", "total", column, _area(layout, table.totals[column.name].ref)
            )
            yield _furnish(slot, layout, column.total, words)


def _header(layout: DrawnLayout, ls: ListSpec, table: Table) -> tuple[int, int]:
    """The rows from the names of the levels down to the first indicator."""
    first = min(item.row for item in table.items)
    levels = {column.squeezed for column in ls.columns if column.name in ls.levels}
    tops = [cell.row for cell in layout.sheet.cells.values() if cell.row < first and cell.raw in levels]
    return max(tops), first - 1


def _points(item: Item, table: Table, ls: ListSpec) -> Decimal | None:
    """The points its 二级 heading gives an indicator that is the only one under it."""
    heading = item.values[ls.levels[-2]]
    alone = sum(other.path[:-1] == item.path[:-1] for other in table.items) == 1
    return weight(heading.raw) if alone else None


def _furnish(slot: TemplateSlot, layout: DrawnLayout, formula: str, words: Words) -> TemplateSlot:
    """The slot with its formula or with what stands in it from the start."""
    drawn = layout.sheet.cells.get((slot.area.top, slot.area.left))
    if formula and drawn:
        said = f"“{slot.name}”由算式得出，模板图样里不能又写“{drawn.raw}”"
        raise layout.spec.drawing.error(said, "template", "rows", slot.area.top - 1)
    if formula:
        return replace(slot, computed=Computed(parse_expression(formula), words))
    text = drawn.raw if drawn else slot.field.preset
    if not text:
        return slot
    if slot.field.type not in NUMBER_TYPES:
        return replace(slot, preset=text)
    try:
        return replace(slot, preset=Decimal(text))
    except InvalidOperation:
        raise layout.spec.drawing.error(f"“{slot.name}”预填的“{text}”不是数字") from None


def _words(spec: FormSpec, table: Table) -> Words:
    """Every name a formula of this form may use, with the cells it stands for."""
    words: Words = {name: (value.ref,) for name, value in table.fields.items()}
    ls = spec.list
    if ls is not None:
        for column in ls.columns:
            refs = [item.values[column.name].ref for item in table.items if column.name in item.values]
            if column.name in ls.group_weights:
                level = ls.group_weights.index(column.name) + 1
                refs = [group.weight.ref for group in table.groups if group.level == level]
            words.setdefault(column.name, tuple(dict.fromkeys(refs)))
    return words


def _has_cell(layout: DrawnLayout, value: Value) -> bool:
    """Whether a value has a cell of its own on the drawing."""
    return bool(value.ref) and parse_ref(value.ref) in layout.areas


def _area(layout: DrawnLayout, ref: str) -> Area:
    row, col = parse_ref(ref)
    return layout.areas[row, col]


def _check_formulas(computed: dict[str, Computed]) -> None:
    """Raises ExpressionError for formulas that need each other's results or that no cell can compute."""
    graph = {ref: [r for name in names(cell.node) for r in cell.refs(name)] for ref, cell in computed.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise ExpressionError(f"算式循环引用：{'、'.join(error.args[1])}") from error
    formulas = TemplateFormulas(computed, {})
    for ref in computed:
        formulas.text(ref)


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
