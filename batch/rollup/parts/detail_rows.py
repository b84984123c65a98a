"""The rows of 明细数据, prepared where a unit is read: a night only puts them together.

They are spelt but for their numbers, under the numbers that the looks of the sheet have in every workbook.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import cache
from typing import Final

from batch.model.unit_facts import DetailRow
from batch.rollup.parts.columns import Column
from batch.rollup.parts.row_xml import RowText, looks_of

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
#: by its names, the number of each look in a workbook that begins with these; those that come to the same
#: are one
NUMBERS: Final = dict(zip(looks_of(COLUMNS), (1, 2, 3, 4, 1, 2, 5, 6, 7, 3), strict=True))
#: between two rows: no text has it
_BETWEEN: Final = b"\x02"


def spelt_details(unit: str, details: Iterable[DetailRow]) -> bytes:
    """The rows of a unit, packed."""
    text, values = _text(), [column.value for column in COLUMNS]
    items = ((unit, row) for row in details)
    rows = (text.spell(item, [value(item) for value in values]) for item in items)
    # half as quick to pack them tighter, and they are packed anew in the workbook
    return zlib.compress(_BETWEEN.join(rows), 1)


def unpacked(rows: bytes) -> list[bytes]:
    """Packed rows, each to be numbered."""
    spelt = zlib.decompress(rows)
    return spelt.split(_BETWEEN) if spelt else []


@cache
def _text() -> RowText[_Row]:
    return RowText(COLUMNS, NUMBERS)


def _style(row: DetailRow) -> str:
    if row.is_rate:
        return "rate"
    return "wrap" if isinstance(row.value, str) else ""


def _money_style(row: DetailRow) -> str:
    """An amount that no column is wide enough for is shown as far as it can be, not as ####."""
    return "plain" if row.money is not None and abs(row.money) >= _WIDEST else ""
