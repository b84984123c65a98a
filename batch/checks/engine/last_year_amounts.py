"""Last year's accepted figures as amounts for the checks."""

from __future__ import annotations

from collections.abc import Generator

from batch.checks.engine.amount import (
    MONEY,
    Amount,
    Missing,
    Result,
    told_sum,
)
from batch.checks.engine.check_result import CheckResult, NotApplicable
from batch.checks.engine.registry import Run
from batch.checks.engine.similar_texts import bare
from batch.model.form import State, Value
from batch.model.reference import Accepted, LastYear

_NOTHING = "没有上年审定数据"


def accepted_amount(accepted: Accepted, *, money: bool = True) -> Result:
    """An accepted field as an amount; money must say its unit."""
    raw = " ".join(accepted.raw.split())
    if accepted.number is None:
        return Missing(f"上年审定的“{accepted.field}”为“{raw}”，不是数字")
    if money and accepted.unit not in MONEY:
        return Missing(f"上年审定的“{accepted.field}”没有金额单位")
    text = told_sum(accepted.number) if accepted.unit in MONEY else raw
    return Amount(accepted.number, accepted.unit, 0, (), text)


def mention(accepted: Accepted) -> Value:
    """An accepted field as a value that took part: it stands in no cell of the submission."""
    return Value(State.FILLED, accepted.raw, accepted.number)


def words_key(name: str) -> str:
    """A project's or indicator's name as such names are compared: its words alone."""
    return bare(name).casefold()


def projects_of(last: LastYear, form: str) -> dict[str, str]:
    """The projects that had this form last year: key of the name → the name as it was written."""
    names = dict.fromkeys(field.project for field in last.fields if field.form == form)
    return {words_key(name): name for name in names}


def of_last_year(run: Run) -> Generator[CheckResult, None, LastYear | None]:
    """Return what was accepted of the unit last year; without it, say why there is nothing to compare."""
    last = run.submission.last_year
    if last is None or not last.fields:
        yield NotApplicable("", _NOTHING)
        return None
    return last
