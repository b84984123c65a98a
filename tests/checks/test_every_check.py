"""Every check of the catalogue is shown to find its mistake at its cell, and to let the right thing pass."""

from __future__ import annotations

import pytest

from batch.model.status import Verdict
from tests.checks.cases import CASES, ELSEWHERE
from tests.checks.report_cases import REPORT_CASES
from tests.paper import checked, corrected, found, rules


def test_no_check_is_without_its_cases() -> None:
    assert set(rules().catalogue) == set(CASES) | set(REPORT_CASES) | set(ELSEWHERE)


@pytest.mark.parametrize("check", CASES)
def test_the_mistake_is_found_at_its_cell(check: str) -> None:
    assert (check, CASES[check].marks) in found(corrected(CASES[check].breaks))


@pytest.mark.parametrize("check", CASES)
def test_the_right_thing_passes(check: str) -> None:
    assert checked(corrected(CASES[check].passes)).verdicts[check] is Verdict.PASS


def test_a_check_ends_as_on_its_worst_place() -> None:
    done = checked(corrected(CASES["J105"].breaks))
    ended = {outcome.verdict for outcome in done.outcomes if outcome.check == "J105"}
    assert ended == {Verdict.PASS, Verdict.FAIL}
    assert done.verdicts["J105"] is Verdict.FAIL


@pytest.mark.parametrize("check", CASES)
def test_every_slot_of_its_message_is_filled(check: str) -> None:
    for finding in checked(corrected(CASES[check].breaks)).findings:
        text = finding.message + finding.fix + finding.expected + finding.difference
        assert "{" not in text, text
        assert "None" not in text, text
