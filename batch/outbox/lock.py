"""The lock of the outbox, held by one process at a time and released by the system when that dies.

The lock is on one byte far behind the file's text, so that the text, which says who holds it, can be read
meanwhile. Windows and Unix lock the same byte, and file servers pass such locks on between them. On shares
without locks an exclusive file with signs of life takes their place (see `lock_file`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from batch.outbox.lock_file import Busy, Holder, LockFile, as_bytes, from_bytes, read_holder, this_process

#: all that others need of locks, whichever kind a share can do
__all__ = ["Busy", "Holder", "hold"]

#: what systems answer when somebody else has the byte
_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}
_BYTE = 1 << 30
_LONGEST = 4096
_LOOK = 0.2

#: the locks of this process. Unix would give it the same one twice, and would take a lock away from it as
#: soon as it closes the file in another place: nothing here opens a file whose lock it holds
_held: dict[Path, Holder] = {}
_guard = threading.Lock()


@contextmanager
def hold(
    path: Path, purpose: str, *, wait: float = 0.0, waiting: Callable[[Busy], None] | None = None
) -> Iterator[Holder | None]:
    """Hold the lock at `path` for as long as the context lasts, waiting up to `wait` seconds for it.

    `purpose` (Chinese) is shown to others who want it; `waiting` is called once with the present holder.
    Yields the dead holder the lock was taken over from, if any. Raises Busy, which says who has it, and
    OSError when the folder cannot be used.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.resolve()
    me = this_process(purpose)
    until = time.monotonic() + wait
    while True:
        try:
            release, left_by = _take(path, me)
            break
        except Busy as busy:
            if time.monotonic() >= until:
                raise
            if waiting is not None:
                waiting(busy)
                waiting = None
            time.sleep(_LOOK)
    try:
        yield left_by
    finally:
        release()


def _take(path: Path, me: Holder) -> tuple[Callable[[], None], Holder | None]:
    with _guard:
        if path in _held:
            raise Busy(_held[path])
        release, left_by = _from_system(path, me)
        _held[path] = me

    def give_back() -> None:
        release()
        with _guard:
            del _held[path]

    return give_back, left_by


def _from_system(path: Path, me: Holder) -> tuple[Callable[[], None], Holder | None]:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(file)
    except OSError as error:
        os.close(file)
        if error.errno in _TAKEN:
            raise Busy(read_holder(path)) from None
        by_file = LockFile(path.with_name(f"{path.name}.file"), me)
        return by_file.release, by_file.acquire()
    try:
        os.lseek(file, 0, os.SEEK_SET)
        # who gives a lock back empties the file: what still stands there was written by one that died
        left_by = from_bytes(os.read(file, _LONGEST))
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, as_bytes(me))
    except OSError:
        os.close(file)
        raise

    def release() -> None:
        with contextlib.suppress(OSError):
            os.ftruncate(file, 0)
            _unlock(file)
        with contextlib.suppress(OSError):
            os.close(file)

    return release, left_by


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, _BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, _BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _BYTE)

    def _unlock(file: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, _BYTE)
