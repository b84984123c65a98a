"""Where the work runs: in this process or in a pool of processes. A worker that dies costs one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

#: tasks that travel together, so that sending them does not count
BUNDLED = 8
#: fewer tasks than this are done before a pool has started
_FEW = 4
_DIED = "处理该文件时程序异常中止，已跳过；请检查文件是否正常，或联系管理员"


def processors() -> int:
    """How many processes may work at once."""
    return os.cpu_count() or 1


def run_all(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    engine: str,
    workers: int,
    failed: Callable[[Task, str], Result],
) -> Iterator[Result]:
    """The results of `function` on every task, in the order of the tasks.

    `function` and tasks must be picklable for the engine "process". `failed` makes the result of a task
    whose worker died.
    """
    if engine == "local" or len(tasks) < _FEW:
        yield from map(function, tasks)
        return
    yield from _in_processes(function, tasks, workers or processors(), failed)


def _in_processes(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    failed: Callable[[Task, str], Result],
) -> Iterator[Result]:
    groups = [tasks[n : n + BUNDLED] for n in range(0, len(tasks), BUNDLED)]
    ready: dict[int, list[Result]] = {}
    waiting: dict[Future[list[Result]], int] = {}
    pool = _pool(workers)
    submitted = yielded = 0
    try:
        while yielded < len(groups):
            while submitted < len(groups) and len(waiting) + len(ready) < 4 * workers:
                waiting[pool.submit(_several, function, groups[submitted])] = submitted
                submitted += 1
            if yielded not in ready:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    number = waiting.pop(future)
                    try:
                        ready[number] = future.result()
                    except BrokenProcessPool:
                        lost = [number, *waiting.values()]
                        waiting.clear()
                        pool.shutdown(wait=False)
                        pool = _pool(workers)
                        for again in sorted(lost):
                            ready[again] = [_alone(function, task, failed) for task in groups[again]]
                        break
            if yielded in ready:
                yield from ready.pop(yielded)
                yielded += 1
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _several(function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
    return [function(task) for task in tasks]


def _alone(function: Callable[[Task], Result], task: Task, failed: Callable[[Task, str], Result]) -> Result:
    """Run one suspect in a process of its own: if it dies again, it is this task that kills."""
    with _pool(1) as pool:
        try:
            return pool.submit(function, task).result()
        except BrokenProcessPool:
            return failed(task, _DIED)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn is the one way that works everywhere and never copies a half-written state
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
