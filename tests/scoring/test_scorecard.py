"""The real submission's scorecard, and what becomes of it when values, findings or the pack change."""

from __future__ import annotations

import pickle
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from batch.checks.run import catalogue_of, run_checks
from batch.config.entries import RulebookError
from batch.config.rulebook import SCORING, load_rulebook
from batch.figures.figure_rules import figure_rules
from batch.forms.spec.load import load_forms
from batch.model.scores import FormScore, RowScore, Scorecard
from batch.repair.cause_rules import cause_rules
from batch.scoring.card import scores_of, with_findings
from batch.scoring.rules import scoring_rules
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context, Rules
from tests.paper import (
    BASIC,
    FILE,
    PACK,
    PROJECT,
    SAMPLE,
    WHOLE,
    Edits,
    checked,
    corrected,
    rules,
    sample,
    submission,
)

D = Decimal
Cells = dict[str, str | float | int | None]


def card_of(edits: Edits | None = None, *, right: bool = False, by: Rules | None = None) -> Scorecard:
    """The scorecard of the real submission with cells changed; `right`: of the corrected one."""
    book = corrected(edits) if right else sample(edits)
    at, sent = by or rules(), submission(book)
    found = run_checks(sent, at.catalogue, at.forms).findings
    return scores_of(sent, found, at.forms, at.scoring)


@cache
def real() -> Scorecard:
    return card_of()


def whole(card: Scorecard) -> FormScore:
    assert card.whole is not None
    return card.whole


def row(form: FormScore, label: str) -> RowScore:
    return next(r for r in form.rows if label in r.label)


def rules_with(**scoring: Any) -> Rules:
    """The shipped rules with tables of scoring.toml replaced."""
    book = load_rulebook(PACK)
    book.files[SCORING] = replace(book.files[SCORING], data={**book.scoring, **scoring})
    forms = load_forms(book)
    catalogue = catalogue_of(book, forms)
    made = scoring_rules(book, forms), cause_rules(book, catalogue), figure_rules(book, forms)
    return Rules(book, forms, catalogue, *made)


# the figures


@pytest.mark.parametrize(
    ("name", "declared", "recomputed", "formula", "cells"),
    [
        ("在职人员控制率", "100%", "86.67%", "13÷15", ["C4", "B4"]),
        ("预算调整率", "—", "77.36%", "(1,112.50−627.25)÷627.25", ["D20", "C20"]),
        ("三公经费控制率", "—", "47.50%", "0.95÷2.00", ["D6", "C6"]),
        ("公用经费控制率", "—", "187.60%", "18.76÷10.00", ["D15", "C15"]),
        ("支出总量增长率", "100.00%", "42.70%", "(1,112.50−779.60)÷779.60", ["D20", "B20"]),
        ("预算完成率", "—", "177.36%", "1,112.50÷627.25", ["D20", "C20"]),
        ("支出完成率", "100.00%", "177.36%", None, ["F6", "F7", "E6", "E7"]),
        ("支出经费控制率", "100.00%", "177.36%", None, ["F6", "F7", "E6", "E7"]),
    ],
)
def test_the_rates_say_their_arithmetic_and_cells(
    name: str, declared: str, recomputed: str, formula: str | None, cells: list[str]
) -> None:
    figure = next(f for f in real().figures if f.name == name)
    assert (figure.declared, figure.recomputed) == (declared, recomputed)
    assert formula is None or figure.formula == formula
    assert [cell for _, cell in figure.inputs] == cells
    assert figure.value is not None
    assert f"{figure.value * 100:.2f}%" == recomputed


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("政府采购执行率", "基础数据表政府采购本年预算未填写"),
        ("三公经费变动率", "没有上年“三公经费”预算数"),
        ("资金到位率", "没有到位资金数"),
    ],
)
def test_a_rate_without_its_inputs_is_not_scored_and_says_why(name: str, why: str) -> None:
    figure = next(f for f in real().figures if f.name == name)
    assert (figure.declared, figure.recomputed, figure.value) == ("100.00%", "未评", None)
    assert why in figure.note


# a project's form


def test_the_project_adds_up_to_106_of_110() -> None:
    project = real().projects[0]
    assert (project.declared, project.cell) == (D(96), "H21")
    assert (project.added_up, project.points) == (D(106), D(110))
    # only what the formulas cover: 10 + 15 + 10 + 10 + 10 + 9.79
    assert (project.recomputed, project.recomputed_points) == (D("64.79"), D(65))
    assert project.recomputed_declared == 64


