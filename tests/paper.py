"""The real submission as paper to correct: edits by sheet and cell, then reading and checking in memory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from batch.checks.run import Checked, run_checks
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.model.book import Area, Book, Cell, Kind, Sheet, parse_area, parse_ref
from batch.model.form import Source, Submission
from batch.model.narrative import Narrative
from batch.unit.rules import Context, Rules, load_rules
from batch.workbook.read.xlsx import read_workbook

SAMPLE = Path(__file__).parent.parent / "inbox" / "浏阳市数据资源中心" / "浏阳市数据资源中心_2020.xlsx"
FILE = "浏阳市数据资源中心/浏阳市数据资源中心_2020.xlsx"
REPORT = "浏阳市数据资源中心/自评报告.txt"
PACK = "hunan-2020"
BASIC, MONITORING, PROJECT, WHOLE = "基础数据表", "监控表", "项目支出自评表", "整体支出自评表"

THE_PROJECT = "全市政务网络（政务外网和党政工作专网）链路租赁经费"

Edits = Mapping[str, str | float | int | None]

#: the 监控表 is of 2021 and compared with nothing; of the round's year it is asked all there is to ask
OF_THIS_YEAR: Edits = {f"{MONITORING}!A1": "2020年项目支出绩效目标执行监控表"}

#: every mistake of the real submission put right, so that nothing is left to find
CORRECTED: dict[str, str | float | int | None] = {
    f"{BASIC}!D2": "单位：万元",
    f"{BASIC}!D4": "86.67%",
    f"{BASIC}!C6": 1.8,
    f"{BASIC}!C11": 1.8,
    f"{BASIC}!B12": 400,
    f"{BASIC}!B13": 400,
    f"{BASIC}!C12": 403,
    f"{BASIC}!C13": 403,
    f"{BASIC}!D12": 403,
    f"{BASIC}!D13": 403,
    f"{BASIC}!B15": 20,
    f"{BASIC}!C15": 12,
    f"{BASIC}!C16": 6,
    f"{BASIC}!D15": 10,
    f"{BASIC}!B19": 180,
    f"{BASIC}!C19": 200,
    f"{BASIC}!D19": 200,
    f"{BASIC}!B20": 500,
    f"{BASIC}!C20": 565.53,
    f"{BASIC}!D20": 565.53,
    f"{MONITORING}!A1": "2020年项目支出绩效目标执行监控表",
    f"{MONITORING}!F9": "1-6月执行情况",
    f"{MONITORING}!C2": THE_PROJECT,
    f"{MONITORING}!E5": 403,
    f"{MONITORING}!E6": 403,
    f"{MONITORING}!E7": 0,
    f"{MONITORING}!H5": 395,
    f"{MONITORING}!H6": 395,
    f"{MONITORING}!H7": 0,
    f"{MONITORING}!K5": "98.01%",
    f"{MONITORING}!K6": "98.01%",
    f"{MONITORING}!N5": 403,
    f"{MONITORING}!N6": 403,
    f"{MONITORING}!E12": "100%",
    f"{MONITORING}!E13": "100%",
    f"{MONITORING}!F19": "90%",
    f"{MONITORING}!N7": 0,
    f"{PROJECT}!F6": 403,
    f"{PROJECT}!E13": "100%",
    f"{PROJECT}!E14": "100%",
    f"{PROJECT}!E16": "100%",
    f"{PROJECT}!E17": "100%",
    f"{PROJECT}!H13": 20,
    f"{PROJECT}!B16": "效益指标（30分）",
    f"{PROJECT}!H16": 10,
    f"{PROJECT}!H17": 10,
    f"{PROJECT}!C18": "生态效益指标（5）",
    f"{PROJECT}!G18": 5,
    f"{PROJECT}!H18": 5,
    f"{PROJECT}!C19": "可持续影响指标（5）",
    f"{PROJECT}!G19": 5,
    f"{PROJECT}!H19": 5,
    f"{PROJECT}!B20": "满意度指标（10分）",
    f"{PROJECT}!F20": "95%",
    f"{PROJECT}!H20": 10,
    f"{PROJECT}!H21": 100,
    f"{WHOLE}!H2": "单位：元",
    f"{WHOLE}!E4": 5655300,
    f"{WHOLE}!F4": 5655300,
    f"{WHOLE}!G5": "—",
    f"{WHOLE}!E6": 1625300,
    f"{WHOLE}!F6": 1625300,
    f"{WHOLE}!E7": 4030000,
    f"{WHOLE}!F7": 4030000,
    f"{WHOLE}!G19": 4,
    f"{WHOLE}!F20": "86.67%",
    f"{WHOLE}!F21": "-3.23%",
    f"{WHOLE}!F26": "13.11%",
    f"{WHOLE}!G29": 10,
    f"{WHOLE}!G30": 10,
    f"{WHOLE}!E33": "满意度达95%",
    f"{WHOLE}!F33": "95%",
    f"{WHOLE}!G33": 10,
    f"{WHOLE}!G34": 100,
}
#: with 满意度 as a heading of its own, the merged 一级 heading ends above it
_MERGES = {PROJECT: ("B16:B20", "B16:B19")}


@cache
def rules() -> Rules:
    """The shipped rules."""
    return load_rules(Context(PACK))


@cache
def _sample() -> Book:
    return read_workbook(SAMPLE.read_bytes(), SAMPLE.name)


def sample(edits: Edits | None = None) -> Book:
    """The real submission, with cells changed; None empties a cell, text and numbers become such cells."""
    original = _sample()
    sheets = [
        Sheet(s.name, s.state, dict(s.cells), s.merges, s.hidden_rows, s.hidden_cols) for s in original.sheets
    ]
    book = Book(original.name, original.container, original.sha256, sheets)
    by_name = {sheet.name: sheet for sheet in sheets}
    for place, new in (edits or {}).items():
        name, _, ref = place.rpartition("!")
        _set(by_name[name], ref, new)
    return book


def corrected(edits: Edits | None = None) -> Book:
    """The submission with every mistake put right, and then with `edits`."""
    book = sample({**CORRECTED, **(edits or {})})
    for sheet in book.sheets:
        if sheet.name in _MERGES:
            old, new = _MERGES[sheet.name]
            sheet.merges = tuple(
                parse_area(new) if area == parse_area(old) else area for area in sheet.merges
            )
    return book


def _set(sheet: Sheet, ref: str, new: str | float | int | None) -> None:
    row, col = parse_ref(ref)
    old = sheet.cells.pop((row, col), None)
    if new is None:
        return
    form = old.format if old else "General"
    if isinstance(new, str) and new.startswith("="):
        sheet.cells[row, col] = Cell(row, col, Kind.NUMBER, "200", form, new[1:])
        return
    kind = Kind.TEXT if isinstance(new, str) else Kind.NUMBER
    if isinstance(new, str) and new.startswith("#"):
        kind = Kind.ERROR
    sheet.cells[row, col] = Cell(row, col, kind, str(new), form)


def area(ref: str) -> Area:
    """An area by its address."""
    return parse_area(ref)


def submission(
    *books: Book,
    folder: str = "浏阳市数据资源中心",
    left_out: tuple[tuple[str, str, str], ...] = (),
    report: str = "",
) -> Submission:
    """What the books hold together, as one unit's submission; later books were saved later.

    `report` is the text of the written report sent with them, a line a paragraph.
    """
    files = []
    for number, book in enumerate(books):
        name = FILE if number == 0 else FILE.replace(".xlsx", f"（{number}）.xlsx")
        source = Source(name, book.container, book.has_macros, book.links)
        files.append(FileReading(name, number, read_forms(book, rules().forms, name), source))
    sent = merge_files(files, rules().forms, folder, left_out)[0]
    if report:
        sent.reports.append(Narrative(REPORT, tuple(report.split("\n"))))
    return sent


def checked(*books: Book, **sent: Any) -> Checked:
    """Every check of the shipped rules on the books; `sent` as for `submission`."""
    return run_checks(submission(*books, **sent), rules().catalogue, rules().forms)


def found(*books: Book) -> set[tuple[str, str]]:
    """(check, sheet!cell) of everything that is found."""
    return {(f.check, f"{f.sheet}!{f.cell}") for f in checked(*books).findings}
