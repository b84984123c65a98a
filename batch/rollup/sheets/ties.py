"""勾稽核对表: how the ties came out on every unit, the passes shown as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from batch.model.status import CLEAN, RETURNED, TO_EXPLAIN, Verdict
from batch.model.unit_facts import TieFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.table import SheetTable

NAME = "勾稽核对表"
#: a list nobody could read
MAX_ROWS = 200_000
_SIGNS = {"==": "＝", "!=": "≠", ">=": "≥", "<=": "≤", ">": "＞", "<": "＜"}
_SHOWN = {
    Verdict.PASS: ("✓ 通过", CLEAN),
    Verdict.FAIL: ("✗ 不符", RETURNED),
    Verdict.UNCHECKED: ("？ 无法检查", TO_EXPLAIN),
    Verdict.NOT_APPLICABLE: ("— 不适用", ""),
}
_NOTE = (
    "说明：“左边”“右边”按各表填报的单位列示，比较时元与万元折算。表与表之间的勾稽逐项列示两边的数；"
    "一张表内的勾稽合为一行，写明几处通过、几处违反，违反的见“问题清单”。没有这类内容的不列。“无法检查”表示所需的数未填或读不出，不等于通过。"
)
#: number, unit, tie, and by check what must hold
_Row = tuple[int, str, TieFacts, Mapping[str, tuple[str, ...]]]


COLUMNS: list[Column[_Row]] = [
    Column("序号", 6, "center", lambda r: r[0]),
    Column("单位", 20, "wrap", lambda r: r[1]),
    Column("规则", 7.5, "center", lambda r: r[2].check),
    Column("应有关系", 78, "wrap", lambda r: _must(r[2], r[3])),
    Column("左边", 14, "right", lambda r: r[2].left),
    Column("右边", 16, "right", lambda r: r[2].right),
    Column("差", 16, "right", lambda r: r[2].difference),
    Column(
        "结果", 12, "center", lambda r: _SHOWN[r[2].verdict][0], mark=lambda r: _SHOWN[r[2].verdict][1],
        marks=tuple(mark for _, mark in _SHOWN.values() if mark),
    ),
    Column("备注", 32, "wrap", lambda r: r[2].remark),
]  # fmt: skip


def write(rollup: Rollup) -> None:
    """Add 勾稽核对表, in the order of 单位总表."""
    table = SheetTable(
        rollup,
        rollup.page(NAME, "70AD47"),
        f"{rollup.head.year}年度部门整体支出绩效自评勾稽核对表",
        COLUMNS,
        unit_line="金额单位见各数",
        empty="本批次没有可以核对的勾稽关系",
    )
    table.write(_rows(rollup), [_NOTE])


def _must(tie: TieFacts, relations: Mapping[str, tuple[str, ...]]) -> str:
    return relation(relations.get(tie.check, ()), tie.tie) if tie.check else "各表表内的勾稽（合计与分项等）"


def relation(texts: tuple[str, ...], tie: int) -> str:
    """What must hold, as people write it."""
    chosen = texts[tie : tie + 1] if tie >= 0 else texts
    text = "；".join(chosen)
    for sign, printed in _SIGNS.items():
        text = text.replace(f" {sign} ", f" {printed} ")
    return text.replace(" * ", " × ").replace(" / ", " ÷ ")


def _rows(rollup: Rollup) -> Iterator[_Row]:
    relations = {row.check.id: row.check.tie_texts for row in rollup.rules}
    ties = ((unit.unit, tie) for unit in rollup.facts for tie in unit.ties)
    for number, (unit, tie) in enumerate(islice(ties, MAX_ROWS), 1):
        yield number, unit, tie, relations
