"""Totals added up while the rows go by, so that no row has to be kept for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from batch.model.book import column_letters

Number = Decimal | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate in the total row: Σ over ÷ Σ under of the rows that have both; minus 1 for a growth rate."""

    over: str
    under: str
    growth: bool = False


@dataclass(frozen=True, slots=True)
class Adding:
    """How one column is added up: "" not at all, "sum", "mean", or a Ratio of two other columns by number."""

    how: str
    over: int = 0
    under: int = 0


def adding(totals: Sequence[str | Ratio], keys: Sequence[str]) -> tuple[Adding, ...]:
    """How the columns of a table are added up, from what each says and the keys they know each other by."""
    places = {key: number for number, key in enumerate(keys) if key}
    return tuple(
        Adding("growth" if total.growth else "rate", places[total.over], places[total.under])
        if isinstance(total, Ratio)
        else Adding(total)
        for total in totals
    )


class Sums:
    """The totals of some rows of a table."""

    def __init__(self, columns: Sequence[Adding]) -> None:
        self.rows = 0
        self._columns = columns
        #: by column: what is added up, what a rate is divided by, how many rows counted
        self._over = [Decimal(0)] * len(columns)
        self._under = [Decimal(0)] * len(columns)
        self._count = [0] * len(columns)

    def add(self, values: Sequence[Decimal | int | str | None]) -> None:
        """Take a row in; texts and gaps do not count."""
        self.rows += 1
        for number, column in enumerate(self._columns):
            if not column.how:
                continue
            if column.how in ("sum", "mean"):
                value = values[number]
                if value is not None and not isinstance(value, str):
                    self._over[number] += value
                    self._count[number] += 1
                continue
            over, under = values[column.over], values[column.under]
            if isinstance(over, Decimal | int) and isinstance(under, Decimal | int):
                self._over[number] += over
                self._under[number] += under
                self._count[number] += 1

    def value(self, number: int) -> Number:
        """The total of one column; None where nothing was there to add up."""
        column, over = self._columns[number], self._over[number]
        if not self._count[number]:
            return None
        if column.how == "sum":
            return over
        if column.how == "mean":
            return over / self._count[number]
        under = self._under[number]
        if not under:
            return None
        return over / under - (1 if column.how == "growth" else 0)


def formula(column: Adding, number: int, first: int, last: int) -> str:
    """The same total as a live formula over the rows `first` to `last`, as Excel counts them."""

    def cells(at: int) -> str:
        letters = column_letters(at + 1)
        return f"{letters}{first}:{letters}{last}"

    if column.how in ("rate", "growth"):
        over, under = cells(column.over), cells(column.under)
        both = f"ISNUMBER({over})*ISNUMBER({under})"
        text = f"=SUMPRODUCT({both},{over})/SUMPRODUCT({both},{under})"
        return f"{text}-1" if column.how == "growth" else text
    return f"={'AVERAGE' if column.how == 'mean' else 'SUM'}({cells(number)})"
