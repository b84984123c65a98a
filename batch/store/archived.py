"""What was put into 存档 in each batch, so that a file that is not as it was can be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from batch.store.published_files import Entry


@dataclass(frozen=True, slots=True)
class Archived:
    """One file of the archive."""

    path: str
    sha256: str
    size: int
    #: rises each time its bytes are looked at: who has the least is next
    checked: int


def remember_archived(connection: sqlite3.Connection, files: Iterable[Entry]) -> None:
    """Keep what was archived, in place of what was kept of the same paths. Inside a transaction."""
    connection.executemany(
        "INSERT INTO archives (path, sha256, size) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
        "sha256 = excluded.sha256, size = excluded.size",
        files,
    )


def archived(connection: sqlite3.Connection) -> list[Archived]:
    """Everything that should lie in 存档, what was looked at longest ago first."""
    rows = connection.execute("SELECT path, sha256, size, checked FROM archives ORDER BY checked, path")
    return [Archived(*row) for row in rows]


def note_checked(connection: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Note that the bytes of these files were looked at. Inside a transaction."""
    connection.executemany(
        "UPDATE archives SET checked = (SELECT MAX(checked) FROM archives) + 1 WHERE path = ?",
        [(path,) for path in paths],
    )


def forget_archived(connection: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Expect these files no more. Inside a transaction."""
    connection.executemany("DELETE FROM archives WHERE path = ?", [(path,) for path in paths])
