"""A workbook of ours that came out whole is told from one that did not, however many cells it has."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from batch.model.book import Unreadable
from batch.model.markup import ExtraSheet, Text
from batch.workbook.limits import DEFAULT
from batch.workbook.newbook import new_workbook
from batch.workbook.ownmarks import RESULTS_TITLE
from batch.workbook.soundness import require_sound

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
