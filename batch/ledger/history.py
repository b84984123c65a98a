"""From night to night: which batches there were, what each found, and what each unit had sent.

What a batch found is kept as spans, from the first batch that saw it to the last. The same batch run again
is recorded in its place: its outputs are compared with the batch before it, so they come out the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field


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
    """One open finding; `told` is what a later batch says of it when it is gone."""

    key: str
    unit: str
    told: dict[str, str]


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """What one unit had sent, how it stood, and its main figures as text, by name."""

    unit: str
    code: str
    status: str
    #: (file, sha256)
    files: tuple[tuple[str, str], ...]
    figures: dict[str, str]


@dataclass(slots=True)
class Before:
    """What stood before a batch."""

    #: None before the first batch of a year
    batch: BatchRecord | None = None
    #: by a finding's key: the id and the cutoff of the batch that saw it first
    first_seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: by a finding's key
    findings: dict[str, FindingRecord] = field(default_factory=dict)
    #: by unit
    submissions: dict[str, SubmissionRecord] = field(default_factory=dict)


def before(connection: sqlite3.Connection, batch: str, year: int) -> Before:
    """What stood before `batch` of the round of `year`: the state after the last batch that is not itself."""
    number = _number_of(connection, batch) - 1
    row = connection.execute(
        "SELECT id, cutoff, year, errors, warnings, hints FROM batches WHERE number = ?", (number,)
    ).fetchone()
    if row is None or row[2] != year:
        return Before()
    found = Before(BatchRecord(*row))
    starts = {n: (i, cutoff) for n, i, cutoff in connection.execute("SELECT number, id, cutoff FROM batches")}
    for key, first, unit, told in connection.execute(
        "SELECT key, first, unit, told FROM findings WHERE first <= ?1 AND last >= ?1", (number,)
    ):
        found.first_seen[key] = starts[first]
        found.findings[key] = FindingRecord(key, unit, json.loads(told))
    for unit, code, status, files, figures in connection.execute(
        "SELECT unit, code, status, files, figures FROM submissions WHERE first <= ?1 AND last >= ?1",
        (number,),
    ):
        sent = tuple((name, sha) for name, sha in json.loads(files))
        found.submissions[unit] = SubmissionRecord(unit, code, status, sent, json.loads(figures))
    return found


@dataclass(frozen=True, slots=True)
class Earlier:
    """One submission of a unit as a batch saw it."""

    status: str
    #: digests of its files
    files: frozenset[str]
    #: day of the batch that saw it first: "2021-03-10"
    day: str


def earlier(connection: sqlite3.Connection, year: int) -> dict[str, list[Earlier]]:
    """By unit: every submission of the round of `year`, oldest first."""
    rows = connection.execute(
        "SELECT unit, status, files, cutoff FROM submissions JOIN batches ON number = first "
        "WHERE year = ? ORDER BY first, unit",
        (year,),
    )
    found: dict[str, list[Earlier]] = {}
    for unit, status, files, cutoff in rows:
        digests = frozenset(sha for _, sha in json.loads(files))
        found.setdefault(unit, []).append(Earlier(status, digests, cutoff[:10]))
    return found


def record(
    connection: sqlite3.Connection,
    batch: BatchRecord,
    findings: Iterable[FindingRecord],
    submissions: Iterable[SubmissionRecord],
) -> None:
    """Record a batch, in the place of the last one when that is the same. Inside a transaction."""
    number = _number_of(connection, batch.id)
    _forget(connection, number)
    connection.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, batch.id, batch.cutoff, batch.year, batch.errors, batch.warnings, batch.hints),
    )
    for finding in findings:
        told = json.dumps(finding.told, ensure_ascii=False)
        _extend(connection, "findings", "key", finding.key, number, {"unit": finding.unit, "told": told})
    for sent in submissions:
        values = {
            "code": sent.code,
            "status": sent.status,
            "files": json.dumps(sent.files, ensure_ascii=False),
            "figures": json.dumps(sent.figures, ensure_ascii=False),
        }
        _extend(connection, "submissions", "unit", sent.unit, number, values, same=True)


def last_batch(connection: sqlite3.Connection) -> BatchRecord | None:
    """The newest batch."""
    row = connection.execute(
        "SELECT id, cutoff, year, errors, warnings, hints FROM batches ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return BatchRecord(*row) if row else None


def _number_of(connection: sqlite3.Connection, batch: str) -> int:
    """The number a batch is recorded under: the last one's when it is the same, else the next."""
    row = connection.execute("SELECT number, id FROM batches ORDER BY number DESC LIMIT 1").fetchone()
    if row is None:
        return 1
    number: int = row[0]
    return number if row[1] == batch else number + 1


def _forget(connection: sqlite3.Connection, number: int) -> None:
    """Take the last batch out again, as if it had not been run."""
    for table in ("findings", "submissions"):
        connection.execute(f"DELETE FROM {table} WHERE first = ?", (number,))  # noqa: S608 - a name of ours
        connection.execute(
            f"UPDATE {table} SET last = ? WHERE last = ?",  # noqa: S608 - a name of ours
            (number - 1, number),
        )
    connection.execute("DELETE FROM batches WHERE number = ?", (number,))


def _extend(
    connection: sqlite3.Connection,
    table: str,
    column: str,
    key: str,
    number: int,
    values: dict[str, str],
    *,
    same: bool = False,
) -> None:
    """Lengthen the span that reached the batch before, or begin one; `same`: only when nothing changed."""
    condition = "".join(f" AND {name} = ?" for name in values) if same else ""
    lengthened = connection.execute(
        f"UPDATE {table} SET last = ? WHERE {column} = ? AND last = ?{condition}",  # noqa: S608
        (number, key, number - 1, *(values.values() if same else ())),
    )
    if not lengthened.rowcount:
        names = ", ".join((column, "first", "last", *values))
        marks = ", ".join("?" * (3 + len(values)))
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
            (key, number, number, *values.values()),
        )
