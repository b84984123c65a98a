"""The units of the inbox as rows of the ledger: what came of their files, table by table.

The files of a bundle are read again only when something changed that their results follow from (`digest`);
until then its rows stay. A unit of which the comparison of units found something has some of its rows twice:
as its own files give it (`compared` 0) and as it stands after the comparison (1).

All of it can be made again from the inbox. Rows are written as the work goes on, before anything is
published: nothing but a batch reads them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from batch.model.kept_details import KeptDetails
from batch.model.review import Finding, FindingKind, Review
from batch.model.status import Verdict
from batch.model.unit_facts import UnitFacts
from batch.store.ledger import transaction
from batch.store.stored_rows import WHOSE, StoredRows
from batch.store.tables import RecordTable, Row, make_tables
from batch.store.unit_tables import (
    BUNDLES,
    CAUSES,
    CELLS,
    COPIES,
    DETAILS,
    FACTS,
    FINDINGS,
    GONE,
    KINDS,
    MONITORING,
    OF_UNIT,
    OWED,
    PROJECTS,
    REVIEWS,
    SCORECARDS,
    SUMMED,
    TABLES,
    TIES,
    UNITS,
    BundleEntry,
    Copy,
    UnitEntry,
    Worked,
)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class StoredFindings(StoredRows[Finding]):
    """A unit's findings, read when they are gone through."""

    @property
    def kinds(self) -> StoredRows[FindingKind]:
        """The same as far as they are counted."""
        return StoredRows(self.connection, KINDS, self.unit, self.compared)


