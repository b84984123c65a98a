"""Units that have not reported, as 未报与催报 lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from batch.model.reference import RosterUnit


@dataclass(frozen=True, slots=True)
class MissingUnit:
    """A unit of the roster from which nothing was received."""

    roster: RosterUnit
    #: its own deadline or the round's, "2021-03-15"; "" without one
    deadline: str = ""
    #: days past its deadline; None before it, or without one
    days_late: int | None = None
    #: when it was reminded, as people read it: "2021-04-20"
    reminders: tuple[str, ...] = ()


def missing_units(
    units: Iterable[RosterUnit] | None, deadline: str, day: str
) -> tuple[MissingUnit, ...] | None:
    """The units with how late they are on `day`; `deadline` is the round's. None for None: no roster."""
    if units is None:
        return None
    return tuple(_missing(unit, unit.deadline or deadline, day) for unit in units)


def _missing(unit: RosterUnit, deadline: str, day: str) -> MissingUnit:
    late = (date.fromisoformat(day) - date.fromisoformat(deadline)).days if deadline and day else 0
    return MissingUnit(unit, deadline, late if late > 0 else None)
