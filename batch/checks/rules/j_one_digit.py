"""A slip of one digit: which number, changed in one place, would make a sum come out right?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import Amount, number_of, of_value, round_half_up
from batch.checks.engine.check_result import CheckResult, Passed, Unchecked, Violation
from batch.checks.engine.form_words import spelt
from batch.checks.engine.registry import Run, check
from batch.checks.rules.j_basic import evidence, families, row_label
from batch.model.form import BLANK, Table, Value

_CENT = Decimal("0.01")


@check("J113", each="列")
def one_digit_off(run: Run) -> Iterator[CheckResult]:
    """Look for a number that differs in one digit, or in two neighbours swapped, from what would balance."""
    for table in run.submission.of("基础数据表"):
        known = families(run, table)
        for grid in run.forms.forms[table.form].grids:
            for column in (c for c in grid.columns if run.is_wanted(c.name)):
                # what the form computes must come out exactly
                for whole in (row.name for row in grid.rows if row.formula):
                    yield from _look(run, table, whole, known.get(whole, []), column.name, column.label)


def _look(
    run: Run, table: Table, whole: str, parts: list[str], column: str, label: str
) -> Iterator[CheckResult]:
    where = f"{spelt(label, table, run.forms)}{row_label(run, whole)}"
    usable = []
    for row in (whole, *parts):
        value = run.field(table, f"{row}.{column}")
        if value is None or value.state is BLANK:
            continue
        number = number_of(value)
        if number is None:
            yield Unchecked(where, "合计或分项没有数")
            return
        usable.append((row, value, number))
    if len(usable) < 2 or usable[0][0] != whole:
        yield Unchecked(where, "合计或分项没有数")
        return
    total = usable[0][2]
    difference = total - sum((number for _, _, number in usable[1:]), Decimal(0))
    if abs(difference) <= _CENT:
        yield Passed(where, table.form)
        return
    found = []
    for row, value, number in usable:
        right = number - difference if row == whole else number + difference
        if is_slip(number, right):
            found.append((row, value, right))
    if not found:
        yield Passed(where, table.form)
        return
    part, sum_of_parts = (of_value(value, row) for row, value, _ in (usable[-1], usable[0]))
    assert isinstance(part, Amount)
    assert isinstance(sum_of_parts, Amount)
    hint = evidence(run, whole, column, part, sum_of_parts)
    if "合计写错" not in hint:
        # with nothing to tell them apart, a part is the likelier slip: it was typed, the sum was added up
        found = [entry for entry in found if entry[0] != whole] or found
    row, value, right = found[0]
    yield _report(run, table, (row, column, value, right), whole, where, hint)


def _report(
    run: Run, table: Table, slip: tuple[str, str, Value, Decimal], whole: str, where: str, hint: str
) -> Violation[Value]:
    row, column, value, right = slip
    words = {
        "项目": row_label(run, row),
        "列": where.removesuffix(row_label(run, whole)),
        "甲": f"{value.number}",
        "乙": f"{right}",
        "合计项": row_label(run, whole),
        "旁证": hint,
    }
    return Violation(where, table, value, f"{row}.{column}", words, expected=f"{right}")


def is_slip(wrong: Decimal, right: Decimal) -> bool:
    """Whether two numbers differ in one digit, or in two neighbouring digits swapped."""
    # nothing was typed as 0 by a slip
    if right < 0 or not wrong:
        return False
    a, b = f"{round_half_up(wrong, 2):f}", f"{round_half_up(right, 2):f}"
    if len(a) != len(b) or a == b:
        return False
    off = [n for n in range(len(a)) if a[n] != b[n]]
    if len(off) == 1:
        return True
    swapped = len(off) == 2 and off[1] == off[0] + 1
    return swapped and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]
