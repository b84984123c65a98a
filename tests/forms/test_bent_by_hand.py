"""What people do to correct forms by hand: the same figures are read, and nobody is told of a mistake."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from batch.checks.engine.fields import Fields
from batch.checks.run import run_checks
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.forms.spec.labels import squeeze
from batch.model.book import Area, Book, Cell, Kind, Sheet
from batch.model.form import Source, Submission
from batch.model.status import Severity
from batch.workbook.read.xlsx import read_workbook
from tests.bends import moved
from tests.paper import rules
from tests.sample_units import clean_unit

BASIC, MONITORING, PROJECT, WHOLE = "基础数据表", "监控表", "项目自评表", "整体自评表"
#: heading, first and last row of the indicators, by form
LISTS = {PROJECT: (11, 12, 20), WHOLE: (11, 12, 33)}
Edit = Callable[[Sheet], Sheet]
BENDS: dict[str, dict[str, Edit]] = {}


def bend(*forms: str) -> Callable[[Edit], Edit]:
    """Register a bend for the sheets of these forms."""

    def register(edit: Edit) -> Edit:
        BENDS[edit.__name__] = dict.fromkeys(forms, edit)
        return edit

    return register


def _added(sheet: Sheet, *texts: tuple[int, int, str]) -> Sheet:
    new = {(row, col): Cell(row, col, Kind.TEXT, text) for row, col, text in texts}
    return replace(sheet, cells={**sheet.cells, **new})


def _rows_put_in(sheet: Sheet, at: int, count: int = 1) -> Sheet:
    return moved(sheet, lambda row: row + (count if row >= at else 0), lambda col: col)


def _changed(sheet: Sheet, change: Callable[[Cell], str | None]) -> Sheet:
    def edit(cell: Cell) -> Cell:
        text = change(cell)
        return cell if text is None else cell._replace(kind=Kind.TEXT, raw=text)

    return replace(sheet, cells={place: edit(cell) for place, cell in sheet.cells.items()})


def _bottom(sheet: Sheet) -> int:
    return max(row for row, _ in sheet.cells) + 1


@bend(BASIC, MONITORING, PROJECT, WHOLE)
def the_day_below(sheet: Sheet) -> Sheet:
    """The day it was filled in, in the year after, below a form whose title has no year."""
    end = _bottom(sheet)
    return _added(
        sheet, (end, 1, "（单位盖章）"), (end + 1, 1, "2021年3月15日"), (end + 1, 3, "2021年  月  日")
    )


@bend(BASIC)
def a_project_of_another_year(sheet: Sheet) -> Sheet:
    """A project called after the next year, and the day above the form."""
    sheet = _changed(
        sheet, lambda cell: "1、业务工作专项（2022年度防洪工程）" if cell.raw == "1、业务工作专项" else None
    )
    return _added(sheet, (2, 3, "填报日期：2021年3月"))


@bend(BASIC)
def years_in_words(sheet: Sheet) -> Sheet:
    """本年 and 上年 instead of the years."""

    def words(cell: Cell) -> str | None:
        text = cell.raw.replace("2020年", "本年度").replace("2019年", "上年度")
        return text if cell.row <= 5 and text != cell.raw else None

    return _changed(sheet, words)


@bend(BASIC)
def years_without_their_word(sheet: Sheet) -> Sheet:
    """2020决算数, 2020实际在职人数."""
    return _changed(sheet, lambda cell: re.sub("(20[12][0-9])年", r"\1", cell.raw) if cell.row <= 5 else None)


@bend(BASIC)
def years_as_people_say_them(sheet: Sheet) -> Sheet:
    """今年决算数, 去年决算数."""

    def words(cell: Cell) -> str | None:
        text = cell.raw.replace("2020年", "今年").replace("2019年", "去年")
        return text if cell.row <= 5 and text != cell.raw else None

    return _changed(sheet, words)


@bend(WHOLE, PROJECT)
def headings_in_every_row(sheet: Sheet) -> Sheet:
    """Merged headings and their points written again in every row."""
    cells, (_, first, last) = dict(sheet.cells), LISTS[re.sub(r"\d", "", sheet.name)]
    for area in sheet.merges:
        cell = cells.get((area.top, area.left))
        if cell is not None and area.left <= 3:
            for row in range(max(area.top, first), min(area.bottom, last) + 1):
                cells[row, area.left] = cell._replace(row=row, col=area.left)
    return replace(sheet, cells=cells, merges=())


@bend(WHOLE, PROJECT)
def headings_in_every_row_with_points_in_the_first(sheet: Sheet) -> Sheet:
    """The same, but points only where a heading stands first."""
    bare = headings_in_every_row(sheet)
    cells = {
        (row, col): cell._replace(raw=re.sub(r"[（(].*", "", cell.raw))
        if col <= 3 and (row, col) not in sheet.cells
        else cell
        for (row, col), cell in bare.cells.items()
        if (row, col) in sheet.cells or not cell.raw.isdigit()
    }
    return replace(bare, cells=cells)


@bend(WHOLE, PROJECT)
def columns_numbered(sheet: Sheet) -> Sheet:
    """栏次 1 2 3 below the heading of the indicators."""
    heading, *_ = LISTS[re.sub(r"\d", "", sheet.name)]
    sheet = _rows_put_in(sheet, heading + 1)
    return _added(sheet, (heading + 1, 1, "栏次"), *((heading + 1, col, str(col - 1)) for col in range(2, 9)))


@bend(BASIC, PROJECT, WHOLE)
def head_of_the_page_again(sheet: Sheet) -> Sheet:
    """Title, unit and headings printed again above the second page."""
    heading, at = (5, 13) if sheet.name == BASIC else (11, 25 if sheet.name == WHOLE else 16)
    lower = _rows_put_in(sheet, at, 3)
    texts = [(at, 1, f"{sheet.cells[1, 1].raw}（续表）"), (at + 1, 1, "单位名称：县教育局")]
    # a merged area that a page ends in is taken apart
    merges = tuple(area for area in lower.merges if not area.top < at <= area.bottom)
    texts += [(at + 2, col, cell.raw) for (row, col), cell in sheet.cells.items() if row == heading]
    return _added(replace(lower, merges=merges), *texts)


@bend(PROJECT)
def parts_added_up(sheet: Sheet) -> Sheet:
    """A row of its own for what the indicators come to."""
    sheet = _rows_put_in(sheet, 21)
    return _added(sheet, (21, 2, random.Random(sheet.name).choice(SUBTOTALS)), (21, 7, "90"), (21, 8, "90"))


SUBTOTALS = ("指标得分小计", "合计（不含预算执行）", "绩效指标小计：")


@bend(PROJECT)
def first_part_added_up(sheet: Sheet) -> Sheet:
    """A row of its own for what the indicators of one heading come to."""
    sheet = _rows_put_in(sheet, 16)
    return _added(sheet, (16, 2, "产出指标合计"), (16, 7, "50"), (16, 8, "50"))


@bend(BASIC, MONITORING, PROJECT, WHOLE)
def nothing_in_words(sheet: Sheet) -> Sheet:
    """零, （无） and other words for 0."""
    words = ["零", "（无）", "无。", "没有发生", "无支出", "—"]
    zero = {cell.ref for cell in sheet.cells.values() if cell.kind is Kind.NUMBER and not Decimal(cell.raw)}
    return _changed(sheet, lambda cell: words[cell.row % 6] if cell.ref in zero else None)


@bend(BASIC, PROJECT, WHOLE)
def traces_of_arithmetic(sheet: Sheet) -> Sheet:
    """Sums as binary arithmetic leaves them."""
    cells = {
        place: cell._replace(raw=repr(float(cell.raw) + 5.684e-14)) if cell.kind is Kind.NUMBER else cell
        for place, cell in sheet.cells.items()
    }
    return replace(sheet, cells=cells)


@bend(MONITORING)
def years_before_months(sheet: Sheet) -> Sheet:
    """2020年1-6月执行数."""
    return _changed(sheet, lambda cell: f"2020年{cell.raw}" if cell.raw.startswith("1-6月") else None)


@bend(WHOLE)
def change_in_words(sheet: Sheet) -> Sheet:
    """下降6.84% where a rate of change belongs."""
    return _changed(sheet, lambda cell: f"比上年下降{cell.raw[1:]}" if cell.raw.startswith("-") else None)


@bend(MONITORING)
def headings_without_months(sheet: Sheet) -> Sheet:
    """执行进度 beside headings that name the months."""
    return _changed(sheet, lambda cell: "执行进度" if cell.raw == "1-6月执行率" else None)


@bend(BASIC, MONITORING, PROJECT, WHOLE)
def seals_in_brackets(sheet: Sheet) -> Sheet:
    """（章） or （公章） behind the unit's name, each form as it likes."""
    seal = "（公章）" if sheet.name == BASIC else "(章)"
    return _changed(sheet, lambda cell: f"县教育局{seal}" if cell.raw == "县教育局" else None)


