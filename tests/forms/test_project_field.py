"""A form due once a project says itself which entry names the project."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from batch.app.cli import cli
from batch.unit.rules import Context, load_rules
from tests.packs.workbooks import filled

HEAD = 'name = "课题"\nextends = "base"\ntitle = "科研课题经费表"\nyear = 2024\n'
FORM = """key = "课题表"
title = "科研课题经费情况表"
per = "项目"
unit_field = "承担单位"
project_field = "课题"
[[entry]]
name = "课题"
label = "课题名称"
required = true
[[entry]]
name = "承担单位"
answer = false
required = true
[[entry]]
name = "经费"
type = "money"
[[entry]]
name = "支出"
type = "money"
[template]
sheet = "课题表"
widths = [14, 20, 14, 20]
rows = [
  ["{标题}", "<", "<", "<"],
  ["课题名称", "", "承担单位", ""],
  ["经费", "", "支出", ""],
]
"""
CHECKS = '[[check]]\nid = "T101"\nform = "课题表"\ntie = "支出 <= 经费"\nseverity = "错误"\n'


def pack(folder: Path, form: str = FORM) -> Path:
    for place, text in (("pack.toml", HEAD), ("forms/课题.toml", form), ("checks/课题.toml", CHECKS)):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    return folder


def test_two_projects_of_a_unit_are_two_forms(tmp_path: Path) -> None:
    folder = tmp_path / "轮"
    forms = load_rules(Context(str(pack(tmp_path / "课题")))).forms
    assert CliRunner().invoke(cli, ["init", str(folder), "--pack", str(tmp_path / "课题")]).exit_code == 0
    for n, (name, spent) in enumerate((("水稻选育", 30), ("土壤改良", 12))):
        cells: dict[str, str | float] = {"B2": name, "D2": "县农科所", "B3": 20, "D3": spent}
        (folder / "inbox" / f"{n}.xlsx").write_bytes(filled(forms, {"课题表": cells}))
    done = CliRunner().invoke(cli, ["--config", str(folder / "jixiao.toml"), "run", "--engine", "local"])
    assert done.exit_code == 0, done.output
    lines = (folder / "outbox" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    told = [one for one in map(json.loads, lines) if one["check"] != "F022"]
    found = [(one["check"], one["cell"], one["field"]) for one in told]
    # neither is taken for a version of the other
    assert found == [("T101", "D3", "水稻选育｜支出")]


def test_a_project_form_that_names_no_project_is_told(tmp_path: Path) -> None:
    pack(tmp_path, FORM.replace('project_field = "课题"\n', ""))
    told = CliRunner().invoke(cli, ["packs", "check", str(tmp_path)], prog_name="jixiao").output
    assert "forms/课题.toml 第3行：每个项目一张的表（per），要写哪个表头栏目是项目的名称" in told
