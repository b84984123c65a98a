"""Durable writes (fsync): first the files, then the folders that name them, in batches.

Folders cannot be synced on Windows, where names are safe once their files are.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

#: so many at a time: a disk does several in hardly more time than one
_TOGETHER = 8
#: file systems that cannot be asked to wait
_UNABLE = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF}


def sync_files(paths: Iterable[Path]) -> None:
    """Sync the bytes of all files to disk. Raises OSError for one that failed."""
    _together(_sync_file, paths)


def sync_folders(folders: Iterable[Path]) -> None:
    """Sync the entries of all folders to disk. Raises OSError."""
    if sys.platform != "win32":
        _together(_sync_folder, folders)


def sync_folders_below(top: Path) -> None:
    """Sync a folder and all folders below it. Raises OSError."""
    sync_folders(Path(folder) for folder, _, _ in os.walk(top))


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file atomically and durably. Raises OSError."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
    _sync_file(part)
    part.replace(path)
    sync_folders([path.parent])


def remove_durably(path: Path) -> None:
    """Remove a file durably. Raises OSError."""
    path.unlink(missing_ok=True)
    sync_folders([path.parent])


def _together(sync: Callable[[Path], None], paths: Iterable[Path]) -> None:
    with ThreadPoolExecutor(_TOGETHER) as threads:
        # the first that did not get there is raised here
        for _ in threads.map(sync, paths):
            pass


def _sync_file(path: Path) -> None:
    with _opened(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY) as file:
        _sync(file)


def _sync_folder(path: Path) -> None:
    with _opened(path, os.O_RDONLY) as file:
        _sync(file)


def _sync(file: int) -> None:
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise


@contextlib.contextmanager
def _opened(path: Path, how: int) -> Iterator[int]:
    file = os.open(path, how)
    try:
        yield file
    finally:
        os.close(file)
