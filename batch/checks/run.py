"""Run the whole catalogue over one submission."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from batch.checks.engine.across import KEYS
from batch.checks.engine.blanks import Blanks, judge
from batch.checks.engine.catalogue import Check, load_catalogue
from batch.checks.engine.check_result import CheckResult, NotApplicable, Unchecked
from batch.checks.engine.collect import Collected, ReportedCells, collect
from batch.checks.engine.fields import Fields
from batch.checks.engine.form_words import has_another
from batch.checks.engine.places import Spots
from batch.checks.engine.registry import FUNCTIONS, HANDED_IN, LAST, Run
from batch.checks.engine.ties import run_ties
from batch.checks.rules import (  # noqa: F401 - importing registers their functions
    c_projects,
    c_score,
    c_targets,
    c_unevaluated,
    f_cells,
    f_files,
    f_forms,
    f_reading,
    f_roster,
    f_values,
    g_batch,
    g_deadline,
    g_roster,
    j_basic,
    j_batch,
    j_one_digit,
    j_receptions,
    j_staff,
    k_monitoring,
    k_wording,
    r_amounts,
    r_facts,
    r_shares,
    x_indicators,
    x_misfilled,
    x_projects,
    x_structure,
    x_wording,
    y_last_year,
    y_projects,
    z_assessed,
    z_rates,
    z_rating,
    z_receptions,
    z_results,
    z_wording,
)
from batch.config.entries import RuleMistakes
from batch.config.rulebook import Rulebook
from batch.forms.spec.spec import PackForms
from batch.model.book import parse_ref
from batch.model.form import Submission, Table
from batch.model.record import replace
from batch.model.review import Finding, Outcome, verdict_of
from batch.model.status import SWITCHED_OFF, Severity, Verdict
from batch.report.facts import ReportFacts, take_apart

#: of a check that said nothing
NOTHING = NotApplicable("", "没有这类内容")


@dataclass(slots=True)
class Inputs:
    """What the checks of one submission look at, worked out once for all of them."""

    views: Views
    forms: PackForms
    fields: Fields
    blanks: Blanks
    #: the unit's written reports with their figures
    written: tuple[ReportFacts, ...]
    #: what the findings so far report
    reported: ReportedCells
    #: by the identity of the view, places and which forms there are
    spots: dict[int, Spots]
    present: dict[int, frozenset[str]]
    #: see run_ties
    tells_sides: bool = False

    @classmethod
    def of(
        cls, views: Views, forms: PackForms, fields: Fields, blanks: Blanks, written: tuple[ReportFacts, ...]
    ) -> Inputs:
        """With nothing reported yet."""
        spots = {id(view): Spots(blanks.implied) for view in (views.own, views.together)}
        present = {
            id(view): frozenset(table.form for table in view.tables)
            for view in (views.sent, views.own, views.together)
        }
        return cls(views, forms, fields, blanks, written, ReportedCells(blanks.known), spots, present)

    def results(
        self, check: Check, errors: int, mistakes: int, only: Container[object] | None = None
    ) -> Iterable[CheckResult]:
        """What a check says; `errors`, `mistakes`: how many there are so far; `only`: see Run."""
        view = self.views.of(check)
        present = self.present[id(view)]
        if not present.issuperset(check.needs):
            return _cannot([form for form in check.needs if form not in present], self.views.sent)
        if check.is_function:
            run = Run(check, view, self.forms, self.fields, self.blanks, errors, mistakes, self.written, only)
            return FUNCTIONS[check.id](run)
        spots = self.spots[id(view)]
        return run_ties(check, view, self.forms, self.reported, spots, tells_sides=self.tells_sides)


@dataclass(slots=True)
class Checked:
    """All that the catalogue says about one submission."""

    findings: list[Finding]
    fields: Fields
    #: what each check said, in the order they were run
    collected: dict[str, Collected]
    inputs: Inputs

    @property
    def outcomes(self) -> list[Outcome]:
        """How every check ended place by place."""
        return [outcome for made in self.collected.values() for outcome in made.outcomes]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """By check, how it ended on the submission."""
        return {check: verdict_of(made.ended) for check, made in self.collected.items()}


def catalogue_of(book: Rulebook, forms: PackForms, mistakes: RuleMistakes | None = None) -> dict[str, Check]:
    """The catalogue of a rulebook, with every function it needs in place; see load_catalogue."""
    return load_catalogue(book, forms, FUNCTIONS, KEYS, mistakes)


def run_checks(
    submission: Submission, catalogue: dict[str, Check], forms: PackForms, *, tells_sides: bool = False
) -> Checked:
    """Every check of one unit that is not switched off, on every place of the submission.

    A check whose forms are not there ends as 不适用: the missing form itself is F006's to report.
    `tells_sides`: see run_ties.
    """
    views = views_of(submission, forms, catalogue)
    fields = Fields(views.own, forms)
    blanks = judge(fields, forms, catalogue.values())
    written = tuple(take_apart(report, forms) for report in submission.reports)
    inputs = Inputs.of(views, forms, fields, blanks, written)
    inputs.tells_sides = tells_sides
    collected: dict[str, Collected] = {}
    errors = mistakes = 0
    for check in in_turn(catalogue):
        results = inputs.results(check, errors, mistakes)
        made = collected[check.id] = collect(check, submission, results, inputs.reported)
        if not made.ended:
            made.ended.append(NOTHING)
        if made.findings:
            errors, mistakes = errors + made.errors, mistakes + made.mistakes
    # what is filled in is listed whatever its year
    listed = fields if views.own is submission else Fields(submission, forms)
    findings = in_order((finding for made in collected.values() for finding in made.findings), forms)
    return Checked(findings, listed, collected, inputs)


def in_turn(catalogue: Mapping[str, Check]) -> list[Check]:
    """The checks of one unit that are not switched off, one after the other."""
    own = (check for check in catalogue.values() if check.status != SWITCHED_OFF and check.each != "批次")
    return sorted(own, key=lambda check: check.id in LAST)


@dataclass(frozen=True, slots=True)
class Views:
    """What of a submission a check looks at, by the years its forms are of.

    A form of another year is told once, by F011, and not compared with others. Where F011 is no error, as
    units often send that form for another year, nothing else of it is looked at.
    """

    #: all that was handed in
    sent: Submission
    #: without the forms of which another year's says nothing about this round
    own: Submission
    #: only forms of the round's year, or of none that they say
    together: Submission

    def of(self, check: Check) -> Submission:
        """What a check looks at."""
        if check.id in HANDED_IN:
            return self.sent
        return self.together if check.compares_forms else self.own


def views_of(submission: Submission, forms: PackForms, catalogue: Mapping[str, Check]) -> Views:
    """What checks look at of a submission."""

    def without(of: Submission, other: list[Table]) -> Submission:
        left_out = set(map(id, other))
        return replace(of, tables=[t for t in of.tables if id(t) not in left_out]) if other else of

    strangers = [table for table in submission.tables if table.year not in (None, forms.year)]
    other_year = catalogue.get("F011")
    usual = [
        t
        for t in strangers
        if has_another(t, submission, forms)
        or (other_year and other_year.severity_for(t.form) is not Severity.ERROR)
    ]
    own = without(submission, usual)
    return Views(submission, own, without(own, strangers))


def _cannot(absent: list[str], submission: Submission) -> Iterator[CheckResult]:
    """Why a check has not all forms that it needs."""
    years = {table.form: table.year for table in submission.tables}
    other = [f"{form}是{years[form]}年的" for form in absent if form in years]
    if other:
        yield Unchecked("", f"{'、'.join(other)}，不与本批次的表核对")
    else:
        yield NotApplicable("", f"没有{'、'.join(absent)}")


def in_order(findings: Iterable[Finding], forms: PackForms) -> list[Finding]:
    """A unit's findings as its people read them."""
    order = {key: n for n, key in enumerate(forms.forms)}
    return sorted(findings, key=lambda finding: _position(finding, order))


def _position(finding: Finding, forms: dict[str, int]) -> tuple[int, int, str, str, tuple[int, int], str]:
    """Gravest first, then as one reads: form by form, from the top of the sheet down."""
    place = parse_ref(finding.cell) if finding.cell else (0, 0)
    form = forms.get(finding.form, -1)
    return finding.severity.rank, form, finding.file, finding.sheet, place, finding.check
