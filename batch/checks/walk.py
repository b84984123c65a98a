"""Go through every value of a table with what the form expects of it."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.scope import item_label, plain, spelt
from batch.forms.spec import Field, FormSpec, PackForms
from batch.model.form import Item, Submission, Table, Value
from batch.model.record import record


@record(frozen=True, slots=True)
class Slot:
    """One field of one table as filled."""

    table: Table
    field: Field
    value: Value
    #: identity in the form's words, without row numbers
    name: str
    #: how messages call it
    label: str
    row: str = ""
    item: Item | None = None


def slots(submission: Submission, forms: PackForms) -> Iterator[Slot]:
    """Every entry, grid cell, indicator cell and total of a submission, table by table."""
    for table in submission.tables:
        yield from table_slots(table, forms)


def table_slots(table: Table, forms: PackForms) -> Iterator[Slot]:
    """Every field of one table."""
    spec = forms.forms[table.form]
    for entry in spec.entries:
        value = table.fields.get(entry.name)
        if value is not None:
            yield Slot(table, entry, value, entry.name, plain(spelt(entry.label, table, forms)))
    yield from _grid_slots(table, spec, forms)
    if spec.list:
        for group in table.groups:
            if group.level == 1 and spec.list.group_weight:
                column = next(c for c in spec.list.columns if c.name == spec.list.group_weight)
                name = f"{'/'.join(group.path)}.{column.name}"
                yield Slot(table, column, group.weight, name, f"“{group.path[-1]}”的{column.label}")
        columns = [(c, c.name, spelt(c.label, table, forms)) for c in spec.list.columns]
        for item in table.items:
            start, path = f"指标“{item_label(item)}”的", "/".join(item.path)
            for column, name, words in columns:
                value = item.values.get(name)
                if value is not None:
                    yield Slot(table, column, value, f"{path}.{name}", start + words, item=item)
        for column in spec.list.columns:
            value = table.totals.get(column.name)
            if value is not None:
                label = f"总分的{spelt(column.label, table, forms)}"
                yield Slot(table, column, value, f"总分.{column.name}", label, row="总分")


def _grid_slots(table: Table, spec: FormSpec, forms: PackForms) -> Iterator[Slot]:
    for grid in spec.grids:
        rows = [(r.name, plain(r.label)) for r in grid.rows]
        rows += [(name, name) for names in table.extra_rows.values() for name in names]
        columns = [(c, c.name, spelt(c.label, table, forms)) for c in grid.columns]
        for row, row_label in rows:
            for column, column_name, words in columns:
                name = f"{row}.{column_name}"
                value = table.fields.get(name)
                if value is not None:
                    yield Slot(table, column, value, name, f"{row_label}的{words}", row)
