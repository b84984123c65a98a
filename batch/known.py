"""Whose the files are, and what the bureau knows about each unit: roster and ledger asked together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from batch.forms.labels import squeeze
from batch.inbox.scan import Candidate
from batch.ledger.cache import claims
from batch.ledger.memory import accepted_of, explanations_of, knows_anybody
from batch.model.reference import Reference
from batch.work import Identity


@dataclass(slots=True)
class Known:
    """What a batch can look up. Asked by the parent only; what it answers travels with the files."""

    connection: sqlite3.Connection
    year: int
    has_roster: bool = False
    _claims: dict[str, tuple[str, str]] = field(default_factory=dict)
    _anybody: bool = False
    _references: dict[str, Reference | None] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: sqlite3.Connection, year: int) -> Known:
        """Open the books for the round of `year`."""
        return cls(connection, year, False, claims(connection), knows_anybody(connection, year))

    @property
    def anybody(self) -> bool:
        """Whether there is anything to be known about any unit."""
        return self.has_roster or self._anybody

    def guess(self, files: Iterable[tuple[Candidate, str]]) -> tuple[Identity, ...] | None:
        """Whose (file, digest of its bytes) are likely to be; None when there is nothing to know.

        A file seen before names the unit it named then, whatever it is called now by its neighbours.
        """
        if not self.anybody:
            return None
        return tuple(self.identity(candidate, self._claimed(candidate, sha)) for candidate, sha in files)

    def _claimed(self, candidate: Candidate, sha: str) -> str:
        before, claimed = self._claims.get(candidate.name, ("", ""))
        if before == sha or not candidate.folder:
            return claimed
        return claimed or candidate.folder

    def identity(self, candidate: Candidate, claimed: str) -> Identity:
        """Whose a file is that names `claimed`, or nobody when that is ""."""
        name = claimed or candidate.folder or candidate.name.rpartition("/")[2].rpartition(".")[0]
        return Identity(candidate.name, claimed, self._reference(name))

    def _reference(self, name: str) -> Reference | None:
        key = squeeze(name)
        if key not in self._references:
            explanations = explanations_of(self.connection, key)
            last_year = accepted_of(self.connection, key, self.year - 1)
            found = Reference(name, explanations=explanations, last_year=last_year)
            self._references[key] = found if explanations or last_year else None
        reference = self._references[key]
        return replace(reference, name=name) if reference else None
