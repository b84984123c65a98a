"""The work of one batch: every unit's files read, checked and annotated by an engine, then compared.

Results are cached in the ledger per bundle of files, under a digest of all inputs. A worker that dies, hangs
or fails costs the files it had, never the night.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from batch import __version__
from batch.engines.engine import Engine
from batch.forms.spec.labels import squeeze
from batch.inbox.scan import Candidate, Listing
from batch.model.reviewed import Reviewed
from batch.model.status import MISSING
from batch.outbox.publish import Outbox
from batch.report.ownership import NOBODYS, owner_of
from batch.roster.turnout import turnout_of
from batch.store import cache
from batch.store.cache import KeptBundle, KeptCopy, KeptUnit
from batch.store.lazy_sequence import LazySequence
from batch.store.ledger import transaction
from batch.store.spool import Spool
from batch.unit.comparison import compare_units
from batch.unit.identity import Directory
from batch.unit.review_bundle import Claim, Context, context_of
from batch.unit.serialization import digest_of
from batch.unit.stored_unit import StoredUnit
from batch.unit.tasks import (
    ReadResult,
    ReadTask,
    RenewTask,
    not_renewed,
    read_and_work,
    renew,
    with_bytes,
    worker_died,
)

if TYPE_CHECKING:
    from batch.config.settings import Settings

Result = TypeVar("Result")
#: units of a batch whose facts stay as they are: the sheets of a roll-up go through them some thirty times
_KEEP = 1000
_KEPT = msgspec.msgpack.Decoder(KeptUnit)
#: told (files done, files in all) as the batch goes on
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a batch works with: the outbox to stage outputs in, the engine, the spool, the progress bar."""

    outbox: Outbox
    engine: Engine
    spool: Spool
    progress: Progress | None = None


class _Unit:
    """One unit's result; all of it but the name lies in the spool, since a county has a thousand units."""

    __slots__ = ("_made", "_spool", "bundle", "name", "packed")

    def __init__(self, bundle: _Bundle, kept: KeptUnit, spool: Spool) -> None:
        self.bundle, self.name = bundle, kept.unit
        self.packed = StoredUnit.of(kept.packed, spool)
        self._spool = spool
        self.kept = kept

    @property
    def kept(self) -> KeptUnit:
        """What lies in the outbox for it, without its work."""
        return _KEPT.decode(self._made.read())

    @kept.setter
    def kept(self, kept: KeptUnit) -> None:
        self._made = self._spool.keep(msgspec.msgpack.encode(replace(kept, packed=b"")))


@dataclass(slots=True)
class _Bundle:
    """Files that are processed together."""

    files: list[Candidate]
    left_out: tuple[tuple[str, str, str], ...] = ()

    @property
    def key(self) -> str:
        """Its key in the results cache."""
        return "\n".join(candidate.name for candidate in self.files)


