"""整体评分表: read in every print, added up level by level, held against 基础数据表."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from batch.forms.read.forms import read_forms
from batch.model.form import Table
from batch.model.review import Finding
from batch.model.status import Severity
from batch.unit.bundle import Bundle, Sent, UnitWork
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from batch.workbook.read.xlsx import read_workbook
from tests.checks.telling import where
from tests.paper import PACK, rules
from tests.rating import BESIDE, ROWS, SHEET, workbook

FORM = "整体评分表"
LAST = 4 + len(ROWS)


def read(data: bytes) -> Table:
    (table,) = read_forms(read_workbook(data, "a.xlsx"), rules().forms, "a.xlsx").tables
    assert table.form == FORM
    return table


def sent(data: bytes) -> UnitWork:
    (unit,) = review_files(Bundle("", (Sent("a.xlsx", 1, data),)), Context(PACK)).units
    return unit


def told(data: bytes) -> list[Finding]:
    """What is said of the sheet."""
    return [f for f in sent(data).review.findings if f.sheet == SHEET]


PRINTS = {
    "beside": workbook(),
    "headed 得分": workbook(
        ("一级指标", "得分", "二级指标", "得分", "三级指标", "得分", "评价标准", "指标说明", "得分")
    ),
    "own column": workbook((*BESIDE[:-1], "本单位执行情况", "得分")),
    "brackets": workbook(
        ("一级指标", "二级指标", "三级指标", "分值", "评分标准", "得分"), headings="{name}（{points}分）"
    ),
    "next line": workbook(
        ("一级指标", "二级指标", "三级指标", "分值", "评分标准", "得分"), headings="{name}\n{points}分"
    ),
    "run on": workbook(
        ("一级指标", "二级指标", "三级指标", "分值", "评分标准", "得分"), headings="{name}{points}分"
    ),
    "score in front": workbook(
        ("一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "自评得分", "评分标准")
    ),
    "points behind": workbook(
        ("一级指标", "权重", "二级指标", "权重", "三级指标", "评价标准", "权重", "实得分")
    ),
    "unmerged": workbook(
        merged=False, title="XX县2020年度部门整体支出绩效评价考核指标及评分表", total="总分"
    ),
    "project title": workbook(
        title="2020年度部门整体支出绩效自评评分表（盖章）", unit="填报单位：县教育局", total="总 计"
    ),
}


@pytest.mark.parametrize("name", PRINTS)
def test_every_print_is_read_alike(name: str) -> None:
    table = read(PRINTS[name])
    assert table.fields["单位名称"].raw == "县教育局"
    names = [item.values["三级指标"].raw for item in table.items]
    for column in ("分值", "得分"):
        numbers = [item.values[column].number for item in table.items]
        assert list(zip(names, numbers, strict=True)) == [(row[2], Decimal(row[3])) for row in ROWS]
        assert table.totals[column].number == Decimal(100)
    assert [g.weight.number for g in table.groups if g.level == 1] == [13, 51, 36]
    assert not [b for b in table.bends if b.check in ("F014", "F015")]


def test_a_form_of_two_levels_scores_the_second() -> None:
    data = workbook(("一级指标", "分值", "二级指标", "分值", "评分标准", "得分"))
    points = {item.label: item.values["分值"].number for item in read(data).items}
    due = {"预算配置": 13, "预算执行": 10, "预算管理": 41, "职责履行": 8, "履职效益": 28}
    assert points == {name: Decimal(number) for name, number in due.items()}
    assert where(told(data), Severity.ERROR, Severity.WARNING) == []


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, set()),
        ({"B4": 14}, {("Z428", "B4")}),
        ({"D6": 11}, {("Z429", "D6"), ("Z428", "B6")}),
        ({f"F{LAST}": 99}, {("Z430", f"F{LAST}")}),
        ({f"I{LAST}": 98}, {("Z431", f"I{LAST}")}),
        ({"I6": 6, f"I{LAST}": 101}, {("Z432", "I6")}),
    ],
)
def test_points_and_scores_are_added_up(
    edits: dict[str, float], expected: set[tuple[str, str | None]]
) -> None:
    found = told(workbook(edits=edits))
    assert set(where(found, Severity.ERROR)) == expected
    assert where(found, Severity.WARNING) == []
    # what rests on no figure is said once
    assert where(found, Severity.HINT) == [("Z434", "A1")]


@pytest.mark.parametrize(
    ("basic", "rating", "expected"),
    [
        ({}, {}, []),
        # twice as much 公用经费 as budgeted, and full marks
        ({"D15": 2}, {}, [("Z433", "I8")]),
        # fewer people than posts, and points off all the same: by what no figure shows
        ({}, {"I4": 4, f"I{LAST}": 99}, []),
    ],
)
def test_scores_are_held_against_the_basic_form(
    clean: bytes, basic: dict[str, int], rating: dict[str, float], expected: list[tuple[str, str | None]]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean), data_only=True)
    del book["整体自评表"]
    # nothing was added to the budget, and all that was to be bought was bought
    for number in (19, 20):
        book["基础数据表"][f"D{number}"] = book["基础数据表"][f"C{number}"].value
    for place, times in basic.items():
        book["基础数据表"][place] = book["基础数据表"][f"C{place[1:]}"].value * times
    sheet = book.create_sheet(SHEET)
    for row in openpyxl.load_workbook(io.BytesIO(workbook(edits=rating)))[SHEET].iter_rows():
        for cell in row:
            if cell.value is not None:
                sheet[cell.coordinate] = cell.value
    out = io.BytesIO()
    book.save(out)
    findings = sent(out.getvalue()).review.findings
    assert where([f for f in findings if f.sheet == SHEET], Severity.WARNING) == expected
    # it is handed in for the form of the other kind
    assert "F006" not in {f.check for f in findings}


def test_its_total_is_the_units_score_and_what_rests_on_nothing_is_not_scored() -> None:
    review = sent(workbook(edits={"I6": 3, f"I{LAST}": 98})).review
    assert review.self_score == review.recomputed_score == Decimal(98)
    assert review.scorecard is not None
    assert review.scorecard.whole is not None
    assert review.scorecard.whole.recomputed is None
    assert {row.declared for row in review.scorecard.whole.rows} == {Decimal(row[3]) for row in ROWS} | {3}
