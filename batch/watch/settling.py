"""Which changed files are ready for a batch: those that have settled, not those still being written.

The caller passes the time, in seconds of a monotonic clock.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from batch.errors import in_chinese
from batch.inbox.snapshot import PASSED, RULES, WAITS, Signs

#: the sign of a file that is there no more
GONE = ""
CHANGING = "仍在变化"


@dataclass(slots=True)
class Outlook:
    """The result of one look at the inbox."""

    #: changed since the last batch: file → its sign now, "" for one that is gone
    changed: Signs = field(default_factory=dict)
    #: of these, the ones that have not settled, each with the reason in Chinese
    waiting: dict[str, str] = field(default_factory=dict)
    #: whether it is time for a batch; what is still waiting then waits for the next
    due: bool = False


@dataclass(slots=True)
class _Change:
    sign: str
    #: when the file was found to differ from what the last batch saw, and when it took its present sign
    found: float
    since: float
    whole: bool = False


class Settling:
    """Remembers for each file since when it has not changed."""

    def __init__(self, inbox: Path, quiet: float, patience: float) -> None:
        self._inbox, self._quiet, self._patience = inbox, quiet, patience
        self._changes: dict[str, _Change] = {}
        self._real_paths: Mapping[str, Path] = {}

    def look(
        self, now: Signs, covered: Signs, time: float, real_paths: Mapping[str, Path] = MappingProxyType({})
    ) -> Outlook:
        """Compare the inbox with what the last batch saw.

        `real_paths`: paths of files whose name on disk differs from their printable name.
        """
        self._real_paths = real_paths
        outlook = Outlook(changed=_changed(now, covered))
        for name in self._changes.keys() - outlook.changed.keys():
            del self._changes[name]
        for name, sign in outlook.changed.items():
            change = self._changes.setdefault(name, _Change(sign, time, time))
            if change.sign != sign:
                change.sign, change.since, change.whole = sign, time, False
            if time - change.since < self._quiet:
                outlook.waiting[name] = CHANGING
            elif not self._late(name, time) and (reason := self._held(name, change, now)):
                outlook.waiting[name] = reason
        ripe = outlook.changed.keys() - outlook.waiting.keys()
        worth_waiting = any(not self._late(name, time) for name in outlook.waiting)
        waited_enough = any(self._late(name, time) for name in ripe)
        outlook.due = bool(ripe) and (waited_enough or not worth_waiting)
        return outlook

    def _late(self, name: str, time: float) -> bool:
        return time - self._changes[name].found >= self._patience

    def _held(self, name: str, change: _Change, now: Signs) -> str:
        """Why a file that no longer changes is not ready all the same; "" when it is."""
        if change.whole or change.sign in (GONE, PASSED) or name == RULES:
            return ""
        if any(now.get(lock) == WAITS for lock in _locks(name)):
            return "正被人打开"
        reason = _broken(self._real_paths.get(name, self._inbox / name))
        change.whole = not reason
        return reason


def _changed(now: Signs, covered: Signs) -> Signs:
    """The files whose sign differs; beginning or ending to wait is no change."""
    different = {name: sign for name, sign in now.items() if covered.get(name) != sign and sign != WAITS}
    return different | {name: GONE for name in covered if name not in now}


def _locks(name: str) -> list[str]:
    """The lock files that Excel, WPS and LibreOffice put beside an open file."""
    path = PurePosixPath(name)
    beside = (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#")
    return [path.with_name(lock).as_posix() for lock in beside]


def _broken(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(2)
            # the directory of a zip package stands at its end: without it, some is still to come
            if start == b"PK" and not zipfile.is_zipfile(file):
                return "还不完整"
    except OSError as error:
        return f"暂时读不了（{in_chinese(error)}）"
    return "" if start else "还是空文件"
