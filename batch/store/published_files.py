"""What the last batch published and from which inputs, so that a batch with equal inputs need not be run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

#: stands among the paths for what the batch followed from beside the files
_BASIS = ""
#: (path in the outbox, sha256, size)
Entry = tuple[str, str, int]


def remember_published(connection: sqlite3.Connection, basis: str, files: Iterable[Entry]) -> None:
    """Record the published files and the digest of the inputs (`basis`), replacing the last record."""
    connection.execute("DELETE FROM published")
    connection.executemany("INSERT INTO published VALUES (?, ?, ?)", [(_BASIS, basis, 0), *files])


def published(connection: sqlite3.Connection) -> tuple[str, list[Entry]]:
    """The inputs' digest and the files of the last batch; "" and none when nothing is recorded."""
    rows: list[Entry] = connection.execute(
        "SELECT path, sha256, size FROM published ORDER BY path"
    ).fetchall()
    basis = next((sha for path, sha, _ in rows if path == _BASIS), "")
    return basis, [row for row in rows if row[0] != _BASIS]
