"""Words that a form itself prints: what most units of a batch are told of the same words at the same place.

No unit wrote them and none can mend them, so nobody is told of them. A check of the pack that may fall for
print says so (`printed = true`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from batch.checks.engine.catalogue import Check
from batch.forms.spec.labels import squeeze
from batch.model.record import record
from batch.model.review import Finding, Outcome, Review
from batch.model.status import NOT_APPLICABLE, Verdict

#: fewer units may well have written the same
_LEAST_UNITS = 3
#: check, field without the project, the words told of
Told = tuple[str, str, str]


@record(frozen=True, slots=True)
class Print:
    """What one unit is told of print, and the checks that tell it nothing else."""

    told: tuple[Told, ...]
    checks: frozenset[str]


class TellingOfPrint:
    """What units are told by checks that may fall for print, unit by unit."""

    def __init__(self, catalogue: Mapping[str, Check]) -> None:
        self._checks = frozenset(check.id for check in catalogue.values() if check.printed)
        self._by_unit: dict[str, frozenset[Told]] = {}
        self._units: Counter[Told] = Counter()
        self._looked: Counter[str] = Counter()
        #: one object for what many units are told
        self._known: dict[Told, Told] = {}

    def look_at(self, review: Review) -> None:
        """Take in one more unit."""
        ended = [o for o in review.outcomes if o.check in self._checks and o.verdict is not NOT_APPLICABLE]
        self._looked.update({outcome.check for outcome in ended})
        if any(outcome.verdict is Verdict.FAIL for outcome in ended):
            told = (told_of(finding) for finding in review.findings if finding.check in self._checks)
            mine = self._by_unit[review.unit] = frozenset(self._known.setdefault(one, one) for one in told)
            self._units.update(mine)

    def by_unit(self) -> dict[str, Print]:
        """The units that are told of print."""
        everywhere = {
            told
            for told, units in self._units.items()
            if units >= _LEAST_UNITS and 2 * units > self._looked[told[0]]
        }
        return {
            unit: Print(tuple(sorted(told & everywhere)), _checks(told) - _checks(told - everywhere))
            for unit, told in self._by_unit.items()
            if told & everywhere
        }


def told_of(finding: Finding) -> Told:
    """What a finding tells of, whichever unit's it is."""
    return finding.check, finding.field.rpartition("｜")[2], squeeze(finding.filled)


def without_print(findings: Iterable[Finding], told: Iterable[Told]) -> list[Finding]:
    """The findings but for those that tell of print."""
    printed = frozenset(told)
    return [finding for finding in findings if told_of(finding) not in printed]


def ended_without(outcomes: tuple[Outcome, ...], printed: Print | None) -> tuple[Outcome, ...]:
    """How a unit's checks ended: those that told of nothing but print do not apply."""
    if printed is None:
        return outcomes
    return tuple(Outcome(o.check, NOT_APPLICABLE) if o.check in printed.checks else o for o in outcomes)


def _checks(told: Iterable[Told]) -> frozenset[str]:
    return frozenset(check for check, _, _ in told)
