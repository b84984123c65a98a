"""整体评分表 as counties print it: other levels, columns and words around the same table."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "评分表"
#: 一级, 二级, 三级, points; the scores are full
ROWS: Sequence[tuple[str, str, str, int]] = (
    ("投入", "预算配置", "在职人员控制率", 5),
    ("投入", "预算配置", "“三公经费”变动率", 8),
    ("过程", "预算执行", "预算完成率", 5),
    ("过程", "预算执行", "预算控制率", 5),
    ("过程", "预算管理", "公用经费控制率", 8),
    ("过程", "预算管理", "“三公经费”控制率", 8),
    ("过程", "预算管理", "政府采购执行率", 6),
    ("过程", "预算管理", "管理制度健全性", 19),
    ("产出及效率", "职责履行", "重点工作实际完成率", 8),
    ("产出及效率", "履职效益", "社会效益", 12),
    ("产出及效率", "履职效益", "社会公众或服务对象满意度", 16),
)
_POINTS = {"分值", "得分", "权重", "自评得分", "实得分"}
BESIDE = ("一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评价标准", "指标说明", "得分")
#: rows above the first indicator
FIRST = 4


def workbook(
    heads: Sequence[str] = BESIDE,
    *,
    title: str = "部门整体支出绩效评价指标表",
    unit: str = "2020年度    评价单位名称：县教育局",
    total: str = "合计",
    headings: str = "{name}",
    edits: Mapping[str, str | float | None] | None = None,
    merged: bool = True,
) -> bytes:
    """One such form; `headings` is how 一级 and 二级 are written, from {name} and {points}."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet(SHEET)
    sheet.append([title])
    sheet.append([unit])
    sheet.append(list(heads))
    levels = [heads.index(name) for name in ("一级指标", "二级指标", "三级指标") if name in heads]
    scores = [c for c, head in enumerate(heads) if c > levels[-1] and head in _POINTS]
    paths = list(dict.fromkeys(row[:3][: len(levels)] for row in ROWS))
    for n, path in enumerate(paths):
        cells: list[str | float | None] = [f"{head}：按规定" for head in heads]
        for depth, column in enumerate(levels):
            own = path[: depth + 1]
            shown = n == 0 or paths[n - 1][: depth + 1] != own
            points, is_last = _points(own), depth == len(levels) - 1
            name = own[-1] if is_last else headings.format(name=own[-1], points=points)
            cells[column] = name if shown else None
            if heads[column + 1] in _POINTS:
                cells[column + 1] = points if shown else None
        for column in scores:
            cells[column] = _points(path)
        sheet.append(cells)
    if merged:
        for depth, column in enumerate(levels[:-1]):
            _merge(sheet, [path[: depth + 1] for path in paths], column + 1)
    last_row = FIRST + len(paths)
    sheet.cell(last_row, 1, total)
    for column in scores:
        sheet.cell(last_row, column + 1, 100)
    for place, typed in (edits or {}).items():
        sheet[place] = typed
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _points(path: tuple[str, ...]) -> int:
    return sum(row[3] for row in ROWS if row[: len(path)] == path)


def _merge(sheet: Worksheet, paths: Sequence[tuple[str, ...]], column: int) -> None:
    """Merge a column's cells under one heading."""
    row = FIRST
    for _, same in groupby(paths):
        count = len(list(same))
        if count > 1:
            sheet.merge_cells(start_row=row, end_row=row + count - 1, start_column=column, end_column=column)
        row += count
