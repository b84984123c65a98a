"""What an office would write today: pandas reads the tables, openpyxl marks the mistakes.

Fixed labels, a handful of sums, no bent layouts, no judgement of texts: far less than jixiao does, and
about as much as such a script can do before it has to be written anew every year.

python benchmarks/usual_script.py 收件箱 发件箱
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

#: a total's label and the labels of its parts
SUMS = (
    ("三公经费", ("1、公务用车购置和维护经费", "2、出国经费", "3、公务接待")),
    ("1、公务用车购置和维护经费", ("其中：公车购置", "公车运行维护")),
    ("项目支出", ("1、业务工作专项", "2、运行维护专项")),
    ("公用经费", ("其中：办公经费", "水费、电费、差旅费", "会议费、培训费")),
    ("年度资金总额", ("其中：一般公共预算拨款", "其他资金")),
    ("年度资金总额", ("其中：当年财政拨款", "上年结转资金", "其他资金")),
)
_TOLERANCE = 0.006
_WRONG = PatternFill("solid", start_color="FFC7CE", end_color="FFC7CE")
_EMPTY = PatternFill("solid", start_color="FFEB9C", end_color="FFEB9C")


def process(path: Path, out: Path) -> dict[str, Any]:
    """Check one workbook, save it with comments and fills, and return its line of the summary."""
    frames = pd.read_excel(path, sheet_name=None, header=None)
    values = openpyxl.load_workbook(path, data_only=True)
    book = openpyxl.load_workbook(path)
    wrong = empty = formulas = 0
    for name, frame in frames.items():
        sheet = book[str(name)]
        wrong += sum(_check_sum(frame, sheet, total, parts) for total, parts in SUMS)
        empty += _mark_blanks(frame, sheet)
        for row in sheet.iter_rows():
            formulas += sum(isinstance(cell.value, str) and cell.value.startswith("=") for cell in row)
        for row in values[str(name)].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("#"):
                    _mark(sheet.cell(cell.row, cell.column), f"公式错误：{cell.value}", _WRONG)
                    wrong += 1
    book.save(out)
    return {"文件": path.name, "错误": wrong, "空白": empty, "公式": formulas}


def _mark(cell: Any, text: str, fill: PatternFill) -> None:
    cell.comment = Comment(text, "财政局")
    cell.fill = fill


def _rows(frame: Any, label: str) -> list[int]:
    found: list[int] = []
    for column in list(frame.columns)[:3]:
        texts = frame[column].astype(str).str.replace(r"\s", "", regex=True)
        found += [int(n) for n in frame.index[texts == label]]
    return found


def _check_sum(frame: Any, sheet: Any, total: str, parts: tuple[str, ...]) -> int:
    """Mark the columns in which a total is not the sum of its parts; how many there are."""
    rows = _rows(frame, total)
    below = [_rows(frame, part) for part in parts] if rows else []
    if not rows or not all(below):
        return 0
    wrong = 0
    for column in frame.columns[1:]:
        stated = pd.to_numeric(frame.at[rows[0], column], errors="coerce")
        added = sum(pd.to_numeric(frame.at[part[0], column], errors="coerce") for part in below)
        if pd.notna(stated) and pd.notna(added) and abs(stated - added) > _TOLERANCE:
            text = f"{total}应为{added:.2f}，填报{stated:.2f}"
            _mark(sheet.cell(rows[0] + 1, int(column) + 1), text, _WRONG)
            wrong += 1
    return wrong


def _mark_blanks(frame: Any, sheet: Any) -> int:
    """Mark blank cells between filled ones of a row of numbers; how many there are."""
    empty = 0
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    merged = {place for area in sheet.merged_cells.ranges for place in area.cells}
    for row in numbers.index[numbers.notna().sum(axis=1) > 1]:
        filled = [int(c) for c in numbers.columns[numbers.loc[row].notna()]]
        for column in range(filled[0], filled[-1]):
            if pd.isna(frame.at[row, column]) and (int(row) + 1, column + 1) not in merged:
                _mark(sheet.cell(int(row) + 1, column + 1), "此格空白，请核对", _EMPTY)
                empty += 1
    return empty


def summarise(lines: list[dict[str, Any]], path: Path) -> None:
    """Write the summary of all units."""
    pd.DataFrame(lines).sort_values("错误", ascending=False).to_excel(path, index=False)


def main() -> None:
    """Process a folder of workbooks into another."""
    inbox, outbox = Path(sys.argv[1]), Path(sys.argv[2])
    outbox.mkdir(parents=True, exist_ok=True)
    files = sorted(path for path in inbox.rglob("*.xlsx") if not path.name.startswith("~$"))
    summarise([process(path, outbox / path.name) for path in files], outbox / "汇总.xlsx")


if __name__ == "__main__":
    main()
