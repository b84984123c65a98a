"""Who of the roster has reported, could not be read, or is missing: counted once for all places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from batch.model.turnout import Turnout, UnreadUnit
from batch.roster.roster import Roster, name_key

#: by a unit's full name, its files of which nothing could be made: (file, reason)
Unread = Mapping[str, Sequence[tuple[str, str]]]


def turnout_of(roster: Roster | None, reported: Iterable[str], unread: Unread) -> Turnout | None:
    """How the units of the roster stand, in its order; None without one. `reported` are full names."""
    if roster is None:
        return None
    here = {name_key(name) for name in reported}
    failed = {name_key(name): tuple(files) for name, files in unread.items()}
    due = {name_key(unit.name): unit for unit in roster.units}
    absent = {key: unit for key, unit in due.items() if key not in here}
    return Turnout(
        due=len(due),
        reported=len(due) - len(absent),
        unreadable=tuple(UnreadUnit(unit, failed[key]) for key, unit in absent.items() if key in failed),
        missing=tuple(unit for key, unit in absent.items() if key not in failed),
        outside=len(here - due.keys()),
    )


def turnout_told(roster: Roster | None, content: Mapping[str, Any]) -> Turnout | None:
    """The same from what results.json says, beside the roster as it is now."""
    reasons = {entry["file"]: entry["reason"] for entry in content.get("unprocessed", ())}
    unread = {
        entry["unit"]: [(file, reasons.get(file, "")) for file in entry["files"]]
        for entry in content.get("totals", {}).get("unreadable_units", ())
    }
    return turnout_of(roster, (unit["unit"] for unit in content.get("units", ())), unread)
