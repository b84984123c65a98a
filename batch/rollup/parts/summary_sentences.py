"""The batch in three sentences, made of nothing but the numbers of its summary."""

from __future__ import annotations

from collections.abc import Sequence

from batch.checks.engine.amount import show
from batch.model.status import UNIT_STATUSES
from batch.model.unit_facts import AT_RISK
from batch.rollup.parts.summary import Share, Summary


def summary_sentences(summary: Summary, unprocessed: Sequence[tuple[str, str]]) -> list[str]:
    """Three sentences: who has reported, what the money did, what is wrong."""
    if not summary.units:
        return [f"本批次没有收到可以处理的报表。{_left_out(unprocessed)}"]
    return [
        f"本批次收到{summary.units}户单位的报表，其中"
        + "、".join(f"{status}{summary.statuses[status]}户" for status in reversed(UNIT_STATUSES))
        + f"。{_left_out(unprocessed)}",
        _money_sentence(summary),
        _problem_sentence(summary),
    ]


def _left_out(unprocessed: Sequence[tuple[str, str]]) -> str:
    if not unprocessed:
        return ""
    first = unprocessed[0][0].rpartition("/")[2]
    named = f"“{first}”" if len(unprocessed) == 1 else f"“{first}”等"
    return f"另有{len(unprocessed)}个文件未能处理（{named}，名单在“未报与催报”）。"


def _money_sentence(summary: Summary) -> str:
    whole, official = summary.total, summary.official
    if whole.growth is None:
        return "基础数据表没有可以比较的整体支出预算和决算。"
    text = (
        f"部门整体支出年初预算合计{show(whole.under, '万元')}万元，决算合计{show(whole.over, '万元')}万元，"
        f"预算调整率{show(whole.growth, '%')}{_without(whole)}"
    )
    if official.rate is not None:
        text += (
            f"；三公经费预算{show(official.under, '万元')}万元，决算{show(official.over, '万元')}万元，"
            f"为预算的{show(official.rate, '%')}{_without(official)}"
        )
    return f"{text}{_behind(summary)}。"


def _behind(summary: Summary) -> str:
    """Projects behind with their money at the time of monitoring."""
    lights = [f"{light}{summary.lights[light]}个" for light in AT_RISK if summary.lights.get(light)]
    if not lights or summary.at_risk is None:
        return ""
    return f"；执行监控中{'、'.join(lights)}，未执行预算{show(summary.at_risk, '万元')}万元"


def _without(figures: Share) -> str:
    return f"（{figures.missing}户缺数，未计入）" if figures.missing else ""


def _problem_sentence(summary: Summary) -> str:
    if not summary.categories:
        return "审核没有发现问题。"
    text = (
        f"审核发现错误{summary.errors}项、核实{summary.warnings}项、提示{summary.hints}项，"
        f"涉及{summary.units_with_findings}户"
    )
    most, *others = summary.categories
    if not others or others[0].total < most.total:
        text += f"；最多的是“{most.name}”，{most.total}项，涉及{most.units}户"
    return text + "。"
