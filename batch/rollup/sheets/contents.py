"""目录: what 清单.xlsx holds, how much of it, and why a sheet is not there."""

from __future__ import annotations

from typing import NamedTuple

from batch.outbox.paths import ROLLUP
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, external, internal
from batch.rollup.parts.table import SheetTable

NAME = "目录"
#: by sheet, in their order, what is to be seen there
ABOUT = {
    "件清单": "要单位做的事，一件一行：改哪一格、填什么，改了以后解决几项问题",
    "问题清单": "每个问题一行，点“位置”打开批注件；“错误”须改正，“核实”须改正或说明，“提示”供参考",
    "勾稽核对表": "表与表之间的勾稽逐项核对，不符和无法检查的在前，通过的在后",
    "核实说明台账": "单位作的说明和财政局的裁定",
    "问题分类统计": "哪类问题多、涉及几户",
    "部门问题统计": "每个主管部门（没有主管部门的按单位）各类问题有几项",
    "本次变化": "与上批次相比：新出现和已解决的问题，变了的数和是谁改的",
    "与上年对比": "主要的数与上年比",
    "抽查建议名单": "金额大、风险高、随机三种方式选出的单位",
    "自评质量评分": "各单位自评做得怎么样，扣分在哪里",
    "口径与规则": "每条检查怎么查、界限、本局的改动、本批次结果",
    "明细数据": "每个填报数和它所在的单元格，可筛选、做透视表",
}


class _Entry(NamedTuple):
    number: int
    name: str
    about: str
    rows: int | None
    link: str


_COLUMNS: list[Column[_Entry]] = [
    Column("序号", 6, "center", lambda r: r.number),
    Column("表", 22, "wrap", lambda r: r.name, link=lambda r: r.link),
    Column("看什么", 84, "wrap", lambda r: r.about),
    Column("行数", 10, "count", lambda r: r.rows),
]


def write(rollup: Rollup) -> None:
    """Add 目录; the other sheets are written before, so that their rows are known."""
    table = SheetTable(
        rollup,
        rollup.page(NAME, "1F2A44"),
        rollup.head.title("清单"),
        _COLUMNS,
        unit_line="",
        frozen=0,
    )
    about = f"全县汇总：{'、'.join(rollup.beside)}"
    here = [name for name in ABOUT if name in rollup.contents or name in rollup.nothing]
    entries = [_entry(rollup, number, name) for number, name in enumerate(here, 1)]
    table.write([*entries, _Entry(len(entries) + 1, ROLLUP, about, None, external(ROLLUP))])


def _entry(rollup: Rollup, number: int, name: str) -> _Entry:
    if name in rollup.nothing:
        return _Entry(number, name, f"没有这张表：{rollup.nothing[name]}", None, "")
    return _Entry(number, name, ABOUT[name], rollup.rows.get(name), internal(name))
