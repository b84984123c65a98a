"""A pack is a folder, anywhere: how it is named, what it extends, what follows from editing it."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.pack_files import read_pack
from batch.config.settings import load_settings
from batch.unit.rules import context_of, load_rules
from tests.config.small_pack import CHECKS, HEAD, small_pack


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), prog_name="jixiao")


def filled(folder: Path, unit: str, total: int) -> None:
    """A submission made from the template; 办公费 and 水电费 are 3 and 4."""
    book = openpyxl.load_workbook(folder / "templates" / "附表模板.xlsx")
    sheet = book["季报"]
    sheet["B2"] = unit
    for row, value in ((4, total), (5, 3), (6, 4)):
        sheet.cell(row, 2, value)
        sheet.cell(row, 3, value)
    book.save(folder / "inbox" / f"{unit}.xlsx")


def test_a_pack_is_named_relative_to_where_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pack(tmp_path / "包" / "本县")
    next_year = small_pack(
        tmp_path / "包" / "次年", pack='name = "次年"\ntitle = "乡镇季报"\nextends = "../本县"\nyear = 2025\n'
    )
    shutil.rmtree(next_year / "forms")
    shutil.rmtree(next_year / "checks")
    # on the command line from the current folder
    monkeypatch.chdir(tmp_path / "包")
    assert "乡镇季报（次年" in run("rules", "--pack", "次年").output
    assert "L001" in run("rules", "--pack", "./次年/").output
    # families the program has no name for are listed too
    assert "## L\n" in run("rules", "--markdown", "--pack", "次年").output
    # in the settings from their folder, wherever one stands
    (tmp_path / "局").mkdir()
    (tmp_path / "局" / "jixiao.toml").write_text('pack = "../包/次年"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "L001" in run("--config", "局/jixiao.toml", "rules").output
    # the program's own by name
    assert "J101" in run("rules", "--pack", "hunan-2020").output


@pytest.mark.parametrize("written", ["本线", "./空"])
def test_a_pack_that_is_not_there_is_told_with_what_can_be_written(tmp_path: Path, written: str) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "jixiao.toml").write_text(f'pack = "{written}"\n', encoding="utf-8")
    result = run("--config", tmp_path / "jixiao.toml", "rules")
    assert result.exit_code == 2
    assert (
        "可用的有：base、generic-10hao、hunan-2020；也可以写规则包文件夹的路径，里面要有pack.toml"
        in result.output
    )
    small_pack(tmp_path / "本县", pack=HEAD.replace('"base"', f'"{written}"'))
    told = run("rules", "--pack", tmp_path / "本县").output
    assert f"规则文件本县/pack.toml 第3行：没有名为“{written}”的规则包" in told
    assert "相对路径从本规则包的文件夹算起" in told


def test_packs_that_extend_each_other_are_told(tmp_path: Path) -> None:
    small_pack(tmp_path / "甲", pack=HEAD.replace('"base"', '"../乙"'))
    small_pack(tmp_path / "乙", pack=HEAD.replace('"base"', '"../甲"'))
    told = run("rules", "--pack", tmp_path / "甲")
    assert (told.exit_code, "extends 绕了一圈" in told.output) == (2, True)


def test_an_edited_pack_changes_the_next_night(tmp_path: Path) -> None:
    """The pack's own files and those of a pack it extends, wherever they lie."""
    parent = small_pack(tmp_path / "上级")
    own = tmp_path / "本县"
    own.mkdir()
    (own / "pack.toml").write_text(HEAD.replace('"base"', '"../上级"'), encoding="utf-8")
    start = tmp_path / "局"
    assert run("init", start, "--pack", own).exit_code == 0
    settings = ("--config", start / "jixiao.toml")
    filled(start, "县档案局", 8)

    def night() -> tuple[str, str, int]:
        result = run(*settings, "run", "--engine", "local")
        assert result.exit_code == 0, result.output
        content = json.loads((start / "outbox" / "results.json").read_text(encoding="utf-8"))
        assert content["batch"]["pack"] == "本县"
        return content["batch"]["id"], content["units"][0]["status"], content["units"][0]["errors"]

    first = night()
    assert first[1:] == ("退回", 2)
    assert night() == first
    small_pack(parent, L=CHECKS.replace("错误", "提示"))
    second = night()
    assert (second[0] != first[0], second[1:]) == (True, ("通过", 0))
    (own / "checks").mkdir()
    (own / "checks" / "L.toml").write_text('[[check]]\nid = "L001"\nseverity = "错误"\n', encoding="utf-8")
    assert night()[1:] == ("退回", 2)


def test_a_pack_travels_to_workers_that_do_not_see_its_folder(tmp_path: Path) -> None:
    small_pack(tmp_path / "本县")
    (tmp_path / "jixiao.toml").write_text('pack = "本县"\n', encoding="utf-8")
    context = context_of(load_settings(tmp_path / "jixiao.toml"))
    sent = pickle.dumps(context)
    shutil.move(tmp_path / "本县", tmp_path / "别处" / "本县")
    assert "L001" in load_rules(pickle.loads(sent)).catalogue
    # at another place it is the same pack
    assert read_pack(str(tmp_path / "别处" / "本县")) == context.files


def test_a_new_folder_is_made_for_the_pack_it_is_told(tmp_path: Path) -> None:
    small_pack(tmp_path / "包" / "本县")
    start = tmp_path / "局" / "2024"
    assert run("init", start, "--pack", tmp_path / "包" / "本县").exit_code == 0
    assert 'pack = "../../包/本县"' in (start / "jixiao.toml").read_text(encoding="utf-8-sig")
    assert "季报" in openpyxl.load_workbook(start / "templates" / "附表模板.xlsx").sheetnames
    assert run("--config", start / "jixiao.toml", "run", "--engine", "local").exit_code == 0
    # its examples of own rules are in the words of this pack, and valid when switched on
    own = start / "本局规则.toml"
    text = own.read_text(encoding="utf-8-sig")
    assert "合计 == 办公费 + 水电费" in text
    own.write_text(re.sub(r"^# (?=\[\[|[a-z]+ = )", "", text, flags=re.MULTILINE), encoding="utf-8")
    told = run("--config", start / "jixiao.toml", "rules")
    assert (told.exit_code, "L901  新增" in told.output) == (0, True), told.output
    wrong = run("init", tmp_path / "另", "--pack", "没有")
    assert (wrong.exit_code, (tmp_path / "另").exists()) == (2, False)
