"""Checks against the roster and the year before: each finds its mistake, and lets the right thing pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from batch.checks.engine import Checked, run_checks, verdict_of
from batch.checks.targets import is_same_target
from batch.model.book import Book
from batch.model.form import Submission
from batch.model.reference import Accepted, KnownProject, LastYear, Reference, RosterUnit
from batch.model.review import Finding, Verdict
from tests.checks.known import year_before
from tests.paper import (
    BASIC,
    MONITORING,
    PROJECT,
    THE_PROJECT,
    WHOLE,
    Edits,
    checked,
    corrected,
    rules,
    sample,
    submission,
)

UNIT = "浏阳市数据资源中心"
TEXTS = {
    "基础数据表.厉行节约保障措施": "上年的措施：公务接待一律在机关食堂安排，不配烟酒，不赠送纪念品。",
    "监控表.年度总体目标": "上年的目标：建成安全监测系统，开展应急演练四次，完成等级保护测评备案工作。",
    "项目自评表.预期目标": "上年的目标：新建村级网络节点二十处，改造老旧机房三间，培训网络管理员四十人。",
    "项目自评表.实际完成情况": "上年的结果：建成节点二十处，机房改造竣工验收，培训网络管理员四十二人次。",
    "整体自评表.年初设定目标": "上年的目标：完成数据资源目录编制，归集部门数据，建成政务服务一体化平台。",
    "整体自评表.全年完成情况": "上年的结果：目录编制完成，归集数据九百万条，一体化平台上线试运行满三个月。",
}
ASSESSED = (("预算编审管理", Decimal(3)), ("资产管理", Decimal(4)))
ROSTER = RosterUnit(
    UNIT,
    "906017",
    aliases=("市数据中心", "浏阳市电子政务办"),
    projects=(KnownProject(THE_PROJECT, "4301810001", Decimal(403), (("全天候运行", "100%"),)),),
    assessed=ASSESSED,
    deadline="2021-03-15",
)
FROM_ROSTER = ("F008", "X332", "C508", "C512", "Z421", "G804")
FROM_LAST_YEAR = ("Y701", "Y702", "Y703", "Y704", "Y705", "Y706")
Changes = Mapping[str, str | None]


def last_year(changes: Changes | None = None) -> LastYear:
    """What was accepted the year before, in keeping with the corrected submission; then with changes.

    A change is "表.行.栏" → the number or text, None for nothing known.
    """
    known = year_before(submission(corrected()))
    fill = {**TEXTS, "基础数据表.三公经费.本年预算": "1.86", **(changes or {})}
    for place, text in fill.items():
        form, _, name = place.partition(".")
        key = (form, THE_PROJECT if form in ("项目自评表", "监控表") else "", name)
        if text is None:
            known.pop(key, None)
        else:
            number = Decimal(text) if text.replace(".", "").isdigit() else None
            before = known.get(key) or Accepted(*key, "", unit="万元" if number is not None else "")
            known[key] = replace(before, raw=text, number=number)
    return LastYear(2019, tuple(known.values()), "优")


def sent(
    *books: Book,
    edits: Edits | None = None,
    roster: RosterUnit | None = ROSTER,
    last: LastYear | None = None,
    how: str = "全称",
    folder: str = UNIT,
    **more: Any,
) -> Submission:
    """The corrected submission with edits, as of a unit the bureau knows; roster None: it is not in it."""
    found = submission(*(books or (corrected(edits),)), folder=folder)
    found.has_roster = True
    found.reference = Reference(UNIT, roster, how, last)
    for name, value in {"sent": "2021-03-10", **more}.items():
        setattr(found, name, value)
    return found


def looked_at(found: Submission) -> Checked:
    return run_checks(found, rules().catalogue, rules().forms)


def of(found: Submission, check: str) -> list[Finding]:
    return [finding for finding in looked_at(found).findings if finding.check == check]


def places(found: Submission, check: str) -> list[tuple[str, str | None]]:
    return [(f.sheet, f.cell) for f in of(found, check)]


def verdict(found: Submission, check: str) -> Verdict:
    return verdict_of(o for o in looked_at(found).outcomes if o.check == check)


def with_project(**changes: Any) -> RosterUnit:
    return replace(ROSTER, projects=(replace(ROSTER.projects[0], **changes),))


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
    assert outcomes[0].reason in ("没有单位名册", "没有上年审定数据", "没有截止日期")


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


def test_a_project_in_other_words_is_told_once_with_the_rosters_words() -> None:
    near = "全市政务网络（政务外网、党政专网）链路租赁费"
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
    assert found[0].message == "项目“城市公园管护”未报自评表。年初预算28万元。"
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
    assert [f.message for f in found] == [f"{UNIT}于2021-03-18报送，比截止日期2021-03-15晚3天。"]
    assert verdict(sent(sent="2021-03-15"), "G804") is Verdict.PASS
    # the round's day counts where the unit has none of its own, and needs no roster
    rounds = replace(ROSTER, deadline="")
    assert verdict(sent(roster=rounds, sent="2021-03-18", due="2021-03-20"), "G804") is Verdict.PASS
    assert len(of(sent(roster=None, sent="2021-03-21", due="2021-03-20"), "G804")) == 1


def test_last_years_figures_are_those_that_were_accepted() -> None:
    found = of(sent(last=last_year({"基础数据表.公务接待.本年决算": "1.60"})), "Y701")
    assert [(f.sheet, f.cell, f.filled, f.expected) for f in found] == [(BASIC, "B11", "1.86", "1.6")]
    assert found[0].message == "“公务接待”上年决算填1.86万元，上年审定为1.6万元。"


def test_last_years_figures_may_stand_in_another_unit_of_money() -> None:
    last = last_year()
    in_yuan = tuple(
        replace(f, number=f.number * 10000, raw=f"{f.number * 10000}", unit="元")
        if f.number is not None and f.unit == "万元"
        else f
        for f in last.fields
    )
    assert verdict(sent(last=replace(last, fields=in_yuan)), "Y701") is Verdict.PASS
    # the same figures without the right unit are a doubt about the unit, not twelve mistakes
    mistaken = tuple(replace(f, unit="万元") if f.unit == "元" else f for f in in_yuan)
    found = sent(last=replace(last, fields=mistaken))
    assert of(found, "Y701") == []
    assert verdict(found, "Y701") is Verdict.UNCHECKED


def test_a_row_last_year_does_not_know_is_not_called_right() -> None:
    found = sent(last=last_year({"基础数据表.政府采购.本年决算": None}))
    assert of(found, "Y701") == []
    assert verdict(found, "Y701") is Verdict.UNCHECKED


def test_posts_and_staff_against_last_year() -> None:
    found = sent(last=last_year({"基础数据表.编制数": "16", "基础数据表.在职人数": "10"}))
    assert places(found, "Y702") == [(BASIC, "B4")]
    assert of(found, "Y702")[0].message == "编制数由16变为15，请说明文件依据。"
    assert places(found, "Y703") == [(BASIC, "C4")]
    assert of(found, "Y703")[0].message == "在职人数由10变为13，变动+30.00%（超过20%需说明）。"
    assert verdict(sent(last=last_year({"基础数据表.在职人数": "11"})), "Y703") is Verdict.PASS


@pytest.mark.parametrize(
    ("was", "told"), [("85", "（等级由良变为优）"), ("89.5", "（等级由良变为优）"), ("90", ""), ("95", "")]
)
def test_the_score_against_last_year(was: str, told: str) -> None:
    found = of(sent(last=last_year({"整体自评表.总分.得分": was})), "Y704")
    assert [(f.sheet, f.cell) for f in found] == ([(WHOLE, "G34")] if told else [])
    assert all(told in f.message for f in found)


def test_texts_that_repeat_last_years_are_found() -> None:
    now = submission(corrected()).of("整体自评表")[0].fields["年初设定目标"].raw
    last = last_year({"整体自评表.年初设定目标": now.replace("，", "、 ")})
    assert places(sent(last=last), "Y705") == [(WHOLE, "C9")]
    # a project's form is compared with that project's form of last year
    goal = submission(corrected()).of("项目自评表")[0].fields["预期目标"].raw
    last = last_year({"项目自评表.预期目标": goal})
    assert places(sent(last=last), "Y705") == [(PROJECT, "B10")]
    assert places(sent(edits={f"{PROJECT}!C2": "另一个项目"}, last=last), "Y705") == []


def test_a_project_carries_over_what_it_had_left() -> None:
    last = last_year({"项目自评表.年度资金总额.全年执行数": "380"})
    found = of(sent(last=last), "Y706")
    assert [(f.sheet, f.cell, f.filled, f.expected) for f in found] == [(PROJECT, "E7", "0.00", "23")]
    assert "（403.00−380）" in found[0].message
    carried = {f"{PROJECT}!E6": 380, f"{PROJECT}!E7": 23}
    assert verdict(sent(edits=carried, last=last), "Y706") is Verdict.PASS
    overspent = last_year({"项目自评表.年度资金总额.全年执行数": "410"})
    assert verdict(sent(last=overspent), "Y706") is Verdict.UNCHECKED
    assert verdict(sent(edits={f"{PROJECT}!C2": "新项目"}, last=last), "Y706") is Verdict.NOT_APPLICABLE


def test_receptions_are_held_against_what_was_accepted() -> None:
    less = last_year({"基础数据表.三公经费.本年决算": "0.90", "基础数据表.三公经费.本年预算": "1.70"})
    found = sent(last=less)
    assert [(f.cell, f.expected) for f in of(found, "J108")] == [("D6", "0.9")]
    assert [(f.cell, f.expected) for f in of(found, "J109")] == [("C6", "1.7")]
    assert of(found, "J109")[0].message == (
        "三公经费本年预算1.80万元，高于上年预算1.7万元，变动率5.88%（上年预算为上年审定数）。"
    )
    assert of(found, "J110") == []
    # the form's own 上年决算 counts where nothing was accepted
    only = last_year({"基础数据表.三公经费.本年决算": None, "基础数据表.三公经费.本年预算": None})
    assert [(f.cell, f.difference) for f in of(sent(last=only), "J110")] == [("D6", "-0.91")]
    assert verdict(sent(last=only), "J109") is Verdict.PASS


def test_the_change_of_receptions_is_worked_out_from_last_years_budget() -> None:
    found = of(sent(last=last_year({"基础数据表.三公经费.本年预算": "2"})), "Z414")
    assert [(f.sheet, f.cell, f.filled, f.expected) for f in found] == [(WHOLE, "F21", "-3.23%", "-10.00%")]
    assert found[0].message == "“三公经费”变动率填-3.23%，按上年审定的预算数（(1.80−2)÷2）应为-10.00%。"
    # the real submission's 100 %, with the budget that would make it right
    twice = sent(sample(), last=last_year({"基础数据表.三公经费.本年预算": "1"}))
    assert verdict(twice, "Z414") is Verdict.PASS
    none = sent(last=last_year({"基础数据表.三公经费.本年预算": "0"}))
    assert verdict(none, "Z414") is Verdict.UNCHECKED


def test_no_message_leaves_a_slot_open() -> None:
    last = last_year({"基础数据表.编制数": "16", "基础数据表.在职人数": "1", "整体自评表.总分.得分": "60"})
    for finding in looked_at(sent(last=last, roster=with_project(name="甲", targets=()))).findings:
        assert "{" not in finding.message + finding.fix, finding
