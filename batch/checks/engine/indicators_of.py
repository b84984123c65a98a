"""The indicators of a submission, and what is wrong with one of them."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.check_result import Violation
from batch.checks.engine.indicator import ACTUAL, Indicator
from batch.checks.engine.registry import Run
from batch.model.form import Value


def indicators(run: Run, *forms: str) -> Iterator[Indicator]:
    """Every indicator of these forms that is to be looked at, table by table; all forms with indicators when
    none is named."""
    for form in forms or ACTUAL:
        for table in run.submission.of(form):
            rows = run.indicators(table)
            yield from rows if run.only is None else (it for it in rows if run.is_wanted(id(it.item)))


def wrong_indicator(
    indicator: Indicator, column: str, words: dict[str, str], *others: str
) -> Violation[Value]:
    """An indicator that is wrong at one of its cells; `others` are columns that take part."""
    related = [v for name in others if (v := indicator.cell(name)) is not None]
    cell = indicator.cell(column)
    name = f"{indicator.name}.{column}"
    return Violation(indicator.label, indicator.table, cell, name, words, related=related)
