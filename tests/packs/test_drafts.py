"""`jixiao draft` on the blank form of each pack, alone and with filled examples: types, ties, proposals."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from batch.app.cli import cli
from batch.checks.run import run_checks
from batch.draft.answers import confirmed
from batch.draft.drafting import draft, rules_of
from batch.draft.question_book import question_bytes
from batch.draft.tie_sentences import in_words
from batch.forms.read.forms import read_forms
from batch.forms.template.workbook import template_bytes
from batch.model.form import Submission
from batch.unit.rules import Context, load_rules
from batch.workbook.opening import open_book
from batch.workbook.read.xlsx import read_workbook
from tests.draft.blanks import stripped
from tests.packs.drafts import Found, blank_and_examples, drafted, types
from tests.packs.filled import FILLED

HERE = Path(__file__).parent


@pytest.mark.parametrize("pack", FILLED)
def test_a_pack_is_drafted_from_its_blank_form(tmp_path: Path, pack: str) -> None:
    blank, out = tmp_path / "空白.xlsx", tmp_path / "包"
    blank.write_bytes(template_bytes(load_rules(Context(str(HERE / pack))).forms))
    stripped(blank)
    for arguments in ((blank,), ("--confirm", out / "待确认.xlsx")):
        told = CliRunner().invoke(cli, ["draft", *map(str, arguments), "--out", str(out)], prog_name="jixiao")
        assert told.exit_code == 0, told.output
    meant = types(load_rules(Context(str(HERE / pack))))
    found = types(load_rules(Context(str(out))), computed=True)
    assert {at: found.get(at) for at in meant} == meant


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """The packs drafted from their blank forms and five filled examples each."""
    return {pack: drafted(HERE / pack, fill, tmp_path_factory.mktemp(pack)) for pack, fill in FILLED.items()}


def test_nine_of_ten_ties_are_found_again(drafts: dict[str, Found]) -> None:
    wanted = [tie for found in drafts.values() for tie in found.ties["错误"]]
    missed = [tie for found in drafts.values() for tie in found.missed.get("错误", ())]
    assert len(wanted) >= 50
    assert len(missed) <= 0.1 * len(wanted), missed


def test_no_proposal_is_broken_by_other_units_that_are_right(drafts: dict[str, Found]) -> None:
    assert sum(len(found.proposed) for found in drafts.values()) >= 50
    assert not [tie for found in drafts.values() for tie in found.false]


def test_all_cells_are_typed_as_the_pack_says(drafts: dict[str, Found]) -> None:
    assert not {pack: found.mistyped for pack, found in drafts.items() if found.mistyped}


def test_what_a_list_comes_to_is_asked_once_for_all_words(drafts: dict[str, Found]) -> None:
    words = "“公开招标”“竞争性谈判”“询价”“单一来源”"
    rows = "公开招标、竞争性谈判(磋商)、询价、单一来源"
    assert set(drafts["purchases"].asked) == {
        "合计 ＝ 公开招标 ＋ 竞争性谈判(磋商) ＋ 询价 ＋ 单一来源",
        f"{rows}的合同笔数 ＝ 明细中采购方式分别为{words}各行的行数",
        f"{rows}的期间采购预算 ＝ 明细中采购方式分别为{words}各行的预算金额之和",
        f"{rows}的期间合同金额 ＝ 明细中采购方式分别为{words}各行的合同金额之和",
        "合计的合同笔数 ＝ 明细各行的行数",
        "合计的期间采购预算 ＝ 明细各行的预算金额之和",
        "合计的期间合同金额 ＝ 明细各行的合同金额之和",
        "合计行的预算金额 ＝ 明细各行的预算金额之和",
        "合计行的合同金额 ＝ 明细各行的合同金额之和",
        "合计行的已支付金额 ＝ 明细各行的已支付金额之和",
        "节约率 ＝ （期间采购预算 － 期间合同金额） ÷ 期间采购预算",
        "合同金额 ≤ 预算金额",
        "已支付金额 ≤ 合同金额",
    }


def test_what_is_wrong_is_told_in_words_of_the_form(drafts: dict[str, Found]) -> None:
    rules = drafts["purchases"].rules
    book = read_workbook((HERE / "purchases" / "wrong.xlsx").read_bytes(), "wrong.xlsx")
    sent = Submission("", "", (), read_forms(book, rules.forms, "wrong.xlsx").tables)
    proposed = {key: check for key, check in rules.catalogue.items() if check.basis and check.ties}
    told = {(one.cell, one.title): one.message for one in run_checks(sent, proposed, rules.forms).findings}
    number = told["C7", "公开招标等4项的合同笔数与明细不符"]
    assert number == "这一格填3，明细中采购方式相同的有2行。"
    assert told["C5", "合计不等于各项之和"] == "合计合同笔数5，不等于各项之和（1+3+1+1＝6），相差1。"
    paid = told["G15", "已支付金额大于合同金额"]
    assert paid.startswith("“乡道标线施划”的已支付金额728,000.00元，大于合同金额（628,000.00元）")
    assert {"D5", "E8", "F6", "F18"} <= {cell for cell, _ in told}


def test_each_of_two_lists_is_tied_to_its_own_cells(drafts: dict[str, Found]) -> None:
    found = drafts["assets"]
    assert [missed.partition(" ")[0] for missed in found.missed["错误"]] == ["A108.2"]
    assert {
        "合计行的购置原值 ＝ 明细各行的购置原值之和",
        "合计行的处置原值 ＝ 明细各行的处置原值之和",
        "购置原值 ＝ 购置数量 × 单价",
        # rows called after the list, and after one word of a drop-down
        "本期处置的件数 ＝ 明细各行的处置数量之和",
        "财政拨款的原值 ＝ 明细中资金来源为财政拨款的各行的购置原值之和",
    } <= set(found.asked)
    # nobody adds up unit prices
    assert not [asked for asked in found.asked if "单价之和" in asked]
    book = read_workbook((HERE / "assets" / "wrong.xlsx").read_bytes(), "wrong.xlsx")
    sent = Submission("", "", (), read_forms(book, found.rules.forms, "wrong.xlsx").tables)
    proposed = {key: check for key, check in found.rules.catalogue.items() if check.basis and check.ties}
    told = {one.cell for one in run_checks(sent, proposed, found.rules.forms).findings}
    assert told == {"C5", "C7", "D7", "E12", "E15", "F21"}


def test_single_fields_are_tied_to_the_cells_of_a_grid(drafts: dict[str, Found]) -> None:
    assert {
        "总体支出进度 ＝ 支出合计的期间累计数 ÷ 支出合计的全年预算数",
        "项目支出占比 ＝ 项目支出的期间累计数 ÷ 支出合计的期间累计数",
        "在职人数 ＝ 小计的实有人数",
        "增减率 ＝ 比上年增减额 ÷ 上年同期数",
        # what is said of differences is not said of their parts
        "基本支出 ≥ 人员经费",
    } <= set(drafts["finance"].asked)


def test_a_slip_in_one_example_hides_no_law_and_makes_none(tmp_path: Path) -> None:
    examples = [{"采购季报": dict(FILLED["purchases"](Random(seed))["采购季报"])} for seed in range(8)]
    examples[3]["采购季报"]["C7"] = 9
    blank, seen = blank_and_examples(HERE / "purchases", examples, tmp_path)
    clean, _ = draft(blank, None, 2024)
    proposal, _ = draft(blank, seen, 2024)
    left_out = {tie.id: in_words(tie, proposal.forms) for tie in proposal.ties if tie.is_left_out}
    rows, total = "公开招标、竞争性谈判(磋商)、询价、单一来源", "合计的合同笔数 ＝ 明细各行的行数"
    each = f"{rows}的合同笔数 ＝ 明细中采购方式分别为“公开招标”“竞争性谈判”“询价”“单一来源”各行的行数"
    assert list(left_out.values()) == [each, total]
    assert len(proposal.ties) > len(clean.ties)
    title = "公开招标等4项的合同笔数与明细不符"
    # nothing but what was proposed without it becomes a check, until somebody wants it
    assert not {
        check.title for check in rules_of(proposal).catalogue.values() if "合同笔数与明细" in check.title
    }
    book = load_workbook(BytesIO(question_bytes(proposal)))
    lines = {row[0].value: row for row in book["勾稽"].iter_rows()}
    told = [[cell.value for cell in lines[tie]] for tie in left_out]
    assert [(line[3], line[5]) for line in told] == [
        ("不要", "8份里7份成立，一份不符：3.xlsx“采购季报”C7"),
        ("不要", "8份里7份成立，一份不符：3.xlsx“采购季报”C5"),
    ]
    (first, _) = left_out
    lines[first][3].value = "试行"
    book.save(tmp_path / "改好.xlsx")
    wanted = confirmed(open_book((tmp_path / "改好.xlsx").read_bytes(), "改好.xlsx"))
    assert [tie.id for tie in wanted.ties if tie.against] == [first]
    assert title in {check.title for check in rules_of(wanted).catalogue.values()}
