"""The scorecard of one unit: everything that is recomputed of it, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from batch.checks.engine.form_words import period_of
from batch.forms.spec.spec import PackForms
from batch.model.form import Submission
from batch.model.review import Finding
from batch.model.scores import NOT_SCORED, PENDING, FormScore, Scorecard
from batch.scoring.form_scores import Placed, Scorer, by_place, form_score, grade_of, metric_rows, settled
from batch.scoring.lights import progress_of
from batch.scoring.quality import quality_of
from batch.scoring.recomputed_figures import figures_of
from batch.scoring.rules import ScoringRules


def scores_of(
    submission: Submission,
    findings: Sequence[Finding],
    forms: PackForms,
    rules: ScoringRules,
    days_late: int | None = None,
    returns: int | None = None,
) -> Scorecard:
    """Figures, scores, lights, grades and quality of one unit.

    `days_late` and `returns` come from the record of earlier nights; None when there is none.
    """
    figures = figures_of(submission, forms, rules.figures)
    by = Scorer(submission, forms, rules, {figure.name: figure for figure in figures})
    placed = by_place(findings)
    whole = _whole(placed, by)
    return Scorecard(
        figures=figures,
        whole=whole,
        projects=tuple(
            form_score(table, placed, rules.project, by)
            for table in (submission.of(rules.project.form) if rules.project else ())
            if rules.project
        ),
        metrics=metric_rows(by, whole.form if whole else "") if rules.wholes else (),
        monitoring=tuple(
            progress_of(table, period_of(table, forms)[1], rules.monitoring)
            for table in (submission.of_year(rules.monitoring.form, forms.year) if rules.monitoring else ())
            if rules.monitoring
        ),
        quality=quality_of(findings, rules.quality, days_late, returns) if rules.quality else None,
        grade=_grade(whole, findings, rules),
    )


def with_findings(
    card: Scorecard,
    findings: Sequence[Finding],
    rules: ScoringRules,
    days_late: int | None = None,
    returns: int | None = None,
) -> Scorecard:
    """The card after the unit's findings grew or were answered: doubts, grades and quality follow."""
    whole, project, placed = card.whole, rules.project, by_place(findings)
    if whole is not None:
        rule = next(rule for rule in rules.wholes if rule.form == whole.form)
        whole = settled(whole, placed, rule, rules)
    return replace(
        card,
        whole=whole,
        projects=tuple(settled(p, placed, project, rules) for p in card.projects if project),
        quality=quality_of(findings, rules.quality, days_late, returns) if rules.quality else None,
        grade=_grade(card.whole, findings, rules),
    )


def _whole(findings: Placed, by: Scorer) -> FormScore | None:
    """The whole-department form; of several the first counts, as in the checks."""
    for rule in by.rules.wholes:
        tables = by.submission.of(rule.form)
        if tables:
            return form_score(tables[0], findings, rule, by)
    return None


def _grade(whole: FormScore | None, findings: Sequence[Finding], rules: ScoringRules) -> str:
    """The unit's grade by its declared total; without the form it is 待核, and 未评 where none is due."""
    if whole is None:
        return PENDING if rules.wholes else NOT_SCORED
    return grade_of(whole.declared, findings, rules)
