"""Numbers in Chinese and with magnitudes: read wrongly, 22万 would count as 22."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.forms.locate.numerals import chinese_integer, measure, scale


@pytest.mark.parametrize(
    ("spelled", "number"),
    [
        ("〇", 0),
        ("三", 3),
        ("十", 10),
        ("十五", 15),
        ("二十三", 23),
        ("一百二十", 120),
        ("一百二", 120),
        ("一百零二", 102),
        ("二百五十六", 256),
        ("一千零五", 1005),
        ("一千零一十", 1010),
        ("两千", 2000),
        ("三万二", 32000),
        ("三万两千", 32000),
        ("一万零五", 10005),
        ("一亿二千万", 120_000_000),
        ("九千九百九十九万", 99_990_000),
        ("二〇二〇", 2020),
        ("二零二零", 2020),
        ("叁佰伍拾", 350),
    ],
)
def test_numerals_are_read(spelled: str, number: int) -> None:
    assert chinese_integer(spelled) == number


@pytest.mark.parametrize("text", ["", "万", "亿", "千万", "二十十", "十百", "三公", "一般", "23", "一" * 30])
def test_what_is_no_numeral_is_not_read(text: str) -> None:
    assert chinese_integer(text) is None


def _spell(number: int) -> str:
    """The textbook spelling of 0…9999."""
    digits = "零一二三四五六七八九"
    if number == 0:
        return "零"
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + digits[digit] + name
            gap = False
        else:
            gap = True
    return words


@given(st.integers(1, 9999), st.integers(0, 9999))
def test_spelled_numbers_come_back(high: int, low: int) -> None:
    assert chinese_integer(_spell(high)) == high
    joint = "" if low == 0 else ("零" if low < 1000 else "") + _spell(low)
    assert chinese_integer(f"{_spell(high)}万{joint}") == high * 10_000 + low


@pytest.mark.parametrize(
    ("number", "places", "magnitude", "scaled"),
    [
        ("22", 0, "万", (Decimal(220000), 0)),
        ("1.2", 1, "亿", (Decimal(120_000_000), 0)),
        ("1.23456", 5, "万", (Decimal("12345.6"), 1)),
        ("3", 0, "", (Decimal(3), 0)),
    ],
)
def test_magnitudes_multiply_and_keep_the_printed_precision(
    number: str, places: int, magnitude: str, scaled: tuple[Decimal, int]
) -> None:
    assert scale(Decimal(number), places, magnitude) == scaled


@pytest.mark.parametrize(
    ("unit", "word"),
    [
        ("名", "人"),
        ("人", "人"),
        ("人次", "人次"),
        ("km", "公里"),
        ("万元", "元"),
        ("枚", "枚"),
        ("", ""),
        ("元/人", "元/人"),
    ],
)
def test_units_of_one_measure_share_a_word(unit: str, word: str) -> None:
    assert measure(unit) == word
