"""What was accepted of a unit last year, as the roll-up compares it."""

from __future__ import annotations

from decimal import Decimal

from batch.checks.engine.amount import MONEY
from batch.model.form import Submission
from batch.model.unit_facts import LastFacts


def last_facts(submission: Submission) -> LastFacts | None:
    """The figures of the unit's last year; None when nothing is known of it."""
    known = submission.reference.last_year if submission.reference else None
    if known is None:
        return None
    fields = {
        (f.form, f.field): f.number * MONEY.get(f.unit, Decimal(1))
        for f in known.fields
        if f.number is not None and not f.project
    }
    return LastFacts(
        total_spent=fields.get(("基础数据表", "整体支出.本年决算")),
        official_spent=fields.get(("基础数据表", "三公经费.本年决算")),
        posts=fields.get(("基础数据表", "编制数")),
        staff=fields.get(("基础数据表", "在职人数")),
        score=fields.get(("整体自评表", "总分.得分")),
        grade=known.grade,
    )
