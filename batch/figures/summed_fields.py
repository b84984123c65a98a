"""The sums of money a form has on top: what is added up over units where the pack does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from batch.checks.engine.form_words import plain
from batch.forms.spec.spec import Field, FormSpec, Grid, PackForms

#: columns that a page has room for
_MOST = 12
_WORD = re.compile(r"[^\s+\-*/×÷()（）]+")


class SummedField(NamedTuple):
    """A sum: the expression for it, and its heading."""

    figure: str
    title: str
    group: str


def summed_fields(pack: PackForms) -> list[SummedField]:
    """The sums of money of the forms that each unit hands in once."""
    forms = [spec for spec in pack.forms.values() if spec.per == "单位" and not spec.instead_of]
    return list(islice((one for spec in forms for one in _of_form(spec, pack)), _MOST))


def _of_form(spec: FormSpec, pack: PackForms) -> Iterator[SummedField]:
    found = [one for grid in spec.grids for one in _of_grid(spec, grid, pack)]
    found += [
        SummedField(f"{spec.key}.总分.{column.name}", _printed(column, pack), ls.name)
        for ls in spec.lists
        for column in ls.columns
        if column.type == "money" and column.total
    ]
    if not found:
        found = [
            SummedField(f"{spec.key}.{entry.name}", _printed(entry, pack), spec.title)
            for entry in spec.entries
            if entry.type == "money"
        ]
    yield from found


def _of_grid(spec: FormSpec, grid: Grid, pack: PackForms) -> Iterator[SummedField]:
    """Of the rows that are part of no other, those that are sums; all of them where none is."""
    parts = {word for row in grid.rows for word in _WORD.findall(row.formula)}
    top = [row for row in grid.rows if not (row.parent or row.part_of or row.name in parts)]
    for row in [row for row in top if row.formula] or top:
        for column in grid.columns:
            if column.type == row.type == "money" and grid.has_cell(row.name, column):
                label = _printed(row, pack)
                # 合计 says nothing of what it is the sum
                group = grid.name if label in pack.totals else label
                yield SummedField(f"{spec.key}.{row.name}.{column.name}", _printed(column, pack), group)


def _printed(field: Field, pack: PackForms) -> str:
    """A label as the forms of this year print it, without its numbering."""
    tokens = {"{本年}": f"{pack.year}年", "{上年}": f"{pack.year - 1}年", "{期}": pack.period_words}
    text = field.label
    for token, said in tokens.items():
        text = text.replace(token, said)
    return plain(text)
