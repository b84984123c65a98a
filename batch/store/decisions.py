"""What people wrote and decided: explanations, rulings, accepted figures. The only part of the ledger that
cannot be made again."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple

import msgspec

from batch.model.reference import Accepted, Explanation, LastYear, Ruling

_FIELDS = msgspec.msgpack.Decoder(tuple[Accepted, ...])


def explanations_of(connection: sqlite3.Connection, unit: str) -> tuple[Explanation, ...]:
    """All explanations the unit ever gave, in a fixed order."""
    rows = connection.execute(
        "SELECT key, fingerprint, text, basis, file, sheet, cell FROM explanations WHERE unit = ? "
        "ORDER BY key, fingerprint",
        (unit,),
    )
    return tuple(Explanation(*row) for row in rows)


def remember_explanations(
    connection: sqlite3.Connection, unit: str, explanations: Iterable[Explanation], batch: str
) -> None:
    """Store what a unit wrote; an explanation in force replaces older ones of the same values."""
    connection.executemany(
        "INSERT INTO explanations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "text = excluded.text, basis = excluded.basis, file = excluded.file, sheet = excluded.sheet, "
        "cell = excluded.cell, batch = excluded.batch "
        "WHERE text <> excluded.text OR basis <> excluded.basis",
        [(unit, *astuple(explanation), batch) for explanation in explanations],
    )


def remember_rulings(
    connection: sqlite3.Connection, unit: str, rulings: Iterable[Ruling], batch: str
) -> None:
    """Record the bureau's rulings, with the batch in which each was first in force."""
    connection.executemany(
        "INSERT OR IGNORE INTO rulings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                unit,
                r.check,
                r.form,
                r.field or r.cell or " ".join(r.codes),
                r.decision,
                r.reason,
                r.by,
                r.until,
                batch,
            )
            for r in rulings
        ],
    )


def packed_fields(fields: Sequence[Accepted]) -> bytes:
    """Figures serialized for the ledger."""
    return zlib.compress(msgspec.msgpack.encode(fields), 1)


def accept(
    connection: sqlite3.Connection, unit: str, batch: str, year: int, grade: str, fields: bytes
) -> None:
    """Store a unit's accepted figures of a year; a later acceptance of that year replaces them."""
    connection.execute(
        "INSERT OR REPLACE INTO accepted VALUES (?, ?, ?, ?, ?)", (year, unit, batch, grade, fields)
    )


def accepted_of(connection: sqlite3.Connection, unit: str, year: int) -> LastYear | None:
    """The accepted figures of a unit in a year."""
    row = connection.execute(
        "SELECT grade, fields FROM accepted WHERE year = ? AND unit = ?", (year, unit)
    ).fetchone()
    return LastYear(year, _FIELDS.decode(zlib.decompress(row[1])), row[0]) if row else None


def knows_anybody(connection: sqlite3.Connection, year: int) -> bool:
    """Whether anything is stored about any unit of the round of `year`."""
    (known,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM explanations) OR EXISTS (SELECT 1 FROM accepted WHERE year = ?)",
        (year - 1,),
    ).fetchone()
    return bool(known)
