"""问题分类统计 and 部门问题统计: how often each kind of problem was found, on how many units, and where."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from batch.model.status import SEVERITY_WORDS
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.differences import rate
from batch.rollup.parts.problem_categories import OTHER, Category
from batch.rollup.parts.table import SheetTable

NAME, OWNERS = "问题分类统计", "部门问题统计"
_ERROR, _WARNING, _HINT = SEVERITY_WORDS
#: of a column of the matrix
_WIDTH = 10
_NOTE = (
    "说明：只计正式规则发现、单位没有说明也没有豁免的问题，与首页、单位总表一致。"
    "一户有几类问题的，每类各计一户，所以涉及户数不能相加。"
)
_OWNERS_NOTE = "说明：只计正式规则发现、单位没有说明也没有豁免的问题；没有主管部门的单位按单位自己列示。"
#: number, category
_Row = tuple[int, Category]
#: number, 主管部门 or unit, findings by category
_OwnerRow = tuple[int, str, Counter[str]]


def write(rollup: Rollup) -> None:
    """Add 问题分类统计: the kinds of problems."""
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
        rollup.head.title("问题分类统计表"),
        columns,
        unit_line=f"已报{units}户",
    )
    table.write(enumerate(rollup.summary.categories, 1), [_NOTE])


def write_owners(rollup: Rollup) -> None:
    """Add 部门问题统计: the same by 主管部门, or by unit where none is known; the most findings first."""
    names = [category.name for category in rollup.summary.categories]
    who = "主管部门" if rollup.has_departments else "单位"
    columns: list[Column[_OwnerRow]] = [
        Column("序号", 6, "center", lambda r: r[0]),
        Column(who, 26, "wrap", lambda r: r[1]),
        *(_count(name) for name in names),
        Column("合计", _WIDTH, "count", lambda r: r[2].total(), "", "sum", bar="F4B183"),
    ]
    table = SheetTable(
        rollup,
        rollup.page(OWNERS, "C0504D"),
        rollup.head.title(f"各{who}问题统计表"),
        columns,
        unit_line="单位：项",
    )
    counted = sorted(_by_owner(rollup).items(), key=lambda pair: (-pair[1].total(), pair[0]))
    table.write(((number, *pair) for number, pair in enumerate(counted, 1)), [_OWNERS_NOTE])


def nothing(content: RollupContent) -> str:
    """Why there are no such sheets."""
    if any(finding.is_open for finding in content.findings.kinds):
        return ""
    return "审核没有发现问题" if content.facts else "本批次没有可以审核的报表"


def _count(name: str) -> Column[_OwnerRow]:
    return Column(name, _WIDTH, "count", lambda r: r[2][name], "", "sum")


def _by_owner(rollup: Rollup) -> dict[str, Counter[str]]:
    """By 主管部门 or unit, the findings of each category."""
    owners = {u.unit: u.department or "（未注明）" for u in rollup.facts} if rollup.has_departments else {}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in rollup.findings.kinds:
        if finding.is_open:
            counted[owners.get(finding.unit, finding.unit)][finding.category or OTHER] += 1
    return counted
