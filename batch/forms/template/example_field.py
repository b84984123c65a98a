"""The field that examples name: the pack's own, as it stands on the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from batch.forms.spec.spec import PackForms
from batch.forms.template.drawn_form import TemplateSlot
from batch.forms.template.drawn_layout import lay_out


@dataclass(frozen=True, slots=True)
class ExampleField:
    """A form, a field of it, and the place of that field in a workbook."""

    form: str = ""
    field: str = ""
    #: 表页!单元格
    place: str = ""

    def spelt(self, text: str) -> str:
        """A text with the example in place of its slots."""
        for slot, word in (("{表}", self.form), ("{栏}", self.field), ("{格}", self.place)):
            text = text.replace(slot, word)
        return text


def example_field(forms: PackForms) -> ExampleField:
    """The field that the pack names, where it is drawn; else the first amount of the first drawn form."""
    drawn = [spec for spec in forms.forms.values() if spec.is_issued]
    form, _, name = forms.outputs.example.partition(".")
    for spec in (*(spec for spec in drawn if spec.key == form), *drawn):
        slots = lay_out(spec, forms, forms.year).slots
        slot = slots.get(name) if spec.key == form else None
        if slot is None:
            slot = next(_amounts_first(slots.values()), None)
        if slot is not None:
            return ExampleField(spec.key, slot.name, f"{spec.drawing.sheet}!{slot.ref}")
    return ExampleField(*(spec.key for spec in list(forms.forms.values())[:1]))


def _amounts_first(slots: Iterable[TemplateSlot]) -> Iterator[TemplateSlot]:
    asked = [slot for slot in slots if slot.is_input]
    yield from sorted(asked, key=lambda slot: slot.field.type != "money")
