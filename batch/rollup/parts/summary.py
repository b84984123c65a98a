"""The batch in a few numbers: what 首页 shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.figures.shown_figures import ShownLine
from batch.model.review import Finding, FindingKind
from batch.model.scores import NOT_SCORED, PENDING
from batch.model.status import UNIT_STATUSES, Severity
from batch.model.unit_facts import Number, UnitFacts
from batch.rollup.parts.problem_categories import OTHER, Category, categories

LIGHTS = ("绿灯", "蓝灯", "黄灯", "红灯", NOT_SCORED)
UNGRADED = (PENDING, NOT_SCORED)
#: how much 首页 has room for
_COMPARED = 6


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What one unit has not spent of projects with a red or yellow light, in 万元."""

    unit: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Grade:
    """How many units have a grade, and the outlay of those that state it, in 万元."""

    name: str
    units: int
    amount: Number


@dataclass(slots=True)
class Share:
    """One sum beside another, of those units only that have both: what is printed together adds up."""

    over: Decimal = Decimal(0)
    under: Decimal = Decimal(0)
    #: units left out because one of the two is missing
    missing: int = 0

    def add(self, over: Number, under: Number) -> None:
        """The two numbers of one more unit."""
        if over is None or under is None:
            self.missing += 1
        else:
            self.over += over
            self.under += under

    @property
    def rate(self) -> Number:
        """over ÷ under."""
        return self.over / self.under if self.under else None

    @property
    def growth(self) -> Number:
        """over ÷ under − 1."""
        return None if self.rate is None else self.rate - 1


@dataclass(slots=True)
class MoneyLine:
    """One kind of money of all units: this year's outlay, its budget, last year's outlay as filled in."""

    shown: ShownLine
    #: units that state the outlay
    units: int = 0
    spent: Number = None
    budget: Number = None
    before: Number = None
    #: outlay beside the budget, and beside last year's
    kept: Share = field(default_factory=Share)
    grown: Share = field(default_factory=Share)

    def add(self, unit: UnitFacts) -> None:
        """One more unit."""
        spent, budget = unit.figure(self.shown.spent), unit.figure(self.shown.budget)
        before = unit.figure(self.shown.before)
        self.units += spent is not None
        self.spent, self.budget = _plus(self.spent, spent), _plus(self.budget, budget)
        self.before = _plus(self.before, before)
        self.kept.add(spent, budget)
        self.grown.add(spent, before)


@dataclass(slots=True)
class Summary:
    """Money in 万元, rates as fractions; None where there is nothing to calculate from."""

    units: int = 0
    #: those that somebody answers for, as the roster has it, and those with a score accepted last year
    with_department: int = 0
    with_score_before: int = 0
    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNIT_STATUSES, 0))
    unprocessed: int = 0
    errors: int = 0
    warnings: int = 0
    hints: int = 0
    units_with_findings: int = 0
    #: the money, the whole outlay first
    lines: tuple[MoneyLine, ...] = ()
    #: outlay of all projects with a self-evaluation, and beside that of all projects
    evaluated: Number = None
    coverage: Share = field(default_factory=Share)
    #: 在职人数 beside 编制数
    staff: Share = field(default_factory=Share)
    score_mean: Number = None
    #: weighted by the outlay
    score_weighted: Number = None
    #: the gravest first
    categories: tuple[Category, ...] = ()
    #: units by grade, from best to worst, then those that have none yet
    grades: tuple[Grade, ...] = ()
    #: 监控表 by light
    lights: dict[str, int] = field(default_factory=dict)
    at_risk: Number = None
    #: units with the most at risk
    riskiest: tuple[AtRisk, ...] = ()

    @property
    def total_spent(self) -> Number:
        """The outlay that units are weighed by: 整体支出决算."""
        return self.lines[0].spent if self.lines else None

    @property
    def graded(self) -> int:
        """Units whose grade stands: none of their 错误 is open, and they have a score."""
        return sum(g.units for g in self.grades if g.name not in UNGRADED)

    def grade_share(self, names: Sequence[str]) -> tuple[Number, Number]:
        """Of all that have a grade, the share with one of these: by number and by amount."""
        graded = [g for g in self.grades if g.name not in UNGRADED]
        chosen = [g for g in graded if g.name in names]
        units, amount = sum(g.units for g in graded), total(g.amount for g in graded)
        best = total(g.amount for g in chosen) or Decimal(0)
        return (
            Decimal(sum(g.units for g in chosen)) / units if units else None,
            best / amount if amount else None,
        )


