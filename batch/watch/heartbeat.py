"""Heartbeat for monitoring: `.jixiao/heartbeat`, rewritten every few seconds and at every change of state."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from batch.outbox.state_file import write_state

BEAT = 5.0


class Heartbeat:
    """Writes the heartbeat for as long as the context lasts; skipped while the folder is away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, Any] = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "time": None,
            "state": "启动",
            "since": _now(),
            "last_batch": None,
        }
        self._ended = threading.Event()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self.says("停止")

    def says(self, state: str, **facts: Any) -> None:
        """Set the watcher's state, in Chinese, and the facts to write with it."""
        with self._guard:
            if state != self._entries["state"]:
                self._entries |= {"state": state, "since": _now()}
            self._entries |= facts
        self._write()

    def _beat(self) -> None:
        self._write()
        while not self._ended.wait(BEAT):
            self._write()

    def _write(self) -> None:
        with self._guard, suppress(OSError):
            write_state(self._path, self._entries | {"time": _now()})


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
