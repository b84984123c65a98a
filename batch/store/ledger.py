"""The SQLite file ledger.db: opened, migrated to the present schema, written in transactions.

Everything in it can be made again from the inbox, except explanations, acceptances and the dates on which
something was first seen. It is written after the outputs are in place: a night that is killed in between is
simply run again and comes to the same outputs.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

NAME = "ledger.db"
#: seconds to wait for somebody who looks at the file with another program
_PATIENCE = 30.0

#: what each version of the schema adds to the one before; never change one that was released
_MIGRATIONS = (
    """
    CREATE TABLE batches (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, cutoff TEXT NOT NULL, year INTEGER NOT NULL,
        errors INTEGER NOT NULL, warnings INTEGER NOT NULL, hints INTEGER NOT NULL
    );
    CREATE TABLE files (
        name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, claimed TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE bundles (
        key TEXT PRIMARY KEY, digest TEXT NOT NULL, told BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE work (
        bundle TEXT NOT NULL, unit TEXT NOT NULL, packed BLOB NOT NULL, copies BLOB NOT NULL,
        PRIMARY KEY (bundle, unit)
    );
    CREATE TABLE submissions (
        unit TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, code TEXT NOT NULL,
        status TEXT NOT NULL, files TEXT NOT NULL, figures TEXT NOT NULL, PRIMARY KEY (unit, first)
    ) WITHOUT ROWID;
    CREATE TABLE findings (
        key TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, unit TEXT NOT NULL,
        told TEXT NOT NULL, PRIMARY KEY (key, first)
    ) WITHOUT ROWID;
    CREATE INDEX findings_last ON findings (last);
    CREATE TABLE explanations (
        unit TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, text TEXT NOT NULL,
        basis TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
        batch TEXT NOT NULL, PRIMARY KEY (unit, key, fingerprint)
    ) WITHOUT ROWID;
    CREATE TABLE rulings (
        unit TEXT NOT NULL, check_id TEXT NOT NULL, form TEXT NOT NULL, field TEXT NOT NULL,
        decision TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, until TEXT NOT NULL,
        batch TEXT NOT NULL, PRIMARY KEY (unit, check_id, form, field, decision, reason, by, until)
    ) WITHOUT ROWID;
    CREATE TABLE accepted (
        year INTEGER NOT NULL, unit TEXT NOT NULL, batch TEXT NOT NULL, grade TEXT NOT NULL,
        fields BLOB NOT NULL, PRIMARY KEY (year, unit)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE mails (
        message_id TEXT PRIMARY KEY, batch TEXT NOT NULL, kind TEXT NOT NULL,
        recipients TEXT NOT NULL, delivered TEXT NOT NULL DEFAULT '[]', state TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0,
        changed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    );
    """,
    """
    CREATE TABLE published (
        path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE archives (
        path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        checked INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    """,
    # results of units stand in tables of their own since, see batch/store/units.py: they are made again
    """
    DROP TABLE work;
    DROP TABLE bundles;
    ALTER TABLE findings RENAME TO finding_spans;
    ALTER TABLE submissions RENAME TO submission_spans;
    """,
)


class LedgerError(Exception):
    """The file cannot be used: damaged, or written by a newer version of the program. The message is
    Chinese."""


class LedgerBusy(Exception):  # noqa: N818 - no error: somebody else is at it
    """Another program holds the file. The message is Chinese."""


#: what SQLite says of the disk is told like what the system says of any file
_SYSTEM = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def open_ledger(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger below `folder`; create or migrate it when needed.

    Raises LedgerError for a file of a later version or a damaged one, LedgerBusy when another program keeps
    it locked, OSError for a disk that is full or cannot be written, whenever that shows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _told(folder / NAME):
        connection = sqlite3.connect(folder / NAME, timeout=_PATIENCE, isolation_level=None)
        with closing(connection):
            # on a network share SQLite may keep its older journal instead, which is as safe
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            _migrate(connection)
            yield connection


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Context that turns SQLite's errors about its file into messages a clerk can act on."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
        if code in _SYSTEM:
            raise OSError(_SYSTEM[code], "", str(path)) from error
        if code in _BUSY:
            raise LedgerBusy(
                f"账本 {path} 正被别的程序占用，等了{_PATIENCE:.0f}秒还没有放开；"
                "请关掉打开它的程序（数据库工具、备份、杀毒软件），再运行一次"
            ) from error
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.NotSupportedError):
            raise
        raise LedgerError(
            f"账本 {path} 已损坏，请用备份里的 {NAME} 换上；"
            "没有备份的，把它移走再运行，审核照常，只是首次发现的日期、上年审定数和发信记录要从头记"
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Context of one transaction: committed as a whole, rolled back on any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # a full disk makes SQLite give the transaction up by itself
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(_MIGRATIONS):
        raise LedgerError(f"{NAME} 是由更新版本的程序写的（第{version}版），请升级程序后再运行")
    for number, script in enumerate(_MIGRATIONS[version:], version + 1):
        with transaction(connection):
            for statement in script.split(";"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
