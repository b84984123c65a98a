"""Rows are spelt as XlsxWriter spells them, streamed ones too, and links lead where findings are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter

from batch.errors import behind
from batch.model.review import Finding, Findings
from batch.model.status import Severity
from batch.model.unit_facts import DetailRow, UnitFacts
from batch.outbox.paths import LISTS
from batch.rollup.parts.columns import row_height
from batch.rollup.parts.context import Rollup, RollupHead
from batch.rollup.parts.detail_rows import COLUMNS, spelt_details, unpacked
from batch.rollup.parts.table import MAX_LINK, SheetTable
from batch.rollup.rollup import RollupContent, write_rollup
from batch.rollup.sheet_failed import SheetFailed
from batch.rollup.sheets.details import number_looks
from batch.rollup.streaming import write_streamed
from batch.workbook.style import Look, clean
from tests.rollup.reading import kept_details

ODD = (
    *(
        "=1+1",
        "<b>&“两”</b>",
        " 前后有空格 ",
        "第一行\n第二行",
        "长" * 300,
        "_x000D_",
        "\x0b竖表符",
        "@某",
        "",
    ),
    *("<r>不是富文本</r>", "末尾换行\n"),
)
SHEET = "xl/worksheets/sheet1.xml"
NUMBERS = (Decimal(0), Decimal("-0.1"), Decimal("1234567890123.45"), Decimal("0.8667"))


def detail(value: Decimal | str | None, *, is_rate: bool = False) -> DetailRow:
    raw = str(value or "")
    place = ("某局/表.xlsx", "1", "B6")
    number = value if isinstance(value, Decimal) else None
    filled = (number, value if isinstance(value, str) else None, is_rate, "万元", number)
    return DetailRow("基础数据表", raw, "三公经费", "本年决算", *filled, *place, raw)


def rows() -> list[tuple[str, DetailRow]]:
    values: list[Decimal | str | None] = [*ODD, None, *NUMBERS]
    found = [detail(value) for value in values] + [detail(Decimal("0.8667"), is_rate=True)]
    return [(unit, row) for unit in ("某局", "=某局", "另一局") for row in found]


def written(
    head: RollupHead, path: Path, fill: Callable[[SheetTable[Any]], Any], columns: Any = COLUMNS
) -> Any:
    """One sheet of 明细数据's columns, written as `fill` does it, read back."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    content: dict[str, Any] = {"head": head, "facts": (), "findings": Findings.of([])}
    rollup = Rollup(**content, book=book, look=Look(book))
    number_looks(rollup.look)
    fill(SheetTable(rollup, rollup.page("明细", "7F7F7F"), "标题", columns))
    book.close()
    with path.open("wb") as file:
        streamed = {SHEET: rollup.streamed["明细"]} if rollup.streamed else {}
        write_streamed(file, buffer, streamed)
    return openpyxl.load_workbook(path)["明细"]


def spelt(items: list[tuple[str, DetailRow]]) -> Iterator[bytes]:
    """As they were spelt where their units were read, each unit by itself."""
    for unit in dict.fromkeys(name for name, _ in items):
        yield from unpacked(spelt_details(unit, [row for name, row in items if name == unit]))


def _link(row: tuple[str, DetailRow]) -> str:
    """Some lead into another file, some to a sheet, some nowhere."""
    file = "external:批注/甲 乙&丙.xlsx"
    anchor = {"0": "", "0.8667": "#'第#页'!A1"}.get(row[1].raw, "#'表 页'!B6")
    return {"某局": file + anchor, "另一局": "internal:'#明细'!A1"}.get(row[0], "")


def cell_by_cell(table: SheetTable[Any], items: list[tuple[str, DetailRow]]) -> None:
    """Write the table with XlsxWriter's own cells in place of the rows spelt by us."""
    sheet, look = table.sheet, table.rollup.look

    def cell(row: int, number: int, item: tuple[str, DetailRow]) -> int:
        column = table.columns[number]
        value, mark = column.value(item), column.mark(item) if column.mark else ""
        names = (column.kind, "boxed", *filter(None, [mark]))
        text = clean(value) if isinstance(value, str) else ""
        if isinstance(value, Decimal | int):
            sheet.write_number(row, number, float(value), look(*names))
        elif text and column.link and (link := column.link(item)):
            sheet.write_url(row, number, link, look.of(text, *names, "link"), text)
        elif text:
            sheet.write_string(row, number, text, look.of(text, *names))
        else:
            sheet.write_blank(row, number, None, look(*names))
        return column.lines(text)

    def write_rows(first: int, spelt: Iterator[bytes]) -> None:
        for row, item in enumerate(items, first):
            needed = max(cell(row, number, item) for number in range(len(table.columns)))
            if needed > 1:
                sheet.set_row(row, row_height(needed))
        assert len(list(spelt)) == len(items)

    sheet.write_rows, sheet.link = write_rows, lambda *_: None
    table.write(iter(items))


