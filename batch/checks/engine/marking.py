"""How the pack marks: the options of the formulas, and the metrics of a whole department with their rules.

Read once from `scoring.toml`. A number may be written as "X317.上限率": the threshold of a check, so that a
bureau that changes it in its own rule file changes check and score together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from batch.checks.engine.amount import Missing, show
from batch.checks.engine.formulas import (
    OVERSHOOT,
    REVERSE,
    Band,
    Due,
    Formulas,
    downward,
    due_of,
    exactly,
    prorata,
)
from batch.config.expression import ExpressionError, Node, parse
from batch.config.rulebook import SCORING as _FILE
from batch.config.rulebook import Rulebook, RulebookError
from batch.forms.read.quantities import Parsed

#: 分档: a share by band; 扣分: so much for each step beyond the limit; 反向: by the reverse formula;
#: 双向: pro rata below the limit, by the reverse formula above; 指标值: against the row's own target
RULES = ("分档", "扣分", "反向", "双向", "指标值")
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate of the whole department and how it is scored."""

    name: str
    #: the figure that gives the rate
    figure: str
    rate: Node | None
    #: one of RULES
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

    def metric(self, indicator: str) -> Metric | None:
        """The metric behind a registered indicator of the form; None for "", the units' own indicators."""
        return next((m for m in self.metrics if m.indicator == indicator), None) if indicator else None


def marking_of(book: Rulebook) -> Marking:
    """The pack's marking. Raises RulebookError for an unknown option, rule, figure or number."""
    try:
        return _marking(book)
    except KeyError as error:
        raise RulebookError(_FILE, 0, f"缺少“{error.args[0]}”") from error


def _marking(book: Rulebook) -> Marking:
    data = book.scoring.get("formulas", {})
    formulas = Formulas(
        reverse=_one_of(data.get("reverse_formula", REVERSE[0]), REVERSE, "reverse_formula"),
        overshoot=_one_of(data.get("overshoot", OVERSHOOT[0]), OVERSHOOT, "overshoot"),
        overshoot_above=number_of(book, data.get("overshoot_above", "1.30")),
        bands=tuple(
            Band(
                b["word"], number_of(book, b["from"]), number_of(book, b["to"]), bool(b.get("closed", False))
            )
            for b in data.get("band", ())
        ),
    )
    rates = {d["name"]: node_of(d.get("value", "")) for d in book.scoring.get("figure", ())}
    return Marking(formulas, tuple(_metric(book, d, rates) for d in book.scoring.get("metric", ())))


def node_of(text: str) -> Node | None:
    """An expression of scoring.toml; None for "". Raises RulebookError."""
    try:
        return parse(text) if text else None
    except ExpressionError as error:
        raise RulebookError(_FILE, 0, str(error)) from error


def number_of(book: Rulebook, text: Any) -> Decimal:
    """A number as written, or the threshold of a check it names. Raises RulebookError."""
    check, _, name = str(text).partition(".")
    entry = book.checks.get(check)
    if entry is not None:
        thresholds = entry.data.get("thresholds", {})
        if name not in thresholds:
            raise RulebookError(_FILE, 0, f"检查 {check} 没有界限“{name}”")
        text = thresholds[name]
    try:
        return Decimal(str(text))
    except InvalidOperation as error:
        raise RulebookError(_FILE, 0, f"“{text}”应为一个数，或“检查编号.界限名称”") from error


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


def _metric(book: Rulebook, data: Mapping[str, Any], rates: Mapping[str, Node | None]) -> Metric:
    name, figure = data["name"], data.get("figure", data["name"])
    if figure not in rates:
        raise RulebookError(_FILE, 0, f"指标“{name}”用到的重算指标“{figure}”没有写（[[figure]]）")
    rule = _one_of(data.get("rule", ""), RULES, f"指标“{name}”的 rule")
    bands = tuple((number_of(book, b["to"]), number_of(book, b["share"])) for b in data.get("bands", ()))
    if rule == "分档" and (not bands or list(bands) != sorted(bands, key=lambda band: band[0])):
        raise RulebookError(_FILE, 0, f"指标“{name}”的 bands 要从低到高写出各档")
    step = number_of(book, data.get("step", 1))
    if step <= 0:
        raise RulebookError(_FILE, 0, f"指标“{name}”的 step 应大于0，现为“{step}”")

    of = number_of(book, data.get("of", 1))
    if of <= 0:
        raise RulebookError(_FILE, 0, f"指标“{name}”的 of 应大于0，现为“{of}”")

    def optional(key: str) -> Decimal | None:
        return number_of(book, data[key]) if key in data else None

    return Metric(
        name=name,
        figure=figure,
        rate=rates[figure],
        rule=rule,
        indicator=data.get("indicator", ""),
        points=optional("points"),
        bands=bands,
        at_least=optional("at_least"),
        at_most=optional("at_most"),
        step=step,
        share=number_of(book, data.get("deduct", 1)) / of,
        whole_steps=bool(data.get("whole_steps", True)),
        basis=data.get("basis", ""),
        note=data.get("note", ""),
    )


def _one_of(word: str, allowed: tuple[str, ...], what: str) -> str:
    if word not in allowed:
        raise RulebookError(_FILE, 0, f"{what}“{word}”只能是 {'、'.join(allowed)}")
    return word


def _rate(number: Decimal) -> str:
    return show(number, "%").replace(".00%", "%")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
