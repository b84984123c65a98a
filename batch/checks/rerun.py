"""What other values in some cells of a submission do to its findings: which are gone, which 错误 are new.

Run again are only checks that read one of these cells, ties only at the places where they do; and of those
only the ones that can make a difference: an 错误, or a finding they made before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from batch.checks.engine.blanks import judge
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import CheckResult
from batch.checks.engine.check_words import ANY_ROW, placeholders
from batch.checks.engine.collect import found_by
from batch.checks.engine.edited import Edited
from batch.checks.engine.place import Place, SharedSums
from batch.checks.engine.places import Spots, places
from batch.checks.engine.reads import ALL, words_for
from batch.checks.engine.registry import LAST
from batch.checks.engine.ties import run_ties
from batch.checks.run import Checked, Inputs, in_turn, views_of
from batch.config.expression import AGGREGATES, Node, calls, names
from batch.forms.spec.spec import PackForms
from batch.model.form import BLANK
from batch.model.status import Severity


@dataclass(frozen=True)
class Checks:
    """What a submission is checked by."""

    catalogue: dict[str, Check]
    forms: PackForms

    @cached_property
    def in_turn(self) -> list[Check]:
        """The checks of one unit, one after the other."""
        return in_turn(self.catalogue)

    @cached_property
    def readers(self) -> dict[str, set[str]]:
        """By word for a field (see words_for), the checks that may read it.

        A function reads what it declares, a tie what its expressions name.
        """
        found: dict[str, set[str]] = {}
        for check in self.catalogue.values():
            for word in check.reads.words if check.is_function else _words(check, self.forms.forms):
                found.setdefault(word, set()).add(check.id)
        return found

    @cached_property
    def strict(self) -> frozenset[str]:
        """The checks that may find an 错误."""
        return frozenset(
            check.id
            for check in self.catalogue.values()
            if Severity.ERROR in (check.severity, *check.severity_in.values())
        )


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


@dataclass(slots=True)
class Effect:
    """What other values do to the findings."""

    #: keys of those that are gone
    cleared: set[str] = field(default_factory=set)
    #: whether no new 错误 comes of it
    is_safe: bool = True


class Reruns:
    """The checks of one submission, run again whenever some of its cells hold other values."""

    def __init__(self, checked: Checked, by: Checks) -> None:
        self._before, self._by = checked, by
        self._keys = {
            check: {finding.key for finding in made.findings} for check, made in checked.collected.items()
        }
        #: a check that finds no 错误, and found nothing, makes no difference
        self._relevant = [check for check in by.in_turn if check.id in by.strict or self._keys[check.id]]
        self._slots = {id(slot.value): slot for slot in checked.fields.slots}
        self._errors = sum(made.errors for made in checked.collected.values())
        self._mistakes = sum(made.mistakes for made in checked.collected.values())
        #: by check: the places where it reads a value, by the identity of the value; None where any may be
        self._places: dict[str, dict[int, list[Place]] | None] = {}

    def effect(self, edited: Edited) -> Effect:
        """What becomes of the findings once these cells hold other values."""
        found = Effect()
        if not edited.values:
            return found
        inputs, before = self._inputs(edited), self._before.inputs
        concerned = self._concerned(edited)
        # names of forms and projects, and what blank headings come to, are part of everything said
        everything = before.blanks.implied != inputs.blanks.implied or any(
            edited.table(table).name != table.name for table in before.views.sent.tables
        )
        errors, mistakes = self._errors, self._mistakes
        for check in self._relevant:
            if not everything and check.id not in concerned and check.id not in LAST:
                inputs.reported.repeat(check.id, before.reported)
                continue
            was, told = self._before.collected[check.id], before.reported.of(check.id)
            errors, mistakes = errors - was.errors, mistakes - was.mistakes
            results = (
                None if everything or told or was.findings else self._at_its_places(check, edited, inputs)
            )
            if results is None:
                results = inputs.results(check, errors, mistakes)
            now = found_by(check, inputs.views.of(check), results, inputs.reported)
            errors, mistakes = errors + now.counted, mistakes + now.mistakes
            known = self._keys[check.id]
            found.cleared |= known - now.keys
            found.is_safe = found.is_safe and now.errors <= known
            # where it reports other cells, the checks behind it are run too
            left = [one for one in told if one.value not in edited.values]
            everything = everything or left != inputs.reported.of(check.id)
        return found

    def _concerned(self, edited: Edited) -> frozenset[str]:
        words: set[str] = set()
        for key in edited.values:
            slot = self._slots.get(key)
            if slot is not None:
                words |= words_for(slot.table.form, slot.name)
                words |= words_for(slot.table.form, slot.field.name)
        return frozenset[str]().union(*(self._by.readers.get(word, ()) for word in words))

    def _inputs(self, edited: Edited) -> Inputs:
        before, forms = self._before.inputs, self._by.forms
        views = views_of(edited.submission, forms, self._by.catalogue)
        fields = before.fields.edited(edited, views.own, forms)
        slots = filter(None, map(self._slots.get, edited.values))
        # what the blanks of a table are rests on its sums of money
        again = {id(s.table) for s in slots if s.row and (s.field.type == "money" or s.value.state is BLANK)}
        known = {
            id(edited.table(table)): before.blanks.by_table[id(table)]
            for table, _ in before.fields.tables
            if id(table) not in again and edited.table(table).name == table.name
        }
        blanks = judge(fields, forms, self._by.catalogue.values(), known)
        return Inputs.of(views, forms, fields, blanks, before.written)

    def _at_its_places(self, check: Check, edited: Edited, inputs: Inputs) -> Iterable[CheckResult] | None:
        """What a tie says now at the places where it reads one of these cells; None where any may be one."""
        if check.id not in self._places:
            self._places[check.id] = None if check.is_function else self._reads(check)
        by_value = self._places[check.id]
        if by_value is None:
            return None
        here = {id(place): place for key in edited.values for place in by_value.get(key, ())}
        if not here:
            return ()
        view, shared = inputs.views.of(check), SharedSums()
        now = [
            Place(
                check,
                inputs.forms,
                view,
                place.table and edited.table(place.table),
                place.row,
                place.column,
                place.item and edited.items.get(id(place.item), place.item),
                place.group and edited.groups.get(id(place.group), place.group),
                place.label,
                shared=shared,
            )
            for place in here.values()
        ]
        spots = Spots.only(check, now, inputs.blanks.implied)
        return run_ties(check, view, inputs.forms, inputs.reported, spots)

    def _reads(self, check: Check) -> dict[int, list[Place]] | None:
        nodes = [*check.ties, *([check.when] if check.when else ())]
        sums = [call for node in nodes for call in calls(node) if call.function in AGGREGATES]
        # a sum with a condition reads whole rows
        if check.each == "单位" or any(len(call.arguments) > 1 for call in sums):
            return None
        single = {*check.require, *(name for node in nodes for name in names(node, in_sums=False))}
        summed = {name for call in sums for name in names(call)}
        before = self._before.inputs
        view = before.views.of(check)
        found: dict[int, list[Place]] = {}
        for place in places(check, view, before.forms, before.spots[id(view)]):
            values = [value for name in single if (value := place.find(name)) is not None]
            for name in summed:
                values += place.parts(name)
            for key in {id(value) for value in values}:
                found.setdefault(key, []).append(place)
        return found
