"""Checks run again after one field changed find what a run of all checks finds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from batch.checks.engine.fields import Slot
from batch.checks.rerun import Rerun, readers_of
from batch.checks.run import Checked, run_checks
from batch.model.book import Book
from batch.model.form import FILLED
from batch.repair.applied import with_values
from batch.repair.sums import cell_of
from tests.paper import BASIC, corrected, rules, sample, submission


def _found(of: Checked) -> set[tuple[str, str | None]]:
    return {(finding.key, finding.cell) for finding in of.findings}


def _some(slots: list[Slot]) -> list[Slot]:
    """One field of each column of each form, and one of each row of the grids: checks name both."""
    numeric = [slot for slot in slots if slot.field.type != "text" and slot.value.ref]
    by_name = {(slot.table.form, name): slot for slot in numeric for name in (slot.field.name, slot.row)}
    return list({id(slot): slot for slot in by_name.values()}.values())


@pytest.mark.parametrize("book", [sample(), corrected()], ids=["as sent", "corrected"])
def test_after_one_field_changed_all_is_found_that_a_whole_run_finds(book: Book) -> None:
    sent, one = submission(book), rules()
    before = run_checks(sent, one.catalogue, one.forms)
    readers = readers_of(one.catalogue.values(), one.forms.forms)
    kept = 0
    for slot in _some(before.fields.slots):
        number = (slot.value.number or Decimal(1)) * 3
        value = replace(slot.value, state=FILLED, raw=f"{number}", number=number, kind="number")
        changed = with_values(sent, {cell_of(slot): value})
        again = run_checks(changed, one.catalogue, one.forms, Rerun(before.record, [slot], readers))
        assert _found(again) == _found(run_checks(changed, one.catalogue, one.forms)), slot.name
        kept += sum(
            again.record.collected[check] is before.record.collected[check]
            for check in again.record.collected
        )
    assert kept, "no check is spared"


def test_a_blank_that_is_filled_in_is_told_by_no_check_any_more() -> None:
    one, sent = rules(), submission(corrected({f"{BASIC}!C9": None}))
    before = run_checks(sent, one.catalogue, one.forms)
    slot = next(slot for slot in before.fields.slots if slot.value.ref == "C9")
    value = replace(slot.value, state=FILLED, raw="1", number=Decimal(1), kind="number")
    changed = with_values(sent, {cell_of(slot): value})
    again = run_checks(
        changed,
        one.catalogue,
        one.forms,
        Rerun(before.record, [slot], readers_of(one.catalogue.values(), one.forms.forms)),
    )
    assert _found(again) == _found(run_checks(changed, one.catalogue, one.forms)) != _found(before)
