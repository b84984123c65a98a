"""执行监控预警: one row per 监控表, with a light for the progress of the money and the amount at risk."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.model.scores import NOT_SCORED
from batch.model.unit_facts import MonitoringFacts, UnitFacts
from batch.rollup.parts.columns import Column, project_name
from batch.rollup.parts.context import Rollup, RollupContent, link_to_copy
from batch.rollup.parts.heaviest_first import heaviest_first
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.totals import Ratio

NAME = "执行监控预警"
#: lights in the order of the rows
_ORDER = ("红灯", "黄灯", NOT_SCORED)
#: number, unit, monitoring form
_Row = tuple[int, UnitFacts, MonitoringFacts]


def nothing(content: RollupContent) -> str:
    """Why there is nothing to show."""
    return "" if any(unit.monitoring for unit in content.facts) else "没有执行监控表"


def write(rollup: Rollup) -> None:
    """Add 执行监控预警: red before yellow, the most at risk first."""
    head = rollup.head
    first, last = head.period
    columns: list[Column[_Row]] = [
        Column("序号", 5, "center", lambda r: r[0]),
        Column("单位", 24, "wrap", lambda r: r[1].unit),
        Column("项目", 26, "wrap", lambda r: project_name(r[2].project)),
        Column("年初预算", 12, "money", lambda r: r[2].budget, "项目资金", "sum", "budget"),
        Column(f"{first}-{last}月\n执行", 12, "money", lambda r: r[2].spent, "项目资金", "sum", "spent"),
        Column("填报\n执行率", 9, "rate", lambda r: r[2].rate_filled, "项目资金"),
        Column("重算\n执行率", 9, "rate", lambda r: r[2].rate, "项目资金", Ratio("spent", "budget")),
        Column("期间\n阈值", 8, "rate", lambda r: r[2].limit, "预警"),
        Column("灯色", 7, "center", lambda r: r[2].light, "预警", mark=lambda r: r[2].light),
        Column("风险金额", 11, "money", lambda r: r[2].at_risk, "预警", "sum", name="风险金额", bar="F4B183"),
        Column("预警内容", 38, "wrap", lambda r: _words(r[2]), "预警"),
        Column("目标\n完成度", 9, "rate", lambda r: r[2].achieved, "双监控"),
        Column("与执行\n率差", 9, "rate", lambda r: r[2].gap, "双监控"),
        Column("确定能", 7, "count", lambda r: r[2].certain, "完成目标可能性（项）", "sum"),
        Column("有可能", 7, "count", lambda r: r[2].possible, "完成目标可能性（项）", "sum"),
        Column("完全\n不可能", 7.5, "count", lambda r: r[2].impossible, "完成目标可能性（项）", "sum"),
        Column("单位措施、备注", 24, "wrap", lambda r: r[2].remarks),
        # a name that is a link does not wrap in LibreOffice, and names of projects are long
        Column(
            "批注件", 7, "center", lambda _: "打开",
            link=lambda r: link_to_copy(r[1], r[2].file, r[2].sheet),
        ),
    ]  # fmt: skip
    note = (
        f"说明：红灯、黄灯在前，按风险金额从多到少；灯色按“重算执行率÷（{last}÷12）”和规则包的界限判断，没有执行率的为未评；风险金额为红灯、黄灯项目的年初预算"
        f"减{first}-{last}月执行，没有预警的为0；期间阈值为规则要求的最低执行率。目标完成度为以百分比填报的各指标"
        f"{first}-{last}月执行情况的平均数，单项最高按100%；同一项目的表在一个单位出现多次的，只计第一份；合计行比率只按分子、分母都有数的项目计算。"
    )
    table = SheetTable(
        rollup,
        rollup.page(NAME, "E6A23C"),
        f"{head.year}年度项目支出绩效目标执行监控预警表（{first}-{last}月）",
        columns,
        frozen=3,
    )
    table.write(_rows(rollup), [note])


def _words(form: MonitoringFacts) -> str:
    """What to look into, or why there is no light."""
    return "；".join(form.warnings) or ("" if form.light in ("绿灯", "蓝灯") else form.light_reason)


def _rows(rollup: Rollup) -> Iterator[_Row]:
    return heaviest_first(rollup.facts, lambda unit: unit.monitoring, _weight)


def _weight(form: MonitoringFacts) -> tuple[int, Decimal]:
    return _ORDER.index(form.light) if form.light in _ORDER else len(_ORDER), -(form.at_risk or Decimal(0))
