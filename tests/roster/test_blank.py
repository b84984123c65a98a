"""The empty 单位名册.xlsx: the file handed out, what it offers, and that it reads back as it was meant."""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
from openxml_audit import OpenXmlValidator

from batch.forms.spec.labels import label as normalise
from batch.model.book import Kind
from batch.roster.blank import roster_bytes
from batch.roster.layout import header_words, roster_layout
from batch.roster.reading import read_roster
from batch.workbook.read.xlsx import read_workbook
from tests.roster.sheets import PROJECTS, UNITS, forms, told


@cache
def blank() -> bytes:
    return roster_bytes(forms())


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_handed_out_file_is_the_one_the_program_makes(root: Path) -> None:
    handed_out = (root / "templates" / "单位名册.xlsx").read_bytes()
    assert parts(handed_out) == parts(blank()), "run `jixiao init` and copy 单位名册.xlsx to templates/"


def test_it_is_valid_and_the_same_every_time(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(blank())
    assert list(OpenXmlValidator().validate(str(tmp_path / "a.xlsx")).errors) == []
    assert roster_bytes(forms()) == blank()


def test_every_column_has_a_note_a_prompt_and_its_format() -> None:
    book = openpyxl.load_workbook(BytesIO(blank()))
    layout = roster_layout(forms())
    assert book.sheetnames == [*(spec.name for spec in layout.sheets), "填写说明"]
    for spec in layout.sheets:
        sheet = book[spec.name]
        prompts = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
        for number, column in enumerate(spec.columns, 1):
            head = sheet.cell(1, number)
            assert head.value == column.label
            assert head.comment is not None
            assert head.comment.text == column.note
            rule = prompts[f"{head.column_letter}2"]
            assert rule.prompt
            assert rule.prompt.startswith(column.note)
            # a mistake is asked about, never refused
            assert rule.type in (None, "none") or rule.errorStyle == "warning"
    # codes keep their leading zeros
    assert book["单位"].column_dimensions["A"].number_format == "@"
    assert book["项目"].column_dimensions["C"].number_format == "@"
    assert book["项目"].column_dimensions["D"].number_format == "#,##0.00"
    assert book["单位"].column_dimensions["K"].number_format == "yyyy-mm-dd"
    assert {"'单位'!$B$2:$B$5000"} == {
        str(rule.formula1) for rule in book["项目"].data_validations.dataValidation if rule.type == "list"
    }


def test_no_heading_can_be_taken_for_two_columns() -> None:
    for spec in roster_layout(forms()).sheets:
        labels = [header_words(column.label) for column in spec.columns]
        assert len(labels) == len(set(labels)), spec.name
        for column in spec.columns:
            for alias in column.aliases:
                others = [c.label for c in spec.columns if c is not column and alias in (c.label, *c.aliases)]
                assert not others, (spec.name, alias, others)


def test_filled_in_it_reads_back(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(blank()))
    for name, rows in (("单位", UNITS), ("项目", PROJECTS)):
        for row in rows[1:]:
            book[name].append(list(row))
    book.save(tmp_path / "单位名册.xlsx")
    roster = read_roster(tmp_path / "单位名册.xlsx", forms())
    assert roster.problems == ()
    assert [unit.name for unit in roster.units] == ["县教育局", "县教育局教研室", "县水利局"]


def test_as_it_is_made_it_has_no_unit_and_nothing_in_the_guide_is_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "单位名册.xlsx").write_bytes(blank())
    roster = read_roster(tmp_path / "单位名册.xlsx", forms())
    assert roster.units == ()
    assert told(roster) == [("错误", "单位", "")]
    # nor when somebody renames the sheet
    book = openpyxl.load_workbook(BytesIO(blank()))
    book["填写说明"].title = "怎么填"
    book.save(tmp_path / "单位名册.xlsx")
    assert read_roster(tmp_path / "单位名册.xlsx", forms()).units == ()


def test_every_figure_of_last_year_has_a_column() -> None:
    sheet = next(s for s in read_workbook(blank(), "").sheets if s.name == "上年数")
    heads = {c.raw for (row, _), c in sheet.cells.items() if row == 1 and c.kind is Kind.TEXT}
    rows = [row for grid in forms().forms["基础数据表"].grids for row in grid.rows]
    assert len(rows) == 15
    assert {normalise(row.label) for row in rows} <= heads
