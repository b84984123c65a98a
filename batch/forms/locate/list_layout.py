"""Locate a form's repeating tables by their labels: headers, the meaning of each row below, and its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from batch.forms.locate.grid_layout import GridLayout
from batch.forms.locate.headings import ColumnHeading, heading_rows
from batch.forms.locate.layout_key import SUM, PrintedRegion
from batch.forms.locate.level_points import name_points
from batch.forms.locate.match_notes import Notes
from batch.forms.locate.row_spots import ColumnSpan, spot_in
from batch.forms.locate.view import Spot
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import FormSpec, ListSpec, PackForms
from batch.model.book import Area

#: how many rows of a page's head stand above a header that is printed again, with the header
_ABOVE = 4
#: how far above its header the title of a block may stand
_TITLE = 3


class ListColumn(NamedTuple):
    """A column of the list that was found."""

    column: ColumnSpan
    #: 0 for 一级, 1 for 二级, …; the last level names the indicator itself; -1 for other columns
    level: int
    #: whether it holds headings of indicators
    is_heading: bool
    #: the level of the headings whose weights it states; -1 for other columns
    weighs: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row below the header of a list."""

    row: int
    #: "item", "total" (the form's own, the last row), "subtotal" or "header" (printed again)
    kind: str
    #: of a row of items: the headings above its indicator, and what they weigh, by level
    headings: tuple[tuple[int, Spot], ...] = ()
    weights: tuple[tuple[int, Spot], ...] = ()
    #: all other columns; of any other row, all columns
    columns: tuple[Spot, ...] = ()

    @property
    def left(self) -> int:
        """Its first column."""
        spots = (*self.columns, *(spot for _, spot in (*self.headings, *self.weights)))
        return min((place[1] for spot in spots for place, _ in spot.places), default=0)


