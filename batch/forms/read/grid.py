"""Read a located grid: the value where each row and column meet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from batch.forms.locate.grid_layout import GridLayout, GridRow
from batch.forms.locate.view import LabelText, View
from batch.forms.read.cell_value import points_in_label, read_value
from batch.forms.read.open_rows import OpenRow, file_rows
from batch.forms.spec.grid_sums import whole_of
from batch.forms.spec.labels import NEAR, near
from batch.forms.spec.spec import Grid, PackForms
from batch.model.form import Deviation, Table, Value

_NOTHING = Decimal(0)
#: how far each amount of a sum may be off for rounding
_ROUNDED = Decimal("0.01")


def read_grid(view: View, layout: GridLayout, grid: Grid, table: Table, pack: PackForms, money: str) -> None:
    """Read one grid of a form into `table.fields` ("行.栏"), noting what is missing or extra.

    `money`: the unit of its sums.
    """
    layout.header.hold(view, table)
    sheet = view.sheet.name
    parents = {field.name: field.parent for field in grid.rows}
    below: list[OpenRow] = []
    unknown: list[tuple[GridRow, LabelText]] = []
    for row in layout.rows:
        name = row.name
        if name:
            row.notes.hold(view, table)
            below.append(OpenRow(name, parents[name], None))
        elif (extra := _extra_row(view, row, layout, table, pack)) and not row.heading:
            unknown.append((row, extra))
        elif extra:
            view.take(extra.cell)
            taken = extra.normal in (other.name for other in below)
            name = f"{extra.normal}（第{row.row}行）" if taken else extra.normal
            below.append(OpenRow(name, row.heading, extra))
        for field, spot in zip(layout.columns, row.spots, strict=True) if name else ():
            cell, ref = view.first_of(spot)
            value = read_value(cell, spot.type, sheet, ref, money)
            # some work out rates for rows where the form wants none
            if value.number is not None or grid.has_cell(name, field):
                table.fields[f"{name}.{spot.name}"] = value
    _printed_points(view, layout, grid, table)
    file_rows(table, grid, below)
    # a row below another name may be the one that is missing
    if all(field.optional for field in layout.absent):
        _rows_of_the_sum(view, unknown, grid, table, money)
    layout.end.hold(view, table)


def _printed_points(view: View, layout: GridLayout, grid: Grid, table: Table) -> None:
    """Points without a column of their own, as the grid's label has them: 预算执行情况（20分）."""
    for column in grid.columns:
        wanted = [f"{row.name}.{column.name}" for row in layout.rows if row.name in column.only]
        if column.type != "score" or not column.preset or not wanted or wanted[0] in table.fields:
            continue
        first = layout.rows[0].row
        labels = [t.cell for row in range(first - 1, first + 1) for t in view.texts(row)]
        points = [points_in_label(view.sheet.name, c) for c in labels if c.col < layout.first_value]
        known = next((value for value in points if value.is_filled), None)
        if known is not None:
            table.fields[wanted[0]] = known


def _extra_row(
    view: View, row: GridRow, layout: GridLayout, table: Table, pack: PackForms
) -> LabelText | None:
    """The label of a row the form does not know.

    None for a subtotal, which is left out, and below an open heading for a label much like a missing one.
    """
    labels = [t for t in view.texts(row.row) if t.cell.col < layout.first_value and t.area.top == row.row]
    named = [t for t in labels if t.normal not in pack.decor]
    filled = (place in view.sheet.cells for spot in row.spots for place, _ in spot.places)
    if not named or not any(filled):
        return None
    text = named[-1]
    if text.normal in pack.subtotals or text.normal in pack.totals:
        for cell in view.rows[row.row]:
            view.take(cell)
        table.bends.append(
            Deviation("F015", view.sheet.name, text.cell.ref, text.cell.raw.strip(), "", "subtotal")
        )
        return None
    if row.heading and any(near(text.normal, field.label) >= NEAR for field in layout.absent):
        return None
    return text


def _rows_of_the_sum(
    view: View, rows: list[tuple[GridRow, LabelText]], grid: Grid, table: Table, money: str
) -> None:
    """File rows the form does not know where its sum holds with them: 专项债券 below 财政拨款."""
    found = whole_of(grid) if rows else None
    if found is None:
        return
    whole, parts = found
    added = {f"{text.normal}（第{row.row}行）": (row, text) for row, text in rows}
    values: dict[str, Value] = {}
    for name, (row, _) in added.items():
        for spot in row.spots:
            place = next((place for place, _ in spot.places if place in view.sheet.cells), None)
            cell = view.sheet.cells[place] if place else None
            value = read_value(cell, spot.type, view.sheet.name, cell.ref if cell else spot.blank, money)
            if value.number is not None:
                values[f"{name}.{spot.name}"] = value
    amounts = {**table.fields, **values}
    is_money = False
    for column in (column.name for column in grid.columns if column.type == "money"):
        total = _number(amounts, whole, column)
        known = sum((_number(amounts, name, column) or _NOTHING for name in (*parts, *added)), _NOTHING)
        is_money = is_money or any(_number(values, name, column) for name in added)
        if total is not None and abs(known - total) > _ROUNDED * (len(parts) + len(added)):
            return
    if is_money:
        table.fields.update(values)
        table.extra_rows[whole] = list(added)
        for row, text in added.values():
            view.take(text.cell)
            for spot in row.spots:
                view.first_of(spot)


def _number(amounts: Mapping[str, Value], row: str, column: str) -> Decimal | None:
    value = amounts.get(f"{row}.{column}")
    return value.number if value is not None else None
