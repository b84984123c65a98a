"""Formulas saved without results: a unit's sums must come out as Excel shows them, or not at all."""

from __future__ import annotations

import io
import pickle
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.model.book import Book, Cell, Kind, Recalculated, Sheet, parse_ref
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.read.xlsx import read_workbook
from tests.workbook.rich import rich_workbook
from tests.workbook.saved import made_by_xlsxwriter

Stored = int | float | bool | str | None


def cell(ref: str, value: Stored) -> Cell:
    """A cell as the reader makes it; "=…" is a formula without a result, "#…!" an error value."""
    row, col = parse_ref(ref)
    if isinstance(value, bool):
        return Cell(row, col, Kind.BOOL, "TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        return Cell(row, col, Kind.NUMBER, repr(value))
    assert value is not None
    if value.startswith("="):
        return Cell(row, col, Kind.UNCACHED, "", "0.00", value[1:])
    return Cell(row, col, Kind.ERROR if value.startswith("#") else Kind.TEXT, value)


def sheet(cells: dict[str, Stored], name: str = "表一") -> Sheet:
    """A sheet with these cells."""
    made = [cell(ref, value) for ref, value in cells.items()]
    return Sheet(name, cells={(one.row, one.col): one for one in made})


def recalculated(*sheets: Sheet, max_steps: int | None = None) -> Book:
    """A workbook of these sheets, recalculated."""
    book = Book("报送.xlsx", "xlsx", "", list(sheets))
    if max_steps is None:
        recalculate(book)
    else:
        recalculate(book, max_steps)
    return book


def at(book: Book, ref: str, number: int = 0) -> Cell:
    """A cell of a sheet."""
    return book.sheets[number].cells[parse_ref(ref)]


#: what the formulas below refer to: B9 and D1 are blank
GRID: dict[str, Stored] = {
    "A1": 1,
    "A2": 2.5,
    "A3": -3,
    "A4": 0,
    "A5": 100,
    "B1": "5",
    "B2": "万元",
    "B3": True,
    "B4": "12%",
    "B5": "1,234.5",
    "B6": "",
    "B7": "是",
    "C1": "#DIV/0!",
    "C2": "#N/A",
    "C3": 33.335,
    "C4": 1.005,
    "C5": 0.28000000000000003,
}


def result(formula: str) -> Cell:
    """The cell of a formula beside GRID."""
    return at(recalculated(sheet({**GRID, "E1": f"={formula}"}), sheet({"A1": 7, "B2": 8}, "表 '二'")), "E1")


NUMBERS = {
    # precedence: Excel's signs bind tighter than powers, and everything goes from left to right
    "1+2*3": "7",
    "(1+2)*3": "9",
    "-2^2": "4",
    "2^3^2": "64",
    "2^-1": "0.5",
    "10-4-3": "3",
    "100/10/5": "2",
    "50%": "0.5",
    "200*5%": "10",
    "50%%": "0.005",
    '--"5"': "5",
    "+A2": "2.5",
    "-A4": "0",
    "1E3+.5": "1000.5",
    "2^0.5": "1.4142135623731",
    " 1 +\n 2 ": "3",
    # digits: what doubles would leave in the 16th is not seen
    "0.1+0.2": "0.3",
    "1/3*3": "1",
    "1.1-1-0.1": "0",
    "SUM(0.1,0.2,-0.3)": "0",
    "C5*100": "28",
    "1/3": "0.333333333333333",
    "2/3": "0.666666666666667",
    "10^15+1": "1000000000000000",
    "10^25": "1E+25",
    "10^-12": "1E-12",
    "123456789012345678": "123456789012346000",
    "1E-300*1E-300": "0",
    # rounding: half away from zero, on the digits seen
    "ROUND(1.005,2)": "1.01",
    "ROUND(C4,2)": "1.01",
    "ROUND(-2.5,0)": "-3",
    "ROUND(C3,2)": "33.34",
    "ROUND(1234.5,-2)": "1200",
    "ROUND(0.5,0)": "1",
    "ROUND(2.5,)": "3",
    "ROUND(5,400)": "5",
    "ROUND(5,-400)": "0",
    "ROUNDUP(1.201,2)": "1.21",
    "ROUNDUP(-1.201,2)": "-1.21",
    "ROUNDUP(1,-2)": "100",
    "ROUNDDOWN(1.209,2)": "1.2",
    "ROUNDDOWN(-1.209,2)": "-1.2",
    "ROUND(1.15,1.9)": "1.2",
    "INT(-2.5)": "-3",
    "INT(2.5)": "2",
    "INT(0.7*10)": "7",
    "ABS(A3)": "3",
    "N(A3)": "-3",
    "N(B4)": "0",
    "N(Z99)": "0",
    "N(TRUE)": "1",
    'ROUND("2.345",2)': "2.35",
    # texts and truth values in arithmetic
    "B1+1": "6",
    "B4*100": "12",
    "B5+0": "1234.5",
    '" 7 "*1': "7",
    "TRUE+TRUE": "2",
    "B3*1": "1",
    "D1+1": "1",
    "D1": "0",
    "B9*5": "0",
    # ranges pass over texts and truth values, what is written into a function does not
    "SUM(A1:A5)": "100.5",
    "SUM(A1:B5)": "100.5",
    "SUM(B1)": "0",
    'SUM("5",TRUE)': "6",
    "SUM(B1*1)": "5",
    "SUM(A1,A2:A3,10)": "10.5",
    "SUM($A$1:A$2)": "3.5",
    "SUM(A:A)": "100.5",
    "SUM($A:$A)": "100.5",
    "SUM(3:4)": "31.34",
    "SUM(A5:A1)": "100.5",
    "SUM(D1:D9)": "0",
    "SUM((A1))": "1",
    "sum(A1,1)": "2",
    "SUM(IF(TRUE,B1,A1))": "0",
    "SUM(IF(FALSE,B1,A1:A2))": "3.5",
    "MIN(A1:B9)": "-3",
    "MAX(A1:B9)": "100",
    "MAX(D1:D9)": "0",
    'MAX(A3,"5",TRUE)': "5",
    "MIN(B1:B7)": "0",
    "AVERAGE(A1:B4)": "0.125",
    "COUNT(A1:C5)": "8",
    'COUNT(1,"2","二",TRUE,1/0)': "3",
    "COUNT(B1)": "0",
    "COUNTA(A1:C5)": "15",
    "COUNTA(B6,D1,D1:D9)": "1",
    "PRODUCT(A1:B3)": "-7.5",
    "PRODUCT(D1:D3)": "0",
    "PRODUCT(A1:A2,4)": "10",
    "SUMPRODUCT(A1:A3,C3:C5)": "35.0075",
    "SUMPRODUCT(A1:A3)": "0.5",
    "SUMPRODUCT(A1:A5,B1:B5)": "0",
    "SUMPRODUCT(A1:B1,A2:B2)": "2.5",
    'SUMIFS(A1:A5,B1:B5,"万元")': "2.5",
    'SUMIFS(A1:A5,B1:B5,"<>万元")': "98",
    'SUMIFS(A1:A2,B1:B2,"=万元",B1:B2,"<>是")': "2.5",
    'COUNTIFS(B1:B5,"万元")': "1",
    'COUNTIFS(A1:A7,"<>",B1:B7,"<>万元")': "4",
    # conditions
    "IF(A1>0,10,20)": "10",
    "IF(A4,10,20)": "20",
    'IF("true",1,2)': "1",
    "IF(A4,1,)": "0",
    "IF(D1,1,2)": "2",
    "IF(A4=0,0,A1/A4)": "0",
    "IFERROR(A1/A4,9)": "9",
    "IFERROR(C1,IFERROR(1/0,3))": "3",
    "IFERROR(A5,1)": "100",
    "SUM(IFERROR(D1,1),1)": "1",
    # other sheets
    "'表 ''二'''!A1*2": "14",
    "SUM('表 ''二'''!A1:B2)": "15",
    "表一!A2+0": "2.5",
    "SUM(表一!$A$1:$A$2)": "3.5",
}


@pytest.mark.parametrize(("formula", "shown"), NUMBERS.items())
def test_a_number_comes_out_as_in_excel(formula: str, shown: str) -> None:
    assert result(formula)[2:4] == (Kind.NUMBER, shown)


TEXTS = {
    '"节约"&ROUND(C3,2)&"万元"': "节约33.34万元",
    "A1&B2": "1万元",
    '"a"&1/3': "a0.333333333333333",
    "D1&1": "1",
    'TRUE&""': "TRUE",
    '"他说""好"""': '他说"好"',
    'IF(A1>0,"是","否")': "是",
    'IF(A4,1,"")': "",
    "B2": "万元",
    'IFERROR(C1,"—")': "—",
    "IFERROR(C1,B2)": "万元",
    'TEXT(C3,"0.00")': "33.34",
    'TEXT(2/3,"0.00%")': "66.67%",
    'TEXT(0.5,"0%")': "50%",
    'TEXT("5","0.0")': "5.0",
    'TEXT(B2,"0.00")': "万元",
    'TEXT(1234567.5,"#,##0.00")': "1,234,567.50",
    'TEXT(D1,"0.00")': "0.00",
    '0.1+0.2&""': "0.3",
}


@pytest.mark.parametrize(("formula", "shown"), TEXTS.items())
def test_a_text_comes_out_as_in_excel(formula: str, shown: str) -> None:
    assert result(formula)[2:4] == (Kind.TEXT, shown)


TRUTHS = {
    "1=1": True,
    "0.1+0.2=0.3": True,
    "A1<>1": False,
    "2>10": False,
    '"ABC"="abc"': True,
    '"5"=5': False,
    '"无">99': True,
    'TRUE>"无"': True,
    "D1=0": True,
    'D1=""': True,
    "D1=FALSE": True,
    "D1=D2": True,
    "A1<=1": True,
    "A1>=1.000000000000001": True,
    "1=1=TRUE": True,
    'B6=""': True,
    "IF(A4,1)": False,
    "AND(A1:A3)": True,
    "AND(A1:A4)": False,
    "AND(B1:B3)": True,
    "OR(A4,A4)": False,
    "OR(A4,A1)": True,
    "NOT(A4)": True,
    "ISNUMBER(A1)": True,
    "ISNUMBER(B1)": False,
    "ISNUMBER(C1)": False,
    "ISBLANK(D1)": True,
    "ISBLANK(B6)": False,
    "ISERROR(A1/A4)": True,
    "ISERROR(A1)": False,
    "AND(A1>0,A2>0,OR(A3>0,A5=100))": True,
}


@pytest.mark.parametrize(("formula", "truth"), TRUTHS.items())
def test_a_comparison_comes_out_as_in_excel(formula: str, truth: bool) -> None:
    assert result(formula)[2:4] == (Kind.BOOL, "TRUE" if truth else "FALSE")


FAULTS = {
    "A1/A4": "#DIV/0!",
    "A1/D1": "#DIV/0!",
    "C1+1": "#DIV/0!",
    "1+C2": "#N/A",
    "C1+C2": "#DIV/0!",
    "-C2": "#N/A",
    "SUM(A1:C1)": "#DIV/0!",
    "SUM(C1,C2)": "#DIV/0!",
    "B2+1": "#VALUE!",
    '""+1': "#VALUE!",
    "B6*1": "#VALUE!",
    'SUM("一",1)': "#VALUE!",
    "C1=1": "#DIV/0!",
    'C2&""': "#N/A",
    "IF(C1,1,2)": "#DIV/0!",
    "IF(B2,1,2)": "#VALUE!",
    "AND(FALSE,1/0)": "#DIV/0!",
    "AND(B1:B2)": "#VALUE!",
    "NOT(B2)": "#VALUE!",
    "AVERAGE(B1:B3)": "#DIV/0!",
    "0^0": "#NUM!",
    "0^-1": "#DIV/0!",
    "1E308*10": "#NUM!",
    "10^400": "#NUM!",
    "SUM(1E308,1E308)": "#NUM!",
    "#REF!+1": "#REF!",
    "SUM(A1,#REF!)": "#REF!",
    "#N/A": "#N/A",
    "ABS(C2)": "#N/A",
    "SUMPRODUCT(A1:A2,B1:B3)": "#VALUE!",
    "SUMPRODUCT(A1:A1,C1:C1)": "#DIV/0!",
    "MAX(A1:C1)": "#DIV/0!",
    "IFERROR(1/0,C2)": "#N/A",
    "ROUND(B2,2)": "#VALUE!",
    "COUNTA(C1)/0": "#DIV/0!",
}


@pytest.mark.parametrize(("formula", "code"), FAULTS.items())
def test_an_error_value_is_passed_on_as_in_excel(formula: str, code: str) -> None:
    assert result(formula)[2:4] == (Kind.ERROR, code)


@pytest.mark.parametrize(
    "formula",
    [
        # what a form does not use
        "TODAY()",
        "RAND()",
        "VLOOKUP(A1,A:B,2)",
        'INDIRECT("A1")',
        "OFFSET(A1,1,1)",
        "SUM()",
        "ROUND(1)",
        "IF(1,2,3,4)",
        "PI()*2",
        "_xlfn.XLOOKUP(1,A:A,B:B)",
        'TEXT(A1,"yyyy-mm-dd")',
        'TEXT(A1,"[DBNum2]")',
        # what is not in the workbook
        "[1]表一!A1",
        "'[预算.xlsx]表一'!A1",
        "没有!A1",
        "预算合计",
        "表[本年]",
        "SUM(表一:没有!A1)",
        # what depends on the place of the formula, or fills more than one cell
        "A1:A3",
        "A1:A3*2",
        "SUM(A1:A3*B1:B3)",
        "IF(A1:A3>0,1,2)",
        "{1,2,3}",
        "SUM({1,2})",
        "@A1",
        "A1#",
        "A1:A3 A2:B2",
        "SUM((A1,A2))",
        "SUM(A1:INDEX(A:A,3))",
        "SUMPRODUCT((A1:A3>0)*1)",
        "ISBLANK(A1:A2)",
        # what Excel does is not certain
        '"2020-1-6"+1',
        '"￥5"+1',
        '"１００"+1',
        '"1,23"+1',
        '"a"<"b"',
        "(-8)^(1/3)",
        '10^20&""',
        "SUM(C1:C2)",
        'IF("5",1,2)',
        "SUM(A1,)",
        "SUM(IFERROR(B1,0))",
        # what is no formula
        "",
        " ",
        "1+",
        "(1",
        "1)",
        "1 2",
        "SUM(1",
        "SUM 1",
        '"',
        "'",
        "A0",
        "XFE1",
        "A1048577",
        "ABCD1",
        "1E999",
        "!A1",
        "表一!",
        "1;2",
        "=1",
        "A1(",
        "..",
        "1..2",
        "\x00",
        "<>",
        "%",
    ],
)
def test_what_is_not_certain_stays_without_a_result(formula: str) -> None:
    made = result(formula)
    assert not made.recalculated
    assert made == Cell(1, 5, Kind.UNCACHED, "", "0.00", formula)


def test_the_cell_keeps_formula_and_format_and_says_that_we_worked_it_out() -> None:
    book = recalculated(sheet({"A1": 1, "A2": "=A1/8"}))
    made = at(book, "A2")
    assert tuple(made) == (2, 1, Kind.NUMBER, "0.125", "0.00", "A1/8")
    assert made.recalculated
    assert not at(book, "A1").recalculated
    assert list(book.sheets[0].cells) == [(1, 1), (2, 1)]


def test_the_mark_survives_the_way_to_another_process_and_a_replaced_text() -> None:
    made = at(recalculated(sheet({"A1": "=1+1"})), "A1")
    sent = pickle.loads(pickle.dumps(made))
    assert (sent, sent.recalculated) == (made, True)
    assert made._replace(raw="3").recalculated
    assert isinstance(made, Recalculated)


def test_saved_results_are_used_as_they_are_even_when_they_are_out_of_date() -> None:
    stale = Cell(1, 1, Kind.NUMBER, "5", "General", "1+1")
    made = Sheet("表一", cells={(1, 1): stale, (2, 1): cell("A2", "=A1*2")})
    book = recalculated(made)
    assert at(book, "A1") is stale
    assert at(book, "A2").raw == "10"


def test_a_workbook_with_all_results_is_left_alone() -> None:
    cells = {(1, 1): Cell(1, 1, Kind.NUMBER, "2", "General", "1+1"), (1, 2): cell("B1", "无")}
    book = recalculated(Sheet("表一", cells=dict(cells)))
    assert book.sheets[0].cells == cells


def test_formulas_wait_for_those_they_need_whatever_their_order_and_sheet() -> None:
    first = sheet({"A1": "=A2+表二!A1", "A2": "=SUM(A3:A4)", "A3": "=表二!A2*2", "A4": 1}, "表一")
    second = sheet({"A1": "=表一!A2/2", "A2": "=ROUND(2.345,2)"}, "表二")
    book = recalculated(first, second)
    assert [at(book, ref).raw for ref in ("A1", "A2", "A3")] == ["8.55", "5.7", "4.7"]
    assert [at(book, ref, 1).raw for ref in ("A1", "A2")] == ["2.85", "2.35"]


def test_between_cells_no_digits_are_lost() -> None:
    book = recalculated(
        sheet({"A1": "=1/3", "A2": "=A1*3", "A3": "=A2=1", "A4": 0.3333333333333333, "A5": "=A4*3"})
    )
    assert [at(book, ref).raw for ref in ("A1", "A2", "A3", "A5")] == ["0.333333333333333", "1", "TRUE", "1"]


def test_an_error_reaches_all_that_build_on_it() -> None:
    book = recalculated(sheet({"A1": "=1/0", "A2": "=A1+1", "A3": "=SUM(A1:A2)", "A4": '=IFERROR(A3,"无")'}))
    assert [at(book, ref).raw for ref in ("A1", "A2", "A3", "A4")] == ["#DIV/0!", "#DIV/0!", "#DIV/0!", "无"]


def test_circles_and_what_builds_on_them_stay_without_a_result() -> None:
    book = recalculated(
        sheet(
            {
                "A1": "=B1",
                "B1": "=C1+1",
                "C1": "=A1",
                "D1": "=A1*2",
                "E1": "=E1+1",
                "F1": "=SUM(F1:F3)",
                "F2": 4,
                "G1": "=F2*2",
            }
        ),
    )
    for ref in ("A1", "B1", "C1", "D1", "E1", "F1"):
        assert at(book, ref).kind is Kind.UNCACHED, ref
    assert at(book, "G1").raw == "8"


def test_what_builds_on_an_unknown_result_stays_unknown_and_is_not_taken_for_0() -> None:
    book = recalculated(
        sheet(
            {
                "A1": "=TODAY()",
                "A2": "=A1+1",
                "A3": "=SUM(A1:A9)",
                "A4": "=COUNTA(A1:A2)",
                "A5": "=IFERROR(A1,0)",
                "B1": "=IF(1>2,A1,5)",
            }
        ),
    )
    for ref in ("A1", "A2", "A3", "A4", "A5"):
        assert at(book, ref).kind is Kind.UNCACHED, ref
    assert at(book, "B1").raw == "5"


def test_two_sheets_of_one_name_are_not_confused() -> None:
    book = recalculated(
        sheet({"A1": 1}, "Sheet1"), sheet({"A1": 2}, "SHEET1"), sheet({"A1": "=Sheet1!A1"}, "表三")
    )
    assert at(book, "A1", 2).kind is Kind.UNCACHED


def test_a_sheet_is_found_in_other_letter_case() -> None:
    book = recalculated(sheet({"A1": 3}, "Sheet1"), sheet({"A1": "=SHEET1!A1"}, "表二"))
    assert at(book, "A1", 1).raw == "3"


def test_a_broken_shared_string_is_no_error_value() -> None:
    cells = {(1, 1): Cell(1, 1, Kind.ERROR, "17"), (2, 1): cell("A2", "=IFERROR(A1,0)")}
    assert at(recalculated(Sheet("表一", cells=cells)), "A2").kind is Kind.UNCACHED


@pytest.mark.parametrize("depth", [1, 20, 50])
@pytest.mark.parametrize(
    ("before", "after"), [("(", ")"), ("SUM(", ")"), ("IF(1=1,", ",0)"), ("IFERROR(", ",0)"), ("-(", "+0)")]
)
def test_formulas_nested_deeper_than_anyone_writes_are_worked_out(
    before: str, after: str, depth: int
) -> None:
    made = result(before * depth + "6" + after * depth)
    assert made.kind is Kind.NUMBER
    assert abs(Decimal(made.raw)) == 6


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 4000 + "1" + ")" * 4000,
        "SUM(" * 1500 + "1" + ")" * 1500,
        "1+(" * 1500 + "1" + ")" * 1500,
        "IF(1," * 1500 + "1" + ")" * 1500,
        "1" + "%" * 8000,
        "(" * 8000,
        "1+" * 5000 + "1",
        "9" * 10_000,
        '"' + "字" * 10_000 + '"',
    ],
    ids=["brackets", "functions", "sums", "conditions", "percent", "open", "long", "digits", "text"],
)
def test_hostile_nesting_is_refused(formula: str) -> None:
    assert result(formula).kind is Kind.UNCACHED


