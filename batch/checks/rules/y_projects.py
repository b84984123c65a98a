"""Checks of projects and their texts against last year's."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import (
    Amount,
    Missing,
    Result,
    add,
    of_value,
    show,
)
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.form_words import plain, spelt
from batch.checks.engine.last_year_amounts import (
    accepted_amount,
    mention,
    of_last_year,
    projects_of,
    words_key,
)
from batch.checks.engine.registry import Run, check
from batch.checks.engine.similar_texts import alike, bare
from batch.checks.engine.ties import side_words, sides_of
from batch.checks.engine.tolerance import holds
from batch.forms.spec.spec import FormSpec
from batch.model.form import Table, Value
from batch.model.reference import LastYear

_PROJECT = "项目自评表"
_ONE = Decimal(1)


@check("Y705")
def same_words(run: Run) -> Iterator[CheckResult]:
    """Goals and results that repeat last year's nearly word for word."""
    last = yield from of_last_year(run)
    if last is None:
        return
    least, shortest = run.check.thresholds["雷同下限率"], run.check.thresholds["最少字数"]
    for table in run.submission.tables:
        spec = run.forms.forms[table.form]
        project = _project_then(run, last, table, spec)
        for entry in spec.entries:
            value = run.field(table, entry.name)
            accepted = run.accepted(table.form, entry.name, project) if project is not None else None
            # names and the like stay the same from year to year
            if entry.type != "text" or entry.name in spec.known or value is None or accepted is None:
                continue
            now, before = bare(value.raw), bare(accepted.raw)
            if min(len(now), len(before)) < shortest:
                continue
            label = plain(spelt(entry.label, table, run.forms))
            share = _ONE if now == before else alike(now, before, least)
            if share < least:
                yield Passed(f"{table.name}：{label}", table.form)
            else:
                words = {"字段": label, "雷同": show(share, "%")}
                yield Violation(
                    f"{table.name}：{label}", table, value, entry.name, words, related=[mention(accepted)]
                )


def _project_then(run: Run, last: LastYear, table: Table, spec: FormSpec) -> str | None:
    """How the table's project was called last year; "" for a form of the whole unit, None when it was not."""
    if spec.per == "单位":
        return ""
    name = run.field(table, "项目名称")
    if name is None or not name.is_filled:
        return None
    return projects_of(last, table.form).get(words_key(name.raw))


@check("Y706")
def carried_balance(run: Run) -> Iterator[CheckResult]:
    """What a project carries over is what it had left last year."""
    last = yield from of_last_year(run)
    if last is None:
        return
    for table in run.submission.of(_PROJECT):
        project = _project_then(run, last, table, run.forms.forms[_PROJECT])
        if project is None:
            yield NotApplicable(table.name, "上年没有这个项目的自评表")
            continue
        budget = run.accepted(_PROJECT, "年度资金总额.全年预算数", project)
        spent = run.accepted(_PROJECT, "年度资金总额.全年执行数", project)
        value = run.field(table, "上年结转.全年预算数")
        if budget is None or spent is None or value is None:
            yield Unchecked(table.name, "上年审定数据里没有这个项目的预算数或执行数")
            continue
        left = add(accepted_amount(budget), accepted_amount(spent), -1)
        yield _balance(run, table, value, left, [mention(budget), mention(spent)])


def _balance(run: Run, table: Table, value: Value, left: Result, basis: list[Value]) -> CheckResult:
    now = of_value(value, "上年结转")
    for side in (now, left):
        if isinstance(side, Missing):
            return Unchecked(table.name, side.reason)
    assert isinstance(now, Amount)
    assert isinstance(left, Amount)
    if left.value < 0:
        return Unchecked(table.name, f"上年执行数大于预算数（{left.text}），没有结余可比")
    filled, due, difference = sides_of(now, left)
    if holds("==", now, left, run.check.tolerance):
        return Passed(table.name, table.form, filled, due, difference)
    words = {
        "项目": run.text(table, "项目名称"),
        **side_words(now, left, difference),
        "算式": left.text,
    }
    return Violation(
        table.name,
        table,
        value,
        "上年结转.全年预算数",
        words,
        expected=due,
        difference=difference,
        left=filled,
        right=due,
        related=basis,
    )
