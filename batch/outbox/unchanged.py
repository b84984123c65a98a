"""Detect a batch with the same inputs as the last one: an idle night then costs only hashing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from batch.outbox.publish import Outbox
from batch.outbox.publish_plan import sha256_of
from batch.store.archived import remember_archived
from batch.store.claims import claims
from batch.store.history import last_batch
from batch.store.published_files import published, remember_published
from batch.store.units import UnitStore


def stands_still(
    ledger: sqlite3.Connection,
    outbox: Outbox,
    batch: str,
    digests: Mapping[str, str],
    basis: str,
) -> bool:
    """Whether `batch` is the last one, with equal bytes and rules, and all it published is still there.

    `digests`: of the inbox's files. False while files have to be tried again, because they were still
    changing or an error of ours occurred.
    """
    last = last_batch(ledger)
    if last is None or last.id != batch or not all(digests.values()):
        return False
    if {name: sha for name, (sha, _) in claims(ledger).items()} != dict(digests):
        return False
    settled = {name for key in UnitStore(ledger).keys(settled=True) for name in key.split("\n")}
    if not settled.issuperset(digests):
        return False
    followed, files = published(ledger)
    return followed == basis and bool(files) and outbox.has(files)


def remember_outbox(ledger: sqlite3.Connection, outbox: Outbox, basis: str) -> None:
    """Record what was just published. Inside a transaction."""
    entries = []
    for name in sorted(outbox.current):
        path = outbox.root / name
        entries.append((name, sha256_of(path), path.stat().st_size))
    remember_published(ledger, basis, entries)
    remember_archived(ledger, [entry for entry in entries if entry[0].startswith("存档/")])