def test_long_rows_of_operators_and_signs_are_no_nesting() -> None:
    assert result("+".join(["A2"] * 2000)).raw == "5000"
    assert result("-" * 4001 + "2").raw == "-2"
    assert result("-" * 4000 + "2").raw == "2"


@pytest.mark.parametrize("upwards", [False, True])
def test_a_column_in_which_each_cell_builds_on_the_next_is_worked_out(upwards: bool) -> None:
    last = 10_000
    if upwards:
        cells: dict[str, Stored] = {f"A{row}": f"=A{row + 1}+1" for row in range(1, last)}
        cells[f"A{last}"] = 1
    else:
        cells = {"A1": 1, **{f"A{row}": f"=A{row - 1}+1" for row in range(2, last + 1)}}
    assert at(recalculated(sheet(cells)), "A1" if upwards else f"A{last}").raw == str(last)


def test_whole_columns_and_rows_cost_only_the_cells_there_are() -> None:
    far: dict[str, Stored] = {"A1": 1, "A1048576": 2, "XFD1048576": 4, "XFD1": 8, "B2": "=SUM(A:A)"}
    book = recalculated(
        sheet(far), sheet({"A1": "=SUM(表一!A1:XFD1048576)", "A2": "=SUM(表一!1:1)"}, "二"), max_steps=200
    )
    assert at(book, "B2").raw == "3"
    assert [at(book, ref, 1).raw for ref in ("A1", "A2")] == ["18", "9"]


