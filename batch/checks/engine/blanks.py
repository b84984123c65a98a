"""Blank amounts of money: which count as 0, which as the sum of the rows below, and which are missing.

A form's own sums decide, from its ties and the formulas of its rows: a blank part is 0 where the sum holds
without it. Other blanks are reported once for each sum that lacks them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from batch.checks.engine.amount import Amount
from batch.checks.engine.catalogue import Check
from batch.checks.engine.column_sums import ColumnSum, sums_of
from batch.checks.engine.edited import Edited
from batch.checks.engine.fields import Fields, Slot, edited_slot
from batch.config.expression import names, parse_expression
from batch.forms.spec.spec import FormSpec, Grid, PackForms
from batch.model.book import parse_ref
from batch.model.form import BLANK, Table, Value


@dataclass(frozen=True, slots=True)
class Lacking:
    """Blank cells that are told together, because one sum lacks them."""

    slots: list[Slot]
    #: the filled cell that shows it
    beside: list[Value]
    #: sums that a formula made without them
    spoilt: list[Value]


@dataclass(slots=True)
class Blanks:
    """The verdict on the required blank cells of a submission's grids, by the identity of their values."""

    #: plainly 0, in the order of the forms
    zero: dict[int, Slot] = field(default_factory=dict)
    #: what a blank heading comes to by the rows below it
    implied: dict[int, Amount] = field(default_factory=dict)
    #: blank cells that one sum lacks, and what is known of that sum
    lacking: list[Lacking] = field(default_factory=list)
    #: rates and points left blank beside a blank that is told: they follow from it
    following: dict[int, Slot] = field(default_factory=dict)
    #: all that were judged, and by which sums
    judged: dict[int, Slot] = field(default_factory=dict)
    sums: list[ColumnSum] = field(default_factory=list)
    #: each table's own
    by_table: list[tuple[Table, Blanks]] = field(default_factory=list)

    @property
    def known(self) -> frozenset[int]:
        """The blanks that count as a number."""
        return frozenset((*self.zero, *self.implied))

    @property
    def verdict(self) -> tuple[object, ...]:
        """What is said of which blanks; equal where the same is said of the same ones."""
        told = [tuple(id(one.value) for one in lacking.slots) for lacking in self.lacking]
        beside = [tuple(map(id, (*lacking.beside, *lacking.spoilt))) for lacking in self.lacking]
        return (*self.zero,), (*self.implied,), (*told,), (*beside,), (*self.following,)

    def add(self, table: Table, own: Blanks) -> None:
        """Take in the verdict on one table."""
        self.zero |= own.zero
        self.implied |= own.implied
        self.lacking += own.lacking
        self.following |= own.following
        self.by_table.append((table, own))


def judge(fields: Fields, forms: PackForms, catalogue: Collection[Check]) -> Blanks:
    """Judge every blank cell of the grids' required columns of a submission."""
    made = Blanks()
    for table, slots in fields.by_table:
        spec, blank = forms.forms[table.form], _due(slots)
        made.add(table, _judged(table, blank, spec, _sums(table, blank, spec, catalogue)))
    return made


def judge_again(
    before: Blanks,
    edited: Edited,
    changed: Sequence[tuple[Slot, Slot]],
    fields: Fields,
    forms: PackForms,
    catalogue: Collection[Check],
) -> Blanks:
    """What the blanks are after some fields changed, each as it was and as it is; `fields`: all as they are.

    What the blanks of a table are rests on its blanks, its sums of money and its name.
    """
    emptied = {id(now.table) for _, now in changed if now.value.state is BLANK}
    again = {id(was.table) for was, _ in changed if was.field.type == "money" or was.value.state is BLANK}
    made, is_same = Blanks(), True
    for table, own in before.by_table:
        now = edited.table(table)
        if id(now) in emptied:
            blank = next(_due(slots) for one, slots in fields.by_table if one is now)
            sums = _sums(now, blank, forms.forms[table.form], catalogue)
        elif own.judged and (id(table) in again or now.name != table.name):
            blank = _due(edited_slot(slot, edited) for slot in own.judged.values())
            sums = [one.edited(edited.values) for one in own.sums]
        else:
            made.add(table, own)
            continue
        made.add(now, _judged(now, blank, forms.forms[table.form], sums))
        is_same = False
    return before if is_same else made


