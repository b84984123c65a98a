"""The figures taken out of a submission: right to the cent, gaps left open, every value with its cell."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batch.figures.facts import facts_of
from batch.forms.spec.spec import PackForms
from batch.model.form import Item, State, Submission, Table, Value
from batch.model.review import Finding, Review
from batch.model.status import Severity
from batch.model.unit_facts import UnitFacts
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import OF_THIS_YEAR, rules, submission
from tests.paper import sample as sample_book

D = Decimal
FILE = "某局/某局.xlsx"


@pytest.fixture
def facts(forms: PackForms) -> Callable[..., UnitFacts]:
    """`facts(table, …)`: the figures of a unit that sent these tables."""

    def make(*tables: Table, findings: tuple[Finding, ...] = ()) -> UnitFacts:
        submission = Submission("某局", "906017", (FILE,), list(tables))
        return facts_of(submission, Review("某局", "906017", (FILE,), list(findings)), forms, rules().figures)

    return make


@pytest.fixture
def make(maker: Any) -> Any:
    """Builds the tables of 某局."""
    return maker("某局", FILE)


@pytest.fixture(scope="module")
def real(sample: Path) -> UnitFacts:
    """The sample unit, from its file through the whole chain."""
    sent = Sent(f"{sample.parent.name}/{sample.name}", 0, sample.read_bytes())
    return review_files(Bundle(sample.parent.name, (sent,)), Context("hunan-2020")).units[0].facts


def test_the_sample_unit_comes_out_as_its_forms_say(real: UnitFacts) -> None:
    assert (real.unit, real.status) == ("浏阳市数据资源中心", "退回")
    assert (real.posts, real.staff, real.staff_rate_filled) == (D(15), D(13), D(1))
    assert round(real.staff_rate or D(0), 4) == D("0.8667")
    assert (real.total_before, real.total_budget, real.total_spent) == (D("779.6"), D("627.25"), D("1112.5"))
    assert round(real.adjustment_rate or D(0), 4) == D("0.7736")
    assert (real.official_budget, real.official_spent, real.official_rate) == (D(2), D("0.95"), D("0.475"))
    assert (real.running_spent, real.running_rate) == (D("18.76"), D("1.876"))
    assert (real.purchase_budget, real.purchase_spent) == (None, D("450.16"))
    assert (real.score, real.score_sum) == (D(96), D(96))


def test_yuan_become_wan_exactly(real: UnitFacts) -> None:
    assert (real.funds_budget, real.funds_spent) == (D("627.2512"), D("1112.499085"))
    assert round(real.funds_rate or D(0), 4) == D("1.7736")
    assert real.basic_spent == D("162.5312")


def test_the_sample_project_shows_its_ten_points_too_many(real: UnitFacts) -> None:
    project = real.projects[0]
    assert project.project == "全市政务网络（政务外网和党政工作专网）链路租赁经费"
    assert (project.budget_initial, project.budget, project.spent) == (D(403), D(403), D(403))
    assert (project.rate_filled, project.rate) == (D(1), D(1))
    assert (project.score, project.score_sum, project.score_difference) == (D(96), D(106), D(-10))
    assert (project.satisfaction_target, project.satisfaction) == ("满意度达95%", "大于93%")
    assert (project.reduced, project.unexplained) == (4, 4)


def test_the_sample_monitoring_is_of_another_year_and_has_no_light(real: UnitFacts) -> None:
    assert not real.monitoring


def test_the_sample_monitoring_shows_work_done_without_money() -> None:
    form = facts_of(
        submission(sample_book(OF_THIS_YEAR)), Review("", "", ()), rules().forms, rules().figures
    ).monitoring[0]
    assert (form.budget, form.spent, form.rate, form.rate_filled) == (D("32.68"), D(0), D(0), D(0))
    assert (form.achieved, form.gap) == (D(1), D(1))
    assert (form.certain, form.possible, form.impossible) == (9, 0, 0)


def test_every_filled_cell_of_the_sample_is_one_detail_with_its_address(real: UnitFacts) -> None:
    by_cell = {(row.sheet, row.cell, row.column): row for row in real.details}
    assert len(by_cell) == len(real.details)
    spent = by_cell["整体支出自评表", "F4", "全年执行数"]
    assert (spent.row, spent.value, spent.money_unit) == ("财政拨款", D("11124990.85"), "元")
    assert spent.money == D("1112.499085")
    assert spent.file == "浏阳市数据资源中心/浏阳市数据资源中心_2020.xlsx"
    rate = by_cell["基础数据表", "D4", "控制率"]
    assert (rate.value, rate.is_rate, rate.raw, rate.money_unit) == (D(1), True, "100%", "")
    bound = by_cell["项目支出自评表", "F15", "完成值"]
    assert bound.value == "≤100%"
    assert ("基础数据表", "B15", "上年决算") not in by_cell


@pytest.mark.parametrize("error", ["#DIV/0!", ""])
def test_an_error_or_a_gap_is_none_and_never_0(
    facts: Callable[..., UnitFacts], make: Any, error: str
) -> None:
    unit = facts(make.basic(整体支出=f"700 {error} 900", 编制数=error))
    assert (unit.total_budget, unit.total_spent) == (None, D(900))
    assert unit.adjustment_rate is None
    assert (unit.posts, unit.staff_rate) == (None, None)


def test_unreadable_text_is_none_in_the_figures_and_kept_as_it_was_in_the_details(
    facts: Callable[..., UnitFacts], make: Any
) -> None:
    table = make.basic()
    table.fields["政府采购.本年决算"] = Value(
        State.UNREADABLE, "见附件", kind="text", sheet="基础数据表", ref="D9"
    )
    unit = facts(table)
    assert unit.purchase_spent is None
    row = next(r for r in unit.details if r.cell == "D9" and r.row == "政府采购")
    assert (row.value, row.money, row.raw) == (None, None, "见附件")


def test_a_placeholder_is_0_for_money_and_no_rate(facts: Callable[..., UnitFacts], make: Any) -> None:
    unit = facts(make.basic(三公经费="/ / /", 控制率="/"))
    assert (unit.official_budget, unit.official_spent, unit.official_rate) == (D(0), D(0), None)
    assert unit.staff_rate_filled is None


def test_a_missing_form_leaves_its_figures_open(facts: Callable[..., UnitFacts]) -> None:
    unit = facts()
    assert (unit.posts, unit.funds_budget, unit.score, unit.score_sum) == (None, None, None, None)
    assert (unit.projects, unit.monitoring, unit.details) == ((), (), ())


def test_of_two_forms_for_one_unit_the_first_counts(facts: Callable[..., UnitFacts], make: Any) -> None:
    assert facts(make.basic(编制数="15"), make.basic(编制数="99")).posts == 15


def test_a_sheet_that_was_copied_counts_once(facts: Callable[..., UnitFacts], make: Any) -> None:
    """As F007 and the sums of the checks have it; forms without a project's name are all counted."""
    copied = (make.project("甲 项目"), make.project("甲项目", 表页="项目自评表 (2)"), make.project("乙项目"))
    watched = (make.monitoring("甲项目"), make.monitoring("甲项目", 表页="监控表 (2)"))
    unit = facts(*copied, *watched, make.project(""), make.project(""))
    assert [(p.project, p.sheet) for p in unit.projects[:2]] == [
        ("甲 项目", "项目自评表"),
        ("乙项目", "项目自评表"),
    ]
    assert len(unit.projects) == 4
    assert [(m.project, m.sheet) for m in unit.monitoring] == [("甲项目", "监控表")]
    # what was filled in is all there, cell by cell
    assert {row.sheet for row in unit.details} >= {"项目自评表 (2)", "监控表 (2)"}