def summarise(
    facts: Iterable[UnitFacts],
    findings: Iterable[Finding | FindingKind],
    unprocessed: Sequence[tuple[str, str]],
    grades: Sequence[str] = (),
    lines: Sequence[ShownLine] = (),
) -> Summary:
    """Add up a batch. Findings on trial, explained or waived do not count.

    `grades`: from best to worst. `lines`: the money of 首页.
    `facts` are gone through once and not kept: those of a batch may come packed.
    """
    counted = Counter((f.unit, f.category or OTHER, f.severity) for f in findings if f.is_open)
    by_severity: Counter[Severity] = Counter()
    for (_, _, severity), number in counted.items():
        by_severity[severity] += number
    summary = Summary(
        unprocessed=len(unprocessed),
        errors=by_severity[Severity.ERROR],
        warnings=by_severity[Severity.WARNING],
        hints=by_severity[Severity.HINT],
        units_with_findings=len({unit for unit, _, _ in counted}),
        categories=categories(counted),
        lines=tuple(map(MoneyLine, lines)),
    )
    main = lines[0].spent if lines else ""
    scores, graded, lights = _Scores(main), _Graded(grades, main), _Lights()
    for unit in facts:
        summary.units += 1
        summary.with_department += bool(unit.department)
        summary.with_score_before += unit.score_before is not None
        summary.staff.add(unit.staff, unit.posts)
        summary.statuses[unit.status] = summary.statuses.get(unit.status, 0) + 1
        _add_money(summary, unit)
        for part in (scores, graded, lights):
            part.add(unit)
    scores.tell(summary)
    graded.tell(summary)
    lights.tell(summary)
    return summary


def total(numbers: Iterable[Number]) -> Number:
    """The sum of what is there; None when nothing is."""
    added: Number = None
    for number in numbers:
        added = _plus(added, number)
    return added


def _plus(added: Number, number: Number) -> Number:
    """One more number; what is not there adds nothing."""
    return added if number is None else (added or Decimal(0)) + number


def _add_money(summary: Summary, unit: UnitFacts) -> None:
    for line in summary.lines:
        line.add(unit)
    spent = total(p.spent for p in unit.projects)
    summary.evaluated = _plus(summary.evaluated, spent)
    summary.coverage.add(spent or Decimal(0), unit.project_spent)


class _Scores:
    """The declared scores of the units, one by one, weighted by the figure `main`."""

    def __init__(self, main: str) -> None:
        self._main = main
        self._sum, self._units, self._weighted = Decimal(0), 0, Share()

    def add(self, unit: UnitFacts) -> None:
        """One more unit."""
        if unit.score is not None:
            self._sum += unit.score
            self._units += 1
            weight = unit.figure(self._main)
            if weight is not None:
                self._weighted.add(unit.score * weight, weight)

    def tell(self, summary: Summary) -> None:
        """What they come to."""
        summary.score_mean = self._sum / self._units if self._units else None
        summary.score_weighted = self._weighted.rate


class _Graded:
    """Units and their outlay, which is the figure `main`, by grade."""

    def __init__(self, names: Sequence[str], main: str) -> None:
        self._main = main
        self._counts: dict[str, int] = dict.fromkeys(names, 0)
        self._amounts: dict[str, Number] = {}

    def add(self, unit: UnitFacts) -> None:
        """One more unit."""
        grade = unit.grade or NOT_SCORED
        self._counts[grade] = self._counts.get(grade, 0) + 1
        self._amounts[grade] = _plus(self._amounts.get(grade), unit.figure(self._main))

    def tell(self, summary: Summary) -> None:
        """The grades from best to worst, then those that nobody named."""
        summary.grades = tuple(
            Grade(name, units, self._amounts.get(name)) for name, units in self._counts.items()
        )


class _Lights:
    """监控表 by light, and what is at risk behind the red and yellow ones."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._at_risk: Number = None
        self._by_unit: dict[str, Decimal] = {}

    def add(self, unit: UnitFacts) -> None:
        """The forms of one more unit."""
        for form in unit.monitoring:
            self._counts[form.light or NOT_SCORED] += 1
            self._at_risk = _plus(self._at_risk, form.at_risk)
            if form.at_risk:
                self._by_unit[unit.unit] = self._by_unit.get(unit.unit, Decimal(0)) + form.at_risk

    def tell(self, summary: Summary) -> None:
        """What they come to."""
        summary.lights = {light: self._counts[light] for light in LIGHTS if self._counts[light]}
        summary.at_risk = self._at_risk
        ranked = sorted(self._by_unit.items(), key=lambda pair: (-pair[1], pair[0]))
        summary.riskiest = tuple(AtRisk(*pair) for pair in ranked[:_COMPARED])