def _due(slots: Iterable[Slot]) -> dict[int, Slot]:
    return {
        id(slot.value): slot
        for slot in slots
        if slot.value.state is BLANK and slot.row and slot.item is None and _is_due(slot)
    }


def _sums(
    table: Table, blank: dict[int, Slot], spec: FormSpec, catalogue: Collection[Check]
) -> list[ColumnSum]:
    columns = {slot.field.name for slot in blank.values() if slot.field.type == "money"}
    return sums_of(table, spec, catalogue, columns) if columns else []


def _judged(table: Table, blank: dict[int, Slot], spec: FormSpec, sums: list[ColumnSum]) -> Blanks:
    made = Blanks(judged=blank, sums=sums)
    money = {key: slot for key, slot in blank.items() if slot.field.type == "money"}
    if money:
        _Judged(table, spec, money, made).judge()
    _rates(table, spec, blank, made)
    return made


def _is_due(slot: Slot) -> bool:
    if slot.is_total:
        return slot.field.required and bool(slot.field.total) and not slot.value.formula
    return bool(slot.field.required or slot.field.required_if) and not slot.value.formula


class _Judged:
    """The blank sums of one table while they are judged."""

    def __init__(self, table: Table, spec: FormSpec, blank: dict[int, Slot], made: Blanks) -> None:
        self.table, self.spec, self.blank, self.made = table, spec, blank, made
        self.equal = [one for one in made.sums if one.op == "=="]
        self.least = [one for one in made.sums if one.op == ">="]
        #: by the cell that is their whole
        self.wholes: dict[int, list[ColumnSum]] = {}
        for one in made.sums:
            if one.whole is not None:
                self.wholes.setdefault(id(one.whole), []).append(one)
        self.by_row: dict[str, list[Slot]] = {}
        for slot in blank.values():
            self.by_row.setdefault(slot.row, []).append(slot)

    def judge(self) -> None:
        """Say of every blank what it is, each kind resting on the one before."""
        self._headings()
        self._zeros()
        self._lacking()

    def _is_nothing(self, row: str) -> bool:
        """Whether a row has no money in any column."""
        columns = [c.name for grid in self.spec.grids for c in grid.columns if c.type == "money"]
        here = (self.table.fields.get(f"{row}.{column}") for column in columns)
        return all(v.state is BLANK or v.number == 0 for v in here if v is not None)

    def _headings(self) -> None:
        """A blank heading above filled rows is their sum, where the sum it is part of says so too."""
        for key in self.blank:
            own = next((one for one in self.wholes.get(key, ()) if one.op == "=="), None)
            amount = own.parts({}) if own else None
            if amount is None or not amount.value:
                continue
            outer = [one for one in self.equal if key in map(id, one.right) and not one.is_empty]
            if outer and all(one.holds({key: amount}) and not one.holds({}) for one in outer):
                self.made.implied[key] = amount

    def _zeros(self) -> None:
        implied, zero = self.made.implied, self.made.zero
        evident: set[str] = set()
        for one in self.equal:
            blank = [slot for value in one.cells if (slot := self.blank.get(id(value)))]
            if not blank or one.is_empty or not one.holds(implied):
                continue
            for slot in blank:
                if id(slot.value) in implied or not self._may_be_nothing(slot.value):
                    continue
                evident.add(slot.row)
                if not one.is_computed:
                    zero[id(slot.value)] = slot
        for row, slots in self.by_row.items():
            if self._is_nothing(row) and (row in evident or self._is_title(row) or self._is_small(slots)):
                zero.update({id(s.value): s for s in slots if self._may_be_nothing(s.value)})
        self.made.zero = {key: slot for key, slot in self.blank.items() if key in zero} | self.made.zero

    def _may_be_nothing(self, value: Value) -> bool:
        """Whether nothing below a blank speaks against its being 0."""
        return all(one.holds({}) for one in self.wholes.get(id(value), ()))

    def _is_title(self, row: str) -> bool:
        """Whether a blank row of an open heading only stands above rows of its own."""
        field_of = {field.name: field for grid in self.spec.grids for field in grid.rows}
        parent = field_of[row].parent if row in field_of else ""
        if not parent:
            return False
        listed = [name for name, field in field_of.items() if field.parent == parent]
        listed += self.table.extra_rows.get(parent, [])
        placed = sorted((at, name) for name in listed if (at := self._row_number(name)))
        following = [name for at, name in placed if at > self._row_number(row)]
        return bool(following) and following[0] in self.table.extra_rows.get(parent, ())

    def _row_number(self, row: str) -> int:
        refs = (v.ref for name, v in self.table.fields.items() if name.partition(".")[0] == row and v.ref)
        return next((parse_ref(ref)[0] for ref in refs), 0)

    def _is_small(self, slots: Sequence[Slot]) -> bool:
        """Whether a row of nothing is part of sums that say what is least, and of no other."""
        if any(id(slot.value) in self.wholes for slot in slots):
            return False
        of = [[one for one in self.least if id(slot.value) in map(id, one.right)] for slot in slots]
        exact = any(id(slot.value) in map(id, one.cells) for slot in slots for one in self.equal)
        return not exact and all(of) and all(v.number is not None for s in of for one in s for v in one.left)

    def _lacking(self) -> None:
        """Blanks that are missing, those of one sum together."""
        known = self.made.zero.keys() | self.made.implied.keys()
        left = {key: slot for key, slot in self.blank.items() if key not in known}
        while left:
            todo = [next(iter(left))]
            group: dict[int, Slot] = {}
            beside: dict[int, Value] = {}
            while todo:
                key = todo.pop(0)
                if key not in left:
                    continue
                group[key] = left.pop(key)
                for lacks in self._lacked_by(key):
                    todo += [id(value) for value in lacks.cells]
                    if lacks.whole is not None and lacks.whole.state is not BLANK:
                        beside[id(lacks.whole)] = lacks.whole
            self.made.lacking.append(
                Lacking(list(group.values()), list(beside.values()), self._spoilt(list(group)))
            )

    def _spoilt(self, keys: list[int]) -> list[Value]:
        """The sums that formulas made without some cells, and the sums made of those."""
        found: dict[int, Value] = {}
        while keys:
            key = keys.pop()
            for one in self.equal:
                whole = one.whole if one.is_computed and key in map(id, one.right) else None
                if whole is not None and id(whole) not in found:
                    found[id(whole)] = whole
                    keys.append(id(whole))
        return list(found.values())

    def _lacked_by(self, key: int) -> Iterator[ColumnSum]:
        """The sums that a blank is lacking in."""
        for one in self.equal:
            if key in map(id, one.cells) and (one.is_empty or not one.holds(self.made.implied)):
                yield one


def _rates(table: Table, spec: FormSpec, blank: Mapping[int, Slot], made: Blanks) -> None:
    """Rates and points beside blank sums: nothing where those are 0, else they follow from them."""
    columns = {column.name: (column, grid) for grid in spec.grids for column in grid.columns}
    for key, slot in blank.items():
        if slot.field.type == "money" or not slot.field.formula:
            continue
        grid = columns[slot.field.name][1]
        cells = [table.fields.get(f"{slot.row}.{name}") for name in _inputs(slot.field.name, grid)]
        empty = [id(value) for value in cells if value is not None and value.state is BLANK]
        if not empty:
            continue
        if all(other in made.zero for other in empty):
            made.zero[key] = slot
        else:
            made.following[key] = slot


def _inputs(column: str, grid: Grid) -> set[str]:
    """The columns of money that a computed column comes from, through others where need be."""
    by_name = {c.name: c for c in grid.columns}
    found: set[str] = set()
    todo, seen = [column], set()
    while todo:
        name = todo.pop()
        field = by_name.get(name)
        if field is None or name in seen:
            continue
        seen.add(name)
        if field.formula:
            todo += names(parse_expression(field.formula))
        elif field.type == "money":
            found.add(name)
    return found
