"""汇总.xlsx for leadership and 清单.xlsx for the clerk: one function a sheet, one list a workbook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

from batch.errors import behind
from batch.model.review import Findings
from batch.model.unit_facts import UnitFacts
from batch.outbox.paths import LISTS, ROLLUP
from batch.rollup.parts import charts
from batch.rollup.parts.context import Rollup, RollupContent, RollupHead, names_in_order
from batch.rollup.parts.long_rows import RowContext, UnitRows
from batch.rollup.parts.row_xml import all_formats
from batch.rollup.parts.summary import summarise
from batch.rollup.sheets import (
    answers as sheets_answers,
)
from batch.rollup.sheets import (
    basic as sheets_basic,
)
from batch.rollup.sheets import (
    categories as sheets_categories,
)
from batch.rollup.sheets import (
    changes as sheets_changes,
)
from batch.rollup.sheets import (
    details as sheets_details,
)
from batch.rollup.sheets import (
    findings as sheets_findings,
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
    ties as sheets_ties,
)
from batch.rollup.sheets import (
    units as sheets_units,
)
from batch.rollup.stitch import stitch
from batch.rollup.unit_chunks import TABLES, Run, Spelt, UnitChunk, gather, in_turn, unit_chunks
from batch.store.lazy_sequence import LazySequence
from batch.store.spool import Spool
from batch.workbook.style import BODY, SIZE, Look

__all__ = ["SHEETS", "RollupContent", "RollupHead", "write_rollup"]

Sheet = tuple[str, Callable[[Rollup], None]]
#: by workbook, its sheets in their order, each with what adds it
SHEETS: dict[str, tuple[Sheet, ...]] = {
    ROLLUP: (
        (front.NAME, front.write),
        (sheets_units.NAME, sheets_units.write),
        (sheets_basic.NAME, sheets_basic.write),
        (sheets_ranking.NAME, sheets_ranking.write),
        (sheets_projects.NAME, sheets_projects.write),
        (sheets_monitoring.NAME, sheets_monitoring.write),
        (sheets_spending.OFFICIAL, sheets_spending.write_official),
        (sheets_spending.STAFF, sheets_spending.write_staff),
        (sheets_spending.ADJUSTED, sheets_spending.write_adjusted),
        (sheets_missing.NAME, sheets_missing.write),
        (charts.NAME, charts.write_data),
    ),
    LISTS: (
        (sheets_findings.NAME, sheets_findings.write),
        (sheets_categories.NAME, sheets_categories.write),
        (sheets_ties.NAME, sheets_ties.write),
        (sheets_answers.NAME, sheets_answers.write),
        (sheets_sampling.NAME, sheets_sampling.write),
        (sheets_quality.NAME, sheets_quality.write),
        (sheets_last_year.NAME, sheets_last_year.write),
        (sheets_changes.NAME, sheets_changes.write),
        (sheets_rules.NAME, sheets_rules.write),
        (sheets_details.NAME, sheets_details.write),
    ),
}
#: those that show what the workers bring: they are written last
_GATHERED = frozenset({sheets_findings.NAME, sheets_ties.NAME, sheets_details.NAME})

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


def write_rollup(
    path: Path,
    content: RollupContent,
    run: Run[UnitChunk, Spelt] = in_turn,
    without: Collection[str] = (),
) -> set[str]:
    """Write one of the two workbooks of a batch; which one, the path's name says.

    `run`: where the long tables are spelt; `without`: sheets that only say that they could not be made. The
    same arguments give the same bytes. Returns the parts whose XML a parser has gone through already. Raises
    OSError when the file cannot be written, SheetFailed for a mistake of ours on one sheet.
    """
    import xlsxwriter

    head, written = content.head, BytesIO()
    # xlsxwriter changes what it is given: a second book of the process would look different
    book = xlsxwriter.Workbook(written, deepcopy(_OPTIONS))
    book.set_properties(
        {
            "title": f"{head.year}年度部门整体支出绩效自评{path.stem}",
            "subject": head.pack,
            "category": "绩效自评",
            "comments": f"批次：{head.batch}；数据截止：{head.cutoff}；规则版本：{head.version}",
            "created": _CREATED,
        }
    )
    with _let_go(book):
        sheets = [
            s for s in SHEETS[path.name] if s[0] != sheets_basic.NAME or sheets_basic.has_form(content.forms)
        ]
        look = Look(book)
        formats = {table.name: all_formats(table.columns, look) for table in TABLES}
        ties = {row.check.id: row.check.tie_texts for row in content.rules}
        shared = RowContext(head.batch, ties)
        units = _unit_rows(content.facts, content.findings) if path.name == LISTS else ()
        tasks, long = unit_chunks(units, content.first_seen, formats, shared)
        spool = Spool(path.parent)
        gathering = gather(run, tasks, long, spool)
        # the workers begin while all else is made ready here
        next(gathering, None)
        rollup = Rollup(
            **vars(content),
            book=book,
            look=look,
            summary=summarise(content.facts, content.findings, content.unprocessed, head.grades),
            long=long,
            spool=spool,
            contents=[name for name, _ in sheets if name not in (front.NAME, charts.NAME)],
        )
        for name, _ in sheets:
            for sheet in sheets_details.names(rollup.long) if name == sheets_details.NAME else (name,):
                book.add_worksheet(sheet)
        here = (partial(_write, *sheet, rollup, without) for sheet in sheets if sheet[0] not in _GATHERED)
        # in turns: a sheet is written here while the workers spell further stretches
        for _, write_sheet in zip_longest(gathering, here):
            if write_sheet:
                write_sheet()
        for name, write in sheets:
            if name in _GATHERED:
                _write(name, write, rollup, without)
        book.close()
    with path.open("wb") as file:
        return stitch(file, written.getvalue(), rollup.around)


class SheetFailed(Exception):  # noqa: N818 - says what happened
    """A mistake of ours on one sheet; the cause says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@contextmanager
def _let_go(book: Any) -> Iterator[None]:
    """Close what a book that is not finished has open."""
    try:
        yield
    except BaseException:
        for sheet in book.worksheets():
            sheet.row_data_fh.close()
        raise


def _write(name: str, write: Callable[[Rollup], None], rollup: Rollup, without: Collection[str]) -> None:
    """One sheet, or that it could not be made."""
    if name in without:
        for sheet in sheets_details.names(rollup.long) if name == sheets_details.NAME else (name,):
            rollup.book.get_worksheet_by_name(sheet).write_string(0, 0, _LEFT_OUT)
        return
    try:
        write(rollup)
    except Exception as error:
        if behind(error) is not None:
            raise
        raise SheetFailed(name) from error


def _unit_rows(facts: Sequence[UnitFacts], findings: Findings) -> Sequence[UnitRows]:
    """What the long tables say, unit by unit, put together in turn."""
    names = names_in_order(facts, findings)

    def rows(place: int) -> UnitRows:
        name = names[place]
        found = findings.by_unit.get(name, ())
        if place >= len(facts):
            return UnitRows(name, findings=found)
        unit = facts[place]
        return UnitRows(name, unit.files, found, unit.details, unit.ties)

    return LazySequence(range(len(names)), rows)
