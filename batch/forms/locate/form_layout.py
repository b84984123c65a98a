"""The layout of a form on a sheet, found once for all sheets with the same layout key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from batch.forms.locate.entry_layout import EntryLabels, find_entry_labels
from batch.forms.locate.grid_layout import GridLayout, find_grid
from batch.forms.locate.layout_key import LayoutKey, PrintedRegion
from batch.forms.locate.list_layout import ListLayout, find_lists
from batch.forms.spec.labels import money_unit_in
from batch.forms.spec.spec import PackForms


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The positions of the parts of a form on every sheet with the same layout key."""

    #: the unit of money it prints, and where: "" when it prints none
    money_unit: str
    money_evidence: str
    entries: EntryLabels
    #: in the order of FormSpec.grids
    grids: tuple[GridLayout, ...]
    #: in the order of FormSpec.lists
    lists: tuple[ListLayout, ...]


#: a unit has some four forms; sheets that were bent share their layout with nobody's. It takes 30 KB.
@lru_cache(maxsize=32)
def layout_of(skeleton: LayoutKey, pack: PackForms) -> FormLayout:
    """The layout of the form on a sheet with this layout key; it depends on nothing else."""
    printed = PrintedRegion(skeleton)
    spec = pack.forms[skeleton.form]
    entries = find_entry_labels(printed, spec)
    grids = tuple(find_grid(printed, spec, grid, pack) for grid in spec.grids)
    return FormLayout(*_printed_unit(printed), entries, grids, find_lists(printed, spec, grids, pack))


def _printed_unit(printed: PrintedRegion) -> tuple[str, str]:
    for texts in printed.texts.values():
        for text in texts:
            unit = money_unit_in(text.cell.raw)
            if unit:
                return unit, f"表内{text.cell.ref}标注“{text.cell.raw.strip()}”"
    return "", ""
