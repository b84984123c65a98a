"""What fails by a mistake of ours costs itself: a check over all units, a sheet, the roll-up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from batch.app.cli import cli
from batch.checks.engine import across
from batch.rollup import rollup
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


def with_broken(name: str) -> tuple[tuple[str, Callable[[Any], None]], ...]:
    return tuple((sheet, broken if sheet == name else write) for sheet, write in rollup.SHEETS)


def shown(folder: Path) -> dict[str, bytes]:
    outbox = folder / "outbox"
    files = (path for path in outbox.rglob("*") if path.is_file() and ".jixiao" not in path.parts)
    return {path.relative_to(outbox).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", ["单位总表", "明细数据"])
def test_a_sheet_that_fails_costs_that_sheet(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert run(folder).exit_code == 0
    sound = shown(folder)
    monkeypatch.setattr(rollup, "SHEETS", with_broken(name))
    (folder / "outbox" / "results.json").unlink()
    done = run(folder)
    monkeypatch.undo()
    assert (done.exit_code, f"汇总.xlsx的“{name}”没有生成" in done.output) == (1, True)
    book = load_workbook(folder / "outbox" / "汇总.xlsx")
    assert "没有生成" in str(book[name]["A1"].value)
    others = {path: data for path, data in shown(folder).items() if not path.endswith("汇总.xlsx")}
    assert others == {path: data for path, data in sound.items() if not path.endswith("汇总.xlsx")}
    # once it is mended, so is the workbook
    assert run(folder).exit_code == 0
    assert shown(folder) == sound


def test_a_roll_up_that_fails_costs_the_roll_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(folder).exit_code == 0
    sound = shown(folder)
    monkeypatch.setattr(rollup, "summarise", broken)
    (folder / "outbox" / "results.json").unlink()
    done = run(folder)
    monkeypatch.undo()
    assert (done.exit_code, "汇总.xlsx没有生成" in done.output) == (1, True)
    left = shown(folder)
    # an older one must not be taken for this night's
    assert "汇总.xlsx" not in left
    expected = {path: data for path, data in sound.items() if not path.endswith("汇总.xlsx")}
    assert {path: data for path, data in left.items() if not path.endswith("汇总.xlsx")} == expected
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
