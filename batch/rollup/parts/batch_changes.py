"""What is different from the batch before: problems that are new or gone, and figures that moved, by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.model.review import Finding
from batch.model.status import MISSING, UNREADABLE
from batch.model.turnout import Turnout
from batch.model.unit_facts import UnitFacts
from batch.store.batch_record import FIGURES
from batch.store.history import Before, FindingRecord

#: those that are added up over all units
_ADDED = tuple(name for name in FIGURES if name != "自评得分")
#: problems of a kind that are listed; the rest is counted
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One unit: how it stood and stands, 未报 and 读不了 among it, and its problems in numbers."""

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
    #: as far as they are listed, and how many there are
    new: list[Finding] = field(default_factory=list)
    new_count: int = 0
    gone: list[FindingRecord] = field(default_factory=list)
    gone_count: int = 0
    still: int = 0
    #: of all units first, then those of the units they come from
    figures: list[FigureChange] = field(default_factory=list)


def changes_since(
    was: Before, facts: Sequence[UnitFacts], findings: Iterable[Finding], turnout: Turnout | None = None
) -> Changes:
    """Compare a batch with the one before it. Answered findings and those on trial are not counted."""
    if was.batch is None:
        return Changes()
    changes = Changes(was.batch.id, was.batch.cutoff)
    gone = was.first_seen.keys() - was.answered
    known = len(gone)
    counts: defaultdict[str, _Counts] = defaultdict(_Counts)
    for finding in findings:
        if not finding.is_open:
            continue
        of_unit, key = counts[finding.unit], finding.key
        if key in was.first_seen and key not in was.answered:
            gone.discard(key)
            of_unit.still += 1
        else:
            changes.new_count += 1
            if changes.new_count <= MOST_LISTED:
                changes.new.append(finding)
            of_unit.new += 1
            of_unit.checks[finding.check] = None
    changes.still = known - len(gone)
    for record in was.look_up(sorted(gone)):
        changes.gone_count += 1
        if changes.gone_count <= MOST_LISTED:
            changes.gone.append(record)
        counts[record.unit].gone += 1
    stands = {unit.unit: unit.status for unit in facts}
    if turnout is not None:
        stands |= {unread.unit.name: UNREADABLE for unread in turnout.unreadable}
    changes.units = list(_units(was, stands, counts))
    changes.figures = _figures(was, facts)
    return changes


@dataclass(slots=True)
class _Counts:
    """The problems of one unit in numbers, and the checks that found what is new."""

    new: int = 0
    gone: int = 0
    still: int = 0
    checks: dict[str, None] = field(default_factory=dict)


def _units(was: Before, stands: Mapping[str, str], counts: Mapping[str, _Counts]) -> Iterator[UnitChange]:
    none = _Counts()
    for name in [*stands, *sorted(set(was.submissions) - set(stands))]:
        old, counted = was.submissions.get(name), counts.get(name, none)
        before, now = old.status if old else MISSING, stands.get(name, MISSING)
        if counted.new or counted.gone or before != now:
            told = (counted.new, counted.gone, counted.still, tuple(counted.checks))
            yield UnitChange(name, before, now, *told)


def _figures(was: Before, facts: Sequence[UnitFacts]) -> list[FigureChange]:
    here = {unit.unit: [getattr(unit, key) for key in FIGURES.values()] for unit in facts}
    names = [*here, *sorted(set(was.submissions) - set(here))]
    changes = []
    for number, name in enumerate(FIGURES):
        old = {
            unit: Decimal(standing.figures[name])
            for unit, standing in was.submissions.items()
            if name in standing.figures
        }
        now = {unit: figures[number] for unit, figures in here.items()}
        moved = [FigureChange(unit, name, old.get(unit), now.get(unit)) for unit in names]
        moved = [change for change in moved if change.before != change.now]
        if moved and name in _ADDED:
            totals = (
                sum((value or Decimal(0) for value in part.values()), Decimal(0)) for part in (old, now)
            )
            changes.append(FigureChange("", name, *totals))
        changes += sorted(moved, key=lambda change: (-abs(change.difference), change.unit))
    return changes
