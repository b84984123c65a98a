"""The result of one batch's review: what everything that is published and remembered is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from batch.model.kept_details import KeptDetails
from batch.model.review import Finding, Findings, Review
from batch.model.turnout import Turnout
from batch.model.unit_facts import UnitFacts


@dataclass(slots=True)
class Reviewed:
    """The result for all files of the inbox."""

    #: by code and name, read from the store one at a time
    reviews: Sequence[Review] = ()
    #: of the same units
    facts: Sequence[UnitFacts] = ()
    #: of the same units
    details: Sequence[KeptDetails] = ()
    #: of the same units, read from the store when they are gone through
    findings: Findings = field(default_factory=lambda: Findings({}))
    #: (file, reason in Chinese): files that could not be read
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)
    #: by file: digest of its bytes
    digests: dict[str, str] = field(default_factory=dict)
    #: by file: whom it names and the years its forms say, as text
    claims: dict[str, str] = field(default_factory=dict)
    #: findings about units that sent nothing: told, and counted nowhere
    others: list[Finding] = field(default_factory=list)
    #: by file that could not be processed, the unit it is of
    owners: dict[str, str] = field(default_factory=dict)
    #: None without a roster
    turnout: Turnout | None = None
    #: files that were read, because something about them was new
    read: int = 0

    @property
    def all_findings(self) -> Findings:
        """Those about units that sent nothing as well."""
        return Findings({**self.findings.by_unit, **Findings.of(self.others).by_unit})
