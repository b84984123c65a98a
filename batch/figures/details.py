"""Rows of 明细数据: every filled value of a form, for filtering and pivoting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from batch.checks.engine.amount import MONEY, as_filled
from batch.checks.engine.fields import Fields, Slot
from batch.forms.spec.spec import PackForms
from batch.model.form import BLANK, FILLED, PLACEHOLDER, Item, Table
from batch.model.quoting import quoted
from batch.model.unit_facts import DetailRow, SummedValue

#: what was read into such a number is no exact figure
_VAGUE = {"approximate", "subject"}
#: characters of a text that are repeated: a narrative has some hundreds, a cell takes thirty thousand
_TEXT = 2000
#: fields where a placeholder means that there is nothing
_COUNTED = {"money", "count", "score"}


def details_of(fields: Fields, forms: PackForms, project: Callable[[Table], str]) -> Iterator[DetailRow]:
    """One row for each filled cell; a heading merged over several indicators is given once.

    `project`: the name of a table's project.
    """
    for table, own in fields.by_table:
        yield from _details(table, own, forms, project(table))


def _details(table: Table, fields: Iterable[Slot], forms: PackForms, project: str) -> Iterator[DetailRow]:
    levels = {name: n for ls in forms.forms[table.form].lists for n, name in enumerate(ls.levels)}
    # once a row, not once a cell
    items = [row for item in table.items for row in (item, *item.parts)]
    rows = {id(item): quoted("/".join(filter(None, item.path)), _TEXT) for item in items}
    seen: set[tuple[str, str]] = set()
    for slot in fields:
        value = slot.value
        if value.state is BLANK:
            continue
        name, row = slot.field.name, slot.row
        if slot.item is not None:
            if value.ref:
                place = (name, value.ref)
                if place in seen:
                    continue
                seen.add(place)
            row = _heading(slot.item, levels[name]) if name in levels else rows[id(slot.item)]
        exact = _exact(slot)
        number, text = (exact, None) if isinstance(exact, Decimal) else (None, exact)
        unit = value.unit if number is not None and value.unit in MONEY else ""
        # in order: of the hundreds of a unit each takes twice as long to make by name
        yield DetailRow(
            table.form,
            project,
            row,
            name,
            number,
            text,
            number is not None and value.unit == "%",
            unit,
            number * MONEY[unit] if unit and number is not None else None,
            table.file,
            value.sheet or table.sheet,
            value.ref,
            quoted(value.raw, _TEXT),
        )


def summed_values(details: Sequence[DetailRow], forms: Iterable[str]) -> Iterator[SummedValue]:
    """The values of the first form of each of these kinds."""
    for form in forms:
        rows = [row for row in details if row.form == form]
        for row in rows:
            if (row.file, row.sheet) == (rows[0].file, rows[0].sheet):
                name = f"{row.row}.{row.column}" if row.row else row.column
                yield SummedValue(form, name, row.number, row.money)


def _heading(item: Item, level: int) -> str:
    """The row of a heading, without what is under it."""
    return quoted("/".join(filter(None, item.path[: level + 1])), _TEXT)


def _exact(slot: Slot) -> Decimal | str | None:
    """The value as a number when it is exactly one, as text when it is text, None when it cannot be read."""
    value = slot.value
    if value.state is PLACEHOLDER:
        if slot.field.type == "percent":
            return None
        return Decimal(0) if slot.field.type in _COUNTED else quoted(as_filled(value), _TEXT)
    if value.state is not FILLED:
        return None
    is_number = value.number is not None and value.kind in ("number", "percent")
    if is_number and not value.op and value.upper is None and _VAGUE.isdisjoint(value.notes):
        return value.number
    return quoted(as_filled(value), _TEXT)
