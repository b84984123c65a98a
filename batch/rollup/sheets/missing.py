"""未报与催报: units of the roster without a submission that could be read, and files nothing came of."""

from __future__ import annotations

from collections import Counter

from batch.model.day_words import day_in_words
from batch.model.status import ABSENT, MISSING, ROUND_STATUSES
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.small_table import Cell, HeadCell, SmallTable
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.unreported import AbsentUnit

NAME = "未报与催报"
#: number, unit
_Row = tuple[int, AbsentUnit]

_COLUMNS: list[Column[_Row]] = [
    Column("序号", 6, "center", lambda r: r[0]),
    Column("状态", 8, "center", lambda r: r[1].status),
    Column("单位编码", 12, "wrap", lambda r: r[1].roster.code),
    Column("单位", 30, "wrap", lambda r: r[1].roster.name),
    Column("主管部门", 24, "wrap", lambda r: r[1].roster.department),
    Column("联系人", 12, "wrap", lambda r: r[1].roster.contact),
    Column("电话", 17, "wrap", lambda r: r[1].roster.phone),
    Column("报送截止", 15, "center", lambda r: day_in_words(r[1].deadline)),
    Column(
        "逾期天数", 10, "count", lambda r: r[1].days_late, mark=lambda r: "alert" if r[1].days_late else ""
    ),
    Column("读不了的文件和原因", 34, "wrap", lambda r: "；".join("：".join(file) for file in r[1].files)),
    Column("历次催报", 30, "wrap", lambda r: "；".join(r[1].reminders)),
]
_NO_ROSTER = "没有单位名册，不知道应报哪些单位"
_ALL_HERE = "名册上的单位都已报送"


def nothing(content: RollupContent) -> str:
    """Why there is nothing to show."""
    if content.unprocessed or content.absent:
        return ""
    return _NO_ROSTER if content.turnout is None else _ALL_HERE


def write(rollup: Rollup) -> None:
    """Add 未报与催报: first those that believe they have reported, then the latest."""
    head = rollup.head
    absent = sorted(
        rollup.absent,
        key=lambda m: (
            ROUND_STATUSES.index(m.status),
            -(m.days_late or 0),
            m.roster.department,
            m.roster.code,
            m.roster.name,
        ),
    )
    counts = Counter(unit.status for unit in absent)
    told = "，".join(f"{status}{counts[status]}户" for status in ABSENT if counts[status])
    table = SheetTable(
        rollup,
        rollup.page(NAME, "C0504D"),
        head.title("未报与催报名单"),
        _COLUMNS,
        unit_line="无名册" if rollup.turnout is None else told or f"{MISSING}0户",
        frozen=4,
        empty=_NO_ROSTER if rollup.turnout is None else _ALL_HERE,
    )
    files: list[list[Cell]] = [[n, file, reason] for n, (file, reason) in enumerate(rollup.unprocessed, 1)]
    block = SmallTable(
        f"未处理的文件（{len(files)}个）",
        [HeadCell("序号", "center"), HeadCell("文件", "wrap", 3), HeadCell("原因和处理办法", "wrap", 5)],
        files,
        nothing="没有未处理的文件",
    )
    table.write(enumerate(absent, 1), blocks=[block])
