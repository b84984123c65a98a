"""The pack's sheet of people beside the posts there are for them: units with more people first."""

from __future__ import annotations

from decimal import Decimal

from batch.figures.shown_figures import StaffSheet
from batch.model.unit_facts import Number, UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.differences import over
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.totals import Ratio
from batch.rollup.parts.unit_rows import UnitRow, heads, marked_above, numbered, together
from batch.rollup.sheets import units as sheets_units


def write(rollup: Rollup, shown: StaffSheet) -> None:
    """Add the sheet: units with more people than posts first, by how many, then those nobody can tell of.

    The others stand together in the last row.
    """

    def words(unit: UnitFacts) -> str:
        excess = _excess(unit)
        return "无法判断" if excess is None else shown.over if excess else f"未{shown.over}"

    columns: list[Column[UnitRow]] = [
        *heads(rollup),
        Column(shown.posts, 12, "count", lambda r: r[1].posts, shown.group, "sum", "posts"),
        Column(shown.staff, 12, "count", lambda r: r[1].staff, shown.group, "sum", "staff"),
        Column(
            shown.excess,
            12,
            "count",
            lambda r: _excess(r[1]),
            shown.group,
            "sum",
            mark=lambda r: marked_above(_excess(r[1])),
        ),
        Column("填报", 12, "rate", lambda r: r[1].staff_rate_filled, shown.rate),
        Column("重算", 12, "rate", lambda r: r[1].staff_rate, shown.rate, Ratio("staff", "posts")),
        Column("情况", 12, "center", lambda r: words(r[1]), mark=lambda r: marked_above(_excess(r[1]))),
    ]
    table = SheetTable(
        rollup,
        rollup.page(shown.sheet, "8064A2"),
        f"{rollup.head.year}年度{shown.title}",
        columns,
        unit_line="单位：人",
    )
    listed = [unit for unit in rollup.facts if _excess(unit) != 0]
    listed.sort(key=lambda u: (_excess(u) is None, -(_excess(u) or Decimal(0))))
    kept = [unit for unit in rollup.facts if _excess(unit) == 0]
    note = (
        f"说明：重算控制率＝{shown.staff}÷{shown.posts}。{shown.over}的按{shown.excess}从多到少，"
        f"缺{shown.posts}或{shown.staff}的无法判断，不按0计算；"
        f"没有{shown.over}的合成最后一行，各户的数见“{sheets_units.NAME}”。"
    )
    table.write(numbered([*listed, *together(kept, f"没有{shown.over}", ("posts", "staff"))]), [note])


def _excess(unit: UnitFacts) -> Number:
    return over(unit.staff, unit.posts)
