"""A result is held against its target as the people who filled both in meant them."""

from __future__ import annotations

import pytest

from batch.model.status import Severity
from tests.checks.telling import PROJECT, Edits, only, told
from tests.paper import BASIC as SENT_BASIC
from tests.paper import PROJECT as SENT_PROJECT
from tests.paper import checked, corrected

ROW: Edits = {f"{PROJECT}!D12": "检测合格率"}


@pytest.mark.parametrize(
    ("edits", "tells"),
    [
        # a bare number beside a per cent
        ({f"{PROJECT}!E12": "≥95%", f"{PROJECT}!F12": 98}, None),
        ({f"{PROJECT}!E12": "≥60百分比", f"{PROJECT}!F12": 85}, ("X317", "F12", "为指标值的141.67%")),
        ({f"{PROJECT}!E12": "≥10万元", f"{PROJECT}!F12": "98000元"}, ("X315", "H12", "按规则应得14.7分")),
        # one decimal is enough, and twice rounded is once too often: 97.3÷100×2 is 1.946
        ({f"{PROJECT}!F12": "9.99次"}, None),
        (
            {
                f"{PROJECT}!E12": "100%",
                f"{PROJECT}!F12": "97.3%",
                f"{PROJECT}!H12": 14.6,
                f"{PROJECT}!I12": "略",
            },
            None,
        ),
        # whoever took off more than the rule says why, and is not asked twice
        ({f"{PROJECT}!F12": "8次", f"{PROJECT}!H12": 10, f"{PROJECT}!I12": "两次培训因疫情取消"}, None),
        ({f"{PROJECT}!F12": "8次", f"{PROJECT}!H12": 10}, ("X313", "I12", "扣5分")),
        (
            {f"{PROJECT}!F12": "8次", f"{PROJECT}!H12": 14, f"{PROJECT}!I12": "两次培训因疫情取消"},
            ("X314", "H12", "应得12分"),
        ),
        # remarks
        ({f"{PROJECT}!F20": "96%（问卷50份）", f"{PROJECT}!E10": "业务能力建设任务全部完成。"}, None),
        ({f"{PROJECT}!F20": "发放问卷50份，满意度96%"}, None),
        ({f"{PROJECT}!F20": "90%（抽样30人）"}, ("X315", "H20", "完成值“90%（抽样30人）”")),
        # what is saved is to come to something
        ({f"{PROJECT}!D15": "成本节约率", f"{PROJECT}!E15": "≥2%", f"{PROJECT}!F15": "2%"}, None),
        ({f"{PROJECT}!E15": "≥2%", f"{PROJECT}!F15": "2%"}, ("X325", "E15", "成本一般应控制在某数以内")),
    ],
)
def test_only_what_is_wrong_is_told(clean: bytes, edits: Edits, tells: tuple[str, str, str] | None) -> None:
    asked = [
        f
        for f in told(clean, {**ROW, **edits})
        if f.severity is not Severity.HINT or f.check in ("X319", "X321")
    ]
    if tells is None:
        assert not asked
    else:
        check, cell, words = tells
        finding = only(asked, check)
        assert finding.cell == cell
        assert words in finding.message
        assert {f.check for f in asked} <= {check, "X320", "C512"}


@pytest.mark.parametrize(
    ("place", "rate", "check"),
    [
        # 13÷15 is 86.667 %
        (f"{SENT_BASIC}!D4", "86.66%", None),
        (f"{SENT_BASIC}!D4", "86%", None),
        (f"{SENT_BASIC}!D4", "86.6%", None),
        (f"{SENT_BASIC}!D4", "86.65%", "J101"),
        (f"{SENT_BASIC}!D4", "85%", "J101"),
    ],
)
def test_a_rate_may_be_cut_off_instead_of_rounded(place: str, rate: str, check: str | None) -> None:
    found = {
        f.check
        for f in checked(corrected({place: rate})).findings
        if f.cell == "D4" and f.severity is Severity.ERROR
    }
    assert found == ({check} if check else set())


def test_points_for_spending_beyond_what_there_are_need_no_budget_to_be_seen() -> None:
    edits = {f"{SENT_PROJECT}!I5": 99, f"{SENT_PROJECT}!E5": None}
    found = [f for f in checked(corrected(edits)).findings if f.cell == "I5"]
    assert [f.check for f in found] == ["X333"]
    assert found[0].message == "预算执行得分填99分，超过分值10分。"


def test_a_missing_column_is_called_by_its_printed_name_and_once() -> None:
    found = checked(
        corrected({"监控表!H4": None, f"{SENT_PROJECT}!G4": None, f"{SENT_PROJECT}!G11": None})
    ).findings
    missing = [f.message for f in found if f.check == "F014"]
    assert any("1-6月执行数" in message for message in missing)
    assert sum("：分值。" in message for message in missing) == 1
    assert not any("{" in message for message in missing)


def test_without_an_adjusted_budget_a_score_is_held_against_the_rate_that_is_there() -> None:
    """A rate of the start-of-year budget, in a form without the column; a blank is told once."""
    absent: Edits = {f"{SENT_PROJECT}!E4": None, **{f"{SENT_PROJECT}!E{row}": None for row in range(5, 9)}}
    lower: Edits = {f"{SENT_PROJECT}!F5": 370.76, f"{SENT_PROJECT}!F6": 370.76, f"{SENT_PROJECT}!H5": "92%"}
    for score, tells in ((9.2, []), (10, [("X339", "I5")])):
        found = checked(corrected({**absent, **lower, f"{SENT_PROJECT}!I5": score})).findings
        assert [(f.check, f.cell) for f in found if f.check in ("X302", "X303", "X339", "X340")] == tells
    blank: Edits = {f"{SENT_PROJECT}!E5": None, f"{SENT_PROJECT}!H5": "90%", f"{SENT_PROJECT}!I5": 9}
    found = checked(corrected(blank)).findings
    assert not {f.check for f in found} & {"X302", "X303", "X339", "X340"}
