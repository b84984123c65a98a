"""Read a form's repeating table where it was found: indicator rows with their headings, the 总分 row."""

from __future__ import annotations

from dataclasses import dataclass

from batch.forms.fill import read_value
from batch.forms.labels import label as normalise
from batch.forms.labels import weight
from batch.forms.listlayout import ListLayout, ListRow
from batch.forms.spec import ListSpec
from batch.forms.view import View
from batch.model.book import Cell
from batch.model.form import BLANK, Bend, Group, Item, State, Table, Value


@dataclass(slots=True)
class _Headings:
    """The 一级 and 二级 headings in force while going down, carried over unmerged blanks."""

    cells: list[Cell | None]
    values: list[Value | None]
    #: the group of the last heading of each level
    groups: list[Group | None]

    @classmethod
    def none(cls, count: int) -> _Headings:
        """No heading yet at so many levels."""
        return cls([None] * count, [None] * count, [None] * count)

    def change(self, level: int, cell: Cell, value: Value) -> None:
        """A new heading at `level` ends those below it."""
        self.cells[level], self.values[level] = cell, value
        for deeper in range(level + 1, len(self.cells)):
            self.cells[deeper] = self.values[deeper] = None


def read_list(
    view: View, layout: ListLayout, ls: ListSpec, table: Table, *, keep_empty: bool = False
) -> None:
    """Read the repeating table into `table.items`, `table.groups` and `table.totals`.

    `keep_empty` also keeps rows that have headings but nothing filled in: the template wants those.
    """
    layout.header.hold(view, table)
    headings = _Headings.none(len(ls.levels) - 1)
    for row in layout.rows:
        if row.kind == "item":
            _read_row(view, row, headings, ls, table, keep_empty=keep_empty)
        elif row.kind == "total":
            _read_total(view, row, table)
        elif row.kind == "header":
            for text in view.texts(row.row):
                view.take(text.cell)
        else:
            first = view.rows[row.row][0]
            table.bends.append(Bend("F015", view.sheet.name, first.ref, first.raw.strip(), "", "subtotal"))
            for cell in view.rows[row.row]:
                view.take(cell)
    if ls.points:
        _drop_shared_points(table, ls)


def _read_row(
    view: View, row: ListRow, headings: _Headings, ls: ListSpec, table: Table, *, keep_empty: bool
) -> None:
    values: dict[str, Value] = {}
    own = False
    sheet, last = view.sheet.name, len(ls.levels) - 1
    for level, spot in row.spots:
        name = spot.name
        cell, ref = view.first_of(spot)
        if 0 <= level < last:
            if cell is not None and cell is not headings.cells[level]:
                headings.change(level, cell, read_value(cell, "text", sheet, ref))
                _open_group(sheet, level, headings, ls, table)
            values[name] = headings.values[level] or read_value(None, "text", sheet, ref)
            own = own or (keep_empty and cell is not None)
            continue
        value = read_value(cell, spot.type, sheet, ref)
        if name == ls.group_weight:
            _group_weight(headings.groups[0], value)
            continue
        values[name] = value
        if cell is not None and value.state is not BLANK and cell.row == row.row:
            own = True
    if not own:
        return
    if ls.points:
        values[ls.points] = _points(values, ls)
    given = [values[level].raw for level in ls.levels if level in values]
    path = tuple([normalise(raw) for raw in given])
    named = [raw for raw in given if raw.strip()]
    item = Item(row.row, path, values, " ".join(named[-1].split()) if named else f"第{row.row}行")
    table.items.append(item)
    for group in headings.groups:
        if group is not None and path[: group.level] == group.path:
            group.items.append(item)


def _open_group(sheet: str, level: int, headings: _Headings, ls: ListSpec, table: Table) -> None:
    cell = headings.cells[level]
    if cell is None:
        return
    path = tuple(normalise(c.raw) for c in headings.cells[: level + 1] if c is not None)
    value = _weight_in_label(sheet, cell) if ls.weighted else Value(State.BLANK, sheet=sheet)
    group = Group(level + 1, path, value, [])
    headings.groups[level] = group
    table.groups.append(group)


def _weight_in_label(sheet: str, cell: Cell) -> Value:
    points = weight(cell.raw)
    if points is None:
        return Value(State.BLANK, sheet=sheet, ref=cell.ref)
    return Value(
        State.FILLED,
        cell.raw.strip(),
        number=points,
        unit="分",
        kind="number",
        notes=("in-label",),
        sheet=sheet,
        ref=cell.ref,
    )


def _group_weight(group: Group | None, value: Value) -> None:
    """A 权重 column states the weight of the 一级 heading beside it."""
    if group is not None and not value.is_blank and group.weight.is_blank:
        group.weight = value


def _points(values: dict[str, Value], ls: ListSpec) -> Value:
    """The points of one indicator: in the brackets of its 三级 label, else of its 二级 label."""
    for level in reversed(ls.levels):
        value = values.get(level)
        if value is not None and value.is_filled:
            points = weight(value.raw)
            if points is None:
                continue
            read = (points, value.places, "分", value.op, value.upper, "number", ("in-label",))
            # in a quarter of the time that `replace` takes
            return Value(value.state, value.raw, *read, value.sheet, value.ref, value.formula)
    last = values.get(ls.levels[-1])
    return Value(State.BLANK, sheet=last.sheet if last else "", ref=last.ref if last else "")


def _drop_shared_points(table: Table, ls: ListSpec) -> None:
    """Points of a 二级 label belong to its only indicator; several under it without own points have none."""
    for group in table.groups:
        if group.level == len(ls.levels) - 1 and len(group.items) > 1:
            for item in group.items:
                points = item.values[ls.points]
                if points.ref == group.weight.ref:
                    item.values[ls.points] = Value(State.BLANK, sheet=points.sheet, ref=points.ref)


def _read_total(view: View, row: ListRow, table: Table) -> None:
    label = next(t for t in view.texts(row.row) if not view.is_used(t.cell))
    view.take(label.cell)
    for _, spot in row.spots:
        if spot.type != "score":
            continue
        cell, ref = view.first_of(spot)
        if cell is label.cell:
            cell, ref = None, ""
        table.totals[spot.name] = read_value(cell, "score", view.sheet.name, ref)
