"""Labels are found again however a unit has bent them; without this a filled row reads as missing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.forms.spec.labels import label, money_unit_in, near, split_entries, squeeze, weight


@pytest.mark.parametrize(
    ("typed", "squeezed"),
    [
        ("“三公经费”变 动率（3分）", '"三公经费"变动率(3分)'),
        ("绩\n效\n指\n标", "绩效指标"),
        ("绩\r\n效\u3000指\u00a0标\u200b", "绩效指标"),
        ("\ufeff编 制 数", "编制数"),
        ("「三公」经费", '"三公"经费'),
        ("1—6月执行数", "1-6月执行数"),
        ("1～6月执行数", "1-6月执行数"),
        ("1－6月执行数", "1-6月执行数"),
        ("1月—6月", "1月-6月"),
        ("80%～90%", "80%-90%"),
        ("—", "—"),
        ("7×24", "7×24"),
        ("7*24", "7*24"),
        ("①数量指标", "(1)数量指标"),
        ("【产出】［指标］", "(产出)(指标)"),
        ("{本年}决算数", "{本年}决算数"),
        ("１００％", "100%"),
        ("", ""),
    ],
)
def test_squeeze_leaves_one_spelling(typed: str, squeezed: str) -> None:
    assert squeeze(typed) == squeezed


@given(st.text("一二三公经费（）()“”\"'：:—-~～ \u3000\n\u200b①１1年月%{}", max_size=30))
def test_squeezing_twice_changes_nothing(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("（一）项目支出", "项目支出"),
        ("一、项目支出：", "项目支出"),
        ("   1、公务用车购置和维护经费", "公务用车购置和维护经费"),
        ("1.公务用车", "公务用车"),
        ("1．公务用车", "公务用车"),
        ("(1)财政拨款", "财政拨款"),
        ("①财政拨款", "财政拨款"),
        ("       其中：公车购置", "公车购置"),
        ("其中办公经费", "办公经费"),
        ("（1）其中：办公经费", "办公经费"),
        ("年度资金总额：", "年度资金总额"),
        ("产出指标(50分)", "产出指标"),
        ("数量指标（15）", "数量指标"),
        ("资金到位率（2分", "资金到位率"),
        ("产出指标50分", "产出指标"),
        ("产出指标（50分）：", "产出指标"),
        ("项目资金（万元）", "项目资金"),
        ("成本指标（10分）（万元）", "成本指标"),
        ("资金来源：     （1）财政拨款", "财政拨款"),
        ("资金结构：     （1）基本支出", "基本支出"),
        ("资金来源：1、财政拨款", "财政拨款"),
        ("[bookmark: _GoBack]2020年部门整体支出绩效自评表", "2020年部门整体支出绩效自评表"),
        ("产出<br>指标", "产出指标"),
    ],
)
def test_label_takes_off_what_units_add(typed: str, words: str) -> None:
    assert label(typed) == words


@pytest.mark.parametrize(
    "words",
    [
        "三公经费", "一级指标", "二级指标", "三级指标", "1-6月执行数", "1月6日执行情况", "其他资金", "其中",
        "2020年决算数", "1.5倍", "{本年}决算数", "十四五规划", "绩效自评表(2020年度)", "绩效自评表(2020)",
        "(8)", "因公出国(境)费", "填报单位:浏阳市", "水费、电费、差旅费", "分值",
    ],
)  # fmt: skip
def test_label_keeps_what_is_part_of_the_words(words: str) -> None:
    assert label(words) == words


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("产出指标(50分)", "50"),
        ("数量指标（15）", "15"),
        ("资金到位率（2分", "2"),
        ("质量指标(8)", "8"),
        ("(8)", "8"),
        ("产出指标（12.5分）", "12.5"),
        ("产出指标（权重30分）", "30"),
        ("产出指标 权重30分", "30"),
        ("满意度指标10分", "10"),
        ("效益指标（40分）：", "40"),
        ("成本指标（10分）（万元）", "10"),
    ],
)
def test_weight_is_read_from_a_heading(typed: str, points: str) -> None:
    assert weight(typed) == Decimal(points)


@pytest.mark.parametrize(
    "typed", ["项目资金（万元）", "自评表（2020年度）", "自评表（2020）", "产出指标", "", "24小时", "得分"]
)
def test_weight_is_not_made_up(typed: str) -> None:
    assert weight(typed) is None


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("项目资金（万元）", "万元"),
        ("单位：万元", "万元"),
        ("单 位：万 元", "万元"),
        ("金额单位:元", "元"),
        ("(单位：人民币万元)", "万元"),
        ("单位：千元", "千元"),
        ("金额单位：百元", "百元"),
        ("（亿元）", "亿元"),
        ("填报单位：浏阳市数据资源中心   金额单位：万元   日期：", "万元"),
        ("万元", "万元"),
        ("单位：元", "元"),
        ("填报单位：元江县财政局", ""),
        ("单位：人", ""),
        ("年初预算数", ""),
        ("元", "元"),
    ],
)
def test_money_unit_is_taken_only_where_it_is_stated(typed: str, unit: str) -> None:
    assert money_unit_in(typed) == unit


@pytest.mark.parametrize(
    ("typed", "entries"),
    [
        ("填报单位：浏阳市数据资源中心", [("填报单位", "浏阳市数据资源中心")]),
        ("填报单位:浏阳市数据资源中心 ", [("填报单位", "浏阳市数据资源中心")]),
        ("填报人：                     单位负责人：", [("填报人", ""), ("单位负责人", "")]),
        ("填报人：单位负责人：", [("填报人", ""), ("单位负责人", "")]),
        (
            "填报单位：浏阳市数据资源中心    金额单位：万元",
            [("填报单位", "浏阳市数据资源中心"), ("金额单位", "万元")],
        ),
        (
            "填报单位：浏阳市数据资源中心金额单位：万元",
            [("填报单位", "浏阳市数据资源中心"), ("金额单位", "万元")],
        ),
        (
            "填 报 人：甲    负 责 人：乙  联系电话:0731-1 填报时间：2021年1月6日 10:30",
            [("填报人", "甲"), ("负责人", "乙"), ("联系电话", "0731-1"), ("填报时间", "2021年1月6日 10:30")],
        ),
        ("主管部门： 浏阳市大数据局代码：906", [("主管部门", "浏阳市大数据局代码：906")]),
        ("单位名称：浏阳市（代码：906017）", [("单位名称", "浏阳市（代码：906017）")]),
        ("年度资金总额：", [("年度资金总额", "")]),
        ("项目支出", []),
        ("：", []),
        ("", []),
        ("为全市机关正常运行和业务专项工作顺利开展提供强有力的支撑：一是", []),
    ],
)
def test_entries_in_one_cell_come_apart(typed: str, entries: list[tuple[str, str]]) -> None:
    assert split_entries(typed) == entries


def test_near_labels_are_worth_a_question_and_others_are_not() -> None:
    assert near("全年预算数", "全年 预算数：") == 1.0
    assert near("政府采取金额", "政府采购金额") > 0.8
    assert near("三公经费合计", "“三公”经费") > 0.6
    assert near("编制数", "厉行节约保障措施") == 0.0


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    """A hostile cell must not stop the batch: every question about any text is answered."""
    assert len(label(text)) <= len(squeeze(text))
    points = weight(text)
    assert points is None or 0 <= points < 1000
    assert money_unit_in(text) in ("", "元", "百元", "千元", "万元", "百万元", "亿元")
    assert all(name == squeeze(name) and name for name, _ in split_entries(text))


@pytest.mark.parametrize("piece", ["（1）", "（15）", "：", "甲 ", "万元（", "[bookmark:", "<a "])
def test_a_cell_full_of_one_sign_is_answered(piece: str) -> None:
    """32767 characters of brackets or colons, the most a cell holds, end like any other text."""
    text = (piece * 32767)[:32767]
    assert len(label(text)) <= len(squeeze(text))
    assert isinstance(split_entries(text), list)
    assert 0.0 <= near(text, "年初预算数") <= 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("公⻋运行维护", "公车运行维护"),
        ("部⻔整体⽀出", "部门整体支出"),
        ("⻓期规划⻚、⺠⽣、⼾", "长期规划页、民生、户"),
        ("三公\u200b经\ufe0f费\u2060\u3164", "三公经费"),
    ],
)
def test_radicals_and_unseen_signs_fold_away(text: str, words: str) -> None:
    assert squeeze(text) == label(text) == words
