"""Locate a grid by its labels: a header row of columns, rows below it, and the cells where they meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from batch.forms.locate.headings import ColumnHeading, heading_rows
from batch.forms.locate.layout_key import PrintedRegion
from batch.forms.locate.match_notes import Notes
from batch.forms.locate.row_spots import ColumnSpan, spot_in
from batch.forms.locate.view import LabelText, Spot
from batch.forms.spec.label_matching import Hit, Labels
from batch.forms.spec.spec import Field, FormSpec, Grid, PackForms
from batch.model.book import Area

#: so many rows' labels make a column one of labels
_LABELS = 2
#: how many rows below the unit's name the headings stand, where the head of a page is printed again
_HEAD = 4


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row below the header of a grid."""

    row: int
    #: "" for one whose label the form does not know
    name: str
    #: the open heading whose part such a row may be; "" for none
    heading: str
    notes: Notes
    #: where it may have cells, by column
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Where one grid of a form stands."""

    header: Notes
    #: the columns that were found
    columns: tuple[Field, ...]
    #: the first column with values: labels of rows stand left of it
    first_value: int
    rows: tuple[GridRow, ...]
    #: the rows whose label stands nowhere: one of them may be meant by a text that is much like it
    absent: tuple[Field, ...]
    #: what is missing of it
    end: Notes


def find_grid(printed: PrintedRegion, spec: FormSpec, grid: Grid, pack: PackForms) -> GridLayout:
    """The positions of a grid's columns and rows, and which of them are missing."""
    notes, end = Notes(), Notes()
    header = _headings(printed, spec, grid)
    if header is None:
        names = "、".join(c.label for c in grid.columns)
        notes.missing(f"{grid.name}（{names}）")
        return GridLayout(notes, (), 0, (), (), end)
    headings, bottom = header
    fields = _columns(grid, headings, notes)
    columns = tuple(ColumnSpan.headed(field, headings[field.name]) for field in fields)
    first_value = min(c.left for c in columns)
    rows: list[GridRow] = []
    found: set[str] = set()
    surely = _surely_named(printed, grid, bottom)
    heading = ""
    for row in printed.filled_rows(bottom + 1, printed.last):
        entries = {name for _, (name, _) in _left(printed.named(spec.entry_labels), row, first_value)}
        if entries or _ends_here(printed, row, spec, first_value, pack):
            if entries == {spec.unit_field} and _is_headed_again(printed, row, grid):
                continue
            break
        own = Notes()
        labels = _left(printed.named(grid.row_labels), row, first_value)
        field = _row_field(grid, labels, own, found, surely)
        if field:
            found.add(field.name)
            heading = field.name if field.open else field.parent
        spots = grid_spots(row, columns, printed.merged(row))
        rows.append(GridRow(row, field.name if field else "", heading, own, spots))
    for field in grid.rows:
        if field.name not in found and not field.may_lack:
            end.missing(field.label)
    return GridLayout(notes, fields, first_value, tuple(rows), _absent(printed, grid), end)


def _headings(
    printed: PrintedRegion, spec: FormSpec, grid: Grid
) -> tuple[dict[str, ColumnHeading], int] | None:
    """The headings of the grid's columns, at least half of them, and their last row."""
    apart = _label_columns(printed, grid)
    for headings in heading_rows(printed, grid.column_labels, spec.entry_labels, apart):
        if 2 * len(headings) >= len(grid.columns):
            return headings, max(h.bottom for h in headings.values())
    return None


def _label_columns(printed: PrintedRegion, grid: Grid) -> set[int]:
    """The sheet's columns that hold the labels of rows, and therefore no values.

    Where a word stands in several columns the first is a label, the others are answers of a list.
    """
    labels: dict[str, list[LabelText]] = {}
    for found in printed.named(grid.row_labels).values():
        for text, (name, _) in found:
            labels.setdefault(name, []).append(text)
    named: dict[int, set[str]] = {}
    for row, texts_of_row in labels.items():
        first = min(text.area.left for text in texts_of_row)
        for text in texts_of_row:
            if text.area.left == first:
                for column in range(text.area.left, text.area.right + 1):
                    named.setdefault(column, set()).add(row)
    return {column for column, rows in named.items() if len(rows) >= _LABELS}


def _columns(grid: Grid, headings: dict[str, ColumnHeading], notes: Notes) -> tuple[Field, ...]:
    """The columns that have a heading."""
    for field in grid.columns:
        heading = headings.get(field.name)
        if heading is not None:
            notes.heading(heading, field)
        elif not field.may_lack:
            notes.missing(field.label)
    return tuple(field for field in grid.columns if field.name in headings)


def _left(
    named: dict[int, list[tuple[LabelText, Hit]]], row: int, first_value: int
) -> list[tuple[LabelText, Hit]]:
    """The labels of a row that stand left of its values."""
    return [one for one in named.get(row, ()) if _is_left(one[0], row, first_value)]


def _is_left(text: LabelText, row: int, first_value: int) -> bool:
    return text.cell.col < first_value and text.area.top == row


def _names(printed: PrintedRegion, labels: Labels, row: int) -> set[str]:
    """The fields that labels in this row name."""
    return {name for _, (name, _) in printed.named(labels).get(row, ())}


def _ends_here(printed: PrintedRegion, row: int, spec: FormSpec, first_value: int, pack: PackForms) -> bool:
    """Whether a list or the notes of the form begin in this row."""
    if any(2 * len(_names(printed, ls.labels, row)) >= len(ls.columns) for ls in spec.lists):
        return True
    texts = printed.texts.get(row, ())
    return any(text.normal.startswith(pack.notes) and _is_left(text, row, first_value) for text in texts)


def _is_headed_again(printed: PrintedRegion, row: int, grid: Grid) -> bool:
    """Whether the grid's headings stand once more below this row, because the head of the page is printed
    again."""
    return any(
        2 * len(_names(printed, grid.column_labels, below)) >= len(grid.columns)
        for below in printed.filled_rows(row + 1, row + _HEAD)
    )


def _absent(printed: PrintedRegion, grid: Grid) -> tuple[Field, ...]:
    here = {name for row in printed.texts for name in _names(printed, grid.row_labels, row)}
    return tuple(field for field in grid.rows if field.name not in here)


def _surely_named(printed: PrintedRegion, grid: Grid, bottom: int) -> set[str]:
    """The rows whose own label is below the heading: a similar label of another row is then not taken for
    them."""
    named = printed.named(grid.row_labels)
    below = (hit for row, found in named.items() if row > bottom for _, hit in found)
    return {name for name, step in below if step != "alias"}


def _row_field(
    grid: Grid, labels: list[tuple[LabelText, Hit]], notes: Notes, found: set[str], surely: set[str]
) -> Field | None:
    for text, (name, step) in reversed(labels):
        if name not in found and (step != "alias" or name not in surely):
            field = next(r for r in grid.rows if r.name == name)
            notes.label(text, field, step)
            return field
    return None


# sheets of which one has a row more share most of their rows
@lru_cache(maxsize=128)
def grid_spots(row: int, columns: tuple[ColumnSpan, ...], areas: tuple[Area, ...]) -> tuple[Spot, ...]:
    """The spots of a row below these columns; `areas`: the merged ones that it is part of."""
    return tuple([spot_in(row, column, areas, merged_down=False) for column in columns])
