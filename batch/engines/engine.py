"""The interface of engines, the local one, and the choice among them.

A task whose worker dies or that does not end costs only itself, never the night.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Protocol, TypeVar

from batch.engines.common import ALONE, BUNDLED, PATIENCE
from batch.engines.dask import Cluster
from batch.engines.process_pool import Processes

Task = TypeVar("Task")
Result = TypeVar("Result")


class Engine(Protocol):
    """Executes tasks for as long as a batch lasts."""

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        failed: Callable[[Task, str], Result],
        carried: Callable[[Task], Task] | None = None,
        together: int = BUNDLED,
    ) -> Iterator[Result]:
        """The results of `function` for every task, in the order of the tasks.

        `function` and tasks must be picklable for all but the local engine; `carried` makes a task
        independent of this machine's disk and is called shortly before it is sent. `together`: tasks per
        message, fewer where they are large. `failed` makes the result of a task that dies or hangs for good,
        from the task and a reason in Chinese. Raises EngineError when the workers cannot be used.
        """


class Local:
    """The engine that runs tasks in this process."""

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        failed: Callable[[Task, str], Result],  # noqa: ARG002 - nothing dies without all dying
        carried: Callable[[Task], Task] | None = None,  # noqa: ARG002 - the disk is this one
        together: int = BUNDLED,  # noqa: ARG002 - nothing travels
    ) -> Iterator[Result]:
        """See `Engine.run`."""
        return map(function, tasks)


@contextmanager
def open_engine(
    name: str, workers: int = 0, scheduler: str = "", patience: float = PATIENCE, alone: float = ALONE
) -> Iterator[Engine]:
    """The engine `name` ("local", "process" or "dask"); its workers end with the context.

    `workers`: processes, 0 for one per processor. With "dask" they are those of the cluster at `scheduler`,
    or of one started here when that is "". When a worker dies, the tasks it may have died of run again one by
    one; one that does not end has `alone` seconds then; a pool without results for `patience` seconds counts
    as hung. Raises SettingsError when Dask is needed and not installed.
    """
    workers = workers or processors()
    match name:
        case "local":
            yield Local()
        case "dask":
            with closing(Cluster(scheduler, workers, patience, alone)) as cluster:
                yield cluster
        case _:
            with closing(Processes(workers, patience, alone)) as processes:
                yield processes


def processors() -> int:
    """How many processes may work at once."""
    return os.cpu_count() or 1
