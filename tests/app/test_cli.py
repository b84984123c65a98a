"""The commands as people run them: what they print, where they write, how they end."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.returns.rebuilt_copy import rebuilt
from batch.unit.rules import Context, load_rules
from batch.workbook.read.xlsx import read_workbook
from tests.paper import BASIC, MONITORING, PROJECT, WHOLE, corrected
from tools.make_containers import PASSWORD

ROOT = Path(__file__).parents[2]
SAMPLE = "浏阳市数据资源中心/浏阳市数据资源中心_2020.xlsx"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="jixiao")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox with the real submission in it."""
    shutil.copytree(ROOT / "inbox" / "浏阳市数据资源中心", tmp_path / "inbox" / "浏阳市数据资源中心")
    return tmp_path / "inbox"


def everything(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and ".jixiao" not in p.parts
    }


def test_a_run_writes_the_whole_set_and_prints_the_unit(inbox: Path, tmp_path: Path) -> None:
    result = run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "浏阳市数据资源中心" in result.output
    assert "退回" in result.output
    names = set(everything(tmp_path / "out"))
    assert {"汇总.xlsx", "清单.xlsx", "findings.jsonl", "results.json", f"批注/{SAMPLE}"} <= names
    unit = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["units"][0]
    assert (unit["status"], unit["self_score"], unit["recomputed_score"], unit["doubtful_points"]) == (
        "退回",
        96,
        96,
        14,
    )
    assert unit["grade"] == "待核"
    # every check ends somehow on every unit
    assert sum(unit["outcomes"].values()) == len(load_rules(Context("hunan-2020")).catalogue)


def test_the_log_can_be_sent_to_support(inbox: Path, tmp_path: Path) -> None:
    run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "out"))
    log = (tmp_path / "out" / ".jixiao" / "logs" / "jixiao.log").read_text(encoding="utf-8").splitlines()
    assert re.search(r"INFO jixiao \d+\.\d+\.\d+，Python 3\.\d+\.\d+，\w+", log[0])
    assert "1个单位，读取1个文件，0个文件未处理" in log[-1]


def test_the_same_inbox_gives_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / name)).exit_code == 0
    one = everything(tmp_path / "one")
    assert one == everything(tmp_path / "two")
    # and a second run into the same outbox changes nothing
    run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "one"))
    assert everything(tmp_path / "one") == one


def test_processes_give_the_same_bytes_as_one_process(inbox: Path, tmp_path: Path) -> None:
    sample = inbox / SAMPLE
    for n in range(5):
        # a folder of its own each, the same content: five submissions of one unit
        (inbox / f"单位{n}").mkdir()
        shutil.copy2(sample, inbox / f"单位{n}" / sample.name)
    for engine in ("local", "process"):
        out = str(tmp_path / engine)
        assert run("run", "--inbox", str(inbox), "--outbox", out, "--engine", engine).exit_code == 0
    assert everything(tmp_path / "local") == everything(tmp_path / "process")


def test_nothing_in_the_inbox_is_touched(inbox: Path, tmp_path: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in inbox.rglob("*") if p.is_file()}
    run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "out"))
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in inbox.rglob("*") if p.is_file()}


def test_a_file_that_cannot_be_read_is_answered_and_the_night_goes_on(inbox: Path, tmp_path: Path) -> None:
    (inbox / "坏文件.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    (inbox / "扫描件.pdf").write_bytes(b"%PDF-1.4")
    (inbox / "~$某单位.xlsx").write_bytes(b"lock")
    result = run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "out"))
    assert result.exit_code == 1
    answers = {p.name: p.read_text(encoding="utf-8-sig") for p in (tmp_path / "out" / "未处理").iterdir()}
    assert set(answers) == {"坏文件.xlsx.txt", "扫描件.pdf.txt", "~$某单位.xlsx.txt"}
    assert "损坏" in answers["坏文件.xlsx.txt"]
    assert "不是Excel文件" in answers["扫描件.pdf.txt"]
    assert (tmp_path / "out" / f"批注/{SAMPLE}").is_file()


def test_forms_in_files_of_their_own_are_one_unit_whatever_the_blanks_in_its_name(tmp_path: Path) -> None:
    """Four workbooks in the inbox itself: without joining them, every one would lack the other forms."""
    (tmp_path / "inbox").mkdir()
    for number, name in enumerate((BASIC, MONITORING, PROJECT, WHOLE)):
        book = corrected({f"{BASIC}!A2": "填报单位：浏阳市 数据资源中心"})
        book.sheets = [sheet for sheet in book.sheets if sheet.name == name]
        (tmp_path / "inbox" / f"{number}.xlsx").write_bytes(rebuilt(book))
    run("run", "--inbox", str(tmp_path / "inbox"), "--outbox", str(tmp_path / "out"))
    units = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["units"]
    assert [(len(unit["files"]), unit["errors"], unit["self_score"]) for unit in units] == [(4, 0, 100)]
    assert len(list((tmp_path / "out" / "批注").rglob("*.xlsx"))) == 4


