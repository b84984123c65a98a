"""Rows written in one piece are, byte for byte, what XlsxWriter makes of the same cells."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import xlsxwriter

from batch.model.markup import looks_like_formula
from batch.model.review import Finding, Findings
from batch.model.status import Severity, Verdict
from batch.model.text_width import lines
from batch.model.unit_facts import DetailRow, TieFacts, UnitFacts
from batch.rollup.parts import row_xml as rows_module
from batch.rollup.parts.columns import Column
from batch.rollup.parts.long_rows import FIRST, MARK, LongTable, RowContext, SheetRows, UnitRows
from batch.rollup.parts.row_writer import RowWriter
from batch.rollup.parts.row_xml import MAX_LINK, AskedFormats, Extremes, RowText, all_formats, leave_room
from batch.rollup.rollup import RollupContent, RollupHead, write_rollup
from batch.rollup.stitch import stitch
from batch.rollup.unit_chunks import TABLES
from batch.store.spool import Spool
from batch.workbook.package.splice import CannotPatch
from batch.workbook.style import LINE, MAX_HEIGHT, PADDING, Look, clean

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "xl/worksheets/_rels/sheet1.xml.rels"
LINKS = re.compile(b"<hyperlinks>.*</hyperlinks>")
ODD = (
    "=1+1",
    "<b>&“两”</b>",
    " 前后有空格 ",
    "第一行\n第二行",
    "长" * 300,
    "_x000D_",
    "\x0b竖表符",
    "@某",
    "",
    "<r>不是富文本</r>",
    "末尾换行\n",
)


def detail(value: Decimal | str | None, *, is_rate: bool = False) -> DetailRow:
    raw = str(value or "")
    place = ("某局/表.xlsx", "1", "B6")
    money = Decimal("1.5")
    number, text = (value, None) if isinstance(value, Decimal) else (None, value)
    field = ("基础数据表", "", "三公经费", "本年决算")
    return DetailRow(*field, number, text, is_rate, "万元", money, *place, raw)


def plainly(sheet: Any, columns: Sequence[Column[Any]], look: Look, row: int, item: Any) -> None:
    """A row by XlsxWriter's own means."""
    needed = 1
    for number, column in enumerate(columns):
        value = column.value(item)
        text = clean(value) if isinstance(value, str) else ""
        mark = column.mark(item) if column.mark else ""
        quoted = "quoted" if looks_like_formula(text) else ""
        link = column.link(item) if text and column.link else ""
        linked = "link" if 0 < len(link) <= MAX_LINK else ""
        style = look(column.kind, "boxed", *filter(None, (mark, quoted, linked)))
        if linked:
            sheet.write_url(row, number, link, style, text)
        elif text:
            sheet.write_string(row, number, text, style)
        elif isinstance(value, Decimal | int):
            sheet.write_number(row, number, float(value), style)
        else:
            sheet.write_blank(row, number, None, style)
        if text and column.kind in ("wrap", "plain"):
            needed = max(needed, lines(text, int(column.width) - 2))
    if needed > 1:
        sheet.set_row(row, min(needed * LINE + PADDING, MAX_HEIGHT))


def details(unit: UnitRows) -> UnitRows:
    values: list[Decimal | str | None] = [
        *ODD,
        None,
        Decimal(0),
        Decimal("-0.1"),
        Decimal("1234567890123.45"),
        Decimal("0.8667"),
    ]
    rows = [detail(value) for value in values] + [detail(Decimal("0.8667"), is_rate=True)]
    ties = [TieFacts("", verdict, -1, *ODD[:3], text) for verdict in Verdict for text in ODD]
    return replace(unit, details=rows, ties=ties)


@pytest.fixture
def units(make_finding: Callable[..., Finding]) -> list[UnitRows]:
    file = "某局/表 #1.xlsx"
    return [
        details(
            UnitRows(
                name,
                (file,),
                [
                    make_finding(name, place, "J101", severity, message=text, filled=text)
                    for severity in Severity
                    for text in ODD
                    for place in (file, "没有的.xlsx", "长" * MAX_LINK)
                ],
            )
        )
        for name in ("某局", "=某局", "另一局")
    ]


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_kind_of_cell_is_written_alike(
    table: LongTable[Any], units: list[UnitRows], tmp_path: Path
) -> None:
    shared = RowContext("20210430", {})

    def written(name: str, *, quick: bool) -> dict[str, bytes]:
        book = xlsxwriter.Workbook(tmp_path / name, {"constant_memory": True})
        book.set_properties({"created": datetime(2021, 4, 30, tzinfo=UTC)})
        look = Look(book)
        all_formats(table.columns, look)
        sheet = book.add_worksheet()
        sheet.set_default_row(LINE + PADDING)
        sheet.write_string(0, 0, "标题")
        rows, spool = SheetRows(), Spool(tmp_path)
        writer = RowWriter(table.columns, AskedFormats(look), Extremes())
        items = [item for unit in units for item in table.rows(unit, 0, shared)]
        for row, item in enumerate(items, FIRST):
            if quick:
                writer.write(row, item)
            else:
                plainly(sheet, table.columns, look, row, item)
        if quick:
            rows.add(writer.take(), spool)
            leave_room(sheet, FIRST, len(items), len(table.columns), MARK)
        sheet.center_horizontally()
        book.close()
        whole = BytesIO()
        stitch(whole, (tmp_path / name).read_bytes(), {1: rows} if quick else {})
        with zipfile.ZipFile(whole) as package:
            return {part: package.read(part) for part in package.namelist()}

    quick, plain = written("quick.xlsx", quick=True), written("plain.xlsx", quick=False)
    sheet = "xl/worksheets/sheet1.xml"
    assert "另一局".encode() in quick[sheet]
    assert plain.keys() == quick.keys()
    # links stand in order and lead where they did; what they are called by differs
    assert led(quick) == led(plain)
    assert bool(led(plain)) == (table.name == "问题清单")
    assert LINKS.sub(b"", quick[sheet]) == LINKS.sub(b"", plain[sheet])
    assert {name for name in plain if plain[name] != quick[name]} <= {sheet, RELATIONSHIPS}


