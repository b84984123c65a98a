"""Where the work runs: in this process, in a pool of processes, or on a Dask cluster.

A task whose worker dies or that does not come to an end costs itself only, never the night.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from batch.engines.common import ALONE, PATIENCE
from batch.engines.dask import on_cluster
from batch.engines.processes import in_processes

Task = TypeVar("Task")
Result = TypeVar("Result")


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
    scheduler: str = "",
    carried: Callable[[Task], Task] | None = None,
    patience: float = PATIENCE,
    alone: float = ALONE,
) -> Iterator[Result]:
    """The results of `function` on every task, in the order of the tasks.

    `engine` is "local", "process" or "dask"; `workers` processes work at once, 0 for as many as there are
    processors. With "dask" they are those of the cluster at `scheduler`, or of one started here when that
    is "". `function` and tasks must be picklable for all but "local"; `carried` makes of a task one that
    needs nothing from this machine's disk, and is called shortly before the task is sent off.

    When a worker dies, the tasks it may have died of run again one by one; one that does not come to an end
    has `alone` seconds then, and may stand still for `patience` seconds before. `failed` makes the result of
    a task that dies or hangs for good, from the task and a reason in Chinese. Raises EngineError when the
    cluster cannot be used, and SettingsError when Dask is not installed.
    """
    if engine == "local":
        return map(function, tasks)
    workers = workers or processors()
    if engine == "dask":
        return on_cluster(
            function,
            tasks,
            scheduler=scheduler,
            workers=workers,
            failed=failed,
            carried=carried,
            patience=patience,
            alone=alone,
        )
    return in_processes(function, tasks, workers, failed, patience, alone)
