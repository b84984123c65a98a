"""Forms of another year: told once, compared with nothing; what a unit calls its project is no year."""

from __future__ import annotations

import pytest

from batch.model.review import Verdict
from tests.checks.telling import MONITORING, PROJECT, Edits, told, where
from tests.paper import WHOLE, checked, corrected

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
