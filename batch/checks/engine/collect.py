"""From what a check says to outcomes and findings, and the cells that findings report already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import field, replace

from batch.checks.engine.amount import as_filled
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import (
    CheckResult,
    Site,
    Unchecked,
    Violation,
    field_of,
    finding_of,
    outcome_of,
    violated,
)
from batch.checks.engine.plain_figures import Figures
from batch.checks.engine.plain_ties import PlainTie
from batch.forms.spec.labels import squeeze
from batch.model.form import State, Submission, Value
from batch.model.record import record
from batch.model.review import Finding, Outcome, finding_key
from batch.model.status import IN_FORCE, Severity

#: cells that take part are named up to so many
_RELATED = 100
#: findings of one check on one form told one by one; more are counted only
MANY = 300


#: the states of a cell that has nothing to compare
_NOTHING = {
    State.BLANK: "未填写",
    State.ERROR: "是公式错误值",
    State.UNCACHED: "是未保存结果的公式",
    State.UNREADABLE: "无法识别",
}


@record(frozen=True, slots=True)
class ReportedCell:
    """One cell that a finding reports: the identity of its value, and what is the matter with it."""

    value: int
    reason: str
    #: words somebody asks for: nothing is worked out from them
    is_words: bool = False


class ReportedCells:
    """Cells that a finding already reports as blank, unreadable or an error.

    The first finding that marks such a cell reports it. Checks that need the cell after that are 无法检查, so
    that one slip is reported once.
    """

    def __init__(self, known: Collection[int] = ()) -> None:
        """`known`: blanks that count as a number, so are no gap; see `blanks`."""
        self._known = known
        #: by the identity of a value: what is the matter with it
        self._told: dict[int, str] = {}
        #: those that are words somebody asks for: nothing is worked out from them
        self._words: dict[int, str] = {}
        self._by_check: dict[str, list[ReportedCell]] = {}

    @property
    def checks(self) -> Collection[str]:
        """The checks whose findings report cells."""
        return self._by_check.keys()

    def of(self, check: str) -> list[ReportedCell]:
        """The cells that the findings of one check were the first to report."""
        return self._by_check.get(check, [])

    def repeat(self, check: str, other: ReportedCells) -> None:
        """Report what the check reported in a run before."""
        for cell in other.of(check):
            self.report(check, cell)

    def report(self, check: str, cell: ReportedCell) -> None:
        """A finding of the check reports a cell; the first one that does counts."""
        told = self._words if cell.is_words else self._told
        if cell.value not in told:
            told[cell.value] = cell.reason
            self._by_check.setdefault(check, []).append(cell)

    def tell(self, check: Check, wrong: Violation[Value]) -> str:
        """Why a violation says nothing new; "" where it does, and from then on its cells are reported."""
        value, related = wrong.value, wrong.related
        marked = self._words.get(id(value), "") if value else ""
        reason = marked or self.missing([value, *related] if value else related)
        if value and not reason and value.state in _NOTHING:
            for one in (value, *related):
                if one.state in _NOTHING and id(one) not in self._known:
                    said = f"{one.sheet}!{one.ref}{_NOTHING[one.state]}"
                    self.report(check.id, ReportedCell(id(one), said, bool(check.require)))
        for spoilt in wrong.spoilt:
            self.report(check.id, ReportedCell(id(spoilt), f"{wrong.where}未填写"))
        return reason

    def takes_part(self, tie: PlainTie, figures: Figures) -> bool:
        """Whether a tie asks for such a cell at the place of these figures, by which it holds."""
        return bool(self._told) and figures.are_among(self._told, tie.single, tie.summed)

    def missing(self, values: Iterable[Value]) -> str:
        """Why nothing can be worked out from these values; "" when none of them is told."""
        return next((self._told[id(value)] for value in values if id(value) in self._told), "")


@record(slots=True)
class Collected:
    """What one check came to on one submission."""

    check: Check
    #: how it ended place by place
    ended: list[CheckResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: 错误, and of these those about something that was filled in
    errors: int = 0
    mistakes: int = 0

    @property
    def violations(self) -> list[Violation[Value]]:
        """Of each finding the violation that it tells."""
        return [one for one in self.ended if isinstance(one, Violation)]

    @property
    def outcomes(self) -> list[Outcome]:
        """How the check ended place by place, in words: made for those who ask, a unit has hundreds."""
        return [_outcome(self.check, one) for one in self.ended]


def _outcome(check: Check, result: CheckResult) -> Outcome:
    if not isinstance(result, Violation):
        return outcome_of(check, result)
    return violated(check, result, _form(check, result), as_filled(result.value) if result.value else "")


@record(slots=True)
class Told:
    """What one check finds, without the words: the keys of its findings, and which of them are 错误."""

    keys: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)
    #: see Collected
    counted: int = 0
    mistakes: int = 0

    def add(self, finding: Finding, wrong: Violation[Value]) -> None:
        """Take in one of its findings, and the violation that it tells."""
        self.keys.add(finding.key)
        if finding.severity is Severity.ERROR:
            self.errors.add(finding.key)
            if finding.status == IN_FORCE:
                self.counted += 1
                self.mistakes += _is_filled(wrong)


def collect(
    check: Check, submission: Submission, results: Iterable[CheckResult], reported: ReportedCells
) -> Collected:
    """How a check ended and its findings, one result after the other.

    `reported`: shared by all checks of the submission. A violation that rests on a reported cell is no
    finding; one that is a finding reports its own cells, also to the results that are still to come. Many
    findings on one form are counted from MANY on.
    """
    if check.is_function:
        # it does not ask what is reported
        results = list(results)
        if Violation not in set(map(type, results)):
            return Collected(check, results)
    made = Collected(check)
    #: by the identity of a table: how often the check is violated on it, and its last finding that is told
    told: dict[int, tuple[int, int]] = {}
    ended = made.ended.append
    for result in results:
        if not isinstance(result, Violation):
            ended(result)
            continue
        reason = reported.tell(check, result)
        if reason:
            ended(Unchecked(result.where, reason))
            continue
        times, last = told.get(id(result.table), (0, len(made.findings)))
        told[id(result.table)] = times + 1, len(made.findings) if times < MANY else last
        if times >= MANY:
            continue
        finding = finding_of(check, result, _site(check, submission, result))
        if finding.severity is Severity.ERROR and finding.status == IN_FORCE:
            made.errors += 1
            made.mistakes += _is_filled(result)
        made.findings.append(finding)
        ended(result)
    for times, last in told.values():
        if times > MANY:
            finding = made.findings[last]
            message = f"{finding.message}（同类问题另有{times - MANY}处，不再逐条列出）"
            made.findings[last] = replace(finding, message=message)
    return made


def found_by(
    check: Check, submission: Submission, results: Iterable[CheckResult], reported: ReportedCells
) -> Told:
    """What a check finds, as `collect` does, for those who need no words."""
    made = Told()
    times = Counter[int]()
    for result in results:
        if not isinstance(result, Violation) or reported.tell(check, result):
            continue
        times[id(result.table)] += 1
        if times[id(result.table)] > MANY:
            continue
        form = _form(check, result)
        key = finding_key(submission.unit, check.id, form, field_of(result, _project(result)))
        made.keys.add(key)
        if check.severity_for(result.case or form) is Severity.ERROR:
            made.errors.add(key)
            if check.status == IN_FORCE:
                made.counted += 1
                made.mistakes += _is_filled(result)
    return made


def _is_filled(wrong: Violation[Value]) -> bool:
    return wrong.value is None or wrong.value.state not in _NOTHING


def _form(check: Check, wrong: Violation[Value]) -> str:
    return wrong.table.form if wrong.table else wrong.form or check.form


def _project(wrong: Violation[Value]) -> str:
    project = wrong.table.project if wrong.table else None
    return project.raw if project and project.is_filled else ""


def _site(check: Check, submission: Submission, wrong: Violation[Value]) -> Site:
    table, value, related = wrong.table, wrong.value, wrong.related[:_RELATED]
    own = (value.sheet, value.ref) if value else None
    places = dict.fromkeys((v.sheet, v.ref) for v in related if v.ref)
    return Site(
        unit=submission.unit,
        file=wrong.file or (table.file if table else (submission.files or ("",))[0]),
        sheet=wrong.sheet or (value.sheet if value else (table.sheet if table else "")),
        cell=value.ref if value and value.ref else None,
        form=_form(check, wrong),
        project=_project(wrong),
        shown=as_filled(value) if value else "",
        related=tuple(place for place in places if place != own),
        contents=tuple(map(_meant, [value, *related] if value else related)),
    )


def _meant(value: Value) -> str:
    """A value whatever way it is written: a number as text, or with other blanks, is the same one."""
    if value.number is None:
        return squeeze(value.raw)
    upper = "" if value.upper is None else f"-{value.upper.normalize():f}"
    # a percentage is a fraction here, so its sign adds nothing
    return f"{value.op}{value.number.normalize():f}{upper}{value.unit.removesuffix('%')}"
