"""Read a located indicator table: indicator rows with their headings, and the 总分 row."""

from __future__ import annotations

from dataclasses import dataclass

from batch.forms.locate.list_layout import ListLayout, ListRow
from batch.forms.locate.view import Spot, View
from batch.forms.read.cell_value import points_in_label, read_value
from batch.forms.read.measured import in_measure, sign_in, with_columns
from batch.forms.read.repeated_headings import join_repeated
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze, weight
from batch.forms.spec.non_indicator_rows import RowWords, numbers_columns
from batch.forms.spec.spec import ListSpec
from batch.model.book import Cell
from batch.model.form import BLANK, Deviation, Group, Item, State, Table, Value

_BLANK = Value(State.BLANK)
#: what stands in the 总分 or 合计 row of a list
_ADDED_UP = frozenset({"money", "count", "number", "score"})


@dataclass(slots=True)
class _Headings:
    """The current 一级 and 二级 headings, carried over to rows below."""

    cells: list[Cell | None]
    values: list[Value | None]
    #: the group of the last heading of each level
    groups: list[Group | None]

    @classmethod
    def none(cls, count: int) -> _Headings:
        """No heading yet at so many levels."""
        return cls([None] * count, [None] * count, [None] * count)

    def change(self, level: int, cell: Cell, value: Value) -> None:
        """A new heading at `level` ends those below it."""
        self.cells[level], self.values[level] = cell, value
        for deeper in range(level + 1, len(self.cells)):
            self.cells[deeper] = self.values[deeper] = None


@dataclass(frozen=True, slots=True)
class RowReading:
    """How the rows of a list are read."""

    #: what rows say that are no indicators
    rows: RowWords
    #: the unit of its sums
    money: str
    #: whether rows are kept that have headings but nothing filled in: the template wants those
    keep_empty: bool = False


def read_list(view: View, layout: ListLayout, ls: ListSpec, table: Table, words: RowReading) -> None:
    """Read a repeating table into `table.items`, `table.groups` and `table.totals`."""
    layout.header.hold(view, table)
    rows = _Rows(view, ls, table, words)
    heads = _heads(view, layout)
    for row in layout.rows:
        if row.row in heads:
            for cell in view.rows[row.row]:
                view.take(cell)
        elif row.kind == "item":
            rows.read(row)
        elif row.kind == "total":
            _read_total(view, row, table, words.money)
        elif row.kind == "header":
            for text in view.texts(row.row):
                view.take(text.cell)
        else:
            first = view.rows[row.row][0]
            table.bends.append(
                Deviation("F015", view.sheet.name, first.ref, first.raw.strip(), "", "subtotal")
            )
            for cell in view.rows[row.row]:
                view.take(cell)
    join_repeated(table, ls)
    if ls.points:
        _drop_shared_points(table, ls)


def _heads(view: View, layout: ListLayout) -> set[int]:
    """Rows that belong to a heading: one below it that numbers the columns, and above one that is printed
    again those in which only the title stands."""
    heads: set[int] = set()
    above = "header"
    for row in layout.rows:
        if above == "header" and row.kind == "item":
            texts = [cell.raw for cell in view.rows[row.row]]
            if numbers_columns(texts):
                heads.add(row.row)
        above = row.kind
    below = False
    for row in reversed(layout.rows) if layout.is_repeated else ():
        first, *others = view.rows[row.row]
        alone = row.kind == "item" and not others and first.col <= row.left
        if below and alone:
            heads.add(row.row)
        below = row.kind == "header" or (below and alone)
    return heads


