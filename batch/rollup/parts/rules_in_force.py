"""The checks in force and how each ended in the batch; what the bureau changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from batch.checks.engine.catalogue import Check
from batch.model.review import Review
from batch.model.status import Verdict


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One check as the sheet shows it."""

    check: Check
    #: what the bureau's own file changed, in words
    changed: str
    #: units by how the check ended on them
    ended: Mapping[Verdict, int]


def other_changes(catalogue: Container[str], changes: Iterable[tuple[str, str, str, str]]) -> tuple[str, ...]:
    """What the bureau's own file changed that is no check, in words."""
    return tuple(
        f"{what} {key}：{old or '（无）'}→{new}" for what, key, old, new in changes if what not in catalogue
    )


def rule_rows(
    catalogue: Iterable[Check], changes: Iterable[tuple[str, str, str, str]], reviews: Sequence[Review]
) -> tuple[RuleRow, ...]:
    """The rows of the sheet: checks in their order, with changes and counts of units."""
    changed: dict[str, list[str]] = {}
    for check, key, old, new in changes:
        changed.setdefault(check, []).append(f"{key}：{old or '（无）'}→{new}")
    counted = Counter(chain.from_iterable(review.verdicts.items() for review in reviews))
    ended: dict[str, Counter[Verdict]] = {}
    for (check, verdict), units in counted.items():
        ended.setdefault(check, Counter())[verdict] = units
    return tuple(
        RuleRow(check, "；".join(changed.get(check.id, ())), ended.get(check.id, Counter()))
        for check in catalogue
    )
