"""执行监控: the colour of every light in words, at its edges, and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from batch.checks.run import catalogue_of, run_checks
from batch.config.rulebook import load_rulebook, local_rules
from batch.forms.spec.load import load_forms
from batch.model.scores import Light, Progress
from batch.scoring.lights import money_light, progress_of
from batch.scoring.rules import LightRule, MonitoringRule, scoring_rules
from tests.paper import MONITORING, PACK, Edits, corrected, rules, sample, submission

D = Decimal

SINGLE = LightRule(D("0.6"), D("0.8"), D("1.2"), ("质量", "时效", "成本"))


def the_rule() -> MonitoringRule:
    rule = rules().scoring.monitoring
    assert rule is not None
    return rule


def progress(edits: Edits | None = None, month: int = 6, rule: MonitoringRule | None = None) -> Progress:
    table = submission(sample(edits)).of("监控表")[0]
    return progress_of(table, month, rule or the_rule())


def test_the_real_project_spent_nothing_and_claims_everything() -> None:
    shown = progress()
    assert shown.light == Light("红灯", "截至6月执行率0.00%，时间进度50.00%，为时间进度的0.00%，低于60%")
    assert shown.warnings == (
        "截至6月执行率0.00%，低于40%",
        "绩效目标完成100.00%，资金执行0.00%，相差100.00个百分点，超过10个百分点",
    )
    assert (shown.rate, shown.achieved, shown.limit) == (D(0), D(1), D("0.40"))
    assert shown.indicators == ()


@pytest.mark.parametrize(
    ("rate", "month", "word"),
    [
        ("0", 6, "红灯"),
        ("0.2999", 6, "红灯"),
        ("0.3", 6, "黄灯"),
        ("0.3999", 6, "黄灯"),
        ("0.4", 6, "绿灯"),
        ("1.5", 6, "绿灯"),
        ("0.3", 3, "绿灯"),
        ("0.7999", 12, "黄灯"),
    ],
)
def test_the_light_of_the_money_follows_the_calendar(rate: str, month: int, word: str) -> None:
    light = money_light(D(rate), month, the_rule().money)
    assert light.word == word
    assert light.reason


@pytest.mark.parametrize(
    ("month", "limit"),
    [(2, "0.125"), (4, "0.25"), (5, "0.325"), (6, "0.40"), (7, "0.50"), (9, "0.70"), (12, "0.80")],
)
def test_the_least_progress_grows_evenly_between_the_months_that_have_one(month: int, limit: str) -> None:
    assert progress(month=month).limit == D(limit)


def test_a_gap_of_ten_points_is_no_warning_yet() -> None:
    ten = {f"{MONITORING}!E5": 100, f"{MONITORING}!H5": 90}
    assert progress(ten).warnings == ()
    more = progress({**ten, f"{MONITORING}!H5": 89.99}).warnings
    assert len(more) == 1
    assert "相差10.01个百分点" in more[0]


@pytest.mark.parametrize("edits", [{f"{MONITORING}!E5": 0}, {f"{MONITORING}!H5": None}])
def test_without_money_or_budget_there_is_no_light(edits: Edits) -> None:
    shown = progress(edits)
    assert (shown.light.word, shown.rate, shown.warnings) == ("未评", None, ())
    assert shown.light.reason


@pytest.mark.parametrize(
    ("target", "actual", "word"),
    [
        ("≥100次", "29次", "红灯"),
        ("≥100次", "30次", "黄灯"),
        ("≥100次", "40次", "绿灯"),
        ("≥100次", "59次", "绿灯"),
        ("≥100次", "60次", "蓝灯"),
        ("≤100%", "100%", "绿灯"),
        ("≤100%", "101%", "红灯"),
        ("提升服务", "达到预期目标", "绿灯"),
        ("提升服务", "部分达成", "黄灯"),
        ("提升服务", "未达成", "红灯"),
        ("7天*24小时", "100%", "未评"),
        ("", "100%", "未评"),
    ],
)
def test_the_light_of_an_indicator(target: str, actual: str, word: str) -> None:
    rule = replace(the_rule(), indicators=SINGLE)
    lights = progress({f"{MONITORING}!E11": target, f"{MONITORING}!F11": actual}, rule=rule).indicators
    assert len(lights) == 9
    assert lights[0].word == word
    assert lights[0].reason


def test_quality_time_and_cost_are_kept_or_not() -> None:
    rule = replace(the_rule(), indicators=SINGLE)
    # E12 is a 质量指标: half of it by June is not half the way
    edits = {f"{MONITORING}!E12": "≥95%", f"{MONITORING}!F12": "50%"}
    assert progress(edits, rule=rule).indicators[1].word == "红灯"
    assert progress({**edits, f"{MONITORING}!F12": "96%"}, rule=rule).indicators[1].word == "绿灯"


def test_a_bureaus_threshold_moves_check_and_warning_together(tmp_path: Path) -> None:
    own = tmp_path / "本局规则.toml"
    own.write_text('[[check]]\nid = "K206"\nthresholds = { "6月率" = "0.99" }\n', encoding="utf-8")
    book = load_rulebook(PACK, local_rules(own))
    forms = load_forms(book)
    rule = scoring_rules(book, forms).monitoring
    assert rule is not None
    sent = submission(corrected())
    assert progress_of(sent.of("监控表")[0], 6, rule).warnings == ("截至6月执行率98.01%，低于99%",)
    assert "K206" in {f.check for f in run_checks(sent, catalogue_of(book, forms), forms).findings}
