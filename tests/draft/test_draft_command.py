"""`jixiao draft` from the blank form to a night: what is proposed, confirmed, tried, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from batch.app.cli import cli
from batch.checks.engine.describe import relation
from batch.checks.engine.fields import Fields
from batch.checks.run import run_checks
from batch.config.settings import Settings
from batch.forms.read.forms import read_forms
from batch.forms.template.workbook import Page, build_template
from batch.model.form import Submission
from batch.model.status import IN_FORCE, Severity, Verdict
from batch.repair.linear import Cell
from batch.repair.rows import compile_rows
from batch.unit.rules import Rules, context_of, load_rules
from batch.workbook.read.xlsx import read_workbook
from tests.draft.blanks import blank_template, purchases, review
from tests.sample_units import NAMES, clean_unit

#: ties that only a reason beyond the form's own cells speaks for: named indicators, conditions on zero
BEYOND = frozenset({"Z413", "Z415", "Z417", "Z418"})


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["draft", *map(str, arguments)])


def rules_of(pack: Path | str) -> Rules:
    return load_rules(context_of(replace(Settings(), pack=str(pack))))


def submission(path: Path, rules: Rules) -> Submission:
    tables = read_forms(read_workbook(path.read_bytes(), path.name), rules.forms, path.name).tables
    return Submission("", "", (path.name,), tables)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pack drafted from the blank four forms and five clean examples."""
    folder = tmp_path_factory.mktemp("draft")
    blank = blank_template(folder / "空白.xlsx")
    (folder / "样表").mkdir()
    for n in range(5):
        clean_unit(folder / "样表" / f"{n}.xlsx", NAMES[n], seed=n, projects=1 + n % 3)
    done = run(blank, "--examples", folder / "样表", "--out", folder / "本县")
    assert done.exit_code == 0, done.output
    assert "读回来都认得" in done.output
    assert "5户，错误0条、核实0条、提示0条" in done.output
    return folder


def tied_cells(path: Path, rules: Rules, own: str = "") -> dict[tuple[bool, frozenset[Cell]], str]:
    """The rows of cells that a pack's errors tie together within one form, with the check each is from."""
    sent = submission(path, rules)
    checks = {
        key: replace(check, status=IN_FORCE)
        for key, check in rules.catalogue.items()
        if check.severity is Severity.ERROR and check.ties and (not own or key[0] in own)
    }
    made = compile_rows(sent, checks, rules.forms, Fields(sent, rules.forms))
    return {
        (row.is_equality, row.cells): source.check.id
        for row, source in zip(made.rows, made.sources, strict=True)
        if len(row.cells) > 1 and not source.check.needs[1:] and source.check.form
    }


def test_nine_of_ten_ties_are_proposed_and_all_cells_typed(drafted: Path, tmp_path: Path) -> None:
    ours, theirs = rules_of("hunan-2020"), rules_of(drafted / "本县")
    path = tmp_path / "一户.xlsx"
    clean_unit(path, "县粮食局", seed=77, projects=3)
    wanted = {rows: check for rows, check in tied_cells(path, ours).items() if check not in BEYOND}
    found = tied_cells(path, theirs, own="ABDE")
    missed = {check for rows, check in wanted.items() if rows not in found}
    assert sum(rows in found for rows in wanted) >= 0.9 * len(wanted), sorted(missed)
    types = {
        (slot.value.sheet, slot.value.ref): slot.field.type
        for slot in Fields(submission(path, ours), ours.forms).slots
        if slot.value.ref
    }
    drafted_types = {
        (slot.value.sheet, slot.value.ref): slot.field.type
        for slot in Fields(submission(path, theirs), theirs.forms).slots
    }
    right = sum(drafted_types.get(place) == type_ for place, type_ in types.items())
    assert right >= 0.95 * len(types)


def test_no_proposal_is_broken_by_other_clean_units(drafted: Path, tmp_path: Path) -> None:
    rules = rules_of(drafted / "本县")
    proposed = {key: check for key, check in rules.catalogue.items() if check.basis and check.ties}
    assert len(proposed) >= 20
    # 万元 on one form, 元 on the other
    assert {rules.book.checks[key].data["tie"] for key, check in proposed.items() if check.needs[1:]} == {
        "基础数据表.项目支出.本年预算 == 整体自评表.项目支出.全年预算数",
        "基础数据表.项目支出.本年决算 == 整体自评表.项目支出.全年执行数",
        "基础数据表.整体支出.本年预算 == 整体自评表.基本支出.全年预算数 + 整体自评表.项目支出.全年预算数",
        "基础数据表.整体支出.本年决算 == 整体自评表.基本支出.全年执行数 + 整体自评表.项目支出.全年执行数",
    }
    # and they tell the unit of money of a form that does not print it
    assert [shared.name for shared in rules.forms.same_sums] == ["项目支出.本年预算", "项目支出.本年决算"]
    broken = set()
    for n in range(6):
        path = tmp_path / f"{n}.xlsx"
        clean_unit(path, NAMES[n], seed=300 + n, projects=1 + n % 3)
        outcomes = run_checks(submission(path, rules), proposed, rules.forms).outcomes
        broken |= {outcome.check for outcome in outcomes if outcome.verdict is Verdict.FAIL}
    assert not broken


