"""Indicators whose group has one score: a column without points, scored once under each heading."""

from __future__ import annotations

from batch.checks.engine.fields import Slot
from batch.forms.spec.spec import PackForms


def is_scored_with_its_group(slot: Slot, forms: PackForms) -> bool:
    """Whether one score stands for all indicators under a heading, none of which has points of its own."""
    item, ls = slot.item, forms.forms[slot.table.form].list_with.get(slot.field.name)
    if item is None or ls is None or slot.field.type != "score":
        return False
    columns = {column.name for column in ls.columns if column.type == "score"} | {ls.points}
    own = [item.values.get(name) for name in columns - {slot.field.name}]
    if any(value is not None and not value.is_blank for value in own):
        return False
    return any(
        other.values[slot.field.name].is_filled
        for group in slot.table.groups
        if group.level == len(ls.levels) - 1 and any(one is item for one in group.items)
        for other in group.items
        if slot.field.name in other.values
    )
