"""Checks are described in sentences, with tolerances in figures and without marks of the rule language."""

from __future__ import annotations

import pytest

from batch.checks.engine.describe import how, relation
from tests.paper import rules


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        ("J105", "三公经费应等于公务用车＋出国经费＋公务接待；逐列检查；容差0.01万元"),
        ("C502", "基础数据表“项目支出”本年决算应等于整体自评表“项目支出”全年执行数；容差0.01万元"),
        ("J126", "“整体支出”本年决算－“整体支出”本年预算不应大于“整体支出”本年预算×10%"),
        ("Z415", "÷（“基本支出”全年预算数＋“项目支出”全年预算数）"),
        ("X303", "得分应等于（全年执行数÷全年预算数与1中较小的）×分值（保留2位小数）"),
        ("X308", "已填权重时才查；权重应等于各项下级之和"),
        ("X339", "得分不大于分值，且（表上没有全年预算数，或没有填全年预算数）时才查"),
        ("C501", "与基础数据表“整体支出”本年预算的差不大于0.01时才查"),
    ],
)
def test_a_check_is_told_in_a_sentence(check: str, sentence: str) -> None:
    assert sentence in how(rules().catalogue[check])


def test_one_of_several_ties_is_told_by_itself() -> None:
    check = rules().catalogue["C505"]
    assert relation(check, 1).startswith("整体自评表“基本支出”全年执行数应等于")
    assert relation(check) == f"{relation(check, 0)}；{relation(check, 1)}"


def test_no_description_has_marks_of_the_rule_language() -> None:
    marks = ("==", "!=", "<=", ">=", " * ", " / ", "TOL_")
    told = {check.id: how(check) for check in rules().catalogue.values()}
    assert not {name: text for name, text in told.items() if any(mark in text for mark in marks)}
