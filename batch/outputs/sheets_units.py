"""单位总表: one row per unit, totals below, then the files nothing could be made of."""

from __future__ import annotations

from batch.outputs.facts import UnitFacts
from batch.outputs.sheet import Column, Ratio, Rollup, Table

NAME = "单位总表"
#: row of the first unit, as Excel counts
FIRST_ROW = 5
#: number, unit
_Row = tuple[int, UnitFacts]


def _differs(row: _Row) -> str:
    unit = row[1]
    return "alert" if unit.score is not None and unit.score_sum not in (None, unit.score) else ""


_COLUMNS: list[Column[_Row]] = [
    Column("编制", 5.5, "count", lambda r: r[1].posts, "人员（人）", "sum", "posts"),
    Column("在职", 5.5, "count", lambda r: r[1].staff, "人员（人）", "sum", "staff"),
    Column("填报\n控制率", 8, "rate", lambda r: r[1].staff_rate_filled, "人员（人）"),
    Column("重算\n控制率", 8, "rate", lambda r: r[1].staff_rate, "人员（人）", Ratio("staff", "posts")),
    Column("上年决算", 9, "money", lambda r: r[1].total_before, "整体支出", "sum"),
    Column("年初预算", 9, "money", lambda r: r[1].total_budget, "整体支出", "sum", "budget"),
    Column("本年决算", 9, "money", lambda r: r[1].total_spent, "整体支出", "sum", "spent"),
    Column(
        "预算\n调整率",
        8.5,
        "rate",
        lambda r: r[1].adjustment_rate,
        "整体支出",
        Ratio("spent", "budget", True),
    ),
    Column("全年预算", 9, "money", lambda r: r[1].funds_budget, "整体自评表", "sum", "funds"),
    Column("全年执行", 9, "money", lambda r: r[1].funds_spent, "整体自评表", "sum", "used"),
    Column("重算\n执行率", 8, "rate", lambda r: r[1].funds_rate, "整体自评表", Ratio("used", "funds")),
    Column("基本支出\n执行", 9, "money", lambda r: r[1].basic_spent, "整体自评表", "sum"),
    Column("预算", 9, "money", lambda r: r[1].project_budget, "项目支出", "sum"),
    Column("决算", 9, "money", lambda r: r[1].project_spent, "项目支出", "sum"),
    Column("上年", 7, "money", lambda r: r[1].official_before, "三公经费", "sum"),
    Column("预算", 7, "money", lambda r: r[1].official_budget, "三公经费", "sum", "official budget"),
    Column("决算", 7, "money", lambda r: r[1].official_spent, "三公经费", "sum", "official"),
    Column(
        "控制率", 8, "rate", lambda r: r[1].official_rate, "三公经费", Ratio("official", "official budget")
    ),
    Column("预算", 9, "money", lambda r: r[1].running_budget, "公用经费", "sum", "running budget"),
    Column("决算", 9, "money", lambda r: r[1].running_spent, "公用经费", "sum", "running"),
    Column("控制率", 8, "rate", lambda r: r[1].running_rate, "公用经费", Ratio("running", "running budget")),
    Column("预算", 9, "money", lambda r: r[1].purchase_budget, "政府采购", "sum"),
    Column("决算", 9, "money", lambda r: r[1].purchase_spent, "政府采购", "sum"),
    Column("填报\n总分", 6.5, "score", lambda r: r[1].score, "自评得分", "mean"),
    Column("按项\n加总", 6.5, "score", lambda r: r[1].score_sum, "自评得分", "mean", mark=_differs),
    Column("错误", 4.5, "count", lambda r: r[1].errors, "问题（项）", "sum"),
    Column("核实", 4.5, "count", lambda r: r[1].warnings, "问题（项）", "sum"),
    Column("提示", 4.5, "count", lambda r: r[1].hints, "问题（项）", "sum"),
]
_NOTE = (
    "说明：金额单位为万元，“整体自评表”以元填报的已折算。空格表示未填、填错或无法读取，不按0计算。"
    "合计行中得分为各单位简单平均；比率只按分子、分母都有数的单位计算。"
)


def write(rollup: Rollup) -> None:
    """Add 单位总表."""
    sheet = rollup.add_sheet(NAME, "2F5597")
    head: list[Column[_Row]] = [
        Column("序号", 4.5, "center", lambda r: r[0]),
        Column("单位", 20, "wrap", lambda r: r[1].unit),
        Column("单位\n编码", 8, "wrap", lambda r: r[1].code),
        Column("状态", 7.5, "center", lambda r: r[1].status, mark=lambda r: r[1].status),
    ]
    table = Table(
        rollup,
        sheet,
        f"{rollup.head.year}年度部门整体支出绩效自评单位总表",
        [*head, *_COLUMNS],
        empty="本批次没有收到可以处理的报表",
    )
    table.write(enumerate(rollup.facts, 1), [_NOTE, *_left_out(rollup)])


def _left_out(rollup: Rollup) -> list[str]:
    if not rollup.unprocessed:
        return []
    listed = [f"{n}. {file}：{reason}" for n, (file, reason) in enumerate(rollup.unprocessed, 1)]
    return [f"未处理的文件（{len(listed)}个）：", *listed]
