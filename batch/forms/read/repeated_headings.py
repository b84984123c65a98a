"""Headings of an indicator table that are written again in every row, where others merge their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from batch.forms.spec.spec import ListSpec
from batch.model.form import BLANK, Group, Table


def join_repeated(table: Table, ls: ListSpec) -> None:
    """One group for a heading that is written again in row after row with the same points.

    Not where each row's own points come to those of its heading: then every heading speaks of its row.
    """
    own = [group for group in table.groups if group.list_name == ls.name]
    if len({(group.level, group.path) for group in own}) == len(own):
        return
    kept = [group for group in table.groups if group.list_name != ls.name]
    for run in _runs(own):
        if len(run) > 1 and not _speaks_of_its_row(run, ls):
            _join(run, ls)
            del run[1:]
        kept += run
    places = {id(group): number for number, group in enumerate(table.groups)}
    table.groups = sorted(kept, key=lambda group: places[id(group)])


def _runs(groups: Sequence[Group]) -> list[list[Group]]:
    """Groups of one level that follow each other with the same headings, and the same points or none."""
    runs: list[list[Group]] = []
    last: dict[int, list[Group]] = {}
    for group in groups:
        run = last.get(group.level)
        if run and run[0].path == group.path and group.weight.number in (run[0].weight.number, None):
            run.append(group)
        else:
            last[group.level] = [group]
            runs.append(last[group.level])
    return runs


def _speaks_of_its_row(run: Sequence[Group], ls: ListSpec) -> bool:
    return all(group.weight.number is not None and group.weight.number == _points(group, ls) for group in run)


def _points(group: Group, ls: ListSpec) -> Decimal | None:
    """What the points of a group's rows come to; None when none has its own."""
    points = [item.values[ls.points] for item in group.items if ls.points in item.values]
    own = [value.number for value in points if value.number is not None and value.ref != group.weight.ref]
    return sum(own, Decimal(0)) if own else None


def _join(run: Sequence[Group], ls: ListSpec) -> None:
    first = run[0]
    for group in run[1:]:
        for item in group.items:
            points = item.values.get(ls.points)
            # what the heading says is what all of its rows have together
            if points is not None and points.ref and points.ref == group.weight.ref:
                item.values[ls.points] = replace(points, state=BLANK, raw="", number=None, notes=())
        first.items += group.items
