"""What is told where one figure contradicts another and both may be wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from batch.model.cause import Cause, Sure
from batch.model.form import Value
from batch.model.status import Severity
from batch.repair.causes import causes_found
from batch.repair.linear import Cell
from tests.repair.planted import checked, clean, rules, slipped

BASIC, WHOLE = "基础数据表", "整体自评表"


def _cell(seed: int, form: str, field: str) -> tuple[Cell, Value]:
    (table,) = clean(seed).of(form)
    value = table.fields[field]
    return (table.file, value.sheet, value.ref), value


def _told(seed: int, figures: dict[tuple[str, str], str]) -> tuple[Cause, ...]:
    """The 错误 to mend once these figures are typed."""
    new = {}
    for (form, field), number in figures.items():
        cell, value = _cell(seed, form, field)
        new[cell] = replace(value, number=Decimal(number), raw=number, notes=(), formula=None)
    of, one = slipped(seed, "", new), rules()
    said = checked(of)
    causes, _ = causes_found(of, said, said.findings, one.causes, one.checks)
    return tuple(cause for cause in causes if cause.severity is Severity.ERROR)


def test_a_rate_that_names_a_head_count_is_no_less_certain_than_it() -> None:
    # 36÷37 = 97.30 % in the other form: hardly any wrong rate leads to a whole number
    (cause,) = _told(1, {(BASIC, "编制数"): "47"})
    assert cause.sure is Sure.CHOICE
    assert {(one.cell, one.to) for way in cause.options for one in way} == {("F20", "76.60%"), ("B4", "37")}


def test_half_a_person_is_doubtful_itself() -> None:
    causes = _told(1, {(BASIC, "编制数"): "36.5"})
    assert [change for cause in causes for change in cause.changes if change.sheet == WHOLE] == []


def test_a_form_in_another_unit_of_money_is_one_thing_to_do() -> None:
    (table,) = clean(0).of(WHOLE)
    sums = {
        (WHOLE, name): str(value.number / 10000)
        for name, value in table.fields.items()
        if value.unit == "元" and value.number
    }
    (cause,) = _told(0, sums)
    assert (cause.rule, cause.changes, cause.options) == ("金额单位混用", (), ())
    assert cause.errors >= 6
