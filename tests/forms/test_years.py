"""Years and periods in headers: without them last year's column is read as this year's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.forms.locate.years import (
    all_canonical,
    canonical_year,
    drop_year,
    looks_date_mangled,
    period_in,
    year_in,
)
from batch.forms.spec.labels import label


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2020年部门整体支出绩效自评表", 2020),
        ("[bookmark: _GoBack]2020年部门整体支出绩效自评表", 2020),
        ("浏阳市 2020 年度项目支出绩效自评表", 2020),
        ("二〇二〇年", 2020),
        ("二○二○年度", 2020),
        ("二零二一年度", 2021),
        ("20年", 2020),
        ("20年部门整体支出", 2020),
        ("（20年度）", 2020),
        ("（2020年度）", 2020),
        ("自评表(2020)", 2020),
        ("2020部门整体支出绩效自评表.xlsx", 2020),
        ("２０２０年", 2020),
        ("2021-06-30", 2021),
        ("2021年1-6月执行数", 2021),
        ("20年以上", None),
        ("近20年", None),
        ("20年来", None),
        ("2020个", None),
        ("编制数", None),
        ("三公经费", None),
    ],
)
def test_year_is_found_however_it_is_written(text: str, year: int | None) -> None:
    assert year_in(text) == year


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2020年部门整体支出绩效自评表", "部门整体支出绩效自评表"),
        ("部门整体支出绩效自评表（2020年度）", "部门整体支出绩效自评表"),
        ("二〇二〇年度 自评表", "自评表"),
        ("自评表(2020)", "自评表"),
        ("编制数", "编制数"),
    ],
)
def test_titles_without_their_year_are_alike(text: str, rest: str) -> None:
    assert drop_year(text) == rest


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("1-6月执行数", (1, 6)),
        ("1—6月", (1, 6)),
        ("1~6月", (1, 6)),
        ("1～6月份", (1, 6)),
        ("1至6月", (1, 6)),
        ("1月至6月", (1, 6)),
        ("1月-6月执行率", (1, 6)),
        ("上半年", (1, 6)),
        ("半年度执行数", (1, 6)),
        ("半年执行数", (1, 6)),
        ("1-9月", (1, 9)),
        ("前三季度", (1, 9)),
        ("一季度", (1, 3)),
        ("下半年", (7, 12)),
        ("截至6月底执行数", (1, 6)),
        ("9月底执行数", (1, 9)),
        ("9月底前完成", None),
        ("1月6日执行情况", (1, 6)),
        ("1月6日", (1, 6)),
        ("6-Jan", (1, 6)),
        ("2021年1-6月执行数", (1, 6)),
        ("1-13月", None),
        ("6-1月", None),
        ("全年执行数", None),
        ("1月31日", None),
        ("年初预算数", None),
    ],
)
def test_period_is_found_however_it_is_written(text: str, period: tuple[int, int] | None) -> None:
    assert period_in(text) == period


@pytest.mark.parametrize(
    "text",
    ["1月6日", "1月6日执行情况", "1月6日完成情况", "3月4日", "6-Jan", "2021-01-06", "2021-01-06 00:00:00"],
)
def test_a_ratio_turned_into_a_date_is_noticed(text: str) -> None:
    assert looks_date_mangled(text)


@pytest.mark.parametrize(
    "text", ["1-6月执行数", "1月6日召开会议", "6月", "2020年", "12月底前", "1-6", "100%", "2020-2021"]
)
def test_what_is_no_date_is_not_suspected(text: str) -> None:
    assert not looks_date_mangled(text)


@pytest.mark.parametrize(
    ("text", "year", "canonical"),
    [
        ("2019年决算数", 2020, "{上年}决算数"),
        ("2020年决算数", 2020, "{本年}决算数"),
        ("2020年度预算数", 2020, "{本年}预算数"),
        ("20年预算数", 2020, "{本年}预算数"),
        ("二〇一九年决算数", 2020, "{上年}决算数"),
        ("2020年实际在职人数", 2020, "{本年}实际在职人数"),
        ("2020 年 实际在职人数", 2020, "{本年}实际在职人数"),
        ("2018年决算数", 2020, "2018年决算数"),
        ("2018-2020年", 2020, "2018-2020年"),
        ("1-6月执行数", 2021, "{期}执行数"),
        ("1—6月执行率", 2021, "{期}执行率"),
        ("上半年执行数", 2021, "{期}执行数"),
        ("1月6日执行情况", 2021, "{期}执行情况"),
        ("2021年1-6月执行数", 2021, "{本年}{期}执行数"),
        ("第一季度执行数", 2021, "{期}执行数"),
        ("截至6月执行数", 2021, "{期}执行数"),
        ("6-Jan", 2021, "{期}"),
        ("2021/1/6", 2020, "{期}"),
        ("1999-01-06", 2020, "{期}"),
        ("决算数(2020)", 2020, "决算数({本年})"),
        ("2020部门决算数", 2020, "{本年}部门决算数"),
        ("完成12次", 2020, "完成12次"),
        ("年初预算数", 2020, "年初预算数"),
        ("全年预计执行数", 2020, "全年预计执行数"),
        ("三公 经费", 2020, "三公经费"),
    ],
)
def test_labels_of_any_year_become_the_packs_labels(text: str, year: int, canonical: str) -> None:
    assert canonical_year(text, year) == canonical
    assert canonical_year(canonical, year) == canonical


@given(st.integers(2001, 2098), st.sampled_from(["决算数", "预算数", "实际在职人数"]))
def test_tokens_survive_label_in_either_order(year: int, words: str) -> None:
    typed = f" {year}年{words}："
    assert label(canonical_year(typed, year)) == canonical_year(label(typed), year) == f"{{本年}}{words}"
    assert canonical_year(label(typed), year + 1) == f"{{上年}}{words}"
    assert year_in(typed) == year
    assert drop_year(typed) == f"{words}:"


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    year, period = year_in(text), period_in(text)
    assert year is None or 1900 <= year < 2100
    assert period is None or 1 <= period[0] <= period[1] <= 12
    assert isinstance(canonical_year(text, 2020), str)


_PIECES = [
    "2019年",
    "2020年度",
    "20年",
    "二〇二〇年",
    "(2020)",
    "2018-2020年",
    "1-6月",
    "上半年",
    "截至6月",
    "1月6日",
    "2020",
    "2020-03",
    "6-Jan",
    "2021/1/6",
]


@given(
    st.lists(st.sampled_from([*_PIECES, "部门", "决算数", "(", " ", "-", "至"]), max_size=6).map("".join),
    st.integers(2015, 2025),
)
def test_whatever_the_year_its_label_is_one_of_all(text: str, year: int) -> None:
    assert canonical_year(text, year) in all_canonical(text)
