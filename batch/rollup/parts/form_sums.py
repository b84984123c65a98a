"""The sums of a form over all units: what they filled in, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from batch.model.unit_facts import Number, SummedValue
from batch.rollup.parts.summary import Share


@dataclass(slots=True)
class FormSums:
    """The sums of some units."""

    form: str
    #: by field of the form, its type
    types: Mapping[str, str]
    #: by field that is a rate, the fields it is made of
    rates: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: with the form, without it, with rows of their own below a printed one
    units: int = 0
    missing: list[str] = field(default_factory=list)
    itemised: int = 0
    #: by field, money in 万元
    by_field: dict[str, Decimal] = field(default_factory=dict)
    _shares: dict[str, Share] = field(default_factory=dict)

    def add(self, unit: str, summed: Iterable[SummedValue]) -> None:
        """Take in the filled values of one unit."""
        values = [value for value in summed if value.form == self.form]
        if not values:
            self.missing.append(unit)
            return
        self.units += 1
        own_rows = False
        filled: dict[str, Decimal] = {}
        for value in values:
            own_rows |= not self._take(value, filled)
        self.itemised += own_rows
        for name, number in filled.items():
            self.by_field[name] = self.by_field.get(name, Decimal(0)) + number
        for name, (over, under) in self.rates.items():
            self._shares.setdefault(name, Share()).add(filled.get(over), filled.get(under))

    def rate(self, name: str) -> Number:
        """A rate of those units that have both its numbers."""
        return self._shares[name].rate if name in self._shares else None

    def _take(self, value: SummedValue, filled: dict[str, Decimal]) -> bool:
        """Note a number; whether the form has the value's field."""
        kind = self.types.get(value.field)
        number = value.money if kind == "money" else value.number
        if number is not None and kind in ("money", "count", "number"):
            filled[value.field] = filled.get(value.field, Decimal(0)) + number
        return kind is not None
