"""Amounts that in all filled examples are never more than others, and as much at least once.

Where both are equal now and then they are the same thing at two stages: what was budgeted and what was spent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from batch.draft.layout_ties import rate_of, sum_text
from batch.draft.observations import SOURCE, Seen
from batch.draft.proposal import DraftField, DraftTie
from batch.model.status import Severity

#: so often one has to be less, and both the same, for it to be no chance; fewer do where a rate has both
_LESS, _EQUAL = 8, 2
_LESS_OF_RATE, _EQUAL_OF_RATE = 3, 1
#: the most parts of a sum that a row covers
_MOST_PARTS: Final = 3
#: rows that stand for themselves: with more, sums of some of them are too many to mean anything
_MOST_ROWS: Final = 10


def order_laws(seen: Seen, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """What is never more than another field, as far as it does not follow from the ties `known`."""
    mine = [tie for tie in known if tie.form == seen.form.id and tie.each == seen.each]
    less = _Less(seen, mine)
    covered = list(_covered(seen, mine)) if seen.each == "列" else []
    for tie in covered:
        less.know(tie)
    yield from covered
    for one, other in less.found():
        yield _tie(seen, "{0} <= {1}", [one, other])


def _tie(seen: Seen, text: str, ids: list[str]) -> DraftTie:
    return DraftTie(
        "",
        seen.form.id,
        seen.each,
        text,
        ids,
        columns=list(seen.columns),
        tolerance="TOL_W",
        source=SOURCE,
        severity=Severity.WARNING.value,
    )


class _Less:
    """Which fields are never more than which: those that are known to be, and those the examples show."""

    def __init__(self, seen: Seen, known: Sequence[DraftTie]) -> None:
        self._seen = seen
        #: from every field to those it is never more than
        self._known: dict[str, set[str]] = {field.id: set() for field in seen.amounts}
        for tie in known:
            self.know(tie)

    def know(self, tie: DraftTie) -> None:
        """Take over what follows from a tie: a part is never more than the whole."""
        left, op, right = _compared(tie.text)
        if not op or set("*/-(,") & set(tie.text):
            return
        over, under = (right, left) if op == "<=" else (left, right)
        if len(over.split("+")) > 1:
            return
        whole = _at(over, tie)
        for word in under.split("+"):
            part = _at(word, tie)
            if part in self._known and min(self._seen.series[part], default=0) >= 0:
                self._known[part].add(whole)

    def found(self) -> Iterator[tuple[str, str]]:
        """The pairs that the examples show, without those that follow from others."""
        shown: dict[str, set[str]] = {field.id: set() for field in self._seen.amounts}
        for one in self._seen.amounts:
            for other in self._seen.amounts:
                if one is not other and one.type == other.type and self._is_shown(one, other):
                    shown[one.id].add(other.id)
        all_known = {key: self._known[key] | shown[key] for key in shown}
        for one_id, others in shown.items():
            for other_id in sorted(others):
                between = all_known[one_id] - {other_id}
                follows = any(_leads(all_known, step, other_id, {one_id}) for step in between)
                if not follows and other_id not in self._known[one_id]:
                    yield one_id, other_id

    def _is_shown(self, one: DraftField, other: DraftField) -> bool:
        less = equal = 0
        for seen in self._seen.observations:
            a, b = seen.number(one.id), seen.number(other.id)
            if a is None or b is None or (not a and not b):
                continue
            if a > b:
                return False
            less += a < b
            equal += a == b
        if rate_of_pair(self._seen, one, other):
            return equal >= _EQUAL_OF_RATE and less >= _LESS_OF_RATE
        return equal >= _EQUAL and less >= _LESS


def rate_of_pair(seen: Seen, one: DraftField, other: DraftField) -> bool:
    """Whether a rate beside two fields is the first by the second, as its words say."""
    rates = (f for f in seen.fields if f.type == "percent")
    return any(rate_of(rate, [one, other]) == (one, other) for rate in rates)


def _leads(known: dict[str, set[str]], start: str, end: str, passed: set[str]) -> bool:
    """Whether a field is never more than another by what lies between them."""
    if start == end:
        return True
    return any(
        _leads(known, step, end, passed | {start}) for step in known.get(start, ()) if step not in passed
    )


def _covered(seen: Seen, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """Rows that are never less than the sum of some that stand for themselves, and just that now and then."""
    parts = {_at(word, tie) for tie in known for word in _parts(tie.text)}
    top = [f for f in seen.amounts if f.id not in parts and any(seen.series[f.id])]
    if len(top) > _MOST_ROWS:
        return
    for count in range(_MOST_PARTS, 1, -1):
        for whole in top:
            rest = [field for field in top if field is not whole]
            for some in combinations(rest, count):
                if _covers(seen, whole, some):
                    yield _tie(seen, sum_text(count, ">="), [whole.id, *(field.id for field in some)])


def _covers(seen: Seen, whole: DraftField, parts: Sequence[DraftField]) -> bool:
    more = equal = 0
    for n, total in enumerate(seen.series[whole.id]):
        numbers = [seen.series[part.id][n] for part in parts]
        if total < sum(numbers):
            return False
        more += total > sum(numbers)
        # with one of them 0 it would be a sum of fewer
        equal += total == sum(numbers) and all(numbers)
    return equal > 0 and more >= _LESS


def _compared(text: str) -> tuple[str, str, str]:
    for op in ("==", ">=", "<="):
        left, found, right = text.partition(f" {op} ")
        if found:
            return left, op, right
    return text, "", ""


def _parts(text: str) -> list[str]:
    """The words for the parts of what a tie says is their sum, or at least that."""
    _, op, right = _compared(text)
    return [] if op not in ("==", ">=") or set("*/-(,") & set(right) else right.split("+")


def _at(word: str, tie: DraftTie) -> str:
    word = word.strip()
    return tie.parts[int(word[1:-1])] if word.startswith("{") else ""
