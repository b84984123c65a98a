"""The pack's scoring.toml as objects: read and checked once, when the pack loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from batch.checks.engine.catalogue import Check, is_word
from batch.checks.engine.marking import Marking, marking_of, node_of, number_of
from batch.config.expression import Node, names
from batch.config.rulebook import SCORING as _FILE
from batch.config.rulebook import Rulebook, RulebookError
from batch.forms.spec.spec import PackForms
from batch.model.status import IN_FORCE, Severity

#: names resolve exactly as they do in a check that looks at the whole submission
WHOLE = Check("", "", Severity.HINT, IN_FORCE, "", "", "", each="单位")


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


def scoring_rules(book: Rulebook, forms: PackForms) -> ScoringRules:
    """The rulebook's scoring. Raises RulebookError for a word, number or option that means nothing."""
    try:
        return _rules(book, forms)
    except KeyError as error:
        raise RulebookError(_FILE, 0, f"缺少“{error.args[0]}”") from error


def _rules(book: Rulebook, forms: PackForms) -> ScoringRules:
    data = book.scoring
    rules = ScoringRules(
        figures=tuple(_figure(d) for d in data.get("figure", ())),
        marking=marking_of(book),
        wholes=tuple(_form(data[key], forms) for key in ("whole", "rating") if key in data),
        project=_form(data["project"], forms) if "project" in data else None,
        monitoring=_monitoring(book, data["monitoring"]) if "monitoring" in data else None,
        quality=_quality(book, data["quality"]) if "quality" in data else None,
        grades=tuple((g["name"], number_of(book, g["from"])) for g in data.get("grade", ())),
    )
    lowest = [number for _, number in rules.grades]
    if lowest != sorted(lowest, reverse=True):
        told = "、".join(f"{name} {number}" for name, number in rules.grades)
        raise RulebookError(_FILE, 0, f"等级的分数线要从高到低，现为：{told}")
    for figure in rules.figures:
        for word in (*(names(figure.value) if figure.value else ()), *filter(None, [figure.declared])):
            if not is_word(word, WHOLE, forms):
                raise RulebookError(_FILE, 0, f"重算指标“{figure.name}”：“{word}”不是表里的项目或栏目")
    return rules


def _figure(data: Mapping[str, Any]) -> FigureRule:
    name, value, missing = data["name"], node_of(data.get("value", "")), data.get("missing", "")
    if (value is None) == (not missing):
        raise RulebookError(_FILE, 0, f"重算指标“{name}”要写算式（value），或写明缺什么数（missing）")
    declared, indicator = data.get("declared", ""), data.get("indicator", "")
    return FigureRule(name, value, missing, declared, indicator, data.get("note", ""), data.get("basis", ""))


def _form(data: Mapping[str, Any], forms: PackForms) -> FormRule:
    form, execution = data["form"], data.get("execution")
    if form not in forms.forms:
        raise RulebookError(_FILE, 0, f"没有“{form}”这张表，有的是 {'、'.join(forms.forms)}")
    rate = node_of(execution["rate"]) if execution else None
    if execution and rate is not None:
        for word in (*names(rate), execution["points"], execution["score"]):
            if not is_word(f"{form}.{word}", WHOLE, forms):
                raise RulebookError(_FILE, 0, f"“{word}”不是{form}的项目或栏目")
    return FormRule(
        form=form,
        total=data["total"].partition(".")[2],
        column=data["column"],
        points=data["points"],
        target=data["target"],
        actual=data["actual"],
        basis=data.get("basis", ""),
        execution=ExecutionRule(execution["label"], rate, execution["points"], execution["score"])
        if execution and rate is not None
        else None,
        by_formula=bool(data.get("by_formula", True)),
        doubtful=frozenset(data.get("doubtful", ())),
    )


def _monitoring(book: Rulebook, data: Mapping[str, Any]) -> MonitoringRule:
    single = data.get("indicators", {})
    thresholds = book.checks[data["progress"]].data.get("thresholds", {}) if data.get("progress") else {}
    return MonitoringRule(
        form=data["form"],
        money=_light(book, data),
        progress={name: number_of(book, number) for name, number in thresholds.items()},
        gap=number_of(book, data["gap"]),
        indicators=_light(book, single) if single.get("use") else None,
    )


def _light(book: Rulebook, data: Mapping[str, Any]) -> LightRule:
    return LightRule(
        red_below=number_of(book, data["red_below"]),
        green_from=number_of(book, data["green_from"]),
        blue_from=number_of(book, data["blue_from"]) if "blue_from" in data else None,
        within=tuple(data.get("within", ())),
    )


def _quality(book: Rulebook, data: Mapping[str, Any]) -> QualityRule:
    dimensions = tuple(
        DimensionRule(
            d["name"],
            number_of(book, d["points"]),
            number_of(book, d["late_day"]) if "late_day" in d else None,
            number_of(book, d["returned"]) if "returned" in d else None,
        )
        for d in data.get("dimension", ())
    )
    known = {d.name for d in dimensions}
    deductions = []
    for d in data.get("deduct", ()):
        if d["dimension"] not in known:
            raise RulebookError(_FILE, 0, f"自评质量评分没有“{d['dimension']}”这一项")
        deductions.append(
            DeductRule(
                d["dimension"],
                number_of(book, d["points"]),
                frozenset(d.get("checks", ())),
                frozenset(d.get("categories", ())),
                frozenset(_severity(word) for word in d.get("severities", ())),
            )
        )
    return QualityRule(dimensions, tuple(deductions))


def _severity(word: str) -> Severity:
    try:
        return Severity(word)
    except ValueError as error:
        raise RulebookError(_FILE, 0, f"级别“{word}”只能是错误、核实、提示") from error
