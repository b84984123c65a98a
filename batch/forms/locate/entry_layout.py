"""Where the labels of a form's single fields are printed, found once for a layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from batch.forms.locate.layout_key import PrintedRegion
from batch.forms.locate.match_notes import Notes
from batch.forms.locate.view import LabelText
from batch.forms.locate.years import drop_year
from batch.forms.spec.label_matching import Hit
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import split_entries, squeeze
from batch.forms.spec.spec import FormSpec


class EntryLabel(NamedTuple):
    """The label of a single field."""

    text: LabelText
    hit: Hit
    #: what is noted where it is taken for the field's
    notes: Notes


#: by row and column
EntryLabels = Mapping[tuple[int, int], EntryLabel]


def find_entry_labels(printed: PrintedRegion, spec: FormSpec) -> EntryLabels:
    """The printed texts that are labels of single fields; every label is among the texts of a layout key."""
    fields = {field.name: field for field in spec.entries}
    found = {}
    for named in printed.named(spec.entry_labels).values():
        for text, hit in named:
            notes = Notes()
            notes.label(text, fields[hit[0]], hit[1])
            found[text.cell.row, text.cell.col] = EntryLabel(text, hit, notes)
    return found


def inline_entries(raw: str, spec: FormSpec) -> list[tuple[Hit, str]]:
    """The fields that a text names before its colons, each with the value behind it: 填报单位：某某局.

    A year may stand before a name: 2020年度 评价单位名称：…
    """
    found = []
    for left, value in split_entries(raw):
        words = drop_year(left)
        if hit := spec.entry_labels.find(squeeze(words), normalise(words)):
            found.append((hit, value))
    return found