@dataclass(frozen=True, slots=True)
class ListLayout:
    """Where a repeating table of a form stands."""

    header: Notes
    rows: tuple[ListRow, ...]

    @property
    def is_repeated(self) -> bool:
        """Whether its header is printed again further down."""
        return any(row.kind == "header" for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A row, or two, that may be the header of a list: its columns by name."""

    columns: dict[str, ColumnHeading]
    top: int
    bottom: int

    @classmethod
    def of(cls, columns: dict[str, ColumnHeading]) -> _Heading:
        """The header that names these columns."""
        top = min(row for heading in columns.values() for row, _ in heading.cells)
        return cls(columns, top, max(heading.bottom for heading in columns.values()))

    @property
    def rows(self) -> range:
        """The rows it takes."""
        return range(self.top, self.bottom + 1)


def find_lists(
    printed: PrintedRegion, spec: FormSpec, grids: Sequence[GridLayout], pack: PackForms
) -> tuple[ListLayout, ...]:
    """The layouts of the form's lists, in its order. A list ends where the header of another part begins."""
    for ls in spec.lists:
        if ls.level_points:
            printed = printed.reworded(name_points(printed.texts, ls))
    headings = _headings(printed, spec)
    tops = [heading.top for heading in headings if heading]
    tops += [min(row for row, _ in grid.header.taken) for grid in grids if grid.header.taken]
    found = []
    for ls, heading in zip(spec.lists, headings, strict=True):
        notes = Notes()
        if heading is None:
            notes.missing(ls.name)
            found.append(ListLayout(notes, ()))
            continue
        columns = _columns(ls, heading.columns, notes)
        last = min((top - 1 for top in tops if top > heading.bottom), default=printed.last)
        rows = _rows(printed, ls, (heading.bottom + 1, last), columns, (spec, pack))
        found.append(ListLayout(notes, rows))
    return tuple(found)


def _headings(printed: PrintedRegion, spec: FormSpec) -> list[_Heading | None]:
    """The header of each list; None for one that has none here.

    Lists of one form share labels such as 序号 and 金额: the best fit is settled first, and no row heads two
    of them. Lists with the same labels are told apart by the title above, then by their order.
    """
    fits: list[tuple[Fraction, bool, int, _Heading]] = []
    for number, ls in enumerate(spec.lists):
        # a list without levels is told by any two of its columns
        levels = set(ls.levels if len(ls.levels) > 1 else [column.name for column in ls.columns])
        for columns in heading_rows(printed, ls.labels, spec.entry_labels):
            if len(levels.intersection(columns)) >= min(2, len(levels)):
                heading, share = _Heading.of(columns), Fraction(len(columns), len(ls.columns))
                fits.append((share, _is_titled(printed, ls, heading), number, heading))
                if len(spec.lists) == 1:
                    break
    chosen: list[_Heading | None] = [None] * len(spec.lists)
    taken: set[int] = set()
    for _, _, number, heading in sorted(fits, key=lambda fit: (-fit[0], not fit[1], fit[2])):
        if chosen[number] is None and taken.isdisjoint(heading.rows):
            chosen[number] = heading
            taken.update(heading.rows)
    return chosen


def _is_titled(printed: PrintedRegion, ls: ListSpec, heading: _Heading) -> bool:
    """Whether the list's name stands above its header: 二、处置明细."""
    name = normalise(ls.name)
    above = printed.filled_rows(heading.top - _TITLE, heading.top - 1)[-1:]
    return any(name in text.normal for row in above for text in printed.texts.get(row, []))


def _rows(
    printed: PrintedRegion,
    ls: ListSpec,
    between: tuple[int, int],
    columns: tuple[ListColumn, ...],
    of: tuple[FormSpec, PackForms],
) -> tuple[ListRow, ...]:
    """The rows of a list down to its 总分 row; `between`: the first and the last that may be."""
    below = printed.filled_rows(*between)
    while below and between[1] < printed.last and _is_block_title(printed, below[-1], columns, of[1]):
        below.pop()
    kinds = [_kind(printed, row, columns, *of) for row in below]
    last_total = max((number for number, kind in enumerate(kinds) if kind == "total"), default=-1)
    again = [_is_header_again(printed, ls, row) for row in below]
    rows: list[ListRow] = []
    for number, (row, kind) in enumerate(zip(below, kinds, strict=True)):
        # the unit's name or the like may stand above it again, and a note between two groups of indicators
        goes_on = kind == "end" and (
            any(again[number : number + _ABOVE]) or (number < last_total and _is_note(printed, row, of[1]))
        )
        if again[number] or goes_on:
            rows.append(ListRow(row, "header"))
            continue
        if kind == "end":
            break
        if kind == "total" and number < last_total:
            # 合计 between two groups of indicators: the form's own total stands last
            kind = "subtotal"
        rows.append(list_row(row, kind, columns, printed.merged(row)))
        if kind == "total":
            break
    return tuple(rows)


# sheets of which one has a row more share most of their rows
@lru_cache(maxsize=256)
def list_row(row: int, kind: str, columns: tuple[ListColumn, ...], areas: tuple[Area, ...]) -> ListRow:
    """A row below a header of these columns; `areas`: the merged ones that it is part of."""
    spots = [spot_in(row, one.column, areas, merged_down=True) for one in columns]
    if kind != "item":
        return ListRow(row, kind, columns=tuple(spots))
    headings, weights, others = [], [], []
    for one, spot in zip(columns, spots, strict=True):
        if one.is_heading:
            headings.append((one.level, spot))
        elif one.weighs >= 0:
            weights.append((one.weighs, spot))
        else:
            others.append(spot)
    return ListRow(row, kind, tuple(headings), tuple(weights), tuple(others))


def _is_block_title(
    printed: PrintedRegion, row: int, columns: tuple[ListColumn, ...], pack: PackForms
) -> bool:
    """Whether a row above the header of another part is its title: a word of the pack, or one cell over half
    of the columns."""
    left, right = columns[0].column.left, columns[-1].column.right
    area, texts = printed.area(row, left), printed.texts.get(row, [])
    if any(text.normal in pack.totals or text.normal in pack.subtotals for text in texts):
        return False
    if area.right - area.left >= (right - left + 1) // 2 and area.right > area.left:
        return True
    return any(text.normal in pack.decor and text.area.left <= left for text in texts)


def _columns(ls: ListSpec, headings: dict[str, ColumnHeading], notes: Notes) -> tuple[ListColumn, ...]:
    """The columns that the header names, from the left."""
    columns: list[ListColumn] = []
    for field in ls.columns:
        heading = headings.get(field.name)
        if heading is None:
            if not field.may_lack:
                notes.missing(field.label)
            continue
        level = ls.levels.index(field.name) if field.name in ls.levels else -1
        weighs = ls.group_weights.index(field.name) if field.name in ls.group_weights else -1
        is_heading = 0 <= level < len(ls.levels) - 1
        columns.append(ListColumn(ColumnSpan.headed(field, heading), level, is_heading, weighs))
        notes.heading(heading, field)
    return tuple(sorted(columns, key=lambda one: one.column.left))


def _is_header_again(printed: PrintedRegion, ls: ListSpec, row: int) -> bool:
    """Whether the header is repeated here after a page break."""
    return len({name for _, (name, _) in printed.named(ls.labels).get(row, ())}) >= 3


def _is_note(printed: PrintedRegion, row: int, pack: PackForms) -> bool:
    texts = printed.texts.get(row, [])
    return printed.closing.get(row) == 0 or any(text.normal.startswith(pack.notes) for text in texts)


def _kind(
    printed: PrintedRegion, row: int, columns: tuple[ListColumn, ...], spec: FormSpec, pack: PackForms
) -> str:
    texts = printed.texts.get(row, [])
    left = columns[0].column.left
    named = max(one.column.right for one in columns if one.level >= 0)
    begins_so = printed.closing.get(row) == SUM
    for text in texts:
        # the label may stand under any of the levels, or where nothing stands before it
        if not begins_so and text.cell.col > left and text.cell.row == row and text.area.left > named:
            break
        if sums := pack.sums_up(text.normal):
            return sums
    for text in texts:
        # in the columns of the list such a word is an answer; `closing` knows notes that stand first in a row
        begins = text.normal.startswith(pack.notes) or spec.entry_labels.find(text.squeezed, text.normal)
        if text.cell.col <= left and begins:
            return "end"
    return "end" if SUM < printed.closing.get(row, left + 1) <= left else "item"
