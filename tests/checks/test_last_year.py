"""Checks against the year before: each finds its mistake at its cell, and lets the right thing pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batch.figures.facts import facts_of
from batch.model.form import Submission
from batch.model.reference import LastYear
from batch.model.review import Review
from batch.model.status import Verdict
from batch.store.batch_record import accepted
from tests.checks.known import last_year, looked_at, of, places, sent, verdict
from tests.paper import BASIC, PROJECT, WHOLE, corrected, rules, sample, submission


def test_last_years_figures_are_those_that_were_accepted() -> None:
    found = of(sent(last=last_year({"基础数据表.公务接待.本年决算": "1.60"})), "Y701")
    assert [(f.sheet, f.cell, f.filled, f.expected) for f in found] == [(BASIC, "B11", "1.86", "1.60")]
    assert found[0].message == "“公务接待”上年决算填1.86万元，上年审定为1.60万元。"


def test_last_years_figures_may_stand_in_another_unit_of_money() -> None:
    last = last_year()
    in_yuan = tuple(
        replace(f, number=f.number * 10000, raw=f"{f.number * 10000}", unit="元")
        if f.number is not None and f.unit == "万元"
        else f
        for f in last.fields
    )
    assert verdict(sent(last=replace(last, fields=in_yuan)), "Y701") is Verdict.PASS
    # the same figures without the right unit are a doubt about the unit, not twelve mistakes
    mistaken = tuple(replace(f, unit="万元") if f.unit == "元" else f for f in in_yuan)
    found = sent(last=replace(last, fields=mistaken))
    assert of(found, "Y701") == []
    assert verdict(found, "Y701") is Verdict.UNCHECKED


def test_a_row_last_year_does_not_know_is_not_called_right() -> None:
    found = sent(last=last_year({"基础数据表.政府采购.本年决算": None}))
    assert of(found, "Y701") == []
    assert verdict(found, "Y701") is Verdict.UNCHECKED


def test_posts_and_staff_against_last_year() -> None:
    found = sent(last=last_year({"基础数据表.编制数": "16", "基础数据表.在职人数": "10"}))
    assert places(found, "Y702") == [(BASIC, "B4")]
    assert of(found, "Y702")[0].message == "编制数由16变为15，请说明文件依据。"
    assert places(found, "Y703") == [(BASIC, "C4")]
    assert of(found, "Y703")[0].message == "在职人数由10变为13，变动+30.00%（超过20%需说明）。"
    assert verdict(sent(last=last_year({"基础数据表.在职人数": "11"})), "Y703") is Verdict.PASS


@pytest.mark.parametrize(
    ("was", "told"), [("85", "（等级由良变为优）"), ("89.5", "（等级由良变为优）"), ("90", ""), ("95", "")]
)
def test_the_score_against_last_year(was: str, told: str) -> None:
    found = of(sent(last=last_year({"整体自评表.总分.得分": was})), "Y704")
    assert [(f.sheet, f.cell) for f in found] == ([(WHOLE, "G34")] if told else [])
    assert all(told in f.message for f in found)


def test_texts_that_repeat_last_years_are_found() -> None:
    now = submission(corrected()).of("整体自评表")[0].fields["年初设定目标"].raw
    last = last_year({"整体自评表.年初设定目标": now.replace("，", "、 ")})
    assert places(sent(last=last), "Y705") == [(WHOLE, "C9")]
    # a project's form is compared with that project's form of last year
    goal = submission(corrected()).of("项目自评表")[0].fields["预期目标"].raw
    last = last_year({"项目自评表.预期目标": goal})
    assert places(sent(last=last), "Y705") == [(PROJECT, "B10")]
    assert places(sent(edits={f"{PROJECT}!C2": "另一个项目"}, last=last), "Y705") == []


def test_a_project_carries_over_what_it_had_left() -> None:
    last = last_year({"项目自评表.年度资金总额.全年执行数": "380"})
    found = of(sent(last=last), "Y706")
    assert [(f.sheet, f.cell, f.filled, f.expected) for f in found] == [(PROJECT, "E7", "0.00", "23.00")]
    assert "（403.00−380.00）" in found[0].message
    carried = {f"{PROJECT}!E6": 380, f"{PROJECT}!E7": 23}
    assert verdict(sent(edits=carried, last=last), "Y706") is Verdict.PASS
    overspent = last_year({"项目自评表.年度资金总额.全年执行数": "410"})
    assert verdict(sent(last=overspent), "Y706") is Verdict.UNCHECKED
    assert verdict(sent(edits={f"{PROJECT}!C2": "新项目"}, last=last), "Y706") is Verdict.NOT_APPLICABLE


def test_receptions_are_held_against_what_was_accepted() -> None:
    less = last_year({"基础数据表.三公经费.本年决算": "0.90", "基础数据表.三公经费.本年预算": "1.70"})
    found = sent(last=less)
    assert [(f.cell, f.expected) for f in of(found, "J108")] == [("D6", "0.90")]
    assert [(f.cell, f.expected) for f in of(found, "J109")] == [("C6", "1.70")]
    assert of(found, "J109")[0].message == (
        "三公经费本年预算1.80万元，高于上年预算1.70万元，变动率5.88%（上年预算为上年审定数）。"
    )
    assert of(found, "J110") == []
    # the form's own 上年决算 counts where nothing was accepted
    only = last_year({"基础数据表.三公经费.本年决算": None, "基础数据表.三公经费.本年预算": None})
    assert [(f.cell, f.difference) for f in of(sent(last=only), "J110")] == [("D6", "-0.91")]
    assert verdict(sent(last=only), "J109") is Verdict.PASS


def test_the_change_of_receptions_is_worked_out_from_last_years_budget() -> None:
    found = of(sent(last=last_year({"基础数据表.三公经费.本年预算": "2"})), "Z414")
    assert [(f.sheet, f.cell, f.filled, f.expected) for f in found] == [(WHOLE, "F21", "-3.23%", "-10.00%")]
    assert found[0].message == "“三公经费”变动率填-3.23%，按上年审定的预算数（(1.80−2.00)÷2.00）应为-10.00%。"
    # the real submission's 100 %, with the budget that would make it right
    twice = sent(sample(), last=last_year({"基础数据表.三公经费.本年预算": "1"}))
    assert verdict(twice, "Z414") is Verdict.PASS
    none = sent(last=last_year({"基础数据表.三公经费.本年预算": "0"}))
    assert verdict(none, "Z414") is Verdict.UNCHECKED


def test_what_the_ledger_accepted_is_what_the_next_year_is_held_against() -> None:
    """The same unit a year later: its 上年决算 are the 本年决算 that were recorded, its texts unchanged."""
    before = submission(corrected())
    review = Review(before.unit, "", before.files)
    last = LastYear(2019, accepted(facts_of(before, review, rules().forms, rules().figures).details), "优")
    values = before.of("基础数据表")[0].fields
    rows = {f"{BASIC}!B{n}": values[f"{row}.本年决算"].raw for row, n in _rows(before).items()}
    now = sent(edits=rows, last=last)
    for check in ("Y701", "Y702", "Y703", "Y704", "Y706"):
        ended = {o.verdict for o in looked_at(now).outcomes if o.check == check}
        assert ended == {Verdict.PASS}, check
    assert (WHOLE, "C9") in places(now, "Y705")
    assert len(places(sent(last=last), "Y701")) > 5


def _rows(before: Submission) -> dict[str, int]:
    """The rows of 基础数据表 and where they stand."""
    fields = before.of("基础数据表")[0].fields
    carried = [name for name in fields if name.endswith(".上年决算")]
    return {name.partition(".")[0]: int(fields[name].ref[1:]) for name in carried}
