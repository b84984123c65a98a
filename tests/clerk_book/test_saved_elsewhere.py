"""A book that other programs saved: read all the same, and rows are added to what they made of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from batch.clerk_book.asked_rows import NightFacts
from batch.clerk_book.reading import ClerkBook, parsed
from batch.clerk_book.update import updated
from batch.model.reference import RosterUnit
from batch.model.review import Findings
from batch.workbook.integrity import require_sound
from tests.roster.sheets import forms

#: saved by LibreOffice after a clerk wrote in it, with a formula of the clerk's own
SAVED = Path(__file__).parent / "LibreOffice.xlsx"
NAME = Path("经办台账.xlsx")


def book(data: bytes) -> ClerkBook:
    return parsed(NAME, data, forms())


def after_a_night(data: bytes, *units: str) -> bytes:
    """The book after a batch in which further units were missing."""
    now = NightFacts(
        day="2021-03-20",
        facts=(),
        findings=Findings({}),
        absent=[(RosterUnit(name), "未报") for name in units],
        roster=(),
        suggested=(),
    )
    made = updated(book(data), now, forms()).data
    assert made is not None
    return made


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_what_libreoffice_saved_is_read_and_added_to(tmp_path: Path) -> None:
    before = book(SAVED.read_bytes())
    assert [(one.unit, one.text) for one in before.reminders] == [
        ("县林业局", "2021年3月11日电话：明天报（张三）")
    ]
    (given,) = before.rulings
    assert (given.unit, given.ruling.cell, given.ruling.decision) == ("县教育局", "基础数据表!D4", "豁免")
    assert before.problems == ()
    data = after_a_night(SAVED.read_bytes(), "县统计局", "=1+1局")
    after = book(data)
    assert (after.reminders, after.rulings) == (before.reminders, before.rulings)
    page = openpyxl.load_workbook(io.BytesIO(data))["催报"]
    last = before.tables["催报"].last
    assert [page.cell(last + n, 1).value for n in (1, 2, 3)] == ["=1+1局", None, None]
    assert page.cell(last + 1, 1).data_type == "s"
    # the clerk's own formula is calculated when the book is opened
    workbook = parts(data)["xl/workbook.xml"]
    assert b'fullCalcOnLoad="1"' in workbook
    assert b"fullCalcOnLoad" not in parts(SAVED.read_bytes())["xl/workbook.xml"]
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    require_sound(path)


def test_a_table_the_clerk_made_reaches_over_the_new_rows() -> None:
    opened = openpyxl.load_workbook(io.BytesIO(after_a_night(SAVED.read_bytes(), "县统计局")))
    page = opened["催报"]
    last = max(cell.row for cell in page["A"] if cell.value)
    page.auto_filter.ref = None
    page.delete_rows(last + 1, page.max_row)
    page.delete_cols(12, 2)
    page.add_table(Table(displayName="催报表", ref=f"A1:K{last}"))
    saved = io.BytesIO()
    opened.save(saved)
    made = openpyxl.load_workbook(io.BytesIO(after_a_night(saved.getvalue(), "镇卫生院", "镇中学")))["催报"]
    table = made.tables["催报表"]
    assert (table.ref, table.autoFilter.ref) == (f"A1:K{last + 2}", f"A1:K{last + 2}")


@pytest.mark.parametrize(
    ("heading", "other", "told"),
    [("标识（请勿改动）", "标记", "没有列新的行"), ("对方答复", "回话", "这一栏没有读")],
)
def test_a_column_that_was_renamed_is_told(heading: str, other: str, told: str) -> None:
    opened = openpyxl.load_workbook(SAVED)
    (cell,) = (cell for cell in opened["催报"][1] if cell.value == heading)
    cell.value = other
    saved = io.BytesIO()
    opened.save(saved)
    assert any(heading in str(p) and told in str(p) for p in book(saved.getvalue()).problems)
