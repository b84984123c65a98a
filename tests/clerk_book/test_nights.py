"""A season with handwriting: rows are added to 经办台账.xlsx, what the clerk wrote in it stays and counts."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.styles import PatternFill

from batch.app.cli import cli
from batch.clerk_book import update
from batch.clerk_book.blank import clerk_book_bytes
from batch.outputs import Night
from batch.workbook.annotate import edit_cells
from batch.workbook.integrity import require_sound
from tests.returns.test_explanations import explained
from tests.roster.sheets import forms
from tests.test_season import RATE, UNITS, Season, config, unit_file

NAME = "经办台账.xlsx"
REMINDERS, RULINGS = "催报", "裁定"


class Desk:
    """A bureau of twelve units, two of which sent something: one wrong, one with a question it explained."""

    def __init__(self, folder: Path) -> None:
        self.season = Season(folder)
        self.season.settings = replace(self.season.settings, clerk_book=folder / NAME)
        self.path = folder / NAME
        self.season.put("县教育局/附表.xlsx", unit_file(folder, "县教育局", 0, **{RATE: "12.34%"}), 0)
        self.season.put("县水利局/附表.xlsx", unit_file(folder, "县水利局", 1, C4=99), 0)
        self.days = 0

    def night(self) -> Night:
        return self.season.night()

    def explain(self) -> None:
        """县水利局 explains what is asked, and sends its copy."""
        self.days += 1
        copy = explained(self.season.copy("县水利局"), "J102", "+机构改革，编办已批")
        self.season.put("县水利局/附表.xlsx", copy, self.days)

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        head, *rows = openpyxl.load_workbook(self.path)[sheet].iter_rows(values_only=True)
        return [dict(zip(map(str, head), row, strict=True)) for row in rows]

    def states(self, sheet: str = RULINGS) -> list[str]:
        return [row["现状"] for row in self.rows(sheet)]

    def listed(self, book: str, sheet: str, column: str, **where: str) -> list[Any]:
        """What a sheet that the program made says under a heading in rows that say the rest."""
        rows = list(openpyxl.load_workbook(self.season.outbox / book)[sheet].iter_rows(values_only=True))
        head = next(row for row in rows if {column, *where} <= set(row))
        found = [dict(zip(head, row, strict=True)) for row in rows]
        return [row[column] for row in found if all(row[key] == value for key, value in where.items())]

    def write(self, sheet: str, row: int, **cells: str) -> None:
        """The clerk writes into a row, saves and closes; a row below the last is a new one."""
        book = openpyxl.load_workbook(self.path)
        page = book[sheet]
        columns = [cell.value for cell in page[1]]
        for heading, value in cells.items():
            page.cell(row, columns.index(heading) + 1, value)
        book.save(self.path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_what_the_clerk_wrote_stays_and_counts_however_it_is_moved_about(desk: Desk, tmp_path: Path) -> None:
    desk.night()
    assert [(r["单位"], r["催什么"], r["现状"]) for r in desk.rows(REMINDERS)] == [
        *((name, "未报", "未报") for name in UNITS[2:]),
        ("县教育局", "退回", "退回"),
        ("县水利局", "退回", "退回"),
    ]
    assert desk.rows(REMINDERS)[0]["电话"] == "0731-3"
    # own columns before and behind, own rows, an own sheet, colours, a formula; the rows sorted backwards
    book = openpyxl.load_workbook(desk.path)
    page = book[REMINDERS]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), 2):
        for column, value in enumerate(row, 1):
            page.cell(number, column, value)
    page.insert_cols(1)
    page["A1"], page["A3"] = "我的备忘", '=COUNTIF(G:G,"未报")'
    page["M1"], page["M3"] = "下次", "周五再打"
    page["H2"], page["I2"], page["J2"] = "2021-03-11", "电话", "=不是公式，答应改"
    page["J2"].data_type = "s"
    page["B3"].fill = PatternFill("solid", fgColor="FFFF00")
    page.cell(14, 2, "县文化馆")
    page.cell(14, 8, "2021-03-12")
    book.create_sheet("我的一页")["A1"] = "别动"
    book.save(desk.path)
    before, cells = parts(desk.path), openpyxl.load_workbook(desk.path)[REMINDERS]

    for day in range(1, 5):
        desk.season.put(f"{UNITS[1 + day]}/附表.xlsx", unit_file(tmp_path, UNITS[1 + day], 20 + day), day)
        desk.night()
    assert sum(row["催什么"] == "未报" for row in desk.rows(REMINDERS)) == 10
    after = openpyxl.load_workbook(desk.path)
    moved = [
        (cell.coordinate, cell.value, after[REMINDERS][cell.coordinate].value)
        for row in cells.iter_rows()
        for cell in row
        if cell.value != after[REMINDERS][cell.coordinate].value
    ]
    # nothing but 现状
    assert {place[0] for place, _, _ in moved} == {"G"}
    assert after[REMINDERS]["B3"].fill.fgColor.rgb == "00FFFF00"
    now = parts(desk.path)
    sheets = {name for name in before if name.startswith("xl/worksheets/sheet")}
    changed = {name for name in before if now[name] != before[name]}
    assert changed <= {"xl/styles.xml", "xl/workbook.xml", *sorted(sheets)[1:4]}, changed
    # the clerk's own formulas are calculated when the book is opened
    assert after.calculation.fullCalcOnLoad
    require_sound(desk.path)
    # shown where it belongs: reminders, and after the deadline what spot checks came to
    assert desk.listed("汇总.xlsx", "未报与催报", "历次催报", 单位="县文化馆") == ["2021年3月12日"]
    (number,) = (
        n for n, r in enumerate(desk.rows("复核"), 2) if (r["单位"], r["项目"]) == ("县林业局", "整体支出")
    )
    desk.write("复核", number, 复核得分="72", 意见="佐证不足", 复核人="李四")
    declared = desk.rows("复核")[number - 2]["自评分"]
    desk.night()
    (shown,) = desk.listed("清单.xlsx", "抽查建议名单", "偏离度", 单位="县林业局")
    assert shown == pytest.approx((declared - 72) / declared)
    assert desk.rows("复核")[number - 2]["现状"] == "已复核"
    # nothing new: not a byte, and the same batch; sorting makes no other one
    last, batch = desk.path.read_bytes(), desk.night().batch
    assert (desk.night().read, desk.path.read_bytes()) == (0, last)
    assert desk.season.results()["batch"]["id"] == batch


def test_a_ruling_in_the_book_takes_effect_or_says_why_not(desk: Desk) -> None:
    desk.night()
    desk.explain()
    desk.night()
    (line,) = desk.rows(RULINGS)
    assert (line["单位"], line["核查项"][:4], line["位置"]) == ("县水利局", "J102", "基础数据表!C4")
    assert (line["单位的说明"], line["现状"], line["裁定"]) == ("+机构改革，编办已批", "待裁定", None)
    # a line that is deleted comes back as long as nobody ruled
    book = openpyxl.load_workbook(desk.path)
    book[RULINGS].delete_rows(2)
    book.save(desk.path)
    desk.night()
    assert desk.rows(RULINGS) == [line]

    desk.write(RULINGS, 2, 裁定="不采纳", 裁定人="张三", 日期="2021-03-20")
    desk.write(RULINGS, 3, 单位="县教育局", 位置=f"基础数据表！{RATE}", 裁定="豁免", 理由="过渡期")
    desk.write(RULINGS, 4, 单位="县教育局", 核查项="J999", 裁定="豁免")
    desk.write(RULINGS, 5, 单位="县教育局", 核查项="J101", 裁定="同意")
    desk.write(RULINGS, 6, 单位="县教育局", 核查项="J118", 裁定="豁免", 有效期至="2020-12-31")
    night = desk.night()
    assert [f["status"] for f in desk.season.findings("县水利局", "J102")] == ["open"]
    assert [f["status"] for f in desk.season.findings("县教育局", "J101")] == ["waived"]
    assert desk.listed("清单.xlsx", "核实说明台账", "裁定", 单位="县水利局", 裁定人="张三") == ["不采纳"]
    effective, *others = desk.states()
    assert (effective, others[0]) == ("已生效", "已生效")
    for state, words in zip(others[1:], ("J999", "填得不对", "2020-12-31"), strict=True):
        assert state.startswith("没有生效")
        assert words in state
    assert {problem.cell for problem in night.problems} == {"J4", "J5", "J6"}
    settings = config(desk.season)
    told = CliRunner().invoke(cli, ["--config", str(settings), "status"]).stderr.splitlines()
    assert sorted(told) == sorted(map(str, night.problems))

    # other words are another line, which the decision does not cover
    desk.days += 1
    copy = explained(desk.season.copy("县水利局"), "J102", "编办已批复")
    desk.season.put("县水利局/附表.xlsx", copy, desk.days)
    desk.night()
    assert [f["status"] for f in desk.season.findings("县水利局", "J102")] == ["explained"]
    assert (desk.states()[0], desk.states()[-1]) == (
        "没有生效：这一件里的问题已经没有了，或者数字、说明又改过。",
        "待裁定",
    )


def is_open(desk: Desk) -> None:
    desk.path.with_name(f"~${NAME}").write_bytes(b"")


def is_damaged(desk: Desk) -> None:
    desk.path.write_bytes(desk.path.read_bytes()[:3000])


def is_somebody_elses(desk: Desk) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "食堂菜单"
    book.save(desk.path)


def is_an_old_format(desk: Desk) -> None:
    desk.path.write_bytes((Path(__file__).parent.parent / "roster" / "名册.xls").read_bytes())


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (is_open, "正开着"),
        (is_damaged, "读不了，没有改动它"),
        (is_somebody_elses, "不像经办台账"),
        (is_an_old_format, "不像经办台账"),
    ],
)
def test_a_book_that_cannot_be_written_is_told_and_left_alone(
    desk: Desk, happens: Callable[[Desk], None], told: str
) -> None:
    desk.path.write_bytes(clerk_book_bytes(forms()))
    happens(desk)
    before = desk.path.read_bytes()
    night = desk.night()
    assert any(told in line for line in (*night.amiss, *map(str, night.problems)))
    assert desk.path.read_bytes() == before
    assert len(desk.season.results()["units"]) == 2
    # the next night after it is put right writes what is waiting
    desk.path.with_name(f"~${NAME}").unlink(missing_ok=True)
    desk.path.write_bytes(clerk_book_bytes(forms()))
    assert not desk.night().amiss
    assert len(desk.rows(REMINDERS)) == 12


def test_a_night_that_is_killed_or_overtaken_leaves_the_old_book(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.night()
    before = desk.path.read_bytes()
    desk.explain()

    def killed(_paths: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(update, "sync_files", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.night()
    assert desk.path.read_bytes() == before

    def saved_meanwhile(*given: Any) -> Any:
        os.utime(desk.path)
        return made(*given)

    made = edit_cells.type_in
    with monkeypatch.context() as patch:
        patch.setattr(update, "type_in", saved_meanwhile)
        assert any("刚刚被人保存过" in line for line in desk.night().amiss)
    assert desk.path.read_bytes() == before
    assert not desk.night().amiss
    assert desk.states() == ["待裁定"]
    # what was there before each change lies in the archive
    kept = [path.read_bytes() for path in desk.season.outbox.glob(f"存档/*/{NAME}")]
    assert before in kept
    assert not list(desk.path.parent.glob("*.part"))