class _Rows:
    """Reads the indicator rows of one table, from the top down."""

    def __init__(self, view: View, ls: ListSpec, table: Table, words: RowReading) -> None:
        self._view, self._ls, self._table, self._words = view, ls, table, words.rows
        self._money, self._keep_empty = words.money, words.keep_empty
        self._headings = _Headings.none(len(ls.levels) - 1)
        # the numbers of the blank rows of a plain list make no rows
        printed = [c.name for c in ls.columns if not c.answer] if len(ls.levels) == 1 else []
        #: columns that say nothing where nothing else is filled in
        self._beside = frozenset((ls.beside.sign, ls.beside.measure, *printed))
        points = [ls.points] if ls.points else []
        scores = [c.name for c in ls.columns if c.type == "score" and c.name not in ls.group_weights]
        self._scores = points + scores
        #: a target and its results, where columns beside them say more of them
        joined = ls.beside.sign or ls.beside.measure
        self._targets = [c.name for c in ls.columns if c.type == "value"] if joined else []
        #: whether rows 其中：… came last
        self._in_parts = False

    def read(self, row: ListRow) -> None:
        """Read one row: an indicator, a part of one, or a blank row of the form."""
        first_of, sheet, money = self._view.first_of, self._view.sheet.name, self._money
        headings = [(level, spot, *first_of(spot)) for level, spot in row.headings]
        # a list without headings has nothing else in its blank rows
        own = self._keep_empty and (len(self._ls.levels) == 1 or any(cell for _, _, cell, _ in headings))
        values: dict[str, Value] = {}
        for spot in row.columns:
            cell, ref = first_of(spot)
            values[spot.name] = value = read_value(cell, spot.type, sheet, ref, money)
            if not own and cell is not None and cell.row == row.row and spot.name not in self._beside:
                own = not self._says_nothing(value)
        begins = self._change_headings(headings, own)
        for level, spot in row.weights:
            cell, ref = first_of(spot)
            _group_weight(self._headings.groups[level], read_value(cell, spot.type, sheet, ref, money))
        if own:
            for level, spot, _, ref in headings:
                values[spot.name] = self._headings.values[level] or read_value(None, spot.type, sheet, ref)
            self._add(row.row, values, begins)
        else:
            name = values.get(self._ls.levels[-1])
            self._in_parts = name is not None and self._words.is_part(name.raw)

    def _says_nothing(self, value: Value) -> bool:
        """Whether a cell is blank or holds only what the blank form prints: no tick, no text, no figure."""
        if value.state is BLANK:
            return True
        if value.number is None:
            return self._words.is_blank_form(value.raw)
        return value.number == 0 and (value.kind == "tick" or value.formula is not None)

    def _change_headings(self, found: list[tuple[int, Spot, Cell | None, str]], own: bool) -> bool:
        """Put the headings of a row in force; whether one of them begins with it."""
        begins = False
        before = self._headings.values.copy()
        sheet = self._view.sheet.name
        for level, _, cell, ref in found:
            if cell is None or cell is self._headings.cells[level]:
                continue
            # …… as the heading of a row that says nothing either is none
            if own or not self._words.is_blank_form(cell.raw):
                self._headings.change(level, cell, read_value(cell, "text", sheet, ref))
                # one written again in every row begins with the first
                above = before[level]
                begins = begins or above is None or squeeze(above.raw) != squeeze(cell.raw)
                _open_group(sheet, level, self._headings, self._ls, self._table)
        return begins

    def _add(self, row: int, values: dict[str, Value], begins: bool) -> None:
        """Add a row with content; `begins`: whether a heading begins with it."""
        if self._ls.points and not values.get(self._ls.points, _BLANK).is_filled:
            values[self._ls.points] = _points(values, self._ls)
        if self._targets:
            self._join_columns(values)
        given = [values[level].raw for level in self._ls.levels if level in values]
        path = tuple([normalise(raw) for raw in given])
        named = [raw for raw in given if raw.strip()]
        label = " ".join(named[-1].split()) if named else f"第{row}行"
        item = Item(row, path, values, label, list_name=self._ls.name)
        self._in_parts = self._is_part(item, begins)
        if self._in_parts:
            self._table.items[-1].parts.append(item)
            return
        self._table.items.append(item)
        for group in self._headings.groups:
            if group is not None and path[: group.level] == group.path:
                group.items.append(item)

    def _join_columns(self, values: dict[str, Value]) -> None:
        """The row's sign and measure belong to its target, the measure to its results as well."""
        beside = self._ls.beside
        sign, measure = (values[name].raw if name in values else "" for name in (beside.sign, beside.measure))
        target, *results = self._targets
        if target not in values or not (sign or measure):
            return
        # 正向 says less than the sign that somebody put before the figure
        words = {} if values[target].op else beside.signs
        values[target] = with_columns(values[target], sign_in(sign, words), measure)
        for name in results:
            if name in values:
                values[name] = in_measure(values[name], values[target], measure)

    def _is_part(self, item: Item, begins: bool) -> bool:
        """Whether a row is part of the indicator above: 其中：… without points, and those that go on with it.

        In a form without points these are set in under the first.
        """
        above = self._table.items[-1] if self._table.items else None
        name = item.values.get(self._ls.levels[-1])
        if above is None or above.list_name != item.list_name or name is None or begins:
            return False
        if above.path[:-1] != item.path[:-1]:
            return False
        scores = [item.values[column] for column in self._scores if column in item.values]
        if not all(map(self._says_nothing, scores)):
            return False
        goes_on = self._in_parts and (bool(scores) or name.raw[:1].isspace())
        return goes_on or self._words.is_part(name.raw)


def _open_group(sheet: str, level: int, headings: _Headings, ls: ListSpec, table: Table) -> None:
    cell = headings.cells[level]
    if cell is None:
        return
    path = tuple([normalise(c.raw) for c in headings.cells[: level + 1] if c is not None])
    value = points_in_label(sheet, cell) if ls.weighted else Value(State.BLANK, sheet=sheet)
    group = Group(level + 1, path, value, [], ls.name)
    headings.groups[level] = group
    table.groups.append(group)


def _group_weight(group: Group | None, value: Value) -> None:
    """A column of weights states that of the heading beside it."""
    if group is not None and not value.is_blank and group.weight.is_blank:
        group.weight = value


def _points(values: dict[str, Value], ls: ListSpec) -> Value:
    """The points of one indicator: in the brackets of its 三级 label, else of its 二级 label."""
    for level in reversed(ls.levels):
        value = values.get(level)
        if value is not None and value.is_filled:
            points = weight(value.raw)
            if points is None:
                continue
            read = (points, value.places, "分", value.op, value.upper, "number", ("in-label",))
            # in a quarter of the time that `replace` takes
            return Value(value.state, value.raw, *read, value.sheet, value.ref, value.formula)
    last = values.get(ls.levels[-1])
    return Value(State.BLANK, sheet=last.sheet if last else "", ref=last.ref if last else "")


def _drop_shared_points(table: Table, ls: ListSpec) -> None:
    """Points of a 二级 label belong to its only indicator; several under it without own points have none."""
    for group in table.groups:
        if group.list_name == ls.name and group.level == len(ls.levels) - 1 and len(group.items) > 1:
            for item in group.items:
                points = item.values[ls.points]
                if points.ref == group.weight.ref:
                    item.values[ls.points] = Value(State.BLANK, sheet=points.sheet, ref=points.ref)


def _read_total(view: View, row: ListRow, table: Table, money: str) -> None:
    label = next(t for t in view.texts(row.row) if not view.is_used(t.cell))
    view.take(label.cell)
    for spot in row.columns:
        if spot.type not in _ADDED_UP:
            continue
        cell, ref = view.first_of(spot)
        if cell is label.cell:
            cell, ref = None, ""
        table.totals[spot.name] = read_value(cell, spot.type, view.sheet.name, ref, money)
