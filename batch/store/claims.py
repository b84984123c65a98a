"""Table `files` of the ledger: for each file of the last batch the digest of its bytes and whom it names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def claims(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """By file: the digest of its bytes and the unit it named when it was read last."""
    return {
        name: (sha, claimed)
        for name, sha, claimed in connection.execute("SELECT name, sha256, claimed FROM files")
    }


def remember_claims(connection: sqlite3.Connection, files: Iterable[tuple[str, str, str]]) -> None:
    """Keep for each file (name, digest, the unit it names). Inside a transaction."""
    connection.execute("DELETE FROM files")
    connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", files)