def test_each_row_is_recomputed_with_its_formula_or_says_why_not() -> None:
    project = real().projects[0]
    money = project.rows[0]
    assert (money.label, money.score, money.cell) == ("预算执行率", D(10), "I5")
    assert money.formula == "（403.00÷403.00＝100.00%）×10"
    assert money.inputs == ((PROJECT, "F5"), (PROJECT, "E5"), (PROJECT, "G5"))
    satisfaction = row(project, "满意度")
    assert (satisfaction.declared, satisfaction.score, satisfaction.difference) == (
        D(9),
        D("9.79"),
        D("-0.79"),
    )
    assert (satisfaction.rule, satisfaction.formula) == ("正向", "93%÷95%×10")
    assert "不是确切数" in satisfaction.reason
    assert satisfaction.inputs == ((PROJECT, "E20"), (PROJECT, "F20"), (PROJECT, "G20"))
    left_open = [r for r in project.rows if r.score is None]
    assert [r.cell for r in left_open] == ["H13", "H14", "H16", "H17"]
    assert all("口径不同" in r.reason for r in left_open)


@pytest.mark.parametrize(
    ("budget", "spent", "points", "expected", "said"),
    [
        (403, 403, 10, "10", "100.00%"),
        (403, 201.5, 10, "5", "50.00%"),
        (403, 0, 10, "0", "0.00%"),
        (403, 806, 10, "10", "最高按100%"),
        (403, 400, 20, "19.85", "99.26%"),
    ],
)
def test_execution_is_scored_with_its_rate_and_never_above_its_points(
    budget: float, spent: float, points: int, expected: str, said: str
) -> None:
    edits: Cells = {f"{PROJECT}!E5": budget, f"{PROJECT}!F5": spent, f"{PROJECT}!G5": points}
    money = card_of(edits).projects[0].rows[0]
    assert money.score == D(expected)
    assert said in money.formula


@pytest.mark.parametrize("edits", [{f"{PROJECT}!E5": 0}, {f"{PROJECT}!E5": None}, {f"{PROJECT}!G5": None}])
def test_execution_without_its_inputs_is_not_scored(edits: Edits) -> None:
    money = card_of(edits).projects[0].rows[0]
    assert money.score is None
    assert money.reason


def test_a_judgement_inside_its_range_stands_and_outside_is_left_open() -> None:
    edits: Cells = {f"{PROJECT}!F16": "部分达成年度指标并具有一定效果", f"{PROJECT}!H16": 7}
    inside = card_of(edits).projects[0].rows[5]
    assert (inside.score, inside.lowest, inside.highest, inside.rule) == (D(7), D(6), D(8), "定性")
    outside = card_of({**edits, f"{PROJECT}!H16": 9}).projects[0].rows[5]
    assert (outside.score, outside.lowest) == (None, D(6))
    assert "自评9分不在此范围内" in outside.reason


# check and score are one


@pytest.mark.parametrize(("reverse", "due"), [("linear_2A", "8"), ("ratio_A_over_B", "8.33")])
def test_the_check_and_the_score_follow_the_pack_together(reverse: str, due: str) -> None:
    by = rules_with(formulas={**load_rulebook(PACK).scoring["formulas"], "reverse_formula": reverse})
    edits: Cells = {f"{PROJECT}!F15": "120%", f"{PROJECT}!H15": 9}
    sent = submission(corrected(edits))
    found = run_checks(sent, by.catalogue, by.forms).findings
    finding = next(f for f in found if (f.check, f.cell) == ("X314", "H15"))
    assert f"应得{due}分" in finding.message
    scored = scores_of(sent, found, by.forms, by.scoring).projects[0].rows[4]
    assert (scored.cell, scored.score) == ("H15", D(due))


def test_units_of_measure_are_minded_by_the_check() -> None:
    edits: Cells = {f"{PROJECT}!F20": "93", f"{PROJECT}!I20": "部分群众不满意"}
    for score, is_told in ((9.79, False), (9.9, True)):
        found = checked(corrected({**edits, f"{PROJECT}!H20": score})).findings
        assert (("X314", "H20") in {(f.check, f.cell) for f in found}) is is_told


def test_overspending_is_marked_down_alike_by_the_check_and_the_score() -> None:
    by_cell = {r.cell: r for r in whole(real()).rows}
    for cell, expected in (("G22", "0.91"), ("G28", "0.45")):
        finding = next(f for f in checked(sample()).findings if (f.check, f.cell) == ("Z419", cell))
        assert finding.expected == expected
        assert by_cell[cell].score == D(expected)


# the whole-department form


