"""What a check says of one place, as a value, and the one way a finding is made of a violation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from batch.checks.engine.catalogue import Check
from batch.checks.engine.message import Words, fill, message_numbers
from batch.forms.spec.labels import squeeze
from batch.model.form import Table, Value
from batch.model.quoting import quoted
from batch.model.record import record
from batch.model.review import Finding, Outcome, fingerprint
from batch.model.status import NOT_APPLICABLE, PASS, Verdict

#: how much of a filled-in text a finding repeats
_FILLED = 120
#: characters of a field's name: headings of three levels and the project
_NAME = 500

Cell_co = TypeVar("Cell_co", covariant=True)


@record(frozen=True, slots=True)
class Passed:
    """The place was checked and is right."""

    verdict: ClassVar = PASS
    #: the place looked at, in the forms' words
    where: str = ""
    #: "" for the check's own
    form: str = ""
    #: both sides of a comparison and how far they are apart, as shown
    left: str = ""
    right: str = ""
    difference: str = ""


@record(frozen=True, slots=True)
class NotApplicable:
    """By design there is nothing to check."""

    verdict: ClassVar = NOT_APPLICABLE
    where: str
    reason: str


@record(frozen=True, slots=True)
class Unchecked:
    """The place should have been checked, but could not be."""

    verdict: ClassVar = Verdict.UNCHECKED
    where: str
    reason: str


@record(frozen=True, slots=True)
class Violation(Generic[Cell_co]):
    """A check is violated: where, which cell is to be marked, and the words of the message.

    Cells are a form's values, or across units the cells kept of them. Amounts and texts are as shown.
    """

    verdict: ClassVar = Verdict.FAIL
    #: the place looked at, in the forms' words
    where: str
    table: Table | None
    #: the cell to mark; None when the finding is about something that is not there
    value: Cell_co | None
    #: the field in the form's words. It identifies the finding from night to night together with the check,
    #: the form and the project, so it must not hold a row number
    name: str
    #: what fills the slots of the check's message and fix
    words: Words
    #: None for what stands in the cell
    filled: str | None = None
    expected: str = ""
    difference: str = ""
    #: both sides of a comparison; the left one is `filled` where it is not given
    left: str = ""
    right: str = ""
    #: other cells that take part
    related: Sequence[Cell_co] = ()
    #: where there is neither table nor cell, or the text stands elsewhere
    file: str = ""
    sheet: str = ""
    #: where there is no table
    form: str = ""
    #: where the check has a severity of its own for it
    case: str = ""
    #: results of formulas that the marked blank cell is missing from: checks that need them are 无法检查
    spoilt: Sequence[Cell_co] = ()


#: what a check says of one place of a unit's submission
CheckResult = Passed | NotApplicable | Unchecked | Violation[Value]


@record(frozen=True, slots=True)
class Site:
    """Where a violation stands, whatever kind of cells it is about."""

    unit: str
    file: str
    sheet: str
    #: address of the cell to mark; None for none
    cell: str | None
    #: key of the form
    form: str
    #: the project's name on a project's form
    project: str
    #: what stands in the cell, as shown
    shown: str
    #: (sheet, cell) of the others that take part
    related: tuple[tuple[str, str], ...]
    #: what the cells say: changed cells need a new explanation
    contents: tuple[str, ...]


def field_of(wrong: Violation[object], project: str) -> str:
    """The field of a violation as its finding names it; `project`: see Site."""
    prefix = f"{quoted(squeeze(project))}｜" if project else ""
    return prefix + quoted(wrong.name, _NAME)


def finding_of(check: Check, wrong: Violation[object], site: Site) -> Finding:
    """The finding of a violation."""
    shown = wrong.filled if wrong.filled is not None else site.shown
    name = quoted(wrong.name, _NAME)
    told = message_numbers(wrong.words)
    return Finding(
        unit=site.unit,
        file=site.file,
        sheet=site.sheet,
        cell=site.cell,
        check=check.id,
        title=check.title,
        severity=check.severity_for(wrong.case or site.form),
        form=site.form,
        field=field_of(wrong, site.project),
        message=fill(check.message, wrong.words),
        fix=fill(check.fix, wrong.words),
        filled=shown[:_FILLED],
        expected=quoted(wrong.expected),
        difference=quoted(wrong.difference),
        category=check.category,
        status=check.status,
        related=site.related,
        fingerprint=fingerprint(check.id, site.form, name, *site.contents, *told),
    )


def violated(check: Check, wrong: Violation[object], form: str, shown: str) -> Outcome:
    """How a check ended where it is violated; `form`, `shown`: see Site."""
    shown = wrong.filled if wrong.filled is not None else shown
    sides = quoted(wrong.left or shown), quoted(wrong.right), quoted(wrong.difference)
    return Outcome(check.id, wrong.verdict, quoted(wrong.where), "", *sides, form)


def outcome_of(check: Check, result: Passed | NotApplicable | Unchecked) -> Outcome:
    """How a check ended where it is not violated."""
    where = quoted(result.where)
    if isinstance(result, Passed):
        sides = quoted(result.left), quoted(result.right), quoted(result.difference)
        return Outcome(check.id, result.verdict, where, "", *sides, result.form or check.form)
    return Outcome(check.id, result.verdict, where, quoted(result.reason), "", "", "", check.form)
