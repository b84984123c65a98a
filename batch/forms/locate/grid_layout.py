"""Locate a grid by its labels: a header row of columns, rows below it, and the cells where they meet."""

from __future__ import annotations

from dataclasses import dataclass

from batch.forms.locate.headings import ColumnHeading, heading_rows
from batch.forms.locate.layout_key import PrintedRegion
from batch.forms.locate.match_notes import Notes
from batch.forms.locate.view import LabelText, Spot
from batch.forms.spec.spec import Field, FormSpec, Grid, PackForms
from batch.model.book import column_letters

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
    #: the columns it may have a cell in
    spots: tuple[tuple[Field, Spot], ...]


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Where one grid of a form stands."""

    header: Notes
    #: the first column with values: labels of rows stand left of it
    first_value: int
    rows: tuple[GridRow, ...]
    #: the rows whose label stands nowhere: one of them may be meant by a text that is much like it
    absent: tuple[Field, ...]
    #: what is missing of it
    end: Notes


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that was found: its field and the cells its header spans."""

    field: Field
    left: int
    right: int


def find_grid(printed: PrintedRegion, spec: FormSpec, grid: Grid, pack: PackForms) -> GridLayout:
    """The positions of a grid's columns and rows, and which of them are missing."""
    notes, end = Notes(), Notes()
    header = _headings(printed, spec, grid)
    if header is None:
        names = "、".join(c.label for c in grid.columns)
        notes.missing(f"{grid.name}（{names}）")
        return GridLayout(notes, 0, (), (), end)
    headings, bottom = header
    columns = _columns(grid, headings, notes)
    first_value = min(c.left for c in columns)
    rows: list[GridRow] = []
    found: set[str] = set()
    surely = _surely_named(printed, grid, bottom)
    heading = ""
    for row in printed.filled_rows(bottom + 1, printed.last):
        texts = [t for t in printed.texts.get(row, []) if t.cell.col < first_value and t.area.top == row]
        if _ends_here(printed, row, spec, texts, pack):
            if _goes_on(printed, row, spec, grid, texts):
                continue
            break
        own = Notes()
        field = _row_field(grid, texts, own, found, surely)
        if field:
            found.add(field.name)
            heading = field.name if field.open else field.parent
        spots = tuple((column.field, _spot(printed, row, column)) for column in columns)
        rows.append(GridRow(row, field.name if field else "", heading, own, spots))
    for field in grid.rows:
        if field.name not in found and not field.may_lack:
            end.missing(field.label)
    return GridLayout(notes, first_value, tuple(rows), _absent(printed, grid), end)


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
    for texts in printed.texts.values():
        for text in texts:
            if hit := grid.row_labels.find(text.squeezed, text.normal):
                labels.setdefault(hit[0], []).append(text)
    named: dict[int, set[str]] = {}
    for row, texts_of_row in labels.items():
        first = min(text.area.left for text in texts_of_row)
        for text in texts_of_row:
            if text.area.left == first:
                for column in range(text.area.left, text.area.right + 1):
                    named.setdefault(column, set()).add(row)
    return {column for column, rows in named.items() if len(rows) >= _LABELS}


def _columns(grid: Grid, headings: dict[str, ColumnHeading], notes: Notes) -> list[_Column]:
    columns: list[_Column] = []
    for field in grid.columns:
        heading = headings.get(field.name)
        if heading is None:
            if not field.may_lack:
                notes.missing(field.label)
            continue
        columns.append(_Column(field, heading.left, heading.right))
        notes.heading(heading, field)
    return columns


def _ends_here(
    printed: PrintedRegion, row: int, spec: FormSpec, texts: list[LabelText], pack: PackForms
) -> bool:
    """Whether another part of the form begins in this row."""
    for text in texts:
        if spec.entry_labels.find(text.squeezed, text.normal):
            return True
    for ls in spec.lists:
        hits = {hit[0] for t in printed.texts.get(row, []) if (hit := ls.labels.find(t.squeezed, t.normal))}
        if 2 * len(hits) >= len(ls.columns):
            return True
    return any(t.normal.startswith(pack.notes) for t in texts)


def _goes_on(printed: PrintedRegion, row: int, spec: FormSpec, grid: Grid, texts: list[LabelText]) -> bool:
    """Whether the unit's name stands here because the head of the page is printed again."""
    hits = {hit[0] for t in texts if (hit := spec.entry_labels.find(t.squeezed, t.normal))}
    if hits != {spec.unit_field}:
        return False
    for below in printed.filled_rows(row + 1, row + _HEAD):
        found = [grid.column_labels.find(t.squeezed, t.normal) for t in printed.texts.get(below, [])]
        if 2 * len({hit[0] for hit in found if hit}) >= len(grid.columns):
            return True
    return False


def _absent(printed: PrintedRegion, grid: Grid) -> tuple[Field, ...]:
    here = {
        hit[0]
        for texts in printed.texts.values()
        for t in texts
        if (hit := grid.row_labels.find(t.squeezed, t.normal))
    }
    return tuple(field for field in grid.rows if field.name not in here)


def _surely_named(printed: PrintedRegion, grid: Grid, bottom: int) -> set[str]:
    """The rows whose own label is below the heading: a similar label of another row is then not taken for
    them."""
    below = (t for row, texts in printed.texts.items() if row > bottom for t in texts)
    hits = (grid.row_labels.find(t.squeezed, t.normal) for t in below)
    return {hit[0] for hit in hits if hit and hit[1] != "alias"}


def _row_field(
    grid: Grid, texts: list[LabelText], notes: Notes, found: set[str], surely: set[str]
) -> Field | None:
    for text in reversed(texts):
        hit = grid.row_labels.find(text.squeezed, text.normal)
        if hit and hit[0] not in found and (hit[1] != "alias" or hit[0] not in surely):
            field = next(r for r in grid.rows if r.name == hit[0])
            notes.label(text, field, hit[1])
            return field
    return None


def _spot(printed: PrintedRegion, row: int, column: _Column) -> Spot:
    """The cells under the header that may hold the value: those of this row, or anchors of merged ones."""
    anchors = printed.anchors(row, column.left, column.right)
    own = [anchor for anchor in anchors if anchor[0] == row and anchor[1] >= column.left]
    # a value that is merged with the row above or the column before has no cell of its own
    left = anchors[0][1] if anchors[0] in own else column.left
    return Spot.among(column.field, own, f"{column_letters(left)}{row}")
