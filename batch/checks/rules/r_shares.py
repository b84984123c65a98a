"""Checks of the written report's own arithmetic: percentages and lists of parts."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.amount import round_half_up, show, told_sum
from batch.checks.engine.check_result import CheckResult, Passed, Unchecked, Violation
from batch.checks.engine.registry import Run, check
from batch.checks.engine.report_values import Passage, is_missing, where, wrong_in_text
from batch.model.form import Value
from batch.report.facts import ReportFacts
from batch.report.relations import StatedRatio


@check("R602")
def percentages_recomputed(run: Run) -> Iterator[CheckResult]:
    """A share, a growth or a rate of execution against the sums it is said to be of."""
    if (yield from is_missing(run)):
        return
    for written in run.written_reports:
        for ratio in written.ratios:
            paragraph = ratio.percent.sentence.paragraph
            fitting = next((whole for whole in ratio.wholes if ratio.fits(whole)), None)
            if fitting is not None:
                left, right = ratio.percent.mention.text, show(ratio.of(fitting), "%")
                yield Passed(f"{where(written, [paragraph])}“{_quote(ratio)}”", "", left, right)
            elif ratio.sure:
                yield _tell_ratio(written, ratio)
            else:
                yield Unchecked(f"{where(written, [paragraph])}“{_quote(ratio)}”", "不能确定是哪个数的百分比")


def _quote(ratio: StatedRatio) -> str:
    return ratio.part.sentence.quote(ratio.part.mention.begin, ratio.percent.mention.end)


def _tell_ratio(written: ReportFacts, ratio: StatedRatio) -> Violation[Value]:
    whole = ratio.wholes[0]
    due, percent = ratio.of(whole), ratio.percent.mention
    apart = round_half_up((percent.value - due) * 100, 2)
    words = {
        "比率": ratio.kind,
        "填": percent.text,
        "总数": whole.quoted,
        "算式": f"{told_sum(ratio.part.mention.value)}÷{told_sum(whole.mention.value)}",
        "应为": show(due, "%"),
    }
    passage = Passage(written, _quote(ratio), [ratio.percent.sentence.paragraph])
    return wrong_in_text(
        passage,
        f"{ratio.part.said.core or ratio.part.said.subject}{ratio.kind}",
        words,
        filled=percent.text,
        expected=words["应为"],
        difference=f"{apart:+f}个百分点",
    )


@check("R605")
def lists_add_up(run: Run) -> Iterator[CheckResult]:
    """The parts of a list against its total: where they must be all, or cannot be more."""
    if (yield from is_missing(run)):
        return
    for written in run.written_reports:
        for made in written.breakdowns:
            if len(made.parts) < 2 or made.overlapping:
                continue
            total, over = made.total.mention, made.added - made.total.mention.value
            place = f"{where(written, [made.total.sentence.paragraph])}“{made.total.quoted}”"
            arithmetic = "+".join(told_sum(part.mention.value) for part in made.parts)
            shown = f"{arithmetic}＝{show(made.added, '万元')}"
            if abs(over) <= made.slack:
                yield Passed(place, "", total.text, shown)
            elif made.complete or (made.alike and over > 0):
                words = {
                    "合计": show(made.added, "万元"),
                    "算式": arithmetic,
                    "总额": told_sum(total.value),
                    "差": show(abs(over), "万元"),
                }
                passage = Passage(written, made.total.quoted, [made.total.sentence.paragraph])
                yield wrong_in_text(
                    passage,
                    f"{made.total.said.subject or made.total.said.core or '合计'}分项",
                    words,
                    filled=total.text,
                    expected=shown,
                    difference=show(over, "万元", signed=True),
                )
            else:
                yield Unchecked(place, "列出的可能不是全部分项，不能判断合计")
