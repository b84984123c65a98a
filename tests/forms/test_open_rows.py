"""Rows below 项目支出 are its projects when something shows it; other rows are asked about, never summed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batch.model.book import Book, Cell, Kind
from batch.model.status import Verdict
from tests.bends import moved
from tests.paper import BASIC, checked, corrected, submission

#: the row below 业务工作专项 and 运行维护专项
BELOW = 15


def added(label: str, *amounts: float, at: int = BELOW, total: tuple[float, ...] = (400, 403, 403)) -> Book:
    """The basic form with a row put in below the projects, and these sums of 项目支出."""
    book = corrected()
    sheet = moved(next(s for s in book.sheets if s.name == BASIC), lambda r: r + (r >= at), lambda c: c)
    cells = dict(sheet.cells)
    cells[at, 1] = Cell(at, 1, Kind.TEXT, label)
    for col, (amount, whole) in enumerate(zip(amounts, total, strict=True), 2):
        cells[at, col] = Cell(at, col, Kind.NUMBER, str(amount))
        cells[12, col] = cells[12, col]._replace(kind=Kind.NUMBER, raw=str(whole))
    return replace(book, sheets=[replace(sheet, cells=cells) if s.name == BASIC else s for s in book.sheets])


def rows(book: Book) -> dict[str, list[str]]:
    return submission(book).of("基础数据表")[0].extra_rows


def found(book: Book, *checks: str) -> list[tuple[str, str | None]]:
    return [(f.check, f.cell) for f in checked(book).findings if f.check in checks]


@pytest.mark.parametrize(
    "label", ["3、食堂改造", "◆3、食堂改造", "   食堂改造", "（三）食堂改造", "食堂项目", "其中：食堂"]
)
def test_what_shows_to_be_a_project_is_one_and_counts(label: str) -> None:
    book = added(label, 1, 2, 3)
    assert [len(names) for names in rows(book).values()] == [1]
    assert [check for check, _ in found(book, "J111", "F035")] == ["J111"] * 3


def test_a_plain_row_is_a_project_when_the_sum_holds_with_it() -> None:
    book = added("食堂改造", 1, 2, 3, total=(401, 405, 406))
    assert rows(book) == {"项目支出": ["食堂改造"]}
    assert found(book, "J111", "F035") == []


def test_a_plain_row_is_none_when_the_sum_holds_without_it() -> None:
    book = added("接待经费", 1, 2, 3)
    assert rows(book) == {}
    assert found(book, "J111", "F035", "F015") == [("F015", f"A{BELOW}")]


def test_a_plain_row_is_asked_about_when_the_sum_holds_neither_way() -> None:
    book = added("接待经费", 1, 2, 3, total=(450, 450, 450))
    assert found(book, "J111", "F035") == [("F035", f"A{BELOW}")]
    outcomes = [o for o in checked(book).outcomes if o.check == "J111"]
    assert {o.verdict for o in outcomes} == {Verdict.UNCHECKED}


def test_rows_that_add_up_to_the_row_above_are_its_parts() -> None:
    book = added("   数据采集", 400, 403, 403, at=14)
    assert rows(book) == {"业务工作专项": ["数据采集"]}
    assert found(book, "J111", "F035", "F015") == []


@pytest.mark.parametrize(
    "label",
    ["公用支出", "机关公用支出", "公用经费（商品和服务支出）", "商品和服务支出（公用经费）"],
)
def test_the_row_of_running_costs_is_no_project(label: str) -> None:
    book = corrected({f"{BASIC}!A15": label})
    assert rows(book) == {}
    table = submission(book).of("基础数据表")[0]
    assert table.fields["公用经费.本年决算"].ref == "D15"
    assert found(book, "J111", "F014", "F034", "F035") == []
