"""One batch at a time in an outbox: who has the lock is told, and a dead process has none."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.outbox.lock import hold
from batch.outbox.lock_file import Busy, LockFile, as_bytes, read_holder, this_process
from tests.paper import SAMPLE

ROOT = Path(__file__).parents[2]
#: takes a lock, says so, and keeps it until a line comes
BY_SYSTEM = """
import sys
from pathlib import Path
from batch.outbox.lock import hold
with hold(Path(sys.argv[1]), "批次"):
    print("held", flush=True)
    sys.stdin.readline()
"""
BY_FILE = """
import sys
from pathlib import Path
from batch.outbox.lock_file import LockFile, this_process
lock = LockFile(Path(sys.argv[1]), this_process("批次"), beat=0.05)
lock.acquire()
print("held", flush=True)
sys.stdin.readline()
lock.release()
"""


@contextmanager
def another(program: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock; it gives it back when it is sent a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", program, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_the_second_is_told_who_has_it_and_gets_it_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with another(BY_SYSTEM, path) as process:
        with pytest.raises(Busy, match=f"批次，进程{process.pid}，主机"), hold(path, "批次"):
            pass
        let_go(process)
        with hold(path, "批次", wait=60) as left_by:
            assert left_by is None


def test_a_lock_whose_holder_was_killed_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with another(BY_SYSTEM, path) as process:
        process.kill()
        process.wait()
        with hold(path, "批次") as left_by:
            assert left_by is not None
            assert left_by.pid == process.pid
    with hold(path, "批次") as left_by:
        assert left_by is None, "given back in order since"


def test_a_process_has_to_wait_for_itself_too_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    told: list[str] = []

    def want() -> None:
        with pytest.raises(Busy) as busy, hold(path, "批次"):
            pass
        told.append(str(busy.value))

    with hold(path, "值守"):
        thread = threading.Thread(target=want)
        thread.start()
        thread.join()
        assert told[0].startswith("值守，进程")
        # nor did the attempt take it away from us
        command = [sys.executable, "-c", BY_SYSTEM, str(path)]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert "Busy" in refused.stderr


def test_where_the_share_knows_no_locks_a_file_does(tmp_path: Path) -> None:
    path = tmp_path / "lock.file"
    mine = LockFile(path, this_process("批次"))
    with another(BY_FILE, path) as process:
        with pytest.raises(Busy, match=str(process.pid)):
            mine.acquire()
        process.kill()
        process.wait()
        left_by = mine.acquire()
        assert left_by is not None
        assert left_by.pid == process.pid
    mine.release()
    assert not list(tmp_path.iterdir())


def test_a_refusal_to_lock_at_all_leads_to_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("batch.outbox.lock._lock", refused)
    with hold(tmp_path / "lock", "批次"):
        assert read_holder(tmp_path / "lock.file") is not None
        with pytest.raises(Busy), hold(tmp_path / "lock", "批次"):
            pass
    assert not (tmp_path / "lock.file").exists()


def test_a_file_of_another_host_counts_until_it_gives_no_sign_of_life(tmp_path: Path) -> None:
    path = tmp_path / "lock.file"
    elsewhere = replace(this_process("批次"), host="elsewhere")
    path.write_bytes(as_bytes(elsewhere))
    with pytest.raises(Busy, match="elsewhere"):
        LockFile(path, this_process("批次")).acquire()
    assert read_holder(path) == elsewhere
    me = this_process("批次")
    # any age is too old for this one
    assert LockFile(path, me, stale=-1).acquire() == elsewhere
    # who was given up wrongly and comes back must not remove the new one
    LockFile(path, elsewhere).release()
    assert read_holder(path) == me


def test_signs_of_life_keep_a_lock_fresh(tmp_path: Path) -> None:
    path = tmp_path / "lock.file"
    with another(BY_FILE, path):
        first = path.stat().st_mtime_ns
        for _ in range(600):
            if path.stat().st_mtime_ns != first:
                break
            threading.Event().wait(0.05)
        else:
            pytest.fail("no sign of life in half a minute")


def test_a_second_run_says_who_is_at_work_and_waits_when_told_to(tmp_path: Path) -> None:
    unit = tmp_path / "inbox" / SAMPLE.parent.name
    unit.mkdir(parents=True)
    (unit / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    out = tmp_path / "out"
    arguments = ["run", "--inbox", str(tmp_path / "inbox"), "--outbox", str(out), "--engine", "local"]
    with another(BY_SYSTEM, out / ".jixiao" / "lock") as process:
        refused = CliRunner().invoke(cli, arguments, prog_name="jixiao")
        assert refused.exit_code == 3
        assert f"进程{process.pid}" in refused.output
        assert not (out / "results.json").exists()
        assert not (out / ".jixiao" / "last-run.json").exists(), "the record is that of who is at work"
        threading.Timer(0.5, let_go, [process]).start()
        waited = CliRunner().invoke(cli, [*arguments, "--wait", "2"], prog_name="jixiao")
        assert waited.exit_code == 0, waited.output
        assert f"等候另一个批次结束（批次，进程{process.pid}" in waited.output
    assert (out / "results.json").is_file()


def test_a_run_takes_over_from_one_that_was_killed_and_logs_it(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    out = tmp_path / "out"
    with another(BY_SYSTEM, out / ".jixiao" / "lock") as process:
        process.kill()
        process.wait()
        arguments = ["run", "--inbox", str(tmp_path / "inbox"), "--outbox", str(out)]
        assert CliRunner().invoke(cli, arguments, prog_name="jixiao").exit_code == 0
    log = (out / ".jixiao" / "logs" / "jixiao.log").read_text(encoding="utf-8")
    assert f"接管：上一次没有正常结束（批次，进程{process.pid}" in log
