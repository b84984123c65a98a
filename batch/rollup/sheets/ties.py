"""勾稽核对表: how the ties came out on every unit, the passes shown as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from batch.checks.engine.catalogue import Check
from batch.checks.engine.describe import relation
from batch.model.status import CLEAN, RETURNED, TO_EXPLAIN, Verdict
from batch.model.unit_facts import Number, TieFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.table import SheetTable

NAME = "勾稽核对表"
#: a list nobody could read
MAX_ROWS = 200_000
#: in the order they are listed
_SHOWN = {
    Verdict.FAIL: ("✗ 不符", RETURNED),
    Verdict.UNCHECKED: ("？ 无法检查", TO_EXPLAIN),
    Verdict.PASS: ("✓ 通过", CLEAN),
    Verdict.NOT_APPLICABLE: ("— 不适用", ""),
}
_NOTE = (
    "说明：不符的在前，无法检查的其次，通过的在后。金额一律折成万元。表与表之间的勾稽逐项列示两边的数；"
    "一张表内的勾稽合为一行，写明几处通过、几处违反，违反的见“问题清单”。没有这类内容的不列。"
    "“无法检查”表示所需的数未填或读不出，不等于通过。"
)


class _TieRow(NamedTuple):
    number: int
    unit: str
    tie: TieFacts
    #: what must hold; a check's title says what is wrong, which most of these are not
    relation: str


def _figure(title: str, width: float, figure: Callable[[TieFacts], Number]) -> Column[_TieRow]:
    return Column(title, width, "money", lambda r: figure(r.tie), mark=lambda r: _look(r.tie))


COLUMNS: list[Column[_TieRow]] = [
    Column("序号", 6, "center", lambda r: r.number),
    Column("单位", 20, "wrap", lambda r: r.unit),
    Column("编号", 8, "center", lambda r: r.tie.check),
    Column("应有关系", 72, "wrap", lambda r: r.relation),
    _figure("左边", 14, lambda tie: tie.left),
    _figure("右边", 14, lambda tie: tie.right),
    _figure("差", 12, lambda tie: tie.difference),
    Column("计量", 7, "center", lambda r: r.tie.unit),
    Column("结果", 12, "center", lambda r: _SHOWN[r.tie.verdict][0], mark=lambda r: _SHOWN[r.tie.verdict][1]),
    Column("备注", 32, "wrap", lambda r: r.tie.remark),
]


def write(rollup: Rollup) -> None:
    """Add 勾稽核对表: what does not hold first, within each result in the order of 单位总表."""
    table = SheetTable(
        rollup,
        rollup.page(NAME, "70AD47"),
        rollup.head.title("勾稽核对表"),
        COLUMNS,
        unit_line="金额单位：万元",
    )
    table.write(islice(_rows(rollup), MAX_ROWS), [_NOTE])


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    return "" if any(unit.ties for unit in content.facts) else "本批次没有可以核对的勾稽关系"


def _rows(rollup: Rollup) -> Iterator[_TieRow]:
    checks = {row.check.id: row.check for row in rollup.rules}
    # read once for each result instead of kept: a county has a hundred thousand
    ended = [{tie.verdict for tie in unit.ties} for unit in rollup.facts]
    number = 0
    for verdict in _SHOWN:
        for unit, verdicts in zip(rollup.facts, ended, strict=True):
            for tie in unit.ties if verdict in verdicts else ():
                if tie.verdict is verdict:
                    number += 1
                    yield _TieRow(number, unit.unit, tie, _must(checks, tie))


def _must(checks: Mapping[str, Check], tie: TieFacts) -> str:
    """What must hold; "" of a check that is no longer there."""
    if not tie.check:
        return "各表表内的勾稽（合计与分项等）"
    return relation(checks[tie.check], tie.tie) if tie.check in checks else ""


def _look(tie: TieFacts) -> str:
    if tie.unit == "%":
        return "rate"
    return "" if tie.unit == "万元" else "score" if tie.unit == "分" else "count"