class UnitStore:
    """The rows of all units; units are known by their ids."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        with transaction(connection):
            make_tables(connection, TABLES, GONE)

    def bundle(self, key: str, digest: str) -> BundleEntry | None:
        """A bundle, if its rows were made from exactly the inputs `digest` stands for."""
        found = BUNDLES.read(self.connection, "key = ? AND digest = ? AND digest <> ''", (key, digest))
        return found[0] if found else None

    def keys(self, *, settled: bool = False) -> set[str]:
        """The keys of all bundles; `settled`: of those nothing is left to do for."""
        query = """SELECT key FROM bundle WHERE NOT ? OR (digest <> '' AND key NOT IN
            (SELECT bundle FROM unit WHERE place IS NOT NULL AND copied_for = ?))"""
        return {key for (key,) in self.connection.execute(query, (settled, OWED))}

    def entries(self, key: str) -> list[UnitEntry]:
        """The units of a bundle."""
        return UNITS.read(self.connection, "bundle = ?", (key,))

    def made_for(self) -> dict[int, tuple[str, str]]:
        """By unit: `compared_for` and `copied_for`."""
        rows = self.connection.execute("SELECT id, compared_for, copied_for FROM unit")
        return {unit: (compared, copied) for unit, compared, copied in rows}

    def entry(self, unit: int) -> UnitEntry:
        """One unit."""
        return UNITS.read(self.connection, "id = ?", (unit,))[0]

    def copies(self, unit: int) -> list[Copy]:
        """The files in the outbox that were made for a unit."""
        return COPIES.read(self.connection, "unit_id = ?", (unit,))

    def keep(self, bundle: BundleEntry, units: Iterable[tuple[Worked, Sequence[Copy]]]) -> list[UnitEntry]:
        """Write what came of a bundle, in place of what came of it before."""
        with transaction(self.connection):
            self._forget(bundle.key)
            BUNDLES.insert(self.connection, BUNDLES.rows([bundle]))
            return [self._insert(bundle.key, worked, copies) for worked, copies in units]

    def forget(self, bundles: Iterable[str]) -> None:
        """Delete the rows of these bundles."""
        with transaction(self.connection):
            for key in sorted(bundles):
                self._forget(key)

    def renewed(
        self, unit: int, found: str, worked: Worked | None, copies: Sequence[Copy], owing: bool = False
    ) -> None:
        """Write a unit's rows after the comparison, None when that found nothing, and its copies, none where
        they stay. `found`: the digest of what was found; `owing`: whether some are still to be made."""
        with transaction(self.connection):
            if self._compared(unit):
                for table in OF_UNIT:
                    table.delete(self.connection, "unit_id = ? AND compared = 1", (unit,))
            self._insert_rows(unit, 1, worked.rows if worked else {})
            self.connection.execute("UPDATE unit SET compared_for = ? WHERE id = ?", (found, unit))
            if copies:
                COPIES.delete(self.connection, "unit_id = ?", (unit,))
                COPIES.insert(self.connection, COPIES.rows(copies), unit)
                copied_for = OWED if owing else found
                self.connection.execute("UPDATE unit SET copied_for = ? WHERE id = ?", (copied_for, unit))

    def place(self, units: Sequence[int], ended: Callable[[UnitEntry], dict[str, Verdict]]) -> None:
        """Record which units the batch has, in their order, and by check how it `ended` on them."""
        with transaction(self.connection):
            for unit in set(self.placed()).difference(units):
                self.connection.execute("UPDATE unit SET place = NULL WHERE id = ?", (unit,))
            for place, unit in enumerate(units):
                entry = self.entry(unit)
                now = replace(entry, verdicts=ended(entry), place=place)
                if now != entry:
                    UNITS.insert(self.connection, UNITS.rows([now]))

    def placed(self) -> list[int]:
        """The units of the batch, in their order."""
        query = "SELECT id FROM unit WHERE place IS NOT NULL ORDER BY place"
        return [unit for (unit,) in self.connection.execute(query)]

    def review(self, unit: int, *, own: bool = False) -> Review:
        """A unit's review; findings and causes are read when they are gone through, what was recomputed is
        left out.

        `own`: as its own files give it.
        """
        compared = 0 if own else self._compared(unit)
        ended = "own_verdicts" if own else "verdicts"
        return replace(
            self._one(REVIEWS, unit, compared),
            findings=StoredFindings(self.connection, FINDINGS, unit, compared),
            verdicts=UNITS.value(self.connection, ended, "id = ?", (unit,)),
            causes=StoredRows(self.connection, CAUSES, unit, compared),
        )

    def renewable(self, unit: int) -> tuple[Review, UnitFacts]:
        """A unit as its own files give it: the review whole but for the verdicts, the facts without their
        long lists."""
        cards = self._many(SCORECARDS, unit, 0)
        review = replace(
            self._one(REVIEWS, unit, 0),
            findings=self._many(FINDINGS, unit, 0),
            causes=tuple(self._many(CAUSES, unit, 0)),
            figures=[figure for card in cards for figure in card.figures],
            scorecard=cards[0] if cards else None,
        )
        return review, replace(
            self._one(FACTS, unit, 0),
            projects=tuple(self._many(PROJECTS, unit, 0)),
            monitoring=tuple(self._many(MONITORING, unit, 0)),
        )

    def facts(self, unit: int, *, own: bool = False) -> UnitFacts:
        """A unit's facts; its lists are read when they are gone through."""
        compared = 0 if own else self._compared(unit)
        return replace(
            self._one(FACTS, unit, compared),
            projects=StoredRows(self.connection, PROJECTS, unit, compared),
            monitoring=StoredRows(self.connection, MONITORING, unit, compared),
            summed=StoredRows(self.connection, SUMMED, unit, 0),
            asked=StoredRows(self.connection, CELLS, unit, 0),
            ties=StoredRows(self.connection, TIES, unit, 0),
        )

    def details(self, unit: int) -> KeptDetails:
        """A unit's filled values, prepared."""
        return self._one(DETAILS, unit, 0)

    def findings(self, unit: int) -> Sequence[Finding]:
        """A unit's findings, read when they are gone through."""
        return StoredFindings(self.connection, FINDINGS, unit, self._compared(unit))

    def _compared(self, unit: int) -> int:
        query = "SELECT compared_for <> '' FROM unit WHERE id = ?"
        compared: int = self.connection.execute(query, (unit,)).fetchone()[0]
        return compared

    def _one(self, table: RecordTable[Item], unit: int, compared: int) -> Item:
        return self._many(table, unit, compared)[0]

    def _many(self, table: RecordTable[Item], unit: int, compared: int) -> list[Item]:
        return table.read(self.connection, WHOSE, (unit, compared))

    def _insert(self, bundle: str, worked: Worked, copies: Sequence[Copy]) -> UnitEntry:
        (last,) = self.connection.execute("SELECT MAX(id) FROM unit").fetchone()
        identity = worked.unit, worked.code, worked.files
        entry = UnitEntry((last or 0) + 1, bundle, *identity, worked.verdicts, worked.verdicts)
        entry = replace(entry, copied_for=OWED if worked.owes_copies else "")
        UNITS.insert(self.connection, UNITS.rows([entry]))
        COPIES.insert(self.connection, COPIES.rows(copies), entry.id)
        self._insert_rows(entry.id, 0, worked.rows)
        return entry

    def _insert_rows(self, unit: int, compared: int, rows: Mapping[str, Sequence[Row]]) -> None:
        for table in OF_UNIT:
            table.insert(self.connection, rows.get(table.name, ()), unit, compared)

    def _forget(self, key: str) -> None:
        for entry in self.entries(key):
            for table in (*OF_UNIT, COPIES):
                table.delete(self.connection, "unit_id = ?", (entry.id,))
        UNITS.delete(self.connection, "bundle = ?", (key,))
        BUNDLES.delete(self.connection, "key = ?", (key,))
