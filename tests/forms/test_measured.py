"""A target's sign and measure in columns of their own: they belong to it wherever it is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from batch.config.entries import RulebookError
from batch.config.rulebook import load_rulebook
from batch.forms.read.measured import in_measure, parsed, sign_in, with_columns
from batch.forms.read.target_comparison import comparable, meets
from batch.forms.read.values import parse_value
from batch.forms.spec.load import load_forms
from batch.model.book import Book, Cell, Kind, Sheet
from batch.model.form import BLANK, FILLED, State, Value
from batch.model.review import Finding
from batch.model.status import Severity
from batch.scoring.card import scores_of
from tests.bends import moved
from tests.paper import MONITORING, PROJECT, checked, corrected, rules, submission

D = Decimal
SIGN, TARGET, MEASURE = "指标性质", "指标值", "度量单位"
#: (sign, target, measure, result and what else stands right of it)
Row = tuple[str, str, str, str]


def value(text: str, state: State | None = None) -> Value:
    """A cell as it is read without the columns beside it."""
    said = parse_value(text)
    states = {"blank": BLANK, "placeholder": State.PLACEHOLDER}
    return Value(
        state or states.get(said.kind, FILLED),
        text,
        said.number,
        said.places,
        said.unit,
        said.op,
        said.upper,
        said.kind,
    )


@pytest.mark.parametrize(
    ("sign", "typed", "measure", "said", "meant"),
    [
        ("≧", "735", "人次", "≥735人次", (D(735), "≥", "人次", "number")),
        ("═", "100", "%", "100%", (D(1), "", "%", "percent")),
        ("﹦", "5", "个", "5个", (D(5), "", "个", "number")),
        ("＝", "100", "百分比", "100百分比", (D(1), "", "%", "percent")),
        ("﹤", "43.5", "万元", "<43.5万元", (D("43.5"), "<", "万元", "number")),
        ("＜=", "10", "月", "≤10月", (D(10), "≤", "月", "number")),
        ("小于等于≤", "3", "‰", "≤3‰", (D("0.003"), "≤", "%", "percent")),
        ("＞＝", "1.2", "万人次", "≥1.2万人次", (D(12000), "≥", "人次", "number")),
        ("≥（大于等于）", "20", "件（套）", "≥20件（套）", (D(20), "≥", "件", "number")),
        ("反向指标", "350", "元/人·月", "≤350元/人·月", (D(350), "≤", "元", "number")),
        ("逆向", "4", "小时/次", "≤4小时/次", (D(4), "≤", "小时/次", "number")),
        ("正向", "95", "/", "≥95", (D(95), "≥", "", "number")),
        # its own cell has them already
        ("≥", "≥95%", "%", "≥95%", (D("0.95"), "≥", "%", "percent")),
        ("≥", "98%", "无", "≥98%", (D("0.98"), "≥", "%", "percent")),
        ("", "20套", "件（套）", "20套", (D(20), "", "件", "number")),
        ("正向", ">95", "分", ">95分", (D(95), ">", "分", "number")),
        ("", "80-90", "%", "80-90%", (D("0.8"), "", "%", "range")),
        # = 0 wants nothing at all
        ("=", "0", "%", "0%", (D(0), "≤", "%", "percent")),
        # words stay words
        ("定性", "基本健全", "", "基本健全", (None, "", "", "text")),
        ("定性", "优", "等级", "优", (None, "", "", "grade")),
        ("≥", "逐步提高", "%", "逐步提高", (None, "", "", "text")),
        ("", "2021年12月", "月", "2021年12月", (None, "", "", "date")),
        # against its own sign it cannot be held against anything
        ("≤", "≥95", "%", "≤≥95%", (None, "", "", "text")),
    ],
)
def test_a_target_with_what_stands_beside_it(
    sign: str, typed: str, measure: str, said: str, meant: tuple[Decimal | None, str, str, str]
) -> None:
    (words,) = rules().forms.forms["项目自评表"].lists
    read = with_columns(value(typed), sign_in(sign, words.beside.signs), measure)
    assert (read.said, read.raw) == (said, typed)
    assert (read.number, read.op, read.unit, read.kind) == (meant[0], *meant[1:]) or meant[3] == "text"
    # the checks, which ask for what is meant, are told the same
    again = parsed(read)
    assert (again.number, again.op, again.unit, again.kind) == (read.number, read.op, read.unit, read.kind)


@pytest.mark.parametrize("sign", ["", "定性", "定量", "预期性", "约束性", "/", "%", "其他"])
def test_what_is_no_sign_is_none(sign: str) -> None:
    assert sign_in(sign, {}) == ""


@pytest.mark.parametrize("typed", ["", "/", "—"])
def test_blanks_and_strokes_stay_what_they_are(typed: str) -> None:
    assert with_columns(value(typed), "≥", "%") == value(typed)


@pytest.mark.parametrize(
    ("target", "measure", "typed", "met"),
    [
        ("≤10", "月", "11月", False),
        ("≤10", "月", "9", True),
        ("≤10", "月", "10月底", True),
        ("≤10", "%", "1", True),
        ("≤3", "%", "5", False),
        ("≤3", "%", "2%", True),
        ("≥95", "%", "97", True),
        ("≥95", "%", "93", False),
        ("≥95", "%", "0.96", True),
        ("≥95", "%", "1", True),
        ("≥95", "%", "62", False),
        ("≥0.8", "%", "0.9", True),
        ("≥0.8", "%", "0.7", False),
        ("≤43.5", "万元", "43.5", True),
        ("≤43.5", "万元", "44万元", False),
        ("≤43.5", "万元", "435000元", True),
        ("≥20", "件（套）", "21套", True),
        ("≥350", "元/人", "340元", False),
        ("≥1.2", "万人次", "1.1万人次", False),
        ("≥1.2", "万人次", "1.3", True),
    ],
)
def test_results_are_in_the_measure_of_their_row(target: str, measure: str, typed: str, met: bool) -> None:
    aim = with_columns(value(target[1:]), target[0], measure)
    result = in_measure(value(typed), aim, measure)
    assert comparable(parsed(aim), parsed(result))
    assert meets(parsed(aim), parsed(result)) is met


@pytest.mark.parametrize(
    ("target", "actual", "met"),
    [
        ("≤10%", "1", True),
        ("≤10%", "2", True),
        ("≤10%", "0.08", True),
        ("≤100%", "1.2", False),
        ("≤3%", "5", False),
    ],
)
def test_a_bare_result_beside_a_limit_in_per_cent(target: str, actual: str, met: bool) -> None:
    assert meets(parse_value(target), parse_value(actual)) is met


@pytest.mark.parametrize("typed", ["≧95%", "≥95%", "》=95%", "⩾95%", ">=95%", "＞＝95％", "〉=95%"])
def test_signs_fold_wherever_they_stand(typed: str) -> None:
    assert (parse_value(typed).op, parse_value(typed).number) == ("≥", D("0.95"))


@pytest.mark.parametrize(
    ("typed", "op"), [("═95%", ""), ("﹦95%", ""), ("≦95%", "≤"), ("﹤95%", "<"), ("《95%", "<")]
)
def test_other_signs_fold_too(typed: str, op: str) -> None:
    assert (parse_value(typed).op, parse_value(typed).number) == (op, D("0.95"))


def columned(
    given: Mapping[int, Sequence[str]], sheet: str = PROJECT, order: Sequence[str] = (SIGN, TARGET, MEASURE)
) -> Book:
    """The corrected submission with sign and measure in columns of their own, `given` by row.

    A row has sign, target, measure and then what stands right of the target.
    """
    header = {PROJECT: 11, MONITORING: 9}[sheet]

    def bend(page: Sheet) -> Sheet:
        if page.name != sheet:
            return page
        page = moved(page, lambda row: row, lambda col: col if col < 6 else col + 2)
        for place in [place for place in page.cells if place[1] == 5 and place[0] >= header]:
            del page.cells[place]
        # a merged heading of one column would hide the two beside it
        page = replace(page, merges=tuple(a for a in page.merges if not (a.left <= 5 and a.right >= 5)))
        for n, name in enumerate(order):
            page.cells[header, 5 + n] = Cell(header, 5 + n, Kind.TEXT, name)
        for row, texts in given.items():
            named = dict(zip((SIGN, TARGET, MEASURE), texts, strict=False))
            typed = {5 + n: named[name] for n, name in enumerate(order)}
            typed |= {8 + n: text for n, text in enumerate(texts[3:])}
            for col, text in typed.items():
                page.cells.pop((row, col), None)
                if text:
                    number = text.replace(".", "", 1).isdecimal()
                    page.cells[row, col] = Cell(row, col, Kind.NUMBER if number else Kind.TEXT, text)
        return page

    book = corrected()
    return replace(book, sheets=[bend(page) for page in book.sheets])


#: rows 12 to 20 of the project's form, everything reached
REACHED: dict[int, Row] = {
    12: ("≧", "735", "人次", "735"),
    13: ("═", "100", "%", "100"),
    14: ("≤", "10", "月", "9"),
    15: ("＜=", "403", "万元", "395"),
    16: ("≥", "8", "万元", "8"),
    17: ("≤", "3", "%", "1"),
    18: ("≥", "15", "%", "15%"),
    19: ("定性", "基本健全", "", "基本健全"),
    20: ("＞=", "95", "%", "97"),
}
TOLD_OF_RESULTS = {
    "X314",
    "X315",
    "X316",
    "X317",
    "X318",
    "X320",
    "X325",
    "K211",
    "K213",
    "K214",
    "F014",
    "F015",
}


def told(book: Book) -> list[Finding]:
    return [f for f in checked(book).findings if f.check in TOLD_OF_RESULTS and f.form != "基础数据表"]


def cells(findings: Sequence[Finding]) -> list[tuple[str, str | None]]:
    return [(f.check, f.cell) for f in findings]


@pytest.mark.parametrize(
    "order",
    [
        (SIGN, TARGET, MEASURE),
        (TARGET, MEASURE, SIGN),
        (MEASURE, SIGN, TARGET),
        ("计算符号", "计量单位", TARGET),
    ],
)
def test_the_columns_are_found_in_any_order(order: Sequence[str]) -> None:
    names = {"计算符号": SIGN, "计量单位": MEASURE}
    given = {row: REACHED[row] for row in REACHED}
    book = columned(given, order=[names.get(name, name) for name in order])
    page = next(page for page in book.sheets if page.name == PROJECT)
    for n, name in enumerate(order):
        page.cells[11, 5 + n] = page.cells[11, 5 + n]._replace(raw=name)
    (table,) = submission(book).of("项目自评表")
    said = [item.values["年度指标值"].said for item in table.items]
    assert said == [
        "≥735人次", "100%", "≤10月", "≤403万元", "≥8万元", "≤3%", "≥15%", "基本健全", "≥95%",
    ]  # fmt: skip
    column = "EFG"[order.index(TARGET)]
    assert [item.values["年度指标值"].ref for item in table.items] == [
        f"{column}{row}" for row in range(12, 21)
    ]
    # the sign and the measure keep their own texts and cells
    first = table.items[0].values
    assert (first["指标性质"].raw, first["度量单位"].raw) == ("≧", "人次")
    assert {first["指标性质"].ref, first["度量单位"].ref} == {f"{c}12" for c in "EFG" if c != column}
    assert told(book) == []


def test_a_row_of_the_blank_form_may_have_its_sign_and_measure_printed() -> None:
    book = columned({**REACHED, 14: ("≥", "", "%", ""), 15: ("≤", "", "万元", "")})
    page = next(page for page in book.sheets if page.name == PROJECT)
    for col in (4, 9, 10):
        del page.cells[14, col], page.cells[15, col]
    assert [item.row for item in submission(book).of("项目自评表")[0].items] == [12, 13, *range(16, 21)]


def test_what_goes_beyond_a_limit_is_missed_and_what_stays_below_is_not() -> None:
    given = {**REACHED, 14: ("≤", "10", "月", "12月"), 17: ("﹤", "3", "%", "5"), 20: ("≥", "95", "%", "62")}
    findings = told(columned(given))
    # 满意度 has all its points and no reason: both checks speak of it
    assert sorted(cells(findings)) == [("X315", "J14"), ("X315", "J17"), ("X315", "J20"), ("X320", "H20")]
    late = findings[0]
    assert (
        "指标值“≤10月”、完成值“12月”，未达到指标值却得满分5分，按规则应得4分（[1−(12−10)÷10]×5）"
        in late.message
    )
    assert (PROJECT, "F14") in late.related


def test_far_below_a_limit_is_no_overshoot_and_far_above_a_target_is() -> None:
    given = {**REACHED, 15: ("≤", "403", "万元", "100"), 12: ("≥", "735", "人次", "1500")}
    (finding,) = told(columned(given))
    assert (finding.check, finding.cell) == ("X317", "H12")
    assert "指标值“≥735人次”，完成值“1500人次”，为指标值的204.08%" in finding.message


def test_costs_that_are_to_be_high_and_results_in_other_terms_are_asked_about() -> None:
    given = {
        **REACHED,
        15: ("≥", "403", "万元", "403"),
        18: ("≤", "≥15", "%", "15%"),
        16: ("≥", "8", "万元", "8户"),
    }
    assert sorted(cells(told(columned(given)))) == [("X318", "H16"), ("X318", "H18"), ("X325", "F15")]


def test_scores_are_recomputed_downward() -> None:
    sent = submission(columned({**REACHED, 17: ("≤", "3", "%", "4")}))
    found = checked(columned(REACHED)).findings
    card = scores_of(sent, found, rules().forms, rules().scoring)
    (form,) = card.projects
    row = next(row for row in form.rows if row.cell == "J17")
    assert (row.rule, row.score, row.formula) == ("反向", D("6.67"), "[1−(4%−3%)÷3%]×10")
    assert [r.score for r in form.rows if r.cell != "J17" and r.path] == [15, 20, 5, 10, 10, 5, None, 10]


def test_the_monitoring_form_is_judged_downward_too() -> None:
    tick = ("", "", "", "", "", "", "√")
    given = {
        11: ("≥", "4", "套", "2", "4", *tick),
        12: ("≤", "3", "%", "1", "2", *tick),
        13: ("≤", "10", "月", "6月", "9月", *tick),
        14: ("≤", "403", "万元", "395", "403", *tick),
        **dict.fromkeys(range(15, 19), ("═", "100", "%", "50", "100", *tick)),
        19: ("≥", "95", "%", "93", "95", *tick),
    }
    assert told(columned(given, MONITORING)) == []
    missed = {**given, 12: ("≤", "3", "%", "1", "5", *tick), 11: ("≥", "4", "套", "5", "4", *tick)}
    assert sorted(cells(told(columned(missed, MONITORING)))) == [("K211", "O12"), ("K213", "H11")]


def test_a_form_without_the_columns_lacks_nothing() -> None:
    findings = checked(corrected()).findings
    assert not [f for f in findings if f.check == "F014" and f.severity is not Severity.HINT]


def test_columns_that_are_not_there_are_refused() -> None:
    for key, wrong in (("sign", "方向"), ("signs", {"!": ["正向"]})):
        book = load_rulebook("generic-10hao")
        entry = book.forms["项目自评表"]
        entry.data["list"][key] = wrong
        with pytest.raises(RulebookError, match=f"没有这个栏：“{wrong}”" if key == "sign" else "绩效指标"):
            load_forms(book)
