"""Every value of a table with the field it belongs to; indexed once for all checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from batch.checks.engine.edited import Edited
from batch.checks.engine.form_words import item_label, plain, spelt
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.reads import Reader, Reads
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


class Fields:
    """Every field of a submission, gone through once for all checks.

    What most of them look for stands in few fields or in none, so it is kept by what sets those fields apart.
    """

    def __init__(
        self, submission: Submission, forms: PackForms, known: Mapping[int, list[Slot]] = MappingProxyType({})
    ) -> None:
        """`known`: by the identity of a table, its fields where they are known already."""
        #: table by table
        self.slots: list[Slot] = []
        #: those with a number, and those with a formula behind the value
        self.numbers: list[Slot] = []
        self.computed: list[Slot] = []
        #: the tables that have fields, each with its own
        self.tables: list[tuple[Table, list[Slot]]] = []
        self._forms = forms
        self._indicators: dict[int, list[Indicator]] = {}
        self._reader = Reader(Reads())
        self._by_type: dict[str, list[Slot]] = {}
        self._by_state: dict[State, list[Slot]] = {}
        self._by_note: dict[str, list[Slot]] = {}
        for table in submission.tables:
            own = known.get(id(table)) or table_slots(table, forms)
            if own:
                self.slots += own
                self.tables.append((table, own))
        for slot in self.slots:
            value = slot.value
            self._by_type.setdefault(slot.field.type, []).append(slot)
            if value.number is not None:
                self.numbers.append(slot)
            if value.formula is not None:
                self.computed.append(slot)
            if value.state is not FILLED:
                self._by_state.setdefault(value.state, []).append(slot)
            for note in value.notes:
                self._by_note.setdefault(note, []).append(slot)

    def edited(self, edited: Edited, submission: Submission, forms: PackForms) -> Fields:
        """The same fields after some cells were given other values; `submission`: that with these values."""
        known = {
            id(edited.table(table)): [_edited(slot, edited) for slot in own]
            if id(table) in edited.tables
            else own
            for table, own in self.tables
        }
        made = Fields(submission, forms, known)
        # what was worked out of the other tables stays so
        made._reader = self._reader
        made._indicators = {key: found for key, found in self._indicators.items() if key not in edited.tables}
        return made

    def indicators(self, table: Table, reads: Reads) -> Sequence[Indicator]:
        """The indicators of one of the submission's tables, for a check that reads these columns."""
        self._reader.reads = reads
        known = self._indicators.get(id(table))
        if known is None:
            # rows of a plain list beside that of the indicators are none
            lists = self._forms.forms[table.form].lists
            graded = {ls.name for ls in lists if len(ls.levels) > 1}
            rows = (item for item in table.items if not graded or item.list_name in graded)
            known = self._indicators[id(table)] = [Indicator(table, item, self._reader) for item in rows]
        return known

    def of_type(self, kind: str) -> Sequence[Slot]:
        """Fields of one type: text, money, date, …"""
        return self._by_type.get(kind, ())

    def in_state(self, state: State) -> Sequence[Slot]:
        """Fields in another state than FILLED."""
        return self._by_state.get(state, ())

    def noted(self, note: str) -> Sequence[Slot]:
        """Fields whose value was read with this note; see Value.notes."""
        return self._by_note.get(note, ())


def _edited(slot: Slot, edited: Edited) -> Slot:
    value = edited.values.get(id(slot.value), slot.value)
    item = slot.item and edited.items.get(id(slot.item), slot.item)
    table = edited.table(slot.table)
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
