"""The workbook leadership reads: numbers that add up, text that stays text, the same bytes every time."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest

from batch.forms.spec.spec import PackForms
from batch.model.book import Kind
from batch.model.filenames import safe_name
from batch.model.review import Finding, Findings
from batch.model.status import Severity, Verdict
from batch.model.unit_facts import DetailRow, MonitoringFacts, UnitFacts
from batch.outbox.paths import LISTS, ROLLUP, copy_path, copy_paths
from batch.rollup.parts.rules_in_force import rule_rows
from batch.rollup.rollup import RollupContent, RollupHead
from batch.rollup.sheets import (
    details as sheets_details,
)
from batch.rollup.sheets import (
    findings as sheets_findings,
)
from batch.workbook.read.xlsx import read_workbook
from batch.workbook.style import CUT, MAX_TEXT, clean
from tests.paper import rules
from tests.rollup.reading import with_sheet, write_both

D = Decimal
FOR_LEADERS = [
    *(
        "首页",
        "单位总表",
        "基础数据汇总表",
        "得分排名与等次",
        "项目自评汇总",
        "执行监控预警",
        "三公与公用经费",
    ),
    *("人员控制", "预算调整与超支", "未报与催报", "图表数据"),
]
FOR_CLERKS = [
    *(
        "目录",
        "问题清单",
        "问题分类统计",
        "部门问题统计",
        "与上年对比",
        "抽查建议名单",
        "口径与规则",
        "明细数据",
    ),
]
LEFT_OUT = [("某乡/旧表.xlsx", "文件无法打开或已损坏，请重新报送。")]


@pytest.fixture
def roll(tmp_path: Path, head: RollupHead, forms: PackForms) -> Callable[..., Path]:
    """`roll(facts, findings, …)`: 汇总.xlsx written."""

    def write(
        facts: list[UnitFacts],
        findings: list[Finding],
        unprocessed: list[tuple[str, str]] | None = None,
        **changes: Any,
    ) -> Path:
        content = RollupContent(
            facts=facts,
            findings=Findings.of(findings),
            unprocessed=unprocessed or [],
            first_seen=changes.pop("first_seen", {}),
            forms=forms,
            head=replace(head, **changes),
        )
        return write_both(tmp_path, content)

    return write


@pytest.fixture(scope="module")
def twelve(
    county: Any, head: RollupHead, forms: PackForms, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Path]:
    """A county of twelve units and its roll-up."""
    made = county(12)
    in_force = rule_rows(rules().catalogue.values(), [("J130", "status", "正式", "停用")], made.reviews)
    content = RollupContent(
        head=head,
        facts=made.facts,
        findings=Findings.of(made.findings),
        unprocessed=LEFT_OUT,
        rules=in_force,
        forms=forms,
    )
    return made, write_both(tmp_path_factory.mktemp("twelve"), content)


def values(path: Path, sheet: str) -> list[list[Any]]:
    """A sheet as rows of stored values."""
    book = openpyxl.load_workbook(with_sheet(path, sheet), data_only=True, read_only=True)
    rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    book.close()
    return rows


def header(rows: list[list[Any]]) -> int:
    """Index of the header row: the one that begins with what its first column is called."""
    return next(n for n, row in enumerate(rows) if row[0] in ("序号", "名次", "编号", "单位"))


def column(rows: list[list[Any]], title: str, occurrence: int = 0) -> int:
    """Index of a column by its title; titles under different groups may repeat."""
    titles = [str(text).replace("\n", "") for text in rows[header(rows)]]
    return [n for n, text in enumerate(titles) if text == title][occurrence]


def total_row(rows: list[list[Any]]) -> list[Any]:
    """The row that says 合计."""
    return next(row for row in rows if "合计" in row)


def texts(path: Path) -> str:
    """All texts of 首页."""
    return "\n".join(str(v) for row in values(path, "首页") for v in row if v is not None)


def links(path: Path, sheet: str) -> dict[str, str]:
    """External links of a sheet of 清单.xlsx: cell → path#place."""
    path = path.with_name(LISTS)
    number = openpyxl.load_workbook(path).sheetnames.index(sheet) + 1
    with zipfile.ZipFile(path) as package:
        xml = package.read(f"xl/worksheets/sheet{number}.xml").decode()
        rels = package.read(f"xl/worksheets/_rels/sheet{number}.xml.rels").decode()
    targets = dict(re.findall(r'Id="(\w+)"[^>]*?Target="([^"]*)"', rels))
    found = re.findall(r'<hyperlink ref="(\w+)" r:id="(\w+)" location="([^"]*)"', xml)
    return {ref: f"{targets[rel].replace(chr(92), '/')}#{place}" for ref, rel, place in found}


