"""Breakdowns of a total into parts: 其中：A x万元，B y万元."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from batch.report.phrases import Grammar
from batch.report.stated_figures import StatedFigure, within

_MARKER = re.compile(r"其中|包括|分别为|分别是|按[^,;。]{2,8}分[,:]?")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A total and the parts listed after it."""

    total: StatedFigure
    parts: tuple[StatedFigure, ...]
    #: whether the parts are known to be all there are
    complete: bool
    #: whether they are parts of one kind, which cannot come to more than the total
    alike: bool
    #: whether some of them contain others (原值, 净值), so that nothing follows from their sum
    overlapping: bool
    #: whether it is certain which sum is the total
    certain: bool

    @property
    def added(self) -> Decimal:
        """The sum of the parts in 万元."""
        return sum((part.mention.value for part in self.parts), Decimal(0))

    @property
    def slack(self) -> Decimal:
        """The tolerated difference between sum and total: the rounding of each number, at least a cent."""
        halves = sum((part.mention.half for part in self.parts), self.total.mention.half)
        return max(Decimal("0.01"), halves)


def breakdowns(found: list[StatedFigure], grammar: Grammar) -> list[Breakdown]:
    """The breakdowns in one sentence; `found` are its figures."""
    if not found:
        return []
    text = found[0].sentence.text
    sums = [figure for figure in found if figure.role == "sum"]
    starts = [at.start() for at in _MARKER.finditer(text) if _opens_list(at, sums)]
    lists: list[tuple[list[StatedFigure], list[StatedFigure]]] = []
    for n, start in enumerate(starts):
        ahead = [figure for figure in sums if figure.mention.end <= start]
        stop = next((s for s in starts[n + 1 :] if any(start < f.mention.start < s for f in sums)), len(text))
        behind = [figure for figure in sums if start <= figure.mention.start < stop]
        if ahead and behind and (not lists or lists[-1][0][-1] is not ahead[-1]):
            lists.append((ahead, behind))
    if not lists and len(sums) > 2 and _is_complete(sums[0].said.subject, sums[1:], grammar):
        lists = [(sums[:1], sums[1:])]
    return [_breakdown(ahead, parts, len(lists) == 1, grammar) for ahead, parts in lists]


def _opens_list(marker: re.Match[str], sums: list[StatedFigure]) -> bool:
    """Whether a figure follows directly; “主要包括基本工资、奖金” lists no figures."""
    following = next((figure for figure in sums if figure.mention.start >= marker.end()), None)
    if following is None:
        return False
    between = marker.string[marker.end() : max(marker.end(), following.mention.begin)]
    return not between.strip(":,")


def _breakdown(
    ahead: list[StatedFigure], parts: list[StatedFigure], alone: bool, grammar: Grammar
) -> Breakdown:
    """The breakdown of one of the sums `ahead` into `parts`; its total is certain if there is only one
    such sum."""
    words = grammar.words
    alone = alone and len({figure.mention.value for figure in ahead}) == 1
    added = sum((part.mention.value for part in parts), Decimal(0))
    total = next((figure for figure in reversed(ahead) if figure.mention.value == added), ahead[-1])
    if not total.said.subject and not total.said.core:
        # 本年度我中心实际支出0.95万元，其中…: the parts tell what is meant
        whose = [s.name for s in words.subjects.values() if _is_complete(s.name, parts, grammar)]
        if len(whose) == 1:
            total = replace(total, said=replace(total.said, subject=whose[0], core=whose[0]))
    inside = tuple(within(part, total, alone) for part in parts)
    named = all(part.said.subject or part.said.core for part in inside)
    sound = alone and named and total.mention.exact and all(part.mention.exact for part in inside)
    same = len({(part.kind, part.year) for part in (total, *inside)}) == 1
    complete = sound and same and _is_complete(total.said.subject, parts, grammar)
    overlapping = any(word in part.mention.phrase for part in inside for word in words.of("overlap"))
    one_class = any(all(part.said.core in kind for part in inside) for kind in words.classes)
    alike = sound and same and not overlapping and (one_class or are_projects(inside, grammar))
    return Breakdown(total, inside, complete, alike, overlapping, alone)


def are_projects(parts: tuple[StatedFigure, ...], grammar: Grammar) -> bool:
    """Whether there are at least two parts and all have names of projects."""
    ends = grammar.words.of("project_ends")
    return len(parts) > 1 and all(
        not part.said.subject and grammar.part_name(part.mention.phrase).endswith(ends) for part in parts
    )


def _is_complete(subject: str, parts: list[StatedFigure], grammar: Grammar) -> bool:
    """Whether the parts are exactly those the pack says the subject consists of."""
    subjects = grammar.words.subjects
    due = set(subjects[subject].parts) if subject in subjects else set()
    stands = {subjects[p.said.subject].stands_for or p.said.subject if p.said.subject else "" for p in parts}
    return bool(due) and stands == due
