"""Sums that must agree: any amount beyond the tolerance is found, and none within it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.checks.engine.collect import ReportedCells, collect
from batch.checks.engine.ties import run_ties
from batch.model.form import Submission
from tests.paper import corrected, rules, submission

#: check → (form, column, the total, its parts); both sides of Z401 are sums
SUMS = {
    "J105": ("基础数据表", "本年决算", ("三公经费",), ("公务用车", "出国经费", "公务接待")),
    "J106": ("基础数据表", "本年预算", ("公务用车",), ("公车购置", "公车运行维护")),
    "J111": ("基础数据表", "本年决算", ("项目支出",), ("业务工作专项", "运行维护专项")),
    "K201": ("监控表", "期间执行数", ("年度资金总额",), ("一般公共预算拨款", "其他资金")),
    "X301": ("项目自评表", "全年预算数", ("年度资金总额",), ("财政拨款", "上年结转", "其他资金")),
    "Z401": ("整体自评表", "全年执行数", ("财政拨款", "其他资金"), ("基本支出", "项目支出")),
}
CENT = Decimal("0.01")
amounts = st.integers(min_value=0, max_value=10**9).map(lambda cents: cents * CENT)


@cache
def _paper() -> Submission:
    return submission(corrected())


def tolerance(check: str) -> Decimal:
    """0.01 元 for Z401; else half a cent of 万元 for each part, at least a cent (TOL_W)."""
    _, _, totals, parts = SUMS[check]
    return CENT if check == "Z401" else max(CENT, Decimal("0.005") * max(len(totals), len(parts)))


def is_found(check: str, numbers: dict[str, Decimal]) -> bool:
    """Whether the check is violated in its column when its rows hold these numbers."""
    form, column, _, _ = SUMS[check]
    paper = _paper()
    tables = list(paper.tables)
    place = next(n for n, table in enumerate(tables) if table.form == form)
    fields = dict(tables[place].fields)
    parts_of = tables[place].extra_rows
    assert not any(parts_of.values()), "the paper has no rows of its own"
    for row, number in numbers.items():
        name = f"{row}.{column}"
        assert name in fields, name
        fields[name] = replace(fields[name], number=number, raw=f"{number:f}", kind="number", places=2)
    tables[place] = replace(tables[place], fields=fields)
    changed = replace(paper, tables=tables)
    tied, reported = rules().catalogue[check], ReportedCells()
    made = collect(tied, changed, run_ties(tied, changed, rules().forms, reported), reported)
    assert len(made.outcomes) > 1
    return any(finding.field.endswith(f".{column}") for finding in made.findings)


@pytest.mark.parametrize("check", SUMS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_sum_is_found_to_be_wrong_exactly_beyond_its_tolerance(check: str, data: st.DataObject) -> None:
    _, _, totals, parts = SUMS[check]
    numbers = {part: data.draw(amounts, part) for part in parts}
    whole = sum(numbers.values(), Decimal(0))
    for extra in totals[1:]:
        numbers[extra] = min(data.draw(amounts, extra), whole)
        whole -= numbers[extra]
    numbers[totals[0]] = whole
    assert not is_found(check, numbers)

    limit = tolerance(check)
    row = data.draw(st.sampled_from([*totals, *parts]), "row")
    sign = data.draw(st.sampled_from([1, -1]), "sign")
    within = data.draw(st.decimals(0, limit, places=3), "within")
    beyond = limit + data.draw(st.decimals("0.001", 10**6, places=3), "beyond")
    assert not is_found(check, {**numbers, row: numbers[row] + sign * within})
    assert is_found(check, {**numbers, row: numbers[row] + sign * beyond})
