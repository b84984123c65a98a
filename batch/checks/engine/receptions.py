"""三公经费 of this year, and of the year before: as accepted then, else as the basic form has it."""

from __future__ import annotations

from batch.checks.engine.amount import (
    Amount,
    Missing,
    Result,
    of_value,
)
from batch.checks.engine.last_year_amounts import accepted_amount, mention
from batch.checks.engine.registry import Run
from batch.model.form import Table, Value
from batch.model.reference import Accepted

FORM = "基础数据表"
SPENT, BUDGET, BEFORE = "三公经费.本年决算", "三公经费.本年预算", "三公经费.上年决算"


def accepted_field(run: Run, field: str) -> Accepted | None:
    """A field of the basic form as it was accepted last year."""
    return run.accepted(FORM, field)


def outlay_before(run: Run, table: Table) -> tuple[Result, Value | None]:
    """Last year's outlay, and what stands for it among the cells that take part."""
    accepted = accepted_field(run, SPENT)
    if accepted is not None and isinstance(known := accepted_amount(accepted), Amount):
        return known, mention(accepted)
    cell = run.field(table, BEFORE)
    return (of_value(cell, BEFORE), cell) if cell else (Missing(f"表中没有“{BEFORE}”"), None)


def this_year(run: Run, table: Table, field: str) -> tuple[Result, Value | None]:
    """A field of the basic form, and its cell."""
    cell = run.field(table, field)
    return (of_value(cell, field), cell) if cell else (Missing(f"表中没有“{field}”"), None)
