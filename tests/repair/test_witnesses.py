"""A figure that last year's accepted figures or the written report repeat is not what is wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from batch.checks.rerun import Checks
from batch.model.form import Submission
from batch.model.narrative import Narrative
from batch.model.reference import LastYear, Reference
from batch.repair.applied import with_values
from batch.repair.sums import cell_of
from batch.repair.trial import try_proposals
from tests.checks.known import year_before
from tests.paper import sample, submission
from tests.repair.planted import checked, clean, rules, targets

TOTAL, PART = "项目支出.上年决算", "业务工作专项.上年决算"


def proposed(sent: Submission) -> list[set[str]]:
    """The cells of each way to mend what is wrong."""
    said, one = checked(sent), rules()
    by = Checks(one.catalogue, one.forms)
    trial = try_proposals(sent, said, said.findings, by, one.causes.prices)
    return [{cell[2] for cell in option.cells} for tried in trial.tried for option in tried.options]


def test_another_source_tells_which_side_of_a_sum_is_wrong() -> None:
    slots = {slot.name: slot for slot in targets(0)}
    total, part = slots[TOTAL], slots[PART]
    assert total.value.number is not None
    # no slip of typing that would tell it by itself
    other = replace(total.value, number=total.value.number + Decimal("123.45"), raw="")
    # typed in every column: else the one without a formula is the doubtful one
    row = [slot for slot in targets(0) if slot.row == total.row]
    sent = with_values(
        clean(0),
        {cell_of(slot): replace(slot.value, formula=None) for slot in row}
        | {cell_of(total): replace(other, formula=None)},
    )
    before = proposed(sent)
    assert {total.value.ref} in before
    assert {part.value.ref} in before
    accepted = LastYear(2019, tuple(year_before(clean(0)).values()))
    known = replace(sent, reference=Reference(sent.unit, last_year=accepted))
    assert proposed(known) == [{total.value.ref}]
    said = f"2019年业务工作专项支出{part.value.number}万元，主要用于日常业务工作。"
    reported = replace(sent, reports=[Narrative("报告.docx", (said,))])
    assert {part.value.ref} not in proposed(reported)


def test_the_budget_of_the_years_beginning_confirms_no_budget_after_the_changes() -> None:
    real = submission(sample())
    for said in ((), ("2020年年初预算数为478.24万元，用于完成特定行政工作任务。",)):
        sent = replace(real, reports=[Narrative("报告.docx", said)] if said else [])
        # 全年预算数 4,782,400.00 is to become what was spent, not the rate what it comes to with it
        assert {"E4", "E6", "E7"} in proposed(sent)
        assert {"G7"} not in proposed(sent)
