"""Which unit a file belongs to, and what the bureau knows about that unit, from the roster and the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from batch.clerk_book.reading import ClerkBook, read_clerk_book
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import PackForms
from batch.inbox.scan import Candidate
from batch.model.clerk_notes import ClerkNotes
from batch.model.reference import GivenRuling, LastYear, Reference, Ruling
from batch.model.status import RETURNED
from batch.roster.last_year_files import last_years
from batch.roster.problems import RosterProblem
from batch.roster.reading import read_roster
from batch.roster.roster import Roster, name_key
from batch.store.claims import claims
from batch.store.decisions import accepted_of, explanations_of, knows_anybody
from batch.store.history import Earlier, earlier, open_keys
from batch.unit.bundle import Claim, Identity
from batch.unit.rules import Rules, context_of, load_rules

if TYPE_CHECKING:
    from batch.config.settings import Settings

Note = TypeVar("Note")


def roster_of(settings: Settings) -> Roster | None:
    """The roster the settings name, for commands that run no batch; None when they name none.

    Raises RosterError, RulebookError.
    """
    if settings.roster is None:
        return None
    forms = load_rules(context_of(settings)).forms
    return read_roster(settings.roster, forms, settings.limits, settings.passwords)


def clerk_book_of(settings: Settings, forms: PackForms, roster: Roster | None) -> ClerkBook | None:
    """The clerk's own book; None where the settings name none. `roster`: the units it may be about."""
    if settings.clerk_book is None:
        return None
    return read_clerk_book(settings.clerk_book, forms, roster, settings.limits, settings.passwords)


