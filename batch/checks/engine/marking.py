"""Scoring options of the pack: those of the formulas, and the metrics of a whole department with their rules.

Read once from `scoring.toml`. A number may be written as "X317.上限率", the threshold of a check, so that a
bureau that changes it in its own rule file changes check and score together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from batch.checks.engine.amount import Missing, show
from batch.checks.engine.formulas import (
    Band,
    Due,
    Formulas,
    downward,
    due_of,
    exactly,
    prorata,
)
from batch.checks.engine.scoring_keys import MetricKeys, number_of, scoring_keys
from batch.config.entries import RuleMistakes
from batch.config.expression import Node, names, parse_expression
from batch.config.rulebook import Rulebook
from batch.forms.read.quantities import Parsed

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate of the whole department and how it is scored."""

    name: str
    #: the figure that gives the rate
    figure: str
    rate: Node | None
    #: 分档: a share by band; 扣分: so much for each step beyond the limit; 反向: by the reverse formula;
    #: 双向: pro rata below the limit, by the reverse formula above; 指标值: against the row's own target
    rule: str
    #: the indicator by the name under which forms register it; "" when no form carries it
    indicator: str = ""
    #: where the form does not carry it; otherwise the form's own points count
    points: Decimal | None = None
    #: 分档: (highest rate, share of the points), lowest first; above the last nothing is left
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    #: 扣分, 反向, 双向: full marks between these
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    #: 扣分: `share` of the points is lost for each `step`, for whole steps only or in proportion
    step: Decimal = _ONE
    share: Decimal = _ONE
    whole_steps: bool = True
    basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Marking:
    """What checks and scoring need to know of the pack's scoring."""

    formulas: Formulas = field(default_factory=Formulas)
    metrics: tuple[Metric, ...] = ()

    def fields(self) -> Iterator[str]:
        """What the rates are worked out of."""
        for metric in self.metrics:
            yield from names(metric.rate) if metric.rate else ()

    def metric(self, indicator: str) -> Metric | None:
        """The metric behind a registered indicator of the form; None for "", the units' own indicators."""
        return next((m for m in self.metrics if m.indicator == indicator), None) if indicator else None


def marking_of(book: Rulebook, noted: RuleMistakes) -> Marking:
    """The pack's marking. Mistakes of scoring.toml are noted, and what they stand in is left out."""
    keys = scoring_keys(book, noted)

    def number(value: str | float) -> Decimal:
        return number_of(book, value)

    formulas = Formulas(
        reverse=keys.formulas.reverse_formula,
        overshoot=keys.formulas.overshoot,
        overshoot_above=number(keys.formulas.overshoot_above),
        bands=tuple(
            Band(band.word, number(band.start), number(band.to), band.closed) for band in keys.formulas.band
        ),
    )
    rates = {figure.name: parse_expression(figure.value) if figure.value else None for figure in keys.figure}
    return Marking(formulas, tuple(_metric(book, metric, rates) for metric in keys.metric))


def mark(
    metric: Metric, rate: Decimal, points: Decimal, by: Formulas, target: Parsed | None
) -> Due | Missing:
    """What a rate earns by the metric's rule. `rate` is a fraction; `target` is the row's own, for 指标值."""
    if metric.rule == "分档":
        return _by_bands(metric, rate, points)
    if metric.rule == "扣分":
        return _by_steps(metric, rate, points)
    if metric.rule == "指标值":
        if target is None:
            return Missing("年度指标值未填写")
        due = due_of(target, Parsed("percent", rate, unit="%"), points, by)
        return Missing("年度指标值不是可以比较的目标值") if isinstance(due, Missing) else due
    limit = metric.at_most if metric.at_most is not None else _ONE
    if metric.rule == "双向" and rate < limit:
        return exactly(
            prorata(rate / limit, points), "双向", f"{_rate(rate)}÷{_rate(limit)}×{_plain(points)}"
        )
    return downward(limit, rate, points, by, as_rate=True)


def _by_bands(metric: Metric, rate: Decimal, points: Decimal) -> Due:
    for to, share in metric.bands:
        if rate <= to:
            earned = "满分" if share == _ONE else f"{_plain(points)}分的{_rate(share)}"
            return exactly(prorata(share, points), "分档", f"{_rate(rate)}不高于{_rate(to)}，得{earned}")
    return exactly(Decimal(0), "分档", f"{_rate(rate)}高于{_rate(metric.bands[-1][0])}，得0分")


def _by_steps(metric: Metric, rate: Decimal, points: Decimal) -> Due:
    shown = _rate(rate)
    over, limit, word = Decimal(0), metric.at_most, "高于"
    if metric.at_most is not None and rate > metric.at_most:
        over = rate - metric.at_most
    elif metric.at_least is not None and rate < metric.at_least:
        over, limit, word = metric.at_least - rate, metric.at_least, "低于"
    if over == 0 or limit is None:
        return exactly(points, "扣分", f"{shown}在规定范围内，得满分")
    steps = over / metric.step
    if metric.whole_steps:
        steps = steps.to_integral_value(ROUND_FLOOR)
    score = prorata(_ONE - steps * metric.share, points)
    gap = _rate(over).replace("%", "个百分点")
    each = f"每{_plain(metric.step * 100)}个百分点扣{show(metric.share * points, '')}分"
    return exactly(score, "扣分", f"{shown}{word}{_rate(limit)}，相差{gap}，{each}，扣完为止")


def _metric(book: Rulebook, keys: MetricKeys, rates: Mapping[str, Node | None]) -> Metric:
    def optional(value: str | float | None) -> Decimal | None:
        return None if value is None else number_of(book, value)

    figure = keys.figure or keys.name
    return Metric(
        name=keys.name,
        figure=figure,
        rate=rates[figure],
        rule=keys.rule,
        indicator=keys.indicator,
        points=optional(keys.points),
        bands=tuple((number_of(book, band.to), number_of(book, band.share)) for band in keys.bands),
        at_least=optional(keys.at_least),
        at_most=optional(keys.at_most),
        step=number_of(book, keys.step),
        share=number_of(book, keys.deduct) / number_of(book, keys.of),
        whole_steps=keys.whole_steps,
        basis=keys.basis,
        note=keys.note,
    )


def _rate(number: Decimal) -> str:
    return show(number, "%").replace(".00%", "%")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
