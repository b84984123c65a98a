"""与上年对比: this year's figures beside those of the year before, accepted or filled in."""

from __future__ import annotations

from collections.abc import Callable

from batch.model.unit_facts import LastFacts, Number, UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.differences import difference, growth
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.totals import Ratio

NAME = "与上年对比"
#: number, unit, last year
_Row = tuple[int, UnitFacts, LastFacts]
_Get = Callable[[_Row], Number]
#: money that is kept of a year
_ACCEPTED_MONEY = ("total_spent", "official_spent")
_ACCEPTED, _FILLED = "审定数", "填报数"
_NOTE = (
    "说明：上年数有审定数的用审定数（系统存档，或单位名册“上年数”页及上年审定文件）；没有的用单位在本年基础数据表上填的上年决算，"
    "注明“填报数”，编制、人数、得分不比。增减率只按两年都有数的单位计算。"
)


def _figures(figure: str) -> tuple[_Get, _Get]:
    """Last year's figure, and this year's."""
    return lambda r: getattr(r[2], figure), lambda r: getattr(r[1], figure)


def _money(group: str, figure: str) -> list[Column[_Row]]:
    before, after = f"{group} before", f"{group} now"
    rising = Ratio(after, before, growth=True)
    then, now = _figures(figure)
    return [
        Column("上年", 12, "money", then, group, "sum", before),
        Column("本年", 12, "money", now, group, "sum", after),
        Column("增减率", 10, "rate", lambda r: growth(now(r), then(r)), group, rising),
    ]


def _count(group: str, figure: str, kind: str = "count", total: str = "sum") -> list[Column[_Row]]:
    then, now = _figures(figure)
    return [
        Column("上年", 8, kind, then, group, total),
        Column("本年", 8, kind, now, group, total),
        Column("增减", 8, kind, lambda r: difference(now(r), then(r)), group, total and "sum"),
    ]


def write(rollup: Rollup) -> None:
    """Add 与上年对比, in the order of 单位总表."""
    compared = [(unit, _last(unit)) for unit in rollup.facts]
    columns: list[Column[_Row]] = [
        Column("序号", 5, "center", lambda r: r[0]),
        Column("单位", 24, "wrap", lambda r: r[1].unit),
        Column("上年数", 9, "center", lambda r: _ACCEPTED if r[1].last else _FILLED),
    ]
    figures = rollup.head.figures
    for line in figures.shown.lines:
        if line.spent in _ACCEPTED_MONEY and (line.before or line.spent in figures.last_year):
            columns += _money(line.outlay, line.spent)
    if any(unit.last for unit in rollup.facts):
        for column in figures.shown.columns:
            if column.kind == "count" and column.figure in figures.last_year:
                columns += _count(f"{column.name or column.title}（人）", column.figure)
        if "score" in figures.last_year:
            columns += [
                *_count("自评得分", "score", "score", ""),
                Column("上年等次", 8, "center", lambda r: r[2].grade),
                Column("本年等次", 8, "center", lambda r: r[1].grade),
            ]
    table = SheetTable(
        rollup,
        rollup.page(NAME, "4BACC6"),
        rollup.head.title("与上年对比表"),
        columns,
    )
    rows = ((unit, last) for unit, last in compared if last is not None)
    table.write(((n, unit, last) for n, (unit, last) in enumerate(rows, 1)), [_NOTE])


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    if any(_last(unit) for unit in content.facts):
        return ""
    return "没有上年的数：上年没有批次存档，单位名册“上年数”页没有填，各表的上年决算也没有填"


def _last(unit: UnitFacts) -> LastFacts | None:
    """What was accepted last year, else what the unit itself says of it on this year's form."""
    if unit.last is not None:
        return unit.last
    if unit.total_before is None and unit.official_before is None:
        return None
    return LastFacts(total_spent=unit.total_before, official_spent=unit.official_before)
