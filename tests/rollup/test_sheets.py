"""The sheets that need more than a clean batch: departments, rosters, answers, ranks, samples, qualities."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batch.figures.briefing import brief
from batch.model.cause import Cause, Stake, Sure
from batch.model.reference import RosterUnit
from batch.model.review import Findings, Review
from batch.model.status import Severity, Verdict
from batch.model.turnout import Turnout, UnreadUnit
from batch.model.unit_facts import LastFacts, MonitoringFacts, ProjectFacts, TieFacts, UnitFacts
from batch.rollup.parts.sample_choice import AMOUNT, LOT, RISK, Sampling, choose
from batch.rollup.parts.unreported import absent_units
from batch.rollup.rollup import RollupContent, RollupHead
from tests.rollup.reading import Rows, body, column, sheets, total, write_both

D = Decimal


def unit(name: str, **own: Any) -> UnitFacts:
    """A unit with a few figures."""
    figures: dict[str, Any] = {"total_budget": D(100), "total_spent": D(110), "posts": D(10), "staff": D(9)}
    counts = (own.pop("errors", 0), own.pop("warnings", 0), own.pop("hints", 0))
    status = "退回" if counts[0] else "待说明" if counts[1] else "通过"
    return UnitFacts(name, "", status, (f"{name}.xlsx",), *counts, **(figures | own))


def roll(
    path: Path, head: RollupHead, units: list[UnitFacts], findings: Any = (), **more: Any
) -> dict[str, Rows]:
    content = RollupContent(
        head=head, facts=units, findings=Findings.of(findings), unprocessed=more.pop("left_out", []), **more
    )
    return sheets(write_both(path, content))


def shown(rows: Rows, *titles: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column(rows, title)] for title in titles) for row in body(rows)]


def test_subtotals_by_department_add_up_to_the_total(tmp_path: Path, head: RollupHead) -> None:
    units = [
        unit("甲校", department="教育局"),
        unit("水库", department="水利局", total_spent=D("50.55")),
        unit("乙校", department="教育局", total_spent=None),
        unit("无主"),
    ]
    rows = roll(tmp_path, head, units)["单位总表"]
    place = column(rows, "本年决算")
    parts = {row[1]: row[place] for row in rows if str(row[1]).endswith("户）")}
    assert parts == {"教育局（2户）": 110, "其余单位（2户）": 160.55}, "one unit is no subtotal"
    assert total(rows)[place] == pytest.approx(sum(parts.values()))
    checks = [row[place] for row in rows if str(row[1]).endswith("核对")]
    assert checks == [0, 0]


def test_without_departments_there_are_no_subtotals(tmp_path: Path, head: RollupHead) -> None:
    rows = roll(tmp_path, head, [unit("甲"), unit("乙")])["单位总表"]
    assert "主管部门" not in [row[2] for row in rows]
    assert not [row for row in rows if str(row[1]).endswith("户）")]


def test_last_years_score_has_a_column_when_it_is_known(tmp_path: Path, head: RollupHead) -> None:
    read = roll(
        tmp_path, head, [unit("甲", score=D(96), last=LastFacts(score=D(90))), unit("乙", score=D(91))]
    )
    assert shown(read["单位总表"], "上年得分") == [(90,), (None,)]
    assert shown(read["得分排名与等次"], "单位", "比上年") == [("甲", 6), ("乙", None)]


def test_equal_scores_share_a_rank_and_only_what_passed_is_ranked(tmp_path: Path, head: RollupHead) -> None:
    units = [
        unit("三", score=D(90), grade="优"),
        unit("退", score=D(99), errors=2, grade="待核"),
        unit("一", score=D(95), grade="优"),
        unit("高", score=D(95), grade="优", recomputed=D(40), recomputed_declared=D(45)),
        unit("严", score=D(80), grade="良", recomputed=D(40), recomputed_declared=D(35)),
        unit("二", score=D(95), grade="优", doubtful=D(3)),
        unit("问", score=D(94), warnings=1, grade="优"),
        unit("空", grade="未评"),
    ]
    rows = roll(tmp_path, head, units)["得分排名与等次"]
    assert shown(rows, "名次", "单位", "多给的分") == [
        (1, "一", None),
        (1, "二", None),
        (3, "高", 5),
        (4, "三", None),
        (5, "严", 0),
        ("—", "退", None),
        ("—", "问", None),
        ("—", "空", None),
    ]
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx")["得分排名与等次"]
    red = [cell for row in book["A5:K12"] for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"]
    marked = [cell.value for cell in red if cell.value not in ("退回", D(3))]
    assert marked == [5], "what is too much is marked, not the score, from which nothing is taken"
    reasons = [row[0] for row in shown(rows, "未参与排名的原因")]
    assert reasons[5:] == ["有2项错误未改正", "有1项核实问题未说明", "没有可用的自评总分"]
    at = next(n for n, row in enumerate(rows) if row[0] == "等次分布")
    counts = {row[0]: row[2:4] for row in rows[at + 2 :] if row[0]}
    assert counts == {
        "优": [5, pytest.approx(5 / 6)],
        "良": [1, pytest.approx(1 / 6)],
        "中": [0, 0],
        "差": [0, 0],
        "已定等次": [6, 1],
        "待核": [1, None],
        "未评": [1, None],
        "合计": [8, None],
    }


def test_who_has_not_reported_is_listed_and_counted(tmp_path: Path, head: RollupHead) -> None:
    roster = [
        RosterUnit("迟到局", "2", contact="办公室", deadline="2021-04-28"),
        RosterUnit("久候局", "1", department="政府办"),
        RosterUnit("还早局", "3", deadline="2021-05-01"),
    ]
    left_out = [("坏.xlsx", "打不开")]
    unread = UnreadUnit(RosterUnit("坏表局", deadline="2021-05-01"), tuple(left_out))
    turnout = Turnout(5, 1, (unread,), tuple(roster), 1)
    broken, late, waited, early = absent_units(turnout, "2021-03-15", "2021-04-30")
    absent = [replace(waited, reminders=("2021-03-20", "2021-04-10")), late, early, broken]
    units = [unit("甲", department="甲"), unit("外")]
    read = roll(tmp_path, head, units, turnout=turnout, absent=absent, left_out=left_out)
    rows = read["未报与催报"]
    assert shown(rows, "单位", "状态", "逾期天数", "读不了的文件和原因", "历次催报") == [
        ("坏表局", "读不了", None, "坏.xlsx：打不开", None),
        ("久候局", "未报", 46, None, "2021-03-20；2021-04-10"),
        ("迟到局", "未报", 2, None, None),
        ("还早局", "未报", None, None, None),
    ]
    assert [row[1:4:2] for row in rows if row[1] == "坏.xlsx"] == [["坏.xlsx", None]]
    page = [value for row in read["首页"] for value in row]
    assert "5／1／1／3" in page
    assert "名册外1户；另有1个文件未处理" in page


def test_no_roster_is_not_everybody_reported(tmp_path: Path, head: RollupHead) -> None:
    page = [str(row[0]) for row in roll(tmp_path, head, [unit("甲")])["首页"]]
    assert any("未报与催报（没有单位名册，不知道应报哪些单位）" in text for text in page)
    read = roll(tmp_path, head, [unit("甲")], turnout=Turnout(1, 1, (), (), 0))
    assert any("未报与催报（名册上的单位都已报送）" in str(row[0]) for row in read["首页"])


def test_what_units_said_is_on_the_ledger_and_on_the_list(
    tmp_path: Path, head: RollupHead, make_finding: Any
) -> None:
    said = {"explanation": "年中追加，有批复", "explanation_basis": "县财预12号"}
    answers = ["豁免", "已说明", "", "不采纳", "已过期"]
    found = [
        replace(
            make_finding("甲", "甲.xlsx", "J126", Severity.WARNING, field=f"f{n}", category="预算调整与超支"),
            answer=answer,
            **(said if answer not in ("", "豁免") else {}),
        )
        for n, answer in enumerate(answers)
    ]
    read = roll(tmp_path, head, [unit("甲", warnings=3)], found)
    ledger = shown(read["核实说明台账"], "处理状态", "单位说明", "依据文号")
    assert ledger == [
        ("已说明", "年中追加，有批复", "县财预12号"),
        ("已过期", "年中追加，有批复", "县财预12号"),
        ("不采纳", "年中追加，有批复", "县财预12号"),
        ("豁免", None, None),
    ]
    assert any("另有1项核实问题还没有收到说明" in str(row[0]) for row in read["核实说明台账"])
    states = Counter(row[0] for row in shown(read["问题清单"], "处理状态"))
    assert states == {"豁免": 1, "已说明": 1, "待说明": 1, "不采纳": 1, "已过期": 1}
    assert shown(read["预算调整与超支"], "单位说明") == [("年中追加，有批复（依据：县财预12号）",)]
    assert shown(read["问题分类统计"], "类别", "合计") == [("预算调整与超支", 3)], "answered does not count"


def test_the_matrix_counts_what_the_list_has(tmp_path: Path, head: RollupHead, make_finding: Any) -> None:
    units = [
        unit("甲校", department="教育局"),
        unit("乙校", department="教育局"),
        unit("水库", department="水利局"),
    ]
    found = [
        make_finding(name, "a.xlsx", "J101", Severity.ERROR, category=kind, field=f"{n}")
        for n, (name, kind) in enumerate(
            [("甲校", "表内勾稽"), ("乙校", "表内勾稽"), ("水库", "缺报漏报"), ("水库", "表内勾稽")]
        )
    ]
    read = roll(tmp_path, head, units, found)
    rows, matrix = read["问题分类统计"], read["部门问题统计"]
    assert shown(matrix, "主管部门", "表内勾稽", "缺报漏报", "合计") == [
        ("教育局", 2, 0, 2),
        ("水利局", 1, 1, 2),
    ]
    assert total(matrix)[1:] == ["合计", 3, 1, 4]
    assert shown(rows, "类别", "占已报户数") == [("表内勾稽", 1), ("缺报漏报", pytest.approx(1 / 3))]


def test_what_was_spent_above_the_budget(tmp_path: Path, head: RollupHead) -> None:
    known = {f"{what}_{year}": D(2) for what in ("official", "running") for year in ("budget", "spent")}
    units = [
        unit("平", **known),
        # 错误 may change what it spent
        unit("疑", **known, adjustment_rate=D(0)),
        unit("疑超", **(known | {"running_spent": D(3)})),
        unit("省", official_before=D(2), official_budget=D(2), official_spent=D("0.95")),
        unit("超", running_before=D(9), running_budget=D(10), running_spent=D("18.76")),
    ]
    stakes = (
        Stake("基础数据表", "公用经费.本年决算", D(3), D(3)),
        Stake("基础数据表", "项目支出.本年决算", D(3), D(3)),
    )
    cause = Cause("1", Sure.RANGE, "公用经费不对。", Severity.ERROR, errors=1, stakes=stakes)
    reviews = [Review(one.unit, "", (), causes=(cause,) if "疑" in one.unit else ()) for one in units]
    told = brief(zip(units, reviews, strict=True), head.figures)
    book = roll(tmp_path, head, units, reviews=reviews, briefing=told)
    rows = book["三公与公用经费"]
    assert shown(rows, "单位", "情况") == [
        ("超", "公用经费超支；三公经费缺数"),
        ("疑超", "公用经费超支（待核）"),
        ("疑", "公用经费待核"),
        ("平", "未超支"),
        ("省", "公用经费缺数"),
    ]
    place = column(rows, "超支额", "公用经费")
    assert [row[place] for row in body(rows)] == [pytest.approx(8.76), 1, 0, 0, None]
    assert shown(rows, "控制率")[4] == (pytest.approx(0.475),)
    assert ("疑",) in shown(book["预算调整与超支"], "单位")


def test_a_project_is_called_by_so_much_of_its_name_as_is_read(tmp_path: Path, head: RollupHead) -> None:
    rest: list[Any] = [*(None,) * 7, "", "", 0, 0, "甲.xlsx", "项目"]
    projects = tuple(ProjectFacts(name, *rest) for name in ("路" * 200, ""))
    named = unit("甲", projects=projects)
    rows = roll(tmp_path, head, [named])["项目自评汇总"]
    assert shown(rows, "项目") == [("路" * 79 + "…",), ("（未填项目名称）",)]


def test_overstaffed_units_come_first_and_unknown_is_not_kept(tmp_path: Path, head: RollupHead) -> None:
    units = [unit("少"), unit("缺", staff=None), unit("超", staff=D(13)), unit("满", staff=D(10))]
    rows = roll(tmp_path, head, units)["人员控制"]
    assert shown(rows, "单位", "超编人数", "情况") == [
        ("超", 3, "超编"),
        ("缺", None, "无法判断"),
        ("没有超编的2户", 0, "未超编"),
    ]
    assert total(rows)[column(rows, "在职人数")] == 32


def test_the_largest_adjustment_comes_first_whichever_way(tmp_path: Path, head: RollupHead) -> None:
    units = [
        unit("平", adjustment_rate=D(0)),
        unit("无", adjustment_rate=None),
        unit("减", adjustment_rate=D("-0.5")),
        unit("增", adjustment_rate=D("0.4")),
    ]
    units += [
        unit("也平", adjustment_rate=D(0), total_spent=D(50), total_budget=D(50)),
        unit("平而超支", adjustment_rate=D(0), project_budget=D(5), project_spent=D(6)),
    ]
    rows = roll(tmp_path, head, units)["预算调整与超支"]
    names = [row[0] for row in shown(rows, "单位")]
    assert names == ["减", "增", "平而超支", "无", "没有调整也没有超支的2户"]
    assert shown(rows, "年初预算", "本年决算")[-1] == (150, 160)
    assert total(rows)[column(rows, "年初预算")] == 550, (
        "those that kept to their budget are part of the total"
    )


def test_ties_are_shown_with_both_sides_and_the_passes(tmp_path: Path, head: RollupHead) -> None:
    ties = (
        TieFacts("C501", Verdict.PASS, 0, D("478.24"), D("478.24"), "万元"),
        TieFacts("C502", Verdict.FAIL, 0, D("949.97"), D("900"), "万元"),
        TieFacts("C503", Verdict.UNCHECKED, 0, remark="“整体支出.本年预算”未填写"),
    )
    rows = roll(tmp_path, head, [unit("甲", ties=ties), unit("乙", ties=ties)])["勾稽核对表"]
    assert shown(rows, "单位", "编号", "左边", "右边", "差", "计量", "结果") == [
        ("甲", "C502", 949.97, 900, pytest.approx(49.97), "万元", "✗ 不符"),
        ("乙", "C502", 949.97, 900, pytest.approx(49.97), "万元", "✗ 不符"),
        ("甲", "C503", None, None, None, None, "？ 无法检查"),
        ("乙", "C503", None, None, None, None, "？ 无法检查"),
        ("甲", "C501", 478.24, 478.24, 0, "万元", "✓ 通过"),
        ("乙", "C501", 478.24, 478.24, 0, "万元", "✓ 通过"),
    ]


def test_a_sample_by_amount_by_risk_and_by_lot(tmp_path: Path, head: RollupHead) -> None:
    units = [unit(f"单位{n:02}", total_spent=D(n), cause_errors=10 if n == 3 else 0) for n in range(1, 21)]
    chosen = choose(units, Sampling(), "2020-湖南", head.figures.shown.main)
    ways = {c.unit: c.ways for c in chosen}
    assert (ways["单位20"], ways["单位19"], ways["单位03"]) == ([AMOUNT], [AMOUNT], [RISK])
    lot = [name for name, how in ways.items() if how == [LOT]]
    assert len(lot) == 2
    again = choose(list(reversed(units)), Sampling(), "2020-湖南", head.figures.shown.main)
    assert {c.unit for c in again} == set(ways), "the order of the units does not matter"
    others = [{c.unit for c in choose(units, Sampling(), str(seed), None)} for seed in range(5)]
    assert len({frozenset(names) for names in others}) > 1
    rows = roll(tmp_path, head, units)["抽查建议名单"]
    assert any(f"随机种子“2020-{head.pack}”" in str(row[0]) for row in rows)
    chosen = choose(units, Sampling(), f"2020-{head.pack}", head.figures.shown.main)
    covered = sum(c.outlay or 0 for c in chosen)
    assert total(rows)[column(rows, "占全部")] == pytest.approx(float(covered / 210))
    assert set(shown(rows, "复核得分", "偏离度")) == {(None, None)}, "no spot check is noted"


def test_a_unit_chosen_twice_is_covered_once(tmp_path: Path, head: RollupHead) -> None:
    units = [unit("大", total_spent=D(90), errors=1, cause_errors=1), unit("小", total_spent=D(10))]
    rows = roll(tmp_path, head, units)["抽查建议名单"]
    assert ("大", "金额大、风险高") in shown(rows, "单位", "入选方式")
    last = next(row for row in rows if row[0] == "合计（不重复）")
    assert last[2] == 2
    assert last[-1] is None


def test_quality_by_dimension_with_what_was_lost(tmp_path: Path, head: RollupHead) -> None:
    quality = (("及时性", D(10), None), ("完整性", D(20), D("9.5")), ("准确性", D(30), D(30)))
    lost = (("完整性", "F006", 1, D(10)), ("完整性", "F025", 1, D("0.5")))
    rows = roll(tmp_path, head, [unit("甲", quality=quality, quality_lost=lost)])["自评质量评分"]
    assert shown(rows, "及时性（10分）", "完整性（20分）", "得分", "满分") == [("未评", 9.5, 39.5, 50)]
    words = shown(rows, "扣分明细（核查项、件数、扣分）")
    assert words == [("完整性：F006 1件扣10分、F025 1件扣0.5分",)]


def test_units_are_at_risk_by_all_their_projects(tmp_path: Path, head: RollupHead) -> None:
    def project(name: str, light: str, spent: int) -> MonitoringFacts:
        rate = D(spent) / 100
        figures = (name, D(100), D(spent), rate, rate, None, 0, 0, 0, "", "a.xlsx", "监控表")
        return MonitoringFacts(*figures, light=light)

    projects = (project("一", "红灯", 10), project("二", "黄灯", 35), project("三", "绿灯", 50))
    read = roll(tmp_path, head, [unit("甲", monitoring=projects), unit("乙"), unit("丙")])
    assert shown(read["执行监控预警"], "风险金额") == [(90,), (65,), (0,)]
    charted = {row[0]: row[1] for row in read["图表数据"] if row[0]}
    assert (charted["甲"], charted["红灯"], charted["黄灯"], charted["绿灯"]) == (155, 1, 1, 1)
