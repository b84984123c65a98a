"""The places of a submission that a check looks at: columns, rows, indicators, headings, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from batch.checks.engine.amount import Amount
from batch.checks.engine.catalogue import Check
from batch.checks.engine.form_words import item_label, spelt
from batch.checks.engine.place import Place, SharedSums
from batch.checks.engine.plain_figures import Figures
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.form import Group, Item, Submission, Table


@dataclass(slots=True)
class Spots:
    """Cache of the places of one submission: a few dozen checks look at the same ones."""

    #: see Place.implied
    implied: Mapping[int, Amount] = field(default_factory=dict)
    #: by what they depend on, each with the exact numbers there
    known: dict[tuple[object, ...], list[tuple[Place, Figures]]] = field(default_factory=dict)

    def at(self, check: Check, submission: Submission, forms: PackForms) -> list[tuple[Place, Figures]]:
        """Every place that a check looks at, yet to be turned to it, with the exact numbers there."""
        found = self.known.get(check.looks_at)
        if found is None:
            made = _places(check, submission, forms, self.implied)
            found = self.known[check.looks_at] = [(place, Figures(place)) for place in made]
        return found

    @classmethod
    def only(cls, check: Check, found: list[Place], implied: Mapping[int, Amount]) -> Spots:
        """Some of the places of one check."""
        for place in found:
            place.implied = implied
        return cls(implied, {check.looks_at: [(place, Figures(place)) for place in found]})


def places(check: Check, submission: Submission, forms: PackForms, spots: Spots | None = None) -> list[Place]:
    """Every place of a submission that a check looks at.

    With `spots`, places are made once and handed from check to check, one check after the other.
    """
    found = [place for place, _ in (spots or Spots()).at(check, submission, forms)]
    for place in found:
        place.turn_to(check)
    return found


def _places(
    check: Check, submission: Submission, forms: PackForms, implied: Mapping[int, Amount]
) -> list[Place]:
    if check.each == "单位" or not check.form:
        return [Place(check, forms, submission, implied=implied)]
    spec = forms.forms[check.form]
    shared = SharedSums()
    return [
        Place(check, forms, submission, table, *spot, implied=implied, shared=shared)
        for table in submission.of(check.form)
        for spot in _spots(check, table, spec, forms)
    ]


#: what tells a place from its table: row, column, item, group, label; see Place
_Spot = tuple[str, str, Item | None, Group | None, str]


def _spots(check: Check, table: Table, spec: FormSpec, forms: PackForms) -> list[_Spot]:
    if check.each == "列":
        return [
            ("", c.name, None, None, spelt(c.label, table, forms))
            for grid in spec.grids
            for c in grid.columns
            if not check.columns or c.name in check.columns
        ]
    if check.each == "行":
        rows = check.rows or _row_names(table, spec)
        return [(name, "", None, None, spec.row_words.get(name, name)) for name in rows]
    if check.each == "指标":
        wanted = {text for name in check.indicator for text in spec.indicators[name]}
        return [
            ("", "", item, None, item_label(item))
            for item in table.items
            if check.of_list in ("", item.list_name)
            and (not check.indicator or (item.path and item.path[-1] in wanted))
        ]
    if check.each in ("一级指标", "二级指标"):
        level = 1 if check.each == "一级指标" else 2
        groups = [g for g in table.groups if g.level == level and check.of_list in ("", g.list_name)]
        return [("", "", None, group, group.path[-1]) for group in groups]
    return [("", "", None, None, table.name)]


def _row_names(table: Table, spec: FormSpec) -> list[str]:
    names = [
        r.name
        for grid in spec.grids
        for r in grid.rows
        # a row that need not be there and is not has nothing to be looked at
        if not r.may_lack or any(f"{r.name}.{c.name}" in table.fields for c in grid.columns)
    ]
    return names + [row for rows in table.extra_rows.values() for row in rows]
