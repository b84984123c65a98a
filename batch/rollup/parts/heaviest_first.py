"""Forms of all units in the order of their weights, read again one by one when their row is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from batch.model.unit_facts import UnitFacts

Form = TypeVar("Form")


def heaviest_first(
    units: Sequence[UnitFacts], forms: Callable[[UnitFacts], Sequence[Form]], weight: Callable[[Form], Any]
) -> Iterator[tuple[int, UnitFacts, Form]]:
    """The rows of a sheet (number, unit, form): the least weight first, equal ones in the order of units."""
    places = sorted(
        (weight(form), unit_at, at)
        for unit_at, unit in enumerate(units)
        for at, form in enumerate(forms(unit))
    )
    for number, (_, unit_at, at) in enumerate(places, 1):
        unit = units[unit_at]
        yield number, unit, forms(unit)[at]
