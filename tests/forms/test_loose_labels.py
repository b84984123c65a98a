"""Labels with remarks around them are still those labels, and no other field's of the same form."""

from __future__ import annotations

import pytest

from batch.config.rulebook import load_rulebook
from batch.forms.spec.label_matching import Labels
from batch.forms.spec.labels import label
from batch.forms.spec.load import load_forms
from batch.forms.spec.loose_labels import loose_label

PACKS = {name: load_forms(load_rulebook(name)) for name in ("generic-10hao", "hunan-2020")}
PROJECT = PACKS["hunan-2020"].forms["项目自评表"]
MONITORING = PACKS["hunan-2020"].forms["监控表"]
BASIC = PACKS["hunan-2020"].forms["基础数据表"]


@pytest.mark.parametrize(
    ("labels", "written", "name"),
    [
        (PROJECT.lists[0].labels, "实际完成值\n（B）", "完成值"),
        (PROJECT.lists[0].labels, "年度指标值【A】", "年度指标值"),
        (PROJECT.lists[0].labels, "得分（D）", "得分"),
        (PROJECT.lists[0].labels, "预期指标值(A", "年度指标值"),
        (PROJECT.lists[0].labels, "偏差原因分析、改进措施", "偏差原因"),
        (PROJECT.lists[0].labels, "未完成原因/拟采取的改进措施", "偏差原因"),
        (PROJECT.grids[0].column_labels, "A年初预算数", "年初预算数"),
        (PROJECT.grids[0].column_labels, "年初预算金额", "年初预算数"),
        (PROJECT.grids[0].column_labels, "全年预算数（②）", "全年预算数"),
        (PROJECT.grids[0].column_labels, "执行率=C/B", "执行率"),
        (PROJECT.grids[0].column_labels, "执行率 C/B×100%", "执行率"),
        (PROJECT.grids[0].column_labels, "执行率（③/②）", "执行率"),
        (PROJECT.grids[0].column_labels, "分值（10分）", "分值"),
        (PROJECT.grids[0].column_labels, "得分（20分*执行率）", "得分"),
        (PROJECT.entry_labels, "实施单位\n（盖 章）：", "实施单位"),
        (PROJECT.entry_labels, "主管部门盖章", "主管部门"),
        (PROJECT.entry_labels, "主管部门公章处", "主管部门"),
        (PROJECT.entry_labels, "主管部门签章栏", "主管部门"),
        (MONITORING.entry_labels, "单位负责人签字", "单位负责人"),
        (MONITORING.entry_labels, "单位负责人签名", "单位负责人"),
        (PROJECT.grids[0].column_labels, "执行率%", "执行率"),
        (PROJECT.grids[0].column_labels, "全年执行数B", "全年执行数"),
        (PROJECT.grids[0].column_labels, "执行率C/B×100", "执行率"),
        (PROJECT.grids[0].column_labels, "执行率C/B）", "执行率"),
        (PROJECT.entry_labels, "年度总体目标完成情况（综述）", "实际完成情况"),
        (BASIC.entry_labels, "填报单位（加盖公章）：", "填报单位"),
        (BASIC.entry_labels, "{本年}末实际在职人数", "在职人数"),
        (BASIC.entry_labels, "{本年}12月31日实际在职人数", "在职人数"),
        (BASIC.grids[0].row_labels, "1、业务工作专项（一个项目一行）", "业务工作专项"),
        (BASIC.grids[0].row_labels, "公用经费（商品和服务支出）", "公用经费"),
        (BASIC.grids[0].row_labels, "商品和服务支出（公用经费）", "公用经费"),
        (MONITORING.grids[0].column_labels, "{期}执行数（B）", "期间执行数"),
        (MONITORING.entry_labels, "单位负责人（签字）", "单位负责人"),
    ],
)
def test_remarks_do_not_hide_a_label(labels: Labels, written: str, name: str) -> None:
    found = labels.find(written, label(written))
    assert found
    assert found[0] == name


@pytest.mark.parametrize("text", ["（8）", "B", "=", "盖章", "末"])
def test_a_text_that_would_be_used_up_stays(text: str) -> None:
    assert loose_label(label(text))


@pytest.mark.parametrize("pack", PACKS)
def test_no_two_fields_of_a_form_come_to_the_same(pack: str) -> None:
    for spec in PACKS[pack].forms.values():
        for labels in spec.label_sets:
            meant: dict[str, set[str]] = {}
            for text, name in (*labels.normalised.items(), *labels.alias.items()):
                meant.setdefault(loose_label(text), set()).add(name)
            assert {text: names for text, names in meant.items() if len(names) > 1} == {}, spec.key
