"""Results of the ties on a unit, passes as well as violations: the rows of 勾稽核对表."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from batch.checks.engine.catalogue import Check
from batch.checks.engine.collect import Collected
from batch.model.review import Ended, Outcome, verdict_of
from batch.model.status import NOT_APPLICABLE, Verdict
from batch.model.unit_facts import Number, TieFacts

_MEASURED = re.compile(r"(-?\d+(?:\.\d+)?)(\D*)")


def ties_of(collected: Iterable[Collected]) -> tuple[TieFacts, ...]:
    """How the ties among some checks came out where they apply, in the order of the checks.

    Ties between forms are given one by one with both sides, those within a form as one line of counts.
    """
    facts: list[TieFacts] = []
    within: list[Ended] = []
    for made in collected:
        if not made.check.ties:
            continue
        if made.check.is_between_forms:
            facts += _singly(made.check, [o for o in made.outcomes if o.verdict is not NOT_APPLICABLE])
        else:
            within += [one for one in made.ended if one.verdict is not NOT_APPLICABLE]
    if within:
        ended = Counter(one.verdict for one in within)
        remark = "，".join(f"{verdict.value}{ended[verdict]}处" for verdict in Verdict if verdict in ended)
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
