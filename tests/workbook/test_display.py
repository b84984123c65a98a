"""What a message quotes from a cell is what the bookkeeper sees in it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.model.book import Cell, Kind
from batch.workbook.read.display import display_text, printed
from batch.workbook.read.format_code import is_date, is_percent
from batch.workbook.read.number_formats import BUILTIN

ACCOUNTING = BUILTIN[43]


def numeric(raw: str, code: str = "General") -> Cell:
    return Cell(1, 1, Kind.NUMBER, raw, code)


@pytest.mark.parametrize(
    ("raw", "code", "text", "places"),
    [
        ("0.30000000000000004", "General", "0.3", 1),
        ("11124990.850000001", "General", "11124990.85", 2),
        ("100", "General", "100", 0),
        ("-0", "General", "0", 0),
        ("1E-7", "General", "0.0000001", 7),
        ("1.5E-12", "General", "1.5E-12", 13),
        ("1e300", "General", "1E+300", 0),
        ("123456789012345678", "General", "123456789012346000", 0),
        ("1E-320", "General", "0", 0),
        ("2", "0.00", "2.00", 2),
        ("0.005", "0.00", "0.01", 2),
        ("-0.005", "0.00", "-0.01", 2),
        ("1.005", "0.00", "1.01", 2),
        ("2.5", "0", "3", 0),
        ("6272512", "#,##0.00", "6,272,512.00", 2),
        ("12", "#,##0.00", "12.00", 2),
        ("0", "#,##0", "0", 0),
        ("-1234567.5", "#,##0.0", "-1,234,567.5", 1),
        ("1234", "0,000,000", "0,001,234", 0),
        ("0.5", "#.##", ".5", 1),
        ("3", "0.##", "3.", 0),
        ("7", "000", "007", 0),
        ("0.8667", "0%", "87%", 0),
        ("0.8667", "0.00%", "86.67%", 2),
        ("1", "0.0%", "100.0%", 1),
        ("6272512", "0.00,", "6272.51", 2),
        ("1234.5", ACCOUNTING, "1,234.50", 2),
        ("-1234.5", ACCOUNTING, "-1,234.50", 2),
        ("0", ACCOUNTING, "-", 0),
        ("-5", "#,##0_);[Red](#,##0)", "(5)", 0),
        ("-5", "0.0;[红色]-0.0", "-5.0", 1),
        ("1.86", '0.00"万元"', "1.86万元", 2),
        ("1.86", "0.00\\元", "1.86元", 2),
        ("1.86", "[$¥-804]#,##0.00", "¥1.86", 2),
        ("15", 'General"人"', "15人", 0),
        ("0", "0;-0;;@", "", 0),
        ("12.5", "@", "12.5", 1),
        ("12.5", "# ?/?", "12.5", 1),
        ("12.5", "0.00E+00", "12.5", 1),
        ("12.5", "[>=100]0;0.0", "12.5", 1),
        ("125000", "0\\.0,", "12.5", 1),
        ("4364100", "0!.0000", "436.4100", 4),
        ("4364100", '0!.0,"万元"', "436.4万元", 1),
        ("12", "000-0000", "000-0012", 0),
        ("12.5", '0.0"未关', "12.5未关", 1),
    ],
)
def test_numbers_are_printed_as_excel_prints_them(raw: str, code: str, text: str, places: int) -> None:
    assert display_text(numeric(raw, code)) == text
    assert printed(raw, code).places == places


@pytest.mark.parametrize(
    ("raw", "code", "text"),
    [
        ("43836", "yyyy-m-d", "2020-1-6"),
        ("43836", "yyyy-mm-dd", "2020-01-06"),
        ("43836", BUILTIN[14], "2020/1/6"),
        ("43836", BUILTIN[31], "2020年1月6日"),
        ("43836", BUILTIN[57], "2020年1月"),
        ("43836", BUILTIN[58], "1月6日"),
        ("43836", '[$-804]yyyy"年"m"月"d"日";@', "2020年1月6日"),
        ("43836", "yyyy.mm", "2020.01"),
        ("43836", "m/d/yy", "1/6/20"),
        ("43836", "d-mmm-yy", "6-Jan-20"),
        ("43836", "aaaa", "星期一"),
        ("43836.5625", BUILTIN[22], "2020/1/6 13:30"),
        ("43836.5625", '上午/下午h"时"mm"分"', "下午1时30分"),
        ("43836.5625", "h:mm AM/PM", "1:30 PM"),
        ("0.5", "h:mm:ss", "12:00:00"),
        ("1.5", "[h]:mm", "36:00"),
        ("0.0007", "mm:ss", "01:00"),
        ("60", "yyyy-m-d", "1900-2-29"),
        ("61", "yyyy-m-d", "1900-3-1"),
        ("1", "yyyy-m-d", "1900-1-1"),
        ("0", "yyyy-m-d", "1900-1-0"),
        ("2958465", "yyyy-m-d", "9999-12-31"),
        ("2958466", "yyyy-m-d", "2958466"),
        ("-1", "yyyy-m-d", "-1"),
        ("1e300", "yyyy-m-d", "1E+300"),
        ("43836", "[DBNum1]yyyy年", "43836"),
    ],
)
def test_dates_are_printed_as_excel_prints_them(raw: str, code: str, text: str) -> None:
    assert display_text(numeric(raw, code)) == text
    assert printed(raw, "yyyy-m-d").places == 0


def test_a_workbook_that_counts_from_1904_shows_the_same_day() -> None:
    assert display_text(numeric("42374", "yyyy-m-d"), date1904=True) == "2020-1-6"
    assert display_text(numeric("0", "yyyy-m-d"), date1904=True) == "1904-1-1"
    assert display_text(numeric("-1", "yyyy-m-d"), date1904=True) != ""


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Kind.TEXT, "403.00 "),
        (Kind.TEXT, " 文字 "),
        (Kind.BOOL, "TRUE"),
        (Kind.ERROR, "#REF!"),
        (Kind.UNCACHED, ""),
    ],
)
def test_everything_else_is_shown_as_it_is(kind: Kind, raw: str) -> None:
    assert display_text(Cell(1, 1, kind, raw, "0.00")) == raw


def test_a_number_has_fifteen_digits_and_no_exponent_of_its_own() -> None:
    assert str(printed("0.30000000000000004", "General").number) == "0.3"
    assert str(printed("1.10E3", "General").number) == "1100"
    assert printed("999999999999999.9", "General").number == Decimal(1000000000000000)


@pytest.mark.parametrize(
    ("code", "percent", "date"),
    [
        ("General", False, False),
        ("0.00%", True, False),
        ('0.00"%"', False, False),
        ("0\\%", False, False),
        ("yyyy-m-d", False, True),
        (BUILTIN[58], False, True),
        (BUILTIN[46], False, True),
        ('0.0"day"', False, False),
        ("[Red]0.00", False, False),
        ("0.00E+00", False, False),
        ("#,##0.00_);[Red](#,##0.00)", False, False),
        ("@", False, False),
        ("", False, False),
    ],
)
def test_percentages_and_dates_are_known_by_their_format(code: str, percent: bool, date: bool) -> None:
    assert is_percent(code) is percent
    assert is_date(code) is date


@given(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.one_of(
        st.sampled_from(sorted(BUILTIN.values())),
        st.text('0#?.,%;ymdhs[]"\\_*E+-@G/元年 ()', max_size=300),
        st.lists(
            st.sampled_from(["General", "0.00", "[Red]", ";", '"元"', "%", "m", "AM/PM", "[h]", "aaaa"])
        ).map("".join),
    ),
    st.booleans(),
)
def test_no_format_and_no_number_breaks_a_message(raw: str, code: str, date1904: bool) -> None:
    cell = numeric(raw, code)
    assert isinstance(display_text(cell, date1904), str)
    assert printed(raw, code).places >= 0
