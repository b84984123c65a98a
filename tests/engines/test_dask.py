"""The engine "dask" on a real scheduler with two workers: the same bytes as one process, whoever dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.settings import Settings
from batch.engines import dask, dask_cluster
from batch.engines.common import EngineError
from batch.engines.engine import open_engine
from batch.night import run_night
from tests.engine_tasks import DIES, DIES_ONCE, HANGS, STUMBLES, failed, work
from tests.paper import FILE, SAMPLE
from tests.sample_units import clean_unit

ROOT = Path(__file__).parents[2]
#: a bureau's own rules, which the workers have to know: J111 finds something in the sample
RULES = '[[check]]\nid = "J111"\nstatus = "停用"\n'


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a scheduler with two workers, all processes of their own on loopback."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    # the second worker to die of a task is the last one
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    commands = [
        ("dask_scheduler", "--port", "0"),
        ("dask_worker", "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)),
    ]
    with (folder / "log").open("wb") as log:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}", *own, *common],
                cwd=folder,
                env=env,
                stdout=log,
                stderr=log,
            )
            for name, *own in commands
        ]
    try:
        while not file.exists():
            assert processes[0].poll() is None, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.05)
        yield json.loads(file.read_text(encoding="utf-8"))["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def results(scheduler: str, tasks: Sequence[str], alone: float = 1) -> list[str]:
    with open_engine("dask", workers=2, scheduler=scheduler, patience=5, alone=alone) as engine:
        return list(engine.run(work, tasks, failed))


def workers(scheduler: str) -> dict[str, int]:
    """Process number of every worker, once there are two."""
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=30)
        return dict(client.run(os.getpid))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real submission, units without a mistake, and a broken file."""
    folder = tmp_path_factory.mktemp("dask") / "inbox"
    shutil.copytree(SAMPLE.parent, folder / SAMPLE.parent.name)
    for number in range(6):
        clean_unit(folder / f"单位{number}.xlsx", f"县第{number}局", seed=number)
    (folder / "坏文件.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    (folder.parent / "本局规则.toml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(inbox: Path) -> Settings:
    return Settings(inbox=inbox, rules=inbox.parent / "本局规则.toml")


def night(
    settings: Settings, out: Path, progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes]:
    """Everything a batch publishes."""
    run_night(replace(settings, outbox=out), progress)
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and ".jixiao" not in path.parts
    }


