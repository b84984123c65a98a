"""Recomputed scores beside the declared ones, which they never replace.

A score that cannot be recomputed is None and says why (未评); it is never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from batch.model.record import record

#: the grade of a unit or project with open 错误: its score is not yet evidence
PENDING = "待核"
NOT_SCORED = "未评"


@record(frozen=True, slots=True)
class Figure:
    """A recomputed figure beside the declared one."""

    name: str
    declared: str
    recomputed: str
    #: the arithmetic with numbers: "13÷15"
    formula: str = ""
    #: cells the inputs stand in: (sheet, cell)
    inputs: tuple[tuple[str, str], ...] = ()
    note: str = ""
    #: the figure itself, rates as fractions; None when it cannot be computed
    value: Decimal | None = None
    #: the document it rests on, as the pack has it
    basis: str = ""


@record(frozen=True, slots=True)
class Doubt:
    """Why the points of an indicator are doubtful: a violated check of its evidence."""

    check: str
    text: str
    sheet: str
    #: None when the finding is about something that is not there
    cell: str | None


@record(frozen=True, slots=True)
class RowScore:
    """One indicator: what the unit gave itself, and what the pack's rule gives."""

    label: str
    path: tuple[str, ...] = ()
    points: Decimal | None = None
    declared: Decimal | None = None
    #: by the rule; None: 未评, or left to judgement between `lowest` and `highest`
    score: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    #: how it is scored, in words: 正向, 反向, 分档, …
    rule: str = ""
    #: the arithmetic with numbers: "93%÷95%×10"
    formula: str = ""
    #: why it is 未评; with a score, what to know about it
    reason: str = ""
    #: the document the rule rests on, as the pack has it
    basis: str = ""
    #: cells the inputs stand in: (sheet, cell)
    inputs: tuple[tuple[str, str], ...] = ()
    #: where the declared score stands
    sheet: str = ""
    cell: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """Declared minus recomputed."""
        return None if self.declared is None or self.score is None else self.declared - self.score


@dataclass(frozen=True, slots=True)
class FormScore:
    """One form with scores: a project's, or the whole-department form."""

    form: str
    #: the project's name; "" for the whole-department form
    project: str
    file: str
    sheet: str
    #: what stands under 总分, and its cell
    declared: Decimal | None
    cell: str
    #: by the pack's bands; 待核 while 错误 are open, 未评 without a total
    grade: str
    #: 预算执行率 first where the form has it, then the indicators
    rows: tuple[RowScore, ...]
    #: what the fields of findings about this project begin with
    prefix: str = ""

    @property
    def added_up(self) -> Decimal | None:
        """The unit's own scores added up again; None when one of them is missing."""
        return _all(row.declared for row in self.rows)

    @property
    def points(self) -> Decimal | None:
        """All points there are; None when one row does not say its own."""
        return _all(row.points for row in self.rows)

    @property
    def scored(self) -> tuple[RowScore, ...]:
        """The rows a rule gives a score."""
        return tuple(row for row in self.rows if row.score is not None)

    @property
    def recomputed(self) -> Decimal | None:
        """The sum of the recomputed scores, over the rows that have one."""
        return _sum(row.score for row in self.scored)

    @property
    def recomputed_points(self) -> Decimal | None:
        """The points of those rows."""
        return _sum(row.points for row in self.scored)

    @property
    def recomputed_declared(self) -> Decimal | None:
        """What the unit gave itself for those rows; None when one of them has no score."""
        return _all(row.declared for row in self.scored)

    @property
    def doubtful_points(self) -> Decimal:
        """存疑分值: the points of the rows whose evidence fails."""
        return sum((row.points or Decimal(0) for row in self.rows if row.doubts), Decimal(0))


@record(frozen=True, slots=True)
class Light:
    """A traffic light in words: 红灯, 黄灯, 绿灯, 蓝灯, or 未评; and why."""

    word: str
    reason: str
    #: the indicator it stands for; "" for the project's money
    label: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """One 监控表: how far money and results are. Rates as fractions; None: an input is missing."""

    project: str
    file: str
    sheet: str
    rate: Decimal | None
    #: mean of what is reported in percent, each counted with 100 % at most
    achieved: Decimal | None
    #: the least rate for this time of the year; None when the pack has none
    limit: Decimal | None
    #: of the money, against the time gone by
    light: Light
    #: what to look into, in words: progress below the limit, results ahead of the money
    warnings: tuple[str, ...] = ()
    #: of each indicator, where the pack wants them
    indicators: tuple[Light, ...] = ()


@record(frozen=True, slots=True)
class Deduction:
    """Points lost in 自评质量评分, and what for."""

    dimension: str
    points: Decimal
    #: the check, and the finding's key; "" for lateness and returns, which are no findings
    check: str
    finding: str
    text: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """One part of 自评质量评分; without a score it is 未评 and says why."""

    name: str
    points: Decimal
    score: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """自评质量评分: how well the unit did its self-evaluation, every lost point with its finding."""

    dimensions: tuple[Dimension, ...]
    deductions: tuple[Deduction, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All that is recomputed of one unit."""

    figures: tuple[Figure, ...]
    whole: FormScore | None
    projects: tuple[FormScore, ...]
    #: metrics the pack scores though the form does not carry them; they enter no total
    metrics: tuple[RowScore, ...]
    monitoring: tuple[Progress, ...]
    #: None when the pack does not score it
    quality: Quality | None
    grade: str


def _sum(numbers: Iterable[Decimal | None]) -> Decimal | None:
    """What is there, added up; None when nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known else None


def _all(numbers: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None when one is missing or there are none."""
    listed = list(numbers)
    return None if None in listed else _sum(listed)
