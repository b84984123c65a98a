"""History of batches: when each ran, what it found, and how each unit stood.

Findings are stored as spans, from the first batch that saw one to the last. Running the same batch again
replaces its own record, so its outputs are compared with the batch before it and come out the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from sys import intern

from batch.model.status import UNREADABLE, Severity

_json = json.JSONEncoder(ensure_ascii=False).encode
#: a finding's key, its unit, and what is told of it as JSON
FindingRow = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One batch: its name, until when submissions were taken, and its open findings."""

    id: str
    cutoff: str
    year: int
    errors: int = 0
    warnings: int = 0
    hints: int = 0


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One open finding; `summary` is what a later batch shows of it once it is gone."""

    key: str
    unit: str
    summary: dict[str, str]

    @property
    def row(self) -> FindingRow:
        """The finding as a row of the ledger's table."""
        return self.key, self.unit, _json(self.summary)


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """What one unit sent, its status, and its main figures as text, by name."""

    unit: str
    code: str
    status: str
    #: (file, sha256)
    files: tuple[tuple[str, str], ...]
    figures: dict[str, str]


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """One unit's status and main figures (as text, by name)."""

    status: str
    figures: dict[str, str]


@dataclass(slots=True)
class Before:
    """The state before a batch.

    A county has tens of thousands of findings: only their keys are loaded; their texts are looked up for
    those that are gone.
    """

    #: None before the first batch of a year
    batch: BatchRecord | None = None
    #: by a finding's key: the id of the batch that saw it first
    first_seen: dict[str, str] = field(default_factory=dict)
    #: keys of the findings that did not count: explained, waived, on trial, or of a unit that sent nothing
    answered: set[str] = field(default_factory=set)
    #: by unit
    submissions: dict[str, UnitStanding] = field(default_factory=dict)
    #: findings by their keys; while the ledger is open
    look_up: Callable[[Iterable[str]], Iterable[FindingRecord]] = lambda _: ()


def before(connection: sqlite3.Connection, batch: str, year: int) -> Before:
    """The state before `batch` in the round of `year`: that after the last batch other than itself."""
    number = _number_of(connection, batch) - 1
    row = connection.execute(
        "SELECT id, cutoff, year, errors, warnings, hints FROM batches WHERE number = ?", (number,)
    ).fetchone()
    if row is None or row[2] != year:
        return Before()
    found = Before(BatchRecord(*row))
    found.look_up = partial(_look_up, connection, number)
    starts = dict(connection.execute("SELECT number, id FROM batches").fetchall())
    for key, first, told in connection.execute(
        "SELECT key, first, told FROM finding_spans WHERE first <= ?1 AND last >= ?1", (number,)
    ):
        found.first_seen[key] = starts[first]
        said = json.loads(told)
        if "answer" in said or "status" in said:
            found.answered.add(key)
    for unit, status, figures in connection.execute(
        "SELECT unit, status, figures FROM submission_spans WHERE first <= ?1 AND last >= ?1", (number,)
    ):
        by_name = {intern(name): text for name, text in json.loads(figures).items()}
        found.submissions[unit] = UnitStanding(intern(status), by_name)
    return found


def _look_up(connection: sqlite3.Connection, number: int, keys: Iterable[str]) -> Iterator[FindingRecord]:
    query = "SELECT unit, told FROM finding_spans WHERE key = ?1 AND first <= ?2 AND last >= ?2"
    for key in keys:
        unit, told = connection.execute(query, (key, number)).fetchone()
        yield FindingRecord(key, unit, json.loads(told))


@dataclass(frozen=True, slots=True)
class Earlier:
    """One submission of a unit, as an earlier batch saw it."""

    status: str
    #: digests of its files
    files: frozenset[str]
    #: day of the batch that saw it first: "2021-03-10"
    day: str
    #: number of the last batch that saw it
    last: int = 0


def earlier(connection: sqlite3.Connection, year: int) -> dict[str, list[Earlier]]:
    """By unit: every submission of the round of `year` that could be read, oldest first."""
    rows = connection.execute(
        "SELECT unit, status, files, cutoff, last FROM submission_spans JOIN batches ON number = first "
        "WHERE year = ? AND status != ? ORDER BY first, unit",
        (year, UNREADABLE),
    )
    found: dict[str, list[Earlier]] = {}
    for unit, status, files, cutoff, last in rows:
        digests = frozenset(sha for _, sha in json.loads(files))
        found.setdefault(unit, []).append(Earlier(status, digests, cutoff[:10], last))
    return found


