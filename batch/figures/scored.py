"""Status and scores of a unit, as fields of its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from batch.model.review import Review
from batch.model.scores import FormScore, Progress, Quality, Scorecard
from batch.model.status import Severity, status_of

_Scored = TypeVar("_Scored", FormScore, Progress)


def standing(review: Review) -> dict[str, Any]:
    """How a unit stands: its status, the open findings it follows from, and the causes of these."""
    counts = review.counts()
    causes = Counter(cause.severity for cause in review.causes)
    return {
        "status": status_of(counts),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "hints": counts[Severity.HINT],
        "cause_errors": causes[Severity.ERROR],
        "cause_warnings": causes[Severity.WARNING],
    }


def unit_scores(card: Scorecard | None) -> dict[str, Any]:
    """Fields of UnitFacts; none without a card."""
    if card is None:
        return {}
    whole, quality = card.whole, card.quality
    return {
        "recomputed": whole.recomputed if whole else None,
        "recomputed_points": whole.recomputed_points if whole else None,
        "recomputed_declared": whole.recomputed_declared if whole else None,
        "doubtful": whole.doubtful_points if whole else None,
        "grade": card.grade,
        "quality": tuple((d.name, d.points, d.score) for d in quality.dimensions) if quality else (),
        "quality_lost": _lost(quality) if quality else (),
    }


def _lost(quality: Quality) -> tuple[tuple[str, str, int, Decimal], ...]:
    """Points lost by dimension and check: how many places, how many points."""
    lost: dict[tuple[str, str], list[Decimal]] = {}
    for deduction in quality.deductions:
        lost.setdefault((deduction.dimension, deduction.check), []).append(deduction.points)
    return tuple(
        (dimension, check, len(points), sum(points, Decimal(0)))
        for (dimension, check), points in lost.items()
    )


def project_scores(card: Scorecard | None, file: str, sheet: str, project: str) -> dict[str, Any]:
    """Fields of ProjectFacts for one 项目自评表."""
    score = _of(card.projects, (file, sheet, project)) if card else None
    if score is None:
        return {}
    return {
        "recomputed": score.recomputed,
        "recomputed_points": score.recomputed_points,
        "recomputed_declared": score.recomputed_declared,
        "points": score.points,
        "not_scored": len(score.rows) - len(score.scored),
        "grade": score.grade,
    }


def progress_scores(card: Scorecard | None, file: str, sheet: str, project: str) -> dict[str, Any]:
    """Fields of MonitoringFacts for one 监控表."""
    progress = _of(card.monitoring, (file, sheet, project)) if card else None
    if progress is None:
        return {}
    return {
        "light": progress.light.word,
        "light_reason": progress.light.reason,
        "limit": progress.limit,
        "warnings": progress.warnings,
    }


def _of(scored: Sequence[_Scored], where: tuple[str, str, str]) -> _Scored | None:
    """What the card says about a table; projects on one sheet are told apart by their names."""
    return next((s for s in scored if (s.file, s.sheet, s.project) == where), None)
