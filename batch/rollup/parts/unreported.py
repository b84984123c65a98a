"""Units of the roster without a submission, as 未报与催报 lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from batch.forms.spec.labels import squeeze
from batch.model.clerk_notes import ClerkNotes
from batch.model.reference import RosterUnit
from batch.model.status import MISSING, UNREADABLE
from batch.model.turnout import Turnout


@dataclass(frozen=True, slots=True)
class AbsentUnit:
    """A unit of the roster from which nothing was received, or nothing that could be read."""

    roster: RosterUnit
    #: 读不了 or 未报
    status: str
    #: its own deadline or the round's, "2021-03-15"; "" without one
    deadline: str = ""
    #: days past its deadline; None before it, or without one
    days_late: int | None = None
    #: what of it could not be read: (file, reason)
    files: tuple[tuple[str, str], ...] = ()
    #: each time it was reminded: 2021年4月20日电话：明天报（张三）
    reminders: tuple[str, ...] = ()


def absent_units(
    turnout: Turnout | None, deadline: str, day: str, notes: ClerkNotes | None = None
) -> tuple[AbsentUnit, ...]:
    """The units with how late they are on `day`, and how they were reminded; `deadline` is the round's.

    None without a roster.
    """
    if turnout is None:
        return ()
    reminders = notes.reminders if notes else {}
    stand = [(unread.unit, UNREADABLE, unread.files) for unread in turnout.unreadable]
    stand += [(unit, MISSING, ()) for unit in turnout.missing]
    return tuple(
        AbsentUnit(
            unit,
            status,
            due := unit.deadline or deadline,
            _days_late(due, day),
            files,
            tuple(reminder.text for reminder in reminders.get(squeeze(unit.name), ())),
        )
        for unit, status, files in stand
    )


def _days_late(deadline: str, day: str) -> int | None:
    late = (date.fromisoformat(day) - date.fromisoformat(deadline)).days if deadline and day else 0
    return late if late > 0 else None