@bend(BASIC)
def marks_before_labels(sheet: Sheet) -> Sheet:
    """★ before numbered labels."""
    return _changed(sheet, lambda cell: f"★{cell.raw}" if cell.col == 1 and 6 <= cell.row <= 20 else None)


@bend(PROJECT)
def marks_behind_headings(sheet: Sheet) -> Sheet:
    """三级指标*, 年初预算数*."""
    return _changed(
        sheet, lambda cell: f"{cell.raw}*" if cell.row in (4, 11) and 4 <= cell.col <= 6 else None
    )


@bend(BASIC, MONITORING, PROJECT, WHOLE)
def rates_in_per_cent(sheet: Sheet) -> Sheet:
    """控制率% above 97.62, and points as per cents of all points."""

    def edit(cell: Cell) -> Cell:
        if cell.raw.endswith("率") and cell.row <= 5:
            return cell._replace(raw=f"{cell.raw}%")
        if "%" in cell.format and cell.raw:
            return cell._replace(raw=str(100 * Decimal(cell.raw)), format="General")
        points = sheet.name.startswith(PROJECT) and cell.col == 7 and 12 <= cell.row <= 20
        return cell._replace(raw=str(Decimal(cell.raw) / 100), format="0%") if points else cell

    return replace(sheet, cells={place: edit(cell) for place, cell in sheet.cells.items()})


