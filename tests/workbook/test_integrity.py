"""A workbook of ours that came out whole is told from one that did not, however many cells it has."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from batch.model.book import Unreadable
from batch.model.limits import DEFAULT
from batch.model.markup import ExtraSheet, Mark, Text
from batch.model.status import Severity
from batch.workbook.annotate.annotate import annotate
from batch.workbook.annotate.new_book import new_workbook
from batch.workbook.annotate.own_sheets import RESULTS_TITLE
from batch.workbook.integrity import Originals, require_sound, require_sound_book
from tests.paper import SAMPLE

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A small workbook of ours."""
    page = ExtraSheet("一页", RESULTS_TITLE, [20.0], [[Text(RESULTS_TITLE)], [Text("县教育局")]])
    found = tmp_path / "汇总.xlsx"
    found.write_bytes(new_workbook([page]))
    return found


def with_part(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in {**parts, name: content}.items():
            package.writestr(part, data)


def test_a_whole_workbook_passes(path: Path) -> None:
    require_sound(path)


def test_more_cells_than_a_submission_may_have_pass(path: Path) -> None:
    cells = DEFAULT.max_cells + 1
    with_part(path, SHEET, b"<worksheet><sheetData>" + b"<c/>" * cells + b"</sheetData></worksheet>")
    require_sound(path)


def test_a_cut_file_is_refused(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(Unreadable):
        require_sound(path)


def test_a_changed_byte_is_refused(path: Path) -> None:
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        part = package.getinfo(SHEET)
    data[part.header_offset + 60 + part.compress_size // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        require_sound(path)


def test_broken_markup_is_refused_by_the_name_of_its_part(path: Path) -> None:
    with_part(path, SHEET, b"<worksheet><sheetData></worksheet>")
    with pytest.raises(Unreadable, match="sheet1"):
        require_sound(path)


def test_a_package_without_a_workbook_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(Unreadable, match="主部件"):
        require_sound(path)


def test_a_relationship_that_leads_nowhere_is_refused_by_its_target(path: Path) -> None:
    rels = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(path) as package:
        listing = package.read(rels).replace(b"worksheets/sheet1.xml", b"worksheets/sheet9.xml")
    with_part(path, rels, listing)
    with pytest.raises(Unreadable, match="sheet9"):
        require_sound(path)


RESULTS = ExtraSheet("审核结果", RESULTS_TITLE, [20.0], [[Text(RESULTS_TITLE)]])
NEW_SHEET = "xl/worksheets/sheet5.xml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """An annotated copy of the real submission."""
    found = tmp_path / "批注.xlsx"
    marks = [Mark("1部门整体支出绩效评价基础数据表", "B5", Severity.ERROR, "请核对")]
    found.write_bytes(annotate(SAMPLE.read_bytes(), marks, [RESULTS]))
    return found


def require_sound_copy(copy: Path, original: bytes) -> None:
    Originals([b"a document", original]).require_sound(copy.read_bytes(), copy.name)


def rezipped(data: bytes, tmp_path: Path) -> bytes:
    """The same parts, compressed by zipfile as `with_part` does."""
    path = tmp_path / "原件.xlsx"
    path.write_bytes(data)
    with zipfile.ZipFile(path) as package:
        name = package.namelist()[0]
        content = package.read(name)
    with_part(path, name, content)
    return path.read_bytes()


def test_an_annotated_copy_passes(copy: Path) -> None:
    require_sound_copy(copy, SAMPLE.read_bytes())


def test_a_copy_of_something_else_is_read_in_full(path: Path) -> None:
    require_sound_copy(path, SAMPLE.read_bytes())
    with_part(path, SHEET, b"<worksheet><sheetData></worksheet>")
    with pytest.raises(Unreadable):
        require_sound_copy(path, SAMPLE.read_bytes())


def test_a_changed_byte_of_a_new_part_is_refused(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    with zipfile.ZipFile(copy) as package:
        part = package.getinfo(NEW_SHEET)
    data[part.header_offset + 60 + part.compress_size // 2] ^= 0xFF
    copy.write_bytes(data)
    with pytest.raises(Unreadable):
        require_sound_copy(copy, SAMPLE.read_bytes())


def test_a_cut_copy_is_refused(copy: Path) -> None:
    data = copy.read_bytes()
    copy.write_bytes(data[: len(data) // 2])
    with pytest.raises(Unreadable):
        require_sound_copy(copy, SAMPLE.read_bytes())


def test_broken_markup_in_a_changed_part_of_a_copy_is_refused(copy: Path, tmp_path: Path) -> None:
    original = rezipped(SAMPLE.read_bytes(), tmp_path)
    with_part(copy, NEW_SHEET, b"<worksheet><sheetData></worksheet>")
    with pytest.raises(Unreadable):
        require_sound_copy(copy, original)


def test_a_sheet_of_a_copy_that_leads_nowhere_is_refused(copy: Path, tmp_path: Path) -> None:
    original = rezipped(SAMPLE.read_bytes(), tmp_path)
    rels = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(copy) as package:
        listing = package.read(rels)
    assert b"worksheets/sheet1.xml" in listing
    with_part(copy, rels, listing.replace(b"worksheets/sheet1.xml", b"worksheets/sheet9.xml"))
    with pytest.raises(Unreadable, match="缺少部件"):
        require_sound_copy(copy, original)


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_is_known_by_its_bytes_and_not_by_its_name(copy: Path, tmp_path: Path, part: str) -> None:
    original = rezipped(SAMPLE.read_bytes(), tmp_path)
    for _ in range(2):
        require_sound_copy(copy, original)
    with zipfile.ZipFile(copy) as package:
        content = package.read(part)
    with_part(copy, part, content[: content.rindex(b"</")])
    for _ in range(2):
        with pytest.raises(Unreadable):
            require_sound_copy(copy, original)


def test_a_book_made_for_one_unit_is_checked_in_all_its_parts(path: Path) -> None:
    for _ in range(2):
        require_sound_book(path.read_bytes())
    with_part(path, SHEET, b"<worksheet><sheetData></worksheet>")
    with pytest.raises(Unreadable):
        require_sound_book(path.read_bytes())


def test_a_book_made_for_one_unit_lacks_no_part(path: Path) -> None:
    require_sound_book(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist() if part != SHEET}
    with zipfile.ZipFile(path, "w") as package:
        for part, data in parts.items():
            package.writestr(part, data)
    with pytest.raises(Unreadable, match="缺少部件"):
        require_sound_book(path.read_bytes())


def test_what_led_nowhere_in_the_workbook_of_the_unit_may_do_so_in_its_copy(tmp_path: Path) -> None:
    sent = tmp_path / "报送.xlsx"
    sent.write_bytes(SAMPLE.read_bytes())
    rels = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(sent) as package:
        listing = package.read(rels)
    gone = b'<Relationship Id="rId99" Type="http://x/customXml" Target="../gone.xml"/></Relationships>'
    with_part(sent, rels, listing.replace(b"</Relationships>", gone))
    copy = annotate(sent.read_bytes(), [], [RESULTS])
    Originals([sent.read_bytes()]).require_sound(copy, "批注.xlsx")
    with pytest.raises(Unreadable, match="缺少部件"):
        Originals([rezipped(SAMPLE.read_bytes(), tmp_path)]).require_sound(copy, "批注.xlsx")
