"""Checks on single cells: errors, blanks, what is not a number, signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from batch.checks.amount import as_filled
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
    _each(run, lambda slot: slot.value.state is State.ERROR)


@check("F021")
def not_numbers(run: Run) -> None:
    """Text in a number field that no reading makes a number of."""
    _each(run, lambda slot: slot.field.type in _NUMERIC and slot.value.state is State.UNREADABLE)


@check("F026")
def negatives(run: Run) -> None:
    """Negative money, staff or scores. Rates may well be negative."""
    _each(
        run,
        lambda slot: (
            slot.field.type in {"money", "count", "score"}
            and slot.value.number is not None
            and slot.value.number < 0
        ),
    )


@check("F025")
def blanks(run: Run) -> None:
    """Required cells that are blank, whatever a formula put there as empty text excepted."""
    _each(run, lambda slot: slot.value.is_blank and not slot.value.formula and _is_required(run, slot))


@check("J103")
def whole_numbers(run: Run) -> None:
    """People come in whole numbers."""
    _each(
        run,
        lambda slot: (
            slot.field.type == "count"
            and slot.value.number is not None
            and slot.value.number != slot.value.number.to_integral_value()
        ),
        only=lambda slot: slot.field.type == "count",
    )


def _each(run: Run, is_bad: Callable[[Slot], bool], only: Callable[[Slot], bool] | None = None) -> None:
    """Report every slot the test holds for; one pass a table where it holds for none."""
    form = run.check.form
    slots = [slot for slot in run.slots if slot.table.form == form] if form else run.slots
    if only is not None:
        slots = [slot for slot in slots if only(slot)]
    bad = [slot for slot in slots if is_bad(slot)]
    for slot in bad:
        run.report.failed(
            slot.label,
            slot.table,
            slot.value,
            slot.name,
            {"字段": slot.label, "原文": as_filled(slot.value), "提醒": _reminder(slot)},
            filled="" if slot.value.is_blank else None,
        )
    bad_tables = {id(slot.table) for slot in bad}
    for key, table in {id(slot.table): slot.table for slot in slots}.items():
        if key not in bad_tables:
            run.report.passed(table.name, table.form)


def _reminder(slot: Slot) -> str:
    return "（没有发生请填0）" if slot.field.type == "money" else ""


def _is_required(run: Run, slot: Slot) -> bool:
    if slot.field.required_if:
        head = replace(run.check, thresholds={})
        place = Place(head, run.forms, run.submission, slot.table, row=slot.row, item=slot.item)
        # a condition that cannot be worked out does not excuse a blank
        return test(parse(slot.field.required_if), place) is not False
    return slot.field.required
