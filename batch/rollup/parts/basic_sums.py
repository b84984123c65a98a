"""The sums of 基础数据汇总表: what the units filled in, field by field of the official form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from batch.model.unit_facts import DetailRow

FORM = "基础数据表"


@dataclass(slots=True)
class BasicSums:
    """The sums of some units; of each unit the first basic form counts, as everywhere."""

    #: by field of the form, its type
    types: Mapping[str, str]
    #: with a basic form, without one, with rows of their own below a printed one
    units: int = 0
    missing: list[str] = field(default_factory=list)
    itemised: int = 0
    #: by field, money in 万元
    by_field: dict[str, Decimal] = field(default_factory=dict)

    def add(self, unit: str, details: Iterable[DetailRow]) -> None:
        """Take in the filled values of one unit."""
        rows = [row for row in details if row.form == FORM]
        if not rows:
            self.missing.append(unit)
            return
        self.units += 1
        first = (rows[0].file, rows[0].sheet)
        own_rows = False
        for row in rows:
            if (row.file, row.sheet) == first:
                own_rows |= not self._take(row)
        self.itemised += own_rows

    def _take(self, row: DetailRow) -> bool:
        """Whether the form has the row's field."""
        name = f"{row.row}.{row.column}" if row.row else row.column
        kind = self.types.get(name)
        if kind in ("money", "count"):
            number = row.money if kind == "money" else row.value
            if isinstance(number, Decimal):
                self.by_field[name] = self.by_field.get(name, Decimal(0)) + number
        return kind is not None
