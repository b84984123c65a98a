"""Results cache: what came of a bundle of files, keyed by a digest of everything it was computed from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """A file in the outbox that was made for a unit."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """One unit's cached result: serialized, with its files in the outbox and the findings these were made
    for."""

    unit: str
    packed: bytes
    copies: tuple[KeptCopy, ...]
    #: digest of all the copies depend on
    made_for: str


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """The cached result of a bundle of files."""

    digest: str
    units: tuple[KeptUnit, ...]
    #: (file, reason)
    unprocessed: tuple[tuple[str, str], ...] = ()
    #: (file, whom it names)
    claims: tuple[tuple[str, str], ...] = ()


_Pairs = tuple[tuple[str, str], ...]
_TOLD = msgspec.msgpack.Decoder(tuple[_Pairs, _Pairs])
_COPIES = msgspec.msgpack.Decoder(tuple[str, tuple[KeptCopy, ...]])


def claims(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """By file: the digest of its bytes and the unit it named when it was read last."""
    return {
        name: (sha, claimed)
        for name, sha, claimed in connection.execute("SELECT name, sha256, claimed FROM files")
    }


def remember_claims(connection: sqlite3.Connection, files: Iterable[tuple[str, str, str]]) -> None:
    """Keep for each file (name, digest, the unit it names)."""
    connection.execute("DELETE FROM files")
    connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", files)


def kept(connection: sqlite3.Connection, key: str, digest: str) -> KeptBundle | None:
    """The cached result of a bundle; None unless it was computed from exactly the inputs `digest` stands
    for."""
    row = connection.execute("SELECT digest, told FROM bundles WHERE key = ?", (key,)).fetchone()
    if row is None or row[0] != digest:
        return None
    units = []
    for unit, packed, copies in connection.execute(
        "SELECT unit, packed, copies FROM work WHERE bundle = ? ORDER BY unit", (key,)
    ):
        made_for, files = _COPIES.decode(copies)
        units.append(KeptUnit(unit, packed, files, made_for))
    return KeptBundle(digest, tuple(units), *_TOLD.decode(row[1]))


def keep(connection: sqlite3.Connection, key: str, bundle: KeptBundle) -> None:
    """Store the result of a bundle, replacing an earlier one."""
    forget(connection, [key])
    told = msgspec.msgpack.encode((bundle.unprocessed, bundle.claims))
    connection.execute("INSERT INTO bundles VALUES (?, ?, ?)", (key, bundle.digest, told))
    connection.executemany(
        "INSERT INTO work VALUES (?, ?, ?, ?)",
        [
            (key, unit.unit, unit.packed, msgspec.msgpack.encode((unit.made_for, unit.copies)))
            for unit in bundle.units
        ],
    )


def remade(connection: sqlite3.Connection, key: str, unit: KeptUnit) -> None:
    """Record that a unit's copies were made again; no effect when its bundle is not cached."""
    connection.execute(
        "UPDATE work SET copies = ? WHERE bundle = ? AND unit = ?",
        (msgspec.msgpack.encode((unit.made_for, unit.copies)), key, unit.unit),
    )


def keys(connection: sqlite3.Connection) -> set[str]:
    """The keys of all cached bundles."""
    return {key for (key,) in connection.execute("SELECT key FROM bundles")}


def forget(connection: sqlite3.Connection, bundles: Sequence[str]) -> None:
    """Delete the cached results of bundles that no longer exist."""
    for key in bundles:
        connection.execute("DELETE FROM work WHERE bundle = ?", (key,))
        connection.execute("DELETE FROM bundles WHERE key = ?", (key,))
