"""Iterate over the indicators of a submission, and report findings on them."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.indicator import ACTUAL, Indicator
from batch.checks.engine.registry import Run
from batch.checks.engine.violation import Violation


def indicators(run: Run, *forms: str) -> Iterator[Indicator]:
    """Every indicator of these forms, table by table; all forms with indicators when none is named."""
    for form in forms or ACTUAL:
        for table in run.submission.of(form):
            yield from run.indicators(table)


def failed(run: Run, indicator: Indicator, column: str, words: dict[str, str], *others: str) -> None:
    """Report an indicator at one of its cells; `others` are columns that take part."""
    related = [v for name in others if (v := indicator.cell(name)) is not None]
    cell = indicator.cell(column)
    name = f"{indicator.name}.{column}"
    run.report.failed(Violation(indicator.label, indicator.table, cell, name, words, related=related))
