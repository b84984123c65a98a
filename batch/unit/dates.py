"""When a unit first submitted, and how many days after the deadline."""

from __future__ import annotations

from datetime import date, datetime

from batch.model.form import Submission


def date_of(submission: Submission, modified: int, deadline: str) -> None:
    """Set the submission's dates: when the unit first sent something, and its deadline. Local dates: all
    units are in one county."""
    known = submission.reference
    sent = f"{datetime.fromtimestamp(modified // 1_000_000_000):%Y-%m-%d}" if modified else ""  # noqa: DTZ006
    submission.sent = min(filter(None, (sent, known.first_sent if known else "")), default="")
    submission.due = (known.roster.deadline if known and known.roster else "") or deadline


def days_late(submission: Submission) -> int | None:
    """Days after the deadline, 0 before it; None without a deadline, or when the date of submission is
    unknown."""
    if not submission.due or not submission.sent:
        return None
    return max(0, (date.fromisoformat(submission.sent) - date.fromisoformat(submission.due)).days)
