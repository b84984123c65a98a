"""Locate a form's indicator table by its labels: its header, the meaning of each row below, and its cells."""

from __future__ import annotations

from dataclasses import dataclass

from batch.forms.locate.headings import heading_rows
from batch.forms.locate.layout_key import PrintedRegion
from batch.forms.locate.level_points import name_points
from batch.forms.locate.match_notes import Notes
from batch.forms.locate.view import Spot
from batch.forms.spec.spec import Field, FormSpec, ListSpec, PackForms
from batch.model.book import column_letters


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list that was found, and the cells its header spans."""

    field: Field
    left: int
    right: int
    #: 0 for 一级, 1 for 二级, …; the last level names the indicator itself; -1 for other columns
    level: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row below the header of a list."""

    row: int
    #: "item", "total" (the form's own, the last row), "subtotal" or "header" (printed again)
    kind: str
    #: by column, with its level
    spots: tuple[tuple[int, Spot], ...]


@dataclass(frozen=True, slots=True)
class ListLayout:
    """Where the repeating table of a form stands."""

    header: Notes
    rows: tuple[ListRow, ...]


def find_list(printed: PrintedRegion, ls: ListSpec, spec: FormSpec, pack: PackForms) -> ListLayout:
    """The positions of the table's columns, and its rows down to the 总分 row."""
    notes = Notes()
    printed.texts = name_points(printed.texts, ls)
    heading = _columns(printed, ls, spec, notes)
    if heading is None:
        notes.missing(ls.name)
        return ListLayout(notes, ())
    columns, bottom = heading
    below = printed.filled_rows(bottom + 1, printed.last)
    kinds = {row: _kind(printed, row, columns, spec, pack) for row in below}
    rows: list[ListRow] = []
    for row in below:
        if _is_header_again(printed, ls, row):
            rows.append(ListRow(row, "header", ()))
            continue
        kind = kinds[row]
        if kind == "end":
            break
        if kind == "total" and "total" in (kinds[later] for later in kinds if later > row):
            # 合计 between two groups of indicators: the form's own total stands last
            kind = "subtotal"
        spots = tuple((column.level, _spot(printed, row, column)) for column in columns)
        rows.append(ListRow(row, kind, spots))
        if kind == "total":
            break
    return ListLayout(notes, tuple(rows))


def _columns(
    printed: PrintedRegion, ls: ListSpec, spec: FormSpec, notes: Notes
) -> tuple[list[ListColumn], int] | None:
    """The columns the heading names, in one row or two, and its last row; None without a heading."""
    # a list without levels is told by any two of its columns
    levels = set(ls.levels if len(ls.levels) > 1 else [column.name for column in ls.columns])
    found = heading_rows(printed, ls.labels, spec.entry_labels)
    headings = next((h for h in found if len(levels.intersection(h)) >= min(2, len(levels))), None)
    if headings is None:
        return None
    columns: list[ListColumn] = []
    for field in ls.columns:
        heading = headings.get(field.name)
        if heading is None:
            if not field.may_lack:
                notes.missing(field.label)
            continue
        level = ls.levels.index(field.name) if field.name in ls.levels else -1
        columns.append(ListColumn(field, heading.left, heading.right, level))
        notes.heading(heading, field)
    return sorted(columns, key=lambda c: c.left), max(h.bottom for h in headings.values())


def _is_header_again(printed: PrintedRegion, ls: ListSpec, row: int) -> bool:
    """Whether the header is repeated here after a page break."""
    names = {hit[0] for t in printed.texts.get(row, []) if (hit := ls.labels.find(t.squeezed, t.normal))}
    return len(names) >= 3


def _kind(
    printed: PrintedRegion, row: int, columns: list[ListColumn], spec: FormSpec, pack: PackForms
) -> str:
    texts = printed.texts.get(row, [])
    left = columns[0].left
    named = max(column.right for column in columns if column.level >= 0)
    for text in texts:
        # the label may stand under any of the levels, with blanks before it
        if text.cell.col > left and text.cell.row == row and text.area.left > named:
            break
        if text.normal in pack.totals:
            return "total"
        if text.normal in pack.subtotals:
            return "subtotal"
    for text in texts:
        # in the columns of the list such a word is an answer; `closing` knows notes that stand first in a row
        begins = text.normal.startswith(pack.notes) or spec.entry_labels.find(text.squeezed, text.normal)
        if text.cell.col <= left and begins:
            return "end"
    return "end" if printed.closing.get(row, left + 1) <= left else "item"


def _spot(printed: PrintedRegion, row: int, column: ListColumn) -> Spot:
    """The cells that may hold the value of this column in this row."""
    anchors = printed.anchors(row, column.left, column.right)
    own = [anchor for anchor in anchors if column.left <= anchor[1] <= column.right]
    top, left = anchors[0]
    return Spot.among(column.field, own, f"{column_letters(max(left, column.left))}{top}")
