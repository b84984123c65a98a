"""The round's year is what most forms of the inbox say; a form that differs is told."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.config.settings import Settings
from batch.night import run_night
from batch.unit.round_year import year_said
from tests.nights import findings_of
from tests.sample_units import clean_unit


def _unit(inbox: Path, name: str, year: int, seed: int) -> None:
    path = inbox / name / f"{name}.xlsx"
    path.parent.mkdir(parents=True)
    clean_unit(path, name, seed=seed, projects=1)
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    text = cell.value.replace("2019年", "上一年").replace("2020年", f"{year}年")
                    cell.value = text.replace("上一年", f"{year - 1}年")
    book.save(path)


def _settings(root: Path, year: int = 0) -> Settings:
    return Settings(root / "in", root / "out", engine="local", year=year)


@pytest.mark.parametrize("year", [2019, 2022, 2025])
def test_clean_units_of_any_year_have_no_errors(tmp_path: Path, year: int) -> None:
    for seed, name in enumerate(("县教育局", "县水利局")):
        _unit(tmp_path / "in", name, year, seed)
    night = run_night(_settings(tmp_path))
    assert (night.content["batch"]["year"], night.content["batch"]["year_from"]) == (year, "报送的表")
    assert [unit["errors"] for unit in night.units] == [0, 0]
    assert "F011" not in {finding.check for finding in findings_of(tmp_path / "out")}
    front = openpyxl.load_workbook(tmp_path / "out" / "汇总.xlsx").worksheets[0]
    said = [str(cell.value) for row in front.iter_rows(max_row=6) for cell in row]
    assert any(f"年度：{year}年（按报送的表）" in text for text in said)
    again = run_night(_settings(tmp_path))
    assert (again.read, again.batch) == (0, night.batch)
    # one workbook by itself is checked for the same year
    file = tmp_path / "in" / "县教育局" / "县教育局.xlsx"
    checked = CliRunner().invoke(cli, ["check", str(file), "--json"])
    told = [json.loads(line) for line in checked.stdout.splitlines()]
    assert not [f for f in told if f["check"] == "F011" or f["severity"] == "error"]


def test_the_unit_that_differs_is_told(tmp_path: Path) -> None:
    for seed, (name, year) in enumerate((("县教育局", 2021), ("县水利局", 2021), ("县林业局", 2020))):
        _unit(tmp_path / "in", name, year, seed)
    run_night(_settings(tmp_path))
    lines = (tmp_path / "out" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert {f["unit"] for f in told if f["check"] == "F011"} == {"县林业局"}
    asked = run_night(_settings(tmp_path, 2020)).content["batch"]
    assert (asked["year"], asked["year_from"]) == (2020, "设置")


def test_of_two_years_said_as_often_it_is_the_later_one() -> None:
    assert year_said(["a\nb\n2021 2020", "a\nb\n2021 2020", "a\nb"]) == 2021
    assert year_said(["a\nb", ""]) == 0