@bend(PROJECT)
def remarks_behind_results(sheet: Sheet) -> Sheet:
    """12次，超额完成."""
    counts = re.compile(r"\d+(?:次|人次)")
    return _changed(sheet, lambda c: f"{c.raw}，超额完成" if c.col == 6 and counts.fullmatch(c.raw) else None)


@bend(PROJECT)
def a_note_between(sheet: Sheet) -> Sheet:
    """A note between two groups of indicators, and the total called otherwise."""
    sheet = _changed(_rows_put_in(sheet, 16), lambda c: "得分合计" if c.raw == "总分" else None)
    # it stands just before the points
    sheet.cells[22, 6] = sheet.cells.pop((22, 1))._replace(col=6)
    merges = tuple(area for area in sheet.merges if area.top != 22)
    return _added(replace(sheet, merges=merges), (16, 2, "注：产出指标每项不少于1个"))


@bend(BASIC)
def other_words(sheet: Sheet) -> Sheet:
    """What other counties call the same rows and columns."""
    words = {
        "2019年决算数": "2019年实际支出数",
        "2020年预算数": "2020年年初预算数",
        "2020年决算数": "2020年支出决算数",
        "1、公务用车购置和维护经费": "1、公务车购置及运行维护费",
        "公车运行维护": "公务用车运行维护支出",
        "2、出国经费": "2、因公出国（境）",
        "3、公务接待": "3、业务招待费",
        "部门整体支出预算调整": "部门支出合计",
        "编制数": "批复编制数",
    }
    return _changed(sheet, lambda cell: words.get(cell.raw))


def side_by_side(book: Book) -> Book:
    """All forms beside each other on one sheet, every second without a blank column between."""
    cells: dict[tuple[int, int], Cell] = {}
    merges: list[Area] = []
    left = 0
    for number, sheet in enumerate(book.sheets):
        right = moved(sheet, lambda row: row, lambda col, left=left: col + left)  # type: ignore[misc]
        cells |= right.cells
        merges += right.merges
        left = max(col for _, col in right.cells) + number % 2
        left = max(left, max((area.right for area in right.merges), default=0) + number % 2)
    return replace(book, sheets=[Sheet("Sheet1", cells=cells, merges=tuple(merges))])


def _clean(tmp_path: Path, seed: int) -> Book:
    path = tmp_path / "报送.xlsx"
    clean_unit(path, seed=seed, projects=1 + seed % 2)
    book = read_workbook(path.read_bytes(), path.name)
    sheets = [sheet for sheet in book.sheets if sheet.name != "填表说明"]
    return replace(
        book, sheets=[replace(s, cells={p: _typed(c) for p, c in s.cells.items()}) for s in sheets]
    )


def _typed(cell: Cell) -> Cell:
    return cell._replace(formula=None)


