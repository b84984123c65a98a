"""Answers to findings: explanations of the unit, rulings of the bureau."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from batch.checks.engine.rulings import is_about
from batch.forms.read.values import says_nothing
from batch.forms.spec.labels import squeeze
from batch.model.reference import Explanation, Ruling
from batch.model.review import CODE, Finding, explained_by, words_mark
from batch.model.status import EXPIRED, EXPLAINED, IN_FORCE, REJECTED, WAIVED, Severity

#: two letters or characters in a row
_WORD = re.compile(r"[^\W\d_]{2}")


def says_why(text: str) -> bool:
    """Whether somebody gave a reason, and did not only fill the cell: “/”, “无”, “1” are none."""
    return _WORD.search(squeeze(text)) is not None and not says_nothing(text)


def latest(explanations: Iterable[Explanation]) -> tuple[Explanation, ...]:
    """One explanation a finding and its values; of several that say something, the last given counts.

    What says nothing is kept where there is nothing else, so that the unit can be told.
    """
    said: dict[tuple[str, str], Explanation] = {}
    for explanation in explanations:
        place = (explanation.key, explanation.fingerprint)
        before = said.get(place)
        if explanation.text.strip() and (says_why(explanation.text) or not before):
            said.pop(place, None)
            said[place] = explanation
    return tuple(said.values())


def answered(
    findings: Iterable[Finding], explanations: Sequence[Explanation], rulings: Sequence[Ruling] = ()
) -> list[Finding]:
    """The findings with what became of each.

    Only 核实 can be explained. An explanation holds for the values it was written about: once they change
    it is 已过期, and the finding is open again. Words without a reason leave it open. The bureau may refuse
    an explanation (不采纳) or waive any finding (豁免).
    """
    listed = list(findings)
    if not explanations and not rulings:
        # most units explain nothing, and digests, two a finding, are only for what was explained
        return listed
    said = {(e.key, e.fingerprint): e for e in explanations}
    used = {tuple(f.code.split("-")) for f in listed}
    # what was written about values that are no longer there
    stale = {e.key: e for e in explanations if (e.key, e.fingerprint) not in used and says_why(e.text)}
    return [_answered(finding, said, stale, rulings) for finding in listed]


def _answered(
    finding: Finding,
    said: dict[tuple[str, str], Explanation],
    stale: dict[str, Explanation],
    rulings: Sequence[Ruling],
) -> Finding:
    key = explained_by(finding.check, finding.form, finding.field)
    own = said.get((key, finding.fingerprint[:CODE]))
    words = words_mark(own.text, own.basis) if own else ""
    ruling = next((r for r in reversed(rulings) if is_about(r, finding, words)), None)
    if ruling is not None and ruling.decision == WAIVED:
        return replace(finding, answer=WAIVED, explanation=ruling.reason, explanation_basis="")
    if finding.severity is not Severity.WARNING or finding.status != IN_FORCE:
        return finding
    if own is not None and not says_why(own.text):
        return replace(finding, explanation=own.text)
    if own is not None:
        refused = ruling is not None and ruling.decision == REJECTED
        answer = REJECTED if refused else EXPLAINED
        return replace(finding, answer=answer, explanation=own.text, explanation_basis=own.basis)
    old = stale.get(key)
    if old is not None:
        return replace(finding, answer=EXPIRED, explanation=old.text, explanation_basis=old.basis)
    return finding
