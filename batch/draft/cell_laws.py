"""Single fields that in all filled examples repeat a cell of a grid, or are the rate of two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Final

from batch.draft.examples import Examples
from batch.draft.numbering import is_total
from batch.draft.observations import SOURCE, Observation, Seen, cell, own
from batch.draft.proposal import AMOUNTS, DraftField, DraftForm, DraftTie
from batch.draft.rate_laws import rate_from

#: a field of so few different amounts may be the same by chance
_DISTINCT: Final = 3
#: with more cells than this a rate of two of them is not looked for
_MOST_CELLS: Final = 150


def cell_laws(form: DraftForm, examples: Examples, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """What single fields of a form say of its grids, beyond the ties `known`."""
    cells = {
        f"{row.id}.{column.id}": column
        for grid in form.grids
        # totals first: they are what is repeated elsewhere
        for row in sorted(grid.rows, key=lambda row: not is_total(row.label))
        for column in grid.columns
        if column.type in AMOUNTS and (not column.only or row.id in column.only)
    }
    mine = (tie for tie in known if tie.form == form.id and tie.each == "表" and " == " in tie.text)
    told = {tie.parts[0] for tie in mine}
    entries = [e for e in form.entries if e.id not in told and (e.type in AMOUNTS or e.type == "percent")]
    if not cells or not entries:
        return
    names = form.names()
    keys = [*cells, *(entry.id for entry in form.entries)]
    observed = [
        Observation(n, {key: v for key in keys if (v := cell(table, names, key)) is not None})
        for n, example in enumerate(examples.read)
        for table in own(example, form)
    ]
    seen = Seen(form, "表", form.entries, observed)
    for entry in entries:
        if entry.type != "percent":
            yield from _repeated(seen, entry, cells)
        elif len(keys) <= _MOST_CELLS:
            amounts = [*cells, *(e.id for e in form.entries if e.type in AMOUNTS)]
            # two single fields were looked at before
            pairs = [pair for pair in permutations(amounts, 2) if cells.keys() & set(pair)]
            yield from rate_from(seen, entry, pairs)


def _repeated(seen: Seen, entry: DraftField, cells: dict[str, DraftField]) -> Iterator[DraftTie]:
    """The first cell that is the same everywhere."""
    series = [one.number(entry.id) for one in seen.observations]
    if None in series or len(set(series)) < _DISTINCT:
        return
    for key, column in cells.items():
        if column.type == entry.type and [one.number(key) for one in seen.observations] == series:
            yield DraftTie(
                "",
                seen.form.id,
                "表",
                "{0} == {1}",
                [entry.id, key],
                tolerance="TOL_W",
                source=SOURCE,
            )
            return
