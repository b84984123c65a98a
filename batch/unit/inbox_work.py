"""The work of one batch: every unit's files read, checked and annotated by an engine, then compared.

Results go to the store, bundle by bundle, with a digest of all their inputs: what has not changed since is
not read again. A worker that dies, hangs or fails costs the files it had, never the night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from batch.engines.engine import Engine
from batch.forms.spec.labels import squeeze
from batch.inbox.scan import Candidate, Listing
from batch.model.review import Findings
from batch.model.reviewed import Reviewed
from batch.model.status import MISSING
from batch.outbox.publish import Outbox
from batch.report.ownership import NOBODYS
from batch.roster.turnout import turnout_of
from batch.store.lazy_sequence import LazySequence
from batch.store.unit_tables import OWED, BundleEntry, Copy, UnitEntry
from batch.store.units import UnitStore
from batch.unit.bundle import Claim
from batch.unit.candidate_bundles import CandidateBundle, bundles_of, joined, reports_elsewhere
from batch.unit.comparison import Comparison, compare_units
from batch.unit.identity import Directory
from batch.unit.rules import Context, context_of
from batch.unit.task_digest import basis_of, digest_of
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
#: a bundle, its task, and the digest of all inputs of its result
_Todo = tuple[CandidateBundle, ReadTask, str]
#: told (files done, files in all) as the batch goes on
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a batch works with: the outbox to stage outputs in, the engine, the progress bar."""

    outbox: Outbox
    engine: Engine
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class _Renewal:
    """A unit to be renewed."""

    unit: _Unit
    #: what the comparison found, as a digest
    found: str
    #: whether its copies are out of date, and whether there are none yet
    stale: bool
    owed: bool


@dataclass(frozen=True, slots=True)
class _Unit:
    """One unit of a bundle; all else that is known of it is in the store, under its id."""

    id: int
    name: str
    code: str
    files: tuple[str, ...]
    bundle: CandidateBundle