class _Work:
    """The state of a batch while its files are processed."""

    def __init__(
        self,
        listing: Listing,
        settings: Settings,
        known: Directory,
        at: Workplace,
    ) -> None:
        self.listing = listing
        self.outbox, self.engine, self.spool = at.outbox, at.engine, at.spool
        self.known = known
        self.ledger: sqlite3.Connection = known.connection
        self.rules: Context = context_of(settings)
        self.basis = basis_of(self.rules, known)
        self.shift = Reviewed()
        self.progress = at.progress or (lambda _done, _files: None)
        self.finished = 0
        self.used: set[str] = set()
        self.staged: set[str] = set()

    def bundle_tasks(self, bundles: Sequence[_Bundle]) -> Iterator[tuple[_Bundle, ReadTask, str]]:
        """For each bundle its task, and the digest of all inputs of its result."""
        for bundle in bundles:
            folder = bundle.files[0].folder
            digests = self.shift.digests
            known = self.known.guess([(c, digests[c.name]) for c in bundle.files])
            task = ReadTask(
                folder, tuple(bundle.files), self.rules, bundle.left_out, known, self.known.has_roster
            )
            yield bundle, task, self.digest(task)

    def digest(self, task: ReadTask) -> str:
        """A short digest of all inputs of a task's result; "" when a file could not be read."""
        files = [
            (f.name, f.modified, self.shift.digests[f.name]) for f in task.files if isinstance(f, Candidate)
        ]
        if not all(sha for _, _, sha in files):
            return ""
        # of those nobody knows anything of, it makes no difference whether anybody was asked
        known = [who for who in task.known or () if who.reference or who.suggested]
        parts = (self.basis, task.folder, files, task.left_out, known)
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()

    def run(self, bundles: Sequence[_Bundle], *, again: bool = False) -> list[_Unit]:
        """Process bundles, or take their cached results. `again`: unreadable files were reported in the
        first pass."""
        units: list[_Unit] = []
        todo: list[tuple[_Bundle, ReadTask, str]] = []
        for bundle, task, digest in self.bundle_tasks(bundles):
            kept = cache.kept(self.ledger, bundle.key, digest) if digest else None
            if kept is None:
                todo.append((bundle, task, digest))
                continue
            self.used.add(bundle.key)
            self.shift.unprocessed += () if again else kept.unprocessed
            self.shift.claims.update(kept.claims)
            units += [_Unit(bundle, unit, self.spool) for unit in kept.units]
            self._advance(bundle)
        asked: list[tuple[_Bundle, ReadTask, str]] = []
        units += self._work_on(todo, asked, again=again)
        units += self._work_on(asked, [], again=again)
        return units

    def _work_on(
        self,
        todo: Sequence[tuple[_Bundle, ReadTask, str]],
        asked: list[tuple[_Bundle, ReadTask, str]],
        *,
        again: bool,
    ) -> Iterator[_Unit]:
        tasks = [task for _, task, _ in todo]
        done = self.engine.run(read_and_work, tasks, worker_died, with_bytes)
        for (bundle, task, digest), back in zip(todo, done, strict=True):
            if back.asks:
                asked.append((bundle, *self._answered(task, back)))
                continue
            self.shift.read += 0 if again else len(task.files)
            claims = tuple(
                (file, f"{claim.text}\n{back.years.get(file, '')}") for file, claim in back.claims.items()
            )
            self.shift.claims.update(claims)
            self.shift.troubles += back.troubles
            self.shift.unprocessed += [] if again else back.unprocessed
            kept = [self._staged(unit.unit, unit.packed, unit.copies) for unit in back.units]
            if digest and back.settled:
                self.used.add(bundle.key)
                made = KeptBundle(digest, tuple(kept), tuple(back.unprocessed), claims)
                with transaction(self.ledger):
                    cache.keep(self.ledger, bundle.key, made)
            yield from (_Unit(bundle, unit, self.spool) for unit in kept)
            self._advance(bundle)

    def _answered(self, task: ReadTask, back: ReadResult) -> tuple[ReadTask, str]:
        """The task with the identities of its files, now that they were read and named their unit."""
        sent = {c.name: self.shift.digests[c.name] for c in task.files if isinstance(c, Candidate)}
        identities = tuple(
            self.known.identity(candidate, back.claims.get(candidate.name, Claim()), sent)
            for candidate in task.files
            if isinstance(candidate, Candidate)
        )
        answered = replace(task, known=identities)
        return answered, self.digest(answered)

    def _staged(
        self, unit: str, packed: bytes, copies: Sequence[tuple[str, bytes]], made_for: str = ""
    ) -> KeptUnit:
        for path, data in copies:
            self.outbox.write(path, data)
            self.staged.add(path)
        made = tuple(KeptCopy(path, hashlib.sha256(data).hexdigest(), len(data)) for path, data in copies)
        return KeptUnit(unit, packed, made, made_for)

    def _advance(self, bundle: _Bundle) -> None:
        self.finished += len(bundle.files)
        self.progress(min(self.finished, len(self.listing.candidates)), len(self.listing.candidates))

    def take_stock(self, units: Sequence[_Unit]) -> None:
        """Who of the roster stands where, and whose the files are that could not be processed."""
        claims = {name: Claim.parsed(text) for name, text in self.shift.claims.items()}
        # what lies in system folders is nobody's, and a report that was read is no form that could not be
        sent = [(name, reason) for name, check, reason in self.listing.passed_over if check]
        sent += self.shift.unprocessed
        owners = {name: self.known.owner(name, claims.get(name, Claim())) for name, _ in sent}
        unread: dict[str, list[tuple[str, str]]] = {}
        for name, reason in sorted(sent):
            if reason != NOBODYS:
                unread.setdefault(owners[name], []).append((name, reason))
        self.shift.owners = owners
        self.shift.turnout = turnout_of(self.known.roster, (unit.name for unit in units), unread)

    def compare(self, units: list[_Unit]) -> None:
        """Run the checks across units; units with new findings, or whose copies are out of date, are
        renewed."""
        roster = self.known.roster.units if self.known.roster else ()
        packed = [unit.packed for unit in units]
        reviews, facts = LazySequence(packed, StoredUnit.review), LazySequence(packed, StoredUnit.facts)
        added, ended, printed = compare_units(
            reviews, facts, self.rules, roster, self.shift.turnout, self.shift.troubles
        )
        for one, outcomes in zip(packed, ended, strict=True):
            one.outcomes = outcomes
        here = {unit.name for unit in units}
        self.shift.others = [
            replace(finding, answer=MISSING)
            for name, found in sorted(added.items())
            if name not in here
            for finding in found
        ]
        by_name = {candidate.name: candidate for candidate in self.listing.candidates}
        todo: list[tuple[_Unit, str, bool]] = []
        for unit in units:
            found = added.get(unit.name, ())
            made_for = digest_of(found, printed.get(unit.name))
            kept = unit.kept
            stale = kept.made_for != made_for or not self.outbox.keep(
                (copy.path, copy.sha256, copy.size) for copy in kept.copies
            )
            if made_for or stale:
                todo.append((unit, made_for, stale))

        def task(of: tuple[_Unit, str, bool]) -> RenewTask:
            unit, _, stale = of
            review = replace(unit.packed.review(), outcomes=())
            files = tuple(by_name[name] for name in review.files) if stale else ()
            found, projects = added.get(unit.name, ()), unit.packed.facts().projects
            of_print = printed[unit.name].words if unit.name in printed else ()
            return RenewTask(review, files, self.rules, found, unit.packed.card(), projects, of_print)

        done = self.engine.run(renew, LazySequence(todo, task), not_renewed, with_bytes)
        for (unit, made_for, _), renewed in zip(todo, done, strict=True):
            if settled := renewed.settled:
                unit.packed.settle(settled)
            if renewed.copies:
                unit.kept = made = self._staged(unit.name, b"", renewed.copies, made_for)
                with transaction(self.ledger):
                    cache.remade(self.ledger, unit.bundle.key, made)
            self.outbox.keep((copy.path, copy.sha256, copy.size) for copy in unit.kept.copies)
            self.shift.troubles += [renewed.trouble] if renewed.trouble else []
        # what was made for a part of a unit, and then for the whole of it in another place
        for path in self.staged - {copy.path for unit in units for copy in unit.kept.copies}:
            self.outbox.drop(path)


