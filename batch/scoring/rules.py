"""The pack's scoring.toml as objects, verified when the pack loads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from batch.checks.engine.check_words import is_word
from batch.checks.engine.marking import Marking, marking_of
from batch.checks.engine.scoring_keys import (
    FigureKeys,
    FormScoreKeys,
    IndicatorLightKeys,
    MonitoringKeys,
    QualityKeys,
    ScoringKeys,
    number_of,
    scoring_keys,
)
from batch.config.entries import RuleMistakes, told_together
from batch.config.expression import Node, names, parse_expression
from batch.config.rulebook import SCORING, Rulebook
from batch.config.schema import Mistake
from batch.config.toml_text import Where
from batch.forms.spec.spec import PackForms
from batch.model.status import Severity


@dataclass(frozen=True, slots=True)
class FigureRule:
    """One figure: how to compute it, and where the unit declares it."""

    name: str
    #: None when the forms do not hold what it takes; `missing` says what
    value: Node | None
    missing: str = ""
    #: a field that declares it, or the registered indicator whose 完成值 does
    declared: str = ""
    indicator: str = ""
    note: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ExecutionRule:
    """预算执行率 of a project's form: its rate, its points, and where its score stands."""

    label: str
    rate: Node
    points: str
    score: str


@dataclass(frozen=True, slots=True)
class FormRule:
    """Where a form keeps its scores, and what makes them doubtful."""

    form: str
    total: str
    column: str
    points: str
    target: str
    actual: str
    basis: str = ""
    execution: ExecutionRule | None = None
    #: whether indicators without a metric of their own are scored by the formulas
    by_formula: bool = True
    #: checks that test an indicator's evidence
    doubtful: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LightRule:
    """When a light turns. Shares of what is due by the time of year."""

    red_below: Decimal
    green_from: Decimal
    #: indicators only: above it 蓝灯
    blue_from: Decimal | None = None
    #: indicators only: kinds that are within their target or not
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MonitoringRule:
    """How a 监控表 is judged."""

    form: str
    money: LightRule
    #: thresholds of the least progress, by name: “6月率”
    progress: Mapping[str, Decimal]
    gap: Decimal
    #: None where single indicators get no light
    indicators: LightRule | None


@dataclass(frozen=True, slots=True)
class DimensionRule:
    """One part of 自评质量评分; the two prices are of 及时性 only."""

    name: str
    points: Decimal
    late_day: Decimal | None = None
    returned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DeductRule:
    """What a finding costs: of these checks, or of these categories and severities."""

    dimension: str
    points: Decimal
    checks: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()


@dataclass(frozen=True, slots=True)
class QualityRule:
    """自评质量评分: its dimensions, and what findings cost; the first that fits counts."""

    dimensions: tuple[DimensionRule, ...]
    deductions: tuple[DeductRule, ...]
    #: what was looked up before: findings come in the same few kinds
    known: dict[tuple[str, str, Severity], DeductRule | None] = field(default_factory=dict, compare=False)

    def price(self, check: str, category: str, severity: Severity) -> DeductRule | None:
        """What a finding of this kind costs: the first rule that fits, None when it costs nothing."""
        kind = (check, category, severity)
        if kind not in self.known:
            fits = (
                rule
                for rule in self.deductions
                if (check in rule.checks or category in rule.categories)
                and (not rule.severities or severity in rule.severities)
            )
            self.known[kind] = next(fits, None)
        return self.known[kind]


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """All of scoring.toml. What a pack does not have is None or empty, and is not scored."""

    figures: tuple[FigureRule, ...] = ()
    marking: Marking = field(default_factory=Marking)
    #: of the unit's one form of the whole department: the first that is there counts
    wholes: tuple[FormRule, ...] = ()
    project: FormRule | None = None
    monitoring: MonitoringRule | None = None
    quality: QualityRule | None = None
    #: (name, lowest score), best first
    grades: tuple[tuple[str, Decimal], ...] = ()


def scoring_rules(book: Rulebook, forms: PackForms, mistakes: RuleMistakes | None = None) -> ScoringRules:
    """The rulebook's scoring.

    `mistakes`: the caller's collection. Raises RulebookError for a word, number or option that means nothing.
    """
    with told_together(mistakes) as noted:
        keys = scoring_keys(book, noted)
        marking = marking_of(book, noted)
        found = list(_wrong(book, keys, forms))
        for wrong in found:
            noted.found += book.error(SCORING, wrong.where, wrong.message).mistakes
        if found:
            return ScoringRules()
    return ScoringRules(
        figures=tuple(_figure(figure) for figure in keys.figure),
        marking=marking,
        wholes=tuple(_form(form) for form in (keys.whole, keys.rating) if form),
        project=_form(keys.project) if keys.project else None,
        monitoring=_monitoring(book, keys.monitoring) if keys.monitoring else None,
        quality=_quality(book, keys.quality) if keys.quality else None,
        grades=tuple((grade.name, number_of(book, grade.lowest)) for grade in keys.grade),
    )


