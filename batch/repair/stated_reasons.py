"""The reason that a unit's written report gives for what is to be explained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from batch.forms.spec.labels import squeeze
from batch.model.cause import Cause, Sure
from batch.model.narrative import Narrative
from batch.model.record import replace
from batch.repair.cause_rules import CauseRules
from batch.report.sentences import sentences

_CLAUSE: Final = re.compile("[^;。!?]+")
#: a reason that begins within so many characters is quoted from the start of its clause
_NEAR: Final = 50


def with_stated_reason(cause: Cause, reports: Sequence[Narrative], rules: CauseRules) -> Cause:
    """The cause with the report's sentence as a ready answer, where it wants a reason and there is one.

    The unit decides: nothing is explained until it picks the sentence.
    """
    rule = next((rule for rule in rules.rules if rule.name == cause.rule), None)
    if rule is None or not rule.about or cause.sure is not Sure.EXPLAIN or not cause.is_to_do:
        return cause
    found = (text for report in reports for text in _reasons(report, rule.about, rule.because))
    return replace(cause, stated=next(found, ""))


def _reasons(report: Narrative, about: Sequence[str], because: Sequence[str]) -> Iterator[str]:
    """What the report gives as reasons: clauses that name the subject, then others of its paragraphs."""
    subjects, signs = tuple(map(squeeze, about)), tuple(map(squeeze, because))
    listed = list(sentences(report))
    meant = {one.paragraph for one in listed if any(word in one.text for word in subjects)}
    others: list[str] = []
    for one in listed:
        if one.paragraph not in meant:
            continue
        for clause in _CLAUSE.finditer(one.text):
            at = min((found for sign in signs if (found := clause[0].find(sign)) >= 0), default=None)
            if at is None:
                continue
            # of a long clause only the part around its reason fits
            start = clause.start() + (clause[0].rfind(",", 0, at) + 1 if at > _NEAR else 0)
            told = f"自评报告第{one.paragraph}段：{one.quote(start, clause.end())}"
            if any(word in clause[0] for word in subjects):
                yield told
            else:
                others.append(told)
    yield from others
