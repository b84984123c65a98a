"""Where the values of a form stand is found once for sheets that are printed alike, and never for another."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from batch.forms.locate.form_layout import layout_of
from batch.forms.locate.grid_layout import grid_spots
from batch.forms.locate.list_layout import list_row
from batch.forms.read.forms import Reading, read_forms
from batch.model.book import Area, Book, Kind, Sheet
from batch.workbook.read.xlsx import read_workbook
from tests.bends import BENDS
from tests.paper import rules, sample
from tests.sample_units import clean_unit


def anew(book: Book) -> Reading:
    """The forms of a book as read by somebody who never saw another one."""
    for kept in (layout_of, list_row, grid_spots):
        kept.cache_clear()
    return read_forms(book, rules().forms, "报送.xlsx")


def afterwards(first: Book, book: Book) -> Reading:
    """The forms of a book as read by somebody who has just read another one."""
    anew(first)
    return read_forms(book, rules().forms, "报送.xlsx")


def filled_in(book: Book, rng: random.Random) -> Book:
    """The book with other figures, other narratives, and cells left blank that were not."""
    sheets = []
    for sheet in book.sheets:
        cells = dict(sheet.cells)
        for place, cell in sheet.cells.items():
            if cell.kind is Kind.NUMBER:
                if rng.random() < 0.2 and sum(1 for row, _ in cells if row == cell.row) > 1:
                    del cells[place]
                else:
                    cells[place] = cell._replace(raw=str(rng.randint(1, 900)), formula=None)
            elif cell.raw.endswith("。") and "注" not in cell.raw[:3]:
                cells[place] = cell._replace(raw=f"围绕中心工作，{cell.raw}")
        sheets.append(replace(sheet, cells=cells))
    return replace(book, sheets=sheets)


def test_units_that_fill_in_the_same_form_share_its_layout(tmp_path: Path) -> None:
    books = []
    for seed in (1, 2):
        clean_unit(tmp_path / "报送.xlsx", f"县第{seed}局", seed=seed, projects=1)
        books.append(read_workbook((tmp_path / "报送.xlsx").read_bytes(), "报送.xlsx"))
    afterwards(*books)
    assert layout_of.cache_info()[:2] == (4, 4)


def test_forms_of_which_one_has_a_row_less_share_the_rows_above_it() -> None:
    form = sample().sheets[-1]
    last = max(row for row, _ in form.cells)
    shorter = replace(form, cells={place: cell for place, cell in form.cells.items() if place[0] != last - 1})
    anew(replace(sample(), sheets=[form]))
    made = list_row.cache_info().misses
    read_forms(replace(sample(), sheets=[shorter]), rules().forms, "报送.xlsx")
    assert list_row.cache_info()[:2] == (made - 1, made)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_filled_in_does_not_move_a_form(seed: int) -> None:
    other = filled_in(sample(), random.Random(seed))
    alone = anew(other)
    assert afterwards(sample(), other) == alone != anew(sample())
    afterwards(sample(), other)
    assert layout_of.cache_info()[:2] == (4, 4)


@pytest.mark.parametrize("bend", BENDS)
def test_a_bent_sheet_is_read_by_its_own_layout(bend: str) -> None:
    bent = BENDS[bend](sample(), random.Random(7))
    alone = anew(bent)
    assert afterwards(sample(), bent) == alone
    assert afterwards(bent, sample()) == anew(sample())


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(
    "text",
    [
        "合计",
        "小计",
        "注：以上金额单位为元",
        "（元）",
        "填报人：",
        "备注说明：" + "以上数据由各股室提供，" * 9,
    ],
)
def test_a_text_that_means_something_is_seen_wherever_it_is_put(text: str, number: int) -> None:
    """One cell after the other of a form gets the text; the form was read without it before."""
    form = sample().sheets[number]
    for place, cell in form.cells.items():
        if cell.kind is Kind.TEXT:
            changed = {**form.cells, place: cell._replace(raw=text)}
            assert_read_as_it_is(replace(form, cells=changed))


@pytest.mark.parametrize("number", range(4))
def test_a_row_left_out_and_cells_merged_are_seen(number: int) -> None:
    form = sample().sheets[number]
    for row in {row for row, _ in form.cells}:
        cells = {place: cell for place, cell in form.cells.items() if place[0] != row}
        assert_read_as_it_is(replace(form, cells=cells))
    for row, col in form.cells:
        assert_read_as_it_is(replace(form, merges=(*form.merges, Area(row, col, row + 1, col + 1))))


def assert_read_as_it_is(form: Sheet) -> None:
    """The form and the one it was made of are read the same, whether or not the other was read before."""
    book = replace(sample(), sheets=[form])
    assert afterwards(sample(), book) == anew(book)
    assert afterwards(book, sample()) == anew(sample())
