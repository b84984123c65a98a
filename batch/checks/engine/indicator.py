"""Indicators as the checks speak of them: target, actual value, points, and what the row is about."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from batch.checks.engine.amount import as_filled
from batch.checks.engine.places import item_label
from batch.forms.read.measured import parsed
from batch.forms.read.quantities import Parsed
from batch.forms.read.target_comparison import comparable, meets
from batch.model.form import FILLED, Item, Table, Value

#: where each form keeps what was reached
ACTUAL = {"监控表": "期间执行情况", "项目自评表": "完成值", "整体自评表": "完成值"}


class Indicator:
    """One row of a form's repeating table, with what most checks ask of it.

    They are some twenty: it is worked out when the row is made, once for all, see `Fields.indicators`.
    """

    __slots__ = ("_parsed", "actual", "item", "kind", "label", "table", "target")

    def __init__(self, table: Table, item: Item) -> None:
        self.table = table
        self.item = item
        #: how messages call it
        self.label = item_label(item)
        #: the 二级 heading, normalised: 数量指标, 经济效益指标, …
        self.kind = item.path[1] if len(item.path) > 1 else ""
        #: 年度指标值
        self.target = self.value("年度指标值")
        #: what was reached, whatever the form calls it
        self.actual = self.value(ACTUAL.get(table.form, ""))
        self._parsed: tuple[Parsed, Parsed] | None = None

    @property
    def name(self) -> str:
        """Identity without row numbers."""
        return "/".join(self.item.path)

    def value(self, column: str) -> Value | None:
        """A filled-in cell of the row; None when it is blank or missing."""
        value = self.item.values.get(column)
        return value if value is not None and value.state is FILLED else None

    def text(self, column: str) -> str:
        """A cell as filled in, on one line; "" when blank."""
        value = self.value(column)
        return as_filled(value) if value else ""

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
    def is_satisfaction(self) -> bool:
        """Whether it is about satisfaction."""
        return "满意" in "/".join(self.item.path[:2])

    def parsed(self) -> tuple[Parsed, Parsed] | None:
        """Target and actual value as read, when both are filled in."""
        if self._parsed is None and self.target is not None and self.actual is not None:
            actual = parsed(self.actual)
            self._parsed = wanted(self.target, self.kind, actual), actual
        return self._parsed

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
    read = parsed(target)
    if "成本" not in kind or read.op or read.upper is not None or not comparable(read, actual):
        return read
    limit = replace(read, op="≤")
    return limit if meets(limit, actual) else read
