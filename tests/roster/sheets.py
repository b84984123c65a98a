"""Rosters as clerks make them: sheets as lists of rows, saved by openpyxl."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from batch.config.rulebook import load_rulebook
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import PackForms
from batch.roster.reading import read_roster
from batch.roster.roster import Roster

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[Any]]

UNIT_HEAD = (
    "单位编码", "单位全称", "简称或别名", "曾用名", "主管部门", "层级", "联系人", "电话", "邮箱", "应报表",
    "截止日期", "备注",
)  # fmt: skip
PROJECT_HEAD = ("单位", "项目名称", "项目编码", "年初预算（万元）")
TARGET_HEAD = ("单位", "项目名称", "三级指标", "批复指标值")
SCORE_HEAD = ("单位", "考核项目", "得分")
#: three units without a mistake
UNITS: Rows = (
    UNIT_HEAD,
    ("001", "县教育局", "教育局、教委", "县教育体育局", None, "一级", "联系人甲", "0731-1", "jy@example.com",
     None, "2021-03-20"),
    ("001002", "县教育局教研室", "教研室", None, "001", "二级", None, None, None, "基础数据表、整体自评表"),
    ("002", "县水利局", "水利局", "县水务局", None, "一级", None, "1380000", "a@example.com；b@example.com"),
)  # fmt: skip
PROJECTS: Rows = (
    PROJECT_HEAD,
    ("县教育局", "校车运营补助", "0431", 120.5),
    ("001", "课后服务", None, "80万元"),
    ("县水利局", "河道清淤", "0002", 0),
)


@cache
def forms() -> PackForms:
    """The forms of the shipped pack."""
    return load_forms(load_rulebook("hunan-2020"))


def save(path: Path, sheets: Mapping[str, Rows], merges: Iterable[tuple[str, str]] = ()) -> Path:
    """Save sheets of rows as a workbook; `merges` are (sheet, area)."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet: Worksheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.data_type = "s"
    for name, area in merges:
        book[name].merge_cells(area)
    book.save(path)
    return path


def read(folder: Path, sheets: Mapping[str, Rows], merges: Iterable[tuple[str, str]] = ()) -> Roster:
    """Save sheets as a roster and read it."""
    return read_roster(save(folder / "单位名册.xlsx", sheets, merges), forms())


def told(roster: Roster) -> list[tuple[str, str, str]]:
    """(severity, sheet, cell) of every problem."""
    return [(p.severity.value, p.sheet, p.cell) for p in roster.problems]
