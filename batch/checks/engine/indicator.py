"""An indicator as checks see it: target, actual value, points, score."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import Passed
from batch.checks.engine.form_words import item_label
from batch.checks.engine.reads import ANYBODY, Reader
from batch.forms.read.measured import parsed
from batch.forms.read.quantities import Parsed
from batch.forms.read.target_comparison import comparable, meets
from batch.model.form import FILLED, Item, Table, Value

#: where each form keeps what was reached
ACTUAL = {"监控表": "期间执行情况", "项目自评表": "完成值", "整体自评表": "完成值"}
_TARGET, _POINTS, _SCORE = "年度指标值", "分值", "得分"
#: where a reason for a deviation is given
_REASONS = ("偏差原因", "原因说明")


class Indicator:
    """One row of a form's repeating table, with what most checks ask of it.

    They are some twenty: it is worked out when the row is made, once for all, see `Fields.indicators`.
    A column that the check at work (`reader`) does not declare is refused, see `reads`; what messages mention
    of every indicator (`words`) is not.
    """

    __slots__ = (
        "_actual",
        "_is_judged",
        "_met",
        "_parsed",
        "_points",
        "_reader",
        "_score",
        "_target",
        "_texts",
        "is_satisfaction",
        "item",
        "kind",
        "label",
        "passed",
        "table",
    )

    def __init__(self, table: Table, item: Item, reader: Reader = ANYBODY) -> None:
        self.table = table
        self.item = item
        self._reader = reader
        #: how messages call it
        self.label = item_label(item)
        #: what a check says of it that finds nothing wrong
        self.passed = Passed(self.label, table.form)
        #: the 二级 heading, normalised: 数量指标, 经济效益指标, …
        self.kind = item.path[1] if len(item.path) > 1 else ""
        self._target = self._filled(_TARGET)
        self._actual = self._filled(ACTUAL.get(table.form, ""))
        self._points = self._filled(_POINTS)
        self._score = self._filled(_SCORE)
        #: whether it is about satisfaction
        self.is_satisfaction = "满意" in "/".join(item.path[:2])
        self._parsed: tuple[Parsed, Parsed] | None = None
        #: whether the one meets the other, once somebody asked
        self._is_judged = False
        self._met: bool | None = None
        #: what its cells say, as far as somebody asked
        self._texts: dict[str, str] = {}

    @property
    def name(self) -> str:
        """Identity without row numbers."""
        return "/".join(self.item.path)

    @property
    def target(self) -> Value | None:
        """年度指标值."""
        self._reader.ask(_TARGET)
        return self._target

    @property
    def actual(self) -> Value | None:
        """What was reached, whatever the form calls it; None on a form without such a column."""
        if column := ACTUAL.get(self.table.form):
            self._reader.ask(column)
        return self._actual

    def cell(self, column: str) -> Value | None:
        """A cell of the row, filled in or not; None where the sheet has no such column."""
        self._reader.ask(column)
        return self.item.values.get(column)

    def value(self, column: str) -> Value | None:
        """A filled-in cell of the row; None when it is blank or missing."""
        self._reader.ask(column)
        value = self.item.values.get(column)
        return value if value is not None and value.state is FILLED else None

    def _filled(self, column: str) -> Value | None:
        value = self.item.values.get(column)
        return value if value is not None and value.state is FILLED else None

    def text(self, column: str) -> str:
        """A cell as filled in, on one line; "" when blank."""
        self._reader.ask(column)
        known = self._texts.get(column)
        if known is None:
            value = self._filled(column)
            known = self._texts[column] = as_filled(value) if value else ""
        return known

    @property
    def points(self) -> Decimal | None:
        """分值."""
        self._reader.ask(_POINTS)
        return self._points.number if self._points else None

    @property
    def score(self) -> Decimal | None:
        """得分."""
        self._reader.ask(_SCORE)
        return self._score.number if self._score else None

    @property
    def is_explained(self) -> bool:
        """Whether a reason for a deviation is given."""
        return any(self.text(column) for column in _REASONS if column in self.item.values)

    def parsed(self) -> tuple[Parsed, Parsed] | None:
        """Target and actual value as read, when both are filled in."""
        target, actual = self.target, self.actual
        if self._parsed is None and target is not None and actual is not None:
            read = parsed(actual)
            self._parsed = wanted(target, self.kind, read), read
        return self._parsed

    def met(self) -> bool | None:
        """Whether the target was reached; None when it cannot be said."""
        pair = self.parsed()
        if pair is not None and not self._is_judged:
            self._is_judged, self._met = True, meets(*pair)
        return self._met

    def words(self, **more: str) -> dict[str, str]:
        """What messages about it mention."""
        told = {
            "指标值": self._target,
            "完成值": self._actual,
            "得分": self._score,
            "分": self._points,
        }
        return {
            "指标": self.label,
            **{slot: as_filled(value) if value else "空" for slot, value in told.items()},
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
