"""项目自评汇总: one row per 项目自评表."""

from __future__ import annotations

from collections.abc import Iterator

from batch.outputs.facts import ProjectFacts
from batch.outputs.sheet import Column, Ratio, Rollup, Table

NAME = "项目自评汇总"
#: number, unit, project
_Row = tuple[int, str, ProjectFacts]

_COLUMNS: list[Column[_Row]] = [
    Column("序号", 5, "center", lambda r: r[0]),
    Column("单位", 22, "wrap", lambda r: r[1]),
    Column("项目", 32, "wrap", lambda r: r[2].project or "（未填项目名称）"),
    Column("年初预算", 12, "money", lambda r: r[2].budget_initial, "项目资金", "sum"),
    Column("全年预算", 12, "money", lambda r: r[2].budget, "项目资金", "sum", "budget"),
    Column("全年执行", 12, "money", lambda r: r[2].spent, "项目资金", "sum", "spent"),
    Column("填报执行率", 11.5, "rate", lambda r: r[2].rate_filled, "项目资金"),
    Column("重算执行率", 11.5, "rate", lambda r: r[2].rate, "项目资金", Ratio("spent", "budget")),
    Column("填报总分", 9.5, "score", lambda r: r[2].score, "自评得分", "mean"),
    Column("按项加总", 9.5, "score", lambda r: r[2].score_sum, "自评得分", "mean"),
    Column(
        "差", 8, "score", lambda r: r[2].score_difference, "自评得分",
        mark=lambda r: "alert" if r[2].score_difference else "",
    ),
    Column("目标", 15, "wrap", lambda r: r[2].satisfaction_target, "满意度"),
    Column("实际", 15, "wrap", lambda r: r[2].satisfaction, "满意度"),
    Column("扣分", 7, "count", lambda r: r[2].reduced, "指标（项）", "sum"),
    Column(
        "其中未说明", 11.5, "count", lambda r: r[2].unexplained, "指标（项）", "sum",
        mark=lambda r: "alert" if r[2].unexplained else "",
    ),
]  # fmt: skip
_NOTE = (
    "说明：金额单位为万元。重算执行率＝全年执行÷全年预算；按项加总＝各项指标得分与预算执行得分之和，"
    "与填报总分不同的标色。合计行中得分为简单平均；比率只按分子、分母都有数的项目计算。"
)


def write(rollup: Rollup) -> None:
    """Add 项目自评汇总."""
    source: Column[_Row] = Column(
        "来源表页", 16, "wrap", lambda r: r[2].sheet,
        link=lambda r: rollup.link_to_copy(r[1], r[2].file, r[2].sheet),
    )  # fmt: skip
    table = Table(
        rollup,
        rollup.add_sheet(NAME, "70AD47"),
        f"{rollup.head.year}年度项目支出绩效自评汇总表",
        [*_COLUMNS, source],
        frozen=3,
        empty="本批次没有项目支出绩效自评表",
    )
    table.write(_rows(rollup), [_NOTE])


def _rows(rollup: Rollup) -> Iterator[_Row]:
    number = 0
    for unit in rollup.facts:
        for project in unit.projects:
            number += 1
            yield number, unit.unit, project