class _Work:
    """The state of a batch while its files are processed."""

    def __init__(self, listing: Listing, settings: Settings, known: Directory, at: Workplace) -> None:
        self.listing = listing
        self.outbox, self.engine = at.outbox, at.engine
        self.known = known
        self.store = UnitStore(known.connection)
        self.rules: Context = context_of(settings)
        self.basis = basis_of(self.rules, known)
        self.shift = Reviewed()
        self.progress = at.progress or (lambda _done, _files: None)
        self.finished = 0
        self.used: set[str] = set()
        self.staged: set[str] = set()

    def bundle_tasks(self, bundles: Sequence[CandidateBundle]) -> Iterator[_Todo]:
        """For each bundle its task, and the digest of all inputs of its result."""
        for bundle in bundles:
            folder, files = bundle.files[0].folder, tuple(bundle.files)
            known = self.known.guess([(file, self.shift.digests[file.name]) for file in files])
            task = ReadTask(folder, files, self.rules, bundle.left_out, known, self.known.has_roster)
            yield bundle, task, self.digest(task)

    def digest(self, task: ReadTask) -> str:
        """A digest of all inputs of a task's result; "" when a file could not be read."""
        return digest_of(task, self.basis, self.shift.digests)

    def run(self, bundles: Sequence[CandidateBundle], *, again: bool = False) -> list[_Unit]:
        """Process bundles whose results are not in the store. `again`: unreadable files were reported in the
        first pass."""
        units: list[_Unit] = []
        todo: list[_Todo] = []
        for bundle, task, digest in self.bundle_tasks(bundles):
            kept = self.store.bundle(bundle.key, digest)
            if kept is None:
                todo.append((bundle, task, digest))
                continue
            self.shift.unprocessed += () if again else kept.unprocessed
            self.shift.claims.update(kept.claims)
            units += self._entered(bundle, self.store.entries(bundle.key))
        asked: list[_Todo] = []
        units += self._work_on(todo, asked, again=again)
        units += self._work_on(asked, [], again=again)
        return units

    def _work_on(
        self,
        todo: Sequence[_Todo],
        asked: list[_Todo],
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
            made = [(worked, self._staged(copies)) for worked, copies in back.units]
            kept = BundleEntry(bundle.key, digest if back.settled else "", tuple(back.unprocessed), claims)
            yield from self._entered(bundle, self.store.keep(kept, made))

    def _entered(self, bundle: CandidateBundle, entries: Sequence[UnitEntry]) -> list[_Unit]:
        """The units of a bundle that is done."""
        self.used.add(bundle.key)
        self.finished += len(bundle.files)
        self.progress(min(self.finished, len(self.listing.candidates)), len(self.listing.candidates))
        return [_Unit(entry.id, entry.unit, entry.code, entry.files, bundle) for entry in entries]

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

    def _staged(self, copies: Sequence[tuple[str, bytes]]) -> list[Copy]:
        for path, data in copies:
            self.outbox.write(path, data)
            self.staged.add(path)
        return [Copy(path, hashlib.sha256(data).hexdigest(), len(data)) for path, data in copies]

    def _kept(self, copies: Iterable[Copy]) -> bool:
        """Whether these files lie in the outbox; then they stay there."""
        return self.outbox.keep((copy.path, copy.sha256, copy.size) for copy in copies)

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

    def compare(self, units: Sequence[_Unit]) -> None:
        """Run the checks across units; units with other findings than were there, or whose copies are out of
        date, are renewed."""
        roster = self.known.roster.units if self.known.roster else ()
        ids, store, shift = [unit.id for unit in units], self.store, self.shift
        reviews = (store.review(unit, own=True) for unit in ids)
        facts = [store.facts(unit, own=True) for unit in ids]
        said = compare_units(reviews, facts, self.rules, roster, shift.turnout, shift.troubles)
        store.place(ids, lambda entry: said.verdicts(entry.unit, entry.own_verdicts))
        here = {unit.name for unit in units}
        shift.others = [
            replace(finding, answer=MISSING)
            for name, found in sorted(said.findings.items())
            if name not in here
            for finding in found
        ]
        todo: list[_Renewal] = []
        made_for = store.made_for()
        for unit in units:
            found, (compared_for, copied_for) = said.digest(unit.name), made_for[unit.id]
            stale = copied_for != found or not self._kept(store.copies(unit.id))
            if stale or compared_for != found:
                todo.append(_Renewal(unit, found, stale, copied_for == OWED))
        self._renew(todo, said)
        for of in todo:
            # those of the others are known to be there
            self._kept(store.copies(of.unit.id))
        # what was made for a part of a unit, and then for the whole of it in another place
        for path in self.staged.difference(copy.path for unit in units for copy in store.copies(unit.id)):
            self.outbox.drop(path)

    def _renew(self, todo: Sequence[_Renewal], said: Comparison) -> None:
        by_name = {candidate.name: candidate for candidate in self.listing.candidates}

        def task(of: _Renewal) -> RenewTask:
            name = of.unit.name
            review, facts = self.store.renewable(of.unit.id)
            files = tuple(by_name[file] for file in of.unit.files) if of.stale else ()
            printed = said.printed[name].words if name in said.printed else ()
            return RenewTask(review, facts, files, self.rules, said.findings.get(name, ()), printed)

        done = self.engine.run(renew, LazySequence(todo, task), not_renewed, with_bytes)
        for of, renewed in zip(todo, done, strict=True):
            missing = renewed.unprocessed if of.owed else ()
            copies = self._staged(renewed.copies)
            self.store.renewed(of.unit.id, of.found, renewed.worked, copies, owing=bool(missing))
            self.shift.unprocessed += missing
            self.shift.owners |= {file: of.unit.name for file, _ in missing}
            self.shift.troubles += [renewed.trouble] if renewed.trouble else []


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
    one. Copies are staged as they are made, results go to the store. `digests`: of each file's bytes, by
    name. `force`: everything is processed again. Raises RulebookError.
    """
    work = _Work(listing, settings, known, at)
    shift, store = work.shift, work.store
    if force:
        store.forget(store.keys())
    shift.digests = dict(digests)
    units = _units_of(work)
    work.take_stock(units)
    work.compare(units)
    store.forget(store.keys() - work.used)
    shift.claims = {name: Claim().text for name in digests} | shift.claims
    ids = [unit.id for unit in units]
    shift.reviews = LazySequence(ids, store.review)
    shift.facts = list(map(store.facts, ids))
    shift.details = LazySequence(ids, store.details)
    shift.findings = Findings({unit.name: store.findings(unit.id) for unit in units})
    return shift


def _units_of(work: _Work) -> list[_Unit]:
    """All units in the inbox, one entry each, by code and name."""
    by_unit: dict[str, list[_Unit]] = {}
    for unit in work.run(bundles_of(work.listing)):
        by_unit.setdefault(squeeze(unit.name), []).append(unit)
    bundles = {name: [part.bundle for part in parts] for name, parts in by_unit.items()}
    files = {name: [file for part in parts for file in part.files] for name, parts in by_unit.items()}
    for name, report in reports_elsewhere(work.shift.unprocessed, work.listing, files):
        bundles[name].append(CandidateBundle([report]))
    units = {name: parts[0] for name, parts in by_unit.items() if len(bundles[name]) == 1}
    shared = [joined(parts) for parts in bundles.values() if len(parts) > 1]
    for unit in work.run(shared, again=True):
        name = squeeze(unit.name)
        if len(bundles.get(name, ())) > 1:
            units[name] = unit
    return sorted(units.values(), key=lambda unit: (unit.code, unit.name))