def test_findings_on_trial_do_not_count(facts: Callable[..., UnitFacts], make_finding: Any) -> None:
    official = make_finding("某局", FILE, "J101", Severity.WARNING)
    trial = make_finding("某局", FILE, "J105", Severity.ERROR, status="试行")
    unit = facts(findings=(official, trial))
    assert (unit.errors, unit.warnings, unit.hints, unit.status) == (0, 1, 0, "待说明")


def test_a_score_that_cannot_be_read_leaves_the_sum_open(facts: Callable[..., UnitFacts], make: Any) -> None:
    project = facts(make.project("甲", 指标得分="50 #N/A 9")).projects[0]
    assert (project.score, project.score_sum, project.score_difference) == (D(96), None, None)
    blank = facts(make.project("甲", 指标得分="50  9")).projects[0]
    assert blank.score_sum == 69


def test_points_taken_off_are_counted_and_those_without_a_reason(
    facts: Callable[..., UnitFacts], make: Any
) -> None:
    project = facts(make.project("甲", 指标得分="50 27 9", 偏差原因="资金到位晚")).projects[0]
    assert (project.reduced, project.unexplained) == (2, 1)


def test_progress_of_goals_is_the_mean_of_percentages_only(
    facts: Callable[..., UnitFacts], make: Any
) -> None:
    form = facts(make.monitoring("甲", 执行情况="100% 60% 3", 期间执行数="16.34")).monitoring[0]
    assert (form.achieved, form.rate, form.gap) == (D("0.8"), D("0.5"), D("0.3"))
    none = facts(make.monitoring("甲", 执行情况="3 4")).monitoring[0]
    assert (none.achieved, none.gap) == (None, None)


def test_no_rate_without_a_budget(facts: Callable[..., UnitFacts], make: Any) -> None:
    assert facts(make.monitoring("甲", 年初预算数="0")).monitoring[0].rate is None
    assert facts(make.project("甲", 全年预算数="0")).projects[0].rate is None


def test_a_heading_merged_over_rows_is_one_detail(facts: Callable[..., UnitFacts], make: Any) -> None:
    table = make.overall()
    first = table.items[0]
    values = dict(first.values)
    values["得分"] = Value(
        State.FILLED, "4", number=D(4), unit="分", kind="number", sheet="整体自评表", ref="G35"
    )
    table.items.append(Item(35, first.path, values, list_name=first.list_name))
    rows = [r for r in facts(table).details if r.cell == "A12"]
    assert [(r.row, r.column, r.value) for r in rows] == [("投入管理", "一级指标", "投入管理")]
    scores = [r for r in facts(table).details if r.column == "得分" and r.row.startswith("投入管理")]
    assert [r.value for r in scores] == [29, 4]


def test_facts_travel_between_processes(real: UnitFacts) -> None:
    assert pickle.loads(pickle.dumps(real)) == real
    assert not hasattr(real.details[0], "__dict__"), "a county has hundreds of thousands of these"
