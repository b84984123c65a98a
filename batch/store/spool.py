"""What a batch has in hand but does not need in memory: a nameless file that is gone when the batch is."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock


class Spool:
    """A file that is written at its end and read anywhere; nobody else sees it, a kill leaves nothing.

    It is closed when nobody holds it, nor anything in it, any more.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` must have room for what is kept. Raises OSError."""
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the spool
        self._end = 0
        #: tasks are packed for other processes by a thread of their own
        self._lock = Lock()

    def keep(self, data: bytes) -> Kept:
        """Put bytes away. Raises OSError when there is no room."""
        with self._lock:
            self._file.seek(self._end)
            self._file.write(data)
            kept = Kept(self, self._end, len(data))
            self._end += len(data)
        return kept

    def read(self, at: int, size: int) -> bytes:
        """The bytes of one `Kept`."""
        with self._lock:
            self._file.seek(at)
            return self._file.read(size)

    def __del__(self) -> None:
        self._file.close()


class Kept:
    """Bytes that lie in a spool."""

    __slots__ = ("at", "size", "spool")

    def __init__(self, spool: Spool, at: int, size: int) -> None:
        self.spool, self.at, self.size = spool, at, size

    def __len__(self) -> int:
        return self.size

    def read(self) -> bytes:
        """The bytes."""
        return self.spool.read(self.at, self.size)