def test_beyond_the_limit_of_work_formulas_stay_without_a_result_always_the_same() -> None:
    running: dict[str, Stored] = {f"B{row}": f"=SUM(A$1:A{row})" for row in range(1, 601)}
    numbers: dict[str, Stored] = {f"A{row}": row for row in range(1, 601)}
    books = [recalculated(sheet({**numbers, **running}), max_steps=50_000) for _ in range(2)]
    assert books[0].sheets == books[1].sheets
    assert at(books[0], "B1").raw == "1"
    assert at(books[0], "B100").raw == "5050"
    assert at(books[0], "B600").kind is Kind.UNCACHED
    ready = [at(books[0], ref).recalculated for ref in running]
    assert ready == sorted(ready, reverse=True)


def test_texts_that_double_from_cell_to_cell_end_where_a_cell_is_full() -> None:
    cells: dict[str, Stored] = {
        "A1": "0123456789",
        **{f"A{row}": f"=A{row - 1}&A{row - 1}" for row in range(2, 40)},
    }
    book = recalculated(sheet(cells))
    assert len(at(book, "A12").raw) == 20_480
    assert at(book, "A13")[2:4] == (Kind.ERROR, "#VALUE!")
    assert at(book, "A39").raw == "#VALUE!"


def filled_form() -> bytes:
    """The formulas of the four forms as units write them, saved by a program that does not calculate."""
    book = openpyxl.Workbook()
    base = book.worksheets[0]
    base.title = "基础数据表"
    for row in (
        ("编制数", 30),
        ("实际在职人数", 26),
        ("控制率", "=B2/B1"),
        ("经费控制情况", "上年决算数", "本年预算数", "本年决算数"),
        ("三公经费", "=B6+B9+B10", "=C6+C9+C10", "=D6+D9+D10"),
        ("1、公务用车购置和维护经费", "=SUM(B7:B8)", "=SUM(C7:C8)", "=SUM(D7:D8)"),
        ("其中：公车购置", 0, None, 0),
        ("公车运行维护", 7.28, 8.1, 6.905),
        ("2、出国经费", 0, None, "0"),
        ("3、公务接待", 1.15, 2, 0.335),
        ("项目支出", "=SUM(B12:B14)", "=SUM(C12:C14)", "=SUM(D12:D14)"),
        ("1、业务工作专项", 90, 120.5, 89.974),
        ("2、运行维护专项", "无", 1 / 3, 33.335),
        ("3、大数据平台", None, "—", 66.666),
        ("三公经费变动率", None, None, "=IF(B5=0,0,(D5-B5)/B5)"),
        ("说明", None, None, '=IF(D5<=C5,"未超预算，节约"&ROUND(C5-D5,2)&"万元","超预算")'),
    ):
        base.append(row)
    project = book.create_sheet("项目支出自评表 (1)")
    for items in (
        ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
        (
            "年度资金总额",
            "=SUM(B3:B5)",
            "=SUM(C3:C5)",
            "=SUM(D3:D5)",
            10,
            '=IFERROR(D2/C2,"")',
            "=ROUND(MIN(F2,1)*E2,2)",
        ),
        ("其中：财政拨款", 90, "=基础数据表!C12", "=基础数据表!$D$12", None, "=D3/C3", None),
        ("上年结转资金", None, 0, 0, None, "=D4/C4", None),
        ("其他资金", 5, 10, 4.5, None, '=IF(C5=0,"",D5/C5)', None),
        (
            "执行率文字",
            '=TEXT(F2,"0.00%")',
            "=ROUND(F2*100,1)",
            "=ROUNDUP(F2,3)",
            "=ROUNDDOWN(F2,3)",
            "=1-F2",
            "=F2>90%",
        ),
        (
            "总分",
            None,
            None,
            None,
            "=SUM(E2:E5)+50+30+10",
            "=COUNTA(A1:A6)",
            '=IF(AND(G2>=9,E7=100),"优","良")',
        ),
    ):
        project.append(items)
    whole = book.create_sheet("整体自评表")
    for entry in (
        ("全年预算数", "='项目支出自评表 (1)'!C2+基础数据表!C5"),
        ("全年执行数", "=SUM('项目支出自评表 (1)'!D2,基础数据表!D5)"),
        ("执行率", "=B2/B1"),
        ("得分", "=IF(B3>=1,10,ROUND(B3*10,2))"),
        ("平均", "=AVERAGE(基础数据表!B12:D14)"),
        (
            "加权",
            "=SUMPRODUCT('项目支出自评表 (1)'!C3:C5,'项目支出自评表 (1)'!D3:D5)/'项目支出自评表 (1)'!C2",
        ),
        ("结余", "=-(B2-B1)"),
        ("引用出错", "='项目支出自评表 (1)'!F4+1"),
        ("无误则和", "=IF(ISNUMBER('项目支出自评表 (1)'!F4),1,IF(ISBLANK(C9),2,3))"),
    ):
        whole.append(entry)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


