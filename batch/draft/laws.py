"""Exact laws in filled examples beyond what the print promises: sums, rates, products, what is never more.

Only what holds in every example, to the cent, and says something in several of them. One law is told once:
what follows from laws that are told already is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from batch.draft.examples import Examples
from batch.draft.observations import FEWEST, seen_in
from batch.draft.order_laws import order_laws
from batch.draft.proposal import DraftForm, DraftTie
from batch.draft.rate_laws import rate_laws
from batch.draft.sum_laws import sum_laws
from batch.draft.total_laws import total_laws


def laws(form: DraftForm, examples: Examples, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """The laws of one form that do not follow from the ties `known`."""
    if sum(any(t.form == form.key for t in example.tables) for example in examples.read) < FEWEST:
        return
    for seen in seen_in(form, examples):
        sums = list(sum_laws(seen, known))
        yield from sums
        yield from rate_laws(seen, [*known, *sums])
        yield from order_laws(seen, [*known, *sums])
    yield from total_laws(form, examples, known)
