"""What checks read: a function what it declares, a tie what its expressions name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_words import ANY_ROW, placeholders
from batch.checks.engine.reads import ALL
from batch.checks.engine.registry import LOOKS_AT
from batch.config.expression import AGGREGATES, Node, calls, names
from batch.forms.spec.spec import PackForms


def readers(catalogue: Mapping[str, Check], forms: PackForms) -> dict[str, set[str]]:
    """By word for a field (see words_for), the checks that may read it."""
    found: dict[str, set[str]] = {}
    for check in catalogue.values():
        for word in _declared(check, forms) if check.is_function else _words(check, forms.forms):
            found.setdefault(word, set()).add(check.id)
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """The names that a tie asks for at each of its places: one by one, and in sums."""

    single: frozenset[str]
    summed: frozenset[str]


def asked_by(check: Check) -> Asked | None:
    """What a tie asks for; None where any place may read any value."""
    nodes = [*check.ties, *check.say.values(), *([check.when] if check.when else ())]
    sums = [call for node in nodes for call in calls(node) if call.function in AGGREGATES]
    # a sum with a condition reads whole rows
    if check.each == "单位" or any(len(call.arguments) > 1 for call in sums):
        return None
    single = {check.at, *check.require, *(name for node in nodes for name in names(node, in_sums=False))}
    return Asked(frozenset(single), frozenset(name for call in sums for name in names(call)))


def _declared(check: Check, forms: PackForms) -> Iterable[str]:
    looks_at = LOOKS_AT.get(check.id)
    if looks_at is None:
        return check.reads.words
    return [*(word for word in check.reads.words if word != ALL), *looks_at.named(check, forms)]


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
