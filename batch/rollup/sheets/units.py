"""单位总表: one row per unit, totals and subtotals by 主管部门 below, each with its check."""

from __future__ import annotations

from collections import Counter

from batch.model.status import SEVERITY_WORDS, Verdict
from batch.model.unit_facts import UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.totals import Ratio

NAME = "单位总表"
_ERROR, _WARNING, _HINT = SEVERITY_WORDS
#: row of the first unit, as Excel counts
FIRST_ROW = 5
#: the check that adds up every cell the units filled in
OWN_CHECK = "G802"
#: number, unit
_Row = tuple[int, UnitFacts]


def _differs(row: _Row) -> str:
    unit = row[1]
    return "alert" if unit.score is not None and unit.score_sum not in (None, unit.score) else ""


_HEAD: list[Column[_Row]] = [
    Column("序号", 4.5, "center", lambda r: r[0]),
    Column("单位", 24, "wrap", lambda r: r[1].unit),
]
_CODE: Column[_Row] = Column("单位\n编码", 8, "wrap", lambda r: r[1].code)
_STATUS: Column[_Row] = Column("状态", 7.5, "center", lambda r: r[1].status, mark=lambda r: r[1].status)
_COLUMNS: list[Column[_Row]] = [
    Column("编制", 5.5, "count", lambda r: r[1].posts, "人员（人）", "sum", "posts", name="编制数"),
    Column("在职", 5.5, "count", lambda r: r[1].staff, "人员（人）", "sum", "staff", name="在职人数"),
    Column("填报\n控制率", 8, "rate", lambda r: r[1].staff_rate_filled, "人员（人）"),
    Column("重算\n控制率", 8, "rate", lambda r: r[1].staff_rate, "人员（人）", Ratio("staff", "posts")),
    Column("上年决算", 9, "money", lambda r: r[1].total_before, "整体支出", "sum", name="整体支出上年决算"),
    Column(
        "年初预算", 9, "money", lambda r: r[1].total_budget, "整体支出", "sum", "budget", name="整体支出预算"
    ),
    Column(
        "本年决算", 9, "money", lambda r: r[1].total_spent, "整体支出", "sum", "spent", name="整体支出决算"
    ),
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
    Column("预算", 9, "money", lambda r: r[1].project_budget, "项目支出", "sum", name="项目支出预算"),
    Column("决算", 9, "money", lambda r: r[1].project_spent, "项目支出", "sum", name="项目支出决算"),
    Column("上年", 7, "money", lambda r: r[1].official_before, "三公经费", "sum"),
    Column(
        "预算",
        7,
        "money",
        lambda r: r[1].official_budget,
        "三公经费",
        "sum",
        "official budget",
        name="三公经费预算",
    ),
    Column(
        "决算", 7, "money", lambda r: r[1].official_spent, "三公经费", "sum", "official", name="三公经费决算"
    ),
    Column(
        "控制率", 8, "rate", lambda r: r[1].official_rate, "三公经费", Ratio("official", "official budget")
    ),
    Column(
        "预算",
        9,
        "money",
        lambda r: r[1].running_budget,
        "公用经费",
        "sum",
        "running budget",
        name="公用经费预算",
    ),
    Column(
        "决算", 9, "money", lambda r: r[1].running_spent, "公用经费", "sum", "running", name="公用经费决算"
    ),
    Column("控制率", 8, "rate", lambda r: r[1].running_rate, "公用经费", Ratio("running", "running budget")),
    Column("预算", 9, "money", lambda r: r[1].purchase_budget, "政府采购", "sum", name="政府采购预算"),
    Column("决算", 9, "money", lambda r: r[1].purchase_spent, "政府采购", "sum", name="政府采购决算"),
    Column("填报\n总分", 6.5, "score", lambda r: r[1].score, "自评得分", "mean"),
    Column("按项\n加总", 6.5, "score", lambda r: r[1].score_sum, "自评得分", "mean", mark=_differs),
    Column("等次", 6, "center", lambda r: r[1].grade, "自评得分"),
    Column("存疑\n分值", 6.5, "score", lambda r: r[1].doubtful, "自评得分"),
]
_COUNTS: list[Column[_Row]] = [
    Column(_ERROR, 4.5, "count", lambda r: r[1].errors, "问题（项）", "sum", name=_ERROR),
    Column(_WARNING, 4.5, "count", lambda r: r[1].warnings, "问题（项）", "sum", name=_WARNING),
    Column(_HINT, 4.5, "count", lambda r: r[1].hints, "问题（项）", "sum", name=_HINT),
]
_NOTE = (
    "说明：金额单位为万元，“整体自评表”以元填报的已折算。空格表示未填、填错或无法读取，不按0计算。"
    "合计行中得分为各单位简单平均；比率只按分子、分母都有数的单位计算。"
    "“逐行相加核对”“小计相加核对”为各行相加减去合计，没有差额的显示✓。"
)


def nothing(content: RollupContent) -> str:
    """Why there is nothing to show about units."""
    return "" if content.facts else "没有收到可以处理的报表"


def write(rollup: Rollup) -> None:
    """Add 单位总表."""
    sheet = rollup.page(NAME, "2F5597", pages=2)
    columns = [*_HEAD]
    if rollup.has_departments:
        columns.append(Column("主管部门", 16, "wrap", lambda r: r[1].department))
    columns += [_CODE, _STATUS, *_COLUMNS]
    if rollup.summary.with_score_before:
        columns.append(Column("上年\n得分", 6.5, "score", lambda r: r[1].score_before, "自评得分", "mean"))
    columns += _COUNTS
    sizes = Counter(unit.department for unit in rollup.facts)
    table = SheetTable(
        rollup,
        sheet,
        rollup.head.title("单位总表"),
        columns,
        checked=True,
        repeated=2,
        # of one unit the subtotal would be its own row again
        part=lambda r: r[1].department if sizes[r[1].department] > 1 else "",
        part_title="按主管部门小计（两户以上的）",
    )
    sheet.repeat_columns(0, table.repeated - 1)
    table.write(enumerate(rollup.facts, 1), [_NOTE, *_own_check(rollup)])


def _own_check(rollup: Rollup) -> list[str]:
    """What the program's own check of these totals says: the rows against every cell the units filled in."""
    ended = next((row.ended for row in rollup.rules if row.check.id == OWN_CHECK), None)
    if not ended:
        return []
    counts = "，".join(f"{verdict.value}{ended[verdict]}户" for verdict in Verdict if ended.get(verdict))
    return [f"系统自查（规则{OWN_CHECK}）：合计和各主管部门小计与各单位逐格填报的数另行相加比较，{counts}。"]
