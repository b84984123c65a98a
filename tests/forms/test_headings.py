"""A heading in two rows, or in two cells, is the heading it reads as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from batch.model.book import Area, Book, Cell, Kind, Sheet
from tests.bends import moved
from tests.forms.test_bends import values
from tests.paper import PROJECT, checked, corrected

#: the row of the real form's headings: of its sums and of its indicators
FUNDS, LIST = 4, 11


def printed(sheet: Sheet, texts: dict[tuple[int, int], str], *merges: Area) -> Sheet:
    """The sheet with these texts in place of what stands there; "" for none."""
    cells = {place: cell for place, cell in sheet.cells.items() if place not in texts}
    cells |= {(row, col): Cell(row, col, Kind.TEXT, text) for (row, col), text in texts.items() if text}
    kept = [
        a
        for a in sheet.merges
        if not any(a.top <= r <= a.bottom and a.left <= c <= a.right for r, c in texts)
    ]
    return replace(sheet, cells=cells, merges=(*kept, *merges))


def lower(sheet: Sheet, row: int) -> Sheet:
    """The sheet with a blank row below this one."""
    return moved(sheet, lambda r: r + (r > row), lambda c: c)


def split(sheet: Sheet) -> Sheet:
    """The upper half of a word above its lower half."""
    texts = {5: ("年度", "指标值"), 6: ("实际", "完成值"), 9: ("偏差原因分析", "及改进措施")}
    return printed(
        lower(sheet, LIST),
        {(LIST + n, c): half for c, halves in texts.items() for n, half in enumerate(halves)},
    )


def one_below_two(sheet: Sheet) -> Sheet:
    """年初 and 全年 side by side above one 预算数; the others merged down."""
    down = [Area(FUNDS, c, FUNDS + 1, c) for c in (7, 8, 9)]
    texts = {(FUNDS, 4): "年初", (FUNDS, 5): "全年", (FUNDS + 1, 4): "预算数"}
    texts |= {(FUNDS, 6): "全年", (FUNDS + 1, 6): "执行数"}
    return printed(lower(sheet, FUNDS), texts, Area(FUNDS + 1, 4, FUNDS + 1, 5), *down)


def two_below_one(sheet: Sheet) -> Sheet:
    """全年 merged over 预算数 and 执行数."""
    texts = {(FUNDS, 4): "年初预算数", (FUNDS, 5): "全年", (FUNDS, 6): ""}
    texts |= {(FUNDS + 1, 5): "预算数", (FUNDS + 1, 6): "执行数"}
    return printed(lower(sheet, FUNDS), texts, Area(FUNDS, 5, FUNDS, 6))


def levels_below(sheet: Sheet) -> Sheet:
    """The three levels one row below the other headings, which are merged down."""
    texts = {(LIST, 2): "绩效指标", (LIST, 3): "", (LIST, 4): ""}
    texts |= {(LIST + 1, 2): "一级指标", (LIST + 1, 3): "二级指标", (LIST + 1, 4): "三级指标"}
    down = [Area(LIST, c, LIST + 1, c) for c in range(5, 10)]
    return printed(lower(sheet, LIST), texts, Area(LIST, 2, LIST, 4), *down)


def others_below(sheet: Sheet) -> Sheet:
    """The levels merged down, the value of the target below a heading of its own."""
    texts = {(LIST, 5): "年度目标值", (LIST + 1, 5): "指标值"}
    down = [Area(LIST, c, LIST + 1, c) for c in (2, 3, 4, 6, 7, 8, 9)]
    return printed(lower(sheet, LIST), texts, *down)


@pytest.mark.parametrize(
    "bend", [split, one_below_two, two_below_one, levels_below, others_below], ids=lambda bend: bend.__name__
)
def test_a_heading_in_two_rows_is_one(bend: Callable[[Sheet], Sheet]) -> None:
    straight = corrected()
    bent = replace(straight, sheets=[bend(s) if s.name == PROJECT else s for s in straight.sheets])
    assert values(bent) == values(straight)
    assert bad(bent) == bad(straight)


def bad(book: Book) -> set[tuple[str, str]]:
    """What is found of the project's form, but for headings read under another name."""
    return {(f.check, f.field) for f in checked(book).findings if f.sheet == PROJECT and f.check != "F012"}


def test_an_answer_below_a_heading_is_no_part_of_it() -> None:
    straight = corrected()
    sheet = next(s for s in straight.sheets if s.name == PROJECT)
    told = printed(sheet, {(LIST + 1, 6): "完成", (LIST + 1, 9): "及改进措施"})
    before = values(straight)
    after = values(replace(straight, sheets=[told if s.name == PROJECT else s for s in straight.sheets]))
    assert sorted(key[2].rpartition(".")[2] for key in after if after[key] != before.get(key)) == [
        "偏差原因",
        "完成值",
    ]
    assert before.keys() <= after.keys()
