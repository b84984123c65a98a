"""自评质量评分: every point lost has its finding, and the sum is what is left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.config.rulebook import load_rulebook
from batch.model.review import Finding
from batch.model.scores import Quality
from batch.model.status import Severity
from batch.scoring.quality import quality_of
from batch.scoring.rules import QualityRule
from tests.paper import PACK, checked, corrected, rules, sample

D = Decimal


def the_rule() -> QualityRule:
    rule = rules().scoring.quality
    assert rule is not None
    return rule


def quality(findings: list[Finding], late: int | None = None, returns: int | None = None) -> Quality:
    return quality_of(findings, the_rule(), late, returns)


def finding(check: str, category: str, severity: Severity = Severity.ERROR, n: int = 0) -> Finding:
    return Finding(
        "单位",
        "a.xlsx",
        "表",
        f"A{n + 1}",
        check,
        "",
        severity,
        "基础数据表",
        f"行{n}.栏",
        "文字",
        "",
        category=category,
    )


def score(result: Quality, dimension: str) -> D | None:
    return next(d.score for d in result.dimensions if d.name == dimension)


def total(result: Quality) -> D:
    """The scores of the dimensions that are scored."""
    return sum((d.score for d in result.dimensions if d.score is not None), D(0))


def test_six_dimensions_make_a_hundred_points() -> None:
    assert sum(d.points for d in the_rule().dimensions) == 100
    assert len(the_rule().dimensions) == 6


def test_the_pack_names_only_categories_that_there_are() -> None:
    known = {
        entry.data["category"] for entry in load_rulebook(PACK).checks.values() if "category" in entry.data
    }
    assert {c for rule in the_rule().deductions for c in rule.categories} <= known


def test_findings_of_one_cause_cost_once_the_dearest() -> None:
    one = [
        finding("F006", "缺报漏报", n=1),
        finding("J111", "表内勾稽", n=2),
        finding("Z427", "得分与完成不符"),
    ]
    together = quality([replace(f, cause="件一") for f in one])
    assert [(d.check, d.points) for d in together.deductions] == [("F006", D(10))]
    assert [d.check for d in quality(one).deductions] == ["F006", "J111"]


def test_lateness_is_deducted_for_once() -> None:
    late = quality([finding("G804", "缺报漏报", Severity.HINT)], late=3, returns=0)
    assert (score(late, "及时性"), score(late, "完整性")) == (D(7), D(20))


def test_every_point_the_real_submission_loses_has_its_finding() -> None:
    found = checked(sample()).findings
    result = quality(found)
    for d in result.dimensions:
        lost = sum((x.points for x in result.deductions if x.dimension == d.name), D(0))
        assert d.score is None or d.score == d.points - lost
    by_key = {f.key: f for f in found}
    assert all(by_key[x.finding].check == x.check for x in result.deductions)
    assert all(x.text and x.points > 0 for x in result.deductions)
    # no finding costs twice
    assert len({x.finding for x in result.deductions}) == len(result.deductions)
    # what only follows from a blank (X301, J116, J121, C515) costs nothing beside it
    assert score(result, "准确性") == 2
    twice = quality([replace(f, field=f"{f.field}{n}") for f in found for n in (1, 2)])
    assert score(twice, "准确性") == 0
    assert "另有" in next(d.reason for d in twice.dimensions if d.name == "准确性")


def test_without_dates_the_total_is_out_of_the_rest() -> None:
    result = quality([])
    assert (total(result), score(result, "及时性")) == (D(90), None)
    assert total(quality([], 0, 0)) == D(100)


@pytest.mark.parametrize(
    ("late", "returns", "left"),
    [(0, 0, 10), (0, 1, 10), (0, 2, 9), (3, 0, 7), (3, 3, 5), (10, 0, 0), (99, 9, 0)],
)
def test_late_days_and_returns_after_the_first_cost_a_point_each(late: int, returns: int, left: int) -> None:
    result = quality([], late, returns)
    assert score(result, "及时性") == left
    assert sum(x.points for x in result.deductions) == 10 - left


@pytest.mark.parametrize(
    ("check", "category", "severity", "dimension", "lost"),
    [
        ("F006", "缺报漏报", Severity.ERROR, "完整性", "10"),
        ("F025", "缺报漏报", Severity.ERROR, "完整性", "0.5"),
        ("F020", "格式与单位", Severity.HINT, "规范性", "0.5"),
        ("F012", "格式与单位", Severity.HINT, "规范性", "0.2"),
        ("X311", "权重分值不合规", Severity.WARNING, "规范性", "3"),
        ("J105", "表内勾稽", Severity.ERROR, "准确性", "2"),
        ("J123", "表内勾稽", Severity.WARNING, "准确性", "0"),
        ("X313", "得分与完成不符", Severity.ERROR, "合理性", "1"),
        ("X314", "得分与完成不符", Severity.WARNING, "合理性", "2"),
        ("X316", "得分与完成不符", Severity.WARNING, "合理性", "0"),
        ("X318", "指标设置不当", Severity.WARNING, "真实性", "1"),
        ("Y705", "照搬雷同", Severity.HINT, "真实性", "1"),
        ("J126", "预算调整与超支", Severity.WARNING, "合理性", "0"),
    ],
)
def test_what_a_finding_costs_and_where(
    check: str, category: str, severity: Severity, dimension: str, lost: str
) -> None:
    result = quality([finding(check, category, severity)])
    assert total(result) == 90 - D(lost)
    before = next(d.points for d in result.dimensions if d.name == dimension)
    assert score(result, dimension) == before - D(lost)


def test_what_is_on_trial_or_explained_costs_nothing() -> None:
    open_one = finding("J105", "表内勾稽")
    assert total(quality([replace(open_one, status="试行")])) == 90
    assert total(quality([replace(open_one, answer="豁免")])) == 90
    assert total(quality([replace(open_one, answer="不采纳")])) == 88


def test_a_corrected_submission_has_all_its_points() -> None:
    found = checked(corrected()).findings
    assert total(quality(found)) == 90 - sum(x.points for x in quality(found).deductions)
    assert total(quality([f for f in found if f.severity is Severity.ERROR])) == 90


kinds = st.sampled_from(
    [
        ("F006", "缺报漏报", Severity.ERROR),
        ("F025", "缺报漏报", Severity.ERROR),
        ("X308", "权重分值不合规", Severity.ERROR),
        ("J105", "表内勾稽", Severity.ERROR),
        ("X314", "得分与完成不符", Severity.WARNING),
        ("X318", "指标设置不当", Severity.WARNING),
        ("J126", "预算调整与超支", Severity.WARNING),
    ]
)


@given(st.lists(kinds, max_size=60), st.integers(0, 20), st.integers(0, 20))
def test_more_findings_never_gain_points(
    found: list[tuple[str, str, Severity]], late: int, returns: int
) -> None:
    findings = [finding(*kind, n) for n, kind in enumerate(found)]
    before = D(100)
    for n in range(0, len(findings) + 1, 10):
        result = quality(findings[:n], late, returns)
        assert 0 <= total(result) <= before
        assert total(result) == 100 - sum(x.points for x in result.deductions)
        before = total(result)
