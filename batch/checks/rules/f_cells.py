"""Checks on single cells: errors, blanks, what is not a number, signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from batch.checks.engine.check_result import CheckResult, Unchecked, Violation
from batch.checks.engine.evaluate import test
from batch.checks.engine.fields import Fields, Slot
from batch.checks.engine.group_scores import is_scored_with_its_group
from batch.checks.engine.place import Place
from batch.checks.engine.registry import LooksAt, Run, check
from batch.checks.engine.report_fields import NUMERIC, report_fields
from batch.config.expression import parse_expression
from batch.forms.read.measured import sign_in
from batch.forms.spec.labels import squeeze
from batch.model.form import BLANK, State


@check("F018", looks_at=LooksAt(among=lambda slot, _: slot.value.state is State.ERROR))
def formula_errors(run: Run) -> Iterator[CheckResult]:
    """Cells that show #DIV/0!, #REF! and the like instead of a number."""
    return report_fields(run, run.fields.in_state(State.ERROR))


@check("F021", looks_at=LooksAt(among=lambda slot, _: slot.value.state is State.UNREADABLE))
def not_numbers(run: Run) -> Iterator[CheckResult]:
    """Text in a number field that no reading makes a number of, and numbers that no form holds."""
    bad = run.fields.in_state(State.UNREADABLE)
    # what a format makes two numbers of is told by F042
    bad = [slot for slot in bad if "scaled-format" not in slot.value.notes]
    yield from report_fields(
        run, [s for s in bad if s.field.type in NUMERIC or "out-of-range" in s.value.notes]
    )


@check("F044", looks_at=LooksAt(among=lambda slot, _: slot.value.state is State.UNREADABLE))
def not_days(run: Run) -> Iterator[CheckResult]:
    """Text in a date field that names no day, such as 2024年13月2日."""
    bad = [slot for slot in run.fields.in_state(State.UNREADABLE) if slot.field.type == "date"]
    return report_fields(run, bad, "date")


@check("F045", looks_at=LooksAt(among=lambda slot, _: slot.field.type == "choice"))
def not_among_choices(run: Run) -> Iterator[CheckResult]:
    """Text in a field with a fixed vocabulary that is none of its words."""
    bad = [
        slot for slot in run.fields.of_type("choice") if slot.value.is_filled and not _is_offered(run, slot)
    ]
    return report_fields(run, bad, "choice")


def _is_offered(run: Run, slot: Slot) -> bool:
    """Whether a text is one of the words to choose from; a sign may be written in any way: ≧ for ≥."""
    if squeeze(slot.value.raw) in map(squeeze, slot.field.choices):
        return True
    ls = run.forms.forms[slot.table.form].list_with.get(slot.field.name)
    if ls is None or slot.field.name != ls.beside.sign:
        return False
    sign = sign_in(slot.value.raw, ls.beside.signs)
    return bool(sign) and sign in [sign_in(choice, ls.beside.signs) for choice in slot.field.choices]


def _is_negative(slot: Slot) -> bool:
    return slot.value.number is not None and slot.value.number < 0


@check("F026", looks_at=LooksAt(among=lambda slot, _: _is_negative(slot)))
def negatives(run: Run) -> Iterator[CheckResult]:
    """Negative money, staff or scores. Rates may well be negative."""
    below = filter(_is_negative, run.fields.numbers)
    yield from report_fields(run, [slot for slot in below if slot.field.type in {"money", "count", "score"}])


def _bears_on_a_blank(slot: Slot, fields: Fields) -> bool:
    """Whether a field lacks a value, or may say whether another one does."""
    if slot.value.state is BLANK and (slot.field.required or slot.field.required_if):
        return True
    if slot.field.name in fields.conditions:
        return True
    if slot.item is None or slot.field.type == "text":
        return False
    # a score may stand for others of its group
    scores = (blank for blank in fields.in_state(BLANK) if blank.field.type == "score")
    return any(blank.item is not None for blank in scores)


@check("F025", looks_at=LooksAt(blanks=True, among=_bears_on_a_blank))
def blanks(run: Run) -> Iterator[CheckResult]:
    """Required cells that are blank, whatever a formula put there as empty text excepted.

    Sums of money that are plainly 0 are F037's; several that one sum lacks are told together.
    """
    grouped = [slot for lacking in run.blanks.lacking for slot in lacking.slots]
    judged = {*run.blanks.zero, *run.blanks.implied, *run.blanks.following, *(id(s.value) for s in grouped)}
    for slot in run.blanks.following.values():
        yield Unchecked(slot.label, "由同一行的金额计算，金额未填写")
    blank = [slot for slot in run.fields.in_state(BLANK) if not slot.value.formula]
    single = [slot for slot in blank if id(slot.value) not in judged and _is_required(run, slot)]
    scored = {id(slot): slot for slot in single if is_scored_with_its_group(slot, run.forms)}
    for slot in scored.values():
        yield Unchecked(slot.label, "表上没有分值栏，同一组指标只打一个分")
    single = [slot for slot in single if id(slot) not in scored]
    together = {id(lacking.slots[0].value): lacking for lacking in run.blanks.lacking}
    order = {id(slot.value): n for n, slot in enumerate(blank)}
    leads = [*single, *(lacking.slots[0] for lacking in run.blanks.lacking)]
    yield from report_fields(run, sorted(leads, key=lambda slot: order[id(slot.value)]), "", together)


@check("F037", looks_at=LooksAt(blanks=True))
def blanks_for_nothing(run: Run) -> Iterator[CheckResult]:
    """Blanks that are 0 by the form's own sums, or the sum of the rows below: one word a form."""
    known = run.blanks.known
    for table, slots in run.fields.by_table:
        found = [slot for slot in slots if id(slot.value) in known] if known else []
        if not found:
            yield run.passed(table)
            continue
        rows = dict.fromkeys(run.forms.forms[table.form].row_words.get(s.row, s.row) for s in found)
        words = {"表": table.name, "n": str(len(found)), "行": "、".join(rows)}
        related = [slot.value for slot in found[1:]]
        yield Violation(table.name, table, found[0].value, "空着的金额", words, filled="", related=related)


def _is_required(run: Run, slot: Slot) -> bool:
    if slot.is_total:
        # a unit price has no sum, and whether one row is filled in depends on no other; the sum of what the
        # form prints is printed as well
        return slot.field.required and slot.field.answer and bool(slot.field.total)
    if slot.field.required_if:
        # conditions of forms know no thresholds
        head = replace(run.check, thresholds={})
        place = Place(head, run.forms, run.submission, slot.table, row=slot.row, item=slot.item)
        # a condition that cannot be worked out does not excuse a blank
        return test(parse_expression(slot.field.required_if), place) is not False
    return slot.field.required
