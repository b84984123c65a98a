"""What a blank form says of itself: roles of labels, types, ties by numbering and headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from batch.demo.county_figures import demo_pack, layout
from batch.draft.drafting import draft, rules_of
from batch.draft.formula_ties import SOURCE
from batch.draft.numbering import part_sums
from batch.draft.proposal import DraftField, DraftForm, PackProposal
from batch.draft.tie_sentences import in_words
from batch.forms.template.cell_formulas import TemplateFormulas
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.workbook import build_template
from tests.draft.blanks import cars, contracts, purchases, review, villages


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> PackProposal:
    return draft(purchases(tmp_path_factory.mktemp("blank") / "空白.xlsx"), None, 2020)[0]


@pytest.fixture(scope="module")
def form(proposal: PackProposal) -> DraftForm:
    return proposal.forms[0]


def test_year_period_title_and_unit_of_money_come_from_the_print(
    proposal: PackProposal, form: DraftForm
) -> None:
    assert (proposal.year, proposal.period) == (2023, (1, 6))
    assert (form.key, form.title, form.money, form.known) == ("采购情况", "乡镇采购情况表", "万元", "")
    assert form.drawing.rows[0][0] == "{标题}"
    assert form.drawing.rows[2][2] == "{本年}{期}支付数（B）"


def test_labels_have_the_roles_that_blanks_give_them(form: DraftForm) -> None:
    assert [(e.name, e.type) for e in form.entries] == [
        ("填报单位", "text"),
        ("采购负责人", "text"),
        ("联系电话", "text"),
    ]
    [grid] = form.grids
    assert [row.name for row in grid.rows] == ["合计", "货物类", "办公设备", "车辆", "新能源车", "工程类"]
    assert [column.type for column in grid.columns] == ["money", "money", "percent", "text"]
    assert [row.name for row in grid.rows if row.open] == ["工程类"]
    assert form.unit_field == form.entries[0].id
    assert not form.unnamed


def test_ties_are_read_from_numbering_headings_and_notes(proposal: PackProposal, form: DraftForm) -> None:
    told = {in_words(tie, [form]) for tie in proposal.ties}
    assert told == {
        "合计 ＝ 货物类 ＋ 工程类",
        "货物类 ＝ 办公设备 ＋ 车辆",
        "车辆 ≥ 新能源车",
        "支付率 ＝ 本年期间支付数 ÷ 预算数",
        "本年期间支付数 ≤ 预算数",
    }


def test_the_drafted_pack_reads_its_own_drawing(proposal: PackProposal, form: DraftForm) -> None:
    rules = rules_of(proposal)
    slots = lay_out(rules.forms.forms[form.key], rules.forms, 2023).slots
    assert {slot.ref for slot in slots.values()} >= set(form.cells)


def test_a_plain_list_with_its_drop_down(tmp_path: Path) -> None:
    proposal, _ = draft(contracts(tmp_path / "附件2.xlsx"), None, 2022)
    [form] = proposal.forms
    assert (form.key, form.money, proposal.year) == ("县级政府采购合同明细表", "元", 2022)
    (listed,) = form.lists
    assert not form.unnamed
    kinds = {column.name: column.type for column in listed.columns}
    assert list(kinds.items())[1:] == [
        ("采购项目", "text"),
        ("采购方式", "choice"),
        ("合同签订日期", "date"),
        ("合同金额", "money"),
    ]
    assert listed.columns[2].choices == ["公开招标", "询价", "单一来源"]
    assert [in_words(tie, [form]) for tie in proposal.ties] == ["合计行的合同金额 ＝ 明细各行的合同金额之和"]
    rules = rules_of(proposal)
    slots = lay_out(rules.forms.forms[form.key], rules.forms, 2022).slots
    assert {slot.ref for slot in slots.values()} >= set(form.cells)


def test_each_list_of_a_form_has_its_own_columns_and_totals(tmp_path: Path) -> None:
    proposal, _ = draft(cars(tmp_path / "车辆.xlsx"), None, 2024)
    [form] = proposal.forms
    assert [(listed.name, [column.name for column in listed.columns][1:]) for listed in form.lists] == [
        ("购置明细", ["购置车牌号", "购置里程", "购置金额"]),
        ("维修明细", ["维修内容", "单价", "维修费"]),
        ("处置明细", ["处置车牌号", "处置里程", "处置金额"]),
    ]
    assert [in_words(tie, [form]) for tie in proposal.ties] == [
        "合计行的购置里程 ＝ 明细各行的购置里程之和",
        "合计行的购置金额 ＝ 明细各行的购置金额之和",
        "合计行的维修费 ＝ 明细各行的维修费之和",
    ]
    assert [entry.name for entry in form.entries] == ["填报单位"]
    rules = rules_of(proposal)
    slots = lay_out(rules.forms.forms[form.key], rules.forms, 2024).slots
    assert {slot.ref for slot in slots.values()} >= set(form.cells) >= {"B5", "C8", "D14", "D18"}
    assert "C14" not in {slot.ref for slot in slots.values()}


def test_a_plain_list_below_a_table_of_indicators_is_a_list_too(tmp_path: Path) -> None:
    book = load_workbook(review(tmp_path / "考核.xlsx"))
    sheet = book["考核"]
    for row in (("附：服务合同明细",), ("序号", "服务内容", "合同金额"), (1,), (2,), ("合计",)):
        sheet.append(row)
    sheet.merge_cells("A8:F8")
    book.save(tmp_path / "考核.xlsx")
    proposal, _ = draft(tmp_path / "考核.xlsx", None, 2024)
    [form] = proposal.forms
    assert [(len(listed.levels), len(listed.columns)) for listed in form.lists] == [(2, 6), (0, 3)]
    assert form.scored
    told = [in_words(tie, [form]) for tie in proposal.ties]
    assert "合计行的得分 ＝ 各项指标的得分之和" in told
    assert "合计行的合同金额 ＝ 明细各行的合同金额之和" in told
    rules = rules_of(proposal)
    slots = lay_out(rules.forms.forms[form.key], rules.forms, 2024).slots
    assert {slot.ref for slot in slots.values()} >= set(form.cells) >= {"F7", "C12"}


def test_a_note_about_a_list_and_a_column_that_is_some_of_another_are_ties(tmp_path: Path) -> None:
    book = load_workbook(contracts(tmp_path / "附件2.xlsx"))
    sheet = book["附件2"]
    sheet["F5"], sheet["G5"] = "其中：财政资金", "已付金额"
    sheet["A12"] = "说明：已付金额不得超过合同金额。"
    sheet.merge_cells("A12:G12")
    book.save(tmp_path / "附件2.xlsx")
    proposal, _ = draft(tmp_path / "附件2.xlsx", None, 2022)
    told = {(tie.each, in_words(tie, proposal.forms)) for tie in proposal.ties}
    assert {("指标", "合同金额 ≥ 财政资金"), ("指标", "已付金额 ≤ 合同金额")} <= told


def test_numbers_without_words_for_them_are_known_by_the_whole_and_by_the_examples(tmp_path: Path) -> None:
    filled = tmp_path / "样表"
    filled.mkdir()
    for n in range(1, 6):
        rows = [
            (f"村{k}", 1000 * (k * n % 7 + 3), f"8762{k}{n}17", 900 * k + n, 210000 + k) for k in range(1, 6)
        ]
        villages(filled / f"乡镇{n}.xlsx", *rows)
    proposal, _ = draft(villages(tmp_path / "空白.xlsx"), filled, 2023)
    types = {column.name: column.type for column in proposal.forms[0].lists[0].columns}
    assert types == {
        "序号": "text",
        "村名": "text",
        "补助标准": "money",
        "电话号": "text",
        "补助金额": "money",
        "县级": "money",
        "乡级": "money",
        # of three and of four digits; telephones and codes have as many digits each
        "村民": "number",
        "排序号": "text",
        "科目编码": "text",
    }
    said = [in_words(tie, proposal.forms) for tie in proposal.ties]
    assert any("补助金额" in one and "县级 ＋ 乡级" in one for one in said), said
    # what one village gets for each is no sum of all
    assert not any("补助标准之和" in one for one in said), said


def test_what_the_form_computes_is_tied_and_computed_again(tmp_path: Path) -> None:
    """Of the official template every formula comes back in the same cell of the drafted pack's own."""
    build_template(demo_pack(), tmp_path / "附表.xlsx")
    proposal, _ = draft(tmp_path / "附表.xlsx", None, 2019)
    rules = rules_of(proposal)
    assert proposal.year == 2020
    for form in proposal.forms:
        given = layout(form.key).computed()
        ours = lay_out(rules.forms.forms[form.key], rules.forms, 2020).computed()
        texts = [{ref: TemplateFormulas(cells, {}).text(ref) for ref in cells} for cells in (given, ours)]
        assert texts[0] == texts[1]
    computed = [tie for tie in proposal.ties if tie.source == SOURCE]
    assert len(computed) == 14


@pytest.mark.parametrize(
    ("labels", "sums"),
    [
        # what is set in belongs to 其中, what is not may
        (["公用经费", "  其中：办公费", "    水电费", "采购"], {"公用经费": ["其中：办公费", "水电费"]}),
        (["公用经费", "其中：办公费", "水电费"], {"公用经费": ["其中：办公费"]}),
        (["总额", "其中：拨款", "结转", "其他"], {"总额": ["其中：拨款", "结转", "其他"]}),
        (["（一）支出", "1.人员", "2.公用", "（二）收入"], {"（一）支出": ["1.人员", "2.公用"]}),
        (["甲", "乙", "丙", "小计"], {"小计": ["甲", "乙", "丙"]}),
    ],
)
def test_sums_by_numbering(labels: list[str], sums: dict[str, list[str]]) -> None:
    rows = [
        DraftField(str(n), label.strip(), label.strip(), indent=len(label) - len(label.lstrip()))
        for n, label in enumerate(labels)
    ]
    found, _ = part_sums(rows)
    assert {rows[one.total].label: [rows[n].label for n in one.parts] for one in found} == sums
