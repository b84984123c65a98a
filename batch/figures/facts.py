"""The figures of one unit for the roll-up: money in 万元, rates recomputed, missing values None.

A figure that is blank, an error or unreadable is None and never 0; a placeholder (“无”, “/”) counts as 0, as
it does for the checks. Nothing here refers to cells or workbooks, so facts travel between processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from batch.checks.engine.amount import MONEY, Missing, Result, as_filled, of_value
from batch.checks.engine.collect import Collected
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.fields import Fields
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.place import WHOLE, Place, one_a_project
from batch.checks.engine.progress import achieved_share
from batch.checks.engine.requested_cells import places_of, requested_cells
from batch.config.expression import Node, names
from batch.figures.accepted_figures import last_facts
from batch.figures.details import details_of, summed_values
from batch.figures.figure_rules import FILLED, FigureRules, FormFigures
from batch.figures.scored import progress_scores, project_scores, standing, unit_scores
from batch.figures.tie_facts import ties_of
from batch.forms.spec.spec import PackForms
from batch.model.form import Item, State, Submission, Table, Value
from batch.model.quoting import quoted
from batch.model.review import Review
from batch.model.scores import Scorecard
from batch.model.unit_facts import MonitoringFacts, Number, ProjectFacts, UnitFacts

_BLANK = Value(State.BLANK)


def facts_of(
    submission: Submission,
    review: Review,
    forms: PackForms,
    rules: FigureRules,
    ended: Iterable[Collected] = (),
    fields: Fields | None = None,
) -> UnitFacts:
    """The figures of one unit.

    `rules`: what the figures are made of. `ended`: what the checks came to. `fields`: all fields of the
    submission, where the checks have gone through them already.
    Of forms due once a unit or a project the first is taken, as the checks do: a second one is a finding.
    """
    card, monitoring = review.scorecard, rules.monitoring
    evaluated = one_a_project(submission.of(rules.project.form))
    monitored = one_a_project(submission.of_year(monitoring.form, forms.year))

    def on(table: Table | None) -> Place:
        return Place(WHOLE, forms, submission, table)

    details = tuple(details_of(fields or Fields(submission, forms), forms, _project_name))
    return UnitFacts(
        unit=review.unit,
        code=review.code,
        files=review.files,
        **standing(review),
        department=_department(submission),
        last=last_facts(submission, rules.last_year),
        **_figures(rules.unit, on(None)),
        own=_figures(FormFigures(figures=rules.shown.own), on(None)),
        **_whole(submission, forms, rules.whole),
        projects=tuple(_project(on(table), table, rules.project, card) for table in evaluated),
        monitoring=tuple(_monitoring(on(table), table, monitoring, card) for table in monitored),
        details=details,
        places=places_of(details),
        asked=requested_cells(details, rules.compared),
        summed=tuple(summed_values(details, [sums.form for sums in rules.shown.sums])),
        ties=ties_of(ended),
        **unit_scores(card),
    )


def counts_of(projects: Iterable[ProjectFacts], review: Review, card: Scorecard | None) -> dict[str, Any]:
    """Fields of UnitFacts that follow from the findings: status, counts, grade and quality, and its projects.

    `projects`: the unit's as they were; all as the review and the scorecard have it now.
    """
    return {
        **unit_scores(card),
        "projects": tuple(replace(p, **project_scores(card, p.file, p.sheet, p.project)) for p in projects),
        **standing(review),
    }


def _department(submission: Submission) -> str:
    roster = submission.reference.roster if submission.reference else None
    return (roster.department or roster.name) if roster else ""


def _figures(rules: FormFigures, place: Place) -> dict[str, Any]:
    """Figures by name, as they come about on a unit or on one of its forms."""
    return {
        name: _filled_rate(node, place) if name.endswith(FILLED) else _number(calculate(node, place))
        for name, node in rules.figures.items()
    }


def _filled_rate(node: Node, place: Place) -> Number:
    """A declared rate; a placeholder in its place means that there is none."""
    value = place.find(names(node)[0])
    return _number(of_value(value, "")) if value is not None and value.is_filled else None


def _whole(submission: Submission, forms: PackForms, rules: FormFigures) -> dict[str, Any]:
    """Figures of the unit's one form of the whole department; none without it."""
    table = next(iter(submission.of(rules.form)), None)
    return _figures(rules, Place(WHOLE, forms, submission, table)) if table else {}


def _project(place: Place, table: Table, rules: FormFigures, card: Scorecard | None) -> ProjectFacts:
    rows = [Indicator(table, item) for item in table.items]
    satisfaction = [it for it in rows if _is_satisfaction(it.item)]
    reduced = [it for it in rows if it.points is not None and it.score is not None and it.score < it.points]
    project = _project_name(table)
    return ProjectFacts(
        project=project,
        **_figures(rules, place),
        satisfaction_target=_texts(it.target for it in satisfaction),
        satisfaction=_texts(it.actual for it in satisfaction),
        reduced=len(reduced),
        unexplained=sum(1 for it in reduced if not it.is_explained),
        file=table.file,
        sheet=table.sheet,
        **project_scores(card, table.file, table.sheet, project),
    )


def _monitoring(place: Place, table: Table, rules: FormFigures, card: Scorecard | None) -> MonitoringFacts:
    rows = [Indicator(table, item) for item in table.items]
    project, columns = _project_name(table), rules.columns
    return MonitoringFacts(
        project=project,
        **_figures(rules, place),
        achieved=achieved_share(rows),
        certain=_ticks(rows, columns["certain"]),
        possible=_ticks(rows, columns["possible"]),
        impossible=_ticks(rows, columns["impossible"]),
        remarks=_texts(it.value(columns["remarks"]) for it in rows),
        file=table.file,
        sheet=table.sheet,
        **progress_scores(card, table.file, table.sheet, project),
    )


def _number(result: Result) -> Number:
    if isinstance(result, Missing):
        return None
    return result.value * MONEY.get(result.unit, Decimal(1))


def _is_satisfaction(item: Item) -> bool:
    """Whether 一级 or 二级 says so; on some forms only the indicator itself does."""
    headings = item.path[:-1] or item.path
    return any("满意度" in part for part in headings)


def _project_name(table: Table) -> str:
    value = table.project or _BLANK
    return quoted(as_filled(value)) if value.is_filled else ""


def _texts(values: Iterable[Value | None]) -> str:
    """The different texts of some cells, in their order."""
    texts = [as_filled(value) for value in values if value is not None and value.is_filled]
    return "；".join(dict.fromkeys(texts))


def _ticks(rows: Iterable[Indicator], column: str) -> int:
    return sum(1 for it in rows if (cell := it.cell(column)) is not None and cell.number == 1)
