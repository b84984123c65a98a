"""What lies in the outbox since the last batch, so that one that would come to the same need not be run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

#: stands among the paths for what the batch followed from beside the files
_BASIS = ""
#: (path in the outbox, sha256, size)
Entry = tuple[str, str, int]


def remember_published(connection: sqlite3.Connection, basis: str, files: Iterable[Entry]) -> None:
    """Keep what was published and what it followed from, in place of what was kept before."""
    connection.execute("DELETE FROM published")
    connection.executemany("INSERT INTO published VALUES (?, ?, ?)", [(_BASIS, basis, 0), *files])


def published(connection: sqlite3.Connection) -> tuple[str, list[Entry]]:
    """What the last batch followed from, and the files it published; "" and none when nothing is known."""
    rows: list[Entry] = connection.execute(
        "SELECT path, sha256, size FROM published ORDER BY path"
    ).fetchall()
    basis = next((sha for path, sha, _ in rows if path == _BASIS), "")
    return basis, [row for row in rows if row[0] != _BASIS]
