"""清单.xlsx as its clerk uses it: figures that sort, things to do with their cells, what is not there."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batch.model.cause import Cause, Correction, Sure
from batch.model.review import Finding, Findings, Review
from batch.model.status import Severity
from batch.model.unit_facts import LastFacts, UnitFacts
from batch.outbox.paths import LISTS
from batch.rollup.parts.small_table import Cell
from batch.rollup.parts.typed_text import day_of, look_of, typed
from batch.rollup.rollup import RollupContent, RollupHead, sheets_of
from batch.rollup.sheets import contents
from tests.rollup.reading import Rows, body, column, sheets, write_both

D = Decimal
FILE = "甲局/表.xlsx"


def roll(path: Path, head: RollupHead, **content: Any) -> dict[str, Rows]:
    content.setdefault("findings", Findings.of([]))
    return sheets(write_both(path, RollupContent(head=head, **content)))


def unit(name: str = "甲局", **own: Any) -> UnitFacts:
    return UnitFacts(name, "", "退回", (FILE,), 1, 0, 0, **own)


@pytest.mark.parametrize(
    ("text", "value", "look"),
    [
        ("1,112.50", D("1112.50"), "money"),
        ("-4.73", D("-4.73"), "money"),
        ("+485.25", D("485.25"), "money"),
        ("13", D(13), "count"),
        ("0", D(0), "count"),
        ("30.00", D(30), "money"),
        ("86.67%", D("0.8667"), "rate"),
        ("00123", "00123", ""),
        ("1,12", "1,12", ""),
        ("4,782,400.00元", "4,782,400.00元", ""),
        ("57.44个百分点", "57.44个百分点", ""),
        ("大于93%", "大于93%", ""),
        ("1234567890123456", "1234567890123456", ""),
        ("", "", ""),
    ],
)
def test_a_number_is_a_number_and_a_code_is_a_text(text: str, value: Cell, look: str) -> None:
    assert (typed(text), look_of(text)) == (value, look)


def test_the_day_of_a_batch_is_a_day() -> None:
    assert day_of("20210430-2200-ab12cd") == 44316
    assert day_of("时间不明-ab12cd") == "时间不明-ab12cd"


def cause(sure: Sure, text: str, cells: tuple[str, ...], **own: Any) -> Cause:
    return Cause(text, sure, text, Severity.ERROR, tuple((FILE, "基础数据表", cell) for cell in cells), **own)


def change(cell: str, was: str, to: str) -> Correction:
    return Correction(FILE, "基础数据表", cell, was, to)


def test_one_row_for_each_thing_to_do(tmp_path: Path, head: RollupHead) -> None:
    way, other = (change("D8", "0", "6.74"),), (change("D9", "5.26", "12"), change("D10", "", ""))
    third = (change("E4", "6272512", "11124990.85"),)
    causes = (
        cause(
            Sure.CERTAIN,
            "改一格",
            ("D12",),
            changes=(change("D12", "979.97", "949.97"),),
            errors=3,
            amount=D(30),
        ),
        cause(Sure.CHOICE, "选一种", ("D8", "D9"), options=(way, other, third), errors=1, hints=2),
        cause(Sure.EXPLAIN, "说明", (), warnings=1),
        cause(Sure.UNIT, "提示而已", ("D3",), hints=1),
    )
    review = Review("甲局", "", (FILE,), causes=causes)
    read = roll(tmp_path, head, facts=[unit()], reviews=[review])
    rows, ways = read["件清单"], "（1）D8填6.74\n（2）D9填12，D10据实填写\n（3）E4填11,124,990.85"
    titles = ("要做的事", "把握", "位置", "原填", "改为", "错误", "核实", "提示", "涉及金额")
    assert [tuple(row[column(rows, title)] for title in titles) for row in body(rows)] == [
        ("改一格", "确定", "基础数据表!D12", 979.97, 949.97, 3, 0, 0, 30),
        ("选一种", "三选一", "基础数据表!D8等2格", None, ways, 1, 0, 2, None),
        ("说明", "说明", None, None, None, 0, 1, 0, None),
    ]
    cell = openpyxl.load_workbook(tmp_path / LISTS)["件清单"]["E5"]
    assert cell.hyperlink is not None
    assert (cell.hyperlink.target, cell.hyperlink.location) == ("批注\\甲局\\表.xlsx", "'基础数据表'!D12")


def test_the_contents_say_how_much_there_is_and_what_is_not_there(
    tmp_path: Path, head: RollupHead, make_finding: Callable[..., Finding]
) -> None:
    found = [make_finding("甲局", FILE, "J101", Severity.ERROR, field=f"{n}") for n in range(3)]
    read = roll(tmp_path, head, facts=[unit()], findings=Findings.of(found))
    told = {row[1]: (row[2], row[3]) for row in body(read["目录"])}
    assert told["问题清单"][1] == 3
    assert told["本次变化"] == ("没有这张表：这是第一个批次，没有可以比较的批次", None)
    assert told["核实说明台账"] == ("没有这张表：没有收到单位的说明", None)
    assert list(told)[:-1] == [
        sheet.name for sheet in sheets_of(LISTS, head.figures) if sheet.name != contents.NAME
    ]
    assert {name for name, (text, _) in told.items() if "没有这张表" not in text} <= {*read, "汇总.xlsx"}


def test_without_accepted_figures_the_form_s_own_are_compared(tmp_path: Path, head: RollupHead) -> None:
    filled = unit("填局", total_before=D(100), total_spent=D(150))
    nothing = unit("空局", total_spent=D(7))
    rows = roll(tmp_path, head, facts=[filled, nothing])["与上年对比"]
    assert [row[1:6] for row in body(rows)] == [["填局", "填报数", 100, 150, 0.5]]
    accepted = unit("审局", total_before=D(1), total_spent=D(150), last=LastFacts(total_spent=D(120)))
    rows = roll(tmp_path, head, facts=[filled, accepted])["与上年对比"]
    assert [row[1:5] for row in body(rows)] == [["填局", "填报数", 100, 150], ["审局", "审定数", 120, 150]]


def test_texts_that_look_like_numbers_have_no_green_corners_and_nothing_has_no_bar(
    tmp_path: Path, head: RollupHead, make_finding: Callable[..., Finding]
) -> None:
    found = [make_finding("甲局", FILE, "J101", Severity.ERROR, filled="00123")]
    roll(tmp_path, head, facts=[unit()], findings=Findings.of(found))
    names = openpyxl.load_workbook(tmp_path / LISTS).sheetnames
    with zipfile.ZipFile(tmp_path / LISTS) as package:
        xml = {
            name: package.read(f"xl/worksheets/sheet{number}.xml").decode()
            for number, name in enumerate(names, 1)
        }
    assert '<ignoredError sqref="A4:O4" numberStoredAsText="1"/>' in xml["问题清单"]
    rules = re.findall(r'<cfRule type="(\w+)"[^>]*', xml["问题分类统计"])
    assert rules[:2] == ["cellIs", "dataBar"]
    assert 'stopIfTrue="1"' in xml["问题分类统计"]