@pytest.fixture(scope="module")
def local(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process makes of the inbox."""
    published = night(replace(settings, engine="local"), tmp_path_factory.mktemp("local"))
    assert {f"批注/{FILE}", "批注/县第5局/单位5.xlsx", "未处理/坏文件.xlsx.txt"} <= set(published)
    assert b'"J111"' not in published["findings.jsonl"]
    assert b'"J112"' in published["findings.jsonl"]
    return published


@pytest.fixture
def far(settings: Settings, scheduler: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same bureau with the cluster; its few files still make several bundles."""
    monkeypatch.setattr(dask, "BUNDLED", 2)
    return replace(settings, engine="dask", scheduler=scheduler)


def test_a_worker_killed_in_the_middle_changes_no_byte(
    far: Settings, local: dict[str, bytes], tmp_path: Path
) -> None:
    before = workers(far.scheduler)

    def progress(done: int, total: int) -> None:
        if done < total and before:
            os.kill(before.popitem()[1], signal.SIGKILL)
            # only the one
            before.clear()

    pids = set(before.values())
    assert night(far, tmp_path, progress) == local
    assert len(set(workers(far.scheduler).values()) - pids) == 1


def test_files_travel_by_bytes(far: Settings, tmp_path: Path) -> None:
    """Once the files are sent off, workers do without the folder they came from."""
    inbox = tmp_path / "inbox"
    shutil.copytree(SAMPLE.parent, inbox / SAMPLE.parent.name)
    for number in range(10):
        (inbox / f"坏文件{number}.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    far = replace(far, inbox=inbox)
    expected = night(replace(far, engine="local"), tmp_path / "local")
    told: list[int] = []
    away = tmp_path / "away"

    def progress(done: int, total: int) -> None:
        if not told:
            inbox.rename(away)
        told.append(done)
        # read once more, and sent once more, for the copies of the unit with mistakes
        if done == total:
            away.rename(inbox)

    assert night(far, tmp_path / "out", progress) == expected
    assert len(told) == 11
    assert f"批注/{FILE}" in expected


def test_a_task_whose_worker_dies_is_done_by_another(scheduler: str, tmp_path: Path) -> None:
    guilty = f"{DIES_ONCE}{tmp_path / 'mark'}"
    tasks = [*map(str, range(10)), guilty, *map(str, range(10, 30))]
    assert results(scheduler, tasks) == [f"{task}好" for task in tasks]
    assert (tmp_path / "mark").exists()


def test_only_files_that_kill_or_hang_are_lost(scheduler: str) -> None:
    tasks = [*map(str, range(10)), DIES, *map(str, range(10, 20)), HANGS, *map(str, range(20, 40))]
    done = results(scheduler, tasks)
    lost = {number: line.partition("：") for number, line in enumerate(done) if "：" in line}
    assert {number: name for number, (name, _, _) in lost.items()} == {10: DIES, 21: HANGS}
    assert "异常中止" in lost[10][2]
    assert "超过1秒仍未完成" in lost[21][2]
    assert [line for line in done if "：" not in line] == [f"{number}好" for number in range(40)]


def test_a_mistake_of_the_program_is_not_taken_for_a_bad_file(scheduler: str) -> None:
    with pytest.raises(ValueError, match=STUMBLES):
        results(scheduler, ["1", STUMBLES, "2"])


def test_tasks_are_read_shortly_before_they_are_sent(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent holds what is under way, not the whole inbox."""
    monkeypatch.setattr(dask, "_BUNDLE", 1)
    monkeypatch.setattr(dask, "_UNDER_WAY", 200)
    read: list[str] = []

    def carried(task: str) -> str:
        read.append(task)
        return task

    tasks = [str(number) for number in range(100, 160)]
    with open_engine("dask", workers=2, scheduler=scheduler) as engine:
        done = engine.run(work, tasks, failed, carried)
        assert next(done) == "100好"
        assert len(read) < 20
        assert list(done) == [f"{task}好" for task in tasks[1:]]
        assert read == tasks


def test_workers_of_another_version_are_turned_down(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "__version__", "0.0.1")
    with pytest.raises(EngineError, match=r"计算节点 tcp://.+本机是0\.0\.1版，请安装同一版本"):
        results(scheduler, ["1"])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["run", *arguments], prog_name="jixiao")


def test_a_cluster_is_started_here_and_says_nothing_of_itself(
    inbox: Path, tmp_path: Path, local: dict[str, bytes]
) -> None:
    shutil.copytree(SAMPLE.parent, tmp_path / "inbox" / SAMPLE.parent.name)
    rules = json.dumps(str(inbox.parent / "本局规则.toml"))
    settings = tmp_path / "jixiao.toml"
    settings.write_text(f'engine = "dask"\nworkers = 2\nrules = {rules}\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "batch", "--config", str(settings), "run"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "outbox" / "批注" / FILE).read_bytes() == local[f"批注/{FILE}"]


def test_a_scheduler_out_of_reach_is_answered(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "CONNECT", 0.5)
    # nobody listens on port 1
    result = run("--inbox", str(inbox), "--outbox", str(tmp_path), "--scheduler", "tcp://127.0.0.1:1")
    assert result.exit_code == 3
    assert "批次没有完成，原有结果没有改动：连不上Dask调度器 tcp://127.0.0.1:1" in result.output
    assert not (tmp_path / "汇总.xlsx").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [("某主机", "应写成 tcp://主机:端口"), ("http://a:80", "应写成"), ("tls://127.0.0.1:8786", "没有证书")],
)
def test_an_address_that_cannot_be_right_is_wrong_use(
    inbox: Path, tmp_path: Path, address: str, said: str
) -> None:
    result = run("--inbox", str(inbox), "--outbox", str(tmp_path), "--scheduler", address)
    assert result.exit_code == 2
    assert said in result.output


def test_without_dask_it_is_said_how_to_get_it(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run("--inbox", str(inbox), "--outbox", str(tmp_path), "--engine", "dask")
    assert result.exit_code == 2
    assert 'pip install "jixiao[dask]"' in result.output
