"""The keys of scoring.toml, read once for marking and scoring, and what they must keep to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, field

from batch.checks.engine.check_keys import CheckId
from batch.config.entries import RuleMistakes
from batch.config.expression import ExpressionError, parse_expression
from batch.config.rulebook import SCORING, Rulebook
from batch.config.schema import Keys, Mistake, Words, values_of
from batch.config.toml_text import Where
from batch.model.status import Severity

#: a number, or the threshold of a check: so that a bureau that changes it changes check and score together
Score = Annotated[
    int
    | Annotated[str, Meta(pattern=r"^(-?\d+(\.\d+)?|[A-Z]\d{3}\..+)$")]
    | Annotated[float, Meta(ge=-1e15, le=1e15)],
    Meta(description='一个数，或“检查编号.界限名称”，例如 "X317.上限率"'),
]
#: an expression in the language of the ties; "" for none
Formula = Annotated[str, Meta(description="引号里的算式")]


class BandKeys(Keys):
    """[[formulas.band]]: a judgement and the shares of the points it allows."""

    word: Words
    start: Score = field(name="from")
    to: Score
    closed: bool = False


class FormulasKeys(Keys):
    """[formulas]"""

    reverse_formula: Literal["linear_2A", "ratio_A_over_B"] = "linear_2A"
    overshoot: Literal["full", "deviation", "ask"] = "full"
    overshoot_above: Score = "1.30"
    band: tuple[BandKeys, ...] = ()


class FigureKeys(Keys):
    """[[figure]]"""

    name: Words
    value: Formula = ""
    missing: str = ""
    declared: str = ""
    indicator: str = ""
    note: str = ""
    basis: str = ""


class StepKeys(Keys):
    """An entry of a metric's bands: up to this rate, this share of the points."""

    to: Score
    share: Score


class MetricKeys(Keys):
    """[[metric]]"""

    name: Words
    rule: Literal["分档", "扣分", "反向", "双向", "指标值"]
    figure: str = ""
    indicator: str = ""
    points: Score | None = None
    bands: tuple[StepKeys, ...] = ()
    at_least: Score | None = None
    at_most: Score | None = None
    step: Score = 1
    deduct: Score = 1
    of: Score = 1
    whole_steps: bool = True
    basis: str = ""
    note: str = ""


class ExecutionKeys(Keys):
    """[project.execution]"""

    label: Words
    rate: Formula
    points: Words
    score: Words


class FormScoreKeys(Keys):
    """[whole], [rating] and [project]"""

    form: Words
    total: Words
    column: Words
    points: Words
    target: str
    actual: str
    basis: str = ""
    execution: ExecutionKeys | None = None
    by_formula: bool = True
    doubtful: tuple[str, ...] = ()


class IndicatorLightKeys(Keys):
    """[monitoring.indicators]"""

    red_below: Score
    green_from: Score
    use: bool = False
    blue_from: Score | None = None
    within: tuple[str, ...] = ()


class MonitoringKeys(Keys):
    """[monitoring]"""

    form: Words
    red_below: Score
    green_from: Score
    gap: Score
    progress: str = ""
    indicators: IndicatorLightKeys | None = None


class DimensionKeys(Keys):
    """[[quality.dimension]]"""

    name: Words
    points: Score
    late_day: Score | None = None
    returned: Score | None = None


class DeductKeys(Keys):
    """[[quality.deduct]]"""

    dimension: Words
    points: Score
    #: also checks of packs that extend this one
    checks: tuple[CheckId, ...] = ()
    categories: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()


class QualityKeys(Keys):
    """[quality]"""

    dimension: tuple[DimensionKeys, ...] = ()
    deduct: tuple[DeductKeys, ...] = ()


class GradeKeys(Keys):
    """[[grade]]"""

    name: Words
    lowest: Score = field(name="from")


