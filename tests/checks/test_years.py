"""Forms of another year: told once, compared with nothing; what a unit calls its project is no year."""

from __future__ import annotations

import pytest

from batch.checks.run import run_checks
from batch.model.status import Verdict
from batch.unit.rules import Context, load_rules
from tests.checks.telling import MONITORING, PROJECT, Edits, told, where
from tests.paper import PACK, WHOLE, checked, corrected, submission

_TITLE = "项目支出绩效目标执行监控表"


@pytest.mark.parametrize(
    "edits",
    [
        {f"{MONITORING}!A1": f"2021年{_TITLE}"},
        {f"{MONITORING}!A1": f"{_TITLE}（二〇二一年度）"},
        {f"{MONITORING}!A1": _TITLE, f"{MONITORING}!R1": "（2021年度）"},
        # with another budget, other indicators, a blank and a rate that is wrong
        {
            f"{MONITORING}!A1": f"2021年度{_TITLE}",
            f"{MONITORING}!E6": 396.06,
            f"{MONITORING}!E12": "90%",
            f"{MONITORING}!H7": None,
            f"{MONITORING}!K5": "12%",
            f"{MONITORING}!C2": "另一个项目",
        },
    ],
)
def test_the_monitoring_of_another_year_is_told_once(clean: bytes, edits: Edits) -> None:
    assert [check for check, _ in where(told(clean, edits))] == ["F011"]


def test_another_form_of_another_year_is_checked_and_not_compared() -> None:
    edits: Edits = {
        f"{WHOLE}!A1": "2019年部门整体支出绩效自评表",
        f"{WHOLE}!F7": 1,
        f"{WHOLE}!G34": 50,
    }
    result = checked(corrected(edits))
    found = {(f.check, f.cell) for f in result.findings}
    assert {("F011", "A1"), ("Z401", "F4"), ("Z409", "G34")} <= found
    assert not [check for check, _ in found if check.startswith("C5")]
    ended = {o.verdict for o in result.outcomes if o.check in ("C502", "C504", "Z413")}
    assert ended == {Verdict.UNCHECKED}


@pytest.mark.parametrize("sheet", [MONITORING, PROJECT])
def test_the_year_in_the_name_of_a_project_is_not_the_forms(clean: bytes, sheet: str) -> None:
    titles = {MONITORING: _TITLE, PROJECT: "项目支出绩效自评表"}
    names = {f"{one}!C2": "2018年危房改造" for one in titles}
    assert "F011" not in [check for check, _ in where(told(clean, {f"{sheet}!A1": titles[sheet], **names}))]


_HEADS = ("H4", "K4", "F9")


def _period(months: str, *places: str) -> Edits:
    words = dict(zip(_HEADS, ("执行数", "执行率", "执行情况"), strict=True))
    return {f"{MONITORING}!{place}": f"{months}{words[place]}" for place in places or _HEADS}


@pytest.mark.parametrize("months", ["1-7月", "1—8月", "1～9月", "1至10月", "上半年", "前三季度"])
def test_the_period_is_what_the_form_says(clean: bytes, months: str) -> None:
    found = told(clean, _period(months))
    assert "K222" not in [check for check, _ in where(found)]
    slow = [f for f in found if f.check == "K206"]
    assert [f.expected for f in slow] == {
        "1—8月": ["≥60%"],
        "1～9月": ["≥70%"],
        "1至10月": ["≥80%"],
        "前三季度": ["≥70%"],
    }.get(months, [])


def test_a_heading_of_another_period_than_its_form_is_asked_about(clean: bytes) -> None:
    found = told(clean, _period("1-7月", "F9"))
    assert [f.cell for f in found if f.check == "K222"] == ["F9"]


def test_a_period_of_the_settings_is_asked_for() -> None:
    rules = load_rules(Context(PACK, period="1-7月"))
    result = run_checks(submission(corrected()), rules.catalogue, rules.forms)
    assert [f.cell for f in result.findings if f.check == "K222"] == ["H4", "K4", "F9"]
    assert "“1-7月”" in next(f.message for f in result.findings if f.check == "K222")
