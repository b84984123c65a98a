"""Every value of a table with the field it belongs to; indexed once for all checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from batch.checks.engine.check_result import Passed
from batch.checks.engine.edited import Edited
from batch.checks.engine.form_words import item_label, plain, spelt
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.reads import Reader, Reads
from batch.config.expression import names, parse_expression
from batch.forms.spec.spec import Field, FormSpec, ListSpec, PackForms
from batch.model.form import BLANK, FILLED, PLACEHOLDER, Item, State, Submission, Table, Value
from batch.model.record import record

_NOTHING = (BLANK, PLACEHOLDER)


@record(frozen=True, slots=True)
class Slot:
    """One field of one table as filled."""

    table: Table
    field: Field
    value: Value
    #: identity in the form's words, without row numbers
    name: str
    #: how messages call it
    label: str
    row: str = ""
    item: Item | None = None
    #: whether it stands in the 总分 row of a list
    is_total: bool = False


class _Kinds:
    """Fields by what sets them apart."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        #: those with a number, and those with a formula behind the value
        self.numbers: list[Slot] = []
        self.computed: list[Slot] = []
        self.by_type: dict[str, list[Slot]] = defaultdict(list)
        self.by_state: dict[State, list[Slot]] = defaultdict(list)
        self.by_note: dict[str, list[Slot]] = defaultdict(list)
        by_type, numbers = self.by_type, self.numbers
        for slot in slots:
            value = slot.value
            by_type[slot.field.type].append(slot)
            if value.number is not None:
                numbers.append(slot)
            if value.formula is not None:
                self.computed.append(slot)
            if value.state is not FILLED:
                self.by_state[value.state].append(slot)
            for note in value.notes:
                self.by_note[note].append(slot)


class Fields:
    """Every field of a submission, gone through once for all checks when the first asks for them.

    What most of them look for stands in few fields or in none, so it is kept by what sets those fields apart.
    """

    def __init__(self, submission: Submission, forms: PackForms) -> None:
        self._submission, self._forms = submission, forms
        #: by the identity of a table, with who asks for their cells
        self._indicators: dict[int, tuple[Reader, list[Indicator]]] = {}
        self._passed: dict[int, Passed] = {}

    def edited(self, edited: Edited) -> Fields:
        """The same fields after some cells were given other values."""
        return _EditedFields(self, edited)

    @cached_property
    def by_table(self) -> list[tuple[Table, list[Slot]]]:
        """The tables that have fields, each with its own."""
        found = ((table, table_slots(table, self._forms)) for table in self._submission.tables)
        return [(table, own) for table, own in found if own]

    @property
    def tables(self) -> list[Table]:
        """The tables that have fields."""
        return [table for table, _ in self.by_table]

    @cached_property
    def slots(self) -> list[Slot]:
        """All fields, table by table."""
        return [slot for _, own in self.by_table for slot in own]

    @cached_property
    def _kinds(self) -> _Kinds:
        return _Kinds(self.slots)

    @cached_property
    def conditions(self) -> frozenset[str]:
        """The columns that say whether one of the blank cells has to be filled in."""
        fields = {slot.field.required_if for slot in self.in_state(BLANK)} - {""}
        asked = (name for text in fields for name in names(parse_expression(text)))
        return frozenset(name.rpartition(".")[2] for name in asked)

    @property
    def numbers(self) -> Sequence[Slot]:
        """Fields with a number."""
        return self._kinds.numbers

    @property
    def computed(self) -> Sequence[Slot]:
        """Fields with a formula behind the value."""
        return self._kinds.computed

    def indicators(self, table: Table, reads: Reads) -> Sequence[Indicator]:
        """The indicators of one of the submission's tables, for a check that reads these columns."""
        known = self._indicators.get(id(table))
        if known is None:
            reader = Reader(table.form, reads)
            # rows of a plain list beside that of the indicators are none
            lists = self._forms.forms[table.form].lists
            graded = {ls.name for ls in lists if len(ls.levels) > 1}
            rows = (item for item in table.items if not graded or item.list_name in graded)
            known = self._indicators[id(table)] = reader, [Indicator(table, item, reader) for item in rows]
        reader, found = known
        reader.turn_to(reads)
        return found

    def passed(self, table: Table) -> Passed:
        """What a check says of one of the submission's tables on which nothing is wrong."""
        known = self._passed.get(id(table))
        if known is None:
            known = self._passed[id(table)] = Passed(table.name, table.form)
        return known

    def of_type(self, kind: str) -> Sequence[Slot]:
        """Fields of one type: text, money, date, …"""
        return self._kinds.by_type.get(kind, ())

    def in_state(self, state: State) -> Sequence[Slot]:
        """Fields in another state than FILLED."""
        return self._kinds.by_state.get(state, ())

    def noted(self, note: str) -> Sequence[Slot]:
        """Fields whose value was read with this note; see Value.notes."""
        return self._kinds.by_note.get(note, ())


