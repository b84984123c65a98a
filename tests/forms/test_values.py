"""What people type as values is read as they mean it; what cannot be read is never guessed at."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.forms.read.values import Parsed, debris, parse_number, parse_percent, parse_tick, parse_value

D = Decimal


@pytest.mark.parametrize(
    ("typed", "op", "fraction", "places"),
    [
        ("100%", "", "1", 0),
        ("100.00%", "", "1", 2),
        ("86.67%", "", "0.8667", 2),
        ("１００％", "", "1", 0),
        (" 100 %", "", "1", 0),
        ("-48.92%", "", "-0.4892", 2),
        ("+7.53%", "", "0.0753", 2),
        ("100%。", "", "1", 0),
        ("≤100%", "≤", "1", 0),
        ("<=100%", "≤", "1", 0),
        ("＜＝100%", "≤", "1", 0),
        ("不超过100%", "≤", "1", 0),
        ("控制在100%以内", "≤", "1", 0),
        ("100%以内", "≤", "1", 0),
        ("大于98%", ">", "0.98", 0),
        ("98%以上", ">", "0.98", 0),
        (">98%", ">", "0.98", 0),
        ("＞98%", ">", "0.98", 0),
        ("控制在95%以上", ">", "0.95", 0),
        ("满意度达95%", "≥", "0.95", 0),
        ("满意度达100%", "≥", "1", 0),
        ("群众满意度≥90%", "≥", "0.9", 0),
        ("达到95%", "≥", "0.95", 0),
        ("达到98%以上", "≥", "0.98", 0),
        ("不低于95%", "≥", "0.95", 0),
        ("95%及以上", "≥", "0.95", 0),
        ("≥ 95 %", "≥", "0.95", 0),
        ("≥100百分比", "≥", "1", 0),
        ("低于5%", "<", "0.05", 0),
        ("5%以下", "<", "0.05", 0),
        ("百分之九十五", "", "0.95", 0),
        ("百分之百", "", "1", 0),
        ("满意度达百分百", "≥", "1", 0),
        ("5‰", "", "0.005", 1),
        ("9成", "", "0.9", 0),
        ("95.\n\n10%", "", "0.951", 2),
        ("完成率100%", "", "1", 0),
        ("100%完成", "", "1", 0),
        ("无线覆盖率95%", "", "0.95", 0),
        ("<br>100%", "", "1", 0),
    ],
)
def test_percentages(typed: str, op: str, fraction: str, places: int) -> None:
    parsed = parse_value(typed)
    assert (parsed.kind, parsed.op, parsed.number, parsed.places) == ("percent", op, D(fraction), places)
    assert parsed.unit == "%"


@pytest.mark.parametrize(
    ("typed", "op", "number", "places", "unit"),
    [
        ("403.00 ", "", "403", 2, ""),
        ("6,272,512.00", "", "6272512", 2, ""),
        ("6，272，512.00", "", "6272512", 2, ""),
        ("1 234 567.00", "", "1234567", 2, ""),
        ("403万元", "", "403", 0, "万元"),
        ("403 万", "", "403", 0, "万元"),
        ("4030000元", "", "4030000", 0, "元"),
        ("1.2亿元", "", "1.2", 1, "亿元"),
        ("3百万元", "", "300", 0, "万元"),
        ("3十万元", "", "30", 0, "万元"),
        ("2.55十亿元", "", "25.5", 1, "亿元"),
        ("1.5万亿元", "", "15000", 0, "亿元"),
        ("¥403", "", "403", 0, "元"),
        ("≤403万元", "≤", "403", 0, "万元"),
        ("7.50.", "", "7.5", 2, ""),
        ("-3.5", "", "-3.5", 1, ""),
        ("−3.5", "", "-3.5", 1, ""),
        ("（3.5）", "", "-3.5", 1, ""),
        (".5", "", "0.5", 1, ""),
        ("3个（甲、乙、丙）", "", "3", 0, "个"),
        ("22.3万元（不含税）", "", "22.3", 1, "万元"),
        ("30（万元）", "", "30", 0, "万元"),
        (" 2020.12 ", "", "2020.12", 2, ""),
        ("1E5", "", "100000", 0, ""),
        ("32个乡镇", "", "32", 0, "个"),
        ("25 个单位", "", "25", 0, "个"),
        ("制作电子印章470枚", "", "470", 0, "枚"),
        ("470枚", "", "470", 0, "枚"),
        ("22万余次", "", "220000", 0, "次"),
        ("41万余条", "", "410000", 0, "条"),
        ("约100人次", "", "100", 0, "人次"),
        ("三十二个乡镇", "", "32", 0, "个"),
        ("500元/人", "", "500", 0, "元/人"),
        ("3次/年", "", "3", 0, "次"),
        ("已完成630盏", "", "630", 0, "盏"),
        ("60座；完成率100%", "", "60", 0, "座"),
        ("3万元/年", "", "3", 0, "万元"),
        ("24小时", "", "24", 0, "小时"),
        ("24小时内", "≤", "24", 0, "小时"),
        ("24小时内响应", "≤", "24", 0, "小时"),
        ("≥95", "≥", "95", 0, ""),
        ("不足5次", "<", "5", 0, "次"),
        ("至少2场次", "≥", "2", 0, "场次"),
        ("3G", "", "3", 0, "G"),
    ],
)
def test_numbers(typed: str, op: str, number: str, places: int, unit: str) -> None:
    parsed = parse_value(typed)
    assert (parsed.kind, parsed.op, parsed.number) == ("number", op, D(number))
    assert (parsed.places, parsed.unit) == (places, unit)


@pytest.mark.parametrize(
    ("typed", "notes"),
    [
        ("100%", ()),
        ("１００％", ("fullwidth",)),
        ("6，272，512.00", ("fullwidth",)),
        ("7.50.", ("repaired",)),
        ("95.\n\n10%", ("repaired",)),
        ("403万元", ("own-unit",)),
        ("403 万", ("own-unit", "magnitude-only")),
        ("22万余次", ("approximate",)),
        ("95%左右", ("approximate",)),
        ("约100人次", ("approximate",)),
        ("满意度达95%", ("subject",)),
        ("下降5%", ("subject", "decrease")),
        ("比上年增长5%", ("subject", "increase")),
        ("（3.5）", ("bracket-negative",)),
        ("百分之九十五", ("chinese-numeral",)),
        ("1/3", ("fraction",)),
        ("[bookmark: _GoBack]100%", ("debris",)),
        ("1月6日", ("date",)),
    ],
)
def test_what_was_guessed_is_noted(typed: str, notes: tuple[str, ...]) -> None:
    assert parse_value(typed).notes == notes


@pytest.mark.parametrize(
    ("typed", "low", "high", "unit"),
    [
        ("80%-90%", "0.8", "0.9", "%"),
        ("80～90%", "0.8", "0.9", "%"),
        ("80%至90%之间", "0.8", "0.9", "%"),
        ("3-5个", "3", "5", "个"),
        ("1-2", "1", "2", ""),
    ],
)
def test_ranges(typed: str, low: str, high: str, unit: str) -> None:
    parsed = parse_value(typed)
    assert (parsed.kind, parsed.number, parsed.upper, parsed.unit) == ("range", D(low), D(high), unit)


@pytest.mark.parametrize(
    ("typed", "schedule"),
    [
        ("7*24", "7×24"),
        ("7×24小时", "7×24"),
        ("7天*24小时", "7×24"),
        ("7 x 24", "7×24"),
        ("7天×24小时实时监测", "7×24"),
        ("24小时不间断", "7×24"),
        ("全天候运行", "7×24"),
        ("5×8小时", "5×8"),
    ],
)
def test_schedules_are_never_multiplied(typed: str, schedule: str) -> None:
    assert parse_value(typed) == Parsed("schedule", unit=schedule)


@pytest.mark.parametrize(
    ("typed", "grade"),
    [
        ("达成年度指标", "达成"),
        ("达成预期指标", "达成"),
        ("完成", "达成"),
        ("已完成年度目标任务", "达成"),
        ("全部按时完成", "达成"),
        ("达标", "达成"),
        ("部分达成年度指标并具有一定效果", "部分达成"),
        ("基本完成", "部分达成"),
        ("未完全达标", "部分达成"),
        ("未达成年度指标且效果较差", "未达成"),
        ("未完成", "未达成"),
        ("不达标", "未达成"),
        ("优", "优"),
        ("优秀", "优"),
        ("良", "良"),
        ("一般", "中"),
        ("差", "差"),
    ],
)
def test_grades(typed: str, grade: str) -> None:
    assert parse_value(typed) == Parsed("grade", grade=grade)


@pytest.mark.parametrize(
    "typed", ["/", "—", "——", "-", "－", "*", "无", "暂无", "不适用", "N/A", "n/a", "／", " — ", "不涉及"]
)
def test_placeholders_are_neither_blank_nor_zero(typed: str) -> None:
    for parse in (parse_value, parse_number, parse_percent, parse_tick):
        assert parse(typed).kind == "placeholder"


@pytest.mark.parametrize("typed", ["", " ", "\u3000\n", "\u200b"])
def test_blanks_are_blank(typed: str) -> None:
    for parse in (parse_value, parse_number, parse_percent, parse_tick):
        assert parse(typed) == Parsed("blank")


@pytest.mark.parametrize(
    "typed",
    [
        "带宽总共3G，政务网络覆盖全市所有市直单位，32个乡镇街道，323个村社区。",
        "网络安全稳定顺畅高效运行。",
        "统一政务网络“一张网”",
        "一张网",
        "保障政务网络及业务系统正常稳定运行",
        "节省能源",
        "三公经费",
        "第3季度",
        "未达到95%",
        "不低于90%以下",
        "95 10%",
        "6272\n512",
        "1,23",
        "1.2.3",
        "1：3",
        "430181199001011234567",
        "1E99",
        "在职人员控制率＝（在职人员数/编制数）*100%",
    ],
)
def test_sentences_and_unclear_figures_stay_text(typed: str) -> None:
    parsed = parse_value(typed)
    assert (parsed.kind, parsed.number) == ("text", None)


@pytest.mark.parametrize(
    ("typed", "suspicious"),
    [
        ("1月6日", True),
        ("6-Jan", True),
        ("2021-01-06", False),
        ("2020年12月31日前", False),
        ("12月底前", False),
        ("年底前完成", False),
        ("2020年12月", False),
        ("2020.12.31", False),
    ],
)
def test_dates(typed: str, suspicious: bool) -> None:
    assert parse_value(typed) == Parsed("date", notes=("date",) if suspicious else ())


@pytest.mark.parametrize(
    ("typed", "number", "places", "unit", "notes"),
    [
        ("403.00 ", "403", 2, "", ("text-number",)),
        ("0", "0", 0, "", ("text-number",)),
        ("-0.5", "-0.5", 1, "", ("text-number",)),
        ("6,272,512.00", "6272512", 2, "", ("text-number",)),
        ("6，272，512.00", "6272512", 2, "", ("text-number", "fullwidth")),
        ("403万元", "403", 0, "万元", ("text-number", "own-unit")),
        ("403 万", "403", 0, "万元", ("text-number", "own-unit", "magnitude-only")),
        ("4030000元", "4030000", 0, "元", ("text-number", "own-unit")),
        ("7.50.", "7.5", 2, "", ("text-number", "repaired")),
        ("（3.5）", "-3.5", 1, "", ("text-number", "bracket-negative")),
        ("13人", "13", 0, "人", ("text-number",)),
        ("10分", "10", 0, "分", ("text-number",)),
    ],
)
def test_numeric_fields_read_numbers_typed_as_text(
    typed: str, number: str, places: int, unit: str, notes: tuple[str, ...]
) -> None:
    assert parse_number(typed) == Parsed("number", D(number), places=places, unit=unit, notes=notes)


@pytest.mark.parametrize(
    "typed",
    [
        "待定",
        "约403",
        "≥3",
        "100%",
        "1/3",
        "7*24",
        "80-90",
        "22万余元",
        "共13人",
        "13人左右",
        "1,23",
        "9" * 25,
    ],
)
def test_numeric_fields_do_not_guess(typed: str) -> None:
    assert parse_number(typed) == Parsed("text")


def test_a_date_in_a_numeric_field_is_told_apart_from_other_words() -> None:
    assert parse_number("1月6日") == Parsed("date", notes=("date",))


@pytest.mark.parametrize(
    ("typed", "kind", "number", "places", "unit", "op"),
    [
        ("100%", "percent", "1", 0, "%", ""),
        ("86.67％", "percent", "0.8667", 2, "%", ""),
        ("≤100%", "percent", "1", 0, "%", "≤"),
        ("0", "number", "0", 0, "", ""),
        ("0.8667", "number", "0.8667", 4, "", ""),
        ("86.67", "number", "86.67", 2, "", ""),
        ("95.\n\n10%", "percent", "0.951", 2, "%", ""),
    ],
)
def test_rates_are_reported_as_typed(
    typed: str, kind: str, number: str, places: int, unit: str, op: str
) -> None:
    parsed = parse_percent(typed)
    assert (parsed.kind, parsed.number, parsed.places) == (kind, D(number), places)
    assert (parsed.unit, parsed.op) == (unit, op)
    assert parsed.notes[0] == "text-number"


@pytest.mark.parametrize("typed", ["13人", "80%-90%", "1/3", "优", "满意度达95%", "403万元", "7*24"])
def test_rate_fields_do_not_guess(typed: str) -> None:
    assert parse_percent(typed) == Parsed("text")


@pytest.mark.parametrize("typed", ["√", "✓", "✔", "是", "Y", "y", "1", "●", "☑", "对", "□√", "√□", "√√"])
def test_ticks(typed: str) -> None:
    parsed = parse_tick(typed)
    assert (parsed.kind, parsed.number) == ("tick", D(1))
    assert parsed.notes == (("debris",) if "□" in typed else ())


@pytest.mark.parametrize("typed", ["□", "否", "0", "N", "×", "☐"])
def test_empty_boxes_are_not_ticked(typed: str) -> None:
    assert parse_tick(typed) == Parsed("tick", D(0))


@pytest.mark.parametrize("typed", ["确定能", "经费不足", "1、常年性项目 □ √ 2、延续性项目"])
def test_words_in_a_tick_cell_are_words(typed: str) -> None:
    assert parse_tick(typed) == Parsed("text")


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("[bookmark: _GoBack]2020年部门整体支出绩效自评表", "[bookmark: _GoBack]"),
        ("常年性项目 □√", "□√"),
        ("节省<br/>能源", "<br/>"),
        ('<span style="color:red">节省</span>', '<span style="color:red">'),
        ("节省&nbsp;能源", "&nbsp;"),
        ("节省_x000D_能源", "_x000D_"),
        ("达到<100%", None),
        ("满意度<=100% 且 >90%", None),
        ("□", None),
        ("三公经费", None),
        ("", None),
    ],
)
def test_debris_is_named(text: str, fragment: str | None) -> None:
    assert debris(text) == fragment


_MONEY = st.decimals(min_value="-99999999999.99", max_value="99999999999.99", places=2)
_TO_FULLWIDTH = str.maketrans("0123456789.,%-", "０１２３４５６７８９．，％－")


@given(_MONEY, st.booleans(), st.booleans(), st.sampled_from(["", " ", "\u3000", "\n"]))
def test_an_amount_comes_back_however_it_was_formatted(
    amount: Decimal, thousands: bool, fullwidth: bool, blank: str
) -> None:
    text = f"{amount:,.2f}" if thousands else f"{amount:.2f}"
    text = blank + (text.translate(_TO_FULLWIDTH) if fullwidth else text) + blank
    for parsed in (parse_number(text), parse_value(text)):
        assert (parsed.kind, parsed.number, parsed.places) == ("number", amount, 2)


@given(_MONEY, st.sampled_from(["元", "千元", "万元", "亿元"]))
def test_an_amount_keeps_the_unit_typed_behind_it(amount: Decimal, unit: str) -> None:
    parsed = parse_number(f"{amount:,.2f} {unit}")
    assert (parsed.number, parsed.unit, parsed.places) == (amount, unit, 2)


@given(
    st.decimals(min_value=0, max_value=1000, places=2),
    st.sampled_from(
        [("", ""), ("≥", "≥"), ("不低于", "≥"), ("≤", "≤"), ("不超过", "≤"), ("大于", ">"), ("<", "<")]
    ),
    st.sampled_from(["", "满意度", "群众满意度"]),
)
def test_a_percentage_comes_back_with_its_bound(
    percent: Decimal, bound: tuple[str, str], subject: str
) -> None:
    parsed = parse_value(f"{subject}{bound[0]}{percent}%")
    assert (parsed.kind, parsed.number, parsed.op) == ("percent", percent / 100, bound[1])
    assert parsed.places == 2


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    """A hostile cell must not stop the batch, and a number is only claimed with a number."""
    for parse in (parse_value, parse_number, parse_percent, parse_tick):
        parsed = parse(text)
        assert (parsed.number is not None) == (parsed.kind in ("number", "percent", "range", "tick"))
        assert parsed.number is None or parsed.number.is_finite()


@given(st.text("0123456789.,%≥≤<>-~至万亿余个元年月日/*×（）不超过以上内 \n", max_size=40))
def test_any_mix_of_value_signs_gets_an_answer(text: str) -> None:
    parsed = parse_value(text)
    assert (parsed.number is not None) == (parsed.kind in ("number", "percent", "range", "tick"))
    assert (parsed.upper is not None) == (parsed.kind == "range")
    assert parsed.upper is None or parsed.number is None or parsed.upper > parsed.number


def test_nested_debris_is_answered() -> None:
    assert parse_value("<" * 8000 + "br>" * 8000).kind == "text"