def answered(source: Path, path: Path, answers: dict[tuple[str, str, int], str]) -> Path:
    """待确认.xlsx with answers typed in: by sheet, text of the line, column."""
    book = load_workbook(source)
    for (sheet, line, col), text in answers.items():
        [row] = [
            cell.row
            for cells in book[sheet].iter_rows()
            for cell in cells
            if isinstance(cell.value, str) and line in (cell.value, str(cells[0].value))
        ][:1]
        book[sheet].cell(row, col, text)
    book.save(path)
    return path


def test_what_is_confirmed_is_in_the_pack_and_returns_a_wrong_form(drafted: Path, tmp_path: Path) -> None:
    questions = answered(
        drafted / "本县" / "待确认.xlsx",
        tmp_path / "改好.xlsx",
        {
            ("勾稽", "三公经费 ＝ 公务用车购置和维护经费 ＋ 出国经费 ＋ 公务接待", 4): "采用",
            ("勾稽", "项目支出 ＝ 业务工作专项 ＋ 运行维护专项", 4): "不要",
            ("待确认", "名称", 4): "某县2020年自评",
            ("栏目", "政府采购金额", 5): "采购金额",
        },
    )
    pack = tmp_path / "某县"
    done = run("--confirm", questions, "--out", pack)
    assert done.exit_code == 0, done.output
    rules = rules_of(pack)
    assert rules.book.title == "某县2020年自评"
    ties = {relation(check): check.status for check in rules.catalogue.values() if check.ties}
    assert ties["三公经费应等于公务用车＋出国经费＋公务接待"] == IN_FORCE
    assert "项目支出应等于业务工作专项＋运行维护专项" not in ties
    assert "采购金额" in {row.name for grid in rules.forms.forms["基础数据表"].grids for row in grid.rows}
    # filled in on the drafted pack's own template, and one figure wrong
    fill = {
        f"{row}.{column}": Decimal(number)
        for row, number in (("公车运行维护", 3), ("公务接待", 2), ("出国经费", 0), ("公车购置", 0))
        for column in ("上年决算", "本年预算", "本年决算")
    }
    inbox = tmp_path / "收件箱"
    inbox.mkdir()
    build_template(rules.forms, inbox / "甲局.xlsx", pages=[Page("基础数据表", {**fill, "填报单位": "甲局"})])
    book = load_workbook(inbox / "甲局.xlsx")
    book["基础数据表"]["B6"] = 9
    book.save(inbox / "甲局.xlsx")
    outbox = tmp_path / "发件箱"
    options = ["run", "--inbox", inbox, "--outbox", outbox, "--pack", pack, "--engine", "local"]
    assert CliRunner().invoke(cli, list(map(str, options))).exit_code == 0
    found = [json.loads(line) for line in (outbox / "findings.jsonl").read_text("utf-8").splitlines()]
    [sum_wrong] = [one for one in found if "不等于各项之和" in one["title"]]
    assert (sum_wrong["cell"], sum_wrong["severity"], sum_wrong["status"]) == ("B6", "error", "open")


def test_another_countys_form_is_tried_on_its_examples(tmp_path: Path) -> None:
    blank = purchases(tmp_path / "空白.xlsx")
    examples = tmp_path / "样表"
    examples.mkdir()
    for n in range(1, 7):
        desks, cars, electric, works = 10 * n, 5 * n + 0.5, n, 30 + n
        goods, total = desks + cars, desks + cars + works
        rows = ((a, a / 2, 0.5, None) for a in (total, goods, desks, cars, electric, works))
        purchases(examples / f"{n}.xlsx", *rows)
    (examples / "坏的.xlsx").write_bytes(b"PK\x03\x04")
    done = run(blank, "--examples", examples, "--out", tmp_path / "乡镇")
    assert done.exit_code == 0, done.output
    assert "样表6份，有5条勾稽能在样表里试，全部成立" in done.output
    assert "没有用上 坏的.xlsx：" in done.output
    rules = rules_of(tmp_path / "乡镇")
    [form] = rules.forms.forms.values()
    required = {column.name: column.required for column in form.grids[0].columns}
    assert required == {"预算数": True, "本年期间支付数": True, "支付率": True, "备注": False}


