"""The figures of one unit as the roll-up wants them: money in 万元, rates recomputed, gaps left open.

A figure that is blank, an error or unreadable is None and never 0; a placeholder (“无”, “/”) counts as 0,
as it does for the checks. Nothing here refers to cells or workbooks, so facts travel between processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from batch.checks.engine.amount import MONEY, Missing, Result, add, add_up, as_filled, divide, of_value
from batch.checks.engine.catalogue import Check
from batch.checks.engine.fields import Fields
from batch.checks.engine.gone import asked_cells, places_of
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.places import one_a_project
from batch.checks.engine.progress import achieved_share
from batch.figures.details import details_of
from batch.figures.last_year import last_facts
from batch.figures.scored import progress_scores, project_scores, standing, unit_scores
from batch.figures.tie_facts import ties_of
from batch.forms.spec.spec import PackForms
from batch.model.form import Item, State, Submission, Table, Value
from batch.model.quoting import quoted
from batch.model.review import Review
from batch.model.scores import Scorecard
from batch.model.unit_facts import MonitoringFacts, Number, ProjectFacts, UnitFacts

NO_CHECKS: Mapping[str, Check] = MappingProxyType({})

_BLANK = Value(State.BLANK)


def facts_of(
    submission: Submission,
    review: Review,
    forms: PackForms,
    catalogue: Mapping[str, Check] = NO_CHECKS,
    fields: Fields | None = None,
) -> UnitFacts:
    """The figures of one unit, and how the ties of `catalogue` came out on it.

    `fields`: all fields of the submission, where the checks have gone through them already.
    Of forms due once a unit or a project the first is taken, as the checks do: a second one is a finding.
    """
    card, monitored = review.scorecard, one_a_project(submission.of_year("监控表", forms.year))
    details = tuple(details_of(fields or Fields(submission, forms), forms, _project_name))
    return UnitFacts(
        unit=review.unit,
        code=review.code,
        files=review.files,
        **standing(review),
        department=_department(submission),
        last=last_facts(submission),
        **_basic(_Fields(submission, "基础数据表")),
        **_overall(_Fields(submission, "整体自评表")),
        projects=tuple(_project(table, card) for table in one_a_project(submission.of("项目自评表"))),
        monitoring=tuple(_monitoring(table, card) for table in monitored),
        details=details,
        places=places_of(details),
        asked=asked_cells(details),
        ties=ties_of(review.outcomes, catalogue),
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


class _Fields:
    """The fields of a unit's first table of one form, as amounts; all missing when there is no such table."""

    def __init__(self, submission: Submission, form: str) -> None:
        self.table = next(iter(submission.of(form)), None)

    def __getitem__(self, name: str) -> Result:
        return of_value(self.value(name), name)

    def value(self, name: str) -> Value:
        return self.table.fields.get(name, _BLANK) if self.table else _BLANK


def _basic(form: _Fields) -> dict[str, Any]:
    posts, staff = form["编制数"], form["在职人数"]
    budget, spent = form["整体支出.本年预算"], form["整体支出.本年决算"]
    official_budget, official_spent = form["三公经费.本年预算"], form["三公经费.本年决算"]
    running_budget, running_spent = form["公用经费.本年预算"], form["公用经费.本年决算"]
    return {
        "posts": _number(posts),
        "staff": _number(staff),
        "staff_rate_filled": _rate(form.value("控制率")),
        "staff_rate": _number(divide(staff, posts)),
        "total_before": _number(form["整体支出.上年决算"]),
        "total_budget": _number(budget),
        "total_spent": _number(spent),
        "adjustment_rate": _number(divide(add(spent, budget, -1), budget)),
        "project_budget": _number(form["项目支出.本年预算"]),
        "project_spent": _number(form["项目支出.本年决算"]),
        "official_before": _number(form["三公经费.上年决算"]),
        "official_budget": _number(official_budget),
        "official_spent": _number(official_spent),
        "official_rate": _number(divide(official_spent, official_budget)),
        "running_before": _number(form["公用经费.上年决算"]),
        "running_budget": _number(running_budget),
        "running_spent": _number(running_spent),
        "running_rate": _number(divide(running_spent, running_budget)),
        "purchase_budget": _number(form["政府采购.本年预算"]),
        "purchase_spent": _number(form["政府采购.本年决算"]),
    }