#: what LibreOffice 7.4 works out for `filled_form`
LIBREOFFICE = {
    ("基础数据表", "B3"): "0.866666666666667",
    ("基础数据表", "B5"): "8.43",
    ("基础数据表", "C5"): "10.1",
    ("基础数据表", "D5"): "7.24",
    ("基础数据表", "B6"): "7.28",
    ("基础数据表", "C6"): "8.1",
    ("基础数据表", "D6"): "6.905",
    ("基础数据表", "B11"): "90",
    ("基础数据表", "C11"): "120.833333333333",
    ("基础数据表", "D11"): "189.975",
    ("基础数据表", "D15"): "-0.141162514827995",
    ("基础数据表", "D16"): "未超预算，节约2.86万元",
    ("项目支出自评表 (1)", "B2"): "95",
    ("项目支出自评表 (1)", "C2"): "130.5",
    ("项目支出自评表 (1)", "D2"): "94.474",
    ("项目支出自评表 (1)", "F2"): "0.723938697318008",
    ("项目支出自评表 (1)", "G2"): "7.24",
    ("项目支出自评表 (1)", "C3"): "120.5",
    ("项目支出自评表 (1)", "D3"): "89.974",
    ("项目支出自评表 (1)", "F3"): "0.746672199170125",
    ("项目支出自评表 (1)", "F4"): "#DIV/0!",
    ("项目支出自评表 (1)", "F5"): "0.45",
    ("项目支出自评表 (1)", "B6"): "72.39%",
    ("项目支出自评表 (1)", "C6"): "72.4",
    ("项目支出自评表 (1)", "D6"): "0.724",
    ("项目支出自评表 (1)", "E6"): "0.723",
    ("项目支出自评表 (1)", "F6"): "0.276061302681992",
    ("项目支出自评表 (1)", "G6"): "FALSE",
    ("项目支出自评表 (1)", "E7"): "100",
    ("项目支出自评表 (1)", "F7"): "5",
    ("项目支出自评表 (1)", "G7"): "良",
    ("整体自评表", "B1"): "140.6",
    ("整体自评表", "B2"): "101.714",
    ("整体自评表", "B3"): "0.723428165007112",
    ("整体自评表", "B4"): "7.23",
    ("整体自评表", "B5"): "66.8013888888889",
    ("整体自评表", "B6"): "83.4242681992337",
    ("整体自评表", "B7"): "38.886",
    ("整体自评表", "B8"): "#DIV/0!",
    ("整体自评表", "B9"): "2",
}


