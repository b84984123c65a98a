"""Rows of the blank form that were left in are no rows, and parts of an indicator are no indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from batch.model.book import Book, Cell, Kind
from batch.model.form import Table
from batch.model.status import Severity
from tests.bends import moved
from tests.forms.test_bends import values
from tests.paper import MONITORING, PROJECT, checked, corrected, found, rules, submission

Row = Sequence[str]

#: what the blank form prints below an indicator and people leave there: texts from the 三级指标 to the right
BLANK_FORM: tuple[Row, ...] = (
    ("指标2",), ("指标２：",), ("指标 2:",), ("指标二、",), ("三级指标3",), ("指标n",), ("指标2：XX",),
    ("……",), ("…",), ("...",), ("。。。",), ("1.……",), ("（2）",), ("②",),
    ("-",), ("—",), ("／",), ("/", "/", "/", "/", "/", "/"), ("—", "", "", "-", "-"), ("\\",),
    ("无",), ("无", "无", "无", "", "", "无"), ("指标2：无",), ("其他",), ("", "", "", "", "", "无"),
    ("", "……", "…"), ("指标3：", "≥   %", "%"), ("  ",), ("指标2", "", "", "\u3000", " "),
    ("____",), ("其中：",),
)  # fmt: skip


def below(book: Book, sheet: str, row: int, *rows: Row, left: int = 4) -> Book:
    """The book with rows put in below a row of a sheet: texts from column `left` to the right."""

    def down(at: int) -> int:
        return at if at <= row else at + len(rows)

    def typed(at: int, col: int, text: str) -> Cell:
        number = text.isascii() and text.isdigit()
        return Cell(at, col, Kind.NUMBER if number else Kind.TEXT, text)

    def bend(page: str) -> dict[tuple[int, int], Cell]:
        cells = {
            (row + n, left + m): typed(row + n, left + m, text)
            for n, texts in enumerate(rows, 1)
            for m, text in enumerate(texts)
            if text
        }
        return cells if page == sheet else {}

    sheets = []
    for page in book.sheets:
        if page.name == sheet:
            page = moved(page, down, lambda col: col)
            page.cells.update(bend(sheet))
        sheets.append(page)
    return replace(book, sheets=sheets)


def told(book: Book) -> set[tuple[str, str, str, str]]:
    """What is found: check, form, field and message."""
    return {(f.check, f.form, f.field, f.message) for f in checked(book).findings}


def table(book: Book, form: str = "项目自评表") -> Table:
    (only,) = submission(book).of(form)
    return only


def test_rows_of_the_blank_form_leave_no_trace() -> None:
    book = below(below(corrected(), PROJECT, 13, *BLANK_FORM), MONITORING, 12, *BLANK_FORM)
    last = 20 + len(BLANK_FORM)
    book = below(book, PROJECT, last, *BLANK_FORM)
    # rows of the form for kinds of indicators that nobody named
    book = below(book, PROJECT, last, ("……", "……", "……"), ("", "……"), left=2)
    assert values(book) == values(corrected())
    assert told(book) == told(corrected())


@pytest.mark.parametrize(
    "row",
    [
        ("指标2", "", "", "5"),
        ("……", "≥3次", "2次"),
        ("-", "/", "/", "0", "0"),
        ("无", "", "", "", "", "设备没有到货"),
        ("", "≥3次"),
        ("不适用", "不适用", "不适用"),
        ("100%",),
        ("2020",),
        ("指标2修路里程",),
        ("无障碍设施改造",),
        ("其他", "", "0次"),
    ],
)
def test_a_row_with_anything_in_it_stays_one(row: Row) -> None:
    items = table(below(corrected(), PROJECT, 12, row)).items
    assert [item.row for item in items] == list(range(12, 22))
    assert items[1].values["三级指标"].raw == row[0]


def test_a_row_of_ticks_that_are_not_made_is_none() -> None:
    left = below(corrected(), MONITORING, 11, ("指标2", "", "", "□", "□", "", "", "", "", "□"))
    assert values(left) == values(corrected())
    ticked = below(corrected(), MONITORING, 11, ("指标2", "", "", "", "", "", "", "", "", "", "√"))
    assert len(table(ticked, "监控表").items) == 10


def test_a_computed_nothing_in_a_row_of_the_blank_form_is_none() -> None:
    book = below(corrected(), PROJECT, 12, ("指标2",))
    page = next(page for page in book.sheets if page.name == PROJECT)
    page.cells[13, 8] = Cell(13, 8, Kind.NUMBER, "0", formula="G13*1")
    assert values(book) == values(corrected())


def test_rows_of_the_blank_form_hide_nothing() -> None:
    edits: dict[str, str | None] = dict.fromkeys((f"{PROJECT}!{c}15" for c in "EFGH"), None)
    findings = checked(corrected({**edits, f"{PROJECT}!D15": "／"})).findings
    errors = {(f.check, f.cell) for f in findings if f.severity is Severity.ERROR}
    assert errors == {("X328", None), ("X309", "G21"), ("X310", "H21")}
    assert "缺少成本指标" in next(f.message for f in findings if f.check == "X328")
    # 10 points of the outputs are gone: the structure is looked at, not given up
    assert "产出40" in next(f.message for f in findings if f.check == "X311")
    assert not [f for f in findings if f.check in ("F025", "F024")]


PARTS: tuple[Row, ...] = (
    ("其中：城区", "2次", "3次"),
    ("      乡镇", "3次", "1次", "—", "—"),
    (" 其中:村级", "1次", "1次"),
    ("1.其中新增", "4次"),
)


def test_parts_of_an_indicator_owe_no_points_and_are_no_indicators() -> None:
    book = below(corrected(), PROJECT, 12, *PARTS)
    project = table(book)
    assert [item.row for item in project.items] == [12, *range(17, 25)]
    assert [[part.row for part in item.parts] for item in project.items] == [[13, 14, 15, 16]] + [[]] * 8
    assert told(book) == told(corrected())
    # what is filled in in them is read all the same
    read = {key[2]: value[1] for key, value in values(book).items()}
    assert read["产出指标/数量指标/乡镇.完成值"] == 1
    # with points it is an indicator like any other, and the next row is none of its parts
    scored = below(
        corrected(), PROJECT, 12, PARTS[0], ("其中：乡镇", "3次", "1次", "5", "5"), ("村级", "1次")
    )
    assert [item.row for item in table(scored).items] == [12, *range(14, 24)]


def test_a_score_left_out_above_a_part_is_still_told() -> None:
    book = below(corrected({f"{PROJECT}!H12": None}), PROJECT, 12, PARTS[0])
    assert ("F025", f"{PROJECT}!H12") in found(book)


def test_parts_in_a_form_without_points_are_set_in() -> None:
    rows = (("其中：城区", "50%", "50%", "50%"), ("   乡镇", "50%", "50%", "50%"), ("村级", "50%"))
    items = table(below(corrected(), MONITORING, 11, *rows), "监控表").items
    assert [(item.row, len(item.parts)) for item in items[:3]] == [(11, 2), (14, 0), (15, 0)]


def test_a_heading_ends_the_parts_above_it() -> None:
    book = below(corrected({f"{PROJECT}!G13": None, f"{PROJECT}!H13": None}), PROJECT, 12, PARTS[0])
    assert {("F025", f"{PROJECT}!G14"), ("F025", f"{PROJECT}!H14")} <= found(book)


def test_the_words_are_the_packs() -> None:
    words = rules().forms.rows
    assert all(words.is_blank_form(row[0]) for row in BLANK_FORM)
    told = ("指标123", "指标2：举办培训", "7", "95%", "XX路改造", "无人机巡查", "其中：城区", "指标" * 20)
    assert not any(map(words.is_blank_form, told))
