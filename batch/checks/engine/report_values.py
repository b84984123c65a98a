"""Compare figures of the written report with the forms, and quote the text in findings."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from batch.checks.engine.amount import MONEY, Amount, Missing, Result, as_told
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import CheckResult, NotApplicable, Unchecked, Violation
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.message import Words
from batch.checks.engine.place import Place
from batch.checks.engine.registry import Run
from batch.config.expression import Node, names
from batch.forms.spec.spec import PackForms
from batch.model.form import State, Table, Value
from batch.report.breakdowns import Breakdown, are_projects
from batch.report.facts import ReportFacts
from batch.report.stated_figures import StatedFigure

#: what findings about the text alone name as their form
REPORT = "自评报告"
#: how messages call the columns a report may speak of
COLUMNS = {"before": "上年决算", "budget": "本年预算", "spent": "本年决算"}
_CENT = Decimal("0.01")


def is_missing(run: Run) -> Generator[CheckResult, None, bool]:
    """Say which reports are not there or not read, and return whether there is none."""
    if not run.written_reports:
        yield NotApplicable("", "没有自评报告")
    for written in run.written_reports:
        if written.refused:
            yield Unchecked(written.narrative.name, written.refused)
    return not run.written_reports


@dataclass(frozen=True, slots=True)
class Filled:
    """A figure as the forms have it."""

    amount: Amount
    table: Table
    #: the cell to mark
    value: Value

    @property
    def wan(self) -> Decimal:
        """The amount in 万元."""
        return self.amount.value * MONEY[self.amount.unit]

    @property
    def shown(self) -> str:
        """The number with its unit, or the arithmetic it comes of."""
        return f"{self.amount.text}{self.amount.unit}"

    def equals(self, figure: StatedFigure) -> bool:
        """Whether a sum of the text is this one, as far as it was printed (TOL_X)."""
        return abs(self.wan - figure.mention.value) <= max(_CENT, figure.mention.half)


def filled(run: Run, nodes: Sequence[Node]) -> tuple[list[Filled], str]:
    """What the forms have for some expressions, and why there is nothing when there is nothing."""
    found: list[Filled] = []
    reason = ""
    for node in nodes:
        result: Result = calculate(node, Place(run.check, run.forms, run.submission))
        form = names(node)[0].partition(".")[0]
        if isinstance(result, Missing):
            reason = reason or result.reason
        elif result.unit in MONEY and result.sources:
            found.append(Filled(result, run.submission.of(form)[0], result.sources[0]))
    return found, reason


def figures_compared(_: Check, forms: PackForms) -> Iterator[str]:
    """The fields of the forms that reports are compared with."""
    words = forms.report
    nodes = [node for subject in words.subjects.values() for of in subject.values.values() for node in of]
    for node in (*nodes, *(node for _, node in words.twins)):
        yield from names(node)


def column_of(figure: StatedFigure) -> str:
    """Which of COLUMNS a sum of the text is; "" for none."""
    if figure.kind == "spent" and figure.year == -1:
        return "before"
    return figure.kind if figure.year == 0 and figure.kind in COLUMNS else ""


def values_of(run: Run, subject: str, column: str) -> tuple[list[Filled], str]:
    """A subject's figures in one column, in every form that has it."""
    known = run.forms.report.subjects.get(subject)
    return filled(run, known.values.get(column, ()) if known else ())


def project_budget(run: Run, written: ReportFacts, made: Breakdown) -> Filled | None:
    """The forms' project budget, when a list of the text is of the budgeted projects, else None.

    That is certain only of a list of things called like projects whose total is that budget.
    """
    total = made.total
    if total.kind != "budget" or total.year != 0 or not total.mention.exact:
        return None
    if not are_projects(made.parts, written.grammar):
        return None
    for subject in run.forms.report.subjects.values():
        if subject.projects and total.said.subject in ("", subject.name):
            for value in values_of(run, subject.name, "budget")[0]:
                if value.equals(total):
                    return value
    return None


def budgeted_projects(run: Run) -> list[tuple[ReportFacts, Breakdown]]:
    """The lists of budgeted projects in the unit's reports."""
    return [
        (written, made)
        for written in run.written_reports
        for made in written.breakdowns
        if project_budget(run, written, made) is not None
    ]


def where(written: ReportFacts, paragraphs: Sequence[int]) -> str:
    """The place in the text as messages give it: 自评报告.docx第12、40段."""
    listed = "、".join(str(n) for n in sorted(set(paragraphs)))
    return f"{written.narrative.name}第{listed}段"


def spoken(text: str, paragraph: int) -> Value:
    """Words of the text as a value that stands in no cell."""
    return Value(State.FILLED, text, kind="text", sheet=f"第{paragraph}段")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a report that a finding is about."""

    written: ReportFacts
    quoted: str
    paragraphs: Sequence[int]
    #: values of the forms that its figure is measured against
    beside: Sequence[Value] = ()

    @property
    def where(self) -> str:
        """The place in the text as messages give it."""
        return where(self.written, self.paragraphs)

    @property
    def value(self) -> Value:
        """The words as a value that stands in no cell."""
        return spoken(self.quoted, min(self.paragraphs))


def wrong_in_text(
    passage: Passage, name: str, words: Words, *, filled: str = "", expected: str = "", difference: str = ""
) -> Violation[Value]:
    """A violation by the text itself, which no cell can be marked for."""
    return Violation(
        passage.where,
        None,
        passage.value,
        name,
        {"句": passage.quoted, "处": passage.where, **words},
        file=passage.written.narrative.file,
        form=REPORT,
        filled=filled or passage.quoted,
        expected=expected,
        difference=difference,
    )


def wrong_in_form(
    passage: Passage, cell: Filled, name: str, words: Words, *, stated: str, difference: str = ""
) -> Violation[Value]:
    """The text, which has `stated`, and a cell of a form do not agree; the cell is marked."""
    return Violation(
        passage.where,
        cell.table,
        cell.value,
        name,
        {"句": passage.quoted, "处": passage.where, "表": cell.table.form, **words},
        expected=stated,
        difference=difference,
        left=stated,
        right=as_told(cell.value),
        related=[*cell.amount.sources[1:], *passage.beside, passage.value],
    )
