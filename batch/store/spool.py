"""Spool: data of the running batch that need not stay in memory, in an unnamed temporary file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock


class Spool:
    """An append-only temporary file with random reads; unnamed, so that a killed process leaves nothing
    behind.

    It is closed once neither it nor anything kept in it is referenced.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` must have room for what is kept. Raises OSError."""
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the spool
        self._end = 0
        #: tasks are packed for other processes by a thread of their own
        self._lock = Lock()

    def keep(self, data: bytes) -> Kept:
        """Append bytes. Raises OSError when the disk is full."""
        with self._lock:
            self._file.seek(self._end)
            self._file.write(data)
            kept = Kept(self, self._end, len(data))
            self._end += len(data)
        return kept

    def read(self, at: int, size: int) -> bytes:
        """The bytes at an offset, as recorded by `Kept`."""
        with self._lock:
            self._file.seek(at)
            return self._file.read(size)

    def __del__(self) -> None:
        self._file.close()


class Kept:
    """A reference to bytes in a spool."""

    __slots__ = ("at", "size", "spool")

    def __init__(self, spool: Spool, at: int, size: int) -> None:
        self.spool, self.at, self.size = spool, at, size

    def __len__(self) -> int:
        return self.size

    def read(self) -> bytes:
        """The bytes."""
        return self.spool.read(self.at, self.size)