class ScoringKeys(Keys):
    """scoring.toml"""

    figure: tuple[FigureKeys, ...] = ()
    formulas: FormulasKeys = field(default_factory=FormulasKeys)
    metric: tuple[MetricKeys, ...] = ()
    whole: FormScoreKeys | None = None
    rating: FormScoreKeys | None = None
    project: FormScoreKeys | None = None
    monitoring: MonitoringKeys | None = None
    quality: QualityKeys | None = None
    grade: tuple[GradeKeys, ...] = ()


def scoring_keys(book: Rulebook, noted: RuleMistakes) -> ScoringKeys:
    """What scoring.toml says. Mistakes are noted, and what they stand in is left out."""
    keys = book.tables(SCORING, ScoringKeys, noted)
    found = list(_unresolved(book, keys)) or list(_wrong(book, keys))
    for wrong in found:
        noted.found += book.error(SCORING, wrong.where, wrong.message).mistakes
    return ScoringKeys() if found else keys


def number_of(book: Rulebook, value: str | float) -> Decimal:
    """A number as written, or the threshold of a check it names. Raises RulebookError."""
    check, _, name = str(value).partition(".")
    entry = book.checks.get(check)
    if entry is None:
        return Decimal(str(value))
    number = entry.data["thresholds"][name]
    try:
        return Decimal(str(number))
    except InvalidOperation as error:
        said = f"检查 {check}：“{name}”应为一个数，现为“{number}”"
        raise entry.error(said, "thresholds", name) from error


def _unresolved(book: Rulebook, keys: ScoringKeys) -> Iterator[Mistake]:
    """Numbers that name a check or a threshold there is not, and formulas that cannot be read."""
    for where, value in values_of(keys, Score):
        check, _, name = str(value).partition(".")
        if check[:1].isalpha() and check not in book.checks:
            yield Mistake(where, f"没有编号为 {check} 的检查")
        elif check in book.checks and name not in (book.checks[check].data.get("thresholds") or {}):
            yield Mistake(where, f"检查 {check} 没有界限“{name}”")
    for where, text in values_of(keys, Formula):
        try:
            _ = parse_expression(text) if text else None
        except ExpressionError as error:
            yield Mistake(where, str(error))


def _wrong(book: Rulebook, keys: ScoringKeys) -> Iterator[Mistake]:
    figures = {figure.name for figure in keys.figure}
    for n, figure in enumerate(keys.figure):
        if bool(figure.value) == bool(figure.missing):
            said = f"重算指标“{figure.name}”要写算式（value），或写明缺什么数（missing）"
            yield Mistake(("figure", n), said)
    for n, metric in enumerate(keys.metric):
        if (metric.figure or metric.name) not in figures:
            said = f"指标“{metric.name}”用到的重算指标“{metric.figure or metric.name}”没有写（[[figure]]）"
            yield Mistake(("metric", n, "figure"), said)
        yield from _wrong_numbers(book, metric, ("metric", n))
    lowest = [number_of(book, grade.lowest) for grade in keys.grade]
    for n, (above, here) in enumerate(pairwise(lowest), 1):
        if here > above:
            listed = "、".join(f"{grade.name} {grade.lowest}" for grade in keys.grade)
            yield Mistake(("grade", n, "from"), f"等级的分数线要从高到低，现为：{listed}")
    named = {dimension.name for dimension in keys.quality.dimension} if keys.quality else set()
    for n, deduct in enumerate(keys.quality.deduct if keys.quality else ()):
        if deduct.dimension not in named:
            yield Mistake(
                ("quality", "deduct", n, "dimension"), f"自评质量评分没有“{deduct.dimension}”这一项"
            )


def _wrong_numbers(book: Rulebook, metric: MetricKeys, where: Where) -> Iterator[Mistake]:
    bands = [number_of(book, band.to) for band in metric.bands]
    if metric.rule == "分档" and (not bands or bands != sorted(bands)):
        yield Mistake((*where, "bands"), f"指标“{metric.name}”的 bands 要从低到高写出各档")
    for key, value in (("step", metric.step), ("of", metric.of)):
        if number_of(book, value) <= 0:
            yield Mistake((*where, key), f"指标“{metric.name}”的 {key} 应大于0，现为“{value}”")
