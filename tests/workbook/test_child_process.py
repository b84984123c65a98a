"""A parser gone wild costs one file: never the batch, never more than it was allowed."""

from __future__ import annotations

import os
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest

from batch.model.book import Unreadable
from batch.workbook.package.child_process import run_bounded

MEMORY = 512 * 2**20


def doubled(data: bytes) -> bytes:
    sys.stdout.write("what a parser prints is not part of the answer")
    return data * 2


def hanging() -> None:
    while True:
        pass


def swelling() -> int:
    return len(b"x" * 2**31)


def crashing() -> None:
    os._exit(3)


def failing() -> None:
    raise KeyError("something inside")


def falling() -> None:
    falling()


def refusing() -> None:
    raise Unreadable("F002", "文件设有打开密码")


def test_the_result_comes_back() -> None:
    assert run_bounded(doubled, b"\0\n\xff", seconds=20, memory=MEMORY) == b"\0\n\xff\0\n\xff"


def test_a_large_argument_and_result_pass() -> None:
    assert len(run_bounded(doubled, b"x" * 5_000_000, seconds=20, memory=MEMORY)) == 10_000_000


@pytest.mark.parametrize(
    ("function", "seconds", "reason"),
    [
        (hanging, 0.5, "0.5秒内没有读完"),
        (crashing, 20, "程序异常中止"),
        (failing, 20, "内容有误"),
        (falling, 20, "内容有误"),
    ],
)
def test_whatever_goes_wrong_inside_is_one_unreadable_file(
    function: object, seconds: float, reason: str
) -> None:
    assert callable(function)
    with pytest.raises(Unreadable) as caught:
        run_bounded(function, seconds=seconds, memory=MEMORY)
    assert caught.value.check == "F001"
    assert reason in caught.value.reason
    assert "重新报送" in caught.value.reason


def test_more_memory_than_allowed_is_not_given() -> None:
    """Where the system can enforce it; elsewhere the time limit alone bounds a file."""
    if sys.platform == "linux":
        with pytest.raises(Unreadable, match="内存超过限制"):
            run_bounded(swelling, seconds=20, memory=MEMORY)


def test_a_refusal_inside_keeps_its_check() -> None:
    with pytest.raises(Unreadable, match="打开密码") as caught:
        run_bounded(refusing, seconds=20, memory=MEMORY)
    assert caught.value.check == "F002"


def test_a_machine_that_cannot_start_it_is_not_blamed_on_the_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", os.devnull)
    with pytest.raises(Unreadable, match="请管理员检查"):
        run_bounded(doubled, b"", seconds=20, memory=MEMORY)


def in_a_daemon(answer: Connection) -> None:
    answer.send(run_bounded(doubled, b"x", seconds=20, memory=MEMORY))


def test_it_works_in_the_workers_of_a_cluster_which_are_daemons() -> None:
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=in_a_daemon, args=(theirs,), daemon=True)
    worker.start()
    theirs.close()
    try:
        assert ours.recv() == b"xx"
    finally:
        worker.join()
