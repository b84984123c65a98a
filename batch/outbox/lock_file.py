"""A lock made of an exclusively created file, for shares whose server knows no locks.

Its holder rewrites it every few seconds. It is stale when the holder's process is gone from this host, or
when it was not rewritten for a while by the clock of the file server, since the hosts' clocks differ.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

#: seconds between two signs of life, and without any until a lock counts as left behind
BEAT = 15.0
STALE = 120.0


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a lock."""

    pid: int
    host: str
    #: local time with its offset, to the second
    since: str
    #: what it does with it, in Chinese: 批次, 值守
    purpose: str

    def __str__(self) -> str:
        since = self.since[:19].replace("T", " ")
        return f"{self.purpose}，进程{self.pid}，主机{self.host}，自{since}起"


class Busy(Exception):  # noqa: N818 - no error: somebody else is at work
    """Another process has the lock; says in Chinese who."""

    def __init__(self, holder: Holder | None) -> None:
        self.holder = holder
        super().__init__(str(holder) if holder else "另一个进程，身份未知")


def this_process(purpose: str) -> Holder:
    """This process as the holder of a lock."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return Holder(os.getpid(), socket.gethostname(), now, purpose)


def as_bytes(holder: Holder) -> bytes:
    """A holder as written to the lock's file."""
    return json.dumps(asdict(holder), ensure_ascii=False).encode()


def from_bytes(data: bytes) -> Holder | None:
    """The holder written in a lock's file; None when the bytes are none."""
    try:
        record = json.loads(data)
        return Holder(int(record["pid"]), *(str(record[key]) for key in ("host", "since", "purpose")))
    except (ValueError, TypeError, KeyError):
        return None


def read_holder(path: Path) -> Holder | None:
    """The holder written in a lock's file; None when there is none or it is unreadable."""
    try:
        return from_bytes(path.read_bytes())
    except OSError:
        return None


def alive(pid: int) -> bool:
    """Whether a process of this host still runs."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        limited_information, still_active, denied = 0x1000, 259, 5
        handle = kernel.OpenProcess(limited_information, False, pid)
        if not handle:
            return bool(ctypes.get_last_error() == denied)
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return not known or code.value == still_active
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


class LockFile:
    """An exclusively created file that its holder rewrites as a sign of life."""

    def __init__(self, path: Path, me: Holder, *, beat: float = BEAT, stale: float = STALE) -> None:
        self.path = path
        self._mine = as_bytes(me)
        self._host = me.host
        self._beat, self._stale = beat, stale
        self._released = threading.Event()

    def acquire(self) -> Holder | None:
        """Take the lock. Returns the dead holder it was taken over from, if any; raises Busy, OSError."""
        left_by = None
        for _ in range(2):
            try:
                file = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            except FileExistsError:
                holder = read_holder(self.path)
                if not self._left_behind(holder):
                    raise Busy(holder) from None
                self._put_away(holder)
                left_by = holder
                continue
            with os.fdopen(file, "wb") as out:
                out.write(self._mine)
            threading.Thread(target=self._live, daemon=True).start()
            return left_by
        raise Busy(read_holder(self.path))

    def release(self) -> None:
        """Release the lock, unless another process has taken it over meanwhile."""
        self._released.set()
        with contextlib.suppress(OSError):
            if self.path.read_bytes() == self._mine:
                self.path.unlink()

    def _live(self) -> None:
        while not self._released.wait(self._beat):
            with contextlib.suppress(OSError), self.path.open("r+b") as file:
                if file.read() != self._mine:
                    return
                file.seek(0)
                file.write(self._mine)

    def _left_behind(self, holder: Holder | None) -> bool:
        if holder and holder.host == self._host and not alive(holder.pid):
            return True
        probe = self.path.with_name(f"{self.path.name}.{self._host}.{os.getpid()}")
        try:
            probe.write_bytes(b"?")
            return probe.stat().st_mtime - self.path.stat().st_mtime > self._stale
        except OSError:
            return False
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()

    def _put_away(self, holder: Holder | None) -> None:
        """Remove a stale lock; one that somebody else has just acquired is restored."""
        aside = self.path.with_name(f"{self.path.name}.old.{self._host}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.rename(aside)
            taken = read_holder(aside)
            if taken != holder:
                aside.rename(self.path)
                raise Busy(taken)
            aside.unlink()