def test_the_sheets_and_their_order(twelve: tuple[Any, Path]) -> None:
    book = openpyxl.load_workbook(twelve[1])
    assert book.sheetnames == FOR_LEADERS
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["图表数据"]
    assert book.active is not None
    assert book.active.title == "首页"
    assert openpyxl.load_workbook(twelve[1].with_name(LISTS)).sheetnames == FOR_CLERKS


def test_the_night_can_reopen_what_it_wrote(twelve: tuple[Any, Path]) -> None:
    made, path = twelve
    book = read_workbook(path.read_bytes(), path.name)
    assert [sheet.name for sheet in book.sheets] == FOR_LEADERS
    units = book.sheets[1]
    assert units.cells[(5, 2)].raw == made.facts[0].unit
    total = next(cell for cell in units.cells.values() if cell.raw == "合计")
    spent = units.cells[(total.row, 11)]
    assert spent.kind is Kind.NUMBER
    assert spent.formula is None
    assert D(spent.raw) == sum(u.total_spent for u in made.facts)
    check = units.cells[(total.row + 1, 11)]
    assert check.formula == "ROUND(SUM(K5:K16)-K17,2)"
    assert check.raw == "0"


@pytest.mark.parametrize(
    ("title", "occurrence", "name"),
    [
        ("编制", 0, "posts"),
        ("上年决算", 0, "total_before"),
        ("年初预算", 0, "total_budget"),
        ("本年决算", 0, "total_spent"),
        ("全年执行", 0, "funds_spent"),
        ("预算", 0, "project_budget"),
        ("决算", 1, "official_spent"),
        ("决算", 3, "purchase_spent"),
        ("错误", 0, "errors"),
    ],
)
def test_totals_are_the_sums_of_the_units(
    twelve: tuple[Any, Path], title: str, occurrence: int, name: str
) -> None:
    made, path = twelve
    rows = values(path, "单位总表")
    place = column(rows, title, occurrence)
    declared = [getattr(unit, name) for unit in made.facts]
    first = header(rows) + 1
    shown = [rows[first + n][place] for n in range(12)]
    assert [None if v is None else round(D(str(v)), 6) for v in shown] == [
        None if v is None else round(D(v), 6) for v in declared
    ]
    expected = sum((D(v) for v in declared if v is not None), D(0))
    assert D(str(total_row(rows)[place])) == pytest.approx(expected)


def test_totals_are_values_with_a_check_below_them(twelve: tuple[Any, Path]) -> None:
    sheet = openpyxl.load_workbook(twelve[1])["单位总表"]
    row = next(cell.row for (cell,) in sheet["B1:B40"] if cell.value == "合计")
    assert row == 17
    assert isinstance(sheet.cell(row, 10).value, int | float)
    assert sheet.cell(row + 1, 10).value == "=ROUND(SUM(J5:J16)-J17,2)"


def test_totals_of_the_other_sheets_are_live(twelve: tuple[Any, Path]) -> None:
    sheet = openpyxl.load_workbook(twelve[1])["三公与公用经费"]
    row = next(cell.row for (cell,) in sheet["B1:B40"] if cell.value == "合计")
    assert sheet.cell(row, 3).value == "=SUM(C5:C16)"
    growth = str(sheet.cell(row, 6).value)
    assert growth.startswith("=SUMPRODUCT(ISNUMBER(E5:E16)*ISNUMBER(C5:C16),E5:E16)/")
    assert growth.endswith("-1")


def test_a_rate_in_the_totals_leaves_out_units_without_both_numbers(twelve: tuple[Any, Path]) -> None:
    made, path = twelve
    rows = values(path, "单位总表")
    both = [u for u in made.facts if u.total_budget is not None]
    assert len(both) == 11, "one unit has #DIV/0! for its budget"
    expected = sum(u.total_spent for u in both) / sum(u.total_budget for u in both) - 1
    assert total_row(rows)[column(rows, "预算调整率")] == pytest.approx(float(expected))
    assert rows[header(rows) + 6][column(rows, "年初预算")] is None


