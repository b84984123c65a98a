"""Read 汇总.xlsx and 清单.xlsx back as their readers see them: sheets as rows, tables by their headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

from batch.model.kept_details import KeptDetails
from batch.model.unit_facts import UnitFacts
from batch.outbox.paths import LISTS, ROLLUP
from batch.rollup.parts.detail_rows import spelt_details
from batch.rollup.rollup import RollupContent, write_rollup

Rows = list[list[Any]]


def kept_details(facts: Iterable[UnitFacts]) -> list[KeptDetails]:
    """The filled values of the units, prepared as where they are read."""
    return [KeptDetails(len(u.details), spelt_details(u.unit, u.details), b"") for u in facts]


def write_both(folder: Path, content: RollupContent) -> Path:
    """Write both workbooks, with the filled values of all facts; returns the path of 汇总.xlsx."""
    content = replace(content, details=kept_details(content.facts))
    for name in (ROLLUP, LISTS):
        write_rollup(folder / name, content)
    return folder / ROLLUP


def with_sheet(path: Path, sheet: str) -> Path:
    """The one of the two workbooks that has the sheet, given the path of 汇总.xlsx."""
    book = openpyxl.load_workbook(path, read_only=True)
    book.close()
    return path if sheet in book.sheetnames else path.with_name(LISTS)


def sheets(path: Path) -> dict[str, Rows]:
    """Every sheet of both workbooks as rows of stored values, given the path of 汇总.xlsx."""
    read: dict[str, Rows] = {}
    for name in (ROLLUP, LISTS):
        book = openpyxl.load_workbook(path.with_name(name), data_only=True, read_only=True)
        read |= {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
        book.close()
    return read


def header(rows: Rows) -> int:
    """Index of the header row: the one that begins with what its first column is called."""
    return next(n for n, row in enumerate(rows) if row[0] in ("序号", "名次", "编号"))


def column(rows: Rows, title: str, group: str = "") -> int:
    """Index of a column by its title, and by the heading above it where titles repeat."""
    at = header(rows)
    titles = [str(text or "").replace("\n", "") for text in rows[at]]
    places = [n for n, text in enumerate(titles) if text == title]
    if not group:
        return places[0]
    start = rows[at - 1].index(group)
    return next(n for n in places if n >= start)


def body(rows: Rows) -> Rows:
    """The rows of the table: from below the header to 合计 or the notes."""
    first = header(rows) + 1
    found = []
    for row in rows[first:]:
        if row[0] is None or (isinstance(row[0], str) and row[0] != "—"):
            break
        found.append(row)
    return found


def total(rows: Rows) -> list[Any]:
    """The row that says 合计 below the table."""
    return next(row for row in rows[header(rows) + 1 :] if "合计" in row)
