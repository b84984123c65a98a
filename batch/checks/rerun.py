"""What other values in some cells of a submission do to its findings: which are gone, which 错误 are new.

Run again are only checks that read one of these cells, ties only at the places where they do; and of those
only the ones that can make a difference: an 错误, or a finding they made before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from batch.checks.engine.blanks import judge_again
from batch.checks.engine.catalogue import Check
from batch.checks.engine.collect import MANY, ReportedCell, ReportedCells, Told, found_by
from batch.checks.engine.edited import Edited
from batch.checks.engine.fields import Slot, edited_slot
from batch.checks.engine.reads import words_for
from batch.checks.engine.registry import EACH, LAST, LOOKS_AT
from batch.checks.readers import Asked, asked_by, readers
from batch.checks.run import Checked, Inputs, in_turn, views_of
from batch.checks.tie_places import TiePlaces, found_now
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
    def turn(self) -> dict[str, int]:
        """When it is each one's turn."""
        return {check.id: number for number, check in enumerate(self.in_turn)}

    @cached_property
    def readers(self) -> dict[str, set[str]]:
        """By word for a field, the checks that may read it; see `readers`."""
        return readers(self.catalogue, self.forms)

    @cached_property
    def asked(self) -> dict[str, Asked | None]:
        """By tie, the names that it asks for at a place; see `asked_by`."""
        return {check.id: asked_by(check) for check in self.in_turn if not check.is_function}

    @cached_property
    def strict(self) -> frozenset[str]:
        """The checks that may find an 错误."""
        return frozenset(
            check.id
            for check in self.catalogue.values()
            if Severity.ERROR in (check.severity, *check.severity_in.values())
        )


@dataclass(slots=True)
class Effect:
    """What other values do to the findings."""

    #: keys of those that are gone
    cleared: set[str] = field(default_factory=set)
    #: whether no new 错误 comes of it
    is_safe: bool = True


_NOTHING: Final = Told()


class _Again(NamedTuple):
    """What a check found where it was run again, what it finds there now, and the cells it reports now."""

    was: Told
    now: Told
    reported: Collection[ReportedCell]


@dataclass(slots=True)
class _Edit:
    """Other values in some cells, and what checks look at then."""

    edited: Edited
    inputs: Inputs
    #: by check that may say something else: the values that it may read, before and now, by identity
    concerned: dict[str, tuple[int, ...]]
    #: by check and these values, what it came to as long as the blanks are what they are now
    known: dict[tuple[str, tuple[int, ...]], _Again]


