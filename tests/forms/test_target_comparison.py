"""A result is held against its target only when both speak of the same; else the unit is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.forms.read.target_comparison import comparable, meets
from batch.forms.read.values import parse_value


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("7*24", "100%"),
        ("7天*24小时", "100%"),
        ("统一政务网络“一张网”", "100%"),
        ("保障政务网络及业务系统正常稳定运行", "100%"),
        ("100%", "完成"),
        ("100%", "32"),
        ("100%", "32个"),
        ("32个", "32万元"),
        ("24小时", "3天"),
        ("470枚", "470台"),
        ("提高5个百分点", "5%"),
        ("下降5%", "增长5%"),
        ("100%", "/"),
        ("100%", ""),
        ("", ""),
        ("7*24", "24小时"),
        ("1月6日", "100%"),
    ],
)
def test_different_terms_are_not_compared(target: str, actual: str) -> None:
    assert not comparable(parse_value(target), parse_value(actual))
    assert meets(parse_value(target), parse_value(actual)) is None


@pytest.mark.parametrize(
    ("target", "actual", "met"),
    [
        ("100%", "100.00%", True),
        ("100%", "99.5%", False),
        ("满意度达95%", "大于93%", False),
        ("满意度达95%", "96%", True),
        ("≥95%", "95%", True),
        (">98%", "98%", False),
        ("大于98%", ">98%", True),
        ("≤100%", "≤100%", True),
        ("≤100%", "98.5%", True),
        ("≤100%", "100.1%", False),
        ("<5%", "5%", False),
        ("<5%", "4.9%", True),
        ("≥95%", "≤100%", None),
        ("≤100%", "≥90%", None),
        ("≥100百分比", "100", True),
        ("95%", "93", False),
        ("95%", "0.96", True),
        ("100%", "1", True),
        ("80%-90%", "85%", True),
        ("80%-90%", "79%", False),
        ("80%-90%", "95%", None),
        ("≥80%", "80%-90%", True),
        ("≤85%", "80%-90%", False),
        ("470枚", "470个", True),
        ("32个乡镇", "31", False),
        ("22万余次", "23万次", True),
        ("22万次", "22万", True),
        ("403万元", "4030000元", True),
        ("≤403万元", "4030001元", False),
        ("1.2亿元", "12000万元", True),
        ("24小时内", "3小时", True),
        ("100人", "101名", True),
        ("0", "0", True),
        ("0", "3", False),
        ("0次", "1次", False),
        ("1/3", "33%", False),
        ("7*24", "7天*24小时", True),
        ("7*24", "5×8小时", False),
        ("7*24", "达标", True),
        ("7*24", "未达标", False),
        ("2020年12月底前", "按时完成", True),
        ("保障政务网络及业务系统正常稳定运行", "达成年度指标", True),
        ("保障政务网络及业务系统正常稳定运行", "部分达成年度指标并具有一定效果", False),
        ("保障政务网络及业务系统正常稳定运行", "系统正常稳定运行", None),
        ("优", "良", False),
        ("良", "优", True),
        ("达标", "优", True),
        ("达标", "一般", None),
        ("是", "√", True),
        ("是", "否", False),
    ],
)
def test_whether_a_result_meets_its_target(target: str, actual: str, met: bool | None) -> None:
    assert comparable(parse_value(target), parse_value(actual))
    assert meets(parse_value(target), parse_value(actual)) is met


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["%", "", "个", "万元"]))
def test_a_bound_upwards_and_a_bound_downwards_disagree_only_off_the_bound(
    target: int, actual: int, unit: str
) -> None:
    given_ = parse_value(f"{actual}{unit}")
    at_least, at_most = parse_value(f"≥{target}{unit}"), parse_value(f"≤{target}{unit}")
    assert meets(at_least, given_) is (actual >= target)
    assert meets(at_most, given_) is (actual <= target)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_get_an_answer(target: str, actual: str) -> None:
    one, other = parse_value(target), parse_value(actual)
    assert comparable(one, other) == comparable(other, one)
    assert meets(one, other) in (True, False, None)
