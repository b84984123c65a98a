"""Findings about text the form itself prints: found on most units of a batch with the same words at the same
place.

No unit wrote these words and none can correct them, so they are not reported. Checks that may find printed
text declare it (`printed = true`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from batch.checks.engine.catalogue import Check
from batch.forms.spec.labels import squeeze
from batch.model.record import record
from batch.model.review import Finding, Review
from batch.model.status import NOT_APPLICABLE, Verdict

#: fewer units may well have written the same
_LEAST_UNITS = 3
#: check, field without the project, the words told of
PrintedWords = tuple[str, str, str]


@record(frozen=True, slots=True)
class Print:
    """The findings of one unit about printed text, and the checks with no other findings."""

    words: tuple[PrintedWords, ...]
    checks: frozenset[str]


class PrintedFindings:
    """Collects the findings that may be about printed text, unit by unit."""

    def __init__(self, catalogue: Mapping[str, Check]) -> None:
        self._checks = frozenset(check.id for check in catalogue.values() if check.printed)
        self._by_unit: dict[str, frozenset[PrintedWords]] = {}
        self._units: Counter[PrintedWords] = Counter()
        self._looked: Counter[str] = Counter()
        #: one object for what many units are told
        self._known: dict[PrintedWords, PrintedWords] = {}

    def look_at(self, review: Review) -> None:
        """Add one more unit."""
        ended = {
            check: verdict
            for check, verdict in review.verdicts.items()
            if check in self._checks and verdict is not NOT_APPLICABLE
        }
        self._looked.update(ended.keys())
        if Verdict.FAIL in ended.values():
            words = (
                words_of_finding(finding) for finding in review.findings if finding.check in self._checks
            )
            mine = self._by_unit[review.unit] = frozenset(self._known.setdefault(one, one) for one in words)
            self._units.update(mine)

    def by_unit(self) -> dict[str, Print]:
        """The units with findings about printed text."""
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
    """What a finding is about, independent of the unit."""
    return finding.check, finding.field.rpartition("｜")[2], squeeze(finding.filled)


def without_print(findings: Iterable[Finding], words: Iterable[PrintedWords]) -> list[Finding]:
    """The findings without those about printed text."""
    printed = frozenset(words)
    return [finding for finding in findings if words_of_finding(finding) not in printed]


def _checks(words: Iterable[PrintedWords]) -> frozenset[str]:
    return frozenset(check for check, _, _ in words)
