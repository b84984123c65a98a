"""Verify the archive (存档) against the ledger each night, and report what is missing or changed.

Sizes of all files are compared each night, bytes of a few in turn: an archive of years is not read every
night. What the last batch archived is made again with its other outputs (see `unchanged`); files of earlier
batches can only come from a backup.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from batch.outbox.publish_plan import sha256_of
from batch.store.archived import Archived, archived, forget_archived, note_checked
from batch.store.ledger import transaction

#: bytes looked at in one night
_A_NIGHT = 16 * 1024 * 1024
_TO_DO = "请从备份里找回；找不回又不再需要的，把 {} 整个移走"


def look_after_archives(ledger: sqlite3.Connection, root: Path) -> list[str]:
    """What differs from what was archived, in Chinese.

    A batch whose whole folder is gone was removed by somebody: that is reported once, and then expected no
    more.
    """
    told: list[str] = []
    there: dict[str, bool] = {}
    gone: list[str] = []
    seen: list[str] = []
    left = _A_NIGHT
    files = archived(ledger)
    for file in files:
        folder = file.path.rpartition("/")[0]
        if not there.setdefault(folder, (root / folder).is_dir()):
            gone.append(file.path)
            continue
        look = file.size <= left or not seen
        reason = _amiss(root / file.path, file, look=look)
        if look:
            left -= file.size
            seen.append(file.path)
        if reason:
            told.append(f"{file.path} {reason}，和发布时不一样。{_TO_DO.format(folder)}")
    # where all are looked at every night there are no turns to keep
    turns = seen if len(seen) < len(files) else []
    if gone or turns:
        with transaction(ledger):
            forget_archived(ledger, gone)
            note_checked(ledger, turns)
    return sorted([*told, *_put_away(there)])


def _amiss(path: Path, file: Archived, *, look: bool) -> str:
    try:
        size = path.stat().st_size
        if size != file.size:
            return "是空的" if size == 0 else "大小变了"
        return "内容变了" if look and sha256_of(path) != file.sha256 else ""
    except FileNotFoundError:
        return "不见了"
    except OSError:
        return "读不出来"


def _put_away(there: dict[str, bool]) -> Iterator[str]:
    for folder, is_there in there.items():
        if not is_there:
            yield f"{folder} 整个不见了；如果不是有人移走的，请从备份里找回"
