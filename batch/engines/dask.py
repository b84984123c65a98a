"""The engine "dask": workers of a cluster on other machines, or of one started here for the batch.

Tasks travel as bytes through the scheduler, so workers need no shared disk, only the same version of the
program. The scheduler reassigns the tasks of a dead worker a bounded number of times; tasks that still fail
are run one at a time, to identify the guilty one.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from batch import __version__
from batch.engines.common import BUNDLED, DIED, HANGS, EngineError
from batch.engines.dask_cluster import MISSING, connected
from batch.engines.dask_worker import RemoteResult, run_bundle

Task = TypeVar("Task")
Result = TypeVar("Result")

#: bytes after which a bundle takes no further task, and bytes sent and not yet answered after which no
#: further bundle is sent, which bounds the memory of the parent: a thousand ordinary files
_BUNDLE: Final = 4 * 1024 * 1024
_UNDER_WAY: Final = 32 * 1024 * 1024
_LOST: Final = "与Dask调度器的连接中断，请检查调度器和网络后重新运行"


class Cluster:
    """The engine on a cluster, connected to or started at the first task and kept until `close`.

    After `patience` seconds without a result it checks whether any worker is left.
    """

    def __init__(self, scheduler: str, workers: int, patience: float, alone: float) -> None:
        self._scheduler, self._workers, self._patience, self._alone = scheduler, workers, patience, alone
        self._open = ExitStack()
        self._client: Any = None

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        failed: Callable[[Task, str], Result],
        carried: Callable[[Task], Task] | None = None,
        together: int = BUNDLED,
    ) -> Iterator[Result]:
        """See `Engine.run`. Raises EngineError when the cluster cannot be used."""
        if not tasks:
            return
        if self._client is None:
            self._client = self._open.enter_context(connected(self._scheduler, self._workers))
        patience = self._patience, self._alone
        yield from _Run(self._client, function, tasks, failed, carried, together, *patience).results()

    def close(self) -> None:
        """Disconnect from the cluster; one that was started here ends."""
        self._client = None
        self._open.close()


@dataclass(frozen=True, slots=True)
class _Run(Generic[Task, Result]):
    """One call of `run` on a cluster; tasks are identified by their numbers."""

    client: Any
    function: Callable[[Task], Result]
    tasks: Sequence[Task]
    failed: Callable[[Task, str], Result]
    carried: Callable[[Task], Task] | None
    together: int
    patience: float
    alone: float

    def results(self) -> Iterator[Result]:
        """The results in the order of the tasks."""
        ready: dict[int, Result] = {}
        under_way: dict[Any, range] = {}
        #: bytes of each task sent off and not yet given back
        sizes: dict[int, int] = {}
        #: tasks to run by themselves, once nothing else is under way
        singly: list[int] = []
        sent = given = held = 0
        while given < len(self.tasks):
            while sent < len(self.tasks) and held < _UNDER_WAY and not singly:
                bundle = self._bundle(sent)
                numbers = range(sent, sent + len(bundle))
                under_way[self._submit(bundle)] = numbers
                sizes.update(zip(numbers, map(len, bundle), strict=True))
                held += sum(map(len, bundle))
                sent = numbers.stop
            if under_way:
                for future in self._finished(under_way):
                    done, again = self._settled(future, under_way.pop(future))
                    ready.update(done)
                    singly += again
            else:
                ready.update((number, self._run_alone(number)) for number in singly)
                singly.clear()
            while given in ready:
                yield ready.pop(given)
                held -= sizes.pop(given)
                given += 1

    def _bundle(self, first: int) -> list[bytes]:
        """The tasks from `first` on that travel in one message."""
        bundle: list[bytes] = []
        for number in range(first, min(first + self.together, len(self.tasks))):
            bundle.append(self._packed(number))
            if sum(map(len, bundle)) >= _BUNDLE:
                break
        return bundle

    def _packed(self, number: int) -> bytes:
        task = self.tasks[number]
        return pickle.dumps((self.function, self.carried(task) if self.carried else task))

    def _submit(self, bundle: list[bytes]) -> Any:
        # pure: the same bytes twice would be taken for one task
        return self.client.submit(run_bundle, __version__, bundle, self.alone, pure=False)

    def _finished(self, futures: Collection[Any]) -> Collection[Any]:
        """The futures that are done, at least one."""
        from distributed import wait

        while True:
            try:
                with self.client.as_current():
                    return list(
                        wait(list(futures), timeout=self.patience, return_when="FIRST_COMPLETED").done
                    )
            except CancelledError as error:
                raise EngineError(_LOST) from error
            except TimeoutError:
                pass
            with suppress(OSError):
                # a connection that is lost for good cancels the futures
                if not self.client.nthreads():
                    raise EngineError("Dask集群里没有计算节点了，请重新启动各节点的 dask worker 后再运行")

    def _outcome(self, future: Any) -> RemoteResult | None:
        """The result of a bundle, None when its workers died. Raises what a task raised, and EngineError."""
        from distributed import KilledWorker

        try:
            outcome: RemoteResult = future.result(timeout=self.patience)
        except KilledWorker:
            return None
        except CancelledError as error:
            raise EngineError(_LOST) from error
        except TimeoutError:
            if future.status == "error":
                raise
            # the worker died with the result, and no other has it yet
            return None
        except RuntimeError as error:
            if "deserialization of the task graph" not in str(error):
                raise
            raise EngineError(f"Dask调度器那台机器上{MISSING}") from error
        return outcome

    def _settled(self, future: Any, numbers: range) -> tuple[dict[int, Result], list[int]]:
        """The results of a bundle, and its tasks that have to run one at a time."""
        outcome = self._outcome(future)
        if outcome is None:
            return {}, list(numbers)
        done: dict[int, Result] = dict(zip(numbers, outcome.results, strict=False))
        if outcome.stuck:
            self._replace(outcome.stuck)
            hanging = numbers[len(done)]
            done[hanging] = self.failed(self.tasks[hanging], HANGS.format(seconds=self.alone))
        return done, list(numbers[len(done) :])

    def _run_alone(self, number: int) -> Result:
        future = self._submit([self._packed(number)])
        self._finished([future])
        done, _ = self._settled(future, range(number, number + 1))
        return done[number] if done else self.failed(self.tasks[number], DIED)

    def _replace(self, worker: str) -> None:
        """Have a worker restarted that is busy with a task that does not end."""
        try:
            with suppress(KeyError, OSError):
                # it may be gone already
                self.client.restart_workers([worker], raise_for_error=False)
        except ValueError:
            # nobody watches over it who could start it anew
            self.client.retire_workers([worker])
