"""Ties worked out by figures alone end as those worked out with words do, whatever stands in a cell."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from batch.checks.engine.catalogue import Check
from batch.checks.engine.plain_ties import PlainTies
from batch.checks.run import Checked, run_checks
from batch.config.expression import parse_expression
from batch.model.book import Book
from batch.model.form import State, Submission, Value
from batch.model.review import Finding, Outcome
from batch.model.status import Verdict
from batch.repair.applied import with_values
from batch.repair.sums import cell_of
from tests.paper import corrected, rules, sample, submission


def _filled(value: Value, number: Decimal) -> Value:
    return replace(value, state=State.FILLED, raw=f"{number}", number=number, kind="number")


#: what may be typed instead: a blank, a stroke, another number, one hardly apart, a bound, another unit of
#: money, and a text
INSTEAD: tuple[Callable[[Value], Value], ...] = (
    lambda value: replace(value, state=State.BLANK, raw="", number=None, kind="", places=0),
    lambda value: replace(value, state=State.PLACEHOLDER, raw="无", number=None, kind=""),
    lambda value: _filled(value, (value.number or Decimal(1)) * 3),
    lambda value: _filled(value, (value.number or Decimal(0)) + Decimal("0.004")),
    lambda value: replace(_filled(value, value.number or Decimal(0)), op="≥"),
    lambda value: replace(_filled(value, value.number or Decimal(0)), unit="元"),
    lambda value: replace(value, state=State.UNREADABLE, raw="另附", number=None, kind=""),
)


def _in_words(check: Check) -> Check:
    check = replace(check)
    object.__setattr__(check, "plain", PlainTies(None, (None,) * len(check.ties)))
    return check


TIES = {check.id: check for check in rules().catalogue.values() if check.ties or check.require}
IN_WORDS = {name: _in_words(check) for name, check in TIES.items()}


def _ended(done: Checked) -> tuple[list[Outcome], list[Finding]]:
    return done.outcomes, done.findings


def _run(sent: Submission, catalogue: dict[str, Check]) -> Checked:
    # blanks are told by F025, and what is told is compared with nothing
    return run_checks(sent, {"F025": rules().catalogue["F025"], **catalogue}, rules().forms)


@pytest.mark.parametrize("book", [sample(), corrected()], ids=["as sent", "corrected"])
def test_figures_alone_say_what_words_say(book: Book) -> None:
    sent = submission(book)
    before = _run(sent, TIES)
    slots = [slot for slot in before.fields.slots if slot.value.ref and slot.field.type != "text"][::2]
    tried = 0
    for number, slot in enumerate(slots):
        # one of the ways for each cell: together they are tried on every column
        changed = with_values(sent, {cell_of(slot): INSTEAD[number % len(INSTEAD)](slot.value)})
        plain, in_words = _ended(_run(changed, TIES)), _ended(_run(changed, IN_WORDS))
        assert plain == in_words, slot.name
        tried += plain != _ended(before)
    assert tried > len(slots) // 2


def test_ties_that_hold_tell_their_sides_between_forms_and_where_somebody_asks() -> None:
    sent = submission(corrected())
    done, asked = (run_checks(sent, TIES, rules().forms, tells_sides=asks) for asks in (False, True))
    told, all_told = (
        {one.check for one in some.outcomes if one.left and one.verdict is Verdict.PASS}
        for some in (done, asked)
    )
    assert told == {check for check in all_told if TIES[check].is_between_forms} < all_told


def test_a_condition_that_takes_words_is_worked_out_for_its_own_check() -> None:
    """Checks share their places, and a number of the rule's own beside 元 is no plain figure."""
    sent, first = submission(corrected()), rules().catalogue["J114"]
    number = sent.of(first.form)[0].fields["项目支出.本年预算"]
    assert number.number is not None
    in_yuan = replace(number, number=number.number * 10_000, unit="元")
    changed = with_values(sent, {(sent.files[0], number.sheet, number.ref): in_yuan})
    own = {**first.thresholds, "下限": Decimal(1)}
    second = replace(first, id="J999", when=parse_expression("项目支出.本年预算 > 下限"), thresholds=own)
    done = run_checks(changed, {"J114": first, "J999": second}, rules().forms)
    assert {one.verdict for one in done.outcomes if one.check == "J999"} == {Verdict.PASS}


def test_nothing_of_a_run_waits_for_the_garbage_collector() -> None:
    """It is made to run seldom: places and their figures are freed with the unit."""
    sent = submission(corrected())
    run_checks(sent, rules().catalogue, rules().forms)
    gc.collect()
    gc.disable()
    try:
        run_checks(sent, rules().catalogue, rules().forms)
        assert gc.collect() == 0
    finally:
        gc.enable()
