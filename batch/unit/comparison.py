"""The units of a batch compared, and what further findings change about a unit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from batch.checks.engine.answers import answered
from batch.checks.engine.batch_checks import run_across
from batch.checks.engine.printed import Print, PrintedFindings
from batch.checks.run import in_order
from batch.figures.facts import counts_of
from batch.model.reference import RosterUnit
from batch.model.review import Finding, Review, verdicts
from batch.model.status import NOT_APPLICABLE, Verdict
from batch.model.turnout import Turnout
from batch.model.unit_facts import UnitFacts
from batch.repair.causes import marked, renewed
from batch.scoring.card import with_findings
from batch.unit.rules import Context, load_rules

_ENCODER = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comes of comparing the units of a batch."""

    #: by unit, units that sent nothing included: the new findings with their answers, for `settle` to add
    findings: dict[str, list[Finding]]
    #: by unit: the findings to remove because the form itself prints these words
    printed: dict[str, Print]
    #: by unit and check: how the checks across units ended
    _verdicts: dict[str, dict[str, Verdict]]

    def digest(self, unit: str) -> str:
        """A short digest of what changes about a unit; "" for nothing."""
        found, printed = self.findings.get(unit, ()), self.printed.get(unit)
        told = printed.words if printed else ()
        return hashlib.sha256(_ENCODER.encode((found, told))).hexdigest() if found or told else ""

    def verdicts(self, unit: str, own: dict[str, Verdict]) -> dict[str, Verdict]:
        """By check, how it ended on a unit; `own`: those of its own files."""
        printed = self.printed.get(unit)
        ended = own | self._verdicts.get(unit, {})
        return ended | dict.fromkeys(printed.checks & ended.keys(), NOT_APPLICABLE) if printed else ended


def compare_units(
    reviews: Iterable[Review],
    facts: Sequence[UnitFacts],
    at: Context,
    roster: Sequence[RosterUnit] = (),
    turnout: Turnout | None = None,
    troubles: list[str] | None = None,
) -> Comparison:
    """Run the checks that compare the units of a batch.

    `facts` are those of `reviews`, which are gone through once. `roster`: the units that must report,
    `turnout`: how they stand.
    """
    rules = load_rules(at)
    results = run_across(facts, rules.catalogue, roster, turnout, troubles)
    found = {name: result.findings for name, result in results.items() if result.findings}
    telling = PrintedFindings(rules.catalogue)
    for review in reviews:
        telling.look_at(review)
        if review.unit in found:
            found[review.unit] = answered(found[review.unit], review.explanations, review.rulings)
    ended = {name: dict(sorted(verdicts(result.outcomes).items())) for name, result in results.items()}
    return Comparison(found, telling.by_unit(), ended)


def settle(
    review: Review, facts: UnitFacts, added: Sequence[Finding], at: Context
) -> tuple[Review, UnitFacts]:
    """A unit's review and facts after it got further findings."""
    rules = load_rules(at)
    causes = renewed(review.causes, review.findings, added, rules.causes)
    findings = in_order(marked([*review.findings, *added], causes), rules.forms)
    review, card = replace(review, findings=findings, causes=causes), review.scorecard
    if card is not None:
        card = with_findings(card, findings, rules.scoring, review.days_late, review.returns)
        review.grade = card.grade
        review.doubtful_points = card.whole.doubtful_points if card.whole else None
    return review, replace(facts, **counts_of(facts.projects, review, card))
