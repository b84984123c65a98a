"""Checks on single cells: errors, blanks, what is not a number, signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from batch.checks.amount import as_filled
from batch.checks.catalogue import Check
from batch.checks.evaluate import test
from batch.checks.registry import Run, check
from batch.checks.scope import Place
from batch.checks.walk import Slot
from batch.expression import parse
from batch.model.form import State

_NUMERIC = {"money", "count", "percent", "score"}


@check("F018")
def formula_errors(run: Run) -> None:
    """Cells that show #DIV/0!, #REF! and the like instead of a number."""
    _told(run, run.fields.in_state(State.ERROR))


@check("F021")
def not_numbers(run: Run) -> None:
    """Text in a number field that no reading makes a number of."""
    _told(run, [slot for slot in run.fields.in_state(State.UNREADABLE) if slot.field.type in _NUMERIC])


@check("F026")
def negatives(run: Run) -> None:
    """Negative money, staff or scores. Rates may well be negative."""
    below = [slot for slot in run.fields.numbers if slot.value.number is not None and slot.value.number < 0]
    _told(run, [slot for slot in below if slot.field.type in {"money", "count", "score"}])


@check("F025")
def blanks(run: Run) -> None:
    """Required cells that are blank, whatever a formula put there as empty text excepted."""
    blank = run.fields.in_state(State.BLANK)
    # conditions of forms know no thresholds
    head = replace(run.check, thresholds={})
    _told(run, [slot for slot in blank if not slot.value.formula and _is_required(run, head, slot)])


@check("J103")
def whole_numbers(run: Run) -> None:
    """People come in whole numbers."""
    people = [(s, s.value.number) for s in run.fields.numbers if s.field.type == "count"]
    parts = [slot for slot, number in people if number is not None and number != number.to_integral_value()]
    _told(run, parts, "count")


def _told(run: Run, bad: Iterable[Slot], kind: str = "") -> None:
    """Report these fields of the check's form; a pass for each other table with fields (of `kind`)."""
    form = run.check.form
    bad_tables = set()
    for slot in bad:
        if form not in ("", slot.table.form):
            continue
        bad_tables.add(id(slot.table))
        run.report.failed(
            slot.label,
            slot.table,
            slot.value,
            slot.name,
            {"字段": slot.label, "原文": as_filled(slot.value), "提醒": _reminder(slot)},
            filled="" if slot.value.is_blank else None,
        )
    for table, fields in run.fields.tables:
        if id(table) in bad_tables or form not in ("", table.form):
            continue
        if not kind or any(slot.field.type == kind for slot in fields):
            run.report.passed(table.name, table.form)


def _reminder(slot: Slot) -> str:
    return "（没有发生请填0）" if slot.field.type == "money" else ""


def _is_required(run: Run, head: Check, slot: Slot) -> bool:
    if slot.field.required_if:
        place = Place(head, run.forms, run.submission, slot.table, row=slot.row, item=slot.item)
        # a condition that cannot be worked out does not excuse a blank
        return test(parse(slot.field.required_if), place) is not False
    return slot.field.required
