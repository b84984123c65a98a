"""Where the scores of a drafted form stand, as far as it says so itself: points, 得分 and a row of totals."""

from __future__ import annotations

from typing import Any

from batch.config.rulebook import FIGURES, SCORING
from batch.draft.list_ties import points_of
from batch.draft.proposal import DraftForm, PackProposal


def is_scored(form: DraftForm) -> bool:
    """Whether a form of units has points for each indicator, what they give themselves, and the sum of it."""
    listed = next((one for one in form.lists if one.levels), None)
    return (
        listed is not None
        and form.per == "单位"
        and bool(points_of(listed) and listed.score)
        and f"总分.{listed.score}" in form.cells.values()
    )


def scores_of(proposal: PackProposal) -> dict[str, dict[str, Any]]:
    """By file, the tables for the first form that is scored: where its scores stand, and the unit's own."""
    names = proposal.names()
    for form in proposal.forms:
        listed = next((one for one in form.lists if one.levels), None)
        if not form.scored or listed is None:
            continue
        values = [column.name for column in listed.columns if column.type == "value"]
        # what was due and what was done; with one of them or none nothing is computed anew
        target, actual = values if len(values) == 2 else ("", "")
        total, score, points = f"总分.{names[listed.score]}", names[listed.score], points_of(listed)
        rating = {"form": form.key, "total": total, "column": score, "points": names.get(points, points)}
        return {
            SCORING: {"rating": {**rating, "target": target, "actual": actual, "by_formula": bool(target)}},
            FIGURES: {"whole": {"form": form.key, "score": total, "score_sum": f"合计({score})"}},
        }
    return {}
