"""The state of the round without a batch: who has submitted, who has not, and each submission's status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from batch.clerk_book.effects import RULINGS, problem_of, problem_record
from batch.model.reference import RosterUnit
from batch.model.status import MISSING, ROUND_STATUSES, UNREADABLE
from batch.model.turnout import Turnout
from batch.roster.problems import RosterProblem
from batch.roster.roster import Roster, name_key
from batch.roster.turnout import turnout_told


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One unit."""

    unit: str
    code: str
    status: str
    errors: int = 0
    warnings: int = 0
    self_score: float | None = None
    department: str = ""
    contact: str = ""
    phone: str = ""
    deadline: str = ""
    #: days past the deadline for a unit without a submission; 0 while it is not past
    days_late: int = 0
    #: why its files could not be read
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RoundStatus:
    """The round as of the last batch."""

    #: "" when no batch was run yet
    batch: str
    cutoff: str
    #: None without a roster
    turnout: Turnout | None
    rows: tuple[StatusRow, ...]
    #: units to ring up, those first that weigh most: as results.json tells them
    calls: tuple[dict[str, Any], ...] = ()
    #: rulings that had no effect on the last batch, with the reason
    rulings: tuple[RosterProblem, ...] = ()

    def count(self, status: str) -> int:
        """Units of one status."""
        return Counter(row.status for row in self.rows)[status]

    def as_json(self) -> dict[str, Any]:
        """For programs: due = reported + 读不了 + 未报; `outside`: reported, not in the roster."""
        stand = self.turnout
        counts = {status: self.count(status) for status in ROUND_STATUSES}
        return {
            "batch": self.batch,
            "cutoff": self.cutoff,
            "due": stand.due if stand else None,
            "reported": stand.reported if stand else len(self.rows),
            "outside": stand.outside if stand else 0,
            "statuses": counts,
            "units": [asdict(row) for row in self.rows],
            "calls": list(self.calls),
            RULINGS: [problem_record(problem) for problem in self.rulings],
        }


def round_status(outbox: Path, roster: Roster | None, deadline: str, today: date) -> RoundStatus:
    """What the last batch in the outbox says, beside the roster as it is now.

    `deadline` is the round's, for units without one of their own. Raises OSError, ValueError when
    results.json cannot be read.
    """
    path = outbox / "results.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    entries = {name_key(unit.name): unit for unit in roster.units} if roster else {}
    rows = [_reported(unit, entries.get(name_key(unit["unit"]))) for unit in content.get("units", [])]
    turnout = turnout_told(roster, content)
    if turnout is not None:
        rows += _absent(turnout, deadline, today)
    rows.sort(key=lambda row: (ROUND_STATUSES.index(row.status), -row.days_late, row.code, row.unit))
    batch = content.get("batch", {})
    rulings = tuple(map(problem_of, content.get(RULINGS, ())))
    calls = tuple(content.get("briefing", {}).get("calls", ()))
    return RoundStatus(batch.get("id", ""), batch.get("cutoff") or "", turnout, tuple(rows), calls, rulings)


def _reported(unit: dict[str, Any], entry: RosterUnit | None) -> StatusRow:
    known = entry or RosterUnit(unit["unit"])
    return StatusRow(
        unit["unit"], unit["code"], unit["status"], unit["errors"], unit["warnings"], unit["self_score"],
        known.department, known.contact, known.phone, known.deadline,
    )  # fmt: skip


def _absent(turnout: Turnout, deadline: str, today: date) -> Iterator[StatusRow]:
    unread = [
        (one.unit, UNREADABLE, "；".join("：".join(file) for file in one.files)) for one in turnout.unreadable
    ]
    for unit, status, reason in [*unread, *((unit, MISSING, "") for unit in turnout.missing)]:
        until = unit.deadline or deadline
        late = max(0, (today - date.fromisoformat(until)).days) if until else 0
        yield StatusRow(
            unit.name, unit.code, status, department=unit.department, contact=unit.contact, phone=unit.phone,
            deadline=until, days_late=late, reason=reason,
        )  # fmt: skip
