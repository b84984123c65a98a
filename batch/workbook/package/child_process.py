"""Run third-party parsers in a disposable child process, which may hang, exhaust memory or crash.

The child is a fresh interpreter rather than a fork or a `multiprocessing` process: the workers of a Dask
cluster are daemonic, and daemonic processes may have no children of that kind.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

from batch.errors import in_chinese
from batch.model.book import Unreadable
from batch.model.limits import damaged, too_big

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

#: the child finds modules where this process finds them, and nowhere else (-P: not beside the files it reads)
_CHILD: Final = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from batch.workbook.package.child_process import serve; serve()"
)


def run_bounded(function: Callable[..., Result], *args: object, seconds: float, memory: int) -> Result:
    """What `function` returns for `args`, computed in a child process of its own.

    `function` is defined at module level; arguments and result can be pickled. The child is killed after
    `seconds`, start-up of about 0.1 s included, and may take `memory` bytes of address space where the system
    can enforce it (not on Windows). Raises Unreadable: the one `function` raised, else F001 for a child that
    ran out of time or memory, crashed, raised an error, or could not be started.
    """
    request = pickle.dumps(sys.path) + pickle.dumps((memory, function, args))
    try:
        done = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-P", "-X", "utf8", "-c", _CHILD],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            # sets in the same order every time: openpyxl writes some of them out
            env={**os.environ, "PYTHONHASHSEED": "0"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise too_big(f"{seconds:g}秒内没有读完") from None
    except OSError as error:
        reason = f"系统未能启动读取程序（{in_chinese(error)}），文件未处理，请管理员检查后重新运行。"
        raise Unreadable("F001", reason) from None
    answer = done.stdout
    if done.returncode or not answer:
        raise damaged("读取时程序异常中止")
    outcome, value = pickle.loads(answer)  # noqa: S301 - written by `serve`, not by the file
    if outcome == "refused":
        raise value
    return value  # type: ignore[no-any-return]


def serve() -> None:
    """The child's main function: reads a request from standard input, writes the answer to standard
    output."""
    memory, function, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by `run_bounded`
    # what a parser prints must not get into the answer
    answer, sys.stdout = sys.stdout.buffer, sys.stderr
    _limit(memory)
    outcome: tuple[str, Any]
    try:
        outcome = ("done", function(*args))
    except Unreadable as error:
        outcome = ("refused", error)
    except MemoryError:
        outcome = ("refused", too_big("读取所需的内存超过限制"))
    except Exception:  # noqa: BLE001 - a parser that is not ours raises whatever it runs into
        outcome = ("refused", damaged("内容有误"))
    answer.write(pickle.dumps(outcome))
    answer.flush()


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        # systems that know no such limit, or forbid to lower it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
