"""明细数据: every filled value of every form with the cell it stands in, for filtering and pivoting."""

from __future__ import annotations

from collections.abc import Iterator

from batch.model.unit_facts import DetailRow
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.long_rows import LongSheets, LongTable, RowContext, UnitRows
from batch.rollup.parts.table import SheetTable

NAME = "明细数据"
#: a worksheet holds 1,048,576 rows
MAX_ROWS = 1_000_000
_Row = tuple[str, DetailRow]

COLUMNS: list[Column[_Row]] = [
    Column("单位", 22, "wrap", lambda r: r[0]),
    Column("表", 13, "wrap", lambda r: r[1].form),
    Column("项目", 26, "wrap", lambda r: r[1].project),
    Column("行或指标", 44, "wrap", lambda r: r[1].row),
    Column("栏", 18, "wrap", lambda r: r[1].column),
    Column("值", 24, "plain", lambda r: r[1].value, mark=lambda r: _style(r[1]), marks=("rate", "wrap")),
    Column("金额单位", 9.5, "center", lambda r: r[1].money_unit),
    Column("折合万元", 13, "money", lambda r: r[1].money),
    Column("源文件", 52, "wrap", lambda r: r[1].file),
    Column("表页", 14, "wrap", lambda r: r[1].sheet),
    Column("单元格", 8, "center", lambda r: r[1].cell),
    Column("原文", 24, "wrap", lambda r: r[1].raw),
]


def write(rollup: Rollup) -> None:
    """Add 明细数据, and 明细数据2, … when one sheet cannot hold all."""
    for part, name in enumerate(names(rollup.long), 1):
        table = SheetTable(
            rollup,
            rollup.page(name, "7F7F7F"),
            f"{rollup.head.year}年度部门整体支出绩效自评{name}",
            COLUMNS,
            unit_line="金额单位见“金额单位”栏",
            frozen=1,
            empty="本批次没有收到可以处理的报表",
        )
        table.write_around(rollup.long[LONG.name, part])


def names(long: LongSheets) -> list[str]:
    """The sheets of the table, by name."""
    parts = sorted(number for table, number in long if table == LONG.name)
    return [NAME if part == 1 else f"{NAME}{part}" for part in parts]


def _rows(unit: UnitRows, _above: int, _shared: RowContext) -> Iterator[_Row]:
    for row in unit.details:
        yield unit.unit, row


def _style(row: DetailRow) -> str:
    if row.is_rate:
        return "rate"
    return "wrap" if isinstance(row.value, str) else ""


LONG: LongTable[_Row] = LongTable(
    NAME, COLUMNS, _rows, lambda unit: len(unit.details), MAX_ROWS, goes_on=True
)
