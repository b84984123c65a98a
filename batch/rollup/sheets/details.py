"""明细数据: every filled value of every form with the cell it stands in, for filtering and pivoting."""

from __future__ import annotations

from itertools import chain, islice

from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.detail_rows import COLUMNS, NUMBERS, unpacked
from batch.rollup.parts.row_xml import Numbers
from batch.rollup.parts.table import SheetTable
from batch.workbook.style import Look

NAME = "明细数据"
#: a worksheet holds 1,048,576 rows
MAX_ROWS = 1_000_000


def write(rollup: Rollup) -> None:
    """Add 明细数据, and 明细数据2, … when one sheet cannot hold all."""
    total = sum(unit.count for unit in rollup.details)
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
        rows = chain.from_iterable(unpacked(unit.rows) for unit in rollup.details)
        count = min(total - above, MAX_ROWS)
        table.stream(NAME, islice(rows, above, above + count), count)


def number_looks(look: Look) -> None:
    """Give the looks of the rows the numbers they were spelt with; before any cell of the workbook."""
    numbers = Numbers(look)
    assert {names: numbers[names] for names in NUMBERS} == NUMBERS, "the rows would look otherwise"


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    return "" if any(unit.count for unit in content.details) else "本批次没有收到可以处理的报表"