def open_keys(connection: sqlite3.Connection, unit: str, number: int) -> tuple[str, ...]:
    """The keys of a unit's findings in a batch that wanted a correction or an explanation.

    Those explained count too: what became of a finding is written over by later batches, and the same
    submission must be told the same after them.
    """
    # a key begins with the unit, and "}" is the character behind "|": the table is sorted by keys
    rows = connection.execute(
        "SELECT key, told FROM finding_spans "
        "WHERE key > ?1 || '|' AND key < ?1 || '}' AND first <= ?2 AND last >= ?2",
        (unit, number),
    )
    told = ((key, json.loads(text)) for key, text in rows)
    return tuple(
        key for key, said in told if "status" not in said and said["severity"] != Severity.HINT.value
    )


def record(
    connection: sqlite3.Connection,
    batch: BatchRecord,
    findings: Iterable[FindingRow],
    submissions: Iterable[SubmissionRecord],
) -> None:
    """Record a batch, replacing the last one when that is the same batch. Inside a transaction."""
    number = _number_of(connection, batch.id)
    _forget(connection, number)
    connection.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, batch.id, batch.cutoff, batch.year, batch.errors, batch.warnings, batch.hints),
    )
    _extend(connection, "finding_spans", ("key", "unit", "told"), findings, number)
    sent = ((s.unit, s.code, s.status, _json(s.files), _json(s.figures)) for s in submissions)
    _extend(
        connection,
        "submission_spans",
        ("unit", "code", "status", "files", "figures"),
        sent,
        number,
        same=True,
    )


def last_batch(connection: sqlite3.Connection) -> BatchRecord | None:
    """The newest batch."""
    row = connection.execute(
        "SELECT id, cutoff, year, errors, warnings, hints FROM batches ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return BatchRecord(*row) if row else None


def _number_of(connection: sqlite3.Connection, batch: str) -> int:
    """The number to record a batch under: the last one's when it is the same batch, else the next."""
    row = connection.execute("SELECT number, id FROM batches ORDER BY number DESC LIMIT 1").fetchone()
    if row is None:
        return 1
    number: int = row[0]
    return number if row[1] == batch else number + 1


def _forget(connection: sqlite3.Connection, number: int) -> None:
    """Delete the last batch, as if it had not been run."""
    for table in ("finding_spans", "submission_spans"):
        connection.execute(f"DELETE FROM {table} WHERE first = ?", (number,))  # noqa: S608 - a name of ours
        connection.execute(
            f"UPDATE {table} SET last = ? WHERE last = ?",  # noqa: S608 - a name of ours
            (number - 1, number),
        )
    connection.execute("DELETE FROM batches WHERE number = ?", (number,))


def _extend(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    number: int,
    *,
    same: bool = False,
) -> None:
    """Lengthen the spans that reached the previous batch, and begin new ones for the other rows.

    The first of `columns` is the key; of several rows with one key the first counts. `same`: a span is only
    lengthened when nothing changed. All rows go into a temporary table first: querying row by row takes twice
    as long.
    """
    key, names, marks = columns[0], ", ".join(columns), ", ".join("?" * len(columns))
    alike = names if same else key
    connection.execute(f"CREATE TEMP TABLE now ({names}, PRIMARY KEY ({key})) WITHOUT ROWID")
    connection.executemany(f"INSERT OR IGNORE INTO now VALUES ({marks})", rows)  # noqa: S608 - names of ours
    connection.execute(
        f"UPDATE {table} SET last = ? WHERE last = ? AND ({alike}) IN (SELECT {alike} FROM now)",  # noqa: S608
        (number, number - 1),
    )
    connection.execute(
        f"INSERT INTO {table} ({names}, first, last) SELECT {names}, ?1, ?1 FROM now "  # noqa: S608
        f"WHERE {key} NOT IN (SELECT {key} FROM {table} WHERE last = ?1)",
        (number,),
    )
    connection.execute("DROP TABLE now")
