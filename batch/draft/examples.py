"""Filled examples read with the drafted forms: which ties hold, what is always filled, other wordings."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from batch.draft.draft_words import draft_words
from batch.draft.field_types import type_by_words
from batch.draft.proposal import DraftField, DraftForm
from batch.engines.common import HANGS
from batch.engines.cpu_limit import OutOfTimeError, at_most
from batch.errors import in_chinese
from batch.forms.read.forms import read_forms
from batch.forms.spec.labels import squeeze
from batch.inbox.scan import scan
from batch.model.book import Unreadable
from batch.model.form import BLANK, PLACEHOLDER, Table
from batch.unit.rules import Rules
from batch.unit.tasks import SECONDS
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.opening import open_book

_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?|-?\d+\.\d+")
#: codes and telephone numbers look alike
_LONG_NUMBER = re.compile(r"-?[1-9]\d{3,8}")
_DATE = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?")
#: what nothing but such texts is
_KINDS = (
    ("tick", set(draft_words().ticks).__contains__),
    ("date", _DATE.fullmatch),
    ("percent", re.compile(r"-?\d+(?:\.\d+)?%").fullmatch),
    ("number", _NUMBER.fullmatch),
)


@dataclass(slots=True)
class Example:
    """One filled workbook."""

    name: str
    tables: list[Table]


@dataclass(slots=True)
class Examples:
    """All that could be read, and what could not: (file, reason)."""

    read: list[Example] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def of(self, form: str) -> list[Table]:
        """All filled forms of one kind."""
        return [table for example in self.read for table in example.tables if table.form == form]


def read_examples(folder: Path, rules: Rules) -> Examples:
    """Every workbook in a folder, read with the drafted forms. Raises OSError for no such folder."""
    found = Examples()
    for candidate in scan(folder).candidates:
        try:
            with at_most(SECONDS):
                book = open_book(candidate.path.read_bytes(), candidate.name)
                recalculate(book)
                tables = read_forms(book, rules.forms, candidate.name).tables
        except OutOfTimeError:
            found.unread.append((candidate.name, HANGS))
        except Unreadable as error:
            found.unread.append((candidate.name, error.reason))
        except OSError as error:
            found.unread.append((candidate.name, in_chinese(error)))
        else:
            if tables:
                found.read.append(Example(candidate.name, tables))
            else:
                found.unread.append((candidate.name, "没有认出一张表：看是不是同一套表"))
    return found


def note_practice(form: DraftForm, examples: Examples) -> bool:
    """What the examples show of a form's fields: always filled or not, other wordings, cells never used.

    Whether a type was changed, so that they have to be read anew.
    """
    tables = examples.of(form.key)
    if not tables:
        return False
    filled: dict[str, list[bool]] = defaultdict(list)
    for table in tables:
        for name, is_filled in _cells(form, table):
            filled[name].append(is_filled)
    for entry in form.entries:
        if entry.id != form.unit_field and filled[entry.id]:
            entry.required = all(filled[entry.id])
    for grid in form.grids:
        for column in grid.columns:
            used = [row.id for row in grid.rows if any(filled[f"{row.id}.{column.id}"])]
            if used and len(used) < len(column.only or grid.rows):
                column.only = used
            cells = [filled[f"{row}.{column.id}"] for row in used]
            column.required = bool(cells) and all(map(all, cells))
    for column in (column for listed in form.lists for column in listed.columns):
        if column.answer and filled[column.id]:
            column.required = all(filled[column.id])
    _note_aliases(form, tables)
    units = Counter(table.money_unit for table in tables if table.money_unit)
    if units and units.most_common(1)[0][1] == len(tables):
        form.money = units.most_common(1)[0][0]
    return _note_types(form, tables)


def _note_types(form: DraftForm, tables: Sequence[Table]) -> bool:
    """Fields taken for words in which nothing but ticks, dates or numbers stands."""
    changed = False
    columns = [(c, [i.values.get(c.name) for t in tables for i in t.items]) for c in _list_columns(form)]
    entries = [(entry, [t.fields.get(entry.name) for t in tables]) for entry in form.entries]
    for part, values in (*entries, *columns):
        said = {squeeze(value.raw) for value in values if value is not None and value.is_filled}
        found = next((kind for kind, fits in _KINDS if said and all(map(fits, said))), "")
        # budget codes are of several lengths: 201, 20101
        if not found and type_by_words(part.label) != "text" and _are_long_numbers(said):
            found = "number"
        if part.answer and part.type == "text" and found and part.id != form.unit_field:
            part.type, changed = found, True
    ticked = {column.group for column in _list_columns(form) if column.type == "tick" and column.group}
    for column, values in columns:
        # 有可能 that nobody ticked stands beside 确定能
        in_words = any(word in column.label for word in draft_words().list.text)
        if column.group in ticked and not in_words and not any(v and v.is_filled for v in values):
            column.type = "tick"
    return changed


def _are_long_numbers(said: Collection[str]) -> bool:
    """Whether texts are numbers of four and more digits: codes and telephone numbers have one length."""
    long = [text for text in said if _LONG_NUMBER.fullmatch(text)]
    if any(not _NUMBER.fullmatch(text) for text in said if text not in long):
        return False
    return len({len(text.lstrip("-").partition(".")[0]) for text in said}) > 1


def _list_columns(form: DraftForm) -> list[DraftField]:
    """The columns of its lists that are no levels."""
    return [c for listed in form.lists for c in listed.columns if c.id not in listed.levels]


def _cells(form: DraftForm, table: Table) -> Iterator[tuple[str, bool]]:
    """Every field of a filled form by id, and whether something stands in it."""
    for entry in form.entries:
        value = table.fields.get(entry.name)
        if value is not None:
            yield entry.id, value.state not in (BLANK, PLACEHOLDER)
    for grid in form.grids:
        for row in grid.rows:
            for column in grid.columns:
                value = table.fields.get(f"{row.name}.{column.name}")
                if value is not None:
                    yield f"{row.id}.{column.id}", value.state is not BLANK
    for column in (column for listed in form.lists for column in listed.columns):
        for item in table.items:
            value = item.values.get(column.name)
            if value is not None:
                yield column.id, value.state is not BLANK


def _note_aliases(form: DraftForm, tables: Iterable[Table]) -> None:
    """Other wordings that were understood in the examples."""
    by_label = {field.label: field for field in form.fields()}
    for table in tables:
        for bend in table.bends:
            field = by_label.get(bend.expected)
            if bend.step != "loose" or field is None or bend.found in (*field.aliases, field.label):
                continue
            field.aliases.append(bend.found)
