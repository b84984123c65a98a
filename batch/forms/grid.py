"""Find a grid by its labels: a header row of columns, rows below it, values where they meet."""

from __future__ import annotations

from dataclasses import dataclass

from batch.forms.fill import read_value
from batch.forms.labels import NEAR, near
from batch.forms.spec import Field, FormSpec, Grid, PackForms
from batch.forms.view import Text, View
from batch.forms.years import looks_date_mangled
from batch.model.book import Area, column_letters
from batch.model.form import Bend, State, Table, Value


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was found: its field and the cells its header spans."""

    field: Field
    left: int
    right: int


def read_grid(view: View, spec: FormSpec, grid: Grid, table: Table, pack: PackForms) -> None:
    """Read one grid of a form into `table.fields` ("行.栏"), noting what is missing or extra."""
    header = _header_row(view, grid)
    if header is None:
        names = "、".join(c.label for c in grid.columns)
        table.bends.append(Bend("F014", view.sheet.name, "", "", f"{grid.name}（{names}）", "missing"))
        return
    columns = _columns(view, grid, header, table)
    first_value = min(c.left for c in columns)
    bottom = max(view.area(header, c.left).bottom for c in columns)
    found: set[str] = set()
    absent = _absent(view, grid)
    heading = ""
    for row in view.filled_rows(bottom + 1, view.last):
        texts = [t for t in view.texts.get(row, []) if t.cell.col < first_value and t.area.top == row]
        if _ends_here(view, row, spec, texts, pack):
            break
        name = _row_name(view, grid, texts, table, found)
        if name:
            found.add(name)
            field = next(r for r in grid.rows if r.name == name)
            heading = name if field.open else field.parent
        else:
            name = _extra_row(view, row, columns, texts, heading, table, pack, absent)
            if not name:
                continue
        _read_row(view, grid, row, name, columns, table, spec)
    for field in grid.rows:
        if field.name not in found:
            table.bends.append(Bend("F014", view.sheet.name, "", "", field.label, "missing"))


def _header_row(view: View, grid: Grid) -> int | None:
    """The row that names most of the grid's columns: at least half of them, the first on a tie."""
    best, best_row = 0, None
    for row, texts in view.texts.items():
        names = {hit[0] for t in texts if (hit := grid.column_labels.find(t.squeezed, t.normal))}
        if len(names) > best and 2 * len(names) >= len(grid.columns):
            best, best_row = len(names), row
    return best_row


def _columns(view: View, grid: Grid, header: int, table: Table) -> list[Column]:
    columns: list[Column] = []
    for text in view.texts[header]:
        hit = grid.column_labels.find(text.squeezed, text.normal)
        if hit and hit[0] not in {c.field.name for c in columns}:
            field = next(c for c in grid.columns if c.name == hit[0])
            columns.append(Column(field, text.area.left, text.area.right))
            note_label(view, text, field, hit[1], table)
    for field in grid.columns:
        if field.name not in {c.field.name for c in columns}:
            table.bends.append(Bend("F014", view.sheet.name, "", "", field.label, "missing"))
    return columns


def note_label(view: View, text: Text, field: Field, step: str, table: Table) -> None:
    """Mark a label as recognised, and remember when it is not written as the form writes it."""
    view.take(text.cell)
    ref, written = text.cell.ref, " ".join(text.cell.raw.split())
    if "{期}" in field.label:
        table.printed[field.name] = Value(State.FILLED, written, sheet=view.sheet.name, ref=ref)
    if "{期}" in field.label and looks_date_mangled(written):
        table.bends.append(Bend("F013", view.sheet.name, ref, written, field.label, "mangled"))
        step = "mangled"
    if step != "exact":
        # blanks and brackets are recorded, but nobody has to be told of them
        check = "" if step == "normalised" else "F012"
        table.bends.append(Bend(check, view.sheet.name, ref, written, field.label, step))


def _ends_here(view: View, row: int, spec: FormSpec, texts: list[Text], pack: PackForms) -> bool:
    """Whether another part of the form begins in this row."""
    for text in texts:
        if spec.entry_labels.find(text.squeezed, text.normal):
            return True
    if spec.list:
        hits = {
            hit[0] for t in view.texts.get(row, []) if (hit := spec.list.labels.find(t.squeezed, t.normal))
        }
        if 2 * len(hits) >= len(spec.list.columns):
            return True
    return any(t.normal.startswith(pack.notes) for t in texts)


def _absent(view: View, grid: Grid) -> list[Field]:
    """The rows whose label stands nowhere: one of them may be meant by a text that is much like it."""
    here = {
        hit[0]
        for texts in view.texts.values()
        for t in texts
        if (hit := grid.row_labels.find(t.squeezed, t.normal))
    }
    return [field for field in grid.rows if field.name not in here]


def _row_name(view: View, grid: Grid, texts: list[Text], table: Table, found: set[str]) -> str | None:
    for text in reversed(texts):
        hit = grid.row_labels.find(text.squeezed, text.normal)
        if hit and hit[0] not in found:
            note_label(view, text, next(r for r in grid.rows if r.name == hit[0]), hit[1], table)
            return hit[0]
    return None


def _extra_row(
    view: View,
    row: int,
    columns: list[Column],
    texts: list[Text],
    heading: str,
    table: Table,
    pack: PackForms,
    absent: list[Field],
) -> str | None:
    """A row the form does not know: a part of an open heading, a subtotal to leave out, or unknown."""
    named = [t for t in texts if t.normal not in pack.decor]
    if not named or not any(_value_cell(view, row, c) for c in columns):
        return None
    text = named[-1]
    if text.normal in pack.subtotals or text.normal in pack.totals:
        for cell in view.rows[row]:
            view.take(cell)
        table.bends.append(
            Bend("F015", view.sheet.name, text.cell.ref, text.cell.raw.strip(), "", "subtotal")
        )
        return None
    if not heading or any(near(text.normal, field.label) >= NEAR for field in absent):
        return None
    view.take(text.cell)
    name = f"{text.normal}（第{row}行）" if text.normal in table.extra_rows.get(heading, []) else text.normal
    table.extra_rows.setdefault(heading, []).append(name)
    return name


def _value_cell(view: View, row: int, column: Column) -> tuple[int, int] | None:
    """The place that holds the value: the first filled cell under the header, else its left end."""
    for col in range(column.left, column.right + 1):
        area = view.area(row, col)
        if (area.top, area.left) in view.sheet.cells and area.left >= column.left and area.top == row:
            return area.top, area.left
    return None


def _read_row(
    view: View, grid: Grid, row: int, name: str, columns: list[Column], table: Table, spec: FormSpec
) -> None:
    for column in columns:
        if not grid.has_cell(name, column.field):
            continue
        place = _value_cell(view, row, column)
        cell = view.take(view.sheet.cells.get(place)) if place else None
        blank_ref = "" if cell else _blank_ref(view, row, column)
        table.fields[f"{name}.{column.field.name}"] = read_value(
            cell, column.field.type, view.sheet.name, blank_ref, table.money_unit or spec.money
        )


def _blank_ref(view: View, row: int, column: Column) -> str:
    """The address to name where nothing is filled in."""
    area = view.area(row, column.left)
    if area.left < column.left or area.top != row:
        return f"{column_letters(column.left)}{row}"
    return Area(area.top, area.left, area.top, area.left).ref
