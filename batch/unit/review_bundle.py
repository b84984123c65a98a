"""From files to a unit's review and its annotated copies: one pure function of bytes and rules.

Any executor can run it, in this process or another: the same bytes and the same rules always give the
same result. Nothing here looks at a clock, a folder or the network.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from batch.checks.engine.answers import answered, latest
from batch.checks.engine.catalogue import Check
from batch.checks.run import catalogue_of, run_checks
from batch.config.entries import RuleMistakes
from batch.config.pack_files import PackFiles, read_pack
from batch.config.pack_keys import QUARTERS
from batch.config.rulebook import LocalRules, Rulebook, load_rulebook, local_rules
from batch.config.settings import Settings
from batch.figures.facts import facts_of
from batch.figures.figure_rules import FigureRules, figure_rules
from batch.forms.locate.years import period_in
from batch.forms.read.empty_forms import EMPTY
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, is_blank, merge_files, unit_named
from batch.forms.spec.labels import squeeze
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import PackForms
from batch.model.book import Book, Sheet, Unreadable
from batch.model.form import Source, Submission
from batch.model.limits import DEFAULT, Limits
from batch.model.narrative import Narrative
from batch.model.reference import Explanation, Reference
from batch.model.review import Review
from batch.model.unit_facts import UnitFacts
from batch.repair.cause_rules import CauseRules, cause_rules
from batch.repair.causes import causes_found
from batch.repair.trial import Checks
from batch.report.ownership import NO_REPORT, NOBODYS, TOLD_ONLY, attach, is_report
from batch.report.reader import is_report_name, read_report
from batch.returns.copies import Copies, Original, copies_of
from batch.returns.explanation_sheet import explanations_in
from batch.returns.round_heading import RoundHeading
from batch.roster.unit_codes import stated_code
from batch.scoring.card import scores_of
from batch.scoring.rules import ScoringRules, scoring_rules
from batch.unit.dates import date_of, days_late
from batch.workbook.annotate.own_sheets import is_ours
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.opening import open_book

TOO_MUCH = "处理该文件所需的内存超过限制，已跳过；请删除文件中多余的内容后重新报送，或联系管理员"
TROUBLE = "处理该文件时程序出错，已记入日志，请联系管理员；其他文件不受影响"
NO_COPY = "已审核，但返回给单位的这份文件没有做成，已记入日志，请联系管理员；问题见清单"


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it was in the inbox."""

    #: relative to the inbox, with forward slashes
    name: str
    modified: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The unit a file names: the code it states and the name in its forms, "" where it has none."""

    code: str = ""
    name: str = ""

    @classmethod
    def parsed(cls, text: str) -> Claim:
        """The claim that `text` wrote as one text."""
        return cls(*text.split("\n")[:2])

    @property
    def text(self) -> str:
        """The claim as one text, for the ledger."""
        return f"{self.code}\n{self.name}"


@dataclass(frozen=True, slots=True)
class Identity:
    """The unit a file belongs to, given the unit it names."""

    file: str
    #: what this was found out for
    claim: Claim
    #: None: nobody the bureau knows
    reference: Reference | None
    #: units with names like it, for a unit that is not in the roster
    suggested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that are processed together: those of one folder, or a single one."""

    folder: str
    files: tuple[Sent, ...]
    #: files of the folder that are not read at all: (file, check that says why, reason)
    left_out: tuple[tuple[str, str, str], ...] = ()
    #: whose the files are; None when the bureau knows nothing about anybody
    known: tuple[Identity, ...] | None = None
    #: whether there is a roster, so that a unit nobody knows is a mistake
    has_roster: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The settings files are processed under: small enough to travel with every task."""

    #: name of a pack that comes with the program, unless `files` has another
    pack: str
    local: LocalRules | None = None
    limits: Limits = DEFAULT
    #: tried on files with an open password; never guessed
    passwords: tuple[str, ...] = ()
    #: the round's last day, and whom to ask: printed on what goes back to units
    deadline: str = ""
    contact: str = ""
    #: the round's year, 0 for the pack's own; the monitoring period, "" for what each form says
    year: int = 0
    period: str = ""
    #: who signs what goes back to units, and how many working days they have
    bureau: str = ""
    correct_days: int = 3
    #: of the pack, as they were when the batch began: a pack that is edited is another context
    files: PackFiles | None = None


@dataclass(frozen=True)
class Rules:
    """A loaded rulebook with everything compiled from it."""

    book: Rulebook
    forms: PackForms
    catalogue: dict[str, Check]
    scoring: ScoringRules
    causes: CauseRules
    figures: FigureRules

    @cached_property
    def checks(self) -> Checks:
        """What corrections are tried with."""
        return Checks(self.catalogue, self.forms)


@dataclass(slots=True)
class UnitWork:
    """All results of one unit's files."""

    review: Review
    facts: UnitFacts
    #: (path in the outbox, bytes)
    copies: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class BundleResult:
    """The result of one bundle."""

    units: list[UnitWork] = field(default_factory=list)
    #: (file, reason in Chinese)
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)
    #: by file, whom it names, and the years its forms say they are of, as text: "2020 2020 2021"
    claims: dict[str, Claim] = field(default_factory=dict)
    years: dict[str, str] = field(default_factory=dict)
    #: whether somebody else is named than `known` was made for: nothing was done yet
    asks: bool = False

    @property
    def has_failures(self) -> bool:
        """Whether a file that should have been read could not be."""
        return any(reason not in TOLD_ONLY for _, reason in self.unprocessed)


