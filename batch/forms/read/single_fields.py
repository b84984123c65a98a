"""Find single fields by their labels: after the colon, to the right, or below."""

from __future__ import annotations

from batch.forms.locate.entry_layout import EntryLabels, inline_entries
from batch.forms.locate.meaning import LABEL_LENGTH
from batch.forms.locate.view import LabelText, View
from batch.forms.read.cell_value import read_value
from batch.forms.spec.label_matching import STEPS, Hit
from batch.forms.spec.spec import Field, FormSpec, PackForms
from batch.model.book import MAX_COL, MAX_ROW, Cell, column_letters
from batch.model.form import Deviation, State, Table, Value

#: how many blank rows may stand between a label and the value below it
_GAP = 3


def read_entries(view: View, labels: EntryLabels, spec: FormSpec, table: Table, pack: PackForms) -> None:
    """Read the form's single fields into `table.fields` by name; `labels` are those of its layout."""
    reading = _Entries(view, labels, spec, table, pack)
    reading.read()
    for field in reading.todo.values():
        if field.required and not field.may_lack and field.name not in table.fields:
            table.bends.append(Deviation("F014", view.sheet.name, "", "", field.label, "missing"))


class _Entries:
    """Reads the single fields of one form."""

    def __init__(
        self, view: View, labels: EntryLabels, spec: FormSpec, table: Table, pack: PackForms
    ) -> None:
        self._view, self._labels, self._table, self._pack = view, labels, table, pack
        self._money = table.money_unit or spec.money
        #: the fields that are still looked for
        self.todo = {f.name: f for f in spec.entries}
        #: labels, and texts with entries in them: (field, step of the match), value
        self._telling = [
            (cell, labels.get((cell.row, cell.col)), inline_entries(cell.raw, spec) if meaning.colon else [])
            for cell, meaning in view.telling
            if meaning.colon or (cell.row, cell.col) in labels
        ]
        self._best = self._best_steps()

    def read(self) -> None:
        """Read all that are there, from the top down."""
        fields, is_used = self._table.fields, self._view.is_used
        for cell, label, inline in self._telling:
            if is_used(cell) or len(cell.raw) > LABEL_LENGTH:
                continue
            if label is None:
                self._inline(cell, inline)
            elif field := self._wanted(label.hit):
                label.notes.hold(self._view, self._table)
                value = self._beside(label.text, field)
                if value.is_blank:
                    # 实施单位（盖章）： above, to be stamped on paper, may stand once more with its name
                    # below
                    self.todo[field.name] = field
                    value = fields.get(field.name, value)
                fields[field.name] = value
        # long texts are no labels, but may hold one: 填报单位：… followed by whatever else
        for cell, _, inline in self._telling:
            if self.todo and inline and not is_used(cell):
                self._inline(cell, inline)

    def _best_steps(self) -> dict[str, str]:
        """For each field the best match of its label on the sheet: a weaker match elsewhere is something
        else."""
        found: dict[str, set[str]] = {}
        for cell, label, inline in self._telling:
            alone = label is not None and not self._view.is_used(cell)
            for name, step in [label.hit] if label and alone else [hit for hit, _ in inline]:
                found.setdefault(name, set()).add(step)
        return {name: min(steps, key=STEPS.index) for name, steps in found.items()}

    def _wanted(self, hit: Hit) -> Field | None:
        """The field that is found here, no longer looked for; None where it was found or is called better."""
        name, step = hit
        return self.todo.pop(name) if name in self.todo and step == self._best[name] else None

    def _inline(self, cell: Cell, inline: list[tuple[Hit, str]]) -> None:
        """A label and its value in one cell: 填报单位：某某局; also several of them."""
        fields, sheet = self._table.fields, self._view.sheet.name
        for hit, value in inline:
            field = self._wanted(hit)
            if field is None:
                continue
            self._view.take(cell)
            if value.strip():
                fields[field.name] = read_value(cell._replace(raw=value), field.type, sheet, cell.ref)
            else:
                fields.setdefault(field.name, Value(State.BLANK, sheet=sheet, ref=cell.ref))
                self.todo[field.name] = field

    def _beside(self, text: LabelText, field: Field) -> Value:
        find = self._below if field.place == "below" else self._right
        cell, ref = find(text)
        if cell is None and find is self._below:
            # label and answer side by side
            cell, beside = self._right(text)
            ref = beside if cell else ref
        self._view.take(cell)
        return read_value(cell, field.type, self._view.sheet.name, ref, self._money)

    def _right(self, text: LabelText) -> tuple[Cell | None, str]:
        """The first filled cell to the right that is not itself a label; else where it should be."""
        row, start = text.area.top, text.area.right + 1
        for cell in self._view.rows.get(row, []):
            if cell.col < start:
                continue
            if self._view.is_used(cell) or self._is_label(cell):
                break
            return cell, cell.ref
        return None, self._ref_at(row, start)

    def _below(self, text: LabelText) -> tuple[Cell | None, str]:
        """The cell below, over blank rows if some were put in; else where it should be."""
        view = self._view
        top, col = text.area.bottom + 1, text.area.left
        row = next((r for r in range(top, top + _GAP) if r in view.rows), top)
        for c in range(col, text.area.right + 1):
            cell = view.cell(row, c)
            if cell is None or cell.row != row or view.is_used(cell) or self._is_label(cell):
                continue
            return cell, cell.ref
        return None, self._ref_at(top, col)

    def _ref_at(self, row: int, col: int) -> str:
        """The address of a place, the last one on the sheet behind a label that is merged to its end."""
        area = self._view.area(min(row, MAX_ROW), min(col, MAX_COL))
        return f"{column_letters(area.left)}{area.top}"

    def _is_label(self, cell: Cell) -> bool:
        """Whether the cell holds a printed part of the form rather than a value."""
        if (cell.row, cell.col) in self._labels:
            return True
        words = self._view.words(cell) if self._view.meaning(cell) else None
        if words is None:
            return False
        return words[1] in self._pack.decor or words[1].startswith(("单位:", "金额单位"))
