"""与上年对比: this year's figures beside those that were accepted last year."""

from __future__ import annotations

from collections.abc import Callable

from batch.model.unit_facts import LastFacts, Number, UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.differences import difference, growth
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.totals import Ratio

NAME = "与上年对比"
#: number, unit, last year
_Row = tuple[int, UnitFacts, LastFacts]
_Now = Callable[[UnitFacts], Number]
_Then = Callable[[LastFacts], Number]
_NOTE = (
    "说明：上年数为上年审定数（系统存档，或单位名册“上年数”页及上年审定文件）；没有上年审定数的单位不列入。"
    "增减率只按两年都有数的单位计算。"
)


def _money(group: str, then: _Then, now: _Now) -> list[Column[_Row]]:
    before, after = f"{group} before", f"{group} now"
    rising = Ratio(after, before, growth=True)
    return [
        Column("上年", 12, "money", lambda r: then(r[2]), group, "sum", before),
        Column("本年", 12, "money", lambda r: now(r[1]), group, "sum", after),
        Column("增减率", 10, "rate", lambda r: growth(now(r[1]), then(r[2])), group, rising),
    ]


def _count(group: str, then: _Then, now: _Now, kind: str = "count", total: str = "sum") -> list[Column[_Row]]:
    return [
        Column("上年", 8, kind, lambda r: then(r[2]), group, total),
        Column("本年", 8, kind, lambda r: now(r[1]), group, total),
        Column("增减", 8, kind, lambda r: difference(now(r[1]), then(r[2])), group, total and "sum"),
    ]


def write(rollup: Rollup) -> None:
    """Add 与上年对比, in the order of 单位总表."""
    columns: list[Column[_Row]] = [
        Column("序号", 5, "center", lambda r: r[0]),
        Column("单位", 24, "wrap", lambda r: r[1].unit),
        *_money("整体支出决算", lambda y: y.total_spent, lambda u: u.total_spent),
        *_money("三公经费决算", lambda y: y.official_spent, lambda u: u.official_spent),
        *_count("编制数（人）", lambda y: y.posts, lambda u: u.posts),
        *_count("在职人数（人）", lambda y: y.staff, lambda u: u.staff),
        *_count("自评得分", lambda y: y.score, lambda u: u.score, "score", ""),
        Column("上年等次", 8, "center", lambda r: r[2].grade),
        Column("本年等次", 8, "center", lambda r: r[1].grade),
    ]
    rows = ((unit, unit.last) for unit in rollup.facts)
    compared = ((unit, last) for unit, last in rows if last is not None)
    table = SheetTable(
        rollup,
        rollup.page(NAME, "4BACC6"),
        f"{rollup.head.year}年度部门整体支出绩效自评与上年对比表",
        columns,
        empty="没有上年审定的数据；上年的批次存档，或者在单位名册的“上年数”页填好以后，这里自动对比",
    )
    table.write(((n, unit, last) for n, (unit, last) in enumerate(compared, 1)), [_NOTE])
