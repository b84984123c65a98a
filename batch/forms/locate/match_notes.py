"""Results of recognising a form's labels, independent of the sheet: explained cells and deviations."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch.forms.locate.headings import ColumnHeading
from batch.forms.locate.view import LabelText, View
from batch.forms.locate.years import looks_date_mangled
from batch.forms.spec.spec import Field
from batch.model.form import Deviation, State, Table, Value


@dataclass(slots=True)
class Notes:
    """Explained cells, and how labels differ from those of the form."""

    taken: set[tuple[int, int]] = field(default_factory=set)
    #: with no sheet named
    bends: list[Deviation] = field(default_factory=list)
    #: headers that name the monitoring period: (column, as written, address)
    printed: list[tuple[str, str, str]] = field(default_factory=list)

    def label(self, text: LabelText, field: Field, step: str) -> None:
        """Record that a label was recognised by this step (see `batch.forms.spec.label_matching`)."""
        self.taken.add((text.cell.row, text.cell.col))
        ref, written = text.cell.ref, " ".join(text.cell.raw.split())
        if "{期}" in field.label:
            self.printed.append((field.name, written, ref))
            if looks_date_mangled(written):
                self.bends.append(Deviation("F013", "", ref, written, field.label, "mangled"))
                step = "mangled"
        if step != "exact":
            # blanks, brackets and remarks are recorded, but nobody has to be told of them
            check = "" if step in ("normalised", "loose") else "F012"
            self.bends.append(Deviation(check, "", ref, written, field.label, step))

    def heading(self, heading: ColumnHeading, field: Field) -> None:
        """Record that a column heading was recognised, in one cell or several."""
        self.label(heading.text, field, heading.step)
        self.taken.update(heading.cells)

    def missing(self, label: str) -> None:
        """Record a part of the form that is nowhere on the sheet."""
        self.bends.append(Deviation("F014", "", "", "", label, "missing"))

    def hold(self, view: View, table: Table) -> None:
        """Apply the notes to this sheet and to the form read from it."""
        view.used |= self.taken
        name = view.sheet.name
        table.bends += [
            Deviation(bend.check, name, bend.ref, bend.found, bend.expected, bend.step) for bend in self.bends
        ]
        for column, written, ref in self.printed:
            table.printed[column] = Value(State.FILLED, written, sheet=name, ref=ref)
