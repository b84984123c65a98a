"""Small JSON state files below `.jixiao` that other programs may read at any time; replaced atomically."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

_TRIES = 4


def write_state(path: Path, record: Any, *, durable: bool = False) -> None:
    """Replace the record at `path` atomically; `durable`: also synced to disk.

    The folder must exist. Raises OSError.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    # a path of the system may hold what is no text
    with part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        json.dump(record, file, ensure_ascii=False, indent=1)
        file.write("\n")
        if durable:
            file.flush()
            os.fsync(file.fileno())
    for attempt in range(_TRIES):
        try:
            part.replace(path)
            return
        except PermissionError:
            # on Windows a reader that has it open just now is in the way
            time.sleep(0.05 * 2**attempt)
    part.replace(path)


def read_state(path: Path) -> Any:
    """The record at `path`; None when there is none or it is damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
