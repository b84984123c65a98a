"""The engine "dask": the workers of a cluster on other machines, or of one started here for the batch.

Tasks travel as bytes through the scheduler, so workers need no disk in common with this machine, only the
same version of the program. The scheduler itself gives the tasks of a dead worker to another one, a bounded
number of times; what still fails is run by itself, with nothing of ours beside it, to tell the guilty.
"""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from batch import __version__
from batch.engines.common import BUNDLED, DIED, HANGS, MEMORY, EngineError
from batch.engines.remote import Outcome, quiet, run_bundle
from batch.settings import SettingsError

Task = TypeVar("Task")
Result = TypeVar("Result")

#: seconds to wait for the scheduler, and then for its first worker
CONNECT = 10.0
#: bytes after which a bundle takes no further task, and bytes sent and not yet answered after which no
#: further bundle is sent, which bounds the memory of the parent: a thousand ordinary files
_BUNDLE: Final = 4 * 1024 * 1024
_UNDER_WAY: Final = 32 * 1024 * 1024
#: attempts after a worker's death on a cluster of our own; other schedulers have a setting, 3 as a rule
_RETRIES: Final = 1
_ADDRESS: Final = re.compile(r"(tcp|tls)://([^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")


def on_cluster(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    scheduler: str,
    workers: int,
    failed: Callable[[Task, str], Result],
    carried: Callable[[Task], Task] | None,
    patience: float,
    alone: float,
) -> Iterator[Result]:
    """See `run_all`. After `patience` seconds without a result it is asked whether any worker is left."""
    if not tasks:
        return
    with _connected(scheduler, workers) as client:
        yield from _Run(client, function, tasks, failed, carried, patience, alone).results()


@dataclass(frozen=True, slots=True)
class _Run(Generic[Task, Result]):
    """One call of `run_all` on a cluster; tasks are known by their numbers."""

    client: Any
    function: Callable[[Task], Result]
    tasks: Sequence[Task]
    failed: Callable[[Task, str], Result]
    carried: Callable[[Task], Task] | None
    patience: float
    alone: float

    def results(self) -> Iterator[Result]:
        """The results in the order of the tasks."""
        ready: dict[int, Result] = {}
        under_way: dict[Future[Outcome], range] = {}
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
        """The tasks from `first` on that travel together."""
        bundle: list[bytes] = []
        for number in range(first, min(first + BUNDLED, len(self.tasks))):
            bundle.append(self._packed(number))
            if sum(map(len, bundle)) >= _BUNDLE:
                break
        return bundle

    def _packed(self, number: int) -> bytes:
        task = self.tasks[number]
        return pickle.dumps((self.function, self.carried(task) if self.carried else task))

    def _submit(self, bundle: list[bytes]) -> Future[Outcome]:
        # pure: the same bytes twice would be taken for one task
        executor = self.client.get_executor(pure=False)
        future: Future[Outcome] = executor.submit(run_bundle, __version__, bundle, self.alone)
        return future

    def _finished(self, futures: Collection[Future[Outcome]]) -> set[Future[Outcome]]:
        """Those that came to an end since, at least one."""
        while True:
            if done := wait(futures, timeout=self.patience, return_when=FIRST_COMPLETED).done:
                return done
            with suppress(OSError):
                # a connection that is lost for good ends the futures
                if not self.client.nthreads():
                    raise EngineError("Dask集群里没有计算节点了，请重新启动各节点的 dask worker 后再运行")

    def _settled(self, future: Future[Outcome], numbers: range) -> tuple[dict[int, Result], list[int]]:
        """The results of a bundle, and those of its tasks that are to run by themselves."""
        outcome = _outcome(future)
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
        """Have a worker started anew that is busy with a task that does not end."""
        try:
            with suppress(KeyError, OSError):
                # it may be gone already
                self.client.restart_workers([worker], raise_for_error=False)
        except ValueError:
            # nobody watches over it who could start it anew
            self.client.retire_workers([worker])


def _outcome(future: Future[Outcome]) -> Outcome | None:
    """What came of a bundle; None when its workers died. Raises what the tasks raised, and EngineError."""
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return None
    except CancelledError as error:
        raise EngineError("与Dask调度器的连接中断，请检查调度器和网络后重新运行") from error
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "batch":
            raise EngineError("有计算节点没有安装 jixiao，请在各节点安装与本机相同的版本") from error
        raise


@contextmanager
def _connected(scheduler: str, workers: int) -> Iterator[Any]:
    """A client of the cluster at `scheduler`, or of one started on this machine for as long as it lasts."""
    if scheduler and not _ADDRESS.fullmatch(scheduler):
        raise SettingsError(
            f"Dask调度器的地址应写成 tcp://主机:端口，例如 tcp://10.1.1.5:8786，现为“{scheduler}”"
        )
    try:
        import dask
        from distributed import Client, LocalCluster, Security
        from distributed.versions import VersionMismatchWarning
    except ImportError:
        raise SettingsError(
            '没有安装Dask，不能用 engine = dask。请运行 pip install "jixiao[dask]" 安装，或改用 process。'
        ) from None
    quiet()
    if scheduler.startswith("tls:") and not Security().get_connection_args("client").get("ssl_context"):
        raise SettingsError(
            "调度器地址以 tls:// 开头，但没有证书：请在Dask的设置 distributed.comm.tls 里写明"
        )
    own = {
        # a bundle is as large as the files in it
        "distributed.admin.large-graph-warning-threshold": "1 GiB",
        "distributed.scheduler.allowed-failures": _RETRIES,
        # workers speak before `dask_setup` could silence them
        "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED": "critical",
    }
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(own))
        if scheduler:
            at: Any = scheduler
        else:
            at = stack.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    memory_limit=MEMORY,
                    silence_logs=False,
                    preload=["batch.engines.remote"],
                )
            )
        try:
            with warnings.catch_warnings():
                # other versions of Dask's own parts: results do not depend on them
                warnings.simplefilter("ignore", VersionMismatchWarning)
                client = Client(at, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EngineError(
                f"连不上Dask调度器 {scheduler}，请确认地址写法（如 tcp://主机:8786）、调度器已启动、网络相通"
            ) from error
        stack.enter_context(client)
        try:
            client.wait_for_workers(1, timeout=CONNECT)
        except TimeoutError as error:
            raise EngineError(
                f"Dask调度器 {scheduler} 下没有计算节点，请先在各节点运行 dask worker {scheduler}"
            ) from error
        yield client
