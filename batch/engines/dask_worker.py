"""The worker's side of the engine "dask"."""

from __future__ import annotations

import logging
import pickle
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Any

from batch import __version__
from batch.engines.common import EngineError, ready_worker

_TALKATIVE = (
    "asyncio",
    "distributed",
    "distributed.client",
    "distributed.gc",
    "tornado",
    "tornado.application",
)


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """The result of a bundle of tasks."""

    #: of the first tasks, up to one that did not come to an end
    results: list[Any]
    #: address of the worker that is still busy with that one, "" when all came to an end
    stuck: str = ""


def run_bundle(version: str, packed: Sequence[bytes], seconds: float) -> RemoteResult:
    """Run tasks one after another, each for `seconds` at most; `packed` are pickled (function, task).

    A task beyond its time cannot be ended from inside, so the result names its worker to be restarted. Raises
    what `function` raises, and EngineError when this is not the `version` of the program that sent the tasks:
    its results would differ.
    """
    if version != __version__:
        raise EngineError(f"jixiao 是{__version__}版，本机是{version}版，请安装同一版本后重新运行")
    results: list[Any] = []
    for one in packed:
        function, task = pickle.loads(one)  # noqa: S301 - written by the engine
        future: Future[Any] = Future()
        # a daemon: one that hangs must not hold up the end of the worker as well
        Thread(target=_settle, args=(future, function, task), daemon=True).start()
        try:
            results.append(future.result(seconds))
        except TimeoutError:
            if future.done():
                raise
            return RemoteResult(results, _address())
    return RemoteResult(results)


def _settle(future: Future[Any], function: Callable[[Any], Any], task: Any) -> None:
    try:
        future.set_result(function(task))
    except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
        future.set_exception(error)


def _address() -> str:
    from distributed import get_worker

    return str(get_worker().address)


def dask_setup(worker: object) -> None:  # noqa: ARG001 - the signature Dask calls
    """Prepare a worker started here: bounded, silent, ended by its parent only."""
    ready_worker()
    quiet()
    # Ctrl-C reaches all processes of a terminal; the parent closes its workers in order
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def quiet() -> None:
    """Silence Dask's own log on the terminal; what matters of it is reported in our own messages."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
