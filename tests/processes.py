"""Other processes in tests: waiting for what they do, and finding those they leave behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest


def until(true: Callable[[], object], what: str = "", tell: Callable[[], str] = str) -> None:
    """Wait until something is so; a busy machine may take its time. `tell` says what there is instead."""
    for _ in range(1800):
        if true():
            return
        time.sleep(0.05)
    pytest.fail(f"waited in vain: {what}\n{tell()}")


def children(pid: int) -> list[int]:
    """All processes below one, by /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(text.rpartition(")")[2].split()[1])
    below, found = [pid], []
    while below:
        above = below.pop()
        found += (direct := [child for child, parent in parents.items() if parent == above])
        below += direct
    return found


def running(pid: int) -> bool:
    """Whether a process still does something; one that only waits to be buried does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
