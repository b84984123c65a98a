"""Indicators as the checks speak of them: target, actual value, points, and what the row is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from batch.checks.amount import as_filled
from batch.checks.registry import Run
from batch.checks.scope import item_label
from batch.forms.comparing import comparable, meets
from batch.forms.values import Parsed, parse_value
from batch.model.form import Item, Table, Value
from batch.model.record import record

#: where each form keeps what was reached
ACTUAL = {"监控表": "期间执行情况", "项目自评表": "完成值", "整体自评表": "完成值"}


@record(frozen=True, slots=True)
class Indicator:
    """One row of a form's repeating table."""

    table: Table
    item: Item

    @property
    def label(self) -> str:
        """How messages call it."""
        return item_label(self.item)

    @property
    def name(self) -> str:
        """Identity without row numbers."""
        return "/".join(self.item.path)

    def value(self, column: str) -> Value | None:
        """A filled-in cell of the row; None when it is blank or missing."""
        value = self.item.values.get(column)
        return value if value is not None and value.is_filled else None

    def text(self, column: str) -> str:
        """A cell as filled in, on one line; "" when blank."""
        value = self.value(column)
        return as_filled(value) if value else ""

    @property
    def target(self) -> Value | None:
        """年度指标值."""
        return self.value("年度指标值")

    @property
    def actual(self) -> Value | None:
        """What was reached, whatever the form calls it."""
        return self.value(ACTUAL[self.table.form])

    @property
    def points(self) -> Decimal | None:
        """分值."""
        value = self.value("分值")
        return value.number if value else None

    @property
    def score(self) -> Decimal | None:
        """得分."""
        value = self.value("得分")
        return value.number if value else None

    @property
    def is_explained(self) -> bool:
        """Whether a reason for a deviation is given."""
        return bool(self.text("偏差原因") or self.text("原因说明"))

    @property
    def kind(self) -> str:
        """The 二级 heading, normalised: 数量指标, 经济效益指标, …"""
        return self.item.path[1] if len(self.item.path) > 1 else ""

    @property
    def is_satisfaction(self) -> bool:
        """Whether it is about satisfaction."""
        return any("满意" in part for part in self.item.path[:2])

    def parsed(self) -> tuple[Parsed, Parsed] | None:
        """Target and actual value as read, when both are filled in."""
        if self.target is None or self.actual is None:
            return None
        actual = parse_value(self.actual.raw)
        return wanted(self.target, self.kind, actual), actual

    def met(self) -> bool | None:
        """Whether the target was reached; None when it cannot be said."""
        pair = self.parsed()
        return meets(*pair) if pair else None

    def words(self, **more: str) -> dict[str, str]:
        """What messages about it mention."""
        actual = self.actual
        return {
            "指标": self.label,
            "指标值": self.text("年度指标值") or "空",
            "完成值": as_filled(actual) if actual else "空",
            "得分": self.text("得分") or "空",
            "分": self.text("分值") or "空",
            **more,
        }


def wanted(target: Value, kind: str, actual: Parsed) -> Parsed:
    """A target as it is meant, `kind` that of the indicator: to cost less than a bare cost is no lack.

    A bare figure that was passed stays what it was: some costs are savings.
    """
    read = parse_value(target.raw)
    if "成本" not in kind or read.op or read.upper is not None or not comparable(read, actual):
        return read
    limit = replace(read, op="≤")
    return limit if meets(limit, actual) else read


def indicators(run: Run, *forms: str) -> Iterator[Indicator]:
    """Every indicator of these forms, table by table; all forms with indicators when none is named."""
    for form in forms or ACTUAL:
        for table in run.submission.of(form):
            for item in table.items:
                yield Indicator(table, item)


def failed(run: Run, indicator: Indicator, column: str, words: dict[str, str], *others: str) -> None:
    """Report an indicator at one of its cells; `others` are columns that take part."""
    related = [v for name in others if (v := indicator.item.values.get(name)) is not None]
    cell = indicator.item.values.get(column)
    name = f"{indicator.name}.{column}"
    run.report.failed(indicator.label, indicator.table, cell, name, words, related=related)
