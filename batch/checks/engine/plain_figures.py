"""The figures at a place as exact numbers, without the words an amount carries."""

from __future__ import annotations

from collections.abc import Container, Mapping
from decimal import Decimal
from typing import Final, Protocol

from batch.checks.engine.several import NotPlain, Several, exact
from batch.config.expression import Node, names
from batch.model.form import Value

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

    __slots__ = ("found", "money", "place")

    def __init__(self, place: CellScope) -> None:
        super().__init__()
        self.place = place
        #: the unit of all its money; "" before some was read
        self.money = ""
        #: the cells they stand in
        self.found: dict[str, Value] = {}

    def __missing__(self, name: str) -> Decimal | None:
        place = self.place
        value = place.find(name)
        if value is None:
            if not place.is_spare(name):
                raise NotPlain
            number = None
        else:
            number, unit = exact(value)
            self._meet(unit)
            if number is None:
                if id(value) in place.implied:
                    raise NotPlain
                if value.kind == "tick" or place.is_tick(name):
                    number = _ZERO
            self.found[name] = value
        self[name] = number
        return number

    def total(self, name: str) -> Decimal | None:
        """What the cells that a name stands for in 合计 come to; None where all are blank."""
        found = self.place.several(name).number()
        if not found.is_exact:
            raise NotPlain
        self._meet(found.money)
        return found.total

    def are_among(self, cells: Container[int], tie: Node) -> bool:
        """Whether a cell that a tie asks for is one of these, by the identity of its value."""
        return any(
            id(value) in cells
            for name in names(tie)
            for value in ([self.found[name]] if name in self.found else self.place.several(name).asked)
        )

    def _meet(self, unit: str) -> None:
        if unit and unit != self.money:
            if self.money:
                raise NotPlain
            self.money = unit