def test_fourteen_points_are_doubtful_and_each_says_why() -> None:
    form = whole(real())
    assert form.doubtful_points == 14
    doubts = {r.cell: [d.check for d in r.doubts] for r in form.rows if r.doubts}
    assert doubts == {
        "G20": ["Z413"],
        "G21": ["Z414"],
        "G22": ["Z415", "Z419"],
        "G26": ["Z417"],
        "G28": ["Z418", "Z419"],
    }
    texts = [d.text for r in form.rows for d in r.doubts]
    assert "应为86.67%" in texts[0]
    assert "不成立" in texts[1]
    assert all(texts)


@pytest.mark.parametrize(("answer", "points"), [("豁免", 10), ("已说明", 14), ("不采纳", 14)])
def test_only_the_bureau_takes_a_doubt_away(answer: str, points: int) -> None:
    doubted = {"Z415", "Z419"}
    found = [replace(f, answer=answer) if f.check in doubted else f for f in checked(sample()).findings]
    card = scores_of(submission(sample()), found, rules().forms, rules().scoring)
    # 支出经费控制率 rests on these two only, 支出完成率 on Z418 as well
    assert whole(card).doubtful_points == points


def test_metrics_are_scored_on_the_tables_not_on_what_was_declared() -> None:
    form = whole(real())
    assert (form.declared, form.added_up, form.points) == (D(96), D(96), D(100))
    staff = row(form, "在职人员控制率")
    assert (staff.declared, staff.score) == (D(3), D(3))
    assert staff.formula.startswith("13÷15＝86.67%")
    assert row(form, "变 动率").reason == "表内没有上年“三公经费”预算数（只有上年决算数），无法重算"
    growth = row(form, "增长率")
    assert growth.score is None
    assert "42.70%" in growth.reason
    assert row(form, "预算编审").reason == "指标值与完成值口径不同，无法比较"
    assert row(form, "预算执行管理").reason == "年度指标值未填写"


def test_the_bands_give_the_budget_control_no_points() -> None:
    metrics = {m.label: m for m in real().metrics}
    control = metrics["预算控制率"]
    assert (control.score, control.points, control.declared) == (D(0), D(5), None)
    assert control.formula.endswith("77.36%高于30%，得0分")
    assert (metrics["公用经费控制率"].score, metrics["三公经费控制率"].score) == (D(0), D(8))


@pytest.mark.parametrize(
    ("spent", "score"),
    [
        (500, 5),
        (627.25, 5),
        (627.26, 4),
        (689.975, 4),
        (690, 3),
        (752.7, 3),
        (753, 2),
        (815.425, 2),
        (815.43, 0),
    ],
)
def test_every_edge_of_the_bands(spent: float, score: int) -> None:
    control = next(m for m in card_of({f"{BASIC}!D20": spent}).metrics if m.label == "预算控制率")
    assert control.score == score


@pytest.mark.parametrize(("staff", "score"), [(15, "3"), (10, "3"), (16, "1.2"), (17, "0"), (30, "0")])
def test_each_whole_point_of_excess_staff_costs_a_tenth(staff: int, score: str) -> None:
    # 16÷15 is 6.67 points above: six whole ones
    assert row(whole(card_of({f"{BASIC}!C4": staff})), "在职人员控制率").score == D(score)


@pytest.mark.parametrize(
    ("bought", "score"),
    [(100, "2"), (96, "2"), (95, "1.33"), (90, "0.67"), (84, "0"), (105, "1.33"), (130, "0")],
)
def test_purchases_lose_points_on_both_sides(bought: int, score: str) -> None:
    card = card_of({f"{BASIC}!C19": 100, f"{BASIC}!D19": bought})
    assert row(whole(card), "购买服务").score == D(score)


@pytest.mark.parametrize(("projects", "score"), [(1_646_144, "1"), (4_782_400, "2"), (11_054_912, "0")])
def test_spending_is_scored_pro_rata_below_the_budget_and_downwards_above(projects: int, score: str) -> None:
    # beside 1,490,112 for 基本支出: half of the budgeted 6,272,512, all of it, twice as much
    edits: Cells = {f"{WHOLE}!F6": 1_490_112, f"{WHOLE}!F7": projects}
    assert row(whole(card_of(edits)), "支出完成率").score == D(score)


# grades


def test_no_grade_while_errors_are_open() -> None:
    assert (real().grade, whole(real()).grade, real().projects[0].grade) == ("待核",) * 3
    clean = card_of(right=True)
    assert (clean.grade, whole(clean).grade, clean.projects[0].grade) == ("优",) * 3
    # the project's own mistake leaves the whole-department form its grade, but not the unit
    one = card_of({f"{PROJECT}!H20": 11, f"{PROJECT}!H21": 101}, right=True)
    assert (one.grade, whole(one).grade, one.projects[0].grade) == ("待核", "优", "待核")
    # nor does a name that is cut where it is told
    long = card_of({f"{PROJECT}!C2": "链路 租赁，" * 60})
    assert (len(long.projects[0].project), long.projects[0].grade) == (200, "待核")


