"""The cells a name stands for in 合计, 个数, 平均: their amounts, and their sum with and without words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from batch.checks.engine.amount import MONEY, Missing, Result, add_up, number_of, of_value
from batch.model.form import BLANK, Value
from batch.model.record import record

#: so many of the values behind a sum are kept as what took part
ASKED: Final = 100


class NotPlain(Exception):  # noqa: N818 - says what it is
    """Something that is not worked out here."""


@record(frozen=True, slots=True)
class ExactSum:
    """What cells come to, and the unit of their money; None where all are blank."""

    total: Decimal | None
    money: str
    is_exact: bool = True


#: of cells of which one is no exact number, or that have several units of money
INEXACT: Final = ExactSum(None, "", is_exact=False)


def exact_sum(values: Iterable[Value]) -> ExactSum:
    """What cells come to."""
    total, money = None, ""
    for value in values:
        if value.state is BLANK:
            continue
        number = number_of(value)
        if number is None:
            return INEXACT
        if value.unit in MONEY and value.unit != money:
            if money:
                return INEXACT
            money = value.unit
        total = number if total is None else total + number
    return ExactSum(total, money)


@record(slots=True)
class Several:
    """The values a name refers to inside 合计, 个数, 平均, and their sum."""

    name: str
    values: list[Value]
    #: why there may be others
    unclear: list[str]
    #: None until somebody asks
    _results: list[Result] | None = None
    _total: Result | None = None
    _number: ExactSum | None = None

    @property
    def asked(self) -> list[Value]:
        """Those that are kept as what took part."""
        return self.values[:ASKED]

    def results(self) -> list[Result]:
        """The amounts."""
        if self._results is None:
            amounts: list[Result] = [of_value(value, self.name) for value in self.values]
            self._results = [*amounts, *map(Missing, self.unclear)]
        return self._results

    def total(self) -> Result:
        """Their sum."""
        if self._total is None:
            self._total = add_up(self.results(), f"“{self.name}”没有数据")
        return self._total

    def number(self) -> ExactSum:
        """Their sum as an exact number."""
        if self._number is None:
            self._number = INEXACT if self.unclear else exact_sum(self.values)
        return self._number
