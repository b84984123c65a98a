"""执行监控: the lights of a 监控表, each with its colour in words and the reason."""

from __future__ import annotations

from decimal import Decimal

from batch.checks.engine.amount import Missing, show
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.progress import achieved_share, least_share, spent_share
from batch.forms.read.quantities import Parsed
from batch.forms.read.target_comparison import FIGURES, comparable, factors, meets
from batch.model.form import Table
from batch.model.quoting import quoted
from batch.model.scores import NOT_SCORED, Light, Progress
from batch.scoring.rules import LightRule, MonitoringRule

RED, YELLOW, GREEN, BLUE = "红灯", "黄灯", "绿灯", "蓝灯"
_YEAR = 12
_JUDGED = {"达成": GREEN, "部分达成": YELLOW, "未达成": RED}


def progress_of(table: Table, month: int, rule: MonitoringRule) -> Progress:
    """How one project stands at the end of `month`."""
    rows = [Indicator(table, item) for item in table.items]
    rate, achieved = spent_share(table.fields.get), achieved_share(rows)
    limit = least_share(rule.progress, month)
    known = None if isinstance(rate, Missing) else rate.value
    project = table.project
    warnings = []
    if known is not None and limit is not None and known < limit:
        warnings.append(f"截至{month}月执行率{show(known, '%')}，低于{_rate(limit)}")
    if known is not None and achieved is not None and abs(achieved - known) > rule.gap:
        gap = show(abs(achieved - known), "%").replace("%", "个百分点")
        least = _rate(rule.gap).replace("%", "个百分点")
        warnings.append(
            f"绩效目标完成{show(achieved, '%')}，资金执行{show(known, '%')}，相差{gap}，超过{least}"
        )
    return Progress(
        project=quoted(" ".join(project.raw.split())) if project and project.is_filled else "",
        file=table.file,
        sheet=table.sheet,
        rate=known,
        achieved=achieved,
        limit=limit,
        light=Light(NOT_SCORED, rate.reason)
        if isinstance(rate, Missing)
        else money_light(rate.value, month, rule.money),
        warnings=tuple(warnings),
        indicators=tuple(_indicator_light(row, month, rule.indicators) for row in rows)
        if rule.indicators
        else (),
    )


def money_light(rate: Decimal, month: int, rule: LightRule) -> Light:
    """Money spent against the time gone by: rate ÷ (month/12)."""
    share = rate * _YEAR / month
    words = f"截至{month}月执行率{show(rate, '%')}，时间进度{show(Decimal(month) / _YEAR, '%')}"
    return _by_share(share, f"{words}，为时间进度的{show(share, '%')}", rule, "")


def _by_share(share: Decimal, words: str, rule: LightRule, label: str) -> Light:
    if share < rule.red_below:
        return Light(RED, f"{words}，低于{_rate(rule.red_below)}", label)
    if share < rule.green_from:
        return Light(YELLOW, f"{words}，在{_rate(rule.red_below)}至{_rate(rule.green_from)}之间", label)
    if rule.blue_from is not None and share >= rule.blue_from:
        return Light(BLUE, f"{words}，达到{_rate(rule.blue_from)}，超前较多", label)
    return Light(GREEN, f"{words}，达到{_rate(rule.green_from)}", label)


def _indicator_light(it: Indicator, month: int, rule: LightRule) -> Light:
    """One indicator against its target's share of the year; upper bounds and the like are kept or not."""
    pair = it.parsed()
    if pair is None:
        return Light(NOT_SCORED, "指标值或完成情况未填写", it.label)
    target, actual = pair
    words = f"指标值{it.text('年度指标值')}，完成{it.text('期间执行情况')}"
    if actual.kind == "grade" and actual.grade in _JUDGED:
        return Light(_JUDGED[actual.grade], words, it.label)
    if not comparable(target, actual):
        return Light(NOT_SCORED, f"{words}，口径不同，无法比较", it.label)
    if target.op in ("≤", "<") or any(kind in it.kind for kind in rule.within):
        return _within(meets(target, actual), words, it.label)
    share = _share(target, actual)
    if share is None:
        return Light(NOT_SCORED, f"{words}，不是可以按时间折算的数", it.label)
    share = share * _YEAR / month
    return _by_share(share, f"{words}，为时间进度的{show(share, '%')}", rule, it.label)


def _within(met: bool | None, words: str, label: str) -> Light:
    if met is None:
        return Light(NOT_SCORED, f"{words}，无法比较", label)
    return Light(GREEN, f"{words}，在要求之内", label) if met else Light(RED, f"{words}，不在要求之内", label)


def _share(target: Parsed, actual: Parsed) -> Decimal | None:
    scale = factors(target, actual) if target.kind in FIGURES else None
    if scale is None or not target.number or target.number < 0 or actual.number is None:
        return None
    return max(Decimal(0), actual.number) * scale[1] / (target.number * scale[0])


def _rate(number: Decimal) -> str:
    return show(number, "%").replace(".00%", "%")
