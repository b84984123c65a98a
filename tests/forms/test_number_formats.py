"""What a number is, whatever its format makes of it: in per cent, in thousands, in another unit, unseen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from batch.forms.read.cell_value import read_value
from batch.model.book import Cell, Kind
from batch.model.form import State, Value


def number(raw: str, code: str = "General", kind: str = "money", unit: str = "万元") -> Value:
    return read_value(Cell(1, 1, Kind.NUMBER, raw, code), kind, "表一", "A1", unit)


def text(raw: str, kind: str = "money") -> Value:
    return read_value(Cell(1, 1, Kind.TEXT, raw), kind, "表一", "A1")


@pytest.mark.parametrize(
    ("raw", "code", "unit"),
    [
        ("436.41", "#,##0.00", "万元"),
        ("436.41", '0.00"万元"', "万元"),
        ("4364100", '0.00"元"', "元"),
        ("-436.41", "#,##0.00_);(#,##0.00)", "万元"),
        ("436.41", "[$¥-804]#,##0.00", "万元"),
        ("436.413", "0", "万元"),
        ("0", "0.00;-0.00;;@", "万元"),
        ("0", '#,##0.00_);(#,##0.00);""', "万元"),
        ("0", "#.#", "万元"),
        ("436.41", ";;;", "万元"),
    ],
)
def test_a_sum_is_what_is_stored_in_the_forms_unit(raw: str, code: str, unit: str) -> None:
    value = number(raw, code, unit=unit)
    assert (value.state, value.number, value.unit, value.notes) == (State.FILLED, Decimal(raw), unit, ())


@pytest.mark.parametrize(
    ("raw", "meant"),
    [("5.5511151231258E-17", "0"), ("10.000000000000057", "10"), ("0.30000000000000004", "0.3")],
)
def test_what_arithmetic_leaves_is_no_sum(raw: str, meant: str) -> None:
    assert str(number(raw, "General", unit="万元").number) == meant


@pytest.mark.parametrize("kind", ["money", "count", "score"])
def test_nobody_means_a_sum_or_a_count_in_per_cent(kind: str) -> None:
    value = number("1009.25", "0.00%", kind)
    assert (value.number, value.raw, value.notes) == (Decimal("1009.25"), "100925.00%", ("percent-format",))
    assert value.unit != "%"
    assert number("0.8667", "0.00%", "percent").unit == "%"


@pytest.mark.parametrize(
    ("raw", "code", "shown"),
    [
        ("436410", "#,##0.00,", "436.41"),
        ("4364100", "0!.0000", "436.4100"),
        ("4364100", '0"."0000', "436.4100"),
        ("4364100", '0!.0,"万元"', "436.4万元"),
        ("4364100", '0.00"元"', "4364100.00元"),
    ],
)
def test_where_the_format_prints_another_sum_either_may_be_meant(raw: str, code: str, shown: str) -> None:
    value = number(raw, code)
    assert (value.state, value.number, value.notes) == (State.UNREADABLE, None, ("scaled-format",))
    assert value.raw == f"{shown}（实际存的是{raw}）"


@pytest.mark.parametrize("raw", ["1E+15", "-1E+30", "4.4444444444444E+29", "1E-25", "1.7E+308"])
@pytest.mark.parametrize("kind", ["money", "count", "score", "percent", "value"])
def test_a_number_that_no_form_holds_is_none(raw: str, kind: str) -> None:
    value = number(raw, "0.00", kind)
    assert (value.state, value.number, value.notes) == (State.UNREADABLE, None, ("out-of-range",))


@pytest.mark.parametrize("raw", ["123456789012345678亿元", "4.44E+29", "999999999999999999"])
def test_nor_one_that_stands_there_as_text(raw: str) -> None:
    assert (text(raw).state, text(raw).number) == (State.UNREADABLE, None)


@pytest.mark.parametrize(
    ("raw", "expected", "unit"),
    [
        ("￥436.41", "436.41", "万元"),
        ("¥ 436.41", "436.41", "万元"),
        ("人民币436.41", "436.41", "万元"),
        ("￥4364100元", "4364100", "元"),
        ("￥436.41万", "436.41", "万元"),
        ("436.41\u200b", "436.41", "万元"),
        ("\u2060436.\ufe0f41", "436.41", "万元"),
    ],
)
def test_a_sign_of_the_currency_names_no_unit_and_unseen_signs_nothing(
    raw: str, expected: str, unit: str
) -> None:
    value = text(raw)
    assert (value.state, value.number, value.unit) == (State.FILLED, Decimal(expected), unit)


@pytest.mark.parametrize("kind", ["money", "text"])
def test_a_text_of_unseen_signs_is_blank(kind: str) -> None:
    assert text("\u200b\u3164 \ufeff", kind).state is State.BLANK
