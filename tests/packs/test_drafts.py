"""`jixiao draft` on the blank form of each pack, alone and with filled examples: types, ties, proposals."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.forms.template.workbook import template_bytes
from batch.unit.rules import Context, load_rules
from tests.draft.blanks import stripped
from tests.packs.drafts import Found, drafted, types
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
    meant, found = types(load_rules(Context(str(HERE / pack)))), types(load_rules(Context(str(out))))
    assert {at: found.get(at) for at in meant} == meant


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """The packs drafted from their blank forms and five filled examples each."""
    return {pack: drafted(HERE / pack, fill, tmp_path_factory.mktemp(pack)) for pack, fill in FILLED.items()}


def test_nine_of_ten_ties_are_found_again(drafts: dict[str, Found]) -> None:
    wanted = [tie for found in drafts.values() for tie in found.ties["错误"]]
    missed = [tie for found in drafts.values() for tie in found.missed.get("错误", ())]
    assert len(wanted) >= 40
    assert len(missed) <= 0.1 * len(wanted), missed


def test_no_proposal_is_broken_by_other_units_that_are_right(drafts: dict[str, Found]) -> None:
    assert sum(len(found.proposed) for found in drafts.values()) >= 40
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
        "期间合同金额 ≤ 期间采购预算",
        "合同金额 ≤ 预算金额",
        "已支付金额 ≤ 合同金额",
    }