def test_units_are_ranked_by_a_form_of_scores_that_no_pack_knows(tmp_path: Path) -> None:
    examples = tmp_path / "样表"
    examples.mkdir()
    for name, scores in (("甲乡", (25, 15, 60)), ("乙乡", (20, 15, 50)), ("丙乡", (25, 10, 55))):
        review(examples / f"{name}.xlsx", *scores)
    done = run(review(tmp_path / "空白.xlsx"), "--examples", examples, "--out", tmp_path / "本县")
    assert done.exit_code == 0, done.output
    assert "已有规则包" not in done.output
    sheet = load_workbook(tmp_path / "本县" / "试跑" / "汇总.xlsx")["得分排名与等次"]
    ranked = [row[:2] for row in sheet.iter_rows(values_only=True) if row[0] in (1, 2, 3)]
    assert ranked == [(1, "甲乡"), (2, "丙乡"), (3, "乙乡")]
    # the points of headings and the row of totals are tied
    ties = {relation(check) for check in rules_of(tmp_path / "本县").catalogue.values() if check.basis}
    assert {"权重应等于各项下级之和", "“总分”得分应等于各项得分之和"} <= ties
    unused = answered(
        tmp_path / "本县" / "待确认.xlsx", tmp_path / "改.xlsx", {("待确认", "表1评分", 4): "不用"}
    )
    assert run("--confirm", unused, "--out", tmp_path / "本县").exit_code == 0
    assert "rating" not in rules_of(tmp_path / "本县").book.scoring


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({("勾稽", "勾稽1", 4): "也许"}, "表页“勾稽”D3：“也许”不在可选的答案里，请选 采用、试行、不要"),
        ({("待确认", "年度", 4): "23年"}, "年度应为四位年份，例如 2021，现为“23年”"),
        ({("待确认", "月份", 4): "6-1"}, "应为起止月份，例如 1-6，现为“6-1”"),
        ({("栏目", "表1项1", 5): "3 栏"}, "名称只能用汉字、字母和数字，不能以数字开头，现为“3 栏”"),
        ({("栏目", "表1项1", 5): "控制率"}, "“控制率”用了两次，请换一个名称"),
        ({("草稿", "", 1): "{}"}, "隐藏的“草稿”页被改动了"),
    ],
)
def test_a_wrong_answer_is_told_with_its_cell(
    drafted: Path, tmp_path: Path, change: dict[tuple[str, str, int], str], said: str
) -> None:
    book = load_workbook(drafted / "本县" / "待确认.xlsx")
    for (sheet, line, col), text in change.items():
        rows = [row[0].row for row in book[sheet].iter_rows() if row[0].value == line] or [1]
        book[sheet].cell(rows[0], col, text)
    book.save(tmp_path / "改.xlsx")
    done = run("--confirm", tmp_path / "改.xlsx", "--out", tmp_path / "包")
    assert (done.exit_code, said in done.output, (tmp_path / "包").exists()) == (2, True, False), done.output


def test_a_proposal_of_a_version_that_had_one_list_is_not_taken_without_it(
    drafted: Path, tmp_path: Path
) -> None:
    book = load_workbook(drafted / "本县" / "待确认.xlsx")
    for (cell,) in book["草稿"].iter_rows(max_col=1):
        cell.value = str(cell.value).replace('"lists":', '"indicators":')
    book.save(tmp_path / "改.xlsx")
    done = run("--confirm", tmp_path / "改.xlsx", "--out", tmp_path / "包")
    told = "以前的版本写的" in done.output, (tmp_path / "包").exists()
    assert (done.exit_code, *told) == (2, True, False), done.output


def test_what_cannot_be_drafted_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "坏的.xlsx").write_bytes(b"PK\x03\x04 broken")
    words = Workbook()
    words.create_sheet("通知", 0)["A1"] = "请各单位按时报送"
    words.save(tmp_path / "通知.xlsx")
    mine = tmp_path / "别人的包"
    mine.mkdir()
    (mine / "pack.toml").write_text('name = "x"\n', encoding="utf-8")
    blank = purchases(tmp_path / "空白.xlsx")
    cases: list[tuple[list[Any], str]] = [
        ([tmp_path / "坏的.xlsx", "--out", tmp_path / "a"], "文件"),
        ([tmp_path / "通知.xlsx", "--out", tmp_path / "a"], "没有认出要填的表"),
        ([blank, "--out", mine], "没有覆盖"),
        (["--confirm", blank, "--out", tmp_path / "a"], "不是 jixiao draft 写的待确认.xlsx"),
        (["--out", tmp_path / "a"], "两样给一样"),
        ([blank], "请用 --out"),
    ]
    for arguments, said in cases:
        done = run(*arguments)
        assert (done.exit_code, said in done.output) == (2, True), (arguments, done.output)
    assert run(tmp_path / "没有.xlsx", "--out", tmp_path / "a").exit_code == 3
