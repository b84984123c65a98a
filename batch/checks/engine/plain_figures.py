"""The figures at a place as exact numbers, without the words an amount carries."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from typing import Final, Protocol

from batch.checks.engine.amount import MONEY, number_of
from batch.checks.engine.several import NotPlain, Several
from batch.model.form import BLANK, Value

_ZERO: Final = Decimal(0)


class CellScope(Protocol):
    """Where names get their cells from: a Place."""

    @property
    def implied(self) -> Mapping[int, object]:
        """By the identity of their values, the blank headings that come to something."""
        ...

    def find(self, name: str) -> Value | None:
        """The value a name stands for."""
        ...

    def several(self, name: str) -> Several:
        """The values a name stands for in 合计."""
        ...

    def is_spare(self, name: str) -> bool:
        """Whether a row that is not there need not be."""
        ...

    def is_tick(self, name: str) -> bool:
        """Whether a name is a column of ticks."""
        ...


class Figures(dict[str, "Decimal | None"]):
    """The exact numbers at a place, by name, None for a blank: each read when it is first asked for, for all
    checks. NotPlain for anything else."""

    __slots__ = ("cells", "money", "place")

    def __init__(self, place: CellScope) -> None:
        self.place = place
        #: the values that were read, by name
        self.cells: dict[str, Value | None] = {}
        #: the unit of all its money; "" before some was read
        self.money = ""

    def __missing__(self, name: str) -> Decimal | None:
        value = self.cells[name] = self.place.find(name)
        number = None if value is None else number_of(value)
        if value is None or number is None:
            number = self._blank(name, value)
        elif value.unit != self.money and value.unit in MONEY:
            self._meet(value.unit)
        self[name] = number
        return number

    def _blank(self, name: str, value: Value | None) -> Decimal | None:
        place = self.place
        if value is None:
            if place.is_spare(name):
                return None
            raise NotPlain
        if value.state is not BLANK or id(value) in place.implied:
            raise NotPlain
        return _ZERO if value.kind == "tick" or place.is_tick(name) else None

    def total(self, name: str) -> Decimal | None:
        """What the cells that a name stands for in 合计 come to; None where all are blank."""
        found = self.place.several(name).number()
        if not found.is_exact:
            raise NotPlain
        self._meet(found.money)
        return found.total

    def are_among(self, cells: Container[int], single: Iterable[str], summed: Iterable[str]) -> bool:
        """Whether one of these cells, by the identity of its value, has one of these names, all read."""
        return any(id(self.cells[name]) in cells for name in single) or any(
            id(value) in cells for name in summed for value in self.place.several(name).asked
        )

    def are_money(self, single: Iterable[str], summed: Iterable[str]) -> bool:
        """Whether what has these names, all read, is money wherever there is anything."""
        cells = map(self.cells.__getitem__, single)
        sums = (self.place.several(name).number() for name in summed)
        return all(cell is None or cell.unit in MONEY for cell in cells) and all(one.money for one in sums)

    def _meet(self, unit: str) -> None:
        if unit and unit != self.money:
            if self.money:
                raise NotPlain
            self.money = unit
