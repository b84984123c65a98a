"""What all engines share: limits of workers, and messages about their failures."""

from __future__ import annotations

import gc
from typing import Final

#: tasks that travel together, so that sending them does not count
BUNDLED: Final = 8
#: bundles of so many tasks under way or waiting for their turn, for each worker: what bounds the memory of
#: the parent
AHEAD: Final = 4
#: seconds without any result after which the workers are looked into; a bundle takes one or two
PATIENCE: Final = 60.0
#: seconds a task may take by itself; tasks bound their own processor time, and readers that may hang end
#: themselves, both after ten
ALONE: Final = 30.0
#: bytes of address space a worker may take: an ordinary one needs a tenth of it
MEMORY: Final = 768 * 1024 * 1024
#: objects made between two looks for cycles among them, where Python's own is 700
_GARBAGE: Final = 50_000
DIED: Final = "处理该文件时程序异常中止，已跳过；请检查文件是否正常，或联系管理员"
HANGS: Final = "处理该文件超过{seconds:g}秒仍未完成，已跳过；请删除文件中多余的内容后重新报送，或联系管理员"


class EngineError(Exception):
    """The workers cannot be used. The message is Chinese: why, and what to do."""


def ready_worker() -> None:
    """Prepare a worker process: bounded memory, infrequent garbage collection."""
    bound_memory()
    collect_seldom()


def collect_seldom() -> None:
    """Make garbage collection infrequent in a process that is ours alone.

    Objects of a unit are freed by reference counting; searching them for cycles took 0.9 of its 17 ms.
    """
    gc.set_threshold(_GARBAGE)


def bound_memory() -> None:
    """Limit this worker's memory where the system can; on Windows only the readers' own limits hold."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
