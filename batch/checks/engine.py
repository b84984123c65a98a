"""Run the whole catalogue over one submission."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from batch.checks import (  # noqa: F401 - importing registers their functions
    across_roster,
    across_units,
    basic_form,
    cells,
    file_level,
    files,
    indicators,
    last_year,
    misfilled,
    monitoring,
    projects,
    rates,
    rating,
    reading,
    receptions,
    report_amounts,
    report_facts,
    report_shares,
    report_standing,
    roster,
    slips,
    structure,
    targets,
    unevaluated,
    wording,
)
from batch.checks.across import ACROSS
from batch.checks.blanks import judge
from batch.checks.catalogue import Check, load_catalogue
from batch.checks.registry import FUNCTIONS, Run
from batch.checks.report import Report, ToldCells
from batch.checks.scope import Spots
from batch.checks.ties import run_ties
from batch.checks.walk import Fields
from batch.forms.spec import PackForms
from batch.model.book import parse_ref
from batch.model.form import Submission
from batch.model.review import Finding, Outcome, Severity, Verdict
from batch.report.told import take_apart
from batch.rulebook import Rulebook

#: checks that look at what the others found
LAST = frozenset({"Z427"})
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


@dataclass(slots=True)
class Checked:
    """All that the catalogue says about one submission."""

    outcomes: list[Outcome]
    findings: list[Finding]
    fields: Fields


def catalogue_of(book: Rulebook, forms: PackForms) -> dict[str, Check]:
    """The catalogue of a rulebook, with every function it needs in place."""
    return load_catalogue(book, forms, FUNCTIONS, ACROSS)


def run_checks(submission: Submission, catalogue: dict[str, Check], forms: PackForms) -> Checked:
    """Every check of one unit that is not switched off, on every place of the submission.

    A check whose forms are not there ends as 不适用: the missing form itself is F006's to report.
    """
    outcomes: list[Outcome] = []
    findings: list[Finding] = []
    fields = Fields(submission, forms)
    present = {table.form for table in submission.tables}
    blanks = judge(fields, forms, catalogue.values())
    spots, told_cells = Spots(blanks.implied), ToldCells(blanks.known)
    told = tuple(take_apart(report, forms) for report in submission.reports)
    errors = mistakes = 0
    for check in sorted(catalogue.values(), key=lambda check: check.id in LAST):
        if check.status == "停用" or check.each == "批次":
            continue
        report = Report(check, submission, told_cells)
        if not present.issuperset(check.needs):
            absent = [form for form in check.needs if form not in present]
            report.not_applicable("", f"没有{'、'.join(absent)}")
        elif check.is_function:
            FUNCTIONS[check.id](Run(check, submission, forms, report, fields, blanks, errors, mistakes, told))
            if not report.outcomes:
                report.not_applicable("", "没有这类内容")
        else:
            run_ties(check, submission, forms, report, spots)
        report.close()
        outcomes += report.outcomes
        findings += report.findings
        errors += report.errors
        mistakes += report.mistakes
    return Checked(outcomes, in_order(findings, forms), fields)


#: what counts for a check with several places, the worst last
_WEIGHT = (Verdict.NOT_APPLICABLE, Verdict.PASS, Verdict.UNCHECKED, Verdict.FAIL)


def in_order(findings: Iterable[Finding], forms: PackForms) -> list[Finding]:
    """A unit's findings as its people read them."""
    order = {key: n for n, key in enumerate(forms.forms)}
    return sorted(findings, key=lambda finding: _position(finding, order))


def _position(finding: Finding, forms: dict[str, int]) -> tuple[int, int, str, str, tuple[int, int], str]:
    """Gravest first, then as one reads: form by form, from the top of the sheet down."""
    place = parse_ref(finding.cell) if finding.cell else (0, 0)
    form = forms.get(finding.form, -1)
    return _ORDER[finding.severity], form, finding.file, finding.sheet, place, finding.check


def verdict_of(outcomes: Iterable[Outcome]) -> Verdict:
    """How a check ended on a unit, over all its places: the worst counts, and passing needs a pass."""
    return max((outcome.verdict for outcome in outcomes), key=_WEIGHT.index, default=_WEIGHT[0])


def verdicts(outcomes: Iterable[Outcome]) -> dict[str, Verdict]:
    """By check, how it ended on a unit."""
    ended: dict[str, Verdict] = {}
    for outcome in outcomes:
        known = ended.setdefault(outcome.check, outcome.verdict)
        if known is not outcome.verdict:
            ended[outcome.check] = max(known, outcome.verdict, key=_WEIGHT.index)
    return ended
