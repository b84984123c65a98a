"""What a night puts into the outbox opens in an office program, prints, and shows the values we wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from batch.model.book import Cell, Kind
from batch.workbook.read.xlsx import read_workbook
from tools.render import convert, page_count

#: cell → what an office program has to show there: a number, or a text
Shown = dict[tuple[str, str], float | str]


@pytest.fixture(scope="module")
def outbox(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The outbox after one batch over the sample inbox."""
    folder = tmp_path_factory.mktemp("batch") / "outbox"
    command = [sys.executable, "-m", "batch", "run", "--inbox", str(root / "inbox"), "--outbox", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def workbooks(outbox: Path) -> list[Path]:
    """Every workbook people open, those of the archive included."""
    return sorted(path for path in outbox.rglob("*.xlsx") if ".jixiao" not in path.parts)


def annotated(outbox: Path, sample: Path) -> Path:
    """The sample unit's copy with our marks."""
    return outbox / "批注" / sample.parent.name / sample.name


def test_every_workbook_of_the_outbox_prints(outbox: Path, sample: Path, tmp_path: Path) -> None:
    """A file that LibreOffice cannot load, or loads as nothing, would reach a unit or the leadership."""
    files = workbooks(outbox)
    assert {outbox / "汇总.xlsx", outbox / "清单.xlsx", annotated(outbox, sample)} <= set(files)
    for number, file in enumerate(files):
        folder = tmp_path / str(number)
        assert page_count(convert(file, "pdf", folder)) >= 1, file


def test_the_roll_up_shows_in_libreoffice_what_we_wrote(outbox: Path, tmp_path: Path) -> None:
    """A figure that changes when the file is opened is one the leadership sees and nobody computed."""
    for name in ("汇总.xlsx", "清单.xlsx"):
        assert_kept(outbox / name, tmp_path)


def test_the_annotated_copy_survives_libreoffice(outbox: Path, sample: Path, tmp_path: Path) -> None:
    """Units correct this very file, some of them with LibreOffice or what is built on it."""
    copy = annotated(outbox, sample)
    assert_kept(copy, tmp_path)
    assert shown(sample).items() <= shown(copy).items()


def assert_kept(file: Path, folder: Path) -> None:
    """Open and save in LibreOffice: every cell shows what it showed before, and none is new."""
    before, after = shown(file), shown(convert(file, "xlsx", folder))
    assert before
    assert {at: (value, after.get(at)) for at, value in before.items() if after.get(at) != value} == {}
    assert after.keys() == before.keys()


def shown(file: Path) -> Shown:
    """All cells of a workbook that show something, by sheet and address."""
    book = read_workbook(file.read_bytes(), file.name)
    return {
        (sheet.name, cell.ref): value
        for sheet in book.sheets
        for cell in sheet.cells.values()
        for value in [content(cell)]
        if value != ""
    }


def content(cell: Cell) -> float | str:
    """A number to the 15 digits Excel keeps, however it is written in the file; else the text."""
    assert cell.kind is not Kind.UNCACHED, (
        f"{cell.ref}: a formula without its value shows nothing in a preview"
    )
    return float(f"{float(cell.raw):.15g}") if cell.kind is Kind.NUMBER else cell.raw
