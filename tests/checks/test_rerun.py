"""After some cells changed, what was run again says what a run of all checks says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import CheckResult
from batch.checks.engine.edited import Cell, Edits
from batch.checks.engine.fields import Slot
from batch.checks.rerun import Checks, Effect, Reruns
from batch.checks.run import Checked, Inputs, run_checks
from batch.model.book import Book
from batch.model.form import FILLED, State, Submission, Value
from batch.model.status import Severity
from batch.repair.sums import cell_of
from tests.paper import BASIC, corrected, rules, sample, submission

BY = Checks(rules().catalogue, rules().forms)


def _whole(sent: Submission, before: Checked, new: Mapping[Cell, Value]) -> Effect:
    """What a run of all checks says."""
    after = run_checks(Edits(sent).made(new).submission, BY.catalogue, BY.forms)
    was, now = ({finding.key: finding for finding in of.findings} for of in (before, after))
    raised = (now[key] for key in now.keys() - was.keys())
    return Effect(set(was.keys() - now.keys()), all(one.severity is not Severity.ERROR for one in raised))


def _some(slots: list[Slot]) -> list[Slot]:
    """One field of each column of each form, and one of each row of the grids: checks name both."""
    by_name = {
        (slot.table.form, name): slot
        for slot in slots
        if slot.value.ref
        for name in (slot.field.name, slot.row)
    }
    return list({id(slot): slot for slot in by_name.values()}.values())


@pytest.mark.parametrize("book", [sample(), corrected()], ids=["as sent", "corrected"])
def test_after_one_field_changed_all_is_found_that_a_whole_run_finds(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = submission(book)
    before = run_checks(sent, BY.catalogue, BY.forms)
    reruns, run = Reruns(before, BY), Counter[str]()
    results = Inputs.results

    def counted(of: Inputs, check: Check, *about: Any) -> Iterable[CheckResult]:
        run[check.id] += 1
        return results(of, check, *about)

    effects = Counter[bool]()
    for slot in _some(before.fields.slots):
        number = (slot.value.number or Decimal(1)) * 3
        value = replace(slot.value, state=FILLED, raw=f"{number}", number=number, kind="number", notes=())
        if slot.field.type == "text":
            value = replace(value, number=None, kind="text")
        new = {cell_of(slot): value}
        with monkeypatch.context() as patch:
            patch.setattr(Inputs, "results", counted)
            found = reruns.effect(Edits(sent).made(new))
        assert found == _whole(sent, before, new), slot.name
        effects[found.is_safe] += 1
    assert len(effects) == 2
    assert run.total() < effects.total() * len(BY.in_turn) / 4, "no check is spared"


def _kinds(value: Value) -> dict[str, Value]:
    """What a cell may hold instead, which some checks look for in whatever field."""
    filled = replace(value, state=FILLED, raw="1", number=Decimal(1), kind="number", notes=(), formula=None)
    nothing = replace(value, raw="", number=None, kind="", notes=(), formula=None)
    return {
        "blank": replace(nothing, state=State.BLANK),
        "stroke": replace(nothing, state=State.PLACEHOLDER, raw="/"),
        "formula error": replace(nothing, state=State.ERROR, raw="#REF!"),
        "unreadable": replace(nothing, state=State.UNREADABLE, raw="约一百"),
        "without a result": replace(nothing, state=State.UNCACHED, formula="A1"),
        "less than nothing": replace(filled, raw="-1", number=Decimal(-1)),
        "with more decimals": replace(filled, raw="1.2345", number=Decimal("1.2345")),
        "as text": replace(filled, notes=("text-number",)),
        "by its format": replace(filled, notes=("percent-format",)),
        "elsewhere": replace(filled, formula="[1]表!A1"),
        "a day": replace(filled, raw="1月6日", kind="date", notes=("date",)),
    }


@pytest.mark.parametrize("kind", _kinds(Value(FILLED, "")))
def test_whatever_a_cell_holds_instead_and_back_is_found(kind: str) -> None:
    sent = submission(corrected())
    slots = [slot for slot in run_checks(sent, BY.catalogue, BY.forms).fields.slots if slot.value.ref]
    some = {(slot.table.form, slot.field.type, bool(slot.item)): slot for slot in slots}
    for slot in some.values():
        cell, other = cell_of(slot), _kinds(slot.value)[kind]
        changed = Edits(sent).made({cell: other}).submission
        for of, value in ((sent, other), (changed, slot.value)):
            before = run_checks(of, BY.catalogue, BY.forms)
            found = Reruns(before, BY).effect(Edits(of).made({cell: value}))
            assert found == _whole(of, before, {cell: value}), slot.name


def test_what_was_tried_before_says_nothing_of_other_values() -> None:
    sent = submission(sample())
    before = run_checks(sent, BY.catalogue, BY.forms)
    reruns, edits = Reruns(before, BY), Edits(sent)
    wrong = {
        id(value) for made in before.collected.values() for one in made.violations for value in one.related
    }
    slots = [slot for slot in before.fields.slots if slot.value.ref and id(slot.value) in wrong]
    new = {
        cell_of(slot): replace(
            value, notes=(), kind="number", number=(value.number or Decimal(1)) + Decimal("1.5")
        )
        for slot in slots[::5]
        for value in [_kinds(slot.value)["less than nothing"]]
    }
    other = {cell: replace(value, number=Decimal(7), raw="7") for cell, value in new.items()}
    cells, cleared = list(new), 0
    for first, second in zip(cells, [*cells[3:], *cells[:3]], strict=True):
        for values in ({first: new}, {first: new, second: new}, {first: new, second: other}, {second: other}):
            typed = {cell: of[cell] for cell, of in values.items()}
            found = reruns.effect(edits.made(typed))
            assert found == _whole(sent, before, typed), typed
            cleared += bool(found.cleared)
    assert cleared


@pytest.mark.parametrize("check", ["Z412", "Z411"])
def test_of_two_rows_called_the_same_the_other_one_stays_wrong(check: str) -> None:
    sent = submission(corrected())
    (table,) = sent.of("整体自评表")
    one, other, *_ = [
        item for item in table.items if item.values["分值"].number and "满意" not in "".join(item.path)
    ]
    full = replace(
        one.values["完成值"], state=FILLED, raw="100%", number=Decimal(1), kind="percent", op="", upper=None
    )
    for item in (one, other):
        item.path, item.label = one.path, one.label
        points = item.values["分值"].number
        assert points is not None
        item.values["完成值"] = replace(full, ref=item.values["完成值"].ref)
        item.values["得分"] = replace(item.values["得分"], number=points - 1, raw=f"{points - 1}")
        item.values["偏差原因"] = replace(item.values["偏差原因"], state=State.BLANK, raw="")
    before = run_checks(sent, BY.catalogue, BY.forms)
    assert len(before.collected[check].findings) == 2
    cell = table.file, table.sheet, one.values["偏差原因"].ref
    new = {cell: replace(one.values["偏差原因"], state=FILLED, raw="原因", kind="text")}
    found = Reruns(before, BY).effect(Edits(sent).made(new))
    assert found == _whole(sent, before, new)
    assert not any(f"|{check}|" in key for key in found.cleared)


def test_a_figure_that_makes_a_blank_rate_due_is_no_safe_one() -> None:
    sent = submission(corrected())
    (table,) = sent.of("整体自评表")
    budget, rate = (table.fields[f"项目支出.{column}"] for column in ("全年预算数", "执行率"))
    nothing = replace(rate, state=State.BLANK, raw="", number=None, notes=(), formula=None)
    cells = [(table.file, table.sheet, value.ref) for value in (budget, rate)]
    none = (
        Edits(sent)
        .made({cells[0]: replace(budget, number=Decimal(0), raw="0"), cells[1]: nothing})
        .submission
    )
    before = run_checks(none, BY.catalogue, BY.forms)
    found = Reruns(before, BY).effect(Edits(none).made({cells[0]: budget}))
    assert found == _whole(none, before, {cells[0]: budget})
    assert not found.is_safe


def test_a_blank_that_is_filled_in_is_told_by_no_check_any_more() -> None:
    sent = submission(corrected({f"{BASIC}!C9": None}))
    before = run_checks(sent, BY.catalogue, BY.forms)
    slot = next(slot for slot in before.fields.slots if slot.value.ref == "C9")
    value = replace(slot.value, state=FILLED, raw="1", number=Decimal(1), kind="number")
    new = {cell_of(slot): value}
    found = Reruns(before, BY).effect(Edits(sent).made(new))
    assert found == _whole(sent, before, new)
    assert found.cleared
