"""What the books and letters of a pack show whose forms the program knows nothing of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.mail_settings import Mailbox, MailSettings
from batch.config.pack_files import read_pack
from batch.config.rulebook import load_rulebook
from batch.figures.figure_rules import FormFigures, figure_rules
from batch.figures.shown_figures import ALWAYS, OPTIONAL
from batch.forms.spec.load import load_forms
from batch.mail.leadership_mails import rollup_letter
from batch.mail.published import read_published
from batch.model.review import Findings
from batch.model.unit_facts import UnitFacts
from batch.outbox.paths import LISTS, ROLLUP
from batch.rollup.rollup import RollupContent, RollupHead, sheets_of
from tests.config.small_pack import CHECKS as TIES
from tests.config.small_pack import FORM, HEAD, small_pack
from tests.config.test_packs_anywhere import filled
from tests.rollup.reading import write_both

PURCHASES = Path(__file__).parents[1] / "packs" / "purchases"

#: words of the shipped pack's forms
HUNAN = re.compile(
    "三公|公务用车|公务接待|出国|编制数|编外|在职|人员控制|财政供养|政府采购|整体支出|整体自评|基础数据表|监控|项目自评|楼堂馆所"
)
RATE = '[[grid.column]]\nname = "支出率"\ntype = "percent"\nformula = "支出 / 预算"\n'
TOTAL = '[[grid.row]]\nname = "合计"'
WITH_RATE = FORM.replace(TOTAL, RATE + TOTAL)
for before, after in (
    ("widths = [24, 16, 16]", "widths = [24, 16, 16, 16]"),
    ('"<", "<"]', '"<", "<", "<"]'),
    ('"填报单位", "", "<"]', '"填报单位", "", "<", "<"]'),
    ('"预算", "支出"]', '"预算", "支出", "支出率"]'),
    ('", "", ""],', '", "", "", ""],'),
):
    WITH_RATE = WITH_RATE.replace(before, after)
CHECKS = TIES.replace('each = "列"\n', "").replace(
    "合计 == 办公费 + 水电费", "合计.支出 == 办公费.支出 + 水电费.支出"
)
OUTPUTS = """
[words]
work = "公用经费季报审核"
reports = "公用经费季报表"
cover = "公用经费季报"
guide = "一、怎么填\\n每季度填一张。"
[rollup]
without = ["抽查建议名单"]
[[rollup.column]]
figure = "季报.合计.预算"
title = "预算"
name = "公用经费预算"
[[rollup.column]]
figure = "季报.合计.支出"
title = "支出"
[[rollup.column]]
figure = "季报.合计.支出 / 季报.合计.预算"
title = "支出率"
kind = "rate"
over = "季报.合计.支出"
under = "季报.合计.预算"
[[rollup.line]]
name = "公用经费"
spent = "季报.合计.支出"
budget = "季报.合计.预算"
[[rollup.control]]
sheet = "公用经费控制"
title = "公用经费控制情况表"
lines = ["公用经费"]
[[rollup.sum]]
form = "季报"
sheet = "季报汇总表"
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), prog_name="jixiao")


def night(folder: Path, **files: str) -> Path:
    """A round of the small pack with three units, the third right; its outbox."""
    pack = small_pack(folder / "包", **files)
    assert run("init", folder / "局", "--pack", pack).exit_code == 0
    for unit, total in (("县档案局", 8), ("县水利局", 6), ("县林业局", 7)):
        filled(folder / "局", unit, total)
    done = run("--config", folder / "局" / "jixiao.toml", "run", "--engine", "local")
    assert done.exit_code == 0, done.output
    assert not HUNAN.search(done.output)
    return folder / "局" / "outbox"


