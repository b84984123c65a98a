"""The engine "process": a pool of processes on this machine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread, current_thread, main_thread
from typing import Any, ParamSpec, TypeVar

from batch.engines.common import AHEAD, BUNDLED, DIED, HANGS, EngineError, ready_worker

Task = TypeVar("Task")
Result = TypeVar("Result")
P = ParamSpec("P")


class Processes:
    """The engine on a pool, started at the first task and kept until `close`.

    When a worker dies or none has a result for `patience` seconds, all workers are killed and the tasks under
    way run again one by one, each for `alone` seconds at most.
    """

    def __init__(self, workers: int, patience: float, alone: float) -> None:
        self._workers, self._patience, self._alone = workers, patience, alone
        self._pool: ProcessPoolExecutor | None = None

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        failed: Callable[[Task, str], Result],
        carried: Callable[[Task], Task] | None = None,  # noqa: ARG002 - these have the disk in common
        together: int = BUNDLED,
    ) -> Iterator[Result]:
        """See `Engine.run`."""
        try:
            yield from self._results(function, tasks, failed, together)
        except BaseException:
            # what is still under way is nobody's any more
            self.close()
            raise

    def close(self) -> None:
        """Kill the workers: whoever stops a batch does not want to wait for the tasks under way."""
        if self._pool is not None:
            _kill(self._pool)
            self._pool = None

    def _results(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        failed: Callable[[Task, str], Result],
        together: int,
    ) -> Iterator[Result]:
        groups = list(_groups(tasks, self._workers, together))
        ahead = AHEAD * self._workers * BUNDLED // together
        ready: dict[int, list[Result]] = {}
        waiting: dict[Future[list[Result]], int] = {}
        submitted = 0
        for number in range(len(groups)):
            while submitted < len(groups) and len(waiting) + len(ready) < ahead:
                waiting[self._submit(function, groups[submitted])] = submitted
                submitted += 1
            while number not in ready:
                finished = wait(waiting, timeout=self._patience, return_when=FIRST_COMPLETED).done
                broken = not finished
                for future in finished:
                    try:
                        ready[waiting[future]] = future.result()
                        del waiting[future]
                    except BrokenProcessPool:
                        broken = True
                if broken:
                    self.close()
                    for suspect in sorted(waiting.values()):
                        ready[suspect] = _one_by_one(function, groups[suspect], failed, self._alone)
                    waiting.clear()
            yield from ready.pop(number)

    def _submit(self, function: Callable[[Task], Result], group: Sequence[Task]) -> Future[list[Result]]:
        # tasks may be put together as they are asked for: others get them as they are
        tasks = list(group)
        if self._pool is not None:
            try:
                return self._pool.submit(_several, function, tasks)
            except BrokenProcessPool:
                # a worker died just now: those under way will say so
                self.close()
        self._pool = _pool(self._workers)
        return self._pool.submit(_several, function, tasks)


def _groups(tasks: Sequence[Task], workers: int, most: int) -> Iterator[Sequence[Task]]:
    """Tasks that travel together: fewer towards the end, so that all workers finish at about the same
    time."""
    first = 0
    while first < len(tasks):
        size = min(most, max(1, (len(tasks) - first) // (2 * workers)))
        yield tasks[first : first + size]
        first += size


def _several(function: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
    return [function(task) for task in tasks]


def _one_by_one(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    failed: Callable[[Task, str], Result],
    seconds: float,
) -> list[Result]:
    """Run suspect tasks in a process of their own, a new one after each failure."""
    results: list[Result] = []
    pool = None
    for task in tasks:
        try:
            if pool is None:
                pool = _started(function)
            future = pool.submit(function, task)
            wait([future], timeout=seconds)
            if future.done():
                results.append(future.result())
                continue
            reason = HANGS.format(seconds=seconds)
        except BrokenProcessPool:
            reason = DIED
        if pool is not None:
            _kill(pool)
            pool = None
        results.append(failed(task, reason))
    if pool is not None:
        pool.shutdown()
    return results


def _started(function: Callable[[Task], Result]) -> ProcessPoolExecutor:
    """A process that has started and imported everything, so that this does not count as a task's time.

    A process that cannot even start says nothing about the files: the batch must not report them as
    unreadable.
    """
    pool = _pool(1)
    try:
        pool.submit(_several, function, ()).result()
    except BrokenProcessPool as error:
        raise EngineError("工作进程启动不了（内存不足，或程序安装不完整），请重新启动电脑后再试") from error
    return pool


def _kill(pool: ProcessPoolExecutor) -> None:
    """Kill a pool whose workers may never end by themselves."""
    results: Any = pool._result_queue
    # before Python 3.14 there is no public way to the processes
    for process in list((pool._processes or {}).values()):
        process.kill()
    # one that was killed while it sent a result has left half of it: the thread that reads it waits for the
    # rest, and the end of the program for that thread, as long as anybody at all could write it
    results._writer.close()
    pool.shutdown(wait=False, cancel_futures=True)


class _Pool(ProcessPoolExecutor):
    """A pool whose processes start on demand and ignore Ctrl-C."""

    def submit(self, fn: Callable[P, Result], /, *args: P.args, **kwargs: P.kwargs) -> Future[Result]:
        with orders_held_back():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def orders_held_back() -> Iterator[None]:
    """Defer signals to stop until the end of the context.

    A process interrupted while it starts would be orphaned and print an English traceback. Processes started
    meanwhile inherit that Ctrl-C is ignored; Windows has no such thing, see `_prepare`.
    """
    if current_thread() is not main_thread():
        yield
        return
    came: list[int] = []
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in numbers
        if signal.getsignal(number) is not None
    }
    try:
        with _not_inherited(signal.SIGINT):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came[:1]:
            signal.raise_signal(number)


@contextmanager
def _not_inherited(number: int) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn is the one way that works everywhere and never copies a half-written state
    return _Pool(workers, mp_context=get_context("spawn"), initializer=_prepare)


def _prepare() -> None:
    """Prepare this worker: bounded, and ended with its parent, for whose tasks it would otherwise wait for
    ever."""
    ready_worker()
    # Ctrl-C reaches all processes of a terminal; the parent ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
