"""Sums that hold in all filled examples: a field is the sum of others, two are as much as two others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

from batch.draft.layout_ties import sum_text
from batch.draft.observations import SOURCE, Seen
from batch.draft.proposal import DraftField, DraftTie

#: the most parts of a sum that is looked for, by how many fields there are
_MOST_PARTS: Final = ((20, 4), (40, 3), (80, 2))
#: what is taken for two and two: fewer fields keep chance out
_MOST_PAIRED: Final = 14
#: figures that are compared before all are
_LOOKED_AT: Final = 64
#: a part that is anything but 0 less often than this proves nothing
_SEEN: Final = 2

_Series = tuple[int, ...]


def sum_laws(seen: Seen, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """The sums that do not follow from the ties `known`."""
    span = _Span()
    for factors in told_sums(seen, known):
        # what is 0 in all examples is no part of what they show
        span.add({name: factor for name, factor in factors.items() if any(seen.series.get(name, (1,)))})
    useful = [f for f in seen.amounts if sum(map(bool, seen.series[f.id])) >= _SEEN]
    most = next((parts for fields, parts in _MOST_PARTS if len(useful) <= fields), 0)
    # two fields beside each other that are the same in all examples are two still: nothing was left over
    for count in range(1 if seen.each == "列" else 2, most + 1):
        for whole, parts in _found(useful, seen.series, count):
            if span.add({whole.id: 1, **{part.id: -1 for part in parts}}):
                yield _tie(seen, sum_text(count), [whole, *parts])
    if len(useful) <= _MOST_PAIRED:
        for whole, one, other, less in _paired(useful, seen.series):
            if span.add({whole.id: 1, one.id: -1, other.id: -1, less.id: 1}):
                yield _tie(seen, "{0} == {1} + {2} - {3}", [whole, one, other, less])


def _tie(seen: Seen, text: str, fields: Iterable[DraftField]) -> DraftTie:
    ids = [field.id for field in fields]
    return DraftTie(
        "", seen.form.id, seen.each, text, ids, columns=list(seen.columns), tolerance="TOL_W", source=SOURCE
    )


def told_sums(seen: Seen, known: Sequence[DraftTie]) -> Iterator[dict[str, int]]:
    """The sums among known ties, as factors of fields."""
    for tie in known:
        if tie.form != seen.form.id or tie.each != seen.each or " == " not in tie.text:
            continue
        if set("*/,(") & set(tie.text) or any("." in part for part in tie.parts):
            continue
        left, _, right = tie.text.partition(" == ")
        factors = {}
        for side, sign in ((left, 1), (right, -1)):
            for word, plus in _addends(side):
                if word.startswith("{"):
                    factors[tie.parts[int(word[1:-1])]] = sign * plus
        yield factors


def _addends(side: str) -> Iterator[tuple[str, int]]:
    sign = 1
    for word in side.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            yield word, sign


class _Span:
    """Linear equations, to see whether one more follows from them."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, dict[str, Fraction]]] = []

    def add(self, factors: dict[str, int]) -> bool:
        """Take an equation in; False for one that follows from those before."""
        rest = {name: Fraction(factor) for name, factor in factors.items() if factor}
        for pivot, row in self._rows:
            if times := rest.get(pivot):
                for name, factor in row.items():
                    rest[name] = rest.get(name, Fraction(0)) - times * factor
        rest = {name: factor for name, factor in rest.items() if factor}
        if not rest:
            return False
        pivot = next(iter(rest))
        self._rows.append((pivot, {name: factor / rest[pivot] for name, factor in rest.items()}))
        return True


def _found(
    fields: Sequence[DraftField], series: dict[str, _Series], count: int
) -> Iterator[tuple[DraftField, list[DraftField]]]:
    """Every field that is the sum of `count` others, whatever is looked at."""
    some = {field.id: _some(series[field.id]) for field in fields}
    wholes: dict[_Series, list[DraftField]] = {}
    for field in fields:
        wholes.setdefault(some[field.id], []).append(field)
    for parts in combinations(fields, count):
        for whole in wholes.get(_added(some, parts), ()):
            # an equality is told from its first field on
            is_told = whole in parts or (count == 1 and fields.index(whole) > fields.index(parts[0]))
            if not is_told and _added(series, parts) == series[whole.id]:
                yield whole, list(parts)


def _some(series: _Series) -> _Series:
    """A part of many figures, to see at once that they are something else."""
    return series[:: max(len(series) // _LOOKED_AT, 1)]


def _added(series: dict[str, _Series], parts: Sequence[DraftField]) -> _Series:
    return tuple(map(sum, zip(*(series[part.id] for part in parts), strict=True)))


def _paired(
    fields: Sequence[DraftField], series: dict[str, _Series]
) -> Iterator[tuple[DraftField, DraftField, DraftField, DraftField]]:
    """Two fields that are as much as two others, told of the last of all: 期末 ＝ 期初 ＋ 增加 － 减少."""
    by_total: dict[_Series, list[tuple[DraftField, DraftField]]] = {}
    for pair in combinations(fields, 2):
        total = _added(series, pair)
        for other in by_total.setdefault(total, []):
            if not {f.id for f in pair} & {f.id for f in other}:
                last = max((*pair, *other), key=fields.index)
                with_last, without = (pair, other) if last in pair else (other, pair)
                (less,) = (field for field in with_last if field is not last)
                yield last, *without, less
        by_total[total].append(pair)
