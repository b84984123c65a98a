"""What the bureau would know of a unit whose submission is right: the roster's entry, and the year before."""

from __future__ import annotations

from dataclasses import replace

from batch.model.form import Submission
from batch.model.reference import Accepted, KnownProject, RosterUnit
from batch.roster.last_year import accepted_fields
from tests.paper import rules

#: form, project, field
Place = tuple[str, str, str]


def year_before(submission: Submission) -> dict[Place, Accepted]:
    """What was accepted the year before, had everything been the same then but for the carried column.

    This year's 上年决算 is last year's 本年决算; nothing is known of the budget then, nor of any text.
    """
    known: dict[Place, Accepted] = {}
    for field in accepted_fields(submission, rules().forms):
        row, _, column = field.field.rpartition(".")
        if field.form == "基础数据表" and column == "上年决算":
            field = replace(field, field=f"{row}.本年决算")
        elif (field.form == "基础数据表" and column in ("本年预算", "本年决算")) or field.number is None:
            continue
        known[field.form, field.project, field.field] = field
    return known


def entry_of(submission: Submission) -> RosterUnit:
    """The roster's entry of the unit with the projects it reports, their budgets and targets."""
    projects = []
    for table in submission.of("项目自评表"):
        rows = [item.values for item in table.items]
        targets = tuple((row["三级指标"].raw, row["年度指标值"].raw) for row in rows)
        budget = table.fields["财政拨款.年初预算数"].number
        projects.append(KnownProject(table.fields["项目名称"].raw, "", budget, targets))
    return RosterUnit(submission.unit, projects=tuple(projects))