def _submission(book: Book) -> Submission:
    file = FileReading(book.name, 1, read_forms(book, rules().forms, book.name), Source(book.name))
    (sent,) = merge_files([file], rules().forms, "")
    return sent


def _figures(sent: Submission) -> dict[tuple[str, str, str], Decimal]:
    """Every figure but 0, by form, project and field."""
    slots = Fields(sent, rules().forms).numbers
    named = [(slot, slot.table.fields.get("项目名称")) for slot in slots if slot.value.number]
    return {
        (slot.table.form, squeeze(name.raw) if name else "", slot.name): abs(
            round(slot.value.number or Decimal(0), 6)
        )
        for slot, name in named
    }


def _told(sent: Submission) -> list[tuple[str, str | None, str]]:
    findings = run_checks(sent, rules().catalogue, rules().forms).findings
    return [
        (f.check, f.cell, f.message) for f in findings if f.severity in (Severity.ERROR, Severity.WARNING)
    ]


def test_a_rate_scored_among_the_indicators_leaves_no_points_missing(tmp_path: Path) -> None:
    book = _clean(tmp_path, 0)
    sheet = next(sheet for sheet in book.sheets if sheet.name == PROJECT)
    cells = {place: c for place, c in sheet.cells.items() if place[0] not in (4, 5) or place[1] not in (7, 9)}
    lower = _rows_put_in(replace(sheet, cells=cells), 12)
    words = ("预算执行率（10分）", "预算执行率", "全年执行数÷全年预算数", "100%", "100%", "10", "10")
    scored = _added(lower, *((12, col, text) for col, text in enumerate(words, 2)))
    read = _submission(replace(book, sheets=[scored if s is sheet else s for s in book.sheets]))
    assert [t for t in _told(read) if t not in _told(_submission(book))] == []


def test_points_printed_in_the_label_of_the_funds_hold_the_score_to_the_rate(tmp_path: Path) -> None:
    book = _clean(tmp_path, 0)
    sheet = next(sheet for sheet in book.sheets if sheet.name == PROJECT)
    # a city's own form: no column of points beside the money
    cells = {place: c for place, c in sheet.cells.items() if place not in ((4, 7), (5, 7))}
    label = cells[4, 1]
    cells[4, 1] = label._replace(raw="预算执行情况\n（万元）\n（10分）")
    for score, told in ((cells[5, 9].raw, []), ("8", [("X303", "I5")])):
        cells[5, 9] = cells[5, 9]._replace(raw=score)
        local = replace(sheet, cells=dict(cells))
        read = _submission(replace(book, sheets=[local if s is sheet else s for s in book.sheets]))
        assert [(check, cell) for check, cell, _ in _told(read) if check == "X303"] == told


@pytest.mark.parametrize(("more", "told"), [(5, 0), (0, 0), (7, 3)])
def test_money_the_form_has_no_row_for_counts_where_the_sum_holds_with_it(
    tmp_path: Path, more: int, told: int
) -> None:
    book = _clean(tmp_path, 0)
    sheet = next(sheet for sheet in book.sheets if sheet.name == PROJECT)
    lower = _added(_rows_put_in(sheet, 7), (7, 3, "专项债券"), (7, 4, "5"), (7, 5, "5"), (7, 6, "5"))
    for col in (4, 5, 6):
        total = lower.cells[5, col]
        lower.cells[5, col] = total._replace(raw=str(Decimal(total.raw) + more))
    read = _submission(replace(book, sheets=[lower if s is sheet else s for s in book.sheets]))
    assert [check for check, *_ in _told(read) if check == "X301"] == ["X301"] * told
    filed = [name for t in read.tables for name in t.fields if name.startswith("专项债券")]
    assert len(filed) == (3 if more == 5 else 0)


def test_a_project_below_another_without_a_title_of_its_own_is_read(tmp_path: Path) -> None:
    book = _clean(tmp_path, 1)
    above, below = (sheet for sheet in book.sheets if sheet.name.startswith(PROJECT))
    end = _bottom(above)
    lower = moved(replace(below, name=above.name), lambda row: row + end - 1, lambda col: col)
    del lower.cells[end, 1]
    both = replace(above, cells=above.cells | lower.cells, merges=above.merges + lower.merges)
    stacked = [both if s is above else s for s in book.sheets if s is not below]
    read = _submission(replace(book, sheets=stacked))
    assert _figures(read) == _figures(_submission(book))
    assert [t for t in _told(read) if t not in _told(_submission(book))] == []


