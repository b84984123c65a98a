"""A reader who knows neither the domain nor the code follows the clerk's manual word by word.

What the manual shows between markers is written into the bureau's files as it stands there, and the commands
it names are run: nothing here knows how a rule is written.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.config.rulebook import load_rulebook
from batch.config.settings import load_settings
from batch.forms.spec.load import load_forms
from tests.paper import BASIC, PACK, SAMPLE

MANUAL = (Path(__file__).parent.parent / "docs" / "操作手册.md").read_text(encoding="utf-8")
SNIPPETS = dict(re.findall(r"<!-- 照做：(\S+) -->\n```toml\n(.*?)```", MANUAL, flags=re.DOTALL))
#: what the manual calls the file it tries things on
FILE = "某单位.xlsx"


class Desk:
    """The clerk's work folder, made as the manual says, with a unit's workbook to try things on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        assert self.run("init", str(folder)).exit_code == 0

    def run(self, *words: str) -> Any:
        config = ("--config", str(self.folder / "jixiao.toml")) if self.folder.is_dir() else ()
        return CliRunner().invoke(cli, [*config, *words], prog_name="jixiao")

    def put(self, edits: dict[str, float | str]) -> None:
        """The real submission with cells of 基础数据表 changed."""
        book = openpyxl.load_workbook(SAMPLE)
        for ref, value in edits.items():
            book[BASIC][ref] = value
        book.save(self.folder / FILE)

    def follow(self, snippet: str, file: str = "本局规则.toml") -> None:
        """Append what the manual shows to a file, as Notepad would save it."""
        path = self.folder / file
        path.write_text(path.read_text("utf-8-sig") + "\n" + SNIPPETS[snippet], encoding="utf-8-sig")

    def found(self) -> dict[tuple[str, str], dict[str, Any]]:
        """`jixiao check 某单位.xlsx`: findings by check and cell."""
        done = self.run("check", str(self.folder / FILE), "--json")
        assert done.exit_code == 0, done.output
        findings = map(json.loads, done.stdout.splitlines())
        return {(f["check"], f["cell"]): f for f in findings}

    def changes(self) -> str:
        """The end of what `jixiao rules` prints."""
        done = self.run("rules")
        assert done.exit_code == 0, done.output
        return str(done.stdout).partition("本单位改动")[2]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "绩效自评2020")


def test_every_snippet_of_the_manual_is_followed_here() -> None:
    assert set(SNIPPETS) == {"设置", "停用", "界限", "算式", "跨表", "别名", "评分", "年度"}
    assert MANUAL.count("```toml") == len(SNIPPETS)


def test_a_check_is_switched_off(desk: Desk) -> None:
    desk.put({})
    assert ("J130", "D18") in desk.found()
    desk.follow("停用")
    assert ("J130", "D18") not in desk.found()
    assert "J130  status：（无） → 停用" in desk.changes()


def test_a_threshold_is_changed(desk: Desk) -> None:
    desk.put({})
    assert "198.64%" in desk.found()["J114", "D12"]["message"]
    desk.follow("界限")
    assert ("J114", "D12") not in desk.found()
    assert "上限率 2.00" in desk.changes()
    # 203 %: the new limit is a limit too
    desk.put({"D12": 970.83})
    assert "一般应在80%至200%之间" in desk.found()["J114", "D12"]["message"]


def test_a_tie_is_added(desk: Desk) -> None:
    desk.put({"D11": 2.46})
    desk.follow("算式")
    finding = desk.found()["L001", "D11"]
    assert (finding["sheet"], finding["severity"]) == (BASIC, "warning")
    assert finding["message"] == "公务接待决算2.46万元，高于上年1.86万元，多0.60万元。"
    assert finding["fix"] == "核对数字；确有增加的，请说明原因。"
    assert "L001  新增：（无） → 公务接待比上年增加" in desk.changes()
    desk.put({})
    assert ("L001", "D11") not in desk.found()


def test_a_tie_between_two_forms_is_added(desk: Desk) -> None:
    desk.put({"D19": 960})
    desk.follow("跨表")
    assert desk.found()["L002", "D19"]["sheet"] == BASIC
    desk.put({})
    assert ("L002", "D19") not in desk.found()


def test_an_alias_is_added(desk: Desk) -> None:
    desk.put({"A11": "3、接待客商支出", "D11": -1})
    before = desk.found()
    assert ("F015", "A11") in before
    assert ("F026", "D11") not in before
    desk.follow("别名")
    after = desk.found()
    assert ("F015", "A11") not in after
    assert not [check for check, _ in after if check == "F014"]
    # the figure beside it is read: a mistake in it is found
    assert ("F026", "D11") in after
    assert "基础数据表“公务接待”  新增别名：（无） → 接待客商支出" in desk.changes()


def test_a_grade_is_changed_and_everything_together_is_a_sound_file(desk: Desk) -> None:
    for snippet in ("停用", "界限", "算式", "跨表", "别名", "评分"):
        desk.follow(snippet)
    assert "评分  grade 优 from：90 → 85" in desk.changes()
    assert len(desk.changes().strip().splitlines()[1:]) == 6
    (desk.folder / "inbox" / "某局").mkdir()
    desk.put({})
    (desk.folder / FILE).rename(desk.folder / "inbox" / "某局" / FILE)
    assert desk.run("run", "--engine", "local").exit_code == 0
    notes = openpyxl.load_workbook(desk.folder / "outbox" / "清单.xlsx")["口径与规则"]
    assert any("grade 优 from：90→85" in str(c.value) for row in notes.iter_rows() for c in row if c.value)


def test_a_slip_of_the_pen_is_answered_with_its_line(desk: Desk) -> None:
    """As the manual promises: which line, what is wrong, and nothing is lost."""
    path = desk.folder / "本局规则.toml"
    desk.follow("算式")
    text = path.read_text("utf-8-sig").replace("公务接待.上年决算", "公务招待.上年决算")
    line = text[: text.index("公务招待.上年决算")].count("\n") + 1
    path.write_text(text, "utf-8-sig")
    desk.put({})
    done = desk.run("check", str(desk.folder / FILE))
    assert done.exit_code == 2
    assert f"本局规则.toml 第{line}行：" in done.output
    assert "公务招待.上年决算" in done.output


def test_the_settings_and_the_year_are_understood(desk: Desk) -> None:
    """Put at the top, where the manual says the lines are: behind a # in jixiao.toml."""
    path = desk.folder / "jixiao.toml"
    text = path.read_text("utf-8-sig")
    for line in (SNIPPETS["设置"] + SNIPPETS["年度"]).splitlines():
        key = line.partition(" ")[0]
        text, changed = re.subn(rf"^# {key} = .*$", line, text, flags=re.MULTILINE)
        assert changed == 1, f"{key} stands in jixiao.toml, switched off"
    path.write_text(text, encoding="utf-8-sig")
    settings = load_settings(path)
    assert (settings.year, settings.deadline) == (2021, "2021-03-15")
    assert settings.contact.startswith("县财政局绩效股")
    desk.put({})
    assert any("2021年" in f["message"] for (check, _), f in desk.found().items() if check == "F011")


def test_the_words_for_ties_are_all_there_are() -> None:
    """The table of words in the manual is the form's own rows, columns and single values."""
    table = MANUAL.partition("<!-- 照做：词 -->\n")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    form = load_forms(load_rulebook(PACK)).forms[BASIC]
    (grid,) = form.grids
    assert cells[0][0].split("、") == [row.name for row in grid.rows]
    assert cells[0][1].split("、") == [column.name for column in grid.columns]
    assert cells[1][0].split("、") == [e.name for e in form.entries if e.type != "text"]