@pytest.mark.parametrize("length", [3, 300])
def test_a_text_that_became_no_xml_is_not_published(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """A mistake of ours must not reach anybody, be the text one that repeats or not."""
    monkeypatch.setattr(rows_module, "escape", lambda text: text)
    table = TABLES[-1]
    writer = RowWriter(table.columns, defaultdict(int), Extremes())
    writer.write(FIRST, ("某局", detail("甲" * length)))
    writer.take()
    writer.write(FIRST + 1, ("某局", detail("<" * length)))
    with pytest.raises(CannotPatch):
        writer.take()


def led(parts: dict[str, bytes]) -> list[tuple[str, str, str]]:
    """(cell, target, place in it) of all links of the one sheet."""
    targets = {}
    if RELATIONSHIPS in parts:
        for relationship in ET.fromstring(parts[RELATIONSHIPS]):
            assert relationship.get("TargetMode") == "External"
            targets[relationship.get("Id")] = relationship.get("Target", "")
    root = ET.fromstring(parts["xl/worksheets/sheet1.xml"])
    return [
        (link.get("ref", ""), targets[link.get(f"{{{OFFICE}}}id")], link.get("location", ""))
        for link in root.iterfind(f".//{{{MAIN}}}hyperlink")
    ]


def test_rows_spelt_elsewhere_are_those_of_a_sheet(
    units: list[UnitRows], tmp_path: Path, head: RollupHead
) -> None:
    facts = [
        UnitFacts(u.unit, "", "退回", u.files, 1, 0, 0, details=u.details, ties=tuple(u.ties)) for u in units
    ]
    path = tmp_path / "清单.xlsx"
    findings = Findings.of(f for u in units for f in u.findings)
    write_rollup(path, RollupContent(head=head, facts=facts, findings=findings))
    with zipfile.ZipFile(path) as package:
        book = package.read("xl/workbook.xml").decode()
        names = re.findall(r'<sheet name="([^"]+)"', book)
        sheets = {n: package.read(f"xl/worksheets/sheet{names.index(n) + 1}.xml").decode() for n in names}
    with xlsxwriter.Workbook(tmp_path / "other.xlsx", {"constant_memory": True}) as other:
        look = Look(other)
        formats = {table.name: all_formats(table.columns, look) for table in TABLES}
        for table in TABLES:
            text = RowText(table.columns, formats[table.name], Extremes(), lambda _: None)
            above = 0
            for unit in units:
                for item in table.rows(unit, above, RowContext(head.batch, {})):
                    row, _ = text.spell(FIRST + above, item)
                    assert row.decode() in sheets[table.name]
                    above += 1
            assert f'<row r="{FIRST + above}" ' in sheets[table.name]
    openpyxl.load_workbook(path)


def test_links_lead_where_findings_are(units: list[UnitRows], tmp_path: Path, head: RollupHead) -> None:
    facts = [UnitFacts(u.unit, "", "退回", u.files, 1, 0, 0) for u in units]
    path = tmp_path / "清单.xlsx"
    findings = Findings.of(f for u in units for f in u.findings)
    write_rollup(path, RollupContent(head=head, facts=facts, findings=findings))
    sheet = openpyxl.load_workbook(path)["问题清单"]
    rows = [
        sheet[row] for row in range(FIRST + 1, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, int)
    ]
    assert len(rows) == sum(len(u.findings) for u in units)
    led = [row for row in rows if row[3].hyperlink is not None]
    # one in three lies in a file that has a copy
    assert len(led) == len(rows) // 3
    for row in led:
        assert row[3].hyperlink is not None
        # a unit whose name looks like a formula has a text that looks like one too
        unit = str(row[1].value)
        assert row[3].hyperlink.target == f"批注\\{unit}\\表%20%231.xlsx"
        assert row[3].hyperlink.location == f"'{str(row[3].value).rpartition('!')[0]}'!D4"
