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
from typing import Any, Final, NamedTuple, TypeVar

from batch.model.cause import Cause
from batch.model.record import record
from batch.model.review import Finding, FindingKind, Review
from batch.model.scores import Scorecard
from batch.model.status import Verdict
from batch.model.unit_facts import DetailRow, KeptCell, MonitoringFacts, ProjectFacts, TieFacts, UnitFacts
from batch.store.ledger import transaction
from batch.store.stored_rows import WHOSE, StoredRows
from batch.store.tables import ListTable, RecordTable, Row, make_tables

Item = TypeVar("Item")


#: `copied_for` of a unit whose copies are still to be made
OWED: Final = "-"


@record(frozen=True, slots=True)
class BundleEntry:
    """Files that are processed together, and what came of those that are no unit's."""

    #: their names, a line each
    key: str
    #: of all inputs of their results; "" when the same files may give something else the next time
    digest: str
    #: (file, reason)
    unprocessed: tuple[tuple[str, str], ...] = ()
    #: (file, whom it names)
    claims: tuple[tuple[str, str], ...] = ()


@record(frozen=True, slots=True)
class UnitEntry:
    """One unit of a bundle."""

    id: int
    bundle: str
    unit: str
    code: str
    files: tuple[str, ...]
    #: by check, how it ended on the unit's own files, and how after the comparison of units
    own_verdicts: dict[str, Verdict]
    verdicts: dict[str, Verdict]
    #: what the comparison found, as a digest: for the rows of the unit, and for its copies; "" for nothing,
    #: `OWED` where there are no copies yet
    compared_for: str = ""
    copied_for: str = ""
    #: where it stands in the batch; None for the parts of a unit whose files are processed together
    place: int | None = None


@record(frozen=True, slots=True)
class Copy:
    """A file in the outbox that was made for a unit."""

    path: str
    sha256: str
    size: int


class Worked(NamedTuple):
    """What a worker made of one unit: plain values, as they travel and as they are inserted."""

    unit: str
    code: str
    files: tuple[str, ...]
    verdicts: dict[str, Verdict]
    #: by table
    rows: dict[str, list[Row]]
    #: whether its copies are still to be made
    owes_copies: bool = False


_ONE = ("unit_id", "compared")
_MANY = (*_ONE, "n")
_BUNDLES = RecordTable("bundle", BundleEntry, ("key",))
_UNITS = RecordTable("unit", UnitEntry, ("id",), found_by="bundle")
_COPIES = RecordTable("copy", Copy, ("unit_id", "n"))
_REVIEWS = RecordTable("review", Review, _ONE, ("findings", "verdicts", "figures", "causes", "scorecard"))
_FACTS = RecordTable("facts", UnitFacts, _ONE, ("projects", "monitoring", "details", "asked", "ties"))
_SCORECARDS = RecordTable("scorecard", Scorecard, _ONE)
_FINDINGS = RecordTable("finding", Finding, _MANY)
#: of findings, what is counted
_KINDS = RecordTable("finding", FindingKind, _MANY)
_CAUSES = RecordTable("cause", Cause, _MANY)
_PROJECTS = RecordTable("project", ProjectFacts, _MANY)
_MONITORING = RecordTable("monitoring", MonitoringFacts, _MANY)
_DETAILS = ListTable("value", DetailRow, _ONE)
_CELLS = ListTable("kept_cell", KeptCell, _ONE)
_TIES = ListTable("tie", TieFacts, _ONE)
#: those whose rows belong to a unit
_OF_UNIT: tuple[RecordTable[Any], ...] = (
    _REVIEWS, _FACTS, _SCORECARDS, _FINDINGS, _CAUSES, _PROJECTS, _MONITORING, _DETAILS, _CELLS, _TIES,
)  # fmt: skip
#: all of them
TABLES: tuple[RecordTable[Any], ...] = (_BUNDLES, _UNITS, _COPIES, *_OF_UNIT)


def rows_of(review: Review, facts: UnitFacts) -> Worked:
    """A unit's review and facts as rows."""
    rows: dict[RecordTable[Any], Sequence[Any]] = {
        _REVIEWS: [review],
        _FACTS: [facts],
        _SCORECARDS: [review.scorecard] if review.scorecard else [],
        _FINDINGS: review.findings,
        _CAUSES: review.causes,
        _PROJECTS: facts.projects,
        _MONITORING: facts.monitoring,
        _DETAILS: facts.details,
        _CELLS: facts.asked,
        _TIES: facts.ties,
    }
    identity = review.unit, review.code, review.files
    ended = dict(sorted(review.verdicts.items()))
    return Worked(*identity, ended, {table.name: table.rows(items) for table, items in rows.items()})


@dataclass(frozen=True, slots=True)
class StoredFindings(StoredRows[Finding]):
    """A unit's findings, read when they are gone through."""

    @property
    def kinds(self) -> StoredRows[FindingKind]:
        """The same as far as they are counted."""
        return StoredRows(self.connection, _KINDS, self.unit, self.compared)


