"""What fails by a mistake of ours costs itself: a check over all units, a sheet, the roll-up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from batch.app.cli import cli
from batch.checks.engine import across
from batch.figures.figure_rules import FigureRules
from batch.rollup import rollup
from batch.rollup.parts import context
from tests.sample_units import clean_unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "jixiao.toml").write_text('engine = "local"\n', encoding="utf-8")
    (tmp_path / "inbox").mkdir()
    for number, name in enumerate(("县教育局", "县水利局")):
        clean_unit(tmp_path / "inbox" / f"{name}.xlsx", name, number, projects=1)
    return tmp_path


def run(folder: Path) -> Result:
    return CliRunner().invoke(cli, ["--config", str(folder / "jixiao.toml"), "run"], prog_name="jixiao")


def broken(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError


def with_broken(name: str) -> Any:
    sheets_of = rollup.sheets_of

    def sheets(book: str, figures: FigureRules) -> list[rollup.BookSheet]:
        every = sheets_of(book, figures)
        return [sheet._replace(write=broken) if sheet.name == name else sheet for sheet in every]

    return sheets


def shown(folder: Path) -> dict[str, bytes]:
    outbox = folder / "outbox"
    files = (path for path in outbox.rglob("*") if path.is_file() and ".jixiao" not in path.parts)
    return {path.relative_to(outbox).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(("book", "name"), [("汇总.xlsx", "单位总表"), ("清单.xlsx", "明细数据")])
def test_a_sheet_that_fails_costs_that_sheet(
    folder: Path, monkeypatch: pytest.MonkeyPatch, book: str, name: str
) -> None:
    assert run(folder).exit_code == 0
    sound = shown(folder)
    monkeypatch.setattr(rollup, "sheets_of", with_broken(name))
    (folder / "outbox" / "results.json").unlink()
    done = run(folder)
    monkeypatch.undo()
    assert (done.exit_code, f"{book}的“{name}”没有生成" in done.output) == (1, True)
    assert "没有生成" in str(load_workbook(folder / "outbox" / book)[name]["A1"].value)
    others = {path: data for path, data in shown(folder).items() if not path.endswith(book)}
    assert others == {path: data for path, data in sound.items() if not path.endswith(book)}
    # once it is mended, so is the workbook
    assert run(folder).exit_code == 0
    assert shown(folder) == sound


def test_a_roll_up_that_fails_costs_the_roll_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(folder).exit_code == 0
    sound = shown(folder)
    monkeypatch.setattr(context, "summarise", broken)
    (folder / "outbox" / "results.json").unlink()
    done = run(folder)
    monkeypatch.undo()
    books = ("汇总.xlsx", "清单.xlsx")
    assert done.exit_code == 1
    assert all(f"{book}没有生成" in done.output for book in books)
    # an older one must not be taken for this night's
    left = shown(folder)
    assert not left.keys() & set(books)
    expected = {path: data for path, data in sound.items() if not path.endswith(books)}
    assert {path: data for path, data in left.items() if not path.endswith(books)} == expected
    log = (folder / "outbox" / ".jixiao" / "logs" / "jixiao.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert run(folder).exit_code == 0
    assert shown(folder) == sound


def test_a_check_over_all_units_that_fails_is_unchecked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = next(iter(sorted(across.ACROSS)))
    monkeypatch.setitem(across.ACROSS, check, broken)
    assert run(folder).exit_code == 0
    content = json.loads((folder / "outbox" / "results.json").read_text(encoding="utf-8"))
    assert all(unit["outcomes"]["unchecked"] >= 1 for unit in content["units"])
    log = (folder / "outbox" / ".jixiao" / "logs" / "jixiao.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
