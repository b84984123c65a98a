"""Tasks for the engines, in a module of their own that workers can import whatever started them."""

from __future__ import annotations

import gc
import os
import struct
import sys
import time
from collections.abc import Iterator
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

HANGS, DIES, STUMBLES = "挂起", "中止", "出错"
#: the worker dies while it sends what came of the task
DIES_SENDING = "送到一半"
#: says so on standard output, and then hangs
ANNOUNCES = "started"
#: followed by a path: the first worker to meet this task dies of it and leaves a mark there
DIES_ONCE = "中止一次"


def work(task: str) -> str:
    """Do what the task says; an ordinary one is good."""
    if task == HANGS:
        time.sleep(600)
    if task == DIES:
        os._exit(3)
    if task == DIES_SENDING:
        _send_half()
        os._exit(3)
    if task == ANNOUNCES:
        os.write(1, f"{task}\n".encode())
        time.sleep(600)
    if task == STUMBLES:
        raise ValueError(task)
    if task.startswith(DIES_ONCE):
        mark = Path(task.removeprefix(DIES_ONCE))
        if not mark.exists():
            mark.touch()
            os._exit(3)
    return f"{task}好"


def garbage(_: str) -> int:
    """How many objects Python makes here between two looks for cycles."""
    return gc.get_threshold()[0]


def _send_half() -> None:
    """Begin to send a result as a worker of a pool does: its length, and nothing behind."""
    frame: Any = sys._getframe()
    while frame.f_code.co_name != "_process_worker":
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 1000))


def failed(task: str, reason: str) -> str:
    """The result of a task that came to nothing."""
    return f"{task}：{reason}"


class Deadly(list[Any]):
    """A list no worker survives going through."""

    def __iter__(self) -> Iterator[Any]:
        if parent_process() is not None:
            os._exit(3)
        return super().__iter__()
