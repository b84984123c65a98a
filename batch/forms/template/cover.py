"""The sheet 封面 of a unit's prefilled workbook: its name and code, and what was filled in already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from batch.forms.template.sheet import BODY, COMPUTED, FOOTER, HEAD, PROTECTION
from batch.model.text_width import lines

NAME: Final = "封面"
_WIDTHS: Final = (16, 62)
#: half-width characters on one line of the wide column and over both, and the height of a line
_VALUE, _BOTH, _LINE = 50, 84, 17.0


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the sheet."""

    title: str
    #: (label, text): the unit's name, its code, …
    entries: tuple[tuple[str, str], ...]
    #: sentences below them
    notes: tuple[str, ...] = ()


def write_cover(book: Any, cover: Cover) -> None:
    """Add the sheet to a workbook, locked without a password. Texts are written as text."""
    sheet = book.add_worksheet(NAME)
    base = {"font_name": BODY, "font_size": 12, "font_charset": 134, "valign": "vcenter", "text_wrap": True}
    title = book.add_format({**base, "font_name": HEAD, "font_size": 20, "align": "center"})
    label = book.add_format({**base, "font_name": HEAD, "border": 1, "align": "center"})
    value = book.add_format(
        {**base, "border": 1, "bg_color": COMPUTED, "indent": 1, "num_format": "@", "quote_prefix": True}
    )
    note = book.add_format({**base, "font_size": 10.5})
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    sheet.merge_range(0, 0, 0, 1, "", title)
    sheet.write_string(0, 0, cover.title, title)
    sheet.set_row(0, 60)
    row = 1
    for name, text in cover.entries:
        sheet.write_string(row, 0, name, label)
        # xlsxwriter takes a text in these tags for the XML of a rich string
        sheet.write_string(row, 1, f"{text} " if text.startswith("<r>") else text, value)
        sheet.set_row(row, _LINE * lines(text, _VALUE) + 13)
        row += 1
    row += 1
    for text in cover.notes:
        sheet.merge_range(row, 0, row, 1, "", note)
        sheet.write_string(row, 0, text, note)
        sheet.set_row(row, _LINE * lines(text, _BOTH) + 5)
        row += 1
    sheet.ignore_errors({"number_stored_as_text": f"B2:B{len(cover.entries) + 1}"})
    sheet.hide_gridlines(2)
    sheet.protect("", PROTECTION)
    sheet.set_paper(9)
    sheet.set_margins(left=0.8, right=0.8, top=0.8, bottom=0.8)
    sheet.set_footer(FOOTER, {"margin": 0.3})
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, row - 1, 1)
