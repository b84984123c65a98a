"""The units of a batch compared, and what further findings change about a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from batch.checks.engine.across import run_across
from batch.checks.engine.answers import answered
from batch.checks.engine.printed import Print, PrintedFindings, ended_without
from batch.checks.run import in_order
from batch.figures.facts import counts_of
from batch.model.reference import RosterUnit
from batch.model.review import Finding, Outcome, Review
from batch.model.scores import Scorecard
from batch.model.turnout import Turnout
from batch.model.unit_facts import ProjectFacts, UnitFacts
from batch.repair.causes import marked, renewed
from batch.scoring.card import with_findings
from batch.unit.review_bundle import Context, load_rules
from batch.unit.serialization import condensed, once


def compare_units(
    reviews: Sequence[Review],
    facts: Sequence[UnitFacts],
    at: Context,
    roster: Sequence[RosterUnit] = (),
    turnout: Turnout | None = None,
    troubles: list[str] | None = None,
) -> tuple[dict[str, list[Finding]], list[tuple[Outcome, ...]], dict[str, Print]]:
    """Run the checks that compare the units of a batch.

    `facts` are those of `reviews`; both may be lazy sequences. `roster`: the units that must report,
    `turnout`: how they stand. Returns
    the new findings by unit (units that sent nothing included), with their answers, for `settle` to add; for
    each review the verdicts of all checks; and for each unit the findings to remove because the form itself
    prints these words.
    """
    rules = load_rules(at)
    results = run_across(facts, rules.catalogue, roster, turnout, troubles)
    found = {name: result.findings for name, result in results.items() if result.findings}
    ended, telling = [], PrintedFindings(rules.catalogue)
    for review in reviews:
        ended.append((review.unit, (*review.outcomes, *condensed(results[review.unit].outcomes))))
        telling.look_at(review)
        if review.unit in found:
            found[review.unit] = answered(found[review.unit], review.explanations, review.rulings)
    printed = telling.by_unit()
    return found, [once(ended_without(outcomes, printed.get(unit))) for unit, outcomes in ended], printed


def settle(
    review: Review,
    added: Sequence[Finding],
    card: Scorecard | None,
    projects: Sequence[ProjectFacts],
    at: Context,
) -> tuple[Review, dict[str, Any]]:
    """A unit after it got further findings: its review, and the fields of its facts that changed.

    `card` and `projects`: its scorecard and the projects of its facts before that.
    """
    rules = load_rules(at)
    causes = renewed(review.causes, review.findings, added, rules.causes)
    findings = in_order(marked([*review.findings, *added], causes), rules.forms)
    review = replace(review, findings=findings, causes=causes)
    if card is not None:
        card = with_findings(card, findings, rules.scoring, review.days_late, review.returns)
        review.grade = card.grade
        review.doubtful_points = card.whole.doubtful_points if card.whole else None
    return review, counts_of(projects, review, card)