@pytest.mark.parametrize(
    ("total", "grade"), [(90, "优"), (89.99, "良"), (80, "良"), (60, "中"), (59.99, "差")]
)
def test_the_grade_follows_the_packs_bands(total: float, grade: str) -> None:
    sent = submission(corrected({f"{WHOLE}!G34": total}))
    assert scores_of(sent, [], rules().forms, rules().scoring).grade == grade


def test_a_grade_is_given_once_the_errors_are_gone() -> None:
    card = with_findings(real(), [], rules().scoring)
    assert (card.grade, whole(card).grade, card.projects[0].grade) == ("优",) * 3
    assert whole(card).doubtful_points == 0
    assert with_findings(card, checked(sample()).findings, rules().scoring) == real()
    assert card.quality is not None
    assert not card.quality.deductions


# the card as a whole


def test_declared_scores_are_never_replaced() -> None:
    unit = review_files(Bundle("单位", (Sent(FILE, 0, SAMPLE.read_bytes()),)), Context(PACK)).units[0]
    review = unit.review
    assert (review.self_score, review.recomputed_score, review.doubtful_points) == (D(96), D(96), D(14))
    facts, project = unit.facts, unit.facts.projects[0]
    assert (facts.score, facts.doubtful, facts.grade) == (D(96), D(14), "待核")
    assert (facts.recomputed, facts.recomputed_points) == (D("14.16"), D(19))
    assert (project.score, project.score_sum, project.points) == (D(96), D(106), D(110))
    assert (project.recomputed, project.recomputed_points, project.not_scored) == (D("64.79"), D(65), 4)
    # the 监控表 is of the year after: its lights are not this round's
    assert facts.monitoring == ()
    assert (facts.quality_points, facts.quality[0][2]) == (D(90), None)


def test_a_card_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(real())) == real()


def test_forms_that_are_not_there_are_not_scored() -> None:
    sent = submission(sample())
    sent.tables = [t for t in sent.tables if t.form == "监控表"]
    card = scores_of(sent, [], rules().forms, rules().scoring)
    assert (card.whole, card.projects, card.grade) == (None, (), "待核")
    assert {f.recomputed for f in card.figures} == {"未评"}
    assert all(m.score is None and m.reason for m in card.metrics)


# the pack


def test_the_generic_pack_scores_projects_only() -> None:
    files = (Sent(FILE, 0, SAMPLE.read_bytes()),)
    unit = review_files(Bundle("单位", files), Context("generic-10hao")).units[0]
    card = unit.review.scorecard
    assert card is not None
    assert (card.whole, card.metrics, card.figures, card.grade) == (None, (), (), "未评")
    assert card.projects[0].added_up == 106


_METRIC = {
    "name": "甲",
    "figure": "预算调整率",
    "points": 5,
    "rule": "分档",
    "bands": [{"to": 0, "share": 1}],
}
_WHOLE = {"total": "总分.得分", "column": "得分", "points": "分值", "target": "", "actual": ""}


@pytest.mark.parametrize(
    ("scoring", "said"),
    [
        (
            {"formulas": {"reverse_formula": "2A"}},
            "“reverse_formula”应为 linear_2A、ratio_A_over_B 之一",
        ),
        ({"formulas": {"overshoot_above": "X317.没有"}}, "X317 没有界限“没有”"),
        ({"formulas": {"overshoot_above": "很多"}}, "“overshoot_above”应为一个数，或“检查编号.界限名称”"),
        ({"metric": [{**_METRIC, "figure": "没有"}]}, "“没有”没有写"),
        ({"metric": [{**_METRIC, "rule": "看着办"}]}, "“rule”应为分档、扣分、反向、双向、指标值 之一"),
        ({"metric": [{**_METRIC, "bands": []}]}, "从低到高"),
        ({"figure": [{"name": "甲", "value": "基础数据表.没有 / 2"}], "metric": []}, "不是表里的项目"),
        ({"figure": [{"name": "甲"}], "metric": []}, "要写算式"),
        ({"figure": [{"name": "甲", "value": "1 +"}], "metric": []}, "写法有误"),
        ({"whole": {**_WHOLE, "form": "没有"}}, "没有“没有”这张表"),
        ({"monitoring": {"form": "监控表"}}, "缺少“red_below”"),
    ],
)
def test_a_mistake_in_the_pack_is_told_when_it_loads(scoring: dict[str, Any], said: str) -> None:
    with pytest.raises(RulebookError, match=said):
        rules_with(**scoring)
