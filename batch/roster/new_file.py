"""Create a file without overwriting: one that people may have worked on is never replaced."""

from __future__ import annotations

from enum import Enum
from pathlib import Path


class Put(Enum):
    """The result for a file that was to be written."""

    NEW = "new"
    #: it was there already, with these very bytes
    SAME = "same"
    #: it was there with other content and was left alone
    KEPT = "kept"


def put_new(path: Path, data: bytes) -> Put:
    """Write `data` to `path` atomically, unless something exists there. Raises OSError."""
    if path.exists():
        return Put.SAME if path.is_file() and path.read_bytes() == data else Put.KEPT
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_bytes(data)
    beside.replace(path)
    return Put.NEW
