"""Work that need not be done again: by bundle of files, as long as nothing it followed from has changed."""

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
    """One unit's work: packed, with what lies in the outbox for it, and for which findings that was made."""

    unit: str
    packed: bytes
    copies: tuple[KeptCopy, ...]
    #: digest of all the copies depend on
    made_for: str


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """What came of a bundle of files."""

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
    """The work on a bundle, when it was done from just what `digest` stands for."""
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
    """Keep the work on a bundle in place of what was kept before."""
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
    """Note that a unit's copies were made again; nothing when its bundle is not kept."""
    connection.execute(
        "UPDATE work SET copies = ? WHERE bundle = ? AND unit = ?",
        (msgspec.msgpack.encode((unit.made_for, unit.copies)), key, unit.unit),
    )


def keys(connection: sqlite3.Connection) -> set[str]:
    """All bundles that are kept."""
    return {key for (key,) in connection.execute("SELECT key FROM bundles")}


def forget(connection: sqlite3.Connection, bundles: Sequence[str]) -> None:
    """Drop the work on bundles that are gone."""
    for key in bundles:
        connection.execute("DELETE FROM work WHERE bundle = ?", (key,))
        connection.execute("DELETE FROM bundles WHERE key = ?", (key,))
