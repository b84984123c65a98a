"""Table `archived` of the ledger: path and digest of every file put into 存档, so that later damage is
detected."""

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
    """Record archived files, replacing earlier records of the same paths. Inside a transaction."""
    connection.executemany(
        "INSERT INTO archives (path, sha256, size) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
        "sha256 = excluded.sha256, size = excluded.size",
        files,
    )


def archived(connection: sqlite3.Connection) -> list[Archived]:
    """All files that should be in 存档, least recently verified first."""
    rows = connection.execute("SELECT path, sha256, size, checked FROM archives ORDER BY checked, path")
    return [Archived(*row) for row in rows]


def note_checked(connection: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Record that the bytes of these files were verified. Inside a transaction."""
    connection.executemany(
        "UPDATE archives SET checked = (SELECT MAX(checked) FROM archives) + 1 WHERE path = ?",
        [(path,) for path in paths],
    )


def forget_archived(connection: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Delete the records of these files: they are expected no more. Inside a transaction."""
    connection.executemany("DELETE FROM archives WHERE path = ?", [(path,) for path in paths])