def test_the_front_page_says_what_the_tables_say(twelve: tuple[Any, Path]) -> None:
    made, path = twelve
    page = texts(path)
    official = [f for f in made.findings if f.status == "正式"]
    count = {s: sum(1 for f in official if f.severity is s) for s in Severity}
    assert f"错误{count[Severity.ERROR]}项，核实{count[Severity.WARNING]}项" in page
    assert count[Severity.ERROR] == total_row(values(path, "单位总表"))[-3]
    statuses = [sum(1 for u in made.facts if u.status == s) for s in ("通过", "待说明", "退回")]
    assert "12户\n" + "\n".join(f"{n}户" for n in statuses) in page
    spent = sum(u.total_spent for u in made.facts)
    assert str(float(spent)) in page
    simple = sum(u.score for u in made.facts) / 12
    weighted = sum(u.score * u.total_spent for u in made.facts) / spent
    assert f"{simple:.2f}分" in page
    assert f"按支出加权{weighted:.2f}分" in page
    assert "另有1个文件未处理" in page


def test_charts_stand_on_the_front_page_with_their_numbers_in_them(twelve: tuple[Any, Path]) -> None:
    with zipfile.ZipFile(twelve[1]) as package:
        charts = [package.read(f"xl/charts/chart{n}.xml").decode() for n in (1, 2)]
    assert "<c:v>表内勾稽</c:v>" in charts[0]
    assert "'图表数据'!" in charts[0] or "图表数据!" in charts[0]
    assert '<c:min val="0"/>' in charts[0], "bars that do not begin at 0 exaggerate"


@pytest.mark.parametrize("units", [0, 1, 50])
def test_any_number_of_units_makes_a_workbook(county: Any, roll: Callable[..., Path], units: int) -> None:
    made = county(units)
    path = roll(made.facts, made.findings)
    assert not units or len(values(path, "单位总表")) >= units + 5
    with zipfile.ZipFile(path) as package:
        charts = [name for name in package.namelist() if "charts/chart" in name]
    assert len(charts) == (2 if units > 2 else 0), "no chart without anything to compare"
    if not units:
        assert "单位总表（没有收到可以处理的报表）" in texts(path), "what is left out is said"
        assert set(openpyxl.load_workbook(path).sheetnames) <= {"首页", "基础数据汇总表"}
        said = str(values(path, "目录"))
        assert "没有这张表：本批次没有可以审核的报表" in said
        assert "没有发现问题" not in texts(path) + said, "nothing looked at is not the same as nothing found"


def test_a_clean_county_has_nobody_to_ring_up(county: Any, roll: Callable[..., Path]) -> None:
    assert "没有要打的：没有未改的错误" in texts(roll(county(2).facts, []))


def test_projects_with_their_recomputed_figures(twelve: tuple[Any, Path]) -> None:
    made, path = twelve
    rows = values(path, "项目自评汇总")
    projects = [(u.unit, p) for u in made.facts for p in u.projects]
    first = header(rows) + 1
    shown = [(row[1], row[2]) for row in rows[first : first + len(projects)]]
    assert sorted(shown) == sorted((unit, p.project) for unit, p in projects)
    # the worst first: its total is not what its rows add up to
    row = rows[first]
    project = next(p for unit, p in projects if (unit, p.project) == shown[0])
    assert row[column(rows, "填报总分")] == 97
    assert row[column(rows, "按项加总")] == 96
    assert row[column(rows, "差")] == 1
    assert row[column(rows, "重算执行率")] == pytest.approx(float(project.rate))
    assert (row[column(rows, "目标")], row[column(rows, "实际")]) == ("≥95%", "93%")
    spent = sum(p.spent for _, p in projects)
    assert total_row(rows)[column(rows, "全年执行")] == pytest.approx(float(spent))


def test_monitoring_says_the_light_in_words(roll: Callable[..., Path]) -> None:
    form = MonitoringFacts(
        *("甲", D(10), D(2), D("0.2"), D("0.2"), D("0.9"), 2, 1, 0, "抓紧招标", "a.xlsx", "监控表"),
        light="红灯",
        light_reason="低于60%",
        limit=D("0.4"),
        warnings=("截至6月执行率20%，低于40%",),
    )
    unknown = replace(form, rate=None, light="未评", light_reason="没有数据", warnings=())
    unit = UnitFacts("某局", "1", "通过", ("a.xlsx",), 0, 0, 0, monitoring=(form, unknown))
    path = roll([unit], [])
    rows = values(path, "执行监控预警")
    first = header(rows) + 1

    def shown(title: str) -> list[Any]:
        return [row[column(rows, title)] for row in rows[first : first + 2]]

    assert shown("灯色") == ["红灯", "未评"]
    assert shown("预警内容") == ["截至6月执行率20%，低于40%", "没有数据"]
    assert shown("风险金额") == [8, None], "what cannot be judged is not without risk"
    assert shown("与执行率差")[0] == pytest.approx(0.7)
    assert shown("单位措施、备注") == ["抓紧招标", "抓紧招标"]