def _wrong(book: Rulebook, keys: ScoringKeys, forms: PackForms) -> Iterator[Mistake]:
    """Where the scoring names forms, fields or checks that are not there."""
    for n, figure in enumerate(keys.figure):
        for key, words in (
            ("value", names(parse_expression(figure.value)) if figure.value else []),
            ("declared", [figure.declared] if figure.declared else []),
        ):
            for word in words:
                if not is_word(word, "", forms):
                    said = f"重算指标“{figure.name}”：“{word}”不是表里的项目或栏目"
                    yield Mistake(("figure", n, key), said)
    for place in ("whole", "rating", "project", "monitoring"):
        of = getattr(keys, place)
        if of is not None and of.form not in forms.forms:
            yield Mistake((place, "form"), f"没有“{of.form}”这张表，有的是 {'、'.join(forms.forms)}")
        elif isinstance(of, FormScoreKeys):
            yield from _wrong_form(of, place, forms)
            yield from _no_checks(book, of.doubtful, (place, "doubtful"))
    if keys.monitoring and keys.monitoring.progress:
        yield from _no_checks(book, (keys.monitoring.progress,), ("monitoring",))


def _wrong_form(keys: FormScoreKeys, place: str, forms: PackForms) -> Iterator[Mistake]:
    """Where a form's scores are said to stand in fields it has not."""
    fields: list[tuple[Where, str]] = [
        ((key,), getattr(keys, key)) for key in ("total", "column", "points", "target", "actual")
    ]
    if keys.execution:
        at = "execution"
        fields += [((at, "rate"), word) for word in names(parse_expression(keys.execution.rate))]
        fields += [((at, "points"), keys.execution.points), ((at, "score"), keys.execution.score)]
    for where, word in fields:
        if word and not is_word(f"{keys.form}.{word}", "", forms):
            yield Mistake((place, *where), f"“{word}”不是{keys.form}的项目或栏目")


def _no_checks(book: Rulebook, checks: Iterable[str], where: Where) -> Iterator[Mistake]:
    """Checks that are not there."""
    for n, check in enumerate(checks):
        if check not in book.checks:
            yield Mistake((*where, n), f"没有编号为 {check} 的检查")


def _figure(keys: FigureKeys) -> FigureRule:
    value = parse_expression(keys.value) if keys.value else None
    return FigureRule(keys.name, value, keys.missing, keys.declared, keys.indicator, keys.note, keys.basis)


def _form(keys: FormScoreKeys) -> FormRule:
    execution = keys.execution
    return FormRule(
        form=keys.form,
        total=keys.total.partition(".")[2],
        column=keys.column,
        points=keys.points,
        target=keys.target,
        actual=keys.actual,
        basis=keys.basis,
        execution=ExecutionRule(
            execution.label, parse_expression(execution.rate), execution.points, execution.score
        )
        if execution
        else None,
        by_formula=keys.by_formula,
        doubtful=frozenset(keys.doubtful),
    )


def _monitoring(book: Rulebook, keys: MonitoringKeys) -> MonitoringRule:
    single = keys.indicators
    thresholds = book.checks[keys.progress].data.get("thresholds", {}) if keys.progress else {}
    return MonitoringRule(
        form=keys.form,
        money=LightRule(number_of(book, keys.red_below), number_of(book, keys.green_from)),
        progress={name: number_of(book, number) for name, number in thresholds.items()},
        gap=number_of(book, keys.gap),
        indicators=_light(book, single) if single and single.use else None,
    )


def _light(book: Rulebook, keys: IndicatorLightKeys) -> LightRule:
    return LightRule(
        red_below=number_of(book, keys.red_below),
        green_from=number_of(book, keys.green_from),
        blue_from=None if keys.blue_from is None else number_of(book, keys.blue_from),
        within=keys.within,
    )


def _quality(book: Rulebook, keys: QualityKeys) -> QualityRule:
    def optional(value: str | float | None) -> Decimal | None:
        return None if value is None else number_of(book, value)

    return QualityRule(
        tuple(
            DimensionRule(
                one.name, number_of(book, one.points), optional(one.late_day), optional(one.returned)
            )
            for one in keys.dimension
        ),
        tuple(
            DeductRule(
                one.dimension,
                number_of(book, one.points),
                frozenset(one.checks),
                frozenset(one.categories),
                frozenset(one.severities),
            )
            for one in keys.deduct
        ),
    )