def cells(path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """The sheets of a workbook, rows of what they show."""
    for sheet in openpyxl.load_workbook(path, data_only=True):
        yield sheet.title, [[v for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]


def letter(outbox: Path) -> str:
    settings = MailSettings(host="localhost", sender=Mailbox("a@b.c"), to=(Mailbox("d@e.f"),))
    mail = rollup_letter(read_published(outbox), settings)
    return f"{mail.subject}\n{mail.text}\n{mail.html}\n{mail.attachments[0].name}"


def test_a_pack_that_says_nothing_shows_its_sums_and_no_word_of_another(tmp_path: Path) -> None:
    outbox = night(tmp_path)
    for path in [*outbox.rglob("*.xlsx"), *(tmp_path / "局" / "templates").glob("*.xlsx")]:
        for name, rows in cells(path):
            told = [str(value) for row in rows for value in row]
            assert sum(map(len, rows)) > 1, f"{path.name} {name} is empty"
            assert [text for text in (path.name, name, *told) if HUNAN.search(text)] == []
    for name in ("findings.jsonl", "results.json"):
        assert not HUNAN.search((outbox / name).read_text(encoding="utf-8"))
    assert not HUNAN.search(letter(outbox))
    book = dict(cells(outbox / "汇总.xlsx"))
    assert list(book) == ["首页", "单位总表", "图表数据"]
    front = book["首页"]
    assert front[0] == ["2024年度乡镇公用经费季报汇总"], "as the pack is called"
    assert ["公用经费合计·预算", 21, "3户", 2] in front
    assert ["公用经费合计·支出", 21, "3户", 2] in front
    assert [row for row in front if "无法判断" in str(row)] == []
    units = book["单位总表"]
    assert units[3][-5:] == ["预算", "支出", "错误", "核实", "提示"]
    assert ["合计", 21, 21, 4, 0, 0] in units
    assert [row[2:4] for row in units if row[1:2] == ["县水利局"]] == [["退回", 6]]


def test_what_a_pack_says_is_shown(tmp_path: Path) -> None:
    outbox = night(tmp_path, 季报=WITH_RATE, outputs=OUTPUTS, L=CHECKS)
    book = dict(cells(outbox / "汇总.xlsx"))
    assert list(book) == ["首页", "单位总表", "季报汇总表", "公用经费控制", "图表数据"]
    assert book["首页"][0] == ["2024年度公用经费季报审核汇总"]
    assert ["公用经费", 21, 21, 0, "—", "—", 2] in book["首页"]
    assert ["合计", 21, 21, 1, 2, 3, 0] in book["单位总表"]
    assert book["季报汇总表"][0][0] == "2024年乡镇公用经费季报汇总表"
    assert ["公用经费合计", 21, 21, 1, 0] in book["季报汇总表"], "the sum, its rate, and the same as 单位总表"
    assert ["2024年度公用经费控制情况表"] in book["公用经费控制"]
    lists = dict(cells(outbox / "清单.xlsx"))
    assert "抽查建议名单" not in lists
    assert f"全县汇总：{'、'.join(list(book)[:-1])}" in lists["目录"][-1]
    notice = dict(cells(outbox / "退回通知" / "县档案局.xlsx"))["退回通知"]
    assert notice[0] == ["公用经费季报审核退回通知"]
    assert "2024年度公用经费季报表收悉" in notice[2][0]
    assert "2024年度公用经费季报审核汇总" in letter(outbox).splitlines()[0]
    guide = dict(cells(tmp_path / "局" / "templates" / "附表模板.xlsx"))["填表说明"]
    assert guide[1:] == [["一、怎么填"], ["1.", "每季度填一张。"]]
    # a notice that comes back is known as ours, whatever the work is called
    notice_back = tmp_path / "局" / "inbox" / "县档案局通知.xlsx"
    notice_back.write_bytes((outbox / "退回通知" / "县档案局.xlsx").read_bytes())
    again = run("--config", tmp_path / "局" / "jixiao.toml", "run", "--engine", "local")
    assert "这是系统发出的通知" in again.output


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('spent = "季报.合计.支出"', 'spent = "季报.合记.支出"', "“季报.合记.支出”不是"),
        ('figure = "季报.合计.预算"', 'figure = "total_spend"', "是不是“total_spent”"),
        ('over = "季报.合计.支出"\nunder', "under", "over 和 under 要一起写"),
        ('name = "公用经费预算"', 'name = "公用 预算"', "应为汉字、字母、数字"),
        ('over = "季报.合计.支出"', 'over = "季报.办公费.支出"', "不是这里的一栏"),
        ('lines = ["公用经费"]', 'lines = ["公用"]', "没有这一行：“公用”，是不是“公用经费”"),
        ('form = "季报"', 'form = "年报"', "没有这张表：“年报”，是不是“季报”"),
        ("[[rollup.sum]]", "[[rollup.sums]]", "不认识的写法“sums”，是不是“sum”"),
        ('sheet = "季报汇总表"', 'sheet = "季报/汇总"', "不超过31个字"),
        ('sheet = "季报汇总表"', 'sheet = "公用经费控制"', "已经有叫“公用经费控制”的表页"),
        ('without = ["抽查建议名单"]', 'without = ["抽查名单"]', "是不是“抽查建议名单”"),
        ("work =", "works =", "不认识的写法“works”，是不是“work”"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = OUTPUTS.replace(old, new)
    done = run("packs", "check", small_pack(tmp_path / "包", outputs=text))
    line = text[: text.rindex(new)].count("\n") + 1
    assert done.exit_code != 0
    assert f"outputs.toml 第{line}行" in done.output
    assert told in done.output


def test_every_sheet_of_the_program_has_its_name_kept(head: RollupHead) -> None:
    shown = head.figures.shown
    assert shown.staff is not None
    own = {one.sheet for one in shown.controls} | {one.sheet for one in shown.sums} | {shown.staff.sheet}
    named = {sheet.name for book in (ROLLUP, LISTS) for sheet in sheets_of(book, head.figures)}
    assert named == {*ALWAYS, *OPTIONAL} | own


def test_what_is_removed_is_not_shown(tmp_path: Path) -> None:
    head = HEAD.replace('"base"', '"hunan-2020"') + 'remove = ["forms.基础数据表"]\n'
    files = read_pack(str(small_pack(tmp_path / "包", pack=head)))
    book = load_rulebook("包", files=files)
    shown = figure_rules(book, load_forms(book)).shown
    assert {column.group for column in shown.columns} == {"整体自评表"}
    assert (shown.sums, shown.controls) == ((), ())


def test_columns_a_pack_has_no_figures_for_are_left_out(tmp_path: Path, head: RollupHead) -> None:
    known = head.figures.unit.figures
    kept = {name: node for name, node in known.items() if not name.startswith("funds")}
    figures = replace(head.figures, unit=FormFigures(figures=kept), project=FormFigures())
    money = dict.fromkeys(("total_budget", "total_spent", "project_budget", "project_spent"), Decimal(9))
    units = [UnitFacts("甲", "", "通过", ("甲.xlsx",), 0, 0, 0, **money)]  # type: ignore[arg-type]
    content = RollupContent(head=replace(head, figures=figures), facts=units, findings=Findings.of([]))
    book = dict(cells(write_both(tmp_path, content)))
    assert book["预算调整与超支"][2] == ["整体支出", "项目支出"]
    assert not any("已自评" in str(row) for row in book["首页"])
    assert "项目自评汇总" not in book


def test_a_row_called_a_total_is_called_by_its_grid() -> None:
    files = read_pack(str(PURCHASES))
    book = load_rulebook("采购季报", files=files)
    groups = {column.group for column in figure_rules(book, load_forms(book)).shown.columns}
    assert groups == {"按采购方式汇总", "采购明细"}
