"""The workbooks beside each pack: one filled in right, one as another office prints it, one with mistakes.

    python -m tests.packs.workbooks [PACK…]      makes them from the packs' own templates

The mistakes of the wrong one are planted here, with the check that has to find each; the tests read them.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from batch.forms.spec.spec import PackForms
from batch.forms.template.drawn_form import NUMBER_TYPES
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.workbook import Page, template_bytes
from batch.model.book import Book
from batch.returns.rebuilt_copy import rebuilt
from batch.unit.rules import Context, load_rules
from batch.workbook.read.xlsx import read_workbook

FOLDER = Path(__file__).parent
#: what is written into cells of the template, by sheet and address
Cells = Mapping[str, Mapping[str, str | float]]


@dataclass(frozen=True, slots=True)
class Planted:
    """A pack's workbooks."""

    #: the forms in their order, with what is written into each
    right: Cells
    #: what other offices print otherwise
    bends: tuple[Callable[[Book, random.Random], Book], ...]
    #: the mistakes
    wrong: Cells
    #: check and cell of every 错误 these come to
    found: frozenset[str]
    #: the sheet of 汇总.xlsx with the scores, and of each unit those filled in and those that are due
    scores: tuple[str, Mapping[str, tuple[float, float]]] | None = None


def forms_of(pack: str) -> PackForms:
    """The forms of a pack beside this module."""
    return load_rules(Context(str(FOLDER / pack))).forms


def filled(forms: PackForms, cells: Cells) -> bytes:
    """The template with what is written into its cells, computed ones and printed ones too."""
    pages = []
    for key, texts in cells.items():
        slots = {slot.ref: slot for slot in lay_out(forms.forms[key], forms, forms.year).slots.values()}
        fill = {
            slots[ref].name: Decimal(str(text)) if slots[ref].field.type in NUMBER_TYPES else str(text)
            for ref, text in texts.items()
        }
        pages.append(Page(key, fill, frozenset(slots[ref].name for ref in texts if slots[ref].computed)))
    return template_bytes(forms, pages=pages)


def with_mistakes(planted: Planted) -> dict[str, dict[str, str | float]]:
    """The right cells with the mistakes over them; an empty text leaves a cell blank."""
    whole = {key: {**texts, **planted.wrong.get(key, {})} for key, texts in planted.right.items()}
    return {key: {ref: text for ref, text in texts.items() if text != ""} for key, texts in whole.items()}


def bent(forms: PackForms, planted: Planted) -> bytes:
    """The right one as another office prints it."""
    book = read_workbook(filled(forms, planted.right), "right.xlsx")
    # rows that are moved would take their formulas to other cells
    for sheet in book.sheets:
        sheet.cells = {place: cell._replace(formula=None) for place, cell in sheet.cells.items()}
    for number, bend in enumerate(planted.bends):
        book = bend(book, random.Random(number))
    return rebuilt(book)


def main() -> None:
    """Make the workbooks of the packs named on the command line, or of all."""
    from tests.packs.planted import PACKS

    for pack in sys.argv[1:] or PACKS:
        forms, planted = forms_of(pack), PACKS[pack]
        for name, content in (
            ("right", filled(forms, planted.right)),
            ("bent", bent(forms, planted)),
            ("wrong", filled(forms, with_mistakes(planted))),
        ):
            (FOLDER / pack / f"{name}.xlsx").write_bytes(content)


if __name__ == "__main__":
    main()