def test_names_as_long_as_the_system_takes_are_answered(tmp_path: Path) -> None:
    """Folder and file together are longer than one name may be."""
    folder = tmp_path / "inbox" / ("某部门" * 26)
    folder.mkdir(parents=True)
    (folder / ("扫描件" * 26 + ".pdf")).write_bytes(b"%PDF-1.4")
    assert run("run", "--inbox", str(tmp_path / "inbox"), "--outbox", str(tmp_path / "out")).exit_code == 0
    (answer,) = (tmp_path / "out" / "未处理").iterdir()
    assert f"{folder.name}/" in answer.read_text(encoding="utf-8-sig")


def test_an_answer_disappears_when_its_file_does(inbox: Path, tmp_path: Path) -> None:
    (inbox / "坏文件.xlsx").write_bytes(b"no workbook")
    run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "out"))
    (inbox / "坏文件.xlsx").unlink()
    assert run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "out")).exit_code == 0
    assert not (tmp_path / "out" / "未处理" / "坏文件.xlsx.txt").exists()


def test_an_empty_inbox_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    result = run("run", "--inbox", str(tmp_path / "inbox"), "--outbox", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert (tmp_path / "out" / "汇总.xlsx").is_file()


def test_json_is_what_results_json_says(inbox: Path, tmp_path: Path) -> None:
    result = run("run", "--inbox", str(inbox), "--outbox", str(tmp_path / "out"), "--json")
    assert json.loads(result.stdout) == json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))


def test_check_names_cell_and_repair(tmp_path: Path) -> None:
    result = run("check", str(ROOT / "inbox" / SAMPLE), "--out", str(tmp_path / "批注"))
    assert result.exit_code == 0
    assert "基础数据表 D4" in result.output
    # the things to do come first, as on 审核结果
    assert result.output.index("要做的7件") < result.output.index("要说明的5件") < result.output.index("J101")
    assert "  6. 基础数据表D13（业务工作专项的2020年决算数）填的是979.97" in result.output
    assert "86.67%" in result.output
    copy = tmp_path / "批注" / "浏阳市数据资源中心_2020.xlsx"
    names = [s.name for s in read_workbook(copy.read_bytes(), "").sheets]
    assert names[-4:] == ["审核结果", "说明填写", "问题明细", "重算指标"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--inbox", "没有的文件夹"), "找不到收件箱文件夹"),
        (("run", "--pack", "没有的规则包"), "没有名为“没有的规则包”的规则包"),
        (("check", "没有的文件.xlsx"), "打不开文件"),
        (("explain", "Q999"), "没有编号为 Q999 的检查"),
        (("跑",), "没有这个命令：跑"),
        (("run", "--快"), "没有 --快 这个选项"),
        (("check",), "缺少必需的参数"),
    ],
)
def test_wrong_use_is_answered_in_chinese_with_status_2(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_settings_are_read_and_their_mistakes_named(tmp_path: Path) -> None:
    settings = tmp_path / "jixiao.toml"
    settings.write_text('inbocks = "收件箱"\n', encoding="utf-8")
    result = run("--config", str(settings), "run")
    assert result.exit_code == 2
    assert "不认识的写法“inbocks”，是不是“inbox”？" in result.output


def test_limits_are_settings_and_their_mistakes_are_named(inbox: Path, tmp_path: Path) -> None:
    settings = tmp_path / "jixiao.toml"
    settings.write_text("[limits]\nmax_cells = 100\n", encoding="utf-8")
    result = run("--config", str(settings), "run")
    assert result.exit_code == 1
    answer = tmp_path / "outbox" / "未处理" / f"{SAMPLE.replace('/', '、')}.txt"
    assert "100" in answer.read_text(encoding="utf-8-sig")
    assert inbox.is_dir()
    settings.write_text("[limits]\nmax_sells = 100\n", encoding="utf-8")
    assert "不认识的写法“max_sells”，是不是“max_cells”？" in run("--config", str(settings), "run").output


def test_a_password_of_the_bureau_opens_a_locked_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = ROOT / "tests" / "corpus" / "containers" / "locked.xlsx"
    assert run("check", str(locked)).exit_code == 1
    monkeypatch.setenv("JIXIAO_PASSWORDS", "猜错的\n" + PASSWORD)
    result = run("check", str(locked), "--out", str(tmp_path))
    assert result.exit_code == 0
    assert "基础数据表 D4" in result.output
    assert (tmp_path / "locked.xlsx").is_file()


def test_every_command_has_chinese_help_with_an_example() -> None:
    for name in cli.commands:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert result.output.startswith("用法：jixiao")
        assert "示例：" in result.output, name


def test_python_m_batch_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "batch", "explain", "J105"], capture_output=True, check=True, cwd=ROOT
    )
    assert "三公经费" in done.stdout.decode()


def test_the_catalogue_document_is_fresh() -> None:
    """docs/checks.md is made by `jixiao rules --markdown`; this fails when a check changed without it."""
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == run("rules", "--markdown").output
