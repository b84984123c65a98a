"""Find a form's repeating table: its header, its indicator rows with their headings, its 总分 row."""

from __future__ import annotations

from dataclasses import dataclass, replace

from batch.forms.fill import read_value
from batch.forms.grid import note_label
from batch.forms.labels import label as normalise
from batch.forms.labels import weight
from batch.forms.spec import Field, FormSpec, ListSpec, PackForms
from batch.forms.view import View
from batch.model.book import Cell, column_letters
from batch.model.form import Bend, Group, Item, State, Table, Value

#: how far below the first layer of a header its second one may stand
_HEADER_GAP = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list that was found, and the cells its header spans."""

    field: Field
    left: int
    right: int
    #: 0 for 一级, 1 for 二级, …; the last level names the indicator itself; -1 for other columns
    level: int


@dataclass(slots=True)
class _Headings:
    """The 一级 and 二级 headings in force while going down, carried over unmerged blanks."""

    cells: list[Cell | None]
    values: list[Value | None]

    @classmethod
    def none(cls, count: int) -> _Headings:
        """No heading yet at so many levels."""
        return cls([None] * count, [None] * count)

    def change(self, level: int, cell: Cell, value: Value) -> None:
        """A new heading at `level` ends those below it."""
        self.cells[level], self.values[level] = cell, value
        for deeper in range(level + 1, len(self.cells)):
            self.cells[deeper] = self.values[deeper] = None


def read_list(view: View, spec: FormSpec, table: Table, pack: PackForms, *, keep_empty: bool = False) -> None:
    """Read the repeating table into `table.items`, `table.groups` and `table.totals`.

    `keep_empty` also keeps rows that have headings but nothing filled in: the template wants those.
    """
    ls = spec.list
    if ls is None:
        return
    header = _header_row(view, ls)
    if header is None:
        table.bends.append(Bend("F014", view.sheet.name, "", "", ls.name, "missing"))
        return
    columns, bottom = _columns(view, ls, header, table)
    headings = _Headings.none(len(ls.levels) - 1)
    rows = view.filled_rows(bottom + 1, view.last)
    kinds = {row: _row_kind(view, row, columns, spec, pack) for row in rows}
    for row in rows:
        if _is_header_again(view, ls, row):
            for text in view.texts[row]:
                view.take(text.cell)
            continue
        kind = kinds[row]
        if kind == "end":
            break
        if kind == "total" and "total" in (kinds[later] for later in kinds if later > row):
            # 合计 between two groups of indicators: the form's own total stands last
            kind = "subtotal"
        if kind == "total":
            _read_total(view, row, columns, table)
            break
        if kind == "subtotal":
            first = view.rows[row][0]
            table.bends.append(Bend("F015", view.sheet.name, first.ref, first.raw.strip(), "", "subtotal"))
            for cell in view.rows[row]:
                view.take(cell)
            continue
        _read_row(view, row, columns, headings, ls, table, keep_empty=keep_empty)
    if ls.points:
        _drop_shared_points(table, ls)


def _header_row(view: View, ls: ListSpec) -> int | None:
    best, best_row = 0, None
    for row, texts in view.texts.items():
        names = {hit[0] for t in texts if (hit := ls.labels.find(t.squeezed, t.normal))}
        if len(names) > best and len(names & set(ls.levels)) >= 2:
            best, best_row = len(names), row
    return best_row


def _columns(view: View, ls: ListSpec, header: int, table: Table) -> tuple[list[Column], int]:
    """The columns in the header row and, for headers of two layers, in the next row that holds anything."""
    columns: dict[str, Column] = {}
    bottom = header
    for row in (header, *view.filled_rows(header + 1, header + _HEADER_GAP)[:1]):
        texts = view.texts.get(row, [])
        hits = [(t, hit) for t in texts if (hit := ls.labels.find(t.squeezed, t.normal))]
        if row > header and (not hits or any(hit[0] in columns for _, hit in hits)):
            break
        for text, hit in hits:
            if hit[0] in columns:
                continue
            field = next(c for c in ls.columns if c.name == hit[0])
            level = ls.levels.index(field.name) if field.name in ls.levels else -1
            columns[hit[0]] = Column(field, text.area.left, text.area.right, level)
            bottom = max(bottom, text.area.bottom)
            note_label(view, text, field, hit[1], table)
    for field in ls.columns:
        if field.name not in columns:
            table.bends.append(Bend("F014", view.sheet.name, "", "", field.label, "missing"))
    return sorted(columns.values(), key=lambda c: c.left), bottom


def _is_header_again(view: View, ls: ListSpec, row: int) -> bool:
    """A header printed again after a page break."""
    names = {hit[0] for t in view.texts.get(row, []) if (hit := ls.labels.find(t.squeezed, t.normal))}
    return len(names) >= 3


def _row_kind(view: View, row: int, columns: list[Column], spec: FormSpec, pack: PackForms) -> str:
    texts = view.texts.get(row, [])
    left = columns[0].left
    for text in texts:
        if text.cell.col > left and text.cell.row == row and text.area.left > left:
            break
        if text.normal in pack.totals:
            return "total"
        if text.normal in pack.subtotals:
            return "subtotal"
    for text in texts:
        if text.normal.startswith(pack.notes):
            return "end"
        if spec.entry_labels.find(text.squeezed, text.normal):
            return "end"
    first = view.rows[row][0]
    if normalise(first.raw[:8]).startswith(pack.notes):
        return "end"
    if first.col <= left and normalise(first.raw).startswith(spec.entry_starts):
        return "end"
    return "item"


def _place(view: View, row: int, column: Column) -> tuple[Cell | None, str]:
    """The filled cell of this column in this row, or None and the address to name then."""
    for col in range(column.left, column.right + 1):
        cell = view.cell(row, col)
        if cell is not None and column.left <= cell.col <= column.right:
            return cell, ""
    area = view.area(row, column.left)
    return None, f"{column_letters(max(area.left, column.left))}{area.top}"


def _read_row(
    view: View,
    row: int,
    columns: list[Column],
    headings: _Headings,
    ls: ListSpec,
    table: Table,
    *,
    keep_empty: bool,
) -> None:
    values: dict[str, Value] = {}
    own = False
    for column in columns:
        name, field, level = column.field.name, column.field, column.level
        cell, ref = _place(view, row, column)
        if 0 <= level < len(ls.levels) - 1:
            if cell is not None and cell is not headings.cells[level]:
                headings.change(level, cell, read_value(cell, "text", view.sheet.name, ref))
                _open_group(view, level, headings, ls, table)
            view.take(cell)
            values[name] = headings.values[level] or read_value(None, "text", view.sheet.name, ref)
            own = own or (keep_empty and cell is not None)
            continue
        view.take(cell)
        value = read_value(cell, field.type, view.sheet.name, ref)
        if name == ls.group_weight:
            _group_weight(table, value)
            continue
        values[name] = value
        if cell is not None and not values[name].is_blank and cell.row == row:
            own = True
    if not own:
        return
    if ls.points:
        values[ls.points] = _points(values, ls)
    path = tuple(normalise(values[level].raw) for level in ls.levels if level in values)
    given = [values[level].raw for level in ls.levels if level in values and values[level].raw.strip()]
    item = Item(row, path, values, " ".join(given[-1].split()) if given else f"第{row}行")
    table.items.append(item)
    for group in table.groups:
        if path[: group.level] == group.path and group is _current(table, group.level):
            group.items.append(item)


def _current(table: Table, level: int) -> Group | None:
    return next((g for g in reversed(table.groups) if g.level == level), None)


def _open_group(view: View, level: int, headings: _Headings, ls: ListSpec, table: Table) -> None:
    cell = headings.cells[level]
    if cell is None:
        return
    path = tuple(normalise(c.raw) for c in headings.cells[: level + 1] if c is not None)
    value = _weight_in_label(view, cell) if ls.weighted else Value(State.BLANK, sheet=view.sheet.name)
    table.groups.append(Group(level + 1, path, value, []))


def _weight_in_label(view: View, cell: Cell) -> Value:
    points = weight(cell.raw)
    if points is None:
        return Value(State.BLANK, sheet=view.sheet.name, ref=cell.ref)
    return Value(
        State.FILLED,
        cell.raw.strip(),
        number=points,
        unit="分",
        kind="number",
        notes=("in-label",),
        sheet=view.sheet.name,
        ref=cell.ref,
    )


def _group_weight(table: Table, value: Value) -> None:
    """A 权重 column states the weight of the 一级 heading beside it."""
    group = _current(table, 1)
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
            return replace(value, number=points, unit="分", kind="number", notes=("in-label",))
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


def _read_total(view: View, row: int, columns: list[Column], table: Table) -> None:
    label = next(t for t in view.texts[row] if not view.is_used(t.cell))
    view.take(label.cell)
    for column in columns:
        if column.field.type != "score":
            continue
        cell, ref = _place(view, row, column)
        if cell is label.cell:
            cell = None
        view.take(cell)
        table.totals[column.field.name] = read_value(cell, "score", view.sheet.name, ref)