@pytest.mark.parametrize("first", ["年度预算数", "预算数"])
def test_the_adjusted_budget_is_the_year_s_where_another_column_might_be(tmp_path: Path, first: str) -> None:
    book = _clean(tmp_path, 0)
    sheet = next(sheet for sheet in book.sheets if sheet.name == PROJECT)
    words = {"年初预算数": first, "全年预算数": "调整后预算数"}
    edited = _changed(sheet, lambda cell: words.get(cell.raw))
    edited.cells[5, 4] = edited.cells[5, 4]._replace(raw="1")
    read = _submission(replace(book, sheets=[edited if s is sheet else s for s in book.sheets]))
    (table,) = [t for t in read.tables if t.form == PROJECT and t.sheet == PROJECT]
    assert table.fields["年度资金总额.全年预算数"].ref == "E5"
    assert [t for t in _told(read) if t[0] in ("X301", "X302", "X303")] == []


def test_one_score_for_a_group_without_points_is_enough(tmp_path: Path) -> None:
    book = _clean(tmp_path, 0)
    sheet = next(sheet for sheet in book.sheets if sheet.name == PROJECT)
    lower = _rows_put_in(sheet, 13)
    without = {
        place: c for place, c in lower.cells.items() if place[1] != 7 or place[0] < 11 or place[0] > 21
    }
    texts = [(13, 4, "编印培训资料"), (13, 5, "≥500份"), (13, 6, "520份")]
    merged = (*lower.merges, Area(12, 3, 13, 3))
    local = _added(replace(lower, cells=without, merges=merged), *texts)
    told = _told(_submission(replace(book, sheets=[local if s is sheet else s for s in book.sheets])))
    assert [cell for check, cell, _ in told if check == "F025"] == []
    # another heading has no score at all
    del local.cells[14, 8]
    told = _told(_submission(replace(book, sheets=[local if s is sheet else s for s in book.sheets])))
    assert [cell for check, cell, _ in told if check == "F025"] == ["H14"]


def test_a_form_that_was_hardly_read_is_asked_about(tmp_path: Path) -> None:
    book = _clean(tmp_path, 0)
    sheet = book.sheets[0]
    # rows and columns of the money exchanged
    money = {(4 + col, row - 4): c for (row, col), c in sheet.cells.items() if 5 <= row <= 20}
    cells = {place: c for place, c in sheet.cells.items() if not 5 <= place[0] <= 20}
    cells |= {(row, col): c._replace(row=row, col=col) for (row, col), c in money.items()}
    turned = replace(sheet, cells=cells, merges=tuple(a for a in sheet.merges if a.top < 5))
    read = _submission(replace(book, sheets=[turned, *book.sheets[1:]]))
    assert [(check, cell) for check, cell, _ in _told(read)] == [("F034", None)]


def test_last_years_form_left_behind_is_asked_about(tmp_path: Path) -> None:
    book = _clean(tmp_path, 0)
    old = _changed(
        book.sheets[0],
        lambda cell: (
            cell.raw.replace("2019年", "2018年").replace("2020年", "2019年") if cell.row == 5 else None
        ),
    )
    title = old.cells[1, 1]
    old.cells[1, 1] = title._replace(raw=f"2019年{title.raw}")
    old.cells[8, 2] = old.cells[8, 2]._replace(raw="99")
    read = _submission(replace(book, sheets=[*book.sheets, replace(old, name="上年")]))
    findings = run_checks(read, rules().catalogue, rules().forms).findings
    assert [(f.check, f.sheet, f.severity) for f in findings if f.severity is not Severity.HINT] == [
        ("F011", "上年", Severity.WARNING)
    ]


@pytest.mark.parametrize("name", [*BENDS, "side_by_side"])
def test_a_correct_form_stays_correct(tmp_path: Path, name: str) -> None:
    for seed in range(2):
        book = _clean(tmp_path, seed)
        if name == "side_by_side":
            bent = side_by_side(book)
        else:
            edits = [(sheet, BENDS[name].get(re.sub(r"\d", "", sheet.name))) for sheet in book.sheets]
            bent = replace(book, sheets=[edit(sheet) if edit else sheet for sheet, edit in edits])
        straight, read = _submission(book), _submission(bent)
        assert read.unit == straight.unit
        assert _figures(read) == _figures(straight)
        assert [t for t in _told(read) if t not in _told(straight)] == []
