"""Last year's accepted figures from the roster: typed into a sheet, or in last year's workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.forms.spec.spec import PackForms
from batch.model.book import Unreadable
from batch.model.form import Source, Submission, Table, Value
from batch.model.limits import DEFAULT, Limits
from batch.model.reference import Accepted, LastYear
from batch.roster.problems import Notebook, RosterProblem
from batch.roster.roster import Roster, name_key
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.opening import open_book


def last_years(
    roster: Roster,
    path: Path,
    forms: PackForms,
    limits: Limits = DEFAULT,
    passwords: Sequence[str] = (),
) -> tuple[dict[str, LastYear], list[RosterProblem]]:
    """Last year by key_of the unit's name, and mistakes in the files named in the roster.

    `path` is the roster's: files are only looked for in its folder and below. Typed figures win over those of
    a file. A file of another unit or another year is an error and not used.
    """
    notes = Notebook(path.name)
    found: dict[str, LastYear] = {}
    for unit in roster.units:
        key = name_key(unit.name)
        if key not in roster.accepted_files:
            continue
        name, sheet, cell = roster.accepted_files[key]
        try:
            submission = _read(path.parent, name, forms, limits, passwords)
            found[key] = _checked(submission, roster, key, forms)
        except _NotUsed as error:
            notes.error(sheet, cell, f"上年审定文件“{name}”{error}，没有使用。", "请核对文件的位置和内容。")
    for key, typed in roster.figures.items():
        found[key] = _over(found[key], typed) if key in found else typed
    return found, notes.problems


class _NotUsed(Exception):  # noqa: N818 - it names the state of a file, as the message does
    """Why a file of last year is not used, in Chinese."""


def _read(folder: Path, name: str, forms: PackForms, limits: Limits, passwords: Sequence[str]) -> Submission:
    root = folder.resolve()
    try:
        place = (folder / name.replace("\\", "/")).resolve()
        if not place.is_relative_to(root):
            raise _NotUsed("不在名册所在的文件夹里")
        data = place.read_bytes()
        book = open_book(data, place.name, limits, passwords)
    except (OSError, ValueError) as error:
        raise _NotUsed("找不到或打不开") from error
    except Unreadable as error:
        raise _NotUsed(f"无法读取（{error.reason.rstrip('。')}）") from error
    recalculate(book)
    reading = read_forms(book, forms, place.name)
    if not reading.tables:
        raise _NotUsed("里没有认出规定的报表")
    source = Source(place.name, book.container)
    submissions = merge_files([FileReading(place.name, 0, reading, source)], forms, "")
    return submissions[0]


def _checked(submission: Submission, roster: Roster, key: str, forms: PackForms) -> LastYear:
    whose = roster.find(name=submission.unit)
    if whose is not None and name_key(whose.unit.name) != key:
        raise _NotUsed(f"是{whose.unit.name}的")
    for table in submission.tables:
        if table.year is not None and table.year != forms.year - 1:
            raise _NotUsed(f"是{table.year}年的，不是{forms.year - 1}年的")
    fields = tuple(accepted_fields(submission, forms))
    if not fields:
        raise _NotUsed("里没有填写的内容")
    return LastYear(forms.year - 1, fields)


def accepted_fields(submission: Submission, forms: PackForms) -> Iterator[Accepted]:
    """Every filled field of a submission as it is kept for the year after: entries, grids and indicators."""
    for table in submission.tables:
        project = table.fields.get("项目名称") if forms.forms[table.form].per == "项目" else None
        name = " ".join(project.raw.split()) if project is not None else ""
        for field, value in _values(table):
            if value.is_filled:
                number = None if value.op or value.upper is not None else value.number
                yield Accepted(table.form, name, field, value.raw, number, value.unit)


def _values(table: Table) -> Iterator[tuple[str, Value]]:
    yield from table.fields.items()
    for item in table.items:
        for column, value in item.values.items():
            yield f"{'/'.join(item.path)}.{column}", value
    for column, value in table.totals.items():
        yield f"总分.{column}", value


def _over(file: LastYear, typed: LastYear) -> LastYear:
    """The fields of a file, overridden by those typed into the roster."""
    known: Mapping[tuple[str, str, str], Accepted] = {
        (a.form, a.project, a.field): a for a in (*file.fields, *typed.fields)
    }
    return LastYear(file.year, tuple(known.values()), file.grade)
