"""The formulas of indicator scores: every boundary, and what must hold for any target and result."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.checks.engine.amount import Missing
from batch.checks.engine.formulas import Band, Due, Formulas, due_of
from batch.forms.read.quantities import Parsed
from batch.forms.read.values import parse_value

D = Decimal

BANDS = (
    Band("达成", D("0.8"), D(1), closed=True),
    Band("部分达成", D("0.6"), D("0.8")),
    Band("未达成", D(0), D("0.6")),
)
LINEAR = Formulas(bands=BANDS)
RATIO = replace(LINEAR, reverse="ratio_A_over_B")


def due(target: str, actual: str, points: str = "10", by: Formulas = LINEAR) -> Due | Missing:
    return due_of(parse_value(target), parse_value(actual), D(points), by)


def score(target: str, actual: str, points: str = "10", by: Formulas = LINEAR) -> D | None:
    result = due(target, actual, points, by)
    assert isinstance(result, Due), result
    return result.score


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        # 正向
        ("≥95%", "95%", "10"),
        ("≥95%", "94.99%", "10.00"),
        ("≥95%", "93%", "9.79"),
        ("≥95%", "0%", "0"),
        ("≥95%", "-3%", "0"),
        (">98%", "98%", "10"),
        ("满意度达95%", "大于93%", "9.79"),
        ("≥95%", "93", "9.79"),
        ("≥20次", "15次", "7.5"),
        ("≥403万元", "2015000元", "5"),
        ("80%-90%", "80%", "10"),
        ("80%-90%", "85%", "10"),
        ("80%-90%", "40%", "5"),
        # 等于
        ("100%", "100%", "10"),
        ("100%", "150%", "10"),
        ("100%", "50%", "5"),
        ("0", "0", "10"),
        ("0", "1", "0"),
        # 反向
        ("≤100%", "100%", "10"),
        ("≤100%", "≤100%", "10"),
        ("≤100%", "-5%", "10"),
        ("≤100%", "100.01%", "10.00"),
        ("≤100%", "120%", "8"),
        ("≤100%", "199.99%", "0.00"),
        ("≤100%", "200%", "0"),
        ("≤100%", "300%", "0"),
        ("<100%", "100%", "10"),
        ("≤0次", "0次", "10"),
        ("≤0次", "1次", "0"),
        # kept or not
        ("7*24", "7天*24小时", "10"),
    ],
)
def test_the_boundaries(target: str, actual: str, expected: str) -> None:
    assert score(target, actual) == D(expected)


def test_another_pack_takes_the_share_of_the_target_for_reverse_indicators() -> None:
    assert score("≤100%", "120%", by=RATIO) == D("8.33")
    assert score("≤100%", "200%", by=RATIO) == D(5)
    assert score("≤100%", "100%", by=RATIO) == D(10)
    assert score("≤0次", "1次", by=RATIO) == D(0)
    # the others are not touched
    assert score("≥95%", "93%", by=RATIO) == D("9.79")


@pytest.mark.parametrize(
    ("target", "actual", "why"),
    [
        ("7*24", "100%", "口径不同"),
        ("32个乡镇", "95%", "口径不同"),
        ("≥95%", "≤100%", "上限"),
        ("≤100%", "大于90%", "下限"),
        ("80%-90%", "95%", "范围的上限"),
        ("≤-5%", "3%", "负数"),
        ("0%", "5%", "没有写明方向"),
        ("保障网络稳定运行", "网络运行稳定", "佐证"),
        ("按期完成", "良好", "定性三档"),
        ("", "100%", "口径不同"),
    ],
)
def test_what_the_rules_do_not_say_is_left_open_with_its_reason(target: str, actual: str, why: str) -> None:
    result = due(target, actual)
    assert isinstance(result, Missing)
    assert why in result.reason


@pytest.mark.parametrize(
    ("actual", "low", "high", "allowed", "refused"),
    [
        ("达成年度指标", "8", "10", ["8", "10"], ["7.99"]),
        ("部分达成年度指标并具有一定效果", "6", "8", ["6", "7.99"], ["8", "5.99"]),
        ("未达成年度指标且效果较差", "0", "6", ["0", "5.99"], ["6"]),
        ("√", "8", "10", ["9"], ["7"]),
    ],
)
def test_a_judgement_leaves_a_range(
    actual: str, low: str, high: str, allowed: list[str], refused: list[str]
) -> None:
    result = due("提升服务水平", actual)
    assert isinstance(result, Due)
    assert (result.lowest, result.highest, result.rule, result.score) == (D(low), D(high), "定性", None)
    assert all(result.allows(D(s)) for s in allowed)
    assert not any(result.allows(D(s)) for s in refused)


def test_an_overshoot_is_full_by_default_and_otherwise_as_the_pack_says() -> None:
    full = due("≥100次", "150次")
    assert isinstance(full, Due)
    assert (full.score, "150%" in full.note) == (D(10), True)
    at_the_limit = due("≥100次", "130次")
    assert isinstance(at_the_limit, Due)
    assert at_the_limit.note == ""
    less = replace(LINEAR, overshoot="deviation")
    assert score("≥100次", "130次", by=less) == D(10)
    assert score("≥100次", "150次", by=less) == D(8)
    assert score("≥100次", "300次", by=less) == D(0)
    left_open = due("≥100次", "150次", by=replace(LINEAR, overshoot="ask"))
    assert isinstance(left_open, Missing)


def test_the_arithmetic_is_said_in_numbers() -> None:
    texts = [due("≥95%", "93%"), due("≤100%", "120%"), due("≥403万元", "2015000元"), due("≤5次", "10次")]
    assert [d.formula for d in texts if isinstance(d, Due)] == [
        "93%÷95%×10",
        "[1−(120%−100%)÷100%]×10",
        "2015000÷4030000×10",
        "10不低于5的2倍，得0分",
    ]


numbers = st.integers(min_value=-(10**6), max_value=10**7).map(lambda n: D(n) / 100)
targets = st.builds(
    Parsed,
    kind=st.just("number"),
    number=st.integers(min_value=0, max_value=10**6).map(lambda n: D(n) / 100),
    op=st.sampled_from(["", "≥", ">", "≤", "<"]),
)
points = st.integers(min_value=0, max_value=10**4).map(lambda n: D(n) / 100)
options = st.builds(
    Formulas,
    reverse=st.sampled_from(["linear_2A", "ratio_A_over_B"]),
    overshoot=st.sampled_from(["full", "deviation", "ask"]),
)


def _of(target: Parsed, number: D, weight: D, by: Formulas) -> Due | Missing:
    return due_of(target, Parsed("number", number), weight, by)


@given(targets, numbers, points, options)
def test_a_score_lies_between_nothing_and_the_points(
    target: Parsed, actual: D, weight: D, by: Formulas
) -> None:
    result = _of(target, actual, weight, by)
    if isinstance(result, Due):
        assert result.score is not None
        assert 0 <= result.score <= weight


@given(targets, numbers, numbers, points, st.sampled_from([LINEAR, RATIO]))
def test_a_better_result_never_earns_less(target: Parsed, one: D, other: D, weight: D, by: Formulas) -> None:
    worse, better = sorted(
        (one, other), reverse=target.op in ("≤", "<") or (not target.op and target.number == 0)
    )
    low, high = _of(target, worse, weight, by), _of(target, better, weight, by)
    if isinstance(low, Due) and isinstance(high, Due):
        assert low.lowest <= high.lowest


@given(targets, points, options)
def test_reaching_the_target_exactly_is_full_marks(target: Parsed, weight: D, by: Formulas) -> None:
    assert target.number is not None
    result = _of(target, target.number, weight, by)
    assert isinstance(result, Due)
    assert result.score == weight