def test_findings_by_unit_gravest_first_each_linked_into_the_copy(twelve: tuple[Any, Path]) -> None:
    made, path = twelve
    rows = values(path, "问题清单")
    first = header(rows) + 1
    listed = rows[first : first + len(made.findings)]
    assert [row[0] for row in listed] == list(range(1, len(made.findings) + 1))
    mine = [row for row in listed if row[1] == "某县教育局"]
    assert [row[6] for row in mine] == ["错误", "错误", "核实", "提示", "错误（试行）"]
    assert mine[0][3:5] == ["基础数据表!D4", "J101 控制率与在职人数、编制数不符"]
    assert mine[0][8:11] == [1, pytest.approx(0.8667), pytest.approx(0.1333)], "numbers, not texts"
    assert mine[-1][3] == "整体自评表", "a missing cell has no address to show"
    assert links(path, "问题清单")["D4"] == "批注/某县教育局/某县教育局_2020.xlsx#'基础数据表'!D4"


def test_first_seen_is_the_batch_that_found_it(county: Any, roll: Callable[..., Path]) -> None:
    made = county(1)
    old = made.findings[0]
    rows = values(roll(made.facts, made.findings, first_seen={old.key: "20210101-0930-abcdef"}), "问题清单")
    seen = [row[column(rows, "首次发现")] for row in rows[header(rows) + 1 :][: len(made.findings)]]
    assert seen == [datetime(2021, 1, 1), *[datetime(2021, 4, 30)] * (len(made.findings) - 1)]  # noqa: DTZ001


def test_a_list_too_long_to_read_is_cut_and_says_so(
    county: Any, roll: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets_findings, "MAX_ROWS", 3)
    made = county(2)
    rows = values(roll(made.facts, made.findings), "问题清单")
    assert f"问题共{len(made.findings)}项，这里只列3项，全部见 findings.jsonl。" in [row[0] for row in rows]
    assert [row[0] for row in rows if isinstance(row[0], int)] == [1, 2, 3]


def test_every_value_is_in_the_details_with_its_source(twelve: tuple[Any, Path]) -> None:
    made, path = twelve
    rows = values(path, "明细数据")
    head = rows[header(rows)]
    assert head == [
        *("单位", "表", "项目", "行或指标", "栏", "值", "金额单位", "折合万元"),
        *("源文件", "表页", "单元格", "原文"),
    ]
    expected = [(u.unit, row) for u in made.facts for row in u.details]
    data = rows[header(rows) + 1 :]
    assert len(data) == len(expected)
    for shown, (unit, row) in zip(data, expected, strict=True):
        assert shown[:5] == [unit, row.form, row.project or None, row.row or None, row.column]
        number = float(row.value) if isinstance(row.value, Decimal) else row.value
        assert shown[5] == (number if number is None or isinstance(number, str) else pytest.approx(number))
        assert shown[8:] == [row.file, row.sheet, row.cell, row.raw or None]


def test_yuan_and_wan_stand_side_by_side_in_the_details(twelve: tuple[Any, Path]) -> None:
    rows = values(twelve[1], "明细数据")
    row = next(r for r in rows if r[3:5] == ["财政拨款", "全年预算数"])
    assert row[5:8] == [6272512, "元", pytest.approx(627.2512)]