class _EditedFields(Fields):
    """Fields some of whose cells were given other values; most checks ask for none of them."""

    def __init__(self, before: Fields, edited: Edited) -> None:
        super().__init__(before._submission, before._forms)
        self._before, self._edited = before, edited
        # what was worked out of the others stays so
        self._indicators = dict(before._indicators)
        for key, now in edited.tables.items():
            reader, rows = before._indicators.get(key, (None, []))
            # what is said of a project's rows begins with its name
            if reader is not None and all(it.table.name == now.name for it in rows[:1]):
                self._indicators[id(now)] = reader, [self._row(it, now, reader) for it in rows]

    def _row(self, it: Indicator, table: Table, reader: Reader) -> Indicator:
        item = self._edited.items.get(id(it.item))
        return it if item is None else Indicator(table, item, reader)

    @cached_property
    def by_table(self) -> list[tuple[Table, list[Slot]]]:
        """See Fields."""
        edited = self._edited
        return [
            (edited.table(table), self._now(own) if id(table) in edited.tables else own)
            for table, own in self._before.by_table
        ]

    @property
    def tables(self) -> list[Table]:
        """See Fields."""
        return list(map(self._edited.table, self._before.tables))

    def of_type(self, kind: str) -> Sequence[Slot]:
        """See Fields."""
        return self._now(self._before.of_type(kind))

    def in_state(self, state: State) -> Sequence[Slot]:
        """See Fields."""
        if any(value.state is state for value in self._edited.values.values()):
            return super().in_state(state)
        return self._now(self._left(self._before.in_state(state)))

    def noted(self, note: str) -> Sequence[Slot]:
        """See Fields."""
        if any(note in value.notes for value in self._edited.values.values()):
            return super().noted(note)
        return self._now(self._left(self._before.noted(note)))

    def _left(self, slots: Iterable[Slot]) -> Iterable[Slot]:
        return (slot for slot in slots if id(slot.value) not in self._edited.values)

    def _now(self, slots: Iterable[Slot]) -> list[Slot]:
        return [edited_slot(slot, self._edited) for slot in slots]


def edited_slot(slot: Slot, edited: Edited) -> Slot:
    """A field after some cells were given other values."""
    table = edited.tables.get(id(slot.table))
    if table is None:
        return slot
    value = edited.values.get(id(slot.value), slot.value)
    item = slot.item and edited.items.get(id(slot.item), slot.item)
    return Slot(table, slot.field, value, slot.name, slot.label, slot.row, item, slot.is_total)


def table_slots(table: Table, forms: PackForms) -> list[Slot]:
    """Every entry, grid cell, indicator cell and total of one table."""
    spec = forms.forms[table.form]
    found = [
        Slot(table, entry, value, entry.name, plain(spelt(entry.label, table, forms)))
        for entry in spec.entries
        if (value := table.fields.get(entry.name)) is not None
    ]
    found += _grid_slots(table, spec, forms)
    for ls in spec.lists:
        found += _list_slots(table, ls, forms)
    return found


def _list_slots(table: Table, ls: ListSpec, forms: PackForms) -> list[Slot]:
    found: list[Slot] = []
    for group in table.groups:
        # a weight in the heading itself is part of its text
        is_own = group.list_name == ls.name and "in-label" not in group.weight.notes
        if is_own and group.level <= len(ls.group_weights):
            weight = ls.group_weights[group.level - 1]
            column = next(c for c in ls.columns if c.name == weight)
            name = f"{'/'.join(group.path)}.{column.name}"
            label = f"“{group.path[-1]}”的{column.label}"
            found.append(Slot(table, column, group.weight, name, label))
    columns = [(c, c.name, spelt(c.label, table, forms)) for c in ls.columns]
    # a row of a list without headings is no indicator
    called, total = ("指标", "总分") if len(ls.levels) > 1 else (ls.name, f"{ls.name}合计")
    for item in table.items:
        if item.list_name != ls.name:
            continue
        found += _row_slots(table, item, columns, called)
        for part in item.parts:
            # it owes nothing: what is left blank in it is no field
            slots = _row_slots(table, part, columns, called)
            found += [slot for slot in slots if slot.value.state not in _NOTHING]
    for column in ls.columns:
        value = table.totals.get(column.name)
        if value is not None:
            label = f"{total}的{spelt(column.label, table, forms)}"
            found.append(Slot(table, column, value, f"总分.{column.name}", label, "总分", is_total=True))
    return found


def _row_slots(table: Table, item: Item, columns: list[tuple[Field, str, str]], called: str) -> list[Slot]:
    start, path, values = f"{called}“{item_label(item)}”的", "/".join(item.path), item.values
    return [
        Slot(table, column, value, f"{path}.{name}", start + words, "", item)
        for column, name, words in columns
        if (value := values.get(name)) is not None
    ]


def _grid_slots(table: Table, spec: FormSpec, forms: PackForms) -> list[Slot]:
    found: list[Slot] = []
    for grid in spec.grids:
        rows = [(r.name, spec.row_words[r.name]) for r in grid.rows]
        rows += [(name, name) for names in table.extra_rows.values() for name in names]
        columns = [(c, c.name, spelt(c.label, table, forms)) for c in grid.columns]
        found += [
            Slot(table, column, value, name, f"{row_label}的{words}", row)
            for row, row_label in rows
            for column, column_name, words in columns
            if (value := table.fields.get(name := f"{row}.{column_name}")) is not None
        ]
    return found