def test_rows_and_links_are_spelt_as_xlsxwriter_does(tmp_path: Path, head: RollupHead) -> None:
    items = rows()
    columns = [replace(COLUMNS[0], link=_link), *COLUMNS[1:]]
    written(head, tmp_path / "ours.xlsx", lambda table: table.write(iter(items)), columns)
    written(head, tmp_path / "theirs.xlsx", lambda table: cell_by_cell(table, items), columns)
    with ZipFile(tmp_path / "ours.xlsx") as ours, ZipFile(tmp_path / "theirs.xlsx") as theirs:
        assert ours.namelist() == theirs.namelist()
        assert "xl/worksheets/_rels/sheet1.xml.rels" in ours.namelist()
        for name in ours.namelist():
            assert ours.read(name) == theirs.read(name), name


def test_every_kind_of_cell_is_streamed_as_it_is_written(tmp_path: Path, head: RollupHead) -> None:
    items = rows()
    plain = written(head, tmp_path / "plain.xlsx", lambda table: table.write(iter(items)))
    streamed = written(
        head, tmp_path / "quick.xlsx", lambda table: table.stream("明细", spelt(items), len(items))
    )
    assert streamed.dimensions == plain.dimensions == f"A1:L{3 + len(items)}"
    assert streamed.auto_filter.ref == plain.auto_filter.ref
    for ours, theirs in zip(streamed.iter_rows(), plain.iter_rows(), strict=True):
        for cell, other in zip(ours, theirs, strict=True):
            assert (cell.value, cell.data_type) == (other.value, other.data_type)
            looks = ("number_format", "alignment", "border", "font", "fill", "quotePrefix")
            for look in looks:
                assert repr(getattr(cell, look)) == repr(getattr(other, look)), (cell.coordinate, look)
        height, other_height = (sheet.row_dimensions[ours[0].row].height for sheet in (streamed, plain))
        assert height == other_height


def test_a_row_that_cannot_be_made_costs_its_sheet(tmp_path: Path, head: RollupHead) -> None:
    def broken() -> Any:
        yield next(spelt(rows()))
        raise ZeroDivisionError

    with pytest.raises(SheetFailed, match="明细"):
        written(head, tmp_path / "broken.xlsx", lambda table: table.stream("明细", broken(), 5))


def test_a_full_disk_is_no_mistake_of_a_sheet(tmp_path: Path, head: RollupHead) -> None:
    def refused() -> Any:
        yield next(spelt(rows()))
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space") as caught:
        written(head, tmp_path / "full.xlsx", lambda table: table.stream("明细", refused(), 5))
    assert behind(caught.value) is not None


def test_links_lead_where_findings_are(
    make_finding: Callable[..., Finding], tmp_path: Path, head: RollupHead
) -> None:
    file = "某局/表 #1.xlsx"
    findings = [
        make_finding(name, place, "J101", severity, message=text, filled=text)
        for name in ("某局", "=某局")
        for severity in Severity
        for text in ODD
        for place in (file, "没有的.xlsx", "长" * MAX_LINK)
    ]
    facts = [UnitFacts(name, "", "退回", (file,), 1, 0, 0) for name in ("某局", "=某局")]
    path = tmp_path / LISTS
    write_rollup(path, RollupContent(head=head, facts=facts, findings=Findings.of(findings)))
    sheet = openpyxl.load_workbook(path)["问题清单"]
    listed = [row for row in sheet.iter_rows(min_row=4) if isinstance(row[0].value, int)]
    assert len(listed) == len(findings)
    led = [row for row in listed if row[3].hyperlink is not None]
    # one in three lies in a file that has a copy
    assert len(led) == len(listed) // 3
    for row in led:
        link = row[3].hyperlink
        assert link is not None
        # a unit whose name looks like a formula has a text that looks like one too
        assert link.target == f"批注\\{row[1].value}\\表%20%231.xlsx"
        assert link.location == f"'{str(row[3].value).rpartition('!')[0]}'!D4"


def test_details_of_units_without_any_make_no_sheet(tmp_path: Path, head: RollupHead) -> None:
    unit = UnitFacts("某局", "", "退回", ("a.xlsx",), 1, 0, 0)
    path = tmp_path / LISTS
    write_rollup(path, RollupContent(head=head, facts=[unit], findings=Findings.of([])))
    assert "明细数据" not in openpyxl.load_workbook(path).sheetnames
    more = replace(unit, details=(detail("甲"),))
    details = kept_details([more])
    write_rollup(path, RollupContent(head=head, facts=[more], findings=Findings.of([]), details=details))
    assert openpyxl.load_workbook(path)["明细数据"]["F4"].value == "甲"
