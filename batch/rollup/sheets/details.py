"""明细数据: every filled value of every form with the cell it stands in, for filtering and pivoting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from batch.model.unit_facts import DetailRow, UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.table import SheetTable

NAME = "明细数据"
#: a worksheet holds 1,048,576 rows
MAX_ROWS = 1_000_000
#: an amount that 折合万元 has no room for
_WIDEST = 10**9
_Row = tuple[str, DetailRow]

COLUMNS: list[Column[_Row]] = [
    Column("单位", 22, "wrap", lambda r: r[0]),
    Column("表", 13, "wrap", lambda r: r[1].form),
    Column("项目", 26, "wrap", lambda r: r[1].project),
    Column("行或指标", 44, "wrap", lambda r: r[1].row),
    Column("栏", 18, "wrap", lambda r: r[1].column),
    Column("值", 24, "plain", lambda r: r[1].value, mark=lambda r: _style(r[1]), marks=("rate", "wrap")),
    Column("金额单位", 9.5, "center", lambda r: r[1].money_unit),
    Column(
        "折合万元", 15, "money", lambda r: r[1].money, mark=lambda r: _money_style(r[1]), marks=("plain",)
    ),
    Column("源文件", 52, "wrap", lambda r: r[1].file),
    Column("表页", 14, "wrap", lambda r: r[1].sheet),
    Column("单元格", 8, "center", lambda r: r[1].cell),
    Column("原文", 24, "wrap", lambda r: r[1].raw),
]


def write(rollup: Rollup) -> None:
    """Add 明细数据, and 明细数据2, … when one sheet cannot hold all."""
    total = sum(len(unit.details) for unit in rollup.facts)
    for part, above in enumerate(range(0, total, MAX_ROWS), 1):
        name = NAME if part == 1 else f"{NAME}{part}"
        table = SheetTable(
            rollup,
            rollup.page(name, "7F7F7F"),
            rollup.head.title(f"{name}"),
            COLUMNS,
            unit_line="金额单位见“金额单位”栏",
            frozen=1,
        )
        count = min(total - above, MAX_ROWS)
        table.stream(NAME, islice(_rows(rollup.facts), above, above + count), count)


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    return "" if any(unit.details for unit in content.facts) else "本批次没有收到可以处理的报表"


def _rows(facts: Sequence[UnitFacts]) -> Iterator[_Row]:
    for unit in facts:
        for row in unit.details:
            yield unit.unit, row


def _style(row: DetailRow) -> str:
    if row.is_rate:
        return "rate"
    return "wrap" if isinstance(row.value, str) else ""


def _money_style(row: DetailRow) -> str:
    """An amount that no column is wide enough for is shown as far as it can be, not as ####."""
    return "plain" if row.money is not None and abs(row.money) >= _WIDEST else ""
