"""Checks on 基础数据表 that need more than a tie."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import MONEY, Amount, as_filled, number_of, of_value, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.fields import Slot
from batch.checks.engine.form_words import spelt
from batch.checks.engine.message import Sum, fill
from batch.checks.engine.registry import LooksAt, Run, check
from batch.checks.engine.report_fields import report_fields
from batch.forms.spec.labels import label as normalise
from batch.model.form import Table, Value

_CENT = Decimal("0.01")


@check("J112", each="列")
def part_exceeds_whole(run: Run) -> Iterator[CheckResult]:
    """A part larger than the sum it belongs to: one of the two is mistyped."""
    for table in run.submission.of("基础数据表"):
        spec = run.forms.forms["基础数据表"]
        rows = [
            (whole, part, row_label(run, part))
            for whole, parts in families(run, table).items()
            for part in parts
        ]
        for column in (c for grid in spec.grids for c in grid.columns if run.is_wanted(c.name)):
            label = spelt(column.label, table, run.forms)
            for whole, part, called in rows:
                a, b = run.field(table, f"{part}.{column.name}"), run.field(table, f"{whole}.{column.name}")
                if a is None or b is None:
                    continue
                left, right = number_of(a), number_of(b)
                if left is None or right is None:
                    # a blank whole or part is reported by F025 and, for the sums, by J111 and J116
                    yield Unchecked(f"{label}{called}", "分项或合计没有数")
                elif left <= right + _CENT:
                    yield Passed(f"{label}{called}", table.form)
                else:
                    yield _exceeds(run, table, (whole, part), (a, b), column.name, label)


def families(run: Run, table: Table) -> dict[str, list[str]]:
    """The rows that are parts of another: those of the form, and those the unit added."""
    families: dict[str, list[str]] = {}
    for grid in run.forms.forms[table.form].grids:
        for row in grid.rows:
            if whole := row.part_of or row.parent:
                families.setdefault(whole, []).append(row.name)
    for heading, rows in table.extra_rows.items():
        families.setdefault(heading, []).extend(rows)
    return families


def _exceeds(
    run: Run, table: Table, rows: tuple[str, str], cells: tuple[Value, Value], column: str, label: str
) -> Violation[Value]:
    (whole, part), (a, b) = rows, cells
    left, right = of_value(a, part), of_value(b, whole)
    assert isinstance(left, Amount)
    assert isinstance(right, Amount)
    difference = show(left.value - right.value, left.unit)
    words: dict[str, str | Sum] = {
        "列": label,
        "子项": row_label(run, part),
        "合计项": row_label(run, whole),
        "甲": Sum(left.text, left.unit),
        "乙": Sum(right.text, right.unit),
        "差": Sum(difference, left.unit),
        "旁证": evidence(run, whole, column, left, right),
    }
    return Violation(
        f"{label}{row_label(run, part)}",
        table,
        a,
        f"{part}.{column}",
        words,
        expected=f"不超过{right.text}",
        difference=f"+{difference}",
        related=[b],
    )


def row_label(run: Run, row: str) -> str:
    """How messages call a row of the basic form."""
    return run.forms.forms["基础数据表"].row_words.get(row, row)


def evidence(run: Run, whole: str, column: str, part: Amount, total: Amount) -> str:
    """What another form says of the same sum: it shows which of the two numbers is mistyped."""
    twin = {"本年预算": "全年预算数", "本年决算": "全年执行数"}.get(column)
    tables = run.submission.of("整体自评表")
    if whole != "项目支出" or twin is None or not tables:
        return ""
    value = run.field(tables[0], f"项目支出.{twin}")
    if value is None or value.number is None:
        return ""
    for amount, name, wrong in ((total, "合计", "分项"), (part, "分项", "合计")):
        if abs(value.number * MONEY[value.unit] - amount.value * MONEY[amount.unit]) <= _CENT:
            words = {"值": Sum.of(value), "数": Sum(amount.text, amount.unit)}
            return fill(f"整体自评表项目支出为{{值}}元，与{name}{{数}}万元一致，疑为{wrong}写错。", words)
    return ""


def _is_part_of_one(slot: Slot) -> bool:
    number = slot.value.number
    return slot.field.type == "count" and number is not None and number != number.to_integral_value()


@check("J103", looks_at=LooksAt(among=lambda slot, _: _is_part_of_one(slot)))
def whole_numbers(run: Run) -> Iterator[CheckResult]:
    """People come in whole numbers."""
    yield from report_fields(run, filter(_is_part_of_one, run.fields.of_type("count")), "count")


@check("J120")
def misfiled_project(run: Run) -> Iterator[CheckResult]:
    """A maintenance project was handed in, but no money stands under maintenance."""
    projects = [
        as_filled(value)
        for table in (*run.submission.of("监控表"), *run.submission.of("项目自评表"))
        if (value := run.field(table, "项目名称")) and "运行维护" in normalise(value.raw)
    ]
    for table in run.submission.of("基础数据表"):
        value = run.field(table, "运行维护专项.本年决算")
        if value is None or not projects:
            yield NotApplicable("", "没有名称含“运行维护”的项目")
        elif value.number != 0:
            yield run.passed(table)
        else:
            words = {"项目": projects[0]}
            yield Violation(table.name, table, value, "运行维护专项.本年决算", words)
