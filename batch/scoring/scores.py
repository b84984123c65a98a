"""A unit's total: declared, added up again, and the points whose evidence fails."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from batch.model.form import Item, Submission
from batch.model.review import Finding, Severity
from batch.rulebook import Rulebook

#: the grade of a unit with open 错误: its score is not yet evidence
PENDING = "待核"


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """Where a unit's score stands and what makes it doubtful."""

    form: str
    total: str
    column: str
    points: str
    doubtful: frozenset[str]
    #: (name, lowest score), best first
    grades: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """None means 未评: an input is missing."""

    declared: Decimal | None
    added_up: Decimal | None
    doubtful_points: Decimal | None
    grade: str


def score_rule(book: Rulebook) -> ScoreRule:
    """The pack's scoring rule; a pack without [score] gives units no score of their own."""
    data = book.scoring.get("score", {})
    return ScoreRule(
        form=data.get("form", ""),
        total=data.get("total", ""),
        column=data.get("column", ""),
        points=data.get("points", ""),
        doubtful=frozenset(data.get("doubtful", ())),
        grades=tuple((g["name"], Decimal(str(g["from"]))) for g in book.scoring.get("grade", ())),
    )


def score_of(submission: Submission, findings: list[Finding], rule: ScoreRule) -> Score:
    """The unit's score. Units with open 错误 carry no grade (待核): their score is not yet evidence."""
    tables = submission.of(rule.form)
    if not tables:
        return Score(None, None, None, PENDING if rule.form else "未评")
    table = tables[0]
    total = table.totals.get(rule.total.partition(".")[2])
    scores = [item.values[rule.column].number for item in table.items if rule.column in item.values]
    known = [s for s in scores if s is not None]
    added_up = sum(known, Decimal(0)) if known and len(known) == len(scores) else None
    declared = total.number if total else None
    doubtful = sum(
        (_points(item, rule) for item in table.items if _is_doubtful(item, findings, rule)), Decimal(0)
    )
    return Score(declared, added_up, doubtful, _grade(declared, findings, rule))


def _points(item: Item, rule: ScoreRule) -> Decimal:
    value = item.values.get(rule.points)
    return value.number if value and value.number is not None else Decimal(0)


def _is_doubtful(item: Item, findings: list[Finding], rule: ScoreRule) -> bool:
    """Whether a check that tests this indicator's evidence was violated."""
    path = "/".join(item.path) + "."
    return any(
        f.check in rule.doubtful and f.form == rule.form and f.field.startswith(path) for f in findings
    )


def _grade(declared: Decimal | None, findings: list[Finding], rule: ScoreRule) -> str:
    if any(f.severity is Severity.ERROR and f.is_open for f in findings):
        return PENDING
    if declared is None:
        return "未评"
    return next((name for name, lowest in rule.grades if declared >= lowest), "")