def test_the_formulas_of_the_forms_come_out_as_in_another_program() -> None:
    book = read_workbook(filled_form(), "报送.xlsx")
    recalculate(book)
    made = {
        (sheet.name, one.ref): one
        for sheet in book.sheets
        for one in sheet.cells.values()
        if one.recalculated
    }
    assert made.keys() == LIBREOFFICE.keys()
    for place, expected in LIBREOFFICE.items():
        if made[place].kind is Kind.NUMBER:
            # it calculates with doubles, which differ in the last of 15 digits
            assert abs(Decimal(made[place].raw) - Decimal(expected)) <= Decimal("1E-15"), place
        else:
            assert made[place].raw == expected, place
    assert not any(one.kind is Kind.UNCACHED for sheet in book.sheets for one in sheet.cells.values())


class _Tree:
    """A random sum as a formula and as Python's decimals work it out; None where that is an error value."""

    def __init__(self, text: str, value: Decimal | None) -> None:
        self.text, self.value = text, value

    def __repr__(self) -> str:
        return self.text


def _joined(sign: str, left: _Tree, right: _Tree) -> _Tree:
    text = f"({left.text}){sign}({right.text})"
    if left.value is None or right.value is None or (sign == "/" and not right.value):
        return _Tree(text, None)
    value = {
        "+": left.value.__add__,
        "-": left.value.__sub__,
        "*": left.value.__mul__,
        "/": left.value.__truediv__,
    }[sign](right.value)
    return _Tree(text, value)


