"""The tables of the units of the inbox: the records they hold, and a unit's review and facts as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from batch.model.cause import Cause
from batch.model.kept_details import KeptDetails
from batch.model.record import record
from batch.model.review import Finding, FindingKind, Review
from batch.model.scores import Scorecard
from batch.model.status import Verdict
from batch.model.unit_facts import (
    KeptCell,
    MonitoringFacts,
    ProjectFacts,
    SummedValue,
    TieFacts,
    UnitFacts,
)
from batch.store.tables import ListTable, RecordTable, Row

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
BUNDLES = RecordTable("bundle", BundleEntry, ("key",))
UNITS = RecordTable("unit", UnitEntry, ("id",), found_by="bundle")
COPIES = RecordTable("copy", Copy, ("unit_id", "n"))
REVIEWS = RecordTable("review", Review, _ONE, ("findings", "verdicts", "figures", "causes", "scorecard"))
FACTS = RecordTable(
    "facts", UnitFacts, _ONE, ("projects", "monitoring", "details", "summed", "asked", "ties")
)
SCORECARDS = RecordTable("scorecard", Scorecard, _ONE)
FINDINGS = RecordTable("finding", Finding, _MANY)
#: of findings, what is counted
KINDS = RecordTable("finding", FindingKind, _MANY)
CAUSES = RecordTable("cause", Cause, _MANY)
PROJECTS = RecordTable("project", ProjectFacts, _MANY)
MONITORING = RecordTable("monitoring", MonitoringFacts, _MANY)
DETAILS = RecordTable("details", KeptDetails, _ONE)
SUMMED = ListTable("summed", SummedValue, _ONE)
CELLS = ListTable("kept_cell", KeptCell, _ONE)
TIES = ListTable("tie", TieFacts, _ONE)
#: those whose rows belong to a unit
OF_UNIT: tuple[RecordTable[Any], ...] = (
    REVIEWS, FACTS, SCORECARDS, FINDINGS, CAUSES, PROJECTS, MONITORING, DETAILS, SUMMED,
    CELLS, TIES,
)  # fmt: skip
#: all of them
TABLES: tuple[RecordTable[Any], ...] = (BUNDLES, UNITS, COPIES, *OF_UNIT)
#: what earlier programs had among them
GONE: Final = ("value",)


def rows_of(review: Review, facts: UnitFacts, details: KeptDetails | None = None) -> Worked:
    """A unit's review and facts as rows; without `details` those that stand beside the ones it has."""
    rows: dict[RecordTable[Any], Sequence[Any]] = {
        REVIEWS: [review],
        FACTS: [facts],
        SCORECARDS: [review.scorecard] if review.scorecard else [],
        FINDINGS: review.findings,
        CAUSES: review.causes,
        PROJECTS: facts.projects,
        MONITORING: facts.monitoring,
        DETAILS: [details] if details else [],
        SUMMED: facts.summed,
        CELLS: facts.asked,
        TIES: facts.ties,
    }
    identity = review.unit, review.code, review.files
    ended = dict(sorted(review.verdicts.items()))
    return Worked(*identity, ended, {table.name: table.rows(items) for table, items in rows.items()})
