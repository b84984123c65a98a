"""Checks against what was accepted of the unit last year. Without it there is nothing to compare."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import (
    Amount,
    Missing,
    add,
    as_filled,
    divide,
    of_value,
    same_unit,
    show,
)
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import CheckResult, Passed, Unchecked, Violation
from batch.checks.engine.form_words import plain
from batch.checks.engine.grades import grade_of
from batch.checks.engine.last_year_amounts import (
    accepted_amount,
    mention,
    of_last_year,
)
from batch.checks.engine.message import fill
from batch.checks.engine.registry import LooksAt, Run, check
from batch.checks.engine.ties import side_words, sides_of
from batch.checks.engine.tolerance import holds
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.form import Table, Value
from batch.model.reference import Accepted

_BASIC, _WHOLE = "基础数据表", "整体自评表"
#: figures apart by this factor were given in different units of money
_FACTOR = Decimal(10000)
_NEAR = Decimal("0.01")
_SCORE = "总分.得分"


def _columns_carried(check: Check, forms: PackForms) -> Iterator[str]:
    columns = (column for grid in forms.forms[check.form].grids for column in grid.columns)
    yield from (f"{check.form}.{column.name}" for column in columns if column.last_year)


@check("Y701", looks_at=LooksAt(named=_columns_carried))
def carried_figures(run: Run) -> Iterator[CheckResult]:
    """Each row's figure of the year before is the one that was accepted then."""
    if (yield from of_last_year(run)) is None:
        return
    for table in run.submission.of(run.check.form):
        for name, source, label in _carried(run.forms.forms[table.form], table):
            value, accepted = run.field(table, name), run.accepted(table.form, source)
            if accepted is None:
                yield Unchecked(label, "上年审定数据里没有这一行")
            elif value is not None:
                yield _carried_over(run, table, (name, value), accepted, label)


def _carried(spec: FormSpec, table: Table) -> Iterator[tuple[str, str, str]]:
    """(field, last year's field, row's label) of all that a form carries over, rows added by the unit too."""
    for grid in spec.grids:
        rows = [(row.name, plain(row.label)) for row in grid.rows]
        rows += [(name, name) for names in table.extra_rows.values() for name in names]
        for column in grid.columns:
            if column.last_year:
                for row, label in rows:
                    yield f"{row}.{column.name}", f"{row}.{column.last_year}", label


def _carried_over(
    run: Run, table: Table, field: tuple[str, Value], accepted: Accepted, label: str
) -> CheckResult:
    name, value = field
    now, before = of_value(value, label), accepted_amount(accepted)
    for side in (now, before):
        if isinstance(side, Missing):
            return Unchecked(label, side.reason)
    assert isinstance(now, Amount)
    assert isinstance(before, Amount)
    left, right, difference = sides_of(now, before)
    if holds("==", now, before, run.check.tolerance):
        return Passed(label, table.form, left, right, difference)
    elif _is_other_unit(now, before):
        return Unchecked(label, f"填{left}，上年审定为{right}，相差1万倍，疑为金额单位不同")
    else:
        words = {"行": label, **side_words(now, before, difference)}
        return Violation(
            label,
            table,
            value,
            name,
            words,
            expected=right,
            difference=difference,
            left=left,
            right=right,
            related=[mention(accepted)],
        )


def _is_other_unit(now: Amount, before: Amount) -> bool:
    a, b, _ = same_unit(now, before)
    if a <= 0 or b <= 0:
        return False
    return abs(max(a / b, b / a) / _FACTOR - 1) <= _NEAR


@check("Y702")
def posts_changed(run: Run) -> Iterator[CheckResult]:
    """The number of posts is fixed by a document; a change rests on another one."""
    return _heads(run, "编制数", Decimal(0))


@check("Y703")
def staff_changed(run: Run) -> Iterator[CheckResult]:
    """The staff of a unit does not change much within a year."""
    return _heads(run, "在职人数", run.check.thresholds["变动上限率"])


def _heads(run: Run, field: str, limit: Decimal) -> Iterator[CheckResult]:
    """A number of persons now and last year, which may change by a share of `limit`."""
    last = yield from of_last_year(run)
    accepted = run.accepted(_BASIC, field)
    for table in run.submission.of(_BASIC) if last else ():
        value = run.field(table, field)
        before = accepted_amount(accepted, money=False) if accepted else Missing(f"上年审定数据里没有{field}")
        now = of_value(value, field) if value else Missing(f"表中没有“{field}”")
        for side in (now, before):
            if isinstance(side, Missing):
                yield Unchecked(field, side.reason)
                break
        else:
            assert value is not None
            assert accepted is not None
            assert isinstance(now, Amount)
            assert isinstance(before, Amount)
            if abs(now.value - before.value) <= limit * before.value:
                yield Passed(field, table.form, now.text, before.text)
            else:
                yield _heads_changed(run, table, (field, value), (now, before), accepted)


def _heads_changed(
    run: Run, table: Table, field: tuple[str, Value], counts: tuple[Amount, Amount], accepted: Accepted
) -> Violation[Value]:
    (name, value), (now, before) = field, counts
    rate = divide(add(now, before, -1), before)
    words = {
        "右": show(before.value, ""),
        "左": as_filled(value),
        "变动率": show(rate.value, "%", signed=True) if isinstance(rate, Amount) else "—",
        "上限率": show(run.check.thresholds.get("变动上限率", Decimal(0)), "%").replace(".00%", "%"),
    }
    return Violation(
        name,
        table,
        value,
        name,
        words,
        expected=words["右"],
        difference=show(now.value - before.value, "", signed=True),
        related=[mention(accepted)],
    )


@check("Y704")
def score_changed(run: Run) -> Iterator[CheckResult]:
    """The total moves far from last year's, or into another grade."""
    if (yield from of_last_year(run)) is None:
        return
    accepted = run.accepted(_WHOLE, _SCORE)
    for table in run.submission.of(_WHOLE):
        total = run.total(table, "得分")
        if accepted is None or accepted.number is None:
            yield Unchecked("总分", "上年审定数据里没有总分")
        elif total is None or total.number is None:
            yield Unchecked("总分", "总分没有数")
        else:
            yield _scores(run, table, (total, total.number), (accepted, accepted.number))


def _scores(
    run: Run, table: Table, now: tuple[Value, Decimal], before: tuple[Accepted, Decimal]
) -> CheckResult:
    (total, score), (accepted, was) = now, before
    shown = f"{was.normalize():f}"
    old, new = grade_of(was), grade_of(score)
    if abs(score - was) <= run.check.thresholds["分差上限"] and old == new:
        return Passed("总分", table.form, as_filled(total), shown)
    grades = {"原": old, "现": new}
    text = fill(run.check.texts["同等级" if old == new else "变等级"], grades)
    words = {"右": shown, "左": as_filled(total), "等级": text}
    return Violation(
        "总分",
        table,
        total,
        _SCORE,
        words,
        expected=shown,
        difference=show(score - was, "", signed=True),
        related=[mention(accepted)],
    )
