"""From files to a unit's review and its annotated copies: one pure function of bytes and rules.

Any executor can run it, in this process or another: the same bytes and the same rules always give the
same result. Nothing here looks at a clock, a folder or the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from batch.checks.across import run_across
from batch.checks.catalogue import Check
from batch.checks.engine import catalogue_of, in_order, run_checks
from batch.forms.gather import FileReading, gather
from batch.forms.read import read_forms
from batch.forms.spec import PackForms, load_forms
from batch.model.book import Book, Unreadable
from batch.model.form import Source, Submission
from batch.model.review import Review, Severity
from batch.outputs.facts import UnitFacts, facts_of, with_counts
from batch.outputs.marked import Heading, marks_of, results_sheet
from batch.outputs.places import copy_paths
from batch.outputs.rebuilt import rebuilt, tabs
from batch.rulebook import Rulebook, load_rulebook
from batch.scoring.figures import FigureRule, figure_rules, figures_of
from batch.scoring.scores import PENDING, ScoreRule, score_of, score_rule
from batch.settings import Settings
from batch.workbook.fallback import fallback_copy
from batch.workbook.limits import DEFAULT, Limits
from batch.workbook.opening import open_book
from batch.workbook.ownmarks import is_ours
from batch.workbook.passwords import unlock_package
from batch.workbook.patch import CannotPatch, annotate
from batch.workbook.recalculate import recalculate
from batch.workbook.sniffing import is_encrypted


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it lay in the inbox."""

    #: relative to the inbox, with forward slashes
    name: str
    modified: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that lie together and are looked at together: a folder's, or a single one."""

    folder: str
    files: tuple[Sent, ...]
    #: files of the folder that are not read at all: (file, check that says why, reason)
    left_out: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What files are worked on under: small enough to travel with every task."""

    pack: str
    #: path of the bureau's own rule file, "" for none
    local: str = ""
    limits: Limits = DEFAULT
    #: tried on files with an open password; never guessed
    passwords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """A rulebook made ready."""

    book: Rulebook
    forms: PackForms
    catalogue: dict[str, Check]
    figures: tuple[FigureRule, ...]
    score: ScoreRule


@dataclass(slots=True)
class UnitWork:
    """All that comes of one unit's files."""

    review: Review
    facts: UnitFacts
    #: (path in the outbox, bytes)
    copies: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class Done:
    """What became of one bundle."""

    units: list[UnitWork] = field(default_factory=list)
    #: (file, reason in Chinese)
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)


def context_of(settings: Settings) -> Context:
    """What the bureau's settings say about how files are worked on."""
    local = str(settings.rules) if settings.rules else ""
    return Context(settings.pack, local, settings.limits, settings.passwords)


@lru_cache(maxsize=4)
def load_rules(at: Context) -> Rules:
    """Load and check a rulebook once per process. Raises RulebookError."""
    book = load_rulebook(at.pack, Path(at.local) if at.local else None)
    forms = load_forms(book)
    return Rules(book, forms, catalogue_of(book, forms), figure_rules(book), score_rule(book))


def work(bundle: Bundle, at: Context) -> Done:
    """Read, check and annotate the files of one bundle."""
    rules = load_rules(at)
    done = Done()
    readings: list[FileReading] = []
    originals: dict[str, tuple[bytes, Book]] = {}
    left_out = list(bundle.left_out)
    for sent in bundle.files:
        try:
            book = _opened(sent, at)
        except Unreadable as error:
            done.unprocessed.append((sent.name, error.reason))
            left_out.append((sent.name, error.check, error.reason))
            continue
        source = Source(sent.name, book.container, book.has_macros, book.links)
        reading = read_forms(book, rules.forms, sent.name)
        readings.append(FileReading(sent.name, sent.modified, reading, source))
        originals[sent.name] = (sent.data, book)
    if readings:
        for submission in gather(readings, rules.forms, bundle.folder, tuple(left_out)):
            done.units.append(_unit(submission, originals, at))
    return done


def _opened(sent: Sent, at: Context) -> Book:
    """A file as the unit filled it in: without our own sheet, with the results of its formulas."""
    book = open_book(sent.data, sent.name.rpartition("/")[2], at.limits, at.passwords)
    book.sheets = [sheet for sheet in book.sheets if not is_ours(sheet)]
    recalculate(book)
    return book


def compared(units: Sequence[UnitWork], at: Context) -> list[UnitWork]:
    """Compare the units of a batch with each other and add what that says to their reviews and facts.

    `units` in the order of their names. Returns those that got findings: their copies are out of date.
    """
    rules = load_rules(at)
    results = run_across([unit.facts for unit in units], rules.catalogue)
    changed = []
    for unit in units:
        review, result = unit.review, results[unit.review.unit]
        review.outcomes += result.outcomes
        if not result.findings:
            continue
        review.findings = in_order([*review.findings, *result.findings], rules.forms)
        if review.count(Severity.ERROR):
            review.grade = PENDING
        unit.facts = with_counts(unit.facts, review)
        changed.append(unit)
    return changed


def reannotate(review: Review, files: Sequence[Sent], at: Context) -> list[tuple[str, bytes]]:
    """The annotated copies of a unit once more, after its review got further findings.

    `files` are all files the review names, with the bytes it was made from.
    """
    originals = {sent.name: (sent.data, _opened(sent, at)) for sent in files}
    return _copies(review, originals, at)


def _unit(submission: Submission, originals: dict[str, tuple[bytes, Book]], at: Context) -> UnitWork:
    rules = load_rules(at)
    checked = run_checks(submission, rules.catalogue, rules.forms)
    score = score_of(submission, checked.findings, rules.score)
    review = Review(
        unit=submission.unit,
        code=submission.code,
        files=submission.files,
        findings=checked.findings,
        outcomes=checked.outcomes,
        figures=figures_of(submission, rules.forms, rules.figures),
        self_score=score.declared,
        recomputed_score=score.added_up,
        doubtful_points=score.doubtful_points,
        grade=score.grade,
    )
    facts = facts_of(submission, review, rules.forms)
    return UnitWork(review, facts, _copies(review, originals, at))


def _copies(
    review: Review, originals: Mapping[str, tuple[bytes, Book]], at: Context
) -> list[tuple[str, bytes]]:
    return [
        (path, _copy(*originals[file], review, file, at))
        for file, path in copy_paths(review.unit, review.files).items()
    ]


def _copy(data: bytes, book: Book, review: Review, file: str, at: Context) -> bytes:
    """The annotated copy: the package patched, or written anew where there is none to patch."""
    rules = load_rules(at)
    heading = Heading(rules.book.title, rules.book.year)
    marks = marks_of(review.findings, file)
    if book.container in ("xlsx", "xlsm"):
        sheets = [results_sheet(review, heading, file)]
        package = unlock_package(data, at.passwords, at.limits) if is_encrypted(data) else data
        try:
            return annotate(package, marks, sheets, at.limits)
        except CannotPatch:
            try:
                return fallback_copy(package, marks, sheets, at.limits)
            except (CannotPatch, Unreadable):
                notice = "原文件结构特殊，本批注文件由系统按读取的内容重新制作，请以原文件为准。"
    else:
        notice = "原文件不是.xlsx格式，本批注文件由系统按读取的内容重新制作，版面可能略有不同。"
    names = tabs(book)
    renamed = [replace(mark, sheet=names[mark.sheet]) for mark in marks if mark.sheet in names]
    return annotate(rebuilt(book), renamed, [results_sheet(review, heading, file, notice, names)])
