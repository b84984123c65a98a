"""A submission in which some cells hold other values; it itself stays as it is.

Only what holds one of these cells is copied. Checks that are run again are told what was replaced, and keep
whatever rests on the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from batch.model.form import Group, Item, Submission, Table, Value
from batch.model.record import record, replace

#: (file, sheet, address)
Cell = tuple[str, str, str]


@record(frozen=True, slots=True)
class _Spot:
    """Where a value stands: by name among the fields or totals of a table, in an item, or as a weight."""

    table: int
    value: Value
    name: str = ""
    is_total: bool = False
    #: numbers of the item and of the group; -1 for none
    item: int = -1
    group: int = -1


@dataclass(slots=True)
class Edited:
    """A submission with other values, and what was replaced, each by the identity of what it replaces."""

    submission: Submission
    tables: dict[int, Table] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    values: dict[int, Value] = field(default_factory=dict)

    def table(self, table: Table) -> Table:
        """What a table of the submission is now."""
        return self.tables.get(id(table), table)


class Edits:
    """Puts values into the cells of one submission."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._spots: dict[Cell, list[_Spot]] = {}
        for number, table in enumerate(submission.tables):
            for spot in _spots(number, table):
                # points in the brackets of a heading are part of its text
                if spot.value.ref and "in-label" not in spot.value.notes:
                    cell = table.file, spot.value.sheet, spot.value.ref
                    self._spots.setdefault(cell, []).append(spot)

    def made(self, new: Mapping[Cell, Value]) -> Edited:
        """The submission with other values in some cells."""
        edited = Edited(self._submission)
        spots = [(spot, value) for cell, value in new.items() for spot in self._spots.get(cell, ())]
        edited.values = {id(spot.value): value for spot, value in spots}
        by_table: dict[int, list[tuple[_Spot, Value]]] = {}
        for spot, value in spots:
            by_table.setdefault(spot.table, []).append((spot, value))
        tables = list(self._submission.tables)
        for number, own in by_table.items():
            old = tables[number]
            tables[number] = edited.tables[id(old)] = _table(old, own, edited)
        edited.submission = replace(self._submission, tables=tables)
        return edited


def _spots(number: int, table: Table) -> Iterator[_Spot]:
    for name, value in table.fields.items():
        yield _Spot(number, value, name)
    for name, value in table.totals.items():
        yield _Spot(number, value, name, is_total=True)
    for at, item in enumerate(table.items):
        for name, value in item.values.items():
            yield _Spot(number, value, name, item=at)
    for at, group in enumerate(table.groups):
        yield _Spot(number, group.weight, group=at)


def _table(table: Table, new: list[tuple[_Spot, Value]], edited: Edited) -> Table:
    made = replace(table, fields=dict(table.fields), totals=dict(table.totals), items=list(table.items))
    weights: dict[int, Value] = {}
    for spot, value in new:
        if spot.item >= 0:
            old = table.items[spot.item]
            item = edited.items.get(id(old))
            if item is None:
                item = edited.items[id(old)] = replace(old, values=dict(old.values))
                made.items[spot.item] = item
            item.values[spot.name] = value
        elif spot.group >= 0:
            weights[spot.group] = value
        else:
            (made.totals if spot.is_total else made.fields)[spot.name] = value
    if edited.items or weights:
        made.groups = list(table.groups)
        for number, group in enumerate(table.groups):
            if number in weights or any(id(item) in edited.items for item in group.items):
                items = [edited.items.get(id(item), item) for item in group.items]
                weight = weights.get(number, group.weight)
                made.groups[number] = edited.groups[id(group)] = replace(group, weight=weight, items=items)
    return made
