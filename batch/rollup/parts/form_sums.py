"""The sums of a form over all units: what they filled in, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from batch.model.unit_facts import DetailRow, Number
from batch.rollup.parts.summary import Share


@dataclass(slots=True)
class FormSums:
    """The sums of some units; of each unit the first form counts, as everywhere."""

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

    def add(self, unit: str, details: Iterable[DetailRow]) -> None:
        """Take in the filled values of one unit."""
        rows = [row for row in details if row.form == self.form]
        if not rows:
            self.missing.append(unit)
            return
        self.units += 1
        first = (rows[0].file, rows[0].sheet)
        own_rows = False
        filled: dict[str, Decimal] = {}
        for row in rows:
            if (row.file, row.sheet) == first:
                own_rows |= not self._take(row, filled)
        self.itemised += own_rows
        for name, number in filled.items():
            self.by_field[name] = self.by_field.get(name, Decimal(0)) + number
        for name, (over, under) in self.rates.items():
            self._shares.setdefault(name, Share()).add(filled.get(over), filled.get(under))

    def rate(self, name: str) -> Number:
        """A rate of those units that have both its numbers."""
        return self._shares[name].rate if name in self._shares else None

    def _take(self, row: DetailRow, filled: dict[str, Decimal]) -> bool:
        """Note a number; whether the form has the row's field."""
        name = f"{row.row}.{row.column}" if row.row else row.column
        kind = self.types.get(name)
        if kind in ("money", "count", "number"):
            number = row.money if kind == "money" else row.value
            if isinstance(number, Decimal):
                filled[name] = filled.get(name, Decimal(0)) + number
        return kind is not None
