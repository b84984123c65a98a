"""Several lists on one form: each found by its own header, in whatever order and under whatever labels."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.checks.engine.describe import how
from batch.checks.engine.fields import Fields, table_slots
from batch.checks.engine.reads import Reads
from batch.forms.read.forms import read_forms
from batch.forms.spec.spec import PackForms
from batch.model.book import Book, Cell, Kind, Sheet
from batch.model.form import Submission, Table
from batch.scoring.form_scores import Scorer, form_score
from batch.unit.rules import Context, load_rules
from batch.workbook.read.xlsx import read_workbook
from tests.bends import moved
from tests.packs.planted import SICHUAN
from tests.packs.workbooks import FOLDER, filled, forms_of

PACK = FOLDER / "assets"
FORM, CHECKS = "forms/资产季报.toml", "checks/资产季报.toml"


def right() -> Book:
    return read_workbook((PACK / "right.xlsx").read_bytes(), "right.xlsx")


def read(book: Book, forms: PackForms) -> Table:
    (table,) = read_forms(book, forms, "right.xlsx").tables
    return table


def rows_of(table: Table) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in table.items:
        found.setdefault(item.list_name, []).append(item.label)
    return found


def with_sheet(book: Book, sheet: Sheet) -> Book:
    return replace(book, sheets=[sheet if one.name == sheet.name else one for one in book.sheets])


BOUGHT, SOLD = ["台式计算机", "激光打印机", "水质分析仪", "办公桌椅"], ["越野车", "台式计算机"]


def test_each_list_has_its_rows_and_its_total() -> None:
    table = read(right(), forms_of("assets"))
    assert rows_of(table) == {"购置明细": BOUGHT, "处置明细": SOLD}
    totals = {name: (int(v.number), v.ref) for name, v in table.totals.items() if v.number is not None}
    assert totals == {
        "购置数量": (25, "C15"),
        "购置原值": (268500, "E15"),
        "处置数量": (6, "C21"),
        "处置原值": (251000, "E21"),
        "处置收入": (46000, "F21"),
    }
    assert {v.unit for item in table.items for n, v in item.values.items() if "原值" in n} == {"元"}


def test_the_other_office_prints_them_the_other_way_round() -> None:
    book = right()
    sheet = next(s for s in book.sheets if s.name == "资产季报")
    # 购置 in the rows 9 to 15, 处置 in 16 to 21
    sheet = moved(sheet, lambda row: row + 6 if 9 <= row <= 15 else row - 7 if 16 <= row <= 21 else row, int)
    table = read(with_sheet(book, sheet), forms_of("assets"))
    assert rows_of(table) == {"购置明细": BOUGHT, "处置明细": SOLD}
    assert (table.totals["购置原值"].ref, table.totals["处置原值"].ref) == ("E21", "E14")
    assert [bend for bend in table.bends if bend.check in ("F014", "F015")] == []


def test_a_list_without_total_ends_at_the_title_of_the_next() -> None:
    book = right()
    sheet = next(s for s in book.sheets if s.name == "资产季报")
    cells = {at: cell for at, cell in sheet.cells.items() if at[0] != 15}
    table = read(with_sheet(book, replace(sheet, cells=cells)), forms_of("assets"))
    assert rows_of(table) == {"购置明细": BOUGHT, "处置明细": SOLD}
    # a title that nobody knows, over the whole width
    cells[16, 1] = Cell(16, 1, Kind.TEXT, "本期减少的资产")
    table = read(with_sheet(book, replace(sheet, cells=cells)), forms_of("assets"))
    assert rows_of(table) == {"购置明细": BOUGHT, "处置明细": SOLD}


def test_a_list_that_is_not_there_is_missing_and_takes_nothing_of_the_other() -> None:
    book = right()
    sheet = next(s for s in book.sheets if s.name == "资产季报")
    cells = {at: cell for at, cell in sheet.cells.items() if not 9 <= at[0] <= 15}
    table = read(with_sheet(book, replace(sheet, cells=cells)), forms_of("assets"))
    assert rows_of(table) == {"处置明细": SOLD}
    missing = [bend.expected for bend in table.bends if bend.check in ("F014", "F034")]
    assert missing == ["购置明细"]


def test_rows_of_a_plain_list_are_called_rows() -> None:
    rules = load_rules(Context(str(PACK)))
    assert how(rules.catalogue["A105"]).startswith("购置原值应等于购置数量×单价；逐行检查")
    assert how(rules.catalogue["A104"]).startswith("处置数量的合计数应等于各项处置数量之和；")
    labels = {slot.name: slot.label for slot in table_slots(read(right(), rules.forms), rules.forms)}
    assert labels["越野车.批准文号"] == "处置明细“越野车”的批准文号"
    assert labels["总分.处置原值"] == "处置明细合计的原值"


TWINS = """
key = "往来季报"
title = "往来款项季报表"
required = true
[[list]]
name = "应收"
[[list.column]]
name = "应收单位"
label = "单位"
[[list.column]]
name = "应收金额"
label = "金额"
type = "money"
total = "合计(应收金额)"
[[list]]
name = "应付"
[[list.column]]
name = "应付单位"
label = "单位"
[[list.column]]
name = "应付金额"
label = "金额"
type = "money"
total = "合计(应付金额)"
[template]
sheet = "往来"
widths = [30, 20]
rows = [
  ["{标题}", "<"],
  ["应收款项", "<"], ["单位", "金额"], ["", ""], ["", ""], ["合计", ""],
  ["应付款项", "<"], ["单位", "金额"], ["", ""], ["合计", ""],
]
"""


@pytest.mark.parametrize("swapped", [False, True])
def test_lists_with_the_same_labels_are_told_apart_by_their_titles(tmp_path: Path, swapped: bool) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "往来.toml").write_text(TWINS, encoding="utf-8")
    head = 'name = "往来"\nextends = "base"\ntitle = "往来"\nyear = 2024\ndecor = ["应收款项", "应付款项"]\n'
    (tmp_path / "pack.toml").write_text(head, encoding="utf-8")
    forms = load_rules(Context(str(tmp_path))).forms
    first, second = ("应付", "应收") if swapped else ("应收", "应付")
    texts = [
        "往来款项季报表",
        f"{first}款项",
        "单位",
        "甲公司",
        "合计",
        f"{second}款项",
        "单位",
        "乙公司",
        "丙公司",
        "合计",
    ]
    numbers = {4: 3, 5: 3, 8: 1, 9: 4, 10: 5}
    cells = {(row, 1): Cell(row, 1, Kind.TEXT, text) for row, text in enumerate(texts, 1)}
    cells |= {(row, 2): Cell(row, 2, Kind.TEXT, "金额") for row in (3, 7)}
    cells |= {(row, 2): Cell(row, 2, Kind.NUMBER, str(number)) for row, number in numbers.items()}
    table = read(replace(right(), sheets=[Sheet("往来", cells=cells)]), forms)
    assert rows_of(table) == {first: ["甲公司"], second: ["乙公司", "丙公司"]}
    assert {name: v.number for name, v in table.totals.items()} == {f"{first}金额": 3, f"{second}金额": 5}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            CHECKS,
            'tie = "购置原值 == 购置数量 * 单价"',
            '¶tie = "购置原值 == 处置数量 * 单价"',
            "检查 A105：逐指标的检查只看一个明细表，用到的栏在几个里：购置明细、处置明细",
        ),
        (
            CHECKS,
            '"购置.金额 == 合计(购置原值)"',
            "¶'购置.金额 == 合计(购置原值, 处置方式 == \"出售\")'",
            "检查 A101：合计的栏和条件里的栏要在一个明细表里，现在购置明细、处置明细都有",
        ),
        (
            FORM,
            'name = "处置原值"',
            '¶name = "购置原值"',
            "“购置原值”在“购置明细”里已经有了：短名在一张表里不能重复，表上印的字写在 label",
        ),
        (FORM, '[[list]]\nname = "处置明细"', '[[list]]\n¶name = "购置明细"', "“购置明细”写了两次"),
        (FORM, 'total = "合计(购置数量)"', '¶total = "合计(处置数量)"', "合计行里不能用别的明细表的栏"),
        (FORM, "= '个数(处置资产, ", "= ¶'个数(购置资产, ", "“购置资产”和条件里的“处置方式”"),
        (FORM, '"购置.件数" = "合计(', '¶"购置.件教" = "合计(', "“购置.件教”，是不是“购置.件数”？"),
        (FORM, '[[list]]\nname = "处置明细"', '¶[list]\nname = "处置明细"', "应写成 [[list]]，注意是两层"),
    ],
)  # fmt: skip
def test_slips_in_a_pack_with_several_lists_are_told(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = tmp_path / "资产"
    shutil.copytree(PACK, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    marked = text.replace(old, new, 1)
    (folder / file).write_text(marked.replace("¶", ""), encoding="utf-8")
    line = marked[: marked.index("¶")].count("\n") + 1
    told = CliRunner().invoke(cli, ["packs", "check", str(folder)], prog_name="jixiao").output
    assert any(
        one.startswith(f"规则文件资产/{file} 第{line}行：") and said in one for one in told.splitlines()
    ), told


def test_a_pack_adds_a_list_to_the_one_it_inherits(tmp_path: Path) -> None:
    folder = tmp_path / "本县"
    (folder / "forms").mkdir(parents=True)
    parent = FOLDER / "purchases"
    head = f'name = "本县"\ntitle = "本县"\nyear = 2024\nextends = "{parent.as_posix()}"\n'
    (folder / "pack.toml").write_text(head, encoding="utf-8")
    more = '[[list]]\nname = "验收明细"\n[[list.column]]\nname = "验收人"\nabsent = true\n'
    more += '[[list]]\nname = "采购明细"\n[[list.column]]\nname = "备注"\nlabel = "说明"\n'
    own = f'key = "采购季报"\n{more}'
    (folder / "forms" / "采购.toml").write_text(own, encoding="utf-8")
    (spec,) = load_rules(Context(str(folder))).forms.forms.values()
    assert [ls.name for ls in spec.lists] == ["采购明细", "验收明细"]
    assert [c.label for c in spec.lists[0].columns if c.name == "备注"] == ["说明"]
    # a slip in what is inherited is told where it is written
    (folder / "forms" / "采购.toml").write_text(f"{own}typ = 3\n", encoding="utf-8")
    told = CliRunner().invoke(cli, ["packs", "check", str(folder)], prog_name="jixiao").output
    assert "本县/forms/采购.toml 第12行：不认识的写法“typ”" in told


PURCHASES = """key = "项目自评表"
[[list]]
name = "采购明细"
[[list.column]]
name = "序号"
answer = false
[[list.column]]
name = "采购品目"
required = true
[[list.column]]
name = "采购金额"
label = "金额（万元）"
type = "money"
required = true
total = "合计(采购金额)"
"""
BELOW = """  ["二、采购明细", "<", "<", "<", "<", "<", "<", "<", "<", "<"],
  ["序号", "采购品目", "<", "金额（万元）", "<", "", "<", "<", "<", "<"],
  ["1", "", "<", "", "<", "", "<", "<", "<", "<"],
  ["2", "", "<", "", "<", "", "<", "<", "<", "<"],
  ["合计", "<", "<", "", "<", "", "<", "<", "<", "<"],
]
"""


def test_a_plain_list_below_the_indicators_is_scored_and_checked_as_none(tmp_path: Path) -> None:
    parent = FOLDER / "sichuan"
    drawn = (parent / "forms" / "项目自评表.toml").read_text(encoding="utf-8").partition("[template]")[2]
    (tmp_path / "forms").mkdir()
    form = f"{PURCHASES}[template]{drawn.rstrip()[:-1]}{BELOW}"
    (tmp_path / "forms" / "甲.toml").write_text(form, encoding="utf-8")
    head = f'name = "混合"\nextends = "{parent.as_posix()}"\ntitle = "混合"\nyear = 2023\n'
    (tmp_path / "pack.toml").write_text(f'{head}decor = ["二、采购明细"]\n', encoding="utf-8")
    rules = load_rules(Context(str(tmp_path)))
    bought: dict[str, str | float] = {"B23": "沥青", "D23": 30.5, "B24": "标志牌", "D24": 12}
    cells = {"项目自评表": {**SICHUAN.right["项目自评表"], **bought}}
    table = read(read_workbook(filled(rules.forms, cells), "a.xlsx"), rules.forms)
    assert rows_of(table)["采购明细"] == ["沥青", "标志牌"]
    assert (table.totals["得分"].ref, table.totals["采购金额"].ref) == ("I20", "D25")
    whole = Submission("县公路养护段", "", (table.file,), [table])
    fields = Fields(whole, rules.forms)
    assert len(fields.indicators(table, Reads(words=("*",)))) == 8
    scorer = Scorer(whole, rules.forms, rules.scoring, {})
    assert rules.scoring.project is not None
    score = form_score(table, {}, rules.scoring.project, scorer)
    # the execution of the budget, and eight indicators
    assert len(score.rows) == 9