def _summed(parts: list[_Tree]) -> _Tree:
    values = [part.value for part in parts]
    text = f"SUM({','.join(part.text for part in parts)})"
    return _Tree(text, None if None in values else sum((value for value in values if value), Decimal(0)))


_TREES = st.recursive(
    st.integers(-20, 20).map(lambda number: _Tree(str(number), Decimal(number))),
    lambda trees: st.one_of(
        st.builds(_joined, st.sampled_from("+-*/"), trees, trees),
        st.lists(trees, min_size=1, max_size=4).map(_summed),
    ),
    max_leaves=15,
)


@given(_TREES)
def test_random_sums_agree_with_decimal_arithmetic(tree: _Tree) -> None:
    made = at(recalculated(sheet({"A1": f"={tree.text}"})), "A1")
    if tree.value is None:
        assert made[2:4] == (Kind.ERROR, "#DIV/0!")
    else:
        assert abs(Decimal(made.raw) - tree.value) <= abs(tree.value) * Decimal("1E-14")


#: a total of sums: what a library writes that does not calculate, and what it comes to
UNCALCULATED = {
    "A1": ("1.5", None, "1.5"),
    "A2": ("0", "A1*2", "3"),
    "A3": ("0", "SUM(A1:A2)", "4.5"),
    "A4": ("0", "A1-1.5", "0"),
    "A5": ("0", "OFFSET(A1,0,0)", None),
    "A6": ("7", "A1*4", "6"),
}