def test_details_go_on_on_a_second_sheet(
    county: Any, roll: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets_details, "MAX_ROWS", 60)
    made = county(1)
    expected = [row.cell for row in made.facts[0].details]
    assert 60 < len(expected) < 120
    path = roll(made.facts, [])
    assert openpyxl.load_workbook(path.with_name(LISTS)).sheetnames == [
        *("目录", "与上年对比", "抽查建议名单", "口径与规则", "明细数据", "明细数据2"),
    ]
    cells = [row[10] for name in ("明细数据", "明细数据2") for row in values(path, name)[3:]]
    assert cells == expected


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-2",
    "<b>粗</b>",
    "<r><t>x</t></r>",
    "http://example.org/",
    "00123",
    "_x0041_",
    '"&A1&"',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_files_stays_text(roll: Callable[..., Path], make_finding: Any, text: str) -> None:
    detail = DetailRow("监控表", text, text, text, None, text, False, "", None, "a.xlsx", text, "A1", text)
    unit = UnitFacts(text, text, "通过", ("a.xlsx",), 0, 1, 0, details=(detail,))
    found = make_finding(
        text, "a.xlsx", "J101", Severity.WARNING, message=text, filled=text, sheet="表", fix=text
    )
    path = roll([unit], [found], [(text, text)])
    read = [
        sheet
        for name in (ROLLUP, LISTS)
        for sheet in read_workbook(path.with_name(name).read_bytes(), name).sheets
    ]
    sheets = {sheet.name: sheet.cells for sheet in read}
    for name, place in (
        ("单位总表", (5, 2)),
        ("得分排名与等次", (5, 2)),
        ("三公与公用经费", (5, 2)),
        ("人员控制", (5, 2)),
        ("问题清单", (4, 8)),
        ("抽查建议名单", (5, 2)),
        ("明细数据", (4, 1)),
        ("明细数据", (4, 6)),
    ):
        cell = sheets[name][place]
        # a text that xlsxwriter would take for markup has a blank behind it
        assert (cell.kind, cell.raw.rstrip(" "), cell.formula) == (Kind.TEXT, text, None), name
    formulas = [c.formula for sheet in read for c in sheet.cells.values() if c.formula]
    assert not [
        formula
        for formula in formulas
        if not formula.startswith(("SUM(", "SUMPRODUCT(", "AVERAGE(", "ROUND(SUM(", "ROUND("))
    ]


def test_what_looks_like_a_formula_is_marked_so_that_editing_does_not_wake_it(
    roll: Callable[..., Path], make_finding: Any
) -> None:
    found = make_finding("某局", "a.xlsx", "J101", Severity.ERROR, message="=1+1")
    cell = openpyxl.load_workbook(with_sheet(roll([], [found]), "问题清单"))["问题清单"]["H4"]
    assert cell.quotePrefix


def test_control_characters_and_endless_texts_do_not_break_the_file(
    roll: Callable[..., Path], make_finding: Any
) -> None:
    long = "长" * 40_000
    bad = "一\x00二\x0b三\r\n四\ud800五\u202e六\uffff"
    found = [
        make_finding("某局", "a.xlsx", "J101", Severity.ERROR, message=text, field=str(n))
        for n, text in enumerate((bad, long))
    ]
    rows = values(roll([], found), "问题清单")
    messages = [row[7] for row in rows if isinstance(row[0], int)]
    assert messages[0] == "一二三\n四五六"
    assert len(messages[1]) == MAX_TEXT
    assert messages[1].endswith(CUT)


def test_cutting_counts_as_excel_does() -> None:
    assert clean("😀" * 16_383) == "😀" * 16_383
    cut = clean("😀" * 16_384)
    assert len(cut.encode("utf-16-le")) // 2 <= MAX_TEXT
    assert cut.endswith(CUT)


@pytest.mark.parametrize("name", ["第1批 #3.xlsx", "完成率100%25.xlsx", "[终稿]{a}.xlsx", "a'b.xlsx"])
def test_links_reach_files_with_any_name(roll: Callable[..., Path], make_finding: Any, name: str) -> None:
    unit = UnitFacts("某局", "1", "退回", (f"某局/{name}",), 1, 0, 0)
    found = make_finding("某局", f"某局/{name}", "J101", Severity.ERROR, sheet="张三's #1", cell="C7")
    target, _, place = links(roll([unit], [found]), "问题清单")["D4"].partition("#")
    assert unquote(target) == f"批注/某局/{name}"
    assert place.replace("&#39;", "'").replace("&apos;", "'") == "'张三''s #1'!C7"


def test_no_link_where_there_is_no_copy(roll: Callable[..., Path], make_finding: Any) -> None:
    found = make_finding("某局", "某局/坏.xlsx", "F001", Severity.ERROR, cell="", sheet="")
    rows = values(roll([], [found]), "问题清单")
    assert rows[3][3] == "坏.xlsx"


