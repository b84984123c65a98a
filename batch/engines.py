"""Where the work runs: in this process or in a pool of processes.

A task whose worker dies or does not come to an end costs itself only, never the night.
"""

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
#: seconds without any result after which the workers are taken to hang; a bundle takes one or two
PATIENCE = 60.0
#: seconds a suspect may take by itself; readers that may hang end themselves after ten
ALONE = 30.0
#: bytes of address space a worker may take: an ordinary one needs a tenth of it
MEMORY = 1536 * 1024 * 1024
_DIED = "处理该文件时程序异常中止，已跳过；请检查文件是否正常，或联系管理员"
_HANGS = "处理该文件超过{seconds:g}秒仍未完成，已跳过；请删除文件中多余的内容后重新报送，或联系管理员"


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
    patience: float = PATIENCE,
    alone: float = ALONE,
) -> Iterator[Result]:
    """The results of `function` on every task, in the order of the tasks.

    `function` and tasks must be picklable for the engine "process". There, when a worker dies or none has
    a result for `patience` seconds, the tasks under way run again one by one, each for `alone` seconds at
    most; `failed` makes the result of one that dies or hangs again, from the task and a reason in Chinese.
    """
    if engine == "local":
        yield from map(function, tasks)
        return
    yield from _in_processes(function, tasks, workers or processors(), failed, patience, alone)


def _in_processes(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    failed: Callable[[Task, str], Result],
    patience: float,
    alone: float,
) -> Iterator[Result]:
    groups = [tasks[n : n + BUNDLED] for n in range(0, len(tasks), BUNDLED)]
    ready: dict[int, list[Result]] = {}
    waiting: dict[Future[list[Result]], int] = {}
    pool = _pool(min(workers, len(groups) or 1))
    submitted = yielded = 0
    try:
        while yielded < len(groups):
            while submitted < len(groups) and len(waiting) + len(ready) < 4 * workers:
                waiting[pool.submit(_several, function, groups[submitted])] = submitted
                submitted += 1
            if yielded not in ready:
                finished = wait(waiting, timeout=patience, return_when=FIRST_COMPLETED).done
                broken = not finished
                for future in finished:
                    try:
                        ready[waiting[future]] = future.result()
                        del waiting[future]
                    except BrokenProcessPool:
                        broken = True
                if broken:
                    _kill(pool)
                    pool = _pool(min(workers, len(groups)))
                    for number in sorted(waiting.values()):
                        ready[number] = _one_by_one(function, groups[number], failed, alone)
                    waiting.clear()
            if yielded in ready:
                yield from ready.pop(yielded)
                yielded += 1
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _several(function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
    return [function(task) for task in tasks]


def _one_by_one(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    failed: Callable[[Task, str], Result],
    seconds: float,
) -> list[Result]:
    """Run suspects in a process of their own, a new one after each that fails."""
    results: list[Result] = []
    pool = None
    for task in tasks:
        try:
            if pool is None:
                pool = _pool(1)
                # starting up and importing are not the task's time
                pool.submit(_several, function, ()).result()
            future = pool.submit(function, task)
            wait([future], timeout=seconds)
            if future.done():
                results.append(future.result())
                continue
            reason = _HANGS.format(seconds=seconds)
        except BrokenProcessPool:
            reason = _DIED
        if pool is not None:
            _kill(pool)
            pool = None
        results.append(failed(task, reason))
    if pool is not None:
        pool.shutdown()
    return results


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool whose workers may never end by themselves."""
    # before Python 3.14 there is no public way to the processes
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn is the one way that works everywhere and never copies a half-written state
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_bound_memory)


def _bound_memory() -> None:
    """Bound this worker's memory where the system can: Windows cannot, there the readers' own limits hold."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
