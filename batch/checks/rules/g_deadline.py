"""G804: files handed in after the deadline."""

from __future__ import annotations

from datetime import date

from batch.checks.engine.registry import Run, check
from batch.checks.engine.violation import Violation


@check("G804")
def late(run: Run) -> None:
    """The files that count were last changed after the deadline."""
    sent, unit = run.submission.sent, run.submission.roster
    due = (unit.deadline if unit else "") or run.submission.due
    if not due or not sent:
        run.report.not_applicable("", "没有截止日期" if not due else "没有报送日期")
        return
    try:
        days = (date.fromisoformat(sent) - date.fromisoformat(due)).days
    except ValueError:
        run.report.unchecked("", f"日期“{due}”或“{sent}”读不出")
        return
    if days <= 0:
        run.report.passed(sent)
        return
    words = {"单位": run.submission.unit, "时间": sent, "截止": due, "n": str(days)}
    run.report.failed(
        Violation(
            sent, None, None, "报送时间", words, filled=sent, expected=f"不晚于{due}", difference=f"{days}天"
        )
    )
