"""Checks run again after some fields changed: those that read none of them say what they said before.

Where a message only mentions a changed field, it is as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from batch.checks.engine.amount import Amount
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_words import ANY_ROW, placeholders
from batch.checks.engine.collect import Collected, ReportedCells
from batch.checks.engine.fields import Slot
from batch.checks.engine.reads import ALL, words_for
from batch.config.expression import Node, names


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What the checks of a submission said, by check, and what it rests on beside the fields."""

    collected: Mapping[str, Collected]
    reported: ReportedCells
    #: what blank headings come to, by the identity of their values
    implied: Mapping[int, Amount]


def readers_of(catalogue: Iterable[Check], forms: Collection[str]) -> dict[str, set[str]]:
    """By word for a field (see words_for), the checks that may read it.

    A function reads what it declares, a tie what its expressions name.
    """
    readers: dict[str, set[str]] = {}
    for check in catalogue:
        for word in check.reads.words if check.is_function else _words(check, forms):
            readers.setdefault(word, set()).add(check.id)
    return readers


def _words(check: Check, forms: Collection[str]) -> Iterator[str]:
    nodes: list[Node] = [*check.ties, *check.say.values()]
    if check.when is not None:
        nodes.append(check.when)
    said = [name for node in nodes for name in names(node)]
    texts = (check.message, check.fix, check.computed, check.gap)
    for name in (*said, *check.require, check.at, *(slot for text in texts for slot in placeholders(text))):
        if name.partition(".")[0] in forms:
            yield name
        elif ANY_ROW.isdisjoint(name.split(".")):
            yield f"{check.form}.{name}"
        else:
            yield f"{check.form}.{ALL}"


class Rerun:
    """What was said of a submission before some of its fields changed, for one run of the checks after."""

    def __init__(
        self, before: RunRecord, changed: Collection[Slot], readers: Mapping[str, Collection[str]]
    ) -> None:
        """`changed`: the fields as they were; `readers`: see readers_of."""
        self._before = before
        words: set[str] = set()
        for slot in changed:
            words |= words_for(slot.table.form, slot.name)
            words |= words_for(slot.table.form, slot.field.name)
        #: the checks that may read one of them
        self._concerned = frozenset[str]().union(*(readers.get(word, ()) for word in words))
        self._values = frozenset(id(slot.value) for slot in changed)
        #: names of forms, units and projects, and points in a heading, are part of everything said
        self._all = any(
            (slot.field.type == "text" and slot.item is None) or "in-label" in slot.value.notes
            for slot in changed
        )

    def start(self, implied: Mapping[int, Amount]) -> None:
        """What blank headings come to now: where that is something else, all checks are run."""
        self._all = self._all or _amounts(implied) != _amounts(self._before.implied)

    def kept(self, check: Check, reported: ReportedCells) -> Collected | None:
        """What the check said before, and reports the same cells; None where it has to be run."""
        if self._all or check.id in self._concerned:
            return None
        reported.repeat(check.id, self._before.reported)
        return self._before.collected.get(check.id)

    def ran(self, check: Check, reported: ReportedCells) -> None:
        """A check was run: where it reports other cells, the checks behind it are run too."""
        before = [one for one in self._before.reported.of(check.id) if one.value not in self._values]
        self._all = self._all or before != reported.of(check.id)


def _amounts(implied: Mapping[int, Amount]) -> dict[int, tuple[object, str]]:
    return {key: (amount.value, amount.unit) for key, amount in implied.items()}
