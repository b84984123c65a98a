"""Every field of a drawn form with its address, as the reader found it in the drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from batch.config.expression import parse_expression
from batch.forms.read.values import is_figure
from batch.forms.spec.labels import weight
from batch.forms.spec.spec import Field, FormSpec, Grid, ListSpec
from batch.forms.template.chosen_rows import Computed
from batch.forms.template.drawn_form import NUMBER_TYPES, DrawnLayout, TemplateSlot
from batch.model.book import Area, parse_ref
from batch.model.form import Item, Table, Value

#: the list column that takes the points of an indicator, where headings print them
POINTS = "分值"
#: types whose sums are sums of whatever is counted
SUMMED = frozenset({"money", "count", "number"})

#: the words a formula may use, with the cells each stands for
Words = dict[str, tuple[str, ...]]


def slots_of(layout: DrawnLayout, table: Table) -> Iterator[TemplateSlot]:
    """Every field of the form, with its address as read."""
    words = _words(layout.spec, table)
    for entry in layout.spec.entries:
        # a label that fills the form to its edge has its value in its own cell, behind the colon
        if entry.name in table.fields and _has_cell(layout, table.fields[entry.name]):
            slot = TemplateSlot(entry.name, "entry", entry, _area(layout, table.fields[entry.name].ref))
            yield _furnish(slot, layout, entry.formula, words)
    for grid in layout.spec.grids:
        yield from _grid_slots(layout, grid, table, words)
    for ls in layout.spec.lists:
        yield from _list_slots(layout, ls, table, words)


def _grid_slots(layout: DrawnLayout, grid: Grid, table: Table, words: Words) -> Iterator[TemplateSlot]:
    for row in grid.rows:
        for column in grid.columns:
            value = table.fields.get(f"{row.name}.{column.name}")
            if value is None:
                continue
            # a rate is no sum of rates: where both have a formula the column's holds
            sums = column.type == row.type or {column.type, row.type} <= SUMMED
            alone = grid.formulas.get(f"{row.name}.{column.name}", "")
            own = alone or column.formula or (row.formula if sums else "")
            local = (
                {} if alone else _across(grid, row, words) if column.formula else _down(grid, column, words)
            )
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
    columns = {column.name: column for column in ls.columns}
    for group in table.groups:
        if group.list_name == ls.name and group.level <= len(ls.group_weights):
            column = columns[ls.group_weights[group.level - 1]]
            area = _area(layout, group.weight.ref)
            slot = TemplateSlot(f"{'/'.join(group.path)}.{column.name}", "item", column, area, printed=True)
            yield _furnish(slot, layout, "", words)
    seen: set[str] = set()
    named: Counter[str] = Counter()
    for item in table.items:
        if item.list_name != ls.name:
            continue
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
            area = _area(layout, table.totals[column.name].ref)
            # a plain list has no sum of unit prices to fill in
            closed = len(ls.levels) == 1 and not column.total
            drawn = layout.sheet.cells.get((area.top, area.left))
            if closed and drawn and column.type in NUMBER_TYPES and not is_figure(drawn.raw):
                # a — in its place is print
                continue
            slot = TemplateSlot(f"总分.{column.name}", "total", column, area, printed=closed)
            yield _furnish(slot, layout, column.total, words)


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
    for ls in spec.lists:
        groups = [group for group in table.groups if group.list_name == ls.name]
        for column in ls.columns:
            refs = [item.values[column.name].ref for item in table.items if column.name in item.values]
            if column.name in ls.group_weights:
                level = ls.group_weights.index(column.name) + 1
                refs = [group.weight.ref for group in groups if group.level == level]
            words.setdefault(column.name, tuple(dict.fromkeys(refs)))
    return words


def _has_cell(layout: DrawnLayout, value: Value) -> bool:
    """Whether a value has a cell of its own on the drawing."""
    return bool(value.ref) and parse_ref(value.ref) in layout.areas


def _area(layout: DrawnLayout, ref: str) -> Area:
    row, col = parse_ref(ref)
    return layout.areas[row, col]
