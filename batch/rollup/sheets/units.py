"""单位总表: one row per unit, totals and subtotals by 主管部门 below, each with its check."""

from __future__ import annotations

from collections import Counter

from batch.figures.shown_figures import ShownColumn
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
_SCORES: list[Column[_Row]] = [
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
#: wider than this it is printed on two pages side by side
_ONE_PAGE = 160


def nothing(content: RollupContent) -> str:
    """Why there is nothing to show about units."""
    return "" if content.facts else "没有收到可以处理的报表"


def write(rollup: Rollup) -> None:
    """Add 单位总表: who, how it stands, the figures the pack shows, scores where it has them, problems."""
    figures = rollup.head.figures
    columns = [*_HEAD]
    if rollup.has_departments:
        columns.append(Column("主管部门", 16, "wrap", lambda r: r[1].department))
    columns += [_CODE, _STATUS, *map(_shown, figures.shown.columns)]
    if figures.whole.form:
        columns += _SCORES
    if rollup.summary.with_score_before:
        columns.append(Column("上年\n得分", 6.5, "score", lambda r: r[1].score_before, "自评得分", "mean"))
    columns += _COUNTS
    wide = sum(column.width for column in columns) > _ONE_PAGE
    sheet = rollup.page(NAME, "2F5597", pages=2 if wide else 1)
    sizes = Counter(unit.department for unit in rollup.facts)
    table = SheetTable(
        rollup,
        sheet,
        rollup.head.title("单位总表"),
        columns,
        checked=True,
        repeated=2 if wide else 0,
        # of one unit the subtotal would be its own row again
        part=lambda r: r[1].department if sizes[r[1].department] > 1 else "",
        part_title="按主管部门小计（两户以上的）",
    )
    if wide:
        sheet.repeat_columns(0, table.repeated - 1)
    table.write(enumerate(rollup.facts, 1), [_note(rollup), *_own_check(rollup)])


def _shown(shown: ShownColumn) -> Column[_Row]:
    """A figure as a column; a rate is added up by what it is made of."""
    total = Ratio(shown.over, shown.under, shown.growth) if shown.over else ""
    return Column(
        shown.title,
        shown.width,
        shown.kind,
        lambda r: r[1].figure(shown.figure),
        shown.group,
        total or ("" if shown.kind == "rate" else "sum"),
        shown.figure,
        name=shown.name,
    )


def _note(rollup: Rollup) -> str:
    """How to read the figures."""
    figures, in_yuan = rollup.head.figures, "、".join(f"“{form}”" for form in rollup.forms_in_yuan)
    rates = any(column.kind == "rate" for column in figures.shown.columns)
    totals = ["得分为各单位简单平均"] if figures.whole.form else []
    totals += ["比率只按分子、分母都有数的单位计算"] if rates else []
    parts = [
        f"金额单位为万元，{in_yuan}以元填报的已折算。" if in_yuan else "金额单位为万元。",
        "空格表示未填、填错或无法读取，不按0计算。",
        f"合计行中{'；'.join(totals)}。" if totals else "",
        "“逐行相加核对”“小计相加核对”为各行相加减去合计，没有差额的显示✓。",
    ]
    return f"说明：{''.join(parts)}"


def _own_check(rollup: Rollup) -> list[str]:
    """What the program's own check of these totals says: the rows against every cell the units filled in."""
    ended = next((row.ended for row in rollup.rules if row.check.id == OWN_CHECK), None)
    if not ended:
        return []
    counts = "，".join(f"{verdict.value}{ended[verdict]}户" for verdict in Verdict if ended.get(verdict))
    return [f"系统自查（规则{OWN_CHECK}）：合计和各主管部门小计与各单位逐格填报的数另行相加比较，{counts}。"]
