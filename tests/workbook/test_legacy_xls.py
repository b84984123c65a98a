"""Old .xls files: what their container and their global records say, beside the cells (see test_opening)."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from batch.model.book import Kind, Unreadable
from batch.workbook.limits import Limits
from batch.workbook.opening import open_book
from batch.workbook.shown import shown

CONTAINERS = Path(__file__).parent.parent / "corpus" / "containers"


@pytest.fixture(scope="module")
def forms() -> bytes:
    return (CONTAINERS / "forms.xls").read_bytes()


def entry(name: str, kind: int) -> bytes:
    spelled = name.encode("utf-16-le")
    return spelled.ljust(64, b"\0") + struct.pack("<HB", len(spelled) + 2, kind)


def swapped(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


def test_macros_are_told_and_never_run(forms: bytes) -> None:
    assert not open_book(forms, "表.xls").has_macros
    data = swapped(forms, entry("\x05SummaryInformation", 2), entry("_VBA_PROJECT_CUR", 1))
    assert open_book(data, "表.xls").has_macros


def test_days_counted_from_1904_are_told(forms: bytes) -> None:
    data = swapped(forms, struct.pack("<HHH", 0x22, 2, 0), struct.pack("<HHH", 0x22, 2, 1))
    book = open_book(data, "表.xls")
    assert book.date1904
    assert shown(book.sheets[4].cells[2, 4], book.date1904) == "2025年1月1日"


def test_calculated_cells_come_as_their_saved_results(forms: bytes) -> None:
    cells = open_book(forms, "表.xls").sheets[4].cells
    assert {cell.formula for cell in cells.values()} == {None}
    assert (cells[7, 2].kind, cells[7, 2].raw) == (Kind.NUMBER, "3707.5")
    assert (cells[3, 5].kind, cells[3, 5].raw) == (Kind.TEXT, "第1234.5")


def test_numbers_are_written_as_short_as_they_are(forms: bytes) -> None:
    basic = open_book(forms, "表.xls").sheets[0].cells
    assert (basic[4, 2].raw, basic[6, 2].raw, basic[6, 2].format) == ("15", "1.86", "0.00")


def test_limits_hold_in_the_child_process_too(forms: bytes) -> None:
    with pytest.raises(Unreadable, match="单元格超过100个"):
        open_book(forms, "表.xls", Limits(max_cells=100))
    with pytest.raises(Unreadable, match="表页超过3张"):
        open_book(forms, "表.xls", Limits(max_sheets=3))
    with pytest.raises(Unreadable, match="秒内没有读完"):
        open_book(forms, "表.xls", Limits(max_seconds=0.01))


def test_a_workbook_without_a_container_around_it_is_read(forms: bytes) -> None:
    import xlrd

    stream = xlrd.compdoc.CompDoc(forms).get_named_stream("Workbook")
    book = open_book(stream, "表.xls")
    assert (book.container, book.sheets[0].cells[1, 1].raw) == ("xls", "部门整体支出绩效自评基础数据表")
