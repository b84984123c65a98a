"""A form drawn on its sheet: labels as cells, merged areas, and the fields with their addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from batch.forms.spec.spec import Field, FormSpec
from batch.forms.template.chosen_rows import Computed
from batch.model.book import Area, Sheet
from batch.model.form import Table

NUMBER_TYPES = frozenset({"money", "count", "number", "percent", "score"})


@dataclass(frozen=True, slots=True)
class TemplateSlot:
    """One field of the form on the template."""

    #: an entry's name; "行.栏" of a grid; "一级/二级/三级.栏" of an indicator; "总分.栏"
    name: str
    #: "entry", "grid", "item" or "total"
    part: str
    #: what is expected in the cell: its type, formula and preset
    field: Field
    #: the cell, or the merged cells
    area: Area
    #: what stands there from the start: a preset or what the drawing says; a number where one is expected
    preset: str | Decimal | None = None
    #: how the form computes it; None for what people fill in
    computed: Computed | None = None
    #: a printed part of the form, such as the weight of a 一级 heading, not to be changed by a unit
    printed: bool = False

    @property
    def ref(self) -> str:
        """The address to write to."""
        return Area(self.area.top, self.area.left, self.area.top, self.area.left).ref

    @property
    def is_input(self) -> bool:
        """Whether people fill it in."""
        return self.computed is None and not self.printed


@dataclass(slots=True)
class DrawnLayout:
    """A form on its sheet."""

    spec: FormSpec
    #: the labels as cells, with all merged areas
    sheet: Sheet
    rows: int
    columns: int
    #: every area of the drawing, merged or single, by its top left cell, row by row
    areas: dict[tuple[int, int], Area]
    #: by name, in the order of the form
    slots: dict[str, TemplateSlot] = field(default_factory=dict)
    #: labels of grid rows: place → the row's field
    row_labels: dict[tuple[int, int], Field] = field(default_factory=dict)
    #: the form as read from its drawing, with nothing filled in
    table: Table | None = None
    #: rows of the list's header, when there is one list
    header: tuple[int, int] | None = None
    title: tuple[int, int] = (1, 1)

    def computed(self) -> dict[str, Computed]:
        """The computed cells, by address."""
        return {slot.ref: slot.computed for slot in self.slots.values() if slot.computed}
