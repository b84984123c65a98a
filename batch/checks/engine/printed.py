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
PrintedWords = tuple[str, str, str]


@record(frozen=True, slots=True)
class Print:
    """What one unit is told of print, and the checks that tell it nothing else."""

    words: tuple[PrintedWords, ...]
    checks: frozenset[str]


class PrintedFindings:
    """What units are told by checks that may fall for print, unit by unit."""

    def __init__(self, catalogue: Mapping[str, Check]) -> None:
        self._checks = frozenset(check.id for check in catalogue.values() if check.printed)
        self._by_unit: dict[str, frozenset[PrintedWords]] = {}
        self._units: Counter[PrintedWords] = Counter()
        self._looked: Counter[str] = Counter()
        #: one object for what many units are told
        self._known: dict[PrintedWords, PrintedWords] = {}

    def look_at(self, review: Review) -> None:
        """Take in one more unit."""
        ended = [o for o in review.outcomes if o.check in self._checks and o.verdict is not NOT_APPLICABLE]
        self._looked.update({outcome.check for outcome in ended})
        if any(outcome.verdict is Verdict.FAIL for outcome in ended):
            words = (
                words_of_finding(finding) for finding in review.findings if finding.check in self._checks
            )
            mine = self._by_unit[review.unit] = frozenset(self._known.setdefault(one, one) for one in words)
            self._units.update(mine)

    def by_unit(self) -> dict[str, Print]:
        """The units that are told of print."""
        everywhere = {
            words
            for words, units in self._units.items()
            if units >= _LEAST_UNITS and 2 * units > self._looked[words[0]]
        }
        return {
            unit: Print(tuple(sorted(words & everywhere)), _checks(words) - _checks(words - everywhere))
            for unit, words in self._by_unit.items()
            if words & everywhere
        }


def words_of_finding(finding: Finding) -> PrintedWords:
    """What a finding tells of, whichever unit's it is."""
    return finding.check, finding.field.rpartition("｜")[2], squeeze(finding.filled)


def without_print(findings: Iterable[Finding], words: Iterable[PrintedWords]) -> list[Finding]:
    """The findings but for those that tell of print."""
    printed = frozenset(words)
    return [finding for finding in findings if words_of_finding(finding) not in printed]


def ended_without(outcomes: tuple[Outcome, ...], printed: Print | None) -> tuple[Outcome, ...]:
    """How a unit's checks ended: those that told of nothing but print do not apply."""
    if printed is None:
        return outcomes
    return tuple(Outcome(o.check, NOT_APPLICABLE) if o.check in printed.checks else o for o in outcomes)


def _checks(words: Iterable[PrintedWords]) -> frozenset[str]:
    return frozenset(check for check, _, _ in words)