def process_inbox(
    listing: Listing,
    settings: Settings,
    known: Directory,
    at: Workplace,
    *,
    digests: Mapping[str, str],
    force: bool = False,
) -> Reviewed:
    """Process everything in the inbox, unit by unit, and then compare the units with each other.

    A unit whose files turn up in several bundles (blanks in its name do not matter) is processed again as
    one. Copies are staged as they are made, results go to the spool. `digests`: of each file's bytes, by
    name. `force`: no cached result is used. Raises RulebookError.
    """
    work = _Work(listing, settings, known, at)
    if force:
        with transaction(work.ledger):
            cache.forget(work.ledger, sorted(cache.keys(work.ledger)))
    work.shift.digests = dict(digests)
    ordered = _units_of(work)
    work.take_stock(ordered)
    work.compare(ordered)
    with transaction(work.ledger):
        cache.forget(work.ledger, sorted(cache.keys(work.ledger) - work.used))
    work.shift.claims = {name: Claim().text for name in digests} | work.shift.claims
    packed = [unit.packed for unit in ordered]
    work.shift.reviews = LazySequence(packed, StoredUnit.review, _KEEP)
    work.shift.facts = LazySequence(packed, StoredUnit.facts, _KEEP)
    return work.shift


def _units_of(work: _Work) -> list[_Unit]:
    """All units in the inbox, one entry each, by code and name."""
    by_unit: dict[str, list[_Unit]] = {}
    for unit in work.run(_bundles(work.listing)):
        by_unit.setdefault(squeeze(unit.name), []).append(unit)
    bundles = {name: [part.bundle for part in parts] for name, parts in by_unit.items()}
    for name, report in _reports_elsewhere(work.shift, work.listing, by_unit):
        bundles[name].append(_Bundle([report]))
    units = {name: parts[0] for name, parts in by_unit.items() if len(bundles[name]) == 1}
    shared = [_joined(parts) for parts in bundles.values() if len(parts) > 1]
    for unit in work.run(shared, again=True):
        name = squeeze(unit.name)
        if len(bundles.get(name, ())) > 1:
            units[name] = unit
    return sorted(units.values(), key=lambda unit: (unit.packed.review().code, unit.name))


def _bundles(listing: Listing) -> list[_Bundle]:
    """The bundles: files of one folder together, each file directly in the inbox by itself."""
    beside: dict[str, list[tuple[str, str, str]]] = {}
    for entry in listing.passed_over:
        folder, slash, _ = entry[0].partition("/")
        if slash:
            beside.setdefault(folder, []).append(entry)
    folders: dict[str, list[Candidate]] = {}
    for candidate in listing.candidates:
        folders.setdefault(candidate.folder or f"/{candidate.name}", []).append(candidate)
    return [_Bundle(files, tuple(beside.get(files[0].folder, ()))) for files in folders.values()]


def _reports_elsewhere(
    shift: Reviewed, listing: Listing, by_unit: Mapping[str, Sequence[_Unit]]
) -> Iterator[tuple[str, Candidate]]:
    """Reports that lie apart from their unit's forms, with the unit their file name names.

    They are taken from the list of files that could not be processed.
    """
    nobodys = [entry for entry in shift.unprocessed if entry[1] == NOBODYS]
    if not nobodys:
        return
    files = {
        name: [file for part in parts for file in part.packed.review().files]
        for name, parts in by_unit.items()
    }
    by_name = {candidate.name: candidate for candidate in listing.candidates}
    for entry in nobodys:
        owner = owner_of(entry[0], files)
        if owner is not None:
            shift.unprocessed.remove(entry)
            yield owner, by_name[entry[0]]


def _joined(bundles: Sequence[_Bundle]) -> _Bundle:
    return _Bundle([candidate for bundle in bundles for candidate in bundle.files])


def basis_of(rules: Context, known: Directory) -> str:
    """A digest of all inputs beside the files: the rules, the settings, the program's version."""
    program = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in (".py", ".toml"):
            program.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    parts = (__version__, program.hexdigest(), repr(rules), known.year, known.has_roster)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