def context_of(settings: Settings) -> Context:
    """The context of the bureau's settings. Raises RulebookError."""
    given = (settings.deadline, settings.contact, settings.year, settings.period)
    files = read_pack(settings.pack)
    return Context(
        files.inside,
        local_rules(settings.rules),
        settings.limits,
        settings.passwords,
        *given,
        bureau=settings.bureau,
        correct_days=settings.correct_days,
        files=files,
    )


@lru_cache(maxsize=4)
def load_rules(at: Context) -> Rules:
    """Load and check a rulebook, once per process. Raises RulebookError."""
    mistakes = RuleMistakes()
    book = load_rulebook(at.pack, at.local, mistakes, at.files)
    book.year = at.year or book.year
    if at.period:
        book.asked_period = period_in(at.period)
        book.period_words = at.period if at.period in QUARTERS else ""
    rules = rules_of(book, mistakes)
    mistakes.tell()
    return rules


def rules_of(book: Rulebook, mistakes: RuleMistakes) -> Rules:
    """Everything compiled from a rulebook. Mistakes are noted; RulebookError for those that end it."""
    forms = load_forms(book, mistakes)
    catalogue = catalogue_of(book, forms, mistakes)
    scoring = scoring_rules(book, forms, mistakes)
    causes = cause_rules(book, book.checks, mistakes)
    return Rules(book, forms, catalogue, scoring, causes, figure_rules(book, forms, mistakes))


def review_files(bundle: Bundle, at: Context) -> BundleResult:
    """Read, check and annotate the files of one bundle."""
    rules = load_rules(at)
    done = BundleResult()
    readings: list[FileReading] = []
    originals: dict[str, Original] = {}
    written: dict[str, list[Explanation]] = {}
    codes: dict[str, str] = {}
    reports: list[Narrative] = []
    left_out = list(bundle.left_out)
    for sent in bundle.files:
        try:
            book, written[sent.name], narrative = _opened(sent, at)
            codes[sent.name] = stated_code(book)
        except Unreadable as error:
            done.unprocessed.append((sent.name, error.reason))
            # a report that cannot be read is no reason to return the forms
            check = "F031" if is_report_name(sent.name) else error.check
            left_out.append((sent.name, check, error.reason))
            continue
        prefilled = bool(codes[sent.name])
        source = Source(sent.name, book.container, book.has_macros, book.links, book.marked, prefilled)
        reading = read_forms(book, rules.forms, sent.name)
        if narrative is not None:
            if is_report(narrative, rules.forms.report):
                reports.append(narrative)
            elif not reading.tables:
                done.unprocessed.append((sent.name, NO_REPORT))
                left_out.append((sent.name, "F031", NO_REPORT))
            if not reading.tables:
                continue
        # a blank form names its unit as well
        done.claims[sent.name] = Claim(codes[sent.name], unit_named(reading.tables, rules.forms))
        if narrative is None and is_blank(reading, rules.forms, prefilled=prefilled):
            done.unprocessed.append((sent.name, EMPTY))
            left_out.append((sent.name, "F040", EMPTY))
            continue
        readings.append(FileReading(sent.name, sent.modified, reading, source))
        originals[sent.name] = Original(sent.data, book, sent.modified)
    done.years = {r.file: " ".join(str(t.year) for t in r.reading.tables if t.year) for r in readings}
    identities = {known.file: known for known in bundle.known or ()}
    if bundle.known is not None and any(
        file not in identities or identities[file].claim != claim for file, claim in done.claims.items()
    ):
        return BundleResult(claims=done.claims, asks=True)
    references = {file: known.reference for file, known in identities.items() if known.reference}
    # without a roster a name is all there is, and a file without one goes with its neighbours
    owners = {file: reference.name for file, reference in references.items() if reference.roster}
    submissions = (
        merge_files(readings, rules.forms, bundle.folder, tuple(left_out), owners) if readings else []
    )
    done.unprocessed += [(file, NOBODYS) for file in attach(reports, submissions)]
    for submission in submissions:
        submission.has_roster = bundle.has_roster
        submission.reference = _reference_for(submission, references)
        if submission.reference and submission.reference.roster:
            submission.code = submission.reference.roster.code
        own = [f for f in readings if f.file in submission.files]
        oldest_first = sorted(own, key=lambda f: (f.modified, f.file))
        submission.suggested = next(
            (identities[f].suggested for f in submission.files if f in identities), ()
        )
        date_of(submission, oldest_first[-1].modified, at.deadline)
        explained = [e for reading in oldest_first for e in written[reading.file]]
        try:
            done.units.append(_unit(submission, explained, originals, at, done))
        except MemoryError:
            done.unprocessed += [(file, TOO_MUCH) for file in submission.files]
        except Exception:  # noqa: BLE001 - a mistake of ours on one unit must not cost its neighbours theirs
            done.unprocessed += [(file, TROUBLE) for file in submission.files]
            done.troubles.append(traceback.format_exc())
    return done


