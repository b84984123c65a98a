"""What is different from the batch before: problems that are new or gone, and figures that moved, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.ledger.history import Before, FindingRecord
from batch.model.review import Finding, Findings
from batch.outputs.facts import UnitFacts

#: figures whose changes from batch to batch are told, and where they stand in the facts
FIGURES = {
    "整体支出决算": "total_spent",
    "整体支出年初预算": "total_budget",
    "项目支出决算": "project_spent",
    "三公经费决算": "official_spent",
    "自评得分": "score",
}
#: how a unit stands that was not there
MISSING = "未报"
#: those that are added up over all units
_ADDED = tuple(name for name in FIGURES if name != "自评得分")


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One unit: how it stood and stands, and its problems in numbers. "" and 未报: it was not there."""

    unit: str
    before: str
    now: str
    new: int
    gone: int
    still: int
    #: the checks that found what is new, each once
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure of one unit, or of all (unit ""). None: the unit did not have it."""

    unit: str
    name: str
    before: Decimal | None
    now: Decimal | None

    @property
    def difference(self) -> Decimal:
        """now − before, what is not there counting as 0."""
        return (self.now or Decimal(0)) - (self.before or Decimal(0))


@dataclass(slots=True)
class Changes:
    """What is different; `before` is None when there is no batch to compare with."""

    before: str | None = None
    cutoff: str = ""
    units: list[UnitChange] = field(default_factory=list)
    new: list[Finding] = field(default_factory=list)
    gone: list[FindingRecord] = field(default_factory=list)
    still: int = 0
    #: of all units first, then those of the units they come from
    figures: list[FigureChange] = field(default_factory=list)


def figures_text(facts: UnitFacts) -> dict[str, str]:
    """A unit's main figures as text, those it has: what the ledger keeps to compare with."""
    values = {name: getattr(facts, key) for name, key in FIGURES.items()}
    return {name: f"{value:f}" for name, value in values.items() if value is not None}


def changes_since(was: Before, facts: Sequence[UnitFacts], findings: Findings) -> Changes:
    """Compare a batch with the one before it. Answered findings and those on trial are not counted."""
    if was.batch is None:
        return Changes()
    changes = Changes(was.batch.id, was.batch.cutoff)
    now = {finding.key for finding in findings if finding.is_open}
    known = {key for key, record in was.findings.items() if "answer" not in record.told}
    changes.new = [f for f in findings if f.is_open and f.key not in known]
    changes.gone = [was.findings[key] for key in sorted(known - now)]
    changes.still = len(now & known)
    changes.units = _units(was, facts, findings, changes)
    changes.figures = _figures(was, facts)
    return changes


def _units(was: Before, facts: Sequence[UnitFacts], findings: Findings, changes: Changes) -> list[UnitChange]:
    new, gone, still = (dict[str, int]() for _ in range(3))
    fresh = {finding.key for finding in changes.new}
    checks: dict[str, dict[str, None]] = {}
    for finding in changes.new:
        checks.setdefault(finding.unit, {})[finding.check] = None
    for finding in findings:
        if finding.is_open:
            counted = new if finding.key in fresh else still
            counted[finding.unit] = counted.get(finding.unit, 0) + 1
    for record in changes.gone:
        gone[record.unit] = gone.get(record.unit, 0) + 1
    stands = {unit.unit: unit.status for unit in facts}
    names = [*stands, *sorted(set(was.submissions) - set(stands))]
    rows = []
    for name in names:
        old = was.submissions.get(name)
        change = UnitChange(
            name,
            old.status if old else MISSING,
            stands.get(name, MISSING),
            new.get(name, 0),
            gone.get(name, 0),
            still.get(name, 0),
            tuple(checks.get(name, ())),
        )
        if change.new or change.gone or change.before != change.now:
            rows.append(change)
    return rows


def _figures(was: Before, facts: Sequence[UnitFacts]) -> list[FigureChange]:
    now = {unit.unit: {name: getattr(unit, key) for name, key in FIGURES.items()} for unit in facts}
    old = {
        unit: {name: Decimal(text) for name, text in record.figures.items()}
        for unit, record in was.submissions.items()
    }
    changes = []
    for name in FIGURES:
        moved = [
            FigureChange(unit, name, old.get(unit, {}).get(name), now.get(unit, {}).get(name))
            for unit in [*now, *sorted(set(old) - set(now))]
        ]
        moved = [change for change in moved if change.before != change.now]
        if moved and name in _ADDED:
            totals = (
                sum((values.get(name) or Decimal(0) for values in part.values()), Decimal(0))
                for part in (old, now)
            )
            changes.append(FigureChange("", name, *totals))
        changes += sorted(moved, key=lambda change: (-abs(change.difference), change.unit))
    return changes
