"""口径与规则: every check in force, its limits, what the bureau changed, and how it ended in this batch."""

from __future__ import annotations

from batch.checks.engine.describe import how, limits
from batch.model.status import Verdict
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.rules_in_force import RuleRow
from batch.rollup.parts.table import SheetTable

NAME = "口径与规则"
_NOTES = [
    "说明：金额单位除注明外为万元{以元填报的}；四舍五入到两位小数。填报的数字一律不改，重算数列在旁边。",
    "错误须改正；核实须改正或说明；提示供参考。试行的检查只提示，不退回。",
    "“无法检查”表示所需的数未填或读不出，不等于通过；“不适用”表示没有这类内容。",
]


def write(rollup: Rollup) -> None:
    """Add 口径与规则."""
    head = rollup.head
    columns: list[Column[RuleRow]] = [
        Column("编号", 8, "center", lambda r: r.check.id),
        Column("级别", 8, "center", lambda r: r.check.severity.value, mark=lambda r: r.check.severity.value),
        Column("状态", 8, "center", lambda r: r.check.status),
        Column("检查", 30, "wrap", lambda r: r.check.title),
        Column("怎么查", 60, "wrap", lambda r: how(r.check)),
        Column("界限", 22, "wrap", lambda r: limits(r.check)),
        Column("本单位改动", 20, "wrap", lambda r: r.changed),
        *(
            Column(verdict.value, 9, "count", lambda r, v=verdict: r.ended.get(v, 0), "本批次户数")  # type: ignore[misc]
            for verdict in Verdict
        ),
    ]
    table = SheetTable(
        rollup,
        rollup.page(NAME, "7F7F7F"),
        f"口径与规则（{head.pack}，版本{head.version}）",
        columns,
        frozen=1,
        empty="没有检查",
    )
    own = [f"本局另有改动：{'；'.join(head.changed)}。"] if head.changed else []
    in_yuan = "、".join(rollup.forms_in_yuan)
    said = f"，{in_yuan}以元填报、换算后比较" if in_yuan else ""
    notes = [note.replace("{以元填报的}", said) for note in _NOTES]
    table.write(iter(rollup.rules), [*notes, *own])
