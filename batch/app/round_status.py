"""The state of the round without a batch: who has submitted, who has not, and each submission's status."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from batch.clerk_book.effects import RULINGS, problem_of, problem_record
from batch.model.reference import RosterUnit
from batch.model.status import UNIT_STATUSES
from batch.roster.problems import RosterProblem
from batch.roster.roster import Roster, name_key

MISSING = "未报"
#: in the order a clerk works them down
STATUSES = (MISSING, *UNIT_STATUSES)


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
    #: days past the deadline for a unit that has not reported; 0 while it is not past
    days_late: int = 0


@dataclass(frozen=True, slots=True)
class RoundStatus:
    """The round as of the last batch."""

    #: "" when no batch was run yet
    batch: str
    cutoff: str
    #: None without a roster
    due: int | None
    rows: tuple[StatusRow, ...]
    #: rulings that had no effect on the last batch, with the reason
    rulings: tuple[RosterProblem, ...] = ()

    def count(self, status: str) -> int:
        """Units of one status."""
        return Counter(row.status for row in self.rows)[status]

    @property
    def reported(self) -> int:
        """Units that have sent something."""
        return sum(1 for row in self.rows if row.status != MISSING)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        counts = {status: self.count(status) for status in STATUSES}
        head = {"batch": self.batch, "cutoff": self.cutoff, "due": self.due, "reported": self.reported}
        told = {"statuses": counts, "units": [asdict(row) for row in self.rows]}
        return {**head, **told, RULINGS: [problem_record(problem) for problem in self.rulings]}


def round_status(outbox: Path, roster: Roster | None, deadline: str, today: date) -> RoundStatus:
    """What the last batch in the outbox says, beside the roster as it is now.

    `deadline` is the round's, for units without one of their own. Raises OSError, ValueError when
    results.json cannot be read.
    """
    path = outbox / "results.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    entries = {name_key(unit.name): unit for unit in roster.units} if roster else {}
    rows = [_reported(unit, entries.get(name_key(unit["unit"]))) for unit in content.get("units", [])]
    if roster:
        missing = roster.missing(row.unit for row in rows)
        rows += [_missing(unit, unit.deadline or deadline, today) for unit in missing]
    rows.sort(key=lambda row: (STATUSES.index(row.status), -row.days_late, row.code, row.unit))
    batch = content.get("batch", {})
    due = len(roster.units) if roster else None
    rulings = tuple(map(problem_of, content.get(RULINGS, ())))
    return RoundStatus(batch.get("id", ""), batch.get("cutoff") or "", due, tuple(rows), rulings)


def _reported(unit: dict[str, Any], entry: RosterUnit | None) -> StatusRow:
    known = entry or RosterUnit(unit["unit"])
    return StatusRow(
        unit["unit"], unit["code"], unit["status"], unit["errors"], unit["warnings"], unit["self_score"],
        known.department, known.contact, known.phone, known.deadline,
    )  # fmt: skip


def _missing(unit: RosterUnit, deadline: str, today: date) -> StatusRow:
    late = max(0, (today - date.fromisoformat(deadline)).days) if deadline else 0
    return StatusRow(
        unit.name, unit.code, MISSING, department=unit.department, contact=unit.contact, phone=unit.phone,
        deadline=deadline, days_late=late,
    )  # fmt: skip
