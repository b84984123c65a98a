"""G804: files handed in after the deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.registry import Run, check
from batch.model.day_words import day_in_words


@check("G804")
def late(run: Run) -> Iterator[CheckResult]:
    """The files that count were last changed after the deadline."""
    sent, unit = run.submission.sent, run.submission.roster
    due = (unit.deadline if unit else "") or run.submission.due
    if not due or not sent:
        yield NotApplicable("", "没有截止日期" if not due else "没有报送日期")
        return
    try:
        days = (date.fromisoformat(sent) - date.fromisoformat(due)).days
    except ValueError:
        yield Unchecked("", f"日期“{due}”或“{sent}”读不出")
        return
    if days <= 0:
        yield Passed(sent)
        return
    day, last = day_in_words(sent), day_in_words(due)
    words = {"单位": run.submission.unit, "时间": day, "截止": last, "n": str(days)}
    yield Violation(
        sent, None, None, "报送时间", words, filled=day, expected=f"不晚于{last}", difference=f"{days}天"
    )
