"""What percentages and changes refer to: shares of a whole, growth since last year, rates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from batch.report.breakdowns import Breakdown
from batch.report.phrases import Grammar
from batch.report.stated_figures import StatedFigure

_SHARE = re.compile(r"占(?P<of>[^占]*?)(?:的)?(?:比重|比例|比)?(?:为|达到|达|是)?$")
_RATE = re.compile(r"(?:预算)?(?:执行率|完成率)(?:为|达到|达|是)?$")
_TOTALS = ("总额", "合计", "总计", "总数", "共计", "总支出", "总收入", "总投入", "总资产")
_OWN = {"", "其", "总", "总额", "比", "总数"}


@dataclass(frozen=True, slots=True)
class StatedRatio:
    """A stated percentage that can be recomputed from amounts of the text."""

    percent: StatedFigure
    #: "占比", "增减" or "执行率"
    kind: str
    part: StatedFigure
    #: sums it may be measured against; all sums of the same value count once
    wholes: tuple[StatedFigure, ...]
    #: whether one of `wholes` must be meant
    sure: bool

    def of(self, whole: StatedFigure) -> Decimal:
        """The recomputed percentage as a fraction."""
        return self.part.mention.value / whole.mention.value

    def fits(self, whole: StatedFigure) -> bool:
        """Whether the percentage follows from part and whole, allowing for the rounding of all three."""
        low, high = _quotient(self.part, whole)
        slack = self.percent.mention.half + Decimal("0.0001")
        return low - slack <= self.percent.mention.value <= high + slack


def _quotient(part: StatedFigure, whole: StatedFigure) -> tuple[Decimal, Decimal]:
    """The least and greatest possible quotient of two printed amounts."""
    p, w = part.mention, whole.mention
    low = max(w.value - w.half, w.half / 1000)
    return (p.value - p.half) / (w.value + w.half), (p.value + p.half) / low


def ratios(
    found: list[StatedFigure],
    earlier: list[StatedFigure],
    known: Sequence[StatedFigure],
    lists: list[Breakdown],
    grammar: Grammar,
) -> list[StatedRatio]:
    """The percentages of one sentence that can be recomputed.

    `earlier`: figures before it in its paragraph; `known`: amounts of known subjects anywhere before it in
    the text.
    """
    made: list[StatedRatio] = []
    for n, figure in enumerate(found):
        if figure.mention.kind != "percent" or not figure.mention.exact:
            continue
        ahead = found[:n]
        if figure.role == "change":
            ratio = _growth(figure, ahead)
        else:
            ratio = _share(figure, ahead, earlier, lists, grammar) or _rate(figure, ahead)
            if ratio is not None and not ratio.wholes:
                named = _SHARE.search(figure.mention.phrase)
                far = [f for f in known if named and grammar.same_subject(named["of"], f.said)]
                ratio = replace(ratio, wholes=_distinct(far), sure=False)
        if ratio is not None:
            made.append(ratio)
    return made


def _share(
    percent: StatedFigure,
    ahead: list[StatedFigure],
    earlier: list[StatedFigure],
    lists: list[Breakdown],
    grammar: Grammar,
) -> StatedRatio | None:
    found = _SHARE.search(percent.mention.phrase)
    sums = [figure for figure in ahead if figure.role == "sum"]
    behind = percent.sentence.text[percent.mention.end : percent.mention.end + 1]
    if not found or not sums or behind == "的":
        return None
    part = sums[-1]
    if "分别" in percent.sentence.text[part.mention.begin : percent.mention.end]:
        return None
    others = [
        figure for figure in (*earlier, *sums[:-1]) if figure.role == "sum" and figure.mention.value > 0
    ]
    if found["of"] in _OWN:
        own = next((b for b in lists if any(p.place == part.place for p in b.parts)), None)
        listed = own.total if own and own.certain else None
        if listed is not None and listed.mention.value > 0:
            return StatedRatio(percent, "占比", part, (listed,), part.mention.exact and listed.mention.exact)
        first = sums[0]
        total = own is None and first is not part and any(word in first.mention.phrase for word in _TOTALS)
        if total and first.mention.value > 0:
            return StatedRatio(percent, "占比", part, (first,), part.mention.exact and first.mention.exact)
        wholes = _distinct([figure for figure in others if figure.sentence is percent.sentence])
        return StatedRatio(percent, "占比", part, wholes, False)
    wholes = _distinct([figure for figure in others if grammar.same_subject(found["of"], figure.said)])
    exact = part.mention.exact and all(whole.mention.exact for whole in wholes)
    return StatedRatio(percent, "占比", part, wholes, exact and len(wholes) == 1)


def _growth(percent: StatedFigure, ahead: list[StatedFigure]) -> StatedRatio | None:
    """比上年增加332.90万元，增加42.70%: a change relative to last year's amount."""
    last = ahead[-1] if ahead else None
    if last is None or last.role != "change" or last.mention.kind != "money":
        return None
    if last.direction != percent.direction:
        return None
    before = [figure for figure in ahead if figure.role == "sum" and figure.year == -1]
    if len(before) != 1 or before[0].mention.value <= 0:
        return None
    exact = last.mention.exact and before[0].mention.exact
    exact = exact and last.said.subject in ("", before[0].said.subject)
    return StatedRatio(percent, "增减", last, (before[0],), exact and last.base in ("", "before"))


def _rate(percent: StatedFigure, ahead: list[StatedFigure]) -> StatedRatio | None:
    if not _RATE.search(percent.mention.phrase):
        return None
    sums = [figure for figure in ahead if figure.role == "sum"]
    planned = [
        figure
        for figure in sums
        if figure.said.kind in ("budget", "other") or "预算" in figure.mention.phrase
    ]
    spent = [figure for figure in sums if figure.said.kind == "spent"]
    if len(sums) != 2 or len(planned) != 1 or len(spent) != 1 or planned[0].mention.value <= 0:
        return None
    exact = planned[0].mention.exact and spent[0].mention.exact
    return StatedRatio(
        percent, "执行率", spent[0], (planned[0],), exact and planned[0].said.core == spent[0].said.core
    )


def _distinct(found: list[StatedFigure]) -> tuple[StatedFigure, ...]:
    by_value: dict[Decimal, StatedFigure] = {}
    for figure in found:
        by_value.setdefault(figure.mention.value, figure)
    return tuple(by_value.values())