class Reruns:
    """The checks of one submission, run again whenever some of its cells hold other values."""

    def __init__(self, checked: Checked, by: Checks) -> None:
        self._before, self._by = checked, by
        #: what each check found that found something
        self._found = {
            check: Told({finding.key for finding in made.findings}, set(), made.errors, made.mistakes)
            for check, made in checked.collected.items()
            if made.findings
        }
        looking = {check: looks.among for check, looks in LOOKS_AT.items() if looks.among}
        #: any other makes no difference: it finds no 错误, found nothing, and reports no single cell
        self._relevant = [
            check
            for check in by.in_turn
            if check.id in by.strict or check.id in self._found or check.id in looking
        ]
        self._looking = [(check.id, looking[check.id]) for check in self._relevant if check.id in looking]
        self._by_id = {check.id for check in self._relevant}
        self._slots = {id(slot.value): slot for slot in checked.fields.slots}
        #: by the identity of a value, those of them that may read it
        self._readers: dict[int, set[str]] = {}
        self._places = TiePlaces(checked.inputs, by.asked)
        self._verdict = checked.inputs.blanks.verdict
        #: all that was tried, so that values keep their identity, and by what the blanks were what came of it
        self._tried: list[Edited] = []
        self._known: dict[object, dict[tuple[str, tuple[int, ...]], _Again]] = {}

    def effect(self, edited: Edited) -> Effect:
        """What becomes of the findings once these cells hold other values."""
        found = Effect()
        if not edited.values:
            return found
        edit, before = self._edit(edited), self._before.inputs.reported
        errors = sum(told.counted for told in self._found.values())
        mistakes = sum(told.mistakes for told in self._found.values())
        everything = self._is_about_everything(edit)
        wanted = edit.concerned.keys() | before.checks
        for check in self._relevant:
            if not everything and check.id not in wanted:
                continue
            if not everything and check.id not in edit.concerned:
                edit.inputs.reported.repeat(check.id, before)
                continue
            if everything or check.id in LAST:
                again = self._whole(check, edit.inputs, errors, mistakes)
            else:
                again = self._again(check, edit)
                # where it reports other cells, the checks behind it are run too
                everything = self._reports_others(check, edit)
            errors += again.now.counted - again.was.counted
            mistakes += again.now.mistakes - again.was.mistakes
            found.cleared |= again.was.keys - again.now.keys
            found.is_safe = found.is_safe and again.now.errors <= self._found.get(check.id, _NOTHING).keys
        return found

    def _edit(self, edited: Edited) -> _Edit:
        self._tried.append(edited)
        before, forms, catalogue = self._before.inputs, self._by.forms, self._by.catalogue
        slots = filter(None, map(self._slots.get, edited.values))
        changed = [(slot, edited_slot(slot, edited)) for slot in slots]
        fields = before.fields.edited(edited)
        blanks = judge_again(before.blanks, edited, changed, fields, forms, catalogue.values())
        views = views_of(edited.submission, forms, catalogue)
        inputs = Inputs.of(views, forms, fields, blanks, before.written)
        concerned, verdict = self._concerned(changed), blanks.verdict
        if verdict != self._verdict:
            for check in self._relevant:
                if check.id in LOOKS_AT and LOOKS_AT[check.id].blanks:
                    concerned.setdefault(check.id, ())
        return _Edit(edited, inputs, concerned, self._known.setdefault(verdict, {}))

    def _concerned(self, changed: Iterable[tuple[Slot, Slot]]) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = dict.fromkeys(LAST, ())
        for was, now in changed:
            if id(was.value) not in self._readers:
                form = was.table.form
                words = words_for(form, was.name) | words_for(form, was.field.name)
                readers = (self._by.readers.get(word, ()) for word in words)
                known = self._looking_at(was).union(*readers) & self._by_id
                self._readers[id(was.value)] = known
            for check in self._readers[id(was.value)] | self._looking_at(now):
                found[check] = (*found.get(check, ()), id(was.value), id(now.value))
        return found

    def _looking_at(self, slot: Slot) -> set[str]:
        """The checks that look for fields like this one, whatever their names."""
        fields = self._before.inputs.fields
        return {check for check, is_one in self._looking if is_one(slot, fields)}

    def _is_about_everything(self, edit: _Edit) -> bool:
        """Whether all is told anew: names of forms and projects, and what blank headings come to, are part of
        everything said."""
        before, edited = self._before.inputs, edit.edited
        renamed = (
            table.name != edited.table(table).name
            for table in before.views.sent.tables
            if id(table) in edited.tables
        )
        return before.blanks.implied != edit.inputs.blanks.implied or any(renamed)

    def _reports_others(self, check: Check, edit: _Edit) -> bool:
        told, reported = self._before.inputs.reported.of(check.id), edit.inputs.reported.of(check.id)
        if not told and not reported:
            return False
        return {cell for cell in told if cell.value not in edit.edited.values} != set(reported)

    def _whole(self, check: Check, inputs: Inputs, errors: int = 0, mistakes: int = 0) -> _Again:
        """`errors`, `mistakes`: how many there are so far, with what the check found itself."""
        was = self._found.get(check.id, _NOTHING)
        results = inputs.results(check, errors - was.counted, mistakes - was.mistakes)
        now = found_by(check, inputs.views.of(check), results, inputs.reported)
        return _Again(was, now, inputs.reported.of(check.id))

    def _again(self, check: Check, edit: _Edit) -> _Again:
        """Of a check before which nothing else is reported than was."""
        key, inputs = (check.id, edit.concerned[check.id]), edit.inputs
        known = edit.known.get(key)
        if known is not None:
            for cell in known.reported:
                inputs.reported.report(check.id, cell)
            return known
        again = self._at_its_parts(check, edit) if check.is_function else self._at_its_places(check, edit)
        if again is None:
            again = self._whole(check, inputs)
        elif self._reports_others(check, edit):
            # places that are not run again may rest on what is reported now
            inputs.reported = self._reported_before(check, inputs)
            again = self._whole(check, inputs)
        edit.known[key] = again
        return again

    def _at_its_places(self, check: Check, edit: _Edit) -> _Again | None:
        """Of a tie, where it reads one of the cells; None where its places cannot be told apart."""
        here, made = self._places.reading(check, edit.edited.values), self._before.collected[check.id]
        told, reported = self._before.inputs.reported.of(check.id), edit.inputs.reported
        if here is None or not self._are_apart(check, len(here)):
            return None
        places = [self._places.only_reader(check, id(wrong.value)) for wrong in made.violations]
        telling = [self._places.only_reader(check, cell.value) for cell in told]
        if None in places or None in telling:
            return None
        was = Told()
        for place, finding, wrong in zip(places, made.findings, made.violations, strict=True):
            if place in here:
                was.add(finding, wrong)
        for place, cell in zip(telling, told, strict=True):
            if place not in here:
                reported.report(check.id, cell)
        now = found_now(check, here.values(), edit.edited, edit.inputs)
        return _Again(was, now, reported.of(check.id))

    def _at_its_parts(self, check: Check, edit: _Edit) -> _Again | None:
        """Of a function, in the rows of indicators or the columns with the cells; None where it is none of
        each one by itself."""
        reported, edited = edit.inputs.reported, edit.edited
        if check.id not in EACH or self._before.inputs.reported.of(check.id):
            return None
        changed, made = edit.concerned[check.id][::2], self._before.collected[check.id]
        parts = {_part(check, self._slots[value], edited) for value in changed}
        if None in parts or not self._are_apart(check, MANY // 2):
            return None
        was = Told()
        for finding, wrong in zip(made.findings, made.violations, strict=True):
            slot = self._slots.get(id(wrong.value))
            if slot is None:
                return None
            if _part(check, slot, edited) in parts:
                was.add(finding, wrong)
        now = found_by(check, edit.inputs.views.of(check), edit.inputs.results(check, 0, 0, parts), reported)
        return _Again(was, now, reported.of(check.id))

    def _are_apart(self, check: Check, more: int) -> bool:
        """Whether each of a check's findings has a key of its own, and so would some more have."""
        findings = len(self._before.collected[check.id].findings)
        return findings == len(self._found.get(check.id, _NOTHING).keys) and findings + more <= MANY

    def _reported_before(self, check: Check, inputs: Inputs) -> ReportedCells:
        """What the checks before this one reported, to go on with."""
        made, reported = ReportedCells(inputs.blanks.known), self._before.inputs.reported
        for one in reported.checks:
            if self._by.turn[one] < self._by.turn[check.id]:
                made.repeat(one, reported)
        return made


def _part(check: Check, slot: Slot, edited: Edited) -> object:
    """The row of indicators or the column that a field is in; None where a check looks at no such part."""
    if EACH[check.id] == "指标":
        return slot.item and id(edited.items.get(id(slot.item), slot.item))
    is_in_column = slot.table.form == check.form and slot.row and slot.item is None
    return slot.field.name if is_in_column else None
