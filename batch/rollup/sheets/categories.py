"""问题分类统计: how often each kind of problem was found, on how many units, and at which 主管部门."""

from __future__ import annotations

from decimal import Decimal

from batch.model.status import SEVERITY_WORDS
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.differences import rate
from batch.rollup.parts.small_table import HeadCell, SmallTable
from batch.rollup.parts.summary import OTHER, Category
from batch.rollup.parts.table import SheetTable

NAME = "问题分类统计"
_ERROR, _WARNING, _HINT = SEVERITY_WORDS
#: of a column of the matrix
_WIDTH = 10
_NOTE = (
    "说明：只计正式规则发现、单位没有说明也没有豁免的问题，与首页、单位总表一致。"
    "一户有几类问题的，每类各计一户，所以涉及户数不能相加。"
)
#: number, category
_Row = tuple[int, Category]


def write(rollup: Rollup) -> None:
    """Add 问题分类统计: the kinds of problems, then a matrix by 主管部门, or by unit where none is known."""
    units = rollup.summary.units
    columns: list[Column[_Row]] = [
        Column("序号", 6, "center", lambda r: r[0]),
        Column("类别", 26, "wrap", lambda r: r[1].name),
        Column(_ERROR, _WIDTH, "count", lambda r: r[1].errors, "问题（项）", "sum", name=f"分类_{_ERROR}"),
        Column(
            _WARNING, _WIDTH, "count", lambda r: r[1].warnings, "问题（项）", "sum", name=f"分类_{_WARNING}"
        ),
        Column(_HINT, _WIDTH, "count", lambda r: r[1].hints, "问题（项）", "sum", name=f"分类_{_HINT}"),
        Column("合计", _WIDTH, "count", lambda r: r[1].total, "问题（项）", "sum", bar="F4B183"),
        Column("户数", _WIDTH, "count", lambda r: r[1].units, "涉及单位"),
        Column(
            "占已报户数",
            13,
            "rate",
            lambda r: rate(Decimal(r[1].units), Decimal(units)),
            "涉及单位",
            bar="9DC3E6",
        ),
    ]
    table = SheetTable(
        rollup,
        rollup.page(NAME, "C0504D"),
        f"{rollup.head.year}年度部门整体支出绩效自评问题分类统计表",
        columns,
        unit_line=f"已报{units}户",
        empty="审核没有发现问题" if rollup.facts else "本批次没有可以审核的报表",
        further=[_WIDTH] * (len(rollup.summary.categories) + 3 - len(columns)),
    )
    table.write(enumerate(rollup.summary.categories, 1), [_NOTE], [_matrix(rollup)])


def _matrix(rollup: Rollup) -> SmallTable:
    """主管部门 × category, or unit × category where no 主管部门 is known."""
    names = [category.name for category in rollup.summary.categories]
    who = "主管部门" if rollup.has_departments else "单位"
    return SmallTable(
        f"各{who}各类问题（项）",
        [HeadCell(who, "wrap", 2), *(HeadCell(name, "count") for name in names), HeadCell("合计", "count")],
        _lines(_crosstab(rollup), names),
        nothing="没有问题",
        totalled=True,
    )


def _lines(counts: dict[str, dict[str, int]], names: list[str]) -> list[list[str | int]]:
    rows: list[list[str | int]] = []
    for owner, found in counts.items():
        rows.append([owner, *(found.get(name, 0) for name in names), sum(found.values())])
    sums = [sum(found.get(name, 0) for found in counts.values()) for name in names]
    return [*rows, ["合计", *sums, sum(sums)]] if rows else []


def _crosstab(rollup: Rollup) -> dict[str, dict[str, int]]:
    """Findings by 主管部门 (or unit) and category; those with the most findings first."""
    import pandas as pd

    owners = {u.unit: u.department or "（未注明）" for u in rollup.facts} if rollup.has_departments else {}
    pairs = [(owners.get(f.unit, f.unit), f.category or OTHER) for f in rollup.findings if f.is_open]
    if not pairs:
        return {}
    counted = pd.DataFrame(pairs, columns=["owner", "category"], dtype=object)
    table = pd.crosstab(counted["owner"], counted["category"])
    by_owner = table.to_dict("index")
    ranked = sorted(by_owner.items(), key=lambda pair: (-sum(pair[1].values()), str(pair[0])))
    return {str(owner): {str(name): int(n) for name, n in found.items()} for owner, found in ranked}
