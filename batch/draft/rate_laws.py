"""Rates and products that hold in all filled examples: A ÷ B, (A － B) ÷ B, a share of a total, A × B."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, permutations
from typing import Final

from batch.draft.layout_ties import rate_of
from batch.draft.observations import SOURCE, Observation, Seen
from batch.draft.proposal import AMOUNTS, DraftField, DraftTie

#: a rate, or a product, of so few different values may be one by chance
_DISTINCT: Final = 3
#: half of the last printed digit, and what a tolerance of rates adds to it
_HALF, _MORE = Decimal("0.005"), Decimal("0.00001")
#: what a product is rounded to
_CENT: Final = Decimal("0.0051")

#: from what is filled in in one, in the order of the parts, what is due; None where it cannot be told
_Rule = Callable[[Sequence[Decimal]], Decimal | None]


def _ratio(numbers: Sequence[Decimal]) -> Decimal | None:
    top, bottom = numbers
    return top / bottom if bottom else None


def _change(numbers: Sequence[Decimal]) -> Decimal | None:
    one, other = numbers
    return (one - other) / other if other else None


def _saved(numbers: Sequence[Decimal]) -> Decimal | None:
    one, other = numbers
    return (one - other) / one if one else None


#: the simplest first
_RATES: Final[tuple[tuple[str, str, _Rule], ...]] = (
    ("{0} == {1} / {2}", "{2} != 0", _ratio),
    ("{0} == ({1} - {2}) / {2}", "{2} != 0", _change),
    ("{0} == ({1} - {2}) / {1}", "{1} != 0", _saved),
)
_PRODUCTS: Final[tuple[tuple[str, Decimal], ...]] = (
    ("{0} == {1} * {2}", Decimal(1)),
    ("{0} == {1} * {2} / 10000", Decimal(10000)),
)


def rate_laws(seen: Seen, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """The rates and products that are not among the ties `known`."""
    mine = (tie for tie in known if tie.form == seen.form.id and tie.each == seen.each)
    told = {tie.parts[0] for tie in mine if " == " in tie.text}
    for rate in (f for f in seen.fields if f.type == "percent" and f.id not in told):
        yield from _rate(seen, rate)
    for whole in (f for f in seen.amounts if f.id not in told):
        found = _product(seen, whole)
        if found:
            yield found


def _rate(seen: Seen, rate: DraftField) -> Iterator[DraftTie]:
    """What a rate is made of, among the fields beside it and the totals of these."""
    others = [f for f in seen.fields if f.type in AMOUNTS]
    pairs = [(a.id, b.id) for a, b in permutations(others, 2)]
    pairs += [(f.id, whole) for f in others for one, whole in seen.wholes if one == f.id]
    yield from rate_from(seen, rate, pairs)


def rate_from(seen: Seen, rate: DraftField, pairs: Sequence[tuple[str, str]]) -> Iterator[DraftTie]:
    """What a rate is made of, among pairs of amounts: as its words say it, else of all that holds the
    closest."""
    said = rate_of(rate, [f for f in seen.fields if f.type in AMOUNTS])
    best: tuple[Decimal, DraftTie] | None = None
    for text, when, rule in _RATES:
        for pair in pairs:
            off = _off(seen.observations, [rate.id, *pair], rule, _slack_of_rate)
            if off is None:
                continue
            if said and pair == (said[0].id, said[1].id):
                off = Decimal(0)
            elif rule is not _ratio:
                # (A － B) ÷ A beside a column that is A － B says it in more words
                off *= 2
            if best is None or off < best[0]:
                best = off, _tie(seen, text, [rate.id, *pair], when)
    if best is not None:
        yield best[1]


def _product(seen: Seen, whole: DraftField) -> DraftTie | None:
    """Two fields whose product a field is."""
    others = [f for f in seen.amounts if f is not whole]
    for text, by in _PRODUCTS:
        for one, other in combinations(others, 2):

            def product(numbers: Sequence[Decimal], by: Decimal = by) -> Decimal | None:
                # one times something proves nothing
                return numbers[0] * numbers[1] / by if Decimal(1) not in numbers and all(numbers) else None

            if _off(seen.observations, [whole.id, one.id, other.id], product, _cent) is not None:
                return _tie(seen, text, [whole.id, one.id, other.id])
    return None


def _off(
    observed: Sequence[Observation],
    keys: Sequence[str],
    rule: _Rule,
    slack: Callable[[Observation, str], Decimal],
) -> Decimal | None:
    """How far in all the first of some fields is from what a rule makes of the others; None where it is
    something else."""
    results = set()
    off = Decimal(0)
    for seen in observed:
        result, *numbers = (seen.number(key) for key in keys)
        there = [number for number in numbers if number is not None]
        due = rule(there) if len(there) == len(numbers) else None
        if result is None or due is None:
            continue
        if abs(due - result) > slack(seen, keys[0]):
            return None
        off += abs(due - result)
        results.add(result)
    return off if len(results) >= _DISTINCT else None


def _slack_of_rate(seen: Observation, key: str) -> Decimal:
    return _HALF.scaleb(-seen.values[key].places) + _MORE


def _cent(_: Observation, __: str) -> Decimal:
    return _CENT


def _tie(seen: Seen, text: str, parts: list[str], when: str = "") -> DraftTie:
    tolerance = "TOL_P" if when else "TOL_W"
    return DraftTie("", seen.form.id, seen.each, text, parts, when=when, tolerance=tolerance, source=SOURCE)
