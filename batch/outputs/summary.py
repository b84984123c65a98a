"""The batch in a few numbers: what 首页 shows, and sentences made of nothing but these numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.checks.amount import show
from batch.model.review import Finding, Severity
from batch.model.scores import NOT_SCORED, PENDING
from batch.outputs.facts import AT_RISK, Number, UnitFacts

#: findings of no category
OTHER = "其他"
STATUSES = ("通过", "待说明", "退回")
LIGHTS = ("绿灯", "蓝灯", "黄灯", "红灯", NOT_SCORED)
UNGRADED = (PENDING, NOT_SCORED)
#: open findings by unit, category and severity
Counted = Counter[tuple[str, str, Severity]]
#: how much 首页 has room for
_TO_LOOK_AT = 5
_COMPARED = 6


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of problem: findings by severity, and how many units have it."""

    name: str
    errors: int
    warnings: int
    hints: int
    units: int

    @property
    def total(self) -> int:
        """Findings of all severities."""
        return self.errors + self.warnings + self.hints


@dataclass(frozen=True, slots=True)
class Notable:
    """A unit to look at, with one line of reason; `place` is its position among the units, from 0."""

    unit: str
    status: str
    reason: str
    place: int


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What one unit has not spent of projects with a red or yellow light, in 万元."""

    unit: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Grade:
    """How many units have a grade, and the 整体支出决算 of those that state it, in 万元."""

    name: str
    units: int
    amount: Number


@dataclass(frozen=True, slots=True)
class Share:
    """One sum beside another, of those units only that have both: what is printed together adds up."""

    over: Decimal
    under: Decimal
    #: units left out because one of the two is missing
    missing: int

    @property
    def rate(self) -> Number:
        """over ÷ under."""
        return self.over / self.under if self.under else None

    @property
    def growth(self) -> Number:
        """over ÷ under − 1."""
        return None if self.rate is None else self.rate - 1


_NOTHING = Share(Decimal(0), Decimal(0), 0)


@dataclass(slots=True)
class Summary:
    """Money in 万元, rates as fractions; None where there is nothing to calculate from."""

    units: int = 0
    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    unprocessed: int = 0
    errors: int = 0
    warnings: int = 0
    hints: int = 0
    units_with_findings: int = 0
    #: 整体支出决算, and beside the budget
    total_spent: Number = None
    total: Share = _NOTHING
    #: 三公经费决算, and beside the budget
    official_spent: Number = None
    official: Share = _NOTHING
    #: outlay of all projects with a self-evaluation, and beside 项目支出决算
    evaluated: Number = None
    coverage: Share = _NOTHING
    score_mean: Number = None
    #: weighted by 整体支出决算
    score_weighted: Number = None
    #: by number of findings
    categories: tuple[Category, ...] = ()
    look_at: tuple[Notable, ...] = ()
    #: units by grade, from best to worst, then those that have none yet
    grades: tuple[Grade, ...] = ()
    #: 监控表 by light
    lights: dict[str, int] = field(default_factory=dict)
    at_risk: Number = None
    #: units with the most at risk
    riskiest: tuple[AtRisk, ...] = ()

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
    findings: Iterable[Finding],
    unprocessed: Sequence[tuple[str, str]],
    grades: Sequence[str] = (),
) -> Summary:
    """Add up a batch; `grades` from best to worst. Findings on trial, explained or waived do not count."""
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
    )
    units = list(facts)
    summary.units = len(units)
    for unit in units:
        summary.statuses[unit.status] = summary.statuses.get(unit.status, 0) + 1
    _add_money(summary, units)
    _add_scores(summary, units)
    summary.look_at = _look_at(units, counted)
    summary.grades = _grades(units, grades)
    _add_lights(summary, units)
    return summary


def share(pairs: Iterable[tuple[Number, Number]]) -> Share:
    """Add up the pairs that have both numbers."""
    listed = list(pairs)
    both = [(a, b) for a, b in listed if a is not None and b is not None]
    over, under = (sum((pair[n] for pair in both), Decimal(0)) for n in (0, 1))
    return Share(over, under, len(listed) - len(both))


def total(numbers: Iterable[Number]) -> Number:
    """The sum of what is there; None when nothing is."""
    present = [number for number in numbers if number is not None]
    return sum(present, Decimal(0)) if present else None


def _add_money(summary: Summary, units: list[UnitFacts]) -> None:
    summary.total_spent = total(u.total_spent for u in units)
    summary.total = share((u.total_spent, u.total_budget) for u in units)
    summary.official_spent = total(u.official_spent for u in units)
    summary.official = share((u.official_spent, u.official_budget) for u in units)
    evaluated = [(total(p.spent for p in u.projects), u.project_spent) for u in units]
    summary.evaluated = total(spent for spent, _ in evaluated)
    summary.coverage = share((spent or Decimal(0), whole) for spent, whole in evaluated)


def _add_scores(summary: Summary, units: list[UnitFacts]) -> None:
    scored = [(u.score, u.total_spent) for u in units if u.score is not None]
    if scored:
        summary.score_mean = sum((score for score, _ in scored), Decimal(0)) / len(scored)
    summary.score_weighted = share(
        (score * spent, spent) for score, spent in scored if spent is not None
    ).rate


def categories(counted: Counted) -> tuple[Category, ...]:
    """The kinds of problems, those with the most findings first."""
    by_name: dict[str, Counter[Severity]] = {}
    units: dict[str, set[str]] = {}
    for (unit, name, severity), number in counted.items():
        by_name.setdefault(name, Counter())[severity] += number
        units.setdefault(name, set()).add(unit)
    found = [
        Category(name, count[Severity.ERROR], count[Severity.WARNING], count[Severity.HINT], len(units[name]))
        for name, count in by_name.items()
    ]
    return tuple(sorted(found, key=lambda c: (-c.total, -c.errors, c.name)))


def _look_at(units: list[UnitFacts], counted: Counted) -> tuple[Notable, ...]:
    """Units with the most to correct, then the most to explain; the first in the list on a tie."""
    ranked = sorted(enumerate(units), key=lambda pair: (-pair[1].errors, -pair[1].warnings, pair[0]))
    chosen = [(place, unit) for place, unit in ranked if unit.errors or unit.warnings][:_TO_LOOK_AT]
    names = {unit.unit for _, unit in chosen}
    kinds: dict[str, Counter[str]] = {name: Counter() for name in names}
    for (name, category, severity), number in counted.items():
        if name in names and severity is not Severity.HINT:
            kinds[name][category] += number
    return tuple(
        Notable(unit.unit, unit.status, _reason(unit, kinds[unit.unit]), place) for place, unit in chosen
    )


def _reason(unit: UnitFacts, categories: Counter[str]) -> str:
    parts = [f"{word}{count}项" for word, count in (("错误", unit.errors), ("核实", unit.warnings)) if count]
    reason = "、".join(parts)
    (name, count), *others = [*categories.most_common(2), ("", 0)]
    if not others or others[0][1] < count:
        reason += f"，最多的是{name}（{count}项）"
    if unit.adjustment_rate is not None and unit.adjustment_rate:
        reason += f"；预算调整率{show(unit.adjustment_rate, '%')}"
    return reason


def _grades(units: list[UnitFacts], names: Sequence[str]) -> tuple[Grade, ...]:
    counts: dict[str, int] = dict.fromkeys(names, 0)
    amounts: dict[str, Number] = {}
    for unit in units:
        grade = unit.grade or NOT_SCORED
        counts[grade] = counts.get(grade, 0) + 1
        if unit.total_spent is not None:
            amounts[grade] = (amounts.get(grade) or Decimal(0)) + unit.total_spent
    return tuple(Grade(name, count, amounts.get(name)) for name, count in counts.items())


def _add_lights(summary: Summary, units: list[UnitFacts]) -> None:
    forms = [(unit.unit, form) for unit in units for form in unit.monitoring]
    counts = Counter(form.light or NOT_SCORED for _, form in forms)
    summary.lights = {light: counts[light] for light in LIGHTS if counts[light]}
    summary.at_risk = total(form.at_risk for _, form in forms)
    by_unit: dict[str, Decimal] = {}
    for unit, form in forms:
        if form.at_risk:
            by_unit[unit] = by_unit.get(unit, Decimal(0)) + form.at_risk
    ranked = sorted(by_unit.items(), key=lambda pair: (-pair[1], pair[0]))
    summary.riskiest = tuple(AtRisk(*pair) for pair in ranked[:_COMPARED])


def sentences(summary: Summary, unprocessed: Sequence[tuple[str, str]]) -> list[str]:
    """Three sentences: who has reported, what the money did, what is wrong."""
    if not summary.units:
        return [f"本批次没有收到可以处理的报表。{_left_out(unprocessed)}"]
    return [
        f"本批次收到{summary.units}户单位的报表，其中"
        + "、".join(f"{status}{summary.statuses[status]}户" for status in STATUSES)
        + f"。{_left_out(unprocessed)}",
        _money_sentence(summary),
        _problem_sentence(summary),
    ]


def _left_out(unprocessed: Sequence[tuple[str, str]]) -> str:
    if not unprocessed:
        return ""
    first = unprocessed[0][0].rpartition("/")[2]
    named = f"“{first}”" if len(unprocessed) == 1 else f"“{first}”等"
    return f"另有{len(unprocessed)}个文件未能处理（{named}，名单在“未报与催报”）。"


def _money_sentence(summary: Summary) -> str:
    whole, official = summary.total, summary.official
    if whole.growth is None:
        return "基础数据表没有可以比较的整体支出预算和决算。"
    text = (
        f"部门整体支出年初预算合计{show(whole.under, '万元')}万元，决算合计{show(whole.over, '万元')}万元，"
        f"预算调整率{show(whole.growth, '%')}{_without(whole)}"
    )
    if official.rate is not None:
        text += (
            f"；三公经费预算{show(official.under, '万元')}万元，决算{show(official.over, '万元')}万元，"
            f"为预算的{show(official.rate, '%')}{_without(official)}"
        )
    return f"{text}{_behind(summary)}。"


def _behind(summary: Summary) -> str:
    """Projects behind with their money at the time of monitoring."""
    lights = [f"{light}{summary.lights[light]}个" for light in AT_RISK if summary.lights.get(light)]
    if not lights or summary.at_risk is None:
        return ""
    return f"；执行监控中{'、'.join(lights)}，未执行预算{show(summary.at_risk, '万元')}万元"


def _without(figures: Share) -> str:
    return f"（{figures.missing}户缺数，未计入）" if figures.missing else ""


def _problem_sentence(summary: Summary) -> str:
    if not summary.categories:
        return "审核没有发现问题。"
    text = (
        f"审核发现错误{summary.errors}项、核实{summary.warnings}项、提示{summary.hints}项，"
        f"涉及{summary.units_with_findings}户"
    )
    most, *others = summary.categories
    if not others or others[0].total < most.total:
        text += f"；最多的是“{most.name}”，{most.total}项，涉及{most.units}户"
    return text + "。"
