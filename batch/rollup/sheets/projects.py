"""项目自评汇总: one row per 项目自评表, those that score themselves too high first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import round_half_up
from batch.model.unit_facts import Number, ProjectFacts, UnitFacts
from batch.rollup.parts.columns import Column, project_name
from batch.rollup.parts.context import Rollup, RollupContent, link_to_copy
from batch.rollup.parts.differences import difference
from batch.rollup.parts.heaviest_first import heaviest_first
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.totals import Ratio

NAME = "项目自评汇总"
_NOTHING = Decimal(0)
#: number, unit, project
_Row = tuple[int, UnitFacts, ProjectFacts]


def _overrated(project: ProjectFacts) -> Number:
    """What the unit gave itself beyond what the rules give, over the indicators that can be recomputed."""
    return difference(project.recomputed_declared, project.recomputed)


def _too_much(project: ProjectFacts) -> Decimal:
    """The same where it is too much: a unit may well be stricter than the rules."""
    return max(_overrated(project) or _NOTHING, _NOTHING)


_COLUMNS: list[Column[_Row]] = [
    Column("序号", 5, "center", lambda r: r[0]),
    Column("单位", 24, "wrap", lambda r: r[1].unit),
    Column("项目", 26, "wrap", lambda r: project_name(r[2].project)),
    Column("年初预算", 12, "money", lambda r: r[2].budget_initial, "项目资金", "sum"),
    Column("全年预算", 12, "money", lambda r: r[2].budget, "项目资金", "sum", "budget"),
    Column("全年执行", 12, "money", lambda r: r[2].spent, "项目资金", "sum", "spent"),
    Column("填报\n执行率", 9, "rate", lambda r: r[2].rate_filled, "项目资金"),
    Column("重算\n执行率", 9, "rate", lambda r: r[2].rate, "项目资金", Ratio("spent", "budget")),
    Column("填报\n总分", 7.5, "score", lambda r: r[2].score, "自评得分", "mean"),
    Column("按项\n加总", 7.5, "score", lambda r: r[2].score_sum, "自评得分", "mean"),
    Column(
        "差", 7, "score", lambda r: r[2].score_difference, "自评得分",
        mark=lambda r: "alert" if r[2].score_difference else "",
    ),
    Column("等级", 6, "center", lambda r: r[2].grade, "自评得分"),
    Column("涉及\n分值", 7.5, "score", lambda r: r[2].recomputed_points, "按指标值与完成值重算"),
    Column("填报\n得分", 7.5, "score", lambda r: r[2].recomputed_declared, "按指标值与完成值重算"),
    Column("应得分", 7.5, "score", lambda r: r[2].recomputed, "按指标值与完成值重算"),
    Column(
        "差", 7, "score", lambda r: _overrated(r[2]), "按指标值与完成值重算",
        # points are given in tenths
        mark=lambda r: "alert" if round_half_up(_too_much(r[2]), 1) else "",
    ),
    Column("未评\n（项）", 6.5, "count", lambda r: r[2].not_scored, "按指标值与完成值重算"),
    Column("目标", 10, "wrap", lambda r: r[2].satisfaction_target, "满意度"),
    Column("实际", 10, "wrap", lambda r: r[2].satisfaction, "满意度"),
    Column("扣分", 7, "count", lambda r: r[2].reduced, "指标（项）", "sum"),
    Column(
        "其中\n未说明", 7, "count", lambda r: r[2].unexplained, "指标（项）", "sum",
        mark=lambda r: "alert" if r[2].unexplained else "",
    ),
]  # fmt: skip
_NOTE = (
    "说明：按多给的分从多到少，再按总分与加总之差、未说明的扣分排列；金额单位为万元。重算执行率＝全年执行÷全年预算；按项加总＝各项指标得分与预算执行得分之和，"
    "与填报总分不同的标色。应得分只算能按规则重算的指标，“填报得分”是单位给同样这些指标的分，"
    "不能重算的列为未评，不当0分。同一项目的表在一个单位出现多次的，只计第一份。合计行中得分为简单平均；比率只按分子、分母都有数的项目计算。"
)


def nothing(content: RollupContent) -> str:
    """Why there is nothing to show."""
    return "" if any(unit.projects for unit in content.facts) else "没有项目支出绩效自评表"


def write(rollup: Rollup) -> None:
    """Add 项目自评汇总."""
    # a name that is a link does not wrap in LibreOffice, and names of projects are long
    copy: Column[_Row] = Column(
        "批注件", 7, "center", lambda _: "打开",
        link=lambda r: link_to_copy(r[1], r[2].file, r[2].sheet),
    )  # fmt: skip
    table = SheetTable(
        rollup,
        rollup.page(NAME, "70AD47"),
        f"{rollup.head.year}年度项目支出绩效自评汇总表",
        [*_COLUMNS, copy],
        frozen=3,
    )
    table.write(_rows(rollup), [_NOTE])


def _rows(rollup: Rollup) -> Iterator[_Row]:
    return heaviest_first(rollup.facts, lambda unit: unit.projects, _weight)


def _weight(project: ProjectFacts) -> tuple[Decimal, Decimal, int]:
    return -_too_much(project), -abs(project.score_difference or _NOTHING), -project.unexplained
