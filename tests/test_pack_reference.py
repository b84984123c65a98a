"""docs/规则包.md: fresh, complete, its examples valid, and its walk from nothing leads to a running pack."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.schema import Mistakes, decode
from tools.make_pack_reference import TARGET, Section, document, sections, shapes

_FILE = re.compile(r"^<!-- 文件：(?P<path>\S+) -->\n```toml\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_reference_is_fresh() -> None:
    """After a change of a key or its meaning: python tools/make_pack_reference.py."""
    assert TARGET.read_text(encoding="utf-8") == document()


def test_every_table_of_a_pack_is_in_it() -> None:
    assert {section.shape for section in sections()} == set(shapes().values())


def tables_at(data: Any, path: str) -> list[dict[str, Any]]:
    """The tables of an example that a dotted path leads to."""
    found = [data]
    for key in filter(None, path.split(".")):
        found = [table[key] for table in found if key in table]
        found = [table for one in found for table in (one if isinstance(one, list) else [one])]
    return found


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.title)
def test_every_key_has_a_meaning_and_a_valid_example(section: Section) -> None:
    keys = {key.encode_name for key in msgspec.structs.fields(section.shape)}
    assert set(section.keys) >= keys
    shown = tables_at(tomllib.loads(section.example), section.at)
    mistakes = Mistakes()
    for table in shown:
        decode(table, section.shape, mistakes)
    assert [mistake.message for mistake in mistakes.found] == []
    assert {key for table in shown for key in table} == keys


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="jixiao")


def test_the_walk_from_nothing_leads_to_a_running_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = TARGET.read_text(encoding="utf-8")
    for found in _FILE.finditer(text):
        path = tmp_path / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], encoding="utf-8")
    for command in ("jixiao packs check 本县", "jixiao init 季报2024 --pack 本县"):
        assert f"`{command}`" in text
        result = run(*command.split()[1:])
        assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook("季报2024/templates/附表模板.xlsx")
    sheet = book["季报"]
    assert [cell.value for cell in sheet[3]] == ["项目（万元）", "2024年预算", "第三季度支出"]
    filled: dict[str, Any] = {"B2": "城关镇", "B4": 8, "C4": 7, "B5": 3, "C5": 4, "B6": 4, "C6": 3}
    for ref, value in filled.items():
        sheet[ref] = value
    book.save("季报2024/inbox/城关镇.xlsx")
    assert "`jixiao --config 季报2024/jixiao.toml run`" in text
    assert run("--config", "季报2024/jixiao.toml", "run", "--engine", "local").exit_code == 0
    lines = Path("季报2024/outbox/findings.jsonl").read_text(encoding="utf-8").splitlines()
    told = {(one["check"], one["cell"]) for one in map(json.loads, lines) if one["check"][0] == "L"}
    assert told == {("L001", "B4"), ("L002", "C5")}