def _reference_for(submission: Submission, references: Mapping[str, Reference]) -> Reference | None:
    unit = squeeze(submission.unit)
    known = (references[file] for file in submission.files if file in references)
    return next((reference for reference in known if squeeze(reference.name) == unit), None)


def _opened(sent: Sent, at: Context) -> tuple[Book, list[Explanation], Narrative | None]:
    """A file as the unit filled it in, with results of its formulas; and the explanations on the sheet we
    added.

    A document comes with its text, and with its tables as the book.
    """
    if is_report_name(sent.name):
        opened = read_report(sent.data, sent.name, at.limits, at.passwords)
        return opened.book, [], opened.narrative
    book = open_book(sent.data, sent.name.rpartition("/")[2], at.limits, at.passwords)
    ours: list[Sheet] = []
    own: list[Sheet] = []
    for sheet in book.sheets:
        (ours if is_ours(sheet) else own).append(sheet)
    if ours and not own:
        raise Unreadable("F005", "这是系统发出的通知，不是报送的表格，请报送填好的附表")
    book.marked = bool(ours)
    book.sheets = own
    recalculate(book)
    return book, explanations_in(ours, sent.name), None


def reannotate(review: Review, files: Sequence[Sent], at: Context) -> Copies:
    """A unit's annotated copies made again after its review got further findings.

    `files` are all files the review names, with the bytes it was made from.
    """
    originals = {sent.name: Original(sent.data, _opened(sent, at)[0], sent.modified) for sent in files}
    # a list of findings has rows and numbers for each: they must stay the same ones
    review = replace(review, findings=list(review.findings), figures=list(review.figures))
    return copies_of(review, originals, _heading(at), at.limits, at.passwords)


def _unit(
    submission: Submission,
    written: Sequence[Explanation],
    originals: dict[str, Original],
    at: Context,
    done: BundleResult,
) -> UnitWork:
    """A unit's results; outputs that could not be made are recorded in `done`."""
    rules = load_rules(at)
    known = submission.reference or Reference(submission.unit)
    explanations = latest([*known.explanations, *written])
    checked = run_checks(submission, rules.catalogue, rules.forms)
    findings = answered(checked.findings, explanations, known.rulings)
    causes, findings = causes_found(submission, checked, findings, rules.causes, rules.checks)
    late = days_late(submission)
    card = scores_of(submission, findings, rules.forms, rules.scoring, late, known.returns)
    whole = card.whole
    review = Review(
        unit=submission.unit,
        code=submission.code,
        files=submission.files,
        findings=findings,
        outcomes=checked.outcomes,
        figures=list(card.figures),
        self_score=whole.declared if whole else None,
        recomputed_score=whole.added_up if whole else None,
        doubtful_points=whole.doubtful_points if whole else None,
        grade=card.grade,
        scorecard=card,
        is_scored=bool(rules.scoring.wholes),
        causes=causes,
        explanations=explanations,
        rulings=known.rulings,
        known=known.roster is not None,
        how=known.how,
        days_late=late,
        returns=known.returns,
        before=known.before,
    )
    facts = facts_of(submission, review, rules.forms, rules.figures, rules.catalogue, checked.fields)
    copies = copies_of(review, originals, _heading(at), at.limits, at.passwords)
    done.unprocessed += [(name, NO_COPY) for name in copies.failed]
    done.troubles += copies.troubles
    return UnitWork(review, facts, copies.made)


def _heading(at: Context) -> RoundHeading:
    rules = load_rules(at)
    book, words = rules.book, rules.forms.outputs
    asked = at.correct_days, at.bureau, at.contact
    return RoundHeading(book.title, book.year, *asked, words.work, words.reports)
