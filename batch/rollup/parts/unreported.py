"""Units of the roster without a submission, as 未报与催报 lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
    #: when it was reminded, as people read it: "2021-04-20"
    reminders: tuple[str, ...] = ()


def absent_units(turnout: Turnout | None, deadline: str, day: str) -> tuple[AbsentUnit, ...]:
    """The units with how late they are on `day`; `deadline` is the round's. None without a roster."""
    if turnout is None:
        return ()
    stand = [(unread.unit, UNREADABLE, unread.files) for unread in turnout.unreadable]
    stand += [(unit, MISSING, ()) for unit in turnout.missing]
    return tuple(_absent(*one, one[0].deadline or deadline, day) for one in stand)


def _absent(
    unit: RosterUnit, status: str, files: tuple[tuple[str, str], ...], deadline: str, day: str
) -> AbsentUnit:
    late = (date.fromisoformat(day) - date.fromisoformat(deadline)).days if deadline and day else 0
    return AbsentUnit(unit, status, deadline, late if late > 0 else None, files)
