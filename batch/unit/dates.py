"""When a unit first sent something, and how long after it was due."""

from __future__ import annotations

from datetime import date, datetime

from batch.model.form import Submission


def date_of(submission: Submission, modified: int, deadline: str) -> None:
    """Say when the unit first sent something, and when that was due. Local dates: people of one county."""
    known = submission.reference
    sent = f"{datetime.fromtimestamp(modified // 1_000_000_000):%Y-%m-%d}" if modified else ""  # noqa: DTZ006
    submission.sent = min(filter(None, (sent, known.first_sent if known else "")), default="")
    submission.due = (known.roster.deadline if known and known.roster else "") or deadline


def days_late(submission: Submission) -> int | None:
    """Days after the deadline, 0 before it; None without one, or when nobody knows when it was sent."""
    if not submission.due or not submission.sent:
        return None
    return max(0, (date.fromisoformat(submission.sent) - date.fromisoformat(submission.due)).days)
