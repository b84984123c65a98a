"""建议稿: the certain corrections filled in, nothing else touched, and a submission like any other."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from batch.model.book import Cell, Kind
from batch.model.cause import Sure
from batch.model.status import Severity
from batch.unit.bundle import Bundle, Sent, UnitWork
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from batch.workbook.annotate.highlight import rule_formula
from batch.workbook.annotate.stylesheet import FILLED
from batch.workbook.read.xlsx import read_workbook
from tests.paper import FILE, PACK, SAMPLE
from tests.workbook.rich import members

UNIT = FILE.partition("/")[0]
#: sheets that say of themselves which copy they are in
RESULTS = ("审核结果", "问题明细", "说明填写")


def reviewed(data: bytes) -> UnitWork:
    done = review_files(Bundle(UNIT, (Sent(FILE, 1, data),)), Context(PACK))
    assert not done.troubles
    return done.units[0]


def output(unit: UnitWork, folder: str) -> bytes:
    return next(data for path, data in unit.copies if path.startswith(f"{folder}/"))


def cells(data: bytes) -> dict[tuple[str, str], Cell]:
    sheets = read_workbook(data, "").sheets[:4]
    return {(sheet.name, cell.ref): cell for sheet in sheets for cell in sheet.cells.values()}


@pytest.fixture(scope="module")
def first() -> UnitWork:
    return reviewed(SAMPLE.read_bytes())


def test_it_lies_beside_the_copy_and_holds_the_certain_corrections_alone(first: UnitWork) -> None:
    copy = next(path for path, _ in first.copies if path.startswith("批注/"))
    assert copy.replace("批注/", "建议稿/") in [path for path, _ in first.copies]
    wanted = {(one.sheet, one.cell): one for cause in first.review.causes for one in cause.changes}
    assert ("基础数据表", "D13") in wanted
    before, after = cells(SAMPLE.read_bytes()), cells(output(first, "建议稿"))
    assert {place for place in before | after if before.get(place) != after.get(place)} == wanted.keys()
    cell = after["基础数据表", "D13"]
    assert (cell.kind, cell.raw, cell.format) == (Kind.NUMBER, "949.97", before["基础数据表", "D13"].format)


def test_a_filled_cell_is_green_and_its_note_holds_the_old_value(first: UnitWork) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(output(first, "建议稿")))["基础数据表"]
    green = [
        str(block.sqref)
        for block in sheet.conditional_formatting
        if [rule.formula for rule in block.rules] == [[rule_formula(FILLED)]]
    ]
    assert green == ["D13"]
    comment = sheet["D13"].comment
    assert comment is not None
    assert "【已按建议填入】原填：979.97，改为：949.97。" in comment.text
    # the copy says where it lies, it itself what it is
    books = [openpyxl.load_workbook(io.BytesIO(output(first, kind))) for kind in ("批注", "建议稿")]
    told = [str([*book["审核结果"].iter_rows(max_row=8, values_only=True)]) for book in books]
    assert ["“建议稿”文件夹里" in text for text in told] == [True, False]
    assert ["本文件是建议稿" in text for text in told] == [False, True]


def test_the_parts_the_copy_leaves_alone_stay_byte_for_byte(first: UnitWork) -> None:
    before, copy, made = (
        members(data) for data in (SAMPLE.read_bytes(), output(first, "批注"), output(first, "建议稿"))
    )
    untouched = {name for name in before if before[name] == copy[name]}
    assert untouched
    assert {name for name in untouched if before[name] != made[name]} == set()


def test_dropped_in_it_is_a_submission_with_fewer_errors_and_none_new(first: UnitWork) -> None:
    second = reviewed(output(first, "建议稿"))
    told = {f.key for f in first.review.findings}
    errors = {f.key for f in second.review.findings if f.severity is Severity.ERROR}
    assert errors <= told
    assert second.review.count(Severity.ERROR) < first.review.count(Severity.ERROR)
    assert not [path for path, _ in second.copies if path.startswith("建议稿/")]
    # nothing of it stays behind: the copy is as if the unit had typed the values itself
    copy = output(second, "批注")
    assert rule_formula(FILLED).encode() not in b"".join(members(copy).values())
    assert "已按建议填入".encode() not in b"".join(members(copy).values())
    assert output(reviewed(copy), "批注") == copy
    assert len(read_workbook(copy, "").sheets) == len(read_workbook(output(first, "批注"), "").sheets)


@pytest.mark.parametrize("name", ["forms.xls", "forms.ods", "whole.csv", "whole.html"])
def test_an_old_format_has_one_as_xlsx_that_clears_what_it_says(root: Path, name: str) -> None:
    sent = Sent(f"{UNIT}/{name}", 1, (root / "tests/corpus/containers" / name).read_bytes())
    (unit,) = review_files(Bundle(UNIT, (sent,)), Context(PACK)).units
    wanted = {(one.sheet, one.cell) for cause in unit.review.causes for one in cause.changes}
    made = output(unit, "建议稿")
    before, after = _forms(output(unit, "批注")), _forms(made)
    assert wanted
    assert {place for place in before | after if before.get(place) != after.get(place)} == wanted
    certain = {key for c in unit.review.causes if c.sure is Sure.CERTAIN for key in c.findings}
    left = {f.key for f in reviewed(made).review.findings if f.severity is Severity.ERROR}
    assert left < {f.key for f in unit.review.findings}
    assert not certain & left


def _forms(data: bytes) -> dict[tuple[str, str], Cell]:
    """The cells of the unit's own sheets."""
    return {place: cell for place, cell in cells(data).items() if place[0] not in RESULTS}