def _overall(form: _Fields) -> dict[str, Any]:
    budget = add(form["财政拨款.全年预算数"], form["其他资金.全年预算数"])
    spent = add(form["财政拨款.全年执行数"], form["其他资金.全年执行数"])
    table = form.table
    return {
        "funds_budget": _number(budget),
        "funds_spent": _number(spent),
        "funds_rate": _number(divide(spent, budget)),
        "basic_spent": _number(form["基本支出.全年执行数"]),
        "score": _total_score(table) if table else None,
        "score_sum": _number(_sum_of_scores(table.items)) if table else None,
    }


def _project(table: Table, card: Scorecard | None) -> ProjectFacts:
    fields = table.fields

    def amount(column: str) -> Result:
        name = f"年度资金总额.{column}"
        return of_value(fields.get(name, _BLANK), name)

    budget, spent = amount("全年预算数"), amount("全年执行数")
    satisfaction = [item for item in table.items if _is_satisfaction(item)]
    reduced = [item for item in table.items if _is_reduced(item)]
    return ProjectFacts(
        project=_project_name(table),
        budget_initial=_number(amount("年初预算数")),
        budget=_number(budget),
        spent=_number(spent),
        rate_filled=_rate(fields.get("年度资金总额.执行率", _BLANK)),
        rate=_number(divide(spent, budget)),
        score=_total_score(table),
        score_sum=_number(add(_sum_of_scores(table.items), amount("得分"))),
        satisfaction_target=_texts(satisfaction, "年度指标值"),
        satisfaction=_texts(satisfaction, "完成值"),
        reduced=len(reduced),
        unexplained=sum(1 for item in reduced if not item.values.get("偏差原因", _BLANK).is_filled),
        file=table.file,
        sheet=table.sheet,
        **project_scores(card, table.file, table.sheet, _project_name(table)),
    )


def _monitoring(table: Table, card: Scorecard | None) -> MonitoringFacts:
    fields = table.fields
    budget = of_value(fields.get("年度资金总额.年初预算数", _BLANK), "年初预算数")
    spent = of_value(fields.get("年度资金总额.期间执行数", _BLANK), "期间执行数")
    return MonitoringFacts(
        project=_project_name(table),
        budget=_number(budget),
        spent=_number(spent),
        rate_filled=_rate(fields.get("年度资金总额.期间执行率", _BLANK)),
        rate=_number(divide(spent, budget)),
        achieved=achieved_share(Indicator(table, item) for item in table.items),
        certain=_ticks(table, "确定能"),
        possible=_ticks(table, "有可能"),
        impossible=_ticks(table, "完全不可能"),
        remarks=_texts(table.items, "备注"),
        file=table.file,
        sheet=table.sheet,
        **progress_scores(card, table.file, table.sheet, _project_name(table)),
    )


def _number(result: Result) -> Number:
    if isinstance(result, Missing):
        return None
    return result.value * MONEY.get(result.unit, Decimal(1))


def _rate(value: Value) -> Number:
    """A declared rate; a placeholder in its place means that there is none."""
    return _number(of_value(value, "")) if value.is_filled else None


def _total_score(table: Table) -> Number:
    return _number(of_value(table.totals.get("得分", _BLANK), "总分"))


def _sum_of_scores(items: list[Item]) -> Result:
    return add_up([of_value(item.values.get("得分", _BLANK), "得分") for item in items], "没有得分")


def _is_reduced(item: Item) -> bool:
    points, score = item.values.get("分值", _BLANK), item.values.get("得分", _BLANK)
    return points.number is not None and score.number is not None and score.number < points.number


def _is_satisfaction(item: Item) -> bool:
    """Whether 一级 or 二级 says so; on some forms only the indicator itself does."""
    headings = item.path[:-1] or item.path
    return any("满意度" in part for part in headings)


def _project_name(table: Table) -> str:
    value = table.fields.get("项目名称", _BLANK)
    return quoted(as_filled(value)) if value.is_filled else ""


def _texts(items: list[Item], column: str) -> str:
    """The different texts of a column, in their order."""
    texts = [as_filled(v) for item in items if (v := item.values.get(column, _BLANK)).is_filled]
    return "；".join(dict.fromkeys(texts))


def _ticks(table: Table, column: str) -> int:
    return sum(1 for item in table.items if item.values.get(column, _BLANK).number == 1)
