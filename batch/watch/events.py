"""Wait for an event in the inbox, the next poll, or a signal to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from batch.watch.file_systems import on_network

if TYPE_CHECKING:
    from batch.config.settings import Watch

#: seconds between two looks at whether to stop
_SLICE = 0.25
#: where events tell of changes, a look without one is due this many times less often than where they do not
_SELDOM = 6


class Waker:
    """Waits for file system events where they reach the inbox, else for the next poll."""

    def __init__(self, inbox: Path, how: Watch, stopped: threading.Event, log: Callable[[str], None]) -> None:
        self._inbox, self._how, self._stopped, self._log = inbox, how, stopped, log
        self._stream: Iterator[object] | None = None
        self._folder: tuple[int, int] | None = None
        self.by_events, why = _choose(inbox, how)
        if self.by_events:
            log("随时查看：文件一有变化即得到系统通知")
        else:
            log(f"定时查看：每{how.poll_seconds:g}秒一次（{why}）")

    @property
    def idle(self) -> float:
        """Seconds between two polls while nothing happens."""
        return self._how.poll_seconds * (_SELDOM if self.by_events else 1)

    def give_up_events(self, why: str) -> None:
        """Poll from now on."""
        self.by_events, self._stream = False, None
        self._log(f"改为定时查看，每{self._how.poll_seconds:g}秒一次：{why}")

    def wait(self, seconds: float) -> bool:
        """Wait; returns whether an event ended it."""
        until = time.monotonic() + seconds
        if self.by_events and self._listening():
            try:
                for changes in self._stream or ():
                    if changes:
                        return True
                    if self._stopped.is_set() or time.monotonic() >= until:
                        return False
                self._stream = None
            except (OSError, RuntimeError) as error:
                # too many folders for the system's limit, or the folder went away just now
                self._stream = None
                if self._inbox.is_dir():
                    self.give_up_events(f"系统通知不可用（{error}）")
        while not self._stopped.is_set() and (left := until - time.monotonic()) > 0:
            self._stopped.wait(min(left, _SLICE))
        return False

    def _listening(self) -> bool:
        """Watch the folder that exists now: one that was away and came back may be another one."""
        try:
            stat = self._inbox.stat()
        except OSError:
            self._stream = None
            return False
        folder = (stat.st_dev, stat.st_ino)
        if self._stream is None or folder != self._folder:
            from watchfiles import watch

            self._folder = folder
            self._stream = watch(
                self._inbox,
                watch_filter=None,
                debounce=400,
                rust_timeout=int(1000 * _SLICE),
                yield_on_timeout=True,
                stop_event=self._stopped,
                raise_interrupt=False,
                ignore_permission_denied=True,
            )
        return True


def _choose(inbox: Path, how: Watch) -> tuple[bool, str]:
    """Whether to use events, and why not."""
    if how.mode == "polling":
        return False, "按设置"
    try:
        import watchfiles  # noqa: F401 - whether it is there
    except ImportError:
        return False, "没有安装 watchfiles，可用 pip install jixiao[watch] 安装"
    if how.mode == "auto" and on_network(inbox):
        return False, "收件箱在网络共享上，系统通知到不了"
    return True, ""