@dataclass(slots=True)
class Directory:
    """Lookup of units for one batch. Used in the parent only; the answers travel with the files."""

    connection: sqlite3.Connection
    year: int
    #: None when there is none, or one without a single unit
    roster: Roster | None = None
    #: what is wrong in the roster, by its cells
    problems: tuple[RosterProblem, ...] = ()
    #: last day of the batch: rulings that ended before it no longer hold
    day: str = ""
    #: what the bureau decided, whether it still holds or not: the roster's, then the clerk's own
    rulings: tuple[GivenRuling, ...] = ()
    #: the clerk's own book; None where the settings name none
    clerk_book: ClerkBook | None = None
    _last_years: Mapping[str, LastYear] = field(default_factory=dict)
    #: by file: digest of its bytes, and whom it named
    _claims: dict[str, tuple[str, Claim]] = field(default_factory=dict)
    #: by unit: what it sent this year
    _earlier: Mapping[str, Sequence[Earlier]] = field(default_factory=dict)
    _anybody: bool = False
    _references: dict[str, Reference | None] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: sqlite3.Connection, settings: Settings, rules: Rules, day: str = "") -> Directory:
        """Load roster and ledger for the round of the pack's year. Raises RosterError."""
        known = cls(connection, rules.book.year, day=day)
        known._claims = {name: (sha, Claim.parsed(text)) for name, (sha, text) in claims(connection).items()}
        known._earlier = earlier(connection, known.year)
        path: Path | None = settings.roster
        if path is not None:
            roster = read_roster(path, rules.forms, settings.limits, settings.passwords)
            known._last_years, more = last_years(
                roster, path, rules.forms, settings.limits, settings.passwords
            )
            known.problems = (*roster.problems, *more)
            known.roster = roster if roster.units else None
            known.rulings = roster.rulings
        known.clerk_book = clerk_book_of(settings, rules.forms, known.roster)
        if known.clerk_book is not None:
            known.problems += known.clerk_book.problems
            known.rulings += known.clerk_book.rulings
        known._anybody = known.has_roster or bool(known.rulings) or knows_anybody(connection, known.year)
        return known

    @property
    def has_roster(self) -> bool:
        """Whether there is a roster, so that an unknown unit is a mistake."""
        return self.roster is not None

    @property
    def digest(self) -> str:
        """A short digest of the contents of roster and clerk's book; "" where neither says anything."""
        roster = self.roster.digest if self.roster else ""
        return roster + (self.clerk_book.digest if self.clerk_book else "")

    def owner(self, file: str, claim: Claim) -> str:
        """The unit a file is of that could not be processed; "" when nobody can tell.

        What it says of itself comes first, then its name, then the folders around it, the nearest first.
        """
        *folders, name = file.split("/")
        if self.roster is None:
            return claim.name or next(iter(folders), "")
        tried = (
            self.roster.find(claim.code, claim.name),
            self.roster.find(file=name),
            *(self.roster.find(folder=folder) for folder in reversed(folders)),
        )
        return next((found.unit.name for found in tried if found), "")

    def guess(self, files: Sequence[tuple[Candidate, str]]) -> tuple[Identity, ...] | None:
        """The likely unit of some files (name, digest of bytes), before they are read; None when nothing is
        known.

        A file seen before belongs to the unit it named then.
        """
        if not self._anybody:
            return None
        sent = {candidate.name: sha for candidate, sha in files}
        return tuple(
            self.identity(candidate, self._claimed(candidate, sha), sent) for candidate, sha in files
        )

    def _claimed(self, candidate: Candidate, sha: str) -> Claim:
        before, claim = self._claims.get(candidate.name, ("", Claim()))
        if before == sha or claim.name:
            return claim
        if self.roster is not None:
            found = self.roster.find(folder=candidate.folder, file=candidate.name)
            return Claim(name=found.unit.name) if found else Claim()
        return Claim(name=candidate.folder)

    def identity(self, candidate: Candidate, claim: Claim, sent: Mapping[str, str]) -> Identity:
        """The unit a file belongs to, given what it says of itself (`claim`); `sent`: digests of the files
        beside it, by name."""
        if self.roster is None:
            stem = candidate.name.rpartition("/")[2].rpartition(".")[0]
            name = claim.name or candidate.folder or stem
            reference = self._reference(name)
            # whether the ledger knows a unit depends on when it is asked: only a roster's unit is told what
            # it had been told before
            known = replace(self._of(reference, name, sent), name=name, before=()) if reference else None
            return Identity(candidate.name, claim, known)
        found = self.roster.find(claim.code, claim.name, candidate.folder, candidate.name)
        if found is None:
            return Identity(candidate.name, claim, None, self.roster.suggest(claim.name))
        name = found.unit.name
        reference = self._of(self._reference(name) or Reference(name), name, sent)
        return Identity(
            candidate.name, claim, replace(reference, name=name, roster=found.unit, how=found.how)
        )

    def _of(self, reference: Reference, name: str, sent: Mapping[str, str]) -> Reference:
        """The reference of a unit, without what these very files contributed the night before: otherwise
        they would have to be read again because of their own contents."""
        unchanged = {file for file, sha in sent.items() if self._claims.get(file, ("", None))[0] == sha}
        explanations = tuple(e for e in reference.explanations if e.file not in unchanged)
        shas = frozenset(sent.values())
        others = [was for was in self._earlier.get(name, ()) if was.files != shas]
        return replace(
            reference,
            explanations=explanations,
            returns=len({was.files for was in others if was.status == RETURNED}),
            first_sent=min((was.day for was in others if was.day), default=""),
            before=open_keys(self.connection, name, max(was.last for was in others)) if others else (),
        )

    def _reference(self, name: str) -> Reference | None:
        """What roster and ledger hold on a unit; None when nothing."""
        key = squeeze(name)
        if key not in self._references:
            explanations = explanations_of(self.connection, key)
            last_year = self._last_years.get(name_key(name))
            last_year = last_year or accepted_of(self.connection, key, self.year - 1)
            rulings = self._rulings(name)
            found = Reference(name, None, "", last_year, explanations, rulings)
            self._references[key] = found if explanations or last_year or rulings else None
        return self._references[key]

    def _rulings(self, name: str) -> tuple[Ruling, ...]:
        key = name_key(name)
        return tuple(given.ruling for given in self.in_force if name_key(given.unit) == key)

    @property
    def notes(self) -> ClerkNotes:
        """What the bureau decided and noted about units, as sheets show it."""
        book = self.clerk_book or ClerkBook(Path())
        return ClerkNotes(
            reminders=_by_unit((one.unit, one) for one in book.reminders),
            spot_checks=_by_unit((one.unit, one) for one in book.spot_checks),
            rulings=_by_unit((given.unit, given.ruling) for given in self.in_force),
        )

    @property
    def in_force(self) -> tuple[GivenRuling, ...]:
        """The rulings that have not run out."""
        return tuple(g for g in self.rulings if not g.ruling.until or g.ruling.until >= self.day)


def _by_unit(told: Iterable[tuple[str, Note]]) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for unit, note in told:
        found.setdefault(squeeze(unit), []).append(note)
    return found
