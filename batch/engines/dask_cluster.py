"""The cluster of the engine "dask": connected to, or started here; only workers of this version are used."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from batch import __version__
from batch.config.settings import SettingsError
from batch.engines.common import MEMORY, EngineError
from batch.engines.dask_worker import RemoteResult, quiet, run_bundle

#: seconds to wait for the scheduler, and then for its first worker
CONNECT = 10.0
#: attempts after a worker's death on a cluster of our own; other schedulers have a setting, 3 as a rule
_RETRIES: Final = 1
MISSING: Final = "没有安装 jixiao，或版本与本机不同，请在调度器和各节点安装同一版本后重新运行"
_ADDRESS: Final = re.compile(r"(tcp|tls)://([^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")


@contextmanager
def connected(scheduler: str, workers: int) -> Iterator[Any]:
    """A client of the cluster at `scheduler`, or of one started on this machine for as long as the context
    lasts."""
    if scheduler and not _ADDRESS.fullmatch(scheduler):
        raise SettingsError(
            f"Dask调度器的地址应写成 tcp://主机:端口，例如 tcp://10.1.1.5:8786，现为“{scheduler}”"
        )
    try:
        import dask
        from distributed import Client, Security
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
        at: Any = scheduler or stack.enter_context(_started_here(workers))
        try:
            with warnings.catch_warnings():
                # other versions of Dask's own parts: results do not depend on them
                warnings.simplefilter("ignore", VersionMismatchWarning)
                client = stack.enter_context(Client(at, timeout=CONNECT, set_as_default=False))
        except (OSError, ValueError) as error:
            raise EngineError(
                f"连不上Dask调度器 {scheduler}，请确认地址无误、调度器已启动、网络相通后重新运行"
            ) from error
        try:
            client.wait_for_workers(1, timeout=CONNECT)
        except TimeoutError as error:
            raise EngineError(
                f"Dask调度器 {scheduler} 下没有计算节点，请先在各节点运行 dask worker {scheduler}"
            ) from error
        _greet(client)
        yield client


def _started_here(workers: int) -> Any:
    """A cluster of processes of this machine, reachable from this machine only."""
    from distributed import LocalCluster

    try:
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            # without this it would listen for browsers at a fixed port, and say so when that is taken
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            # whoever may speak to a scheduler may run anything: only holders of this run's own key may
            security=True,
            memory_limit=MEMORY,
            silence_logs=False,
            preload=["batch.engines.dask_worker"],
        )
    except (OSError, RuntimeError) as error:
        raise EngineError("Dask集群没有在本机启动，请改用 engine = process，或联系管理员") from error


def _greet(client: Any) -> None:
    """Require that every worker runs this version of the program; one that cannot would seem dead."""
    for worker, answer in client.run(run_bundle, __version__, [], 1.0, on_error="return").items():
        if isinstance(answer, EngineError):
            raise EngineError(f"计算节点 {worker}：{answer}")
        if not isinstance(answer, RemoteResult):
            raise EngineError(f"计算节点 {worker} 上{MISSING}") from answer
