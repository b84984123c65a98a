"""Progress of a project by its 监控表: share spent, results achieved, the minimum for the time of year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from batch.checks.engine.amount import Missing, Result, divide, of_value
from batch.checks.engine.indicator import Indicator
from batch.model.form import Value

_ONE = Decimal(1)


def spent_share(field: Callable[[str], Value | None]) -> Result:
    """Money spent in the period as a share of the year's budget; `field` gives a field of the 监控表."""
    budget, spent = (field(f"年度资金总额.{column}") for column in ("年初预算数", "期间执行数"))
    if budget is None or spent is None:
        return Missing("表中没有执行数或预算数")
    return divide(of_value(spent, "执行数"), of_value(budget, "年初预算数"))


def achieved_share(indicators: Iterable[Indicator]) -> Decimal | None:
    """The mean of what is reported in percent, each with 100 % at most; None when nothing is."""
    shares = [
        min(value.number, _ONE)
        for it in indicators
        if (value := it.actual) and value.kind == "percent" and value.number is not None
    ]
    return sum(shares, Decimal(0)) / len(shares) if shares else None


def least_share(thresholds: Mapping[str, Decimal], month: int) -> Decimal | None:
    """The least share spent by a month; `thresholds` are named “6月率”.

    Between two of them it grows evenly, before the first from nothing; after the last that one holds.
    """
    limits = sorted((int(name.removesuffix("月率")), number) for name, number in thresholds.items())
    before, least = 0, Decimal(0)
    for at, number in limits:
        if month <= at:
            return least + (number - least) * (month - before) / (at - before)
        before, least = at, number
    return least if limits else None