def test_the_same_batch_is_the_same_bytes(county: Any, tmp_path: Path, head: RollupHead) -> None:
    written = []
    for _ in range(2):
        made = county(5)
        findings = Findings.of(made.findings)
        content = RollupContent(head=head, facts=made.facts, findings=findings, unprocessed=LEFT_OUT)
        path = write_both(tmp_path, content)
        written.append([path.with_name(name).read_bytes() for name in (ROLLUP, LISTS)])
    assert written[0] == written[1]


def test_a_sheet_without_rows_filters_its_headings_alone(roll: Any) -> None:
    # only a file is left to tell of, below the table of units
    sheet = openpyxl.load_workbook(roll([], [], LEFT_OUT))["未报与催报"]
    top, bottom = re.findall(r"\d+", str(sheet.auto_filter.ref))
    assert top == bottom
    said = [cell.value for cell in sheet[int(top) + 1] if cell.value]
    assert len(said) == 1, "a sentence says that there is nothing"


@pytest.mark.parametrize("name", [*FOR_LEADERS, *FOR_CLERKS])
def test_every_sheet_is_ready_to_print(twelve: tuple[Any, Path], name: str) -> None:
    sheet = openpyxl.load_workbook(with_sheet(twelve[1], name))[name]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    # one page wide is what the format assumes when nothing is said
    assert sheet.page_setup.fitToWidth == (2 if name == "单位总表" else None)
    assert sheet.page_setup.fitToHeight == (None if name in ("首页", "基础数据汇总表") else 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter is not None
    assert sheet.oddFooter.center is not None
    assert "&P" in str(sheet.oddFooter.center.text)
    if name not in ("首页", "基础数据汇总表", "图表数据"):
        rows = [[c.value for c in row] for row in sheet.iter_rows(max_row=6)]
        below = header(rows) + 2
        assert sheet.freeze_panes is not None
        assert int(re.sub(r"\D", "", str(sheet.freeze_panes))) == below
        assert sheet.print_title_rows == f"$1:${below - 1}"
        assert str(sheet.auto_filter.ref).startswith(f"A{below - 1}:")


def test_the_rules_in_force_say_what_was_changed_and_how_they_ended(twelve: tuple[Any, Path]) -> None:
    made, path = twelve
    table = values(path, "口径与规则")
    names = next(row for row in table if "编号" in row)
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in table[table.index(names) + 1 :]}
    assert set(rules().catalogue) <= set(rows)
    assert rows["J130"]["本单位改动"] == "status：正式→停用"
    assert rows["J114"]["界限"] == "上限率 120%，下限率 80%"
    ended = {row[0]: row[7:11] for row in table if row[0] in rules().catalogue}
    for check, counts in ended.items():
        wanted = Counter(review.verdicts.get(check) for review in made.reviews)
        assert list(counts) == [wanted[verdict] for verdict in Verdict], check


def test_columns_are_wide_enough_for_a_big_county(roll: Callable[..., Path]) -> None:
    unit = UnitFacts("某局", "1", "通过", (), 0, 0, 0, total_spent=D("123456789.12"))
    sheet = openpyxl.load_workbook(roll([unit], []))["单位总表"]
    assert sheet.column_dimensions["K"].width > len("123,456,789.12") + 1


def test_files_left_out_are_listed_with_the_units_that_sent_nothing(twelve: tuple[Any, Path]) -> None:
    rows = values(twelve[1], "未报与催报")
    title = next(n for n, row in enumerate(rows) if row[0] == "未处理的文件（1个）")
    assert [v for v in rows[title + 2] if v is not None] == [1, *LEFT_OUT[0]]


def test_a_copy_lies_under_its_unit_whatever_the_names_are() -> None:
    assert copy_path("某局", "收件/某局/报表.xls").as_posix() == "批注/某局/报表.xlsx"
    assert copy_path("../..", "a/..").as_posix() == "批注/_~0cfd1c/_.xlsx"
    assert copy_path("某/局", "x/con.XLSM").as_posix() == "批注/某_局~389e40/_con.XLSM"
    assert safe_name("a:b?.txt ") == "a_b_.txt"


def test_two_files_of_one_name_have_two_copies() -> None:
    assert copy_paths("某局", ["一/表.xlsx", "二/表.XLSX", "三/表.xls"]) == {
        "一/表.xlsx": "批注/某局/表.xlsx",
        "二/表.XLSX": "批注/某局/表（2）.XLSX",
        "三/表.xls": "批注/某局/表（3）.xlsx",
    }
