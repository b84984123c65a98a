"""Old .xls files: what their container and their global records say, beside the cells (see test_opening)."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import olefile
import pytest

from batch.model.book import Unreadable
from batch.model.limits import Limits
from batch.workbook.opening import open_book
from batch.workbook.read.display import display_text

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
    assert display_text(book.sheets[4].cells[2, 4], book.date1904) == "2025年1月1日"


def test_calculated_cells_come_as_their_saved_results_with_their_formulas(forms: bytes) -> None:
    cells = open_book(forms, "表.xls").sheets[4].cells
    assert {cell.ref: (cell.raw, cell.formula) for cell in cells.values() if cell.formula} == {
        "B3": ("2469", "B2*2"),
        "C3": ("#DIV/0!", "1/0"),
        "D3": ("#N/A", "NA()"),
        "E3": ("第1234.5", '"第"&B2'),
        "E4": ("TRUE", "TRUE"),
        "B7": ("3707.5", "SUM(B2:B5)"),
        "E7": ("TRUE", "B2>1"),
    }


def test_formulas_that_a_block_shares_are_each_cells_own() -> None:
    # B1*2 downwards, relative to the cell that uses it
    shared = b"\x4c\x00\xc0\xff" + b"\x1e\x02\x00" + b"\x05"
    uses = struct.pack("<BHH", 1, 0, 2)
    rows = b"".join(
        record(0x06, struct.pack("<HHHdHI", at, 2, 0, 2.0 * at, 0, 0) + struct.pack("<H", len(uses)) + uses)
        + (record(0x4BC, struct.pack("<HHBBBBH", 0, 2, 2, 2, 0, 3, len(shared)) + shared) if at == 0 else b"")
        for at in range(3)
    )
    found = open_book(biff5("Sheet1", rows), "表.xls").sheets[0].cells
    assert [found[at, 3].formula for at in (1, 2, 3)] == ["B1*2", "B2*2", "B3*2"]


@pytest.mark.parametrize(
    ("encoding", "code_page", "texts"),
    [
        ("gb18030", 0, ["部门整体支出绩效自评基础数据表", "单位名称", "2020"]),
        ("gb18030", 1252, ["部门整体支出绩效自评基础数据表", "单位名称", "2020"]),
        ("gb18030", 936, ["镕囍", "喆"]),
        ("big5", 0, ["部門整體支出績效自評基礎數據表", "單位名稱", "2020"]),
        ("utf-8", 0, ["部门整体支出绩效自评基础数据表", "单位名称"]),
        ("latin_1", 1252, ["Größe", "é"]),
        ("latin_1", 0, ["Budget 2020"]),
    ],
)
def test_texts_without_a_code_page_are_read_by_what_they_come_to(
    encoding: str, code_page: int, texts: list[str]
) -> None:
    labels = b"".join(
        record(0x204, struct.pack("<HHHH", row, 0, 0, len(text.encode(encoding))) + text.encode(encoding))
        for row, text in enumerate(texts)
    )
    sheet = open_book(biff5(texts[0], labels, encoding, code_page), "表.xls").sheets[0]
    assert [sheet.name, *(cell.raw for cell in sheet.cells.values())] == [texts[0], *texts]


def test_a_list_of_sectors_that_does_not_end_is_followed_as_far_as_the_stream_goes(forms: bytes) -> None:
    with olefile.OleFileIO(io.BytesIO(forms)) as container:
        sector = next(e.isectStart for e in container.direntries if e and e.name == "Workbook")
        while container.fat[sector] < len(container.fat):
            sector = container.fat[sector]
    entry_at = 512 + int.from_bytes(forms[76:80], "little") * 512 + 4 * sector
    assert forms[entry_at : entry_at + 4] == b"\xfe\xff\xff\xff"
    looped = forms[:entry_at] + struct.pack("<I", 3) + forms[entry_at + 4 :]
    cells = [sheet.cells for sheet in open_book(forms, "表.xls").sheets]
    assert [sheet.cells for sheet in open_book(looped, "表.xls").sheets] == cells


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def biff5(name: str, cells: bytes, encoding: str = "ascii", code_page: int = 0) -> bytes:
    """A workbook of Excel 5 with one sheet, its code page left out where it is 0."""
    tab = name.encode(encoding)
    start = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
    start += record(0x42, struct.pack("<H", code_page)) if code_page else b""
    first = len(start) + 4 + 7 + len(tab) + 4
    listed = record(0x85, struct.pack("<IHB", first, 0, len(tab)) + tab)
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + cells + record(0xA, b"")
    return start + listed + record(0xA, b"") + sheet


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
