"""Typing into a workbook: the cells typed into, the results that follow from them, and nothing else."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from batch.demo.county_figures import DemoUnit, Work, demo_pack, layout, pages_of
from batch.forms.template.workbook import template_bytes
from batch.model.book import Cell, Kind
from batch.workbook.annotate.edit_cells import type_in
from batch.workbook.package.splice import CannotPatch
from batch.workbook.read.xlsx import read_workbook
from tests.workbook.rich import members, repacked

BASIC = "基础数据表"


@pytest.fixture(scope="module")
def clean() -> bytes:
    return template_bytes(demo_pack(), pages=pages_of(DemoUnit("县教育局", (Work("业务能力建设"),))))


def cells(data: bytes, sheet: str = BASIC) -> dict[str, Cell]:
    book = read_workbook(data, "")
    return {cell.ref: cell for s in book.sheets if s.name == sheet for cell in s.cells.values()}


def ref(slot: str) -> str:
    return layout(BASIC).slots[slot].ref


def test_results_follow_what_is_typed(clean: bytes) -> None:
    before = cells(clean)
    after = cells(type_in(clean, {(BASIC, ref("公务接待.本年决算")): Decimal("99.5")}))
    assert {r: c.raw for r, c in after.items() if c != before.get(r)} == {
        ref("公务接待.本年决算"): "99.5",
        ref("三公经费.本年决算"): str(Decimal(before[ref("公务用车.本年决算")].raw) + Decimal("99.5")),
    }
    assert after[ref("三公经费.本年决算")].formula == before[ref("三公经费.本年决算")].formula


def test_a_number_typed_over_a_formula_takes_its_place(clean: bytes) -> None:
    place = ref("三公经费.本年决算")
    cell = cells(type_in(clean, {(BASIC, place): Decimal("9.80")}))[place]
    assert (cell.kind, cell.raw, cell.formula) == (Kind.NUMBER, "9.80", None)


def test_text_stays_text_and_none_empties(clean: bytes) -> None:
    place, other = ref("公务接待.本年决算"), ref("会议培训费.本年决算")
    after = cells(type_in(clean, {(BASIC, place): "=1+1 & <约2万元>", (BASIC, other): None}))
    cell = after[place]
    assert (cell.kind, cell.raw, cell.formula) == (Kind.TEXT, "=1+1 & <约2万元>", None)
    assert other not in after


def test_only_the_sheet_typed_into_changes(clean: bytes) -> None:
    changed = type_in(clean, {(BASIC, ref("公务接待.本年决算")): Decimal(1)})
    old, new = (zipfile.ZipFile(io.BytesIO(data)) for data in (clean, changed))
    assert [name for name in old.namelist() if old.read(name) != new.read(name)] == [
        "xl/worksheets/sheet1.xml"
    ]
    assert type_in(clean, {}) == clean


def test_a_row_the_file_does_not_hold_is_an_error(clean: bytes) -> None:
    with pytest.raises(CannotPatch, match="第999行"):
        type_in(clean, {(BASIC, "ZZ999"): "x"})


def test_a_cell_without_an_element_is_put_in_its_place_in_the_row(clean: bytes) -> None:
    changed = type_in(clean, {(BASIC, "ZZ6"): Decimal(1), (BASIC, "AB6"): Decimal(2)})
    row = next(r for r in read_workbook(changed, "").sheets if r.name == BASIC)
    assert [row.cells[6, col].raw for col in (28, 702)] == ["2", "1"]
    # the order of the elements is the order of the columns
    sheet = zipfile.ZipFile(io.BytesIO(changed)).read("xl/worksheets/sheet1.xml")
    assert sheet.index(b'r="AB6"') < sheet.index(b'r="ZZ6"')


def test_results_nobody_typed_for_stay_as_they_were_saved(clean: bytes) -> None:
    """A result that was stale before is not ours to mend."""
    book = openpyxl.load_workbook(io.BytesIO(clean))
    out = io.BytesIO()
    book.save(out)
    saved = out.getvalue()
    part = "xl/worksheets/sheet1.xml"
    stale = repacked(
        saved, {part: members(saved)[part].replace(b"<v></v>", b"<v>7</v>").replace(b"<v />", b"<v>7</v>")}
    )
    before = cells(stale)
    after = cells(type_in(stale, {(BASIC, ref("公务接待.本年决算")): Decimal("99.5")}))
    assert {r for r, c in after.items() if c != before.get(r)} == {
        ref("公务接待.本年决算"),
        ref("三公经费.本年决算"),
    }
