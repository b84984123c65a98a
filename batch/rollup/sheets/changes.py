"""本次变化: what is different from the batch before — problems, figures and who moved them."""

from __future__ import annotations

from batch.model.day_words import day_in_words
from batch.model.status import UNIT_STATUSES
from batch.rollup.parts.batch_changes import MOST_LISTED, UnitChange
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.small_table import Cell, HeadCell, SmallTable
from batch.rollup.parts.table import SheetTable
from batch.rollup.sheets.findings import position

NAME = "本次变化"
#: number, unit, what was found anew
_Row = tuple[int, UnitChange, str]

_COLUMNS: list[Column[_Row]] = [
    Column("序号", 6, "center", lambda r: r[0]),
    Column("单位", 30, "wrap", lambda r: r[1].unit),
    Column("上批次状态", 12, "center", lambda r: r[1].before, mark=lambda r: _look(r[1].before)),
    Column("本批次状态", 12, "center", lambda r: r[1].now, mark=lambda r: _look(r[1].now)),
    Column(
        "新增问题", 12, "count", lambda r: r[1].new, "问题（项）", "sum",
        mark=lambda r: "alert" if r[1].new else "",
    ),
    Column("已解决", 12, "count", lambda r: r[1].gone, "问题（项）", "sum"),
    Column("仍未解决", 12, "count", lambda r: r[1].still, "问题（项）", "sum"),
    Column("新增问题的核查项", 60, "wrap", lambda r: r[2]),
]  # fmt: skip


def _look(status: str) -> str:
    return status if status in UNIT_STATUSES else "alert"


def write(rollup: Rollup) -> None:
    """Add 本次变化: units first, then figures, then what is new and what is gone."""
    changes, head = rollup.changes, rollup.head
    since = f"与批次{changes.before}（数据截止{day_in_words(changes.cutoff) or '—'}）相比"
    table = SheetTable(
        rollup,
        rollup.page(NAME, "4BACC6"),
        head.title("本次变化"),
        _COLUMNS,
        unit_line="金额单位：万元",
        empty="各单位的状态和问题都没有变化",
    )
    notes = [f"说明：{since}。新增＝上批次没有；已解决＝上批次有、本批次没有（包括已说明的）。"]
    rows = (
        (number, unit, "、".join(map(rollup.check_name, unit.checks)))
        for number, unit in enumerate(changes.units, 1)
    )
    table.write(rows, notes, _blocks(rollup))
    # the lists below go on over several pages, under headings of their own
    table.sheet.repeat_rows(0, 1)


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    changes = content.changes
    if not changes.before:
        return "这是第一个批次，没有可以比较的批次"
    moved = changes.units or changes.figures or changes.new or changes.gone
    return "" if moved else f"与上批次（{changes.before}）相同，没有变化"


def _blocks(rollup: Rollup) -> list[SmallTable]:
    changes = rollup.changes
    figures: list[list[Cell]] = [
        [number, change.name, change.unit or "全部单位", change.before, change.now, change.difference]
        for number, change in enumerate(changes.figures[:MOST_LISTED], 1)
    ]
    new: list[list[Cell]] = [
        [
            number,
            finding.unit,
            finding.severity.value,
            f"{finding.check} {finding.title}",
            position(finding),
            finding.message,
        ]
        for number, finding in enumerate(changes.new, 1)
    ]
    gone: list[list[Cell]] = [
        [
            number,
            record.unit,
            record.summary.get("severity", ""),
            rollup.check_name(record.summary.get("check", "")),
            record.summary.get("place", ""),
            record.summary.get("message", ""),
        ]
        for number, record in enumerate(changes.gone, 1)
    ]
    return [
        SmallTable(
            "数字变化（合计在前，其后是引起变化的单位）",
            [
                HeadCell("序号", "center"), HeadCell("指标", "wrap"), HeadCell("单位", "wrap", 2),
                HeadCell("上批次", "money"), HeadCell("本批次", "money"),
                HeadCell("增减", "money"),
            ],
            figures,
            nothing="主要数字没有变化",
            note=_rest(len(changes.figures)),
        ),
        _listed("新增的问题", new, changes.new_count),
        _listed("已解决的问题", gone, changes.gone_count),
    ]  # fmt: skip


def _listed(title: str, rows: list[list[Cell]], count: int) -> SmallTable:
    headings = [
        HeadCell("序号", "center"), HeadCell("单位", "wrap"), HeadCell("级别", "center"),
        HeadCell("核查项", "wrap"), HeadCell("位置", "wrap", 2), HeadCell("问题", "wrap", 2),
    ]  # fmt: skip
    return SmallTable(f"{title}（{count}项）", headings, rows, f"没有{title}", note=_rest(count))


def _rest(count: int) -> str:
    return f"共{count}项，这里只列{MOST_LISTED}项。" if count > MOST_LISTED else ""
