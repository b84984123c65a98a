"""Exact laws in filled examples beyond what the print promises: sums, rates, products, what is never more.

Only what holds in every example, to the cent, and says something in several of them. One law is told once:
what follows from laws that are told already is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from batch.draft.cell_laws import cell_laws
from batch.draft.cross_laws import cross_laws
from batch.draft.examples import Examples
from batch.draft.observations import FEWEST, seen_in
from batch.draft.order_laws import order_laws
from batch.draft.proposal import DraftForm, DraftTie
from batch.draft.rate_laws import rate_laws
from batch.draft.sum_laws import sum_laws
from batch.draft.total_laws import total_laws


def laws(forms: Sequence[DraftForm], examples: Examples, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """The laws of forms, and between them, that do not follow from the ties `known`."""
    for form in forms:
        if sum(any(t.form == form.key for t in one.tables) for one in examples.read) >= FEWEST:
            yield from _of_form(form, examples, known)
    if len(examples.read) >= FEWEST:
        yield from cross_laws(forms, examples)


def near_laws(
    forms: Sequence[DraftForm], examples: Examples, known: Sequence[DraftTie]
) -> Iterator[DraftTie]:
    """What may be a law in all examples but one: such a law holds in one half of them."""
    if len(examples.read) <= FEWEST:
        return
    told = {tie.key for tie in known}
    for half in (examples.read[::2], examples.read[1::2]):
        some = Examples(half)
        found = (tie for form in forms for tie in _of_form(form, some, known))
        for tie in (*found, *cross_laws(forms, some)):
            if tie.key not in told:
                told.add(tie.key)
                yield tie


def _of_form(form: DraftForm, examples: Examples, known: Sequence[DraftTie]) -> list[DraftTie]:
    found: list[DraftTie] = []
    for seen in seen_in(form, examples):
        sums = list(sum_laws(seen, known))
        found += sums
        found += rate_laws(seen, [*known, *sums])
        found += order_laws(seen, [*known, *sums])
    found += total_laws(form, examples, known)
    found += cell_laws(form, examples, [*known, *found])
    return found