class UnitStore:
    """The rows of all units; units are known by their ids."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        with transaction(connection):
            make_tables(connection, TABLES)

    def bundle(self, key: str, digest: str) -> BundleEntry | None:
        """A bundle, if its rows were made from exactly the inputs `digest` stands for."""
        found = _BUNDLES.read(self.connection, "key = ? AND digest = ? AND digest <> ''", (key, digest))
        return found[0] if found else None

    def keys(self, *, settled: bool = False) -> set[str]:
        """The keys of all bundles; `settled`: of those that need not be processed again."""
        query = "SELECT key FROM bundle WHERE digest <> '' OR NOT ?"
        return {key for (key,) in self.connection.execute(query, (settled,))}

    def entries(self, key: str) -> list[UnitEntry]:
        """The units of a bundle."""
        return _UNITS.read(self.connection, "bundle = ?", (key,))

    def entry(self, unit: int) -> UnitEntry:
        """One unit."""
        return _UNITS.read(self.connection, "id = ?", (unit,))[0]

    def copies(self, unit: int) -> list[Copy]:
        """The files in the outbox that were made for a unit."""
        return _COPIES.read(self.connection, "unit_id = ?", (unit,))

    def keep(self, bundle: BundleEntry, units: Iterable[tuple[Worked, Sequence[Copy]]]) -> list[UnitEntry]:
        """Write what came of a bundle, in place of what came of it before."""
        with transaction(self.connection):
            self._forget(bundle.key)
            _BUNDLES.insert(self.connection, _BUNDLES.rows([bundle]))
            return [self._insert(bundle.key, worked, copies) for worked, copies in units]

    def forget(self, bundles: Iterable[str]) -> None:
        """Delete the rows of these bundles."""
        with transaction(self.connection):
            for key in sorted(bundles):
                self._forget(key)

    def renewed(self, unit: int, found: str, worked: Worked | None, copies: Sequence[Copy]) -> None:
        """Write a unit's rows after the comparison, None when that found nothing, and its copies, none where
        they stay. `found`: the digest of what was found."""
        with transaction(self.connection):
            if self._compared(unit):
                for table in _OF_UNIT:
                    table.delete(self.connection, "unit_id = ? AND compared = 1", (unit,))
            self._insert_rows(unit, 1, worked.rows if worked else {})
            self.connection.execute("UPDATE unit SET compared_for = ? WHERE id = ?", (found, unit))
            if copies:
                _COPIES.delete(self.connection, "unit_id = ?", (unit,))
                _COPIES.insert(self.connection, _COPIES.rows(copies), unit)
                self.connection.execute("UPDATE unit SET copied_for = ? WHERE id = ?", (found, unit))

    def place(self, units: Sequence[int], ended: Callable[[UnitEntry], dict[str, Verdict]]) -> None:
        """Record which units the batch has, in their order, and by check how it `ended` on them."""
        with transaction(self.connection):
            for unit in set(self.placed()).difference(units):
                self.connection.execute("UPDATE unit SET place = NULL WHERE id = ?", (unit,))
            for place, unit in enumerate(units):
                entry = self.entry(unit)
                now = replace(entry, verdicts=ended(entry), place=place)
                if now != entry:
                    _UNITS.insert(self.connection, _UNITS.rows([now]))

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
            self._one(_REVIEWS, unit, compared),
            findings=StoredFindings(self.connection, _FINDINGS, unit, compared),
            verdicts=_UNITS.value(self.connection, ended, "id = ?", (unit,)),
            causes=StoredRows(self.connection, _CAUSES, unit, compared),
        )

    def renewable(self, unit: int) -> tuple[Review, UnitFacts]:
        """A unit as its own files give it: the review whole but for the verdicts, the facts without their
        long lists."""
        cards = self._many(_SCORECARDS, unit, 0)
        review = replace(
            self._one(_REVIEWS, unit, 0),
            findings=self._many(_FINDINGS, unit, 0),
            causes=tuple(self._many(_CAUSES, unit, 0)),
            figures=[figure for card in cards for figure in card.figures],
            scorecard=cards[0] if cards else None,
        )
        return review, replace(
            self._one(_FACTS, unit, 0),
            projects=tuple(self._many(_PROJECTS, unit, 0)),
            monitoring=tuple(self._many(_MONITORING, unit, 0)),
        )

    def facts(self, unit: int, *, own: bool = False) -> UnitFacts:
        """A unit's facts; its lists are read when they are gone through."""
        compared = 0 if own else self._compared(unit)
        return replace(
            self._one(_FACTS, unit, compared),
            projects=StoredRows(self.connection, _PROJECTS, unit, compared),
            monitoring=StoredRows(self.connection, _MONITORING, unit, compared),
            details=StoredRows(self.connection, _DETAILS, unit, 0),
            asked=StoredRows(self.connection, _CELLS, unit, 0),
            ties=StoredRows(self.connection, _TIES, unit, 0),
        )

    def findings(self, unit: int) -> Sequence[Finding]:
        """A unit's findings, read when they are gone through."""
        return StoredFindings(self.connection, _FINDINGS, unit, self._compared(unit))

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
        _UNITS.insert(self.connection, _UNITS.rows([entry]))
        _COPIES.insert(self.connection, _COPIES.rows(copies), entry.id)
        self._insert_rows(entry.id, 0, worked.rows)
        return entry

    def _insert_rows(self, unit: int, compared: int, rows: Mapping[str, Sequence[Row]]) -> None:
        for table in _OF_UNIT:
            table.insert(self.connection, rows.get(table.name, ()), unit, compared)

    def _forget(self, key: str) -> None:
        for entry in self.entries(key):
            for table in (*_OF_UNIT, _COPIES):
                table.delete(self.connection, "unit_id = ?", (entry.id,))
        _UNITS.delete(self.connection, "bundle = ?", (key,))
        _BUNDLES.delete(self.connection, "key = ?", (key,))
