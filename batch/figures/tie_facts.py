"""Results of the ties on a unit, passes as well as violations: the rows of 勾稽核对表."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from batch.checks.engine.catalogue import Check
from batch.model.review import Outcome, verdict_of
from batch.model.status import NOT_APPLICABLE, Verdict
from batch.model.unit_facts import Number, TieFacts

_MEASURED = re.compile(r"(-?\d+(?:\.\d+)?)(\D*)")


def ties_of(outcomes: Iterable[Outcome], catalogue: Mapping[str, Check]) -> tuple[TieFacts, ...]:
    """The outcomes of the ties in `catalogue` that apply, in the order of the outcomes.

    Ties between forms are given one by one with both sides, those within a form as one line of counts.
    """
    facts: list[TieFacts] = []
    within: list[Outcome] = []
    for name, places in groupby(outcomes, key=attrgetter("check")):
        check = catalogue.get(name)
        if check is None or not check.ties:
            continue
        applying = [o for o in places if o.verdict is not NOT_APPLICABLE]
        if len(check.needs) < 2:
            within += applying
        else:
            facts += _singly(check, applying)
    if within:
        ended = [o.verdict for o in within]
        remark = "，".join(
            f"{verdict.value}{ended.count(verdict)}处" for verdict in Verdict if verdict in ended
        )
        facts.append(TieFacts("", verdict_of(within), remark=remark))
    return tuple(facts)


def _singly(check: Check, outcomes: list[Outcome]) -> Iterator[TieFacts]:
    numbered = check.each == "单位" and len(outcomes) == len(check.ties)
    for number, outcome in enumerate(outcomes):
        (left, unit), (right, _) = _measured(outcome.left), _measured(outcome.right)
        remark = outcome.reason or outcome.where
        yield TieFacts(check.id, outcome.verdict, number if numbered else -1, left, right, unit, remark)


def _measured(side: str) -> tuple[Number, str]:
    """One side of a tie, as `sides_in_one_unit` tells it: the number and its unit."""
    found = _MEASURED.fullmatch(side)
    if not found:
        return None, ""
    number, unit = Decimal(found[1]), found[2]
    return number / 100 if unit == "%" else number, unit
