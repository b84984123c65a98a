"""One slip in a clean unit: the true cell is among the proposals, and what is told as certain is right."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal

from batch.checks.rerun import Checks
from batch.model.cause import Sure
from batch.model.status import Severity
from batch.repair.causes import causes_of
from batch.repair.sums import cell_of
from batch.repair.trial import Trial, try_proposals
from tests.bends import BENDS
from tests.repair.planted import Planted, checked, clean, is_same, plant, rules, slipped

UNITS = 6


@dataclass(slots=True)
class Score:
    """How proposals did."""

    detectable: int = 0
    named: int = 0
    exact: int = 0
    #: certain proposals that would put in something else than what stood there
    wrong: int = 0
    units: int = 0
    one_cause: int = 0

    def add(self, planted: Planted, trial: Trial) -> None:
        """Count one unit."""
        for cell, true in planted.true.items():
            if not planted.is_told(cell):
                continue
            self.detectable += 1
            told = [
                change
                for tried in trial.tried
                for corrections in tried.corrections
                for change in corrections
                if (change.file, change.sheet, change.cell) == cell
            ]
            self.named += bool(told)
            self.exact += any(
                change.to and is_same(trial.compiled.slots[cell], change.to, true) for change in told
            )
        for tried in trial.tried:
            if len(tried.options) == 1 and tried.options[0].is_exact:
                self.wrong += not self._restores(planted, trial, tried.corrections[0])

    @staticmethod
    def _restores(planted: Planted, trial: Trial, corrections: object) -> bool:
        assert isinstance(corrections, tuple)
        return all(
            (cell := (one.file, one.sheet, one.cell)) in planted.true
            and is_same(trial.compiled.slots[cell], one.to, planted.true[cell])
            for one in corrections
        )


def score(seed: int, count: int, slips: int) -> Score:
    """Slips planted into units in any bent shape."""
    rng, made, one = random.Random(seed), Score(), rules()
    # half of them as the template prints it, with live formulas
    shapes = [*[""] * len(BENDS), *sorted(BENDS)]
    while made.units < count:
        planted = plant(rng, rng.randrange(UNITS), slips, rng.choice(shapes))
        said = checked(planted.submission)
        if not any(finding.severity is Severity.ERROR for finding in said.findings):
            continue
        by = Checks(one.catalogue, one.forms)
        trial = try_proposals(planted.submission, said, said.findings, by, one.causes.prices)
        made.add(planted, trial)
        causes = causes_of(said.findings, trial, one.causes)
        made.units += 1
        made.one_cause += sum(cause.is_to_do for cause in causes) == 1
    return made


def test_one_slip_is_found_and_told_once_and_nothing_wrong_is_certain() -> None:
    made = score(1, 60, 1)
    assert made.named >= 0.97 * made.detectable, made
    assert made.exact >= 0.85 * made.detectable, made
    assert made.one_cause >= 0.95 * made.units, made
    assert made.wrong == 0, made


def test_three_slips_are_found_and_nothing_wrong_is_certain() -> None:
    made = score(2, 20, 3)
    assert made.named >= 0.9 * made.detectable, made
    assert made.wrong == 0, made


def test_where_both_parts_of_a_sum_may_be_wrong_its_total_is_not_certain_to_be() -> None:
    one = rules()
    fields = {cell_of(slot)[1:]: slot.value for slot in checked(clean(9, "sheets_renamed")).fields.slots}
    new = {
        ("单位.xlsx", "Sheet2", ref): replace(fields["Sheet2", ref], number=Decimal(typed), raw=typed)
        for ref, typed in (("N6", "1946.14"), ("N7", "370.70"))
    }
    sent = slipped(9, "sheets_renamed", new)
    said = checked(sent)
    assert [(f.check, f.cell) for f in said.findings if f.severity is Severity.ERROR] == [("K201", "N5")]
    by = Checks(one.catalogue, one.forms)
    trial = try_proposals(sent, said, said.findings, by, one.causes.prices)
    # K205 says that the total is right
    (cause,) = (cause for cause in causes_of(said.findings, trial, one.causes) if cause.is_to_do)
    assert cause.sure is Sure.UNIT
    assert not cause.changes
