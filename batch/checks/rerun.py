"""What other values in some cells of a submission do to its findings: which are gone, which 错误 are new.

Run again are only checks that read one of these cells, ties only at the places where they do; and of those
only the ones that can make a difference: an 错误, or a finding they made before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from batch.checks.engine.blanks import judge_again
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_words import ANY_ROW, placeholders
from batch.checks.engine.collect import MANY, ReportedCells, Told, found_by
from batch.checks.engine.edited import Edited
from batch.checks.engine.fields import Slot, edited_slot
from batch.checks.engine.place import Place, SharedSums
from batch.checks.engine.places import Spots, places
from batch.checks.engine.reads import ALL, words_for
from batch.checks.engine.registry import AMONG, LAST, NAMED, OF_BLANKS
from batch.checks.engine.ties import run_ties
from batch.checks.run import Checked, Inputs, in_turn, views_of
from batch.config.expression import AGGREGATES, Node, calls, names
from batch.forms.spec.spec import PackForms
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
            for word in self._declared(check) if check.is_function else _words(check, self.forms.forms):
                found.setdefault(word, set()).add(check.id)
        return found

    def _declared(self, check: Check) -> Iterable[str]:
        if check.id not in NAMED and check.id not in AMONG:
            return check.reads.words
        named = NAMED[check.id](check, self.forms) if check.id in NAMED else ()
        return [*(word for word in check.reads.words if word != ALL), *named]

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
        #: what each check found
        self._found = {
            check: Told({finding.key for finding in made.findings}, set(), made.errors, made.mistakes)
            for check, made in checked.collected.items()
        }
        #: any other makes no difference: it finds no 错误, found nothing, and reports no cell as unreadable
        self._relevant = [
            check
            for check in by.in_turn
            if check.id in by.strict or self._found[check.id].keys or check.id in AMONG
        ]
        self._slots = {id(slot.value): slot for slot in checked.fields.slots}
        self._reporting = checked.inputs.reported.checks
        self._errors = sum(made.errors for made in checked.collected.values())
        self._mistakes = sum(made.mistakes for made in checked.collected.values())
        #: those that find no more and no less as long as certain fields stay as they are
        self._among = {check.id: AMONG[check.id] for check in self._relevant if check.id in AMONG}
        #: by check: the places where it reads a value, by the identity of the value; None where any may be
        self._places: dict[str, dict[int, list[Place]] | None] = {}
        #: what a check found at one of its places, by the identity of the place
        self._found_at: dict[tuple[str, int], Told] = {}

    def effect(self, edited: Edited) -> Effect:
        """What becomes of the findings once these cells hold other values."""
        found = Effect()
        if not edited.values:
            return found
        before, slots = self._before.inputs, filter(None, map(self._slots.get, edited.values))
        changed = [(slot, edited_slot(slot, edited)) for slot in slots]
        inputs = self._inputs(edited, changed)
        concerned = self._concerned(changed)
        if inputs.blanks is not before.blanks and inputs.blanks.verdict != before.blanks.verdict:
            concerned |= OF_BLANKS
        # names of forms and projects, and what blank headings come to, are part of everything said
        everything = before.blanks.implied != inputs.blanks.implied or any(
            edited.table(table).name != table.name for table in before.views.sent.tables
        )
        errors, mistakes = self._errors, self._mistakes
        for check in self._relevant:
            if not everything and check.id not in concerned:
                if check.id in self._reporting:
                    inputs.reported.repeat(check.id, before.reported)
                continue
            part = None if everything else self._at_its_places(check, edited, inputs)
            if part and self._reports_others(check, edited, inputs):
                # its other places may rest on what it reports now
                part, inputs.reported = None, self._reported_before(check, inputs)
            was, now = part or self._whole(check, inputs, errors, mistakes)
            errors, mistakes = errors + now.counted - was.counted, mistakes + now.mistakes - was.mistakes
            found.cleared |= was.keys - now.keys
            found.is_safe = found.is_safe and now.errors <= self._found[check.id].keys
            # where it reports other cells, the checks behind it are run too
            everything = everything or self._reports_others(check, edited, inputs)
        return found

    def _reports_others(self, check: Check, edited: Edited, inputs: Inputs) -> bool:
        told = self._before.inputs.reported.of(check.id)
        left = {cell for cell in told if cell.value not in edited.values}
        return left != set(inputs.reported.of(check.id))

    def _whole(self, check: Check, inputs: Inputs, errors: int, mistakes: int) -> tuple[Told, Told]:
        """What a check found, and what it finds."""
        was = self._found[check.id]
        results = inputs.results(check, errors - was.counted, mistakes - was.mistakes)
        return was, found_by(check, inputs.views.of(check), results, inputs.reported)

    def _concerned(self, changed: Sequence[tuple[Slot, Slot]]) -> set[str]:
        """The checks that may say something else once these fields are no more what they were."""
        words: set[str] = set()
        for slot, _ in changed:
            words |= words_for(slot.table.form, slot.name)
            words |= words_for(slot.table.form, slot.field.name)
        found = LAST.union(*(self._by.readers.get(word, ()) for word in words))
        fields = self._before.inputs.fields
        for check, is_among in self._among.items():
            if any(is_among(was, fields) or is_among(now, fields) for was, now in changed):
                found.add(check)
        return found

    def _inputs(self, edited: Edited, changed: Sequence[tuple[Slot, Slot]]) -> Inputs:
        before, forms, catalogue = self._before.inputs, self._by.forms, self._by.catalogue
        fields = before.fields.edited(edited)
        blanks = judge_again(before.blanks, edited, changed, fields, forms, catalogue.values())
        return Inputs.of(views_of(edited.submission, forms, catalogue), forms, fields, blanks, before.written)

    def _at_its_places(self, check: Check, edited: Edited, inputs: Inputs) -> tuple[Told, Told] | None:
        """What a tie found, and finds, at the places where it reads one of these cells; None where places
        cannot be told apart."""
        if check.id not in self._places:
            self._places[check.id] = None if check.is_function else self._reads(check)
        by_value = self._places[check.id]
        if by_value is None:
            return None
        here = {id(place): place for key in edited.values for place in by_value.get(key, ())}
        findings = self._before.collected[check.id].findings
        if len(findings) + len(here) > MANY or len(findings) > len(self._found[check.id].keys):
            return None
        for cell in self._before.inputs.reported.of(check.id):
            readers = by_value.get(cell.value, ())
            if len(readers) != 1:
                return None
            if id(readers[0]) not in here:
                inputs.reported.report(check.id, cell)
        was = Told()
        for place in here.values() if findings else ():
            was.add(self._found_before(check, place))
        return was, self._found_now(check, list(here.values()), edited, inputs)

    def _found_before(self, check: Check, place: Place) -> Told:
        """What a tie found at one of its places."""
        known = self._found_at.get((check.id, id(place)))
        if known is None:
            before = self._before.inputs
            reported = self._reported_before(check, before)
            spots = Spots.only(check, [place], before.blanks.implied)
            results = run_ties(check, place.submission, before.forms, reported, spots)
            known = found_by(check, place.submission, results, reported)
            self._found_at[check.id, id(place)] = known
        return known

    def _reported_before(self, check: Check, inputs: Inputs) -> ReportedCells:
        """What the checks before this one report."""
        made = ReportedCells(inputs.blanks.known)
        for one in takewhile(lambda one: one != check.id, (one.id for one in self._by.in_turn)):
            if one in self._reporting:
                made.repeat(one, self._before.inputs.reported)
        return made

    def _found_now(self, check: Check, here: list[Place], edited: Edited, inputs: Inputs) -> Told:
        if not here:
            return Told()
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
            for place in here
        ]
        spots = Spots.only(check, now, inputs.blanks.implied)
        results = run_ties(check, view, inputs.forms, inputs.reported, spots)
        return found_by(check, view, results, inputs.reported)

    def _reads(self, check: Check) -> dict[int, list[Place]] | None:
        nodes = [*check.ties, *check.say.values(), *([check.when] if check.when else ())]
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
