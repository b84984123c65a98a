"""What a scheduled run leaves for monitoring, however it ends; and that stopping it leaves no mess."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.settings import load_settings
from batch.inbox.scan import scan
from batch.inbox.snapshot import WAITS, any_workbook
from batch.outbox.state_file import read_state
from batch.run import Caller, run_once
from tests.paper import SAMPLE
from tests.processes import children, running, until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with the real submission in its inbox."""
    unit = tmp_path / "inbox" / SAMPLE.parent.name
    unit.mkdir(parents=True)
    (unit / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    (tmp_path / "jixiao.toml").write_text('engine = "local"\n', encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["--config", str(folder / "jixiao.toml"), "run", *arguments], prog_name="jixiao"
    )


def last_run(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(
        (folder / "outbox" / ".jixiao" / "last-run.json").read_text(encoding="utf-8")
    )
    return record


def test_a_run_that_went_well_is_recorded(folder: Path) -> None:
    assert run(folder).exit_code == 0
    record = last_run(folder)
    totals = json.loads((folder / "outbox" / "results.json").read_text(encoding="utf-8"))
    unit = totals["units"][0]
    assert (record["by"], record["exit_status"], record["error"]) == ("run", 0, None)
    assert record["batch"] == totals["batch"]["id"]
    assert record["counts"] == {
        "units": 1,
        "unprocessed": 0,
        "read": 1,
        **{key: unit[key] for key in ("errors", "warnings", "hints")},
    }
    assert record["start"] <= record["end"]


def test_a_run_with_a_file_left_over_is_recorded_with_its_status(folder: Path) -> None:
    (folder / "inbox" / "坏.xlsx").write_bytes(b"no workbook")
    assert run(folder).exit_code == 1
    assert last_run(folder)["exit_status"] == 1
    assert last_run(folder)["counts"]["unprocessed"] == 1


def test_a_run_that_failed_says_why(folder: Path) -> None:
    (folder / "本局规则.toml").write_text('[[check]]\nid = "J105"\nstatus = "关掉"\n', encoding="utf-8")
    settings = folder / "jixiao.toml"
    settings.write_text('engine = "local"\nrules = "本局规则.toml"\n', encoding="utf-8")
    result = run(folder)
    assert result.exit_code == 2
    record = last_run(folder)
    assert (record["exit_status"], record["batch"]) == (2, None)
    assert record["error"] in result.output
    assert "本局规则.toml" in record["error"]
    assert record["end"] is not None


def test_a_share_that_is_not_there_at_night_is_told_to_monitoring(folder: Path) -> None:
    assert run(folder).exit_code == 0
    shutil.rmtree(folder / "inbox")
    result = run(folder)
    assert result.exit_code == 2
    assert "找不到收件箱文件夹" in result.output
    assert "找不到收件箱文件夹" in last_run(folder)["error"]
    # but a mistyped folder gets no outbox
    assert run(folder, "--outbox", str(folder / "nowhere")).exit_code == 2
    assert not (folder / "nowhere").exists()


def test_what_could_not_be_read_is_left_for_the_next_batch(folder: Path) -> None:
    """A file that is gone, or grew, between looking and reading; so it is with a share that drops out."""
    for name in ("走了.xlsx", "变了.xlsx"):
        (folder / "inbox" / name).write_bytes(SAMPLE.read_bytes())
    settings = load_settings(folder / "jixiao.toml")
    listing = scan(settings.inbox)
    (folder / "inbox" / "走了.xlsx").unlink()
    with (folder / "inbox" / "变了.xlsx").open("ab") as file:
        file.write(b"more")
    night, status = run_once(settings, Caller("watch"), listing=listing)
    assert status == 1
    assert {name for name, _ in night.unprocessed} == {"走了.xlsx", "变了.xlsx"}
    seen = read_state(folder / "outbox" / ".jixiao" / "covered.json")
    waits = {name for name, sign in seen.items() if sign == WAITS}
    assert waits == {"走了.xlsx", "变了.xlsx"}
    assert any_workbook(seen)


def test_an_outbox_that_cannot_be_written_is_said_in_chinese(folder: Path) -> None:
    (folder / "outbox").write_text("a file", encoding="utf-8")
    result = run(folder)
    assert result.exit_code == 3
    assert "批次没有完成" in result.output
    assert "Traceback" not in result.output


def test_a_mistake_of_the_program_is_no_traceback_and_no_ordinary_status(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batch.night.stage_archive", lambda *_: 1 / 0)
    result = run(folder)
    assert result.exit_code == 3
    assert "程序出错" in result.output
    assert "Traceback" not in result.output
    assert last_run(folder)["exit_status"] == 3
    log = (folder / "outbox" / ".jixiao" / "logs" / "jixiao.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log


@pytest.mark.skipif("sys.platform != 'linux'", reason="looks into /proc")
@pytest.mark.usefixtures("hears_ctrl_c")
@pytest.mark.parametrize("order", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_a_run_that_is_stopped_leaves_no_workers_and_the_old_results(folder: Path, order: str) -> None:
    assert run(folder).exit_code == 0
    before = (folder / "outbox" / "results.json").read_bytes()
    data = SAMPLE.read_bytes()
    for number in range(60):
        unit = folder / "inbox" / f"单位{number}"
        unit.mkdir()
        (unit / SAMPLE.name).write_bytes(data)
    command = [sys.executable, "-m", "batch", "--config", str(folder / "jixiao.toml"), "run"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, "--engine", "process", "--workers", "2"],
        cwd=ROOT,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
    ) as process:
        # two workers and the one that keeps track of what they share
        until(lambda: len(children(process.pid)) >= 3)
        # and both are at work: one that is still starting up may say that its parent is gone
        until(lambda: any((folder / "outbox" / ".jixiao" / "staging").rglob("*.xlsx")))
        workers = children(process.pid)
        # Ctrl-C reaches all processes of a terminal
        send = os.killpg if order == "SIGINT" else os.kill
        send(process.pid, getattr(signal, order))
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said.decode()
    until(lambda: not any(running(worker) for worker in workers))
    if order == "SIGKILL":
        assert last_run(folder)["end"] is None
    else:
        assert process.returncode == 3
        assert "已中断" in said.decode()
        assert (last_run(folder)["exit_status"], last_run(folder)["error"]) == (3, "被中断")
    assert (folder / "outbox" / "results.json").read_bytes() == before
    for number in range(60):
        shutil.rmtree(folder / "inbox" / f"单位{number}")
    assert run(folder).exit_code == 0
    assert (folder / "outbox" / "results.json").read_bytes() == before


def test_logs_are_utf_8_and_do_not_grow_without_end(folder: Path) -> None:
    logs = folder / "outbox" / ".jixiao" / "logs"
    logs.mkdir(parents=True)
    for number in range(9):
        (logs / f"jixiao.2020-01-0{number + 1}_00-00-00_000000.log").write_text("旧", encoding="utf-8")
    (logs / "jixiao.log").write_text("满\n" * 2_000_000, encoding="utf-8")
    assert run(folder).exit_code == 0
    assert "开始：收件箱" in (logs / "jixiao.log").read_text(encoding="utf-8")
    assert len(list(logs.iterdir())) == 6


def test_a_damaged_ledger_is_answered_and_can_be_moved_away(folder: Path) -> None:
    """As docs/操作手册.md says: the results stay, and without the file the night runs again."""
    assert run(folder).exit_code == 0
    before = (folder / "outbox" / "findings.jsonl").read_bytes()
    ledger = folder / "outbox" / ".jixiao" / "ledger.db"
    ledger.write_bytes(b"what a disk that died leaves behind" * 200)
    result = run(folder)
    assert result.exit_code == 2
    assert "ledger.db 已损坏，请用备份里的 ledger.db 换上" in result.output
    assert (folder / "outbox" / "findings.jsonl").read_bytes() == before
    ledger.unlink()
    assert run(folder).exit_code == 0
    assert (folder / "outbox" / "findings.jsonl").read_bytes() == before
