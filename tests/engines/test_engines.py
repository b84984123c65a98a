"""One file that kills or holds up its worker is answered by itself; all others get their results."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from batch.engines.common import BUNDLED
from batch.engines.engine import open_engine
from batch.engines.process_pool import orders_held_back
from tests.engine_tasks import ANNOUNCES, DIES, DIES_SENDING, HANGS, STUMBLES, failed, garbage, work
from tests.processes import running, until


def results(tasks: Sequence[str], patience: float = 60, alone: float = 1) -> list[str]:
    with open_engine("process", workers=2, patience=patience, alone=alone) as engine:
        return list(engine.run(work, tasks, failed))


def ordinary(first: int, count: int = BUNDLED) -> list[str]:
    return [str(number) for number in range(first, first + count)]


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = ordinary(0, 50)
    assert results(tasks) == [f"{task}好" for task in tasks]


def test_workers_look_for_garbage_seldom() -> None:
    before = gc.get_threshold()
    with open_engine("process", workers=1) as engine:
        (there,) = engine.run(garbage, ["甲"], lambda *_: 0)
    assert there > 10 * before[0]
    assert gc.get_threshold() == before


@pytest.mark.parametrize(
    ("guilty", "patience", "reason"), [(DIES, 60, "异常中止"), (HANGS, 2, "超过1秒仍未完成")]
)
def test_only_the_guilty_file_is_lost(guilty: str, patience: float, reason: str) -> None:
    tasks = [*ordinary(0), *ordinary(10, 3), guilty, *ordinary(20, 30)]
    done = results(tasks, patience)
    at = tasks.index(guilty)
    assert done[at].startswith(f"{guilty}：处理该文件")
    assert reason in done[at]
    assert done[:at] + done[at + 1 :] == [f"{task}好" for task in tasks if task != guilty]


@pytest.mark.skipif("sys.platform == 'win32'", reason="messages come whole or not at all there")
def test_a_worker_that_dies_sending_holds_nobody_up() -> None:
    """Whoever waits for the rest of its message would wait for ever, and keep the program from ending."""
    threads = set(threading.enumerate())
    done = results(["甲", DIES_SENDING, "乙"], patience=2)
    assert done[0] == "甲好"
    assert done[1].startswith(DIES_SENDING + "：")
    assert done[2] == "乙好"
    for thread in set(threading.enumerate()) - threads:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_several_guilty_files_are_told_apart() -> None:
    tasks = [*ordinary(0), DIES, "甲", HANGS, "乙", DIES, *ordinary(20, 20)]
    done = results(tasks, patience=2)
    lost = {n: line.partition("：")[0] for n, line in enumerate(done) if "：" in line}
    assert lost == {8: DIES, 10: HANGS, 12: DIES}
    assert (done[9], done[11], done[-1]) == ("甲好", "乙好", "39好")


def test_a_mistake_of_the_program_is_not_taken_for_a_bad_file() -> None:
    with pytest.raises(ValueError, match=STUMBLES):
        results([*ordinary(0), STUMBLES])


def test_the_same_workers_serve_a_whole_batch() -> None:
    with open_engine("process", workers=1) as engine:
        rounds = [list(engine.run(whoever, ["1", "2"], failed)) for _ in range(3)]
        assert len({pid for served in rounds for pid in served}) == 1
        os.kill(int(rounds[0][0]), signal.SIGTERM)
        until(lambda: not running(int(rounds[0][0])), "the worker ends")
        # one that died between two rounds costs nothing
        assert list(engine.run(work, ordinary(0, 30), failed)) == [f"{task}好" for task in ordinary(0, 30)]
        (last,) = engine.run(whoever, ["1"], failed)
    until(lambda: not running(int(last)), "the workers end with their engine")


def whoever(_: str) -> str:
    """The process a task runs in."""
    return str(os.getpid())


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_an_order_to_stop_waits_until_a_worker_is_started(order: signal.Signals) -> None:
    steps: list[str] = []
    before = signal.signal(order, lambda *_: steps.append("obeyed"))
    try:
        with orders_held_back():
            signal.raise_signal(order)
            signal.raise_signal(order)
            steps.append("started")
    finally:
        signal.signal(order, before)
    assert steps == ["started", "obeyed"]


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_while_a_worker_starts_still_stops_the_batch() -> None:
    with pytest.raises(KeyboardInterrupt), orders_held_back():
        signal.raise_signal(signal.SIGINT)
    assert results(ordinary(0)) == [f"{task}好" for task in ordinary(0)]


def swell(task: str) -> str:
    """Take memory without end for one task."""
    return str(len(bytearray(8 * 1024**3))) if task == "肿" else task


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has no such limit")
def test_a_task_that_eats_memory_is_refused_it() -> None:
    with pytest.raises(MemoryError), open_engine("process", workers=1) as engine:
        list(engine.run(swell, ["好", "肿"], lambda task, _: task))


@pytest.mark.parametrize("engine", ["process", "dask"])
def test_workers_end_when_their_parent_is_killed(engine: str, root: Path) -> None:
    program = (
        "from batch.engines.engine import open_engine; from tests.engine_tasks import failed, work\n"
        f"with open_engine({engine!r}, workers=1) as engine: list(engine.run(work, [{ANNOUNCES!r}], failed))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == f"{ANNOUNCES}\n"
    parent.kill()
    # the worker writes to the same pipe: it ends when the last of them has ended
    assert parent.communicate(timeout=60)[0] == ""
