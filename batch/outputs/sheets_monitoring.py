"""执行监控: one row per 监控表, with a traffic light for the progress of the money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.amount import show
from batch.outputs.facts import MonitoringFacts
from batch.outputs.sheet import Column, Ratio, Rollup, RollupHead, Table

NAME = "执行监控"
#: number, unit, monitoring form, light
_Row = tuple[int, str, MonitoringFacts, str]


def light(rate: Decimal | None, head: RollupHead) -> str:
    """红, 黄 or 绿 by progress of the money ÷ progress of the year; "" when there is no rate."""
    if rate is None:
        return ""
    progress = rate * 12 / head.period[1]
    if progress < head.red_below:
        return "红"
    return "黄" if progress < head.green_from else "绿"


def legend(head: RollupHead) -> dict[str, str]:
    """What each light means, as it stands beside the colour."""
    low, high = _percent(head.red_below), _percent(head.green_from)
    return {"红": f"红（低于{low}）", "黄": f"黄（{low}—{high}）", "绿": f"绿（{high}及以上）"}


def write(rollup: Rollup) -> None:
    """Add 执行监控."""
    head = rollup.head
    first, last = head.period
    words = legend(head)
    columns: list[Column[_Row]] = [
        Column("序号", 5, "center", lambda r: r[0]),
        Column("单位", 22, "wrap", lambda r: r[1]),
        Column("项目", 34, "wrap", lambda r: r[2].project or "（未填项目名称）"),
        Column("年初预算", 12, "money", lambda r: r[2].budget, "项目资金", "sum", "budget"),
        Column(f"{first}-{last}月执行", 12, "money", lambda r: r[2].spent, "项目资金", "sum", "spent"),
        Column("填报执行率", 11.5, "rate", lambda r: r[2].rate_filled, "项目资金"),
        Column("重算执行率", 11.5, "rate", lambda r: r[2].rate, "项目资金", Ratio("spent", "budget")),
        Column("进度灯", 17, "center", lambda r: words.get(r[3], "无法计算"), mark=lambda r: r[3]),
        Column("目标完成度", 11.5, "rate", lambda r: r[2].achieved, "双监控"),
        Column("与执行率差", 11.5, "rate", lambda r: r[2].gap, "双监控"),
        Column("确定能", 8, "count", lambda r: r[2].certain, "完成目标可能性（项）", "sum"),
        Column("有可能", 8, "count", lambda r: r[2].possible, "完成目标可能性（项）", "sum"),
        Column("完全不可能", 11.5, "count", lambda r: r[2].impossible, "完成目标可能性（项）", "sum"),
        Column("备注", 28, "wrap", lambda r: r[2].remarks),
        Column(
            "来源表页", 16, "wrap", lambda r: r[2].sheet,
            link=lambda r: rollup.link_to_copy(r[1], r[2].file, r[2].sheet),
        ),
    ]  # fmt: skip
    note = (
        f"说明：金额单位为万元。进度灯按“重算执行率÷（{last}÷12）”判断："
        f"低于{_percent(head.red_below)}为红，{_percent(head.red_below)}至{_percent(head.green_from)}为黄，"
        f"{_percent(head.green_from)}及以上为绿。目标完成度为以百分比填报的各指标{first}-{last}月执行情况的平均数；"
        "合计行比率只按分子、分母都有数的项目计算。"
    )
    table = Table(
        rollup,
        rollup.add_sheet(NAME, "E6A23C"),
        f"{head.year}年度项目支出绩效目标执行监控汇总表（{first}-{last}月）",
        columns,
        frozen=3,
        empty="本批次没有项目支出绩效目标执行监控表",
    )
    table.write(_rows(rollup), [note])


def _rows(rollup: Rollup) -> Iterator[_Row]:
    number = 0
    for unit in rollup.facts:
        for form in unit.monitoring:
            number += 1
            yield number, unit.unit, form, light(form.rate, rollup.head)


def _percent(share: Decimal) -> str:
    return show(share, "%").replace(".00%", "%")
