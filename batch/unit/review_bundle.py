"""From files to a unit's review and its annotated copies: one pure function of bytes and rules.

Any executor can run it, in this process or another: the same bytes and the same rules always give the
same result. Nothing here looks at a clock, a folder or the network.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace

from batch.checks.engine.answers import answered, latest
from batch.checks.run import run_checks
from batch.figures.facts import facts_of
from batch.forms.read.empty_forms import EMPTY
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, is_blank, merge_files, unit_named
from batch.forms.spec.labels import squeeze
from batch.model.book import Book, Sheet, Unreadable
from batch.model.form import Source, Submission
from batch.model.narrative import Narrative
from batch.model.reference import Explanation, Reference
from batch.model.review import Review
from batch.repair.causes import causes_found
from batch.report.ownership import NO_REPORT, NOBODYS, attach, is_report
from batch.report.reader import is_report_name, read_report
from batch.returns.copies import Copies, Original, copies_of
from batch.returns.explanation_sheet import explanations_in
from batch.returns.round_heading import RoundHeading
from batch.roster.unit_codes import stated_code
from batch.scoring.card import scores_of
from batch.unit.bundle import Bundle, BundleResult, Claim, Sent, UnitWork
from batch.unit.dates import date_of, days_late
from batch.unit.rules import Context, load_rules
from batch.workbook.annotate.own_sheets import is_ours
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.opening import open_book

TOO_MUCH = "处理该文件所需的内存超过限制，已跳过；请删除文件中多余的内容后重新报送，或联系管理员"
TROUBLE = "处理该文件时程序出错，已记入日志，请联系管理员；其他文件不受影响"
NO_COPY = "已审核，但返回给单位的这份文件没有做成，已记入日志，请联系管理员；问题见清单"


def review_files(bundle: Bundle, at: Context, *, all_copies: bool = True) -> BundleResult:
    """Read, check and annotate the files of one bundle.

    `all_copies`: False leaves those of units with 错误 to `reannotate`: they take ten times as long as
    reading the files once more, and the comparison of units may want others.
    """
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
            work = _reviewed(submission, explained, at)
            work.owes_copies = not all_copies and work.facts.errors > 0
            if not work.owes_copies:
                _make_copies(work, originals, at, done)
            done.units.append(work)
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


def _reviewed(submission: Submission, written: Sequence[Explanation], at: Context) -> UnitWork:
    """A unit's results but for its copies."""
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
        verdicts=checked.verdicts,
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
    ended = checked.collected.values()
    facts = facts_of(submission, review, rules.forms, rules.figures, ended, checked.fields)
    return UnitWork(review, facts)


def _make_copies(unit: UnitWork, originals: Mapping[str, Original], at: Context, done: BundleResult) -> None:
    """Add a unit's copies; those that could not be made are recorded in `done`."""
    copies = copies_of(unit.review, originals, _heading(at), at.limits, at.passwords)
    done.unprocessed += [(name, NO_COPY) for name in copies.failed]
    done.troubles += copies.troubles
    unit.copies = copies.made


def _heading(at: Context) -> RoundHeading:
    rules = load_rules(at)
    book, words = rules.book, rules.forms.outputs
    asked = at.correct_days, at.bureau, at.contact
    return RoundHeading(book.title, book.year, *asked, words.work, words.reports, words.clerk)
