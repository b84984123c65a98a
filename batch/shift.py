"""The work of one batch, wherever it runs: every unit's files read, checked, annotated, and compared.

Files are read where they are worked on. A file that is still changing waits for the next round; a worker
that dies, hangs or runs into an error of ours costs the files it had, never the night.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batch.engines import run_all
from batch.forms.labels import squeeze
from batch.inbox.scan import Candidate, Listing
from batch.model.review import Review
from batch.work import Bundle, Context, Done, Sent, UnitWork, compared, context_of, reannotate, work

if TYPE_CHECKING:
    from batch.settings import Settings


_TROUBLE = "处理该文件时程序出错，已记入日志，请联系管理员；其他文件不受影响"
#: told (files done, files in all) as the batch goes on
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Shift:
    """What came of the inbox's files."""

    #: by code and name
    units: list[UnitWork] = field(default_factory=list)
    #: (file, reason in Chinese): files that could not be read
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)


def work_through(listing: Listing, settings: Settings, progress: Progress | None = None) -> Shift:
    """Work on everything the inbox holds, unit by unit, and then compare the units with each other.

    A unit that turns up in several bundles, whatever the blanks in its name, is looked at again as one.
    Raises RulebookError.
    """
    rules = context_of(settings)
    bundles = _bundles(listing.candidates)
    shift = Shift()
    by_unit: dict[str, UnitWork] = {}
    sources: dict[str, list[list[Candidate]]] = {}
    total, finished = len(listing.candidates), 0
    for bundle, done in zip(bundles, _results(bundles, listing, rules, settings), strict=True):
        shift.unprocessed += done.unprocessed
        shift.troubles += done.troubles
        for unit in done.units:
            name = squeeze(unit.review.unit)
            by_unit[name] = unit
            sources.setdefault(name, []).append(bundle)
        finished += len(bundle)
        if progress is not None:
            progress(finished, total)
    shared = {name: parts for name, parts in sources.items() if len(parts) > 1}
    for name, parts in shared.items():
        together = [candidate for part in parts for candidate in part]
        # what could not be read or went wrong was already told when the bundles were looked at singly
        for unit in _read_and_work(_Together(name, tuple(together), rules)).units:
            if squeeze(unit.review.unit) == name:
                by_unit[name] = unit
    shift.units = sorted(by_unit.values(), key=lambda unit: (unit.review.code, unit.review.unit))
    shift.troubles += _compare(shift.units, listing, rules, settings)
    return shift


def _bundles(candidates: tuple[Candidate, ...]) -> list[list[Candidate]]:
    """Files of one folder together, files that lie in the inbox itself each alone."""
    folders: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        folders.setdefault(candidate.folder or f"/{candidate.name}", []).append(candidate)
    return list(folders.values())


@dataclass(frozen=True, slots=True)
class _Again:
    """A unit whose copies are out of date, with its files."""

    review: Review
    files: tuple[Candidate, ...]
    rules: Context


@dataclass(frozen=True, slots=True)
class _Copies:
    """New copies of a unit, or why it keeps the ones it has."""

    made: list[tuple[str, bytes]] = field(default_factory=list)
    trouble: str = ""


def _compare(units: list[UnitWork], listing: Listing, rules: Context, settings: Settings) -> list[str]:
    """The checks across units, and new copies for the units that they have something to say to.

    Returns what went wrong inside the program.
    """
    by_name = {candidate.name: candidate for candidate in listing.candidates}
    changed = compared(units, rules)
    tasks = [_Again(u.review, tuple(by_name[name] for name in u.review.files), rules) for u in changed]
    done = run_all(
        _annotate_again, tasks, engine=settings.engine, workers=settings.workers, failed=_kept_copies
    )
    troubles = []
    for unit, copies in zip(changed, done, strict=True):
        unit.copies = copies.made or unit.copies
        troubles += [copies.trouble] if copies.trouble else []
    return troubles


def _kept_copies(task: _Again, reason: str) -> _Copies:
    return _Copies(trouble=f"{task.review.unit}：{reason}")


def _annotate_again(task: _Again) -> _Copies:
    files = [_read(candidate) for candidate in task.files]
    sent = [file for file in files if isinstance(file, Sent)]
    if len(sent) < len(files):
        # a file changed meanwhile: the next round looks at the new one
        return _Copies()
    try:
        return _Copies(reannotate(task.review, sent, task.rules))
    except Exception:  # noqa: BLE001 - the unit has its copies without what the comparison said
        return _Copies(trouble=traceback.format_exc())


@dataclass(frozen=True, slots=True)
class _Together:
    """Files to be read where they are worked on."""

    folder: str
    files: tuple[Candidate, ...]
    rules: Context
    left_out: tuple[tuple[str, str, str], ...] = ()


def _results(
    bundles: list[list[Candidate]], listing: Listing, rules: Context, settings: Settings
) -> Iterator[Done]:
    beside: dict[str, list[tuple[str, str, str]]] = {}
    for entry in listing.passed_over:
        folder, slash, _ = entry[0].partition("/")
        if slash:
            beside.setdefault(folder, []).append(entry)
    tasks = [
        _Together(bundle[0].folder, tuple(bundle), rules, tuple(beside.get(bundle[0].folder, ())))
        for bundle in bundles
    ]
    return run_all(
        _read_and_work, tasks, engine=settings.engine, workers=settings.workers, failed=_worker_died
    )


def _worker_died(task: _Together, reason: str) -> Done:
    return Done(unprocessed=[(candidate.name, reason) for candidate in task.files])


def _read_and_work(task: _Together) -> Done:
    """Read the files and do the work; a file that changes meanwhile waits for the next round."""
    sent: list[Sent] = []
    waiting: list[tuple[str, str]] = []
    for candidate in task.files:
        file = _read(candidate)
        if isinstance(file, Sent):
            sent.append(file)
        else:
            waiting.append((candidate.name, file))
    try:
        done = work(Bundle(task.folder, tuple(sent), task.left_out), task.rules)
    except Exception:  # noqa: BLE001 - a mistake of ours on one unit's files must not cost the others their night
        done = Done([], [(file.name, _TROUBLE) for file in sent], [traceback.format_exc()])
    done.unprocessed += waiting
    return done


def _read(candidate: Candidate) -> Sent | str:
    """A file as it was when the inbox was looked through, or why it has to wait."""
    try:
        data = candidate.path.read_bytes()
        stat = candidate.path.stat()
    except OSError as error:
        return f"读取文件时出错，下次自动重试（{error.strerror}）"
    if (stat.st_size, stat.st_mtime_ns) != (candidate.size, candidate.modified):
        return "尚未复制完，本次跳过，下次自动重试"
    return Sent(candidate.name, candidate.modified, data)
