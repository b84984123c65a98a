"""汇总.xlsx for leadership and 清单.xlsx for the clerk: one function a sheet, one list a workbook."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from batch.figures.figure_rules import FigureRules
from batch.outbox.paths import LISTS, ROLLUP
from batch.rollup.parts import charts
from batch.rollup.parts.context import Rollup, RollupContent, RollupHead, StreamedRows
from batch.rollup.parts.row_sheet import row_sheet
from batch.rollup.sheet_failed import on_sheet
from batch.rollup.sheets import (
    answers as sheets_answers,
)
from batch.rollup.sheets import (
    categories as sheets_categories,
)
from batch.rollup.sheets import (
    causes as sheets_causes,
)
from batch.rollup.sheets import (
    changes as sheets_changes,
)
from batch.rollup.sheets import (
    contents as sheets_contents,
)
from batch.rollup.sheets import (
    details as sheets_details,
)
from batch.rollup.sheets import (
    findings as sheets_findings,
)
from batch.rollup.sheets import (
    form_sums as sheets_form_sums,
)
from batch.rollup.sheets import (
    front,
)
from batch.rollup.sheets import (
    last_year as sheets_last_year,
)
from batch.rollup.sheets import (
    missing as sheets_missing,
)
from batch.rollup.sheets import (
    monitoring as sheets_monitoring,
)
from batch.rollup.sheets import (
    projects as sheets_projects,
)
from batch.rollup.sheets import (
    quality as sheets_quality,
)
from batch.rollup.sheets import (
    ranking as sheets_ranking,
)
from batch.rollup.sheets import (
    rules as sheets_rules,
)
from batch.rollup.sheets import (
    sampling as sheets_sampling,
)
from batch.rollup.sheets import (
    spending as sheets_spending,
)
from batch.rollup.sheets import (
    staff as sheets_staff,
)
from batch.rollup.sheets import (
    ties as sheets_ties,
)
from batch.rollup.sheets import (
    units as sheets_units,
)
from batch.rollup.streaming import write_streamed
from batch.workbook.style import BODY, SIZE, Look

__all__ = ["BookSheet", "RollupContent", "RollupHead", "sheets_of", "write_rollup"]


class BookSheet(NamedTuple):
    """A sheet: its name, what adds it, and what says why there is no such sheet; "" where there is."""

    name: str
    write: Callable[[Rollup], None]
    nothing: Callable[[RollupContent], str] = lambda _: ""


def sheets_of(book: str, figures: FigureRules) -> list[BookSheet]:
    """The sheets of a workbook in their order, as far as the pack has what they are about."""
    sheets = _lists(figures) if book == LISTS else _rollup(figures)
    return [sheet for sheet in sheets if sheet.name not in figures.shown.without]


def _rollup(figures: FigureRules) -> Iterator[BookSheet]:
    shown, no_units = figures.shown, sheets_units.nothing
    yield BookSheet(front.NAME, front.write)
    yield BookSheet(sheets_units.NAME, sheets_units.write, no_units)
    for sums in shown.sums:
        yield BookSheet(sums.sheet, partial(sheets_form_sums.write, shown=sums), sheets_form_sums.nothing)
    if figures.whole.form:
        yield BookSheet(sheets_ranking.NAME, sheets_ranking.write, no_units)
    if figures.project.form:
        yield BookSheet(sheets_projects.NAME, sheets_projects.write, sheets_projects.nothing)
    if figures.monitoring.form:
        yield BookSheet(sheets_monitoring.NAME, sheets_monitoring.write, sheets_monitoring.nothing)
    for control in shown.controls:
        yield BookSheet(control.sheet, partial(sheets_spending.write_control, shown=control), no_units)
    if shown.staff is not None:
        staff = partial(sheets_staff.write, shown=shown.staff)
        yield BookSheet(shown.staff.sheet, staff, no_units)
    if figures.has("total_budget", "total_spent"):
        yield BookSheet(sheets_spending.ADJUSTED, sheets_spending.write_adjusted, no_units)
    yield BookSheet(sheets_missing.NAME, sheets_missing.write, sheets_missing.nothing)
    yield BookSheet(charts.NAME, charts.write_data, charts.nothing)


def _lists(figures: FigureRules) -> Iterator[BookSheet]:
    yield BookSheet(sheets_contents.NAME, sheets_contents.write)
    yield BookSheet(sheets_causes.NAME, sheets_causes.write, sheets_causes.nothing)
    yield BookSheet(sheets_findings.NAME, sheets_findings.write, sheets_findings.nothing)
    yield BookSheet(sheets_ties.NAME, sheets_ties.write, sheets_ties.nothing)
    yield BookSheet(sheets_answers.NAME, sheets_answers.write, sheets_answers.nothing)
    yield BookSheet(sheets_categories.NAME, sheets_categories.write, sheets_categories.nothing)
    yield BookSheet(sheets_categories.OWNERS, sheets_categories.write_owners, sheets_categories.nothing)
    yield BookSheet(sheets_changes.NAME, sheets_changes.write, sheets_changes.nothing)
    if figures.last_year:
        yield BookSheet(sheets_last_year.NAME, sheets_last_year.write, sheets_last_year.nothing)
    yield BookSheet(sheets_sampling.NAME, sheets_sampling.write, sheets_sampling.nothing)
    yield BookSheet(sheets_quality.NAME, sheets_quality.write, sheets_quality.nothing)
    yield BookSheet(sheets_rules.NAME, sheets_rules.write)
    yield BookSheet(sheets_details.NAME, sheets_details.write, sheets_details.nothing)


_LEFT_OUT = "这张表没有生成：程序出错，已记入日志，请联系管理员；其他各表不受影响"
#: the same batch gives the same bytes, so the document does not say when it was written
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_OPTIONS = {
    # rows leave memory once they are written: a county's 明细数据 has hundreds of thousands
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": BODY, "font_size": SIZE},
}


def write_rollup(path: Path, content: RollupContent, without: Collection[str] = ()) -> None:
    """Write one of the two workbooks of a batch; which one, the path's name says.

    `without`: sheets that only say that they could not be made. The same arguments give the same bytes.
    Raises OSError when the file cannot be written, SheetFailed for a mistake of ours on one sheet.
    """
    # not in memory: with a county's lists it has a kilobyte a unit, packed
    with TemporaryFile() as written:
        streamed = _write_book(path, written, content, without)
        written.seek(0)
        with path.open("wb") as file:
            if streamed:
                write_streamed(file, written, streamed)
            else:
                shutil.copyfileobj(written, file)


def _write_book(
    path: Path, written: IO[bytes], content: RollupContent, without: Collection[str]
) -> dict[str, StreamedRows]:
    """Write the workbook but for the rows that are put in afterwards; these, by the part they belong into."""
    import xlsxwriter

    head = content.head
    # xlsxwriter changes what it is given: a second book of the process would look different
    book = xlsxwriter.Workbook(written, deepcopy(_OPTIONS))
    book.set_properties(
        {
            "title": head.title(path.stem),
            "subject": head.pack,
            "category": "绩效自评",
            "comments": f"批次：{head.batch}；数据截止：{head.cutoff}；规则版本：{head.version}",
            "created": _CREATED,
        }
    )
    every = sheets_of(path.name, head.figures)
    nothing = {sheet.name: sheet.nothing(content) for sheet in every}
    sheets = [sheet for sheet in every if not nothing[sheet.name]]
    other = sheets_of(ROLLUP if path.name == LISTS else LISTS, head.figures)
    rollup = Rollup(
        **{name: getattr(content, name) for name in RollupContent.__dataclass_fields__},
        book=book,
        look=Look(book),
        contents=[sheet.name for sheet in sheets if sheet.name not in (front.NAME, charts.NAME)],
        beside=[sheet.name for sheet in other if not sheet.nothing(content) and sheet.name != charts.NAME],
        nothing={name: why for name, why in nothing.items() if why and name != charts.NAME},
    )
    # of the batch, not of the workbook
    rollup.summary = content.summary
    if path.name == LISTS:
        sheets_details.number_looks(rollup.look)
    try:
        for sheet in sheets:
            book.add_worksheet(sheet.name, row_sheet())
        # last what says how much the others hold
        for sheet in sorted(sheets, key=lambda sheet: sheet.name == sheets_contents.NAME):
            _write(sheet, rollup, without)
    except BaseException:
        # closed, so that its temporary files are
        book.close()
        raise
    book.close()
    return {
        f"xl/worksheets/sheet{number}.xml": rollup.streamed[sheet.get_name()]
        for number, sheet in enumerate(book.worksheets(), 1)
        if sheet.get_name() in rollup.streamed
    }


def _write(sheet: BookSheet, rollup: Rollup, without: Collection[str]) -> None:
    """One sheet, or that it could not be made."""
    if sheet.name in without:
        rollup.book.get_worksheet_by_name(sheet.name).write_string(0, 0, _LEFT_OUT)
        return
    with on_sheet(sheet.name):
        sheet.write(rollup)
