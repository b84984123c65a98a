"""Checks against the roster: each finds its mistake at its cell, and lets the right thing pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from batch.checks.rules.c_targets import is_same_target
from batch.model.reference import KnownProject
from batch.model.status import Verdict
from tests.checks.known import ROSTER, UNIT, last_year, looked_at, of, places, sent, verdict, with_project
from tests.paper import BASIC, MONITORING, PROJECT, WHOLE, checked, corrected, submission

FROM_ROSTER = ("F008", "X332", "C508", "C512", "Z421", "G804")
FROM_LAST_YEAR = ("Y701", "Y702", "Y703", "Y704", "Y705", "Y706")


@pytest.mark.parametrize("check", [*FROM_ROSTER, *FROM_LAST_YEAR, "F009", "F010", "J108", "J109", "Z414"])
def test_what_agrees_with_roster_and_last_year_passes(check: str) -> None:
    assert verdict(sent(last=last_year()), check) is Verdict.PASS


def test_what_agrees_with_roster_and_last_year_raises_nothing_new() -> None:
    before = {(f.check, f.sheet, f.cell) for f in checked(corrected()).findings}
    assert {(f.check, f.sheet, f.cell) for f in looked_at(sent(last=last_year())).findings} == before


@pytest.mark.parametrize("check", ["F008", "X332", "C508", "Z421", "G804", *FROM_LAST_YEAR])
def test_without_roster_and_last_year_nothing_applies_and_says_why(check: str) -> None:
    outcomes = [o for o in checked(corrected()).outcomes if o.check == check]
    assert [o.verdict for o in outcomes] == [Verdict.NOT_APPLICABLE]
    reasons = ("没有单位名册", "没有单位名册，也没有自评报告", "没有上年审定数据", "没有截止日期")
    assert outcomes[0].reason in reasons


def test_a_unit_that_is_not_in_the_roster_is_told_at_its_name_with_likely_ones() -> None:
    found = sent(roster=None, suggested=("浏阳市数据局", "浏阳市大数据中心"))
    assert places(found, "F008") == [(BASIC, "A2")]
    message = of(found, "F008")[0].message
    assert f"“{UNIT}”不在单位名册中" in message
    assert message.endswith("名册中名称相近的单位：浏阳市数据局、浏阳市大数据中心。")
    assert of(sent(roster=None), "F008")[0].message.endswith("请核对单位全称或编码。")
    # what the roster would say of it is not known
    for check in ("X332", "C508", "Z421"):
        assert verdict(found, check) is Verdict.UNCHECKED


def test_a_workbook_without_forms_is_not_also_called_unknown() -> None:
    empty = corrected()
    for sheet in empty.sheets:
        sheet.cells = {}
    assert verdict(sent(empty, roster=None), "F008") is Verdict.UNCHECKED


def test_the_rosters_names_of_a_unit_are_one_name() -> None:
    aliases = {f"{PROJECT}!F3": "浏阳市电子政务办", f"{WHOLE}!C2": f"906017 {UNIT}"}
    assert places(submission(corrected(aliases)), "F009") != []
    assert verdict(sent(edits=aliases), "F009") is Verdict.PASS


def test_of_two_names_the_one_that_is_not_the_units_is_told() -> None:
    assert places(sent(edits={f"{BASIC}!A2": "填报单位：浏阳市档案馆"}), "F009") == [(BASIC, "A2")]


@pytest.mark.parametrize("folder", ["浏阳市电子政务办", "906017-市数据中心", "第一批", UNIT])
def test_a_folder_called_by_another_name_of_the_unit_is_no_question(folder: str) -> None:
    assert of(sent(folder=folder), "F010") == []


def test_a_folder_of_another_unit_still_is() -> None:
    assert [f.filled for f in of(sent(folder="浏阳市水利局"), "F010")] == ["浏阳市水利局"]


@pytest.mark.parametrize(
    ("how", "said"), [("文件夹", "文件夹名单位“第一批"), ("文件名", f"文件名单位“{UNIT}_2020.xlsx”")]
)
def test_a_unit_known_by_its_place_alone_must_not_name_somebody_else(how: str, said: str) -> None:
    names = dict.fromkeys((f"{PROJECT}!F3", f"{MONITORING}!J3", f"{WHOLE}!C2"), "浏阳市档案馆")
    foreign = {**names, f"{BASIC}!A2": "填报单位：浏阳市档案馆"}
    found = of(sent(edits=foreign, how=how, folder="第一批"), "F010")
    assert [f.message.startswith(said) for f in found] == [True]
    assert "表内单位“浏阳市档案馆”" in found[0].message
    assert of(sent(how=how, folder="第一批"), "F010") == []


def test_only_the_forms_a_unit_owes_are_missed() -> None:
    book = corrected()
    book.sheets = [sheet for sheet in book.sheets if sheet.name == BASIC]
    assert {f.field for f in of(sent(book), "F006")} == {"项目自评表", "整体自评表"}
    owes = replace(ROSTER, forms_due=("基础数据表", "监控表"))
    assert {f.field for f in of(sent(book, roster=owes), "F006")} == {"监控表"}


def test_a_project_the_budget_does_not_list_is_found_at_its_name() -> None:
    found = sent(roster=with_project(name="城市公园管护", code="", targets=()))
    assert places(found, "X332") == [(PROJECT, "C2")]
    assert of(found, "X332")[0].expected == ""


@pytest.mark.parametrize("near", ["全市政务网络（政务外网、党政专网）链路租赁费", "全市政务网络链路租赁经费"])
def test_a_project_in_other_words_is_told_once_with_the_rosters_words(near: str) -> None:
    found = sent(roster=with_project(name=near, code="", targets=()))
    assert [(f.cell, f.expected) for f in of(found, "X332")] == [("C2", near)]
    assert of(found, "C508") == []
    assert verdict(found, "C508") is Verdict.UNCHECKED


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "全市政务网络(政务外网和党政工作专网)链路租赁经费。"},
        {"name": "链路", "code": "政务外网和党政"},
    ],
)
def test_blanks_and_signs_make_no_other_project_and_a_code_decides(changes: dict[str, str]) -> None:
    found = sent(roster=with_project(targets=(), **changes))
    assert verdict(found, "X332") is Verdict.PASS
    assert verdict(found, "C508") is Verdict.PASS


def test_a_unit_without_projects_in_the_roster_is_not_called_clean() -> None:
    found = sent(roster=replace(ROSTER, projects=()))
    assert verdict(found, "X332") is Verdict.UNCHECKED
    assert verdict(found, "C508") is Verdict.UNCHECKED


def test_a_project_without_self_evaluation_is_missed_by_name() -> None:
    more = KnownProject("城市公园管护", budget=Decimal(28))
    found = of(sent(roster=replace(ROSTER, projects=(*ROSTER.projects, more))), "C508")
    assert [(f.form, f.field, f.cell) for f in found] == [("项目自评表", "城市公园管护", None)]
    assert found[0].message == "项目“城市公园管护”未报自评表。年初预算28.00万元。"
    only = replace(ROSTER, projects=(*ROSTER.projects, more), forms_due=("基础数据表",))
    assert verdict(sent(roster=only), "C508") is Verdict.NOT_APPLICABLE


def test_without_any_self_evaluation_the_missing_form_is_told_once() -> None:
    book = corrected()
    book.sheets = [sheet for sheet in book.sheets if sheet.name in (BASIC, WHOLE)]
    assert verdict(sent(book), "C508") is Verdict.NOT_APPLICABLE


def test_a_target_that_was_changed_is_found_where_it_stands() -> None:
    found = sent(roster=with_project(targets=(("全天候运行", "≥98%"),)))
    assert places(found, "C512") == [(MONITORING, "E13"), (PROJECT, "E14")]
    assert "批复的指标值为“≥98%”，监控表改为“100%”" in of(found, "C512")[0].message


def test_an_approved_indicator_that_is_not_there_is_found() -> None:
    found = sent(roster=with_project(targets=(("培训网络管理员人数", "≥40人"),)))
    assert places(found, "C512") == [(MONITORING, None), (PROJECT, None)]
    # one in other words is not called missing
    near = sent(roster=with_project(targets=(("全天候运行率", "100%"),)))
    assert of(near, "C512") == []


def test_monitoring_and_self_evaluation_of_one_year_have_one_target() -> None:
    bare_roster = with_project(targets=())
    changed = {f"{PROJECT}!E14": "≥90%"}
    found = sent(edits=changed, roster=bare_roster)
    assert places(found, "C512") == [(PROJECT, "E14")]
    assert of(found, "C512")[0].related == ((MONITORING, "E13"),)
    assert verdict(sent(roster=bare_roster), "C512") is Verdict.PASS
    # that needs no roster, and says nothing of another year's form
    assert [f.cell for f in checked(corrected(changed)).findings if f.check == "C512"] == ["E14"]
    later = {**changed, f"{MONITORING}!A1": "2021年项目支出绩效目标执行监控表"}
    assert of(sent(edits=later, roster=bare_roster), "C512") == []


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("100%", "100.00%", True),
        ("≥95%", "达到95%", True),
        ("≥95%", "95%", True),
        ("403万元", "4030000元", True),
        ("≥200班次", "200", True),
        ("按时完成。", "按时完成", True),
        ("≥1.5%", "≥15%", False),
        ("≥95%", "≤95%", False),
        ("增长5%", "下降5%", False),
        ("403万元", "403元", False),
        ("100%", "完成", False),
        ("合规", "达到行业标准", False),
    ],
)
def test_targets_are_compared_by_what_they_want(left: str, right: str, same: bool) -> None:
    assert is_same_target(left, right) is same
    assert is_same_target(right, left) is same


def test_an_assessed_score_is_the_score() -> None:
    found = of(sent(edits={f"{WHOLE}!G12": 2, f"{WHOLE}!G34": 99}), "Z421")
    assert [(f.sheet, f.cell, f.filled, f.expected) for f in found] == [(WHOLE, "G12", "2", "3")]


@pytest.mark.parametrize(
    ("assessed", "ends"),
    [
        ((), Verdict.NOT_APPLICABLE),
        # out of a hundred, not out of the item's points; and no item of the form
        ((("预算编审管理", Decimal(92)),), Verdict.UNCHECKED),
        ((("党建工作", Decimal(3)),), Verdict.UNCHECKED),
    ],
)
def test_an_assessment_that_says_nothing_of_the_form_is_no_mistake(
    assessed: tuple[tuple[str, Decimal], ...], ends: Verdict
) -> None:
    assert verdict(sent(roster=replace(ROSTER, assessed=assessed)), "Z421") is ends


def test_a_late_submission_says_by_how_many_days() -> None:
    found = of(sent(sent="2021-03-18"), "G804")
    assert [f.message for f in found] == [f"{UNIT}于2021年3月18日报送，比截止日期2021年3月15日晚3天。"]
    assert verdict(sent(sent="2021-03-15"), "G804") is Verdict.PASS
    # the round's day counts where the unit has none of its own, and needs no roster
    rounds = replace(ROSTER, deadline="")
    assert verdict(sent(roster=rounds, sent="2021-03-18", due="2021-03-20"), "G804") is Verdict.PASS
    assert len(of(sent(roster=None, sent="2021-03-21", due="2021-03-20"), "G804")) == 1


def test_no_message_leaves_a_slot_open() -> None:
    last = last_year({"基础数据表.编制数": "16", "基础数据表.在职人数": "1", "整体自评表.总分.得分": "60"})
    for finding in looked_at(sent(last=last, roster=with_project(name="甲", targets=()))).findings:
        assert "{" not in finding.message + finding.fix, finding