def stored(results: dict[str, tuple[str, str | None, str | None]], *, uncalculated: bool = True) -> Book:
    made = {}
    for ref, (raw, formula, _) in results.items():
        row, col = parse_ref(ref)
        made[row, col] = Cell(row, col, Kind.NUMBER, raw, "General", formula)
    return Book("报送.xlsx", "xlsx", "", [Sheet("表一", cells=made)], uncalculated=uncalculated)


def test_zeros_of_a_program_that_never_calculated_are_worked_out() -> None:
    book = stored(UNCALCULATED)
    recalculate(book)
    for ref, (raw, formula, result) in UNCALCULATED.items():
        found = at(book, ref)
        # a 0 that cannot be worked out is nobody's result, and one that comes out as stored needs no word
        assert found.kind is (Kind.UNCACHED if result is None else Kind.NUMBER), ref
        assert result is None or Decimal(found.raw) == Decimal(result), ref
        assert found.recalculated is (formula is not None and result not in (None, raw)), ref


@pytest.mark.parametrize("uncalculated", [True, False])
def test_zeros_that_come_out_as_zeros_are_believed_with_all_else(uncalculated: bool) -> None:
    kept = {ref: entry for ref, entry in UNCALCULATED.items() if ref in ("A1", "A4", "A5", "A6")}
    book = stored(kept, uncalculated=uncalculated)
    recalculate(book)
    assert [at(book, ref).raw for ref in kept] == [raw for raw, _, _ in kept.values()]


def test_only_a_workbook_that_asks_to_be_calculated_and_never_was_is_doubted() -> None:
    book = stored(UNCALCULATED, uncalculated=False)
    recalculate(book)
    assert [at(book, ref).raw for ref in UNCALCULATED] == [raw for raw, _, _ in UNCALCULATED.values()]
    assert read_workbook(made_by_xlsxwriter(), "x").uncalculated
    assert not read_workbook(rich_workbook(), "x").uncalculated
