"""The sheet 填表说明 behind the forms: how to fill them in, in the words of a bookkeeper."""

from __future__ import annotations

from typing import Any, Final

from batch.forms.template.sheet import BODY, COMPUTED, FOOTER, HEAD, INPUT, PROTECTION, SIZE
from batch.model.text_width import lines

NAME: Final = "填表说明"
_TITLE: Final = "填表说明（本页不用填写）"
_WIDTHS: Final = (5, 92)
#: half-width characters on one line of the wide column, and the height of a line
_PER_LINE: Final = 88
_LINE: Final = 16.0


def write_guide(book: Any, text: str) -> None:
    """Add the sheet to a workbook. Its name is one of the pack's guides, so it is never taken for a form.

    `text`: a paragraph a line, headings with their Chinese numeral; {浅} and {灰} show the tint a paragraph
    speaks of.
    """
    sheet = book.add_worksheet(NAME)
    base = {"font_name": BODY, "font_size": SIZE, "font_charset": 134, "valign": "vcenter"}
    title = book.add_format({**base, "font_name": HEAD, "font_size": 16, "align": "center"})
    heading = book.add_format({**base, "font_name": HEAD, "font_size": 12})
    counter = book.add_format({**base, "align": "right"})
    plain = {**base, "text_wrap": True, "indent": 1}
    tints = {
        "{浅}": book.add_format({**plain, "bg_color": INPUT, "border": 1}),
        "{灰}": book.add_format({**plain, "bg_color": COMPUTED, "border": 1}),
        "": book.add_format(plain),
    }
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    sheet.merge_range(0, 0, 0, 1, _TITLE, title)
    sheet.set_row(0, 34)
    number = 0
    paragraphs = [line for line in text.splitlines() if line.strip()]
    for row, line in enumerate(paragraphs, 1):
        if line[1:2] == "、":
            sheet.write_string(row, 0, line, heading)
            sheet.set_row(row, 27)
            number = 0
            continue
        number += 1
        tint = next(mark for mark in tints if line.startswith(mark))
        text = line.removeprefix(tint)
        sheet.write_string(row, 0, f"{number}.", counter)
        sheet.write_string(row, 1, text, tints[tint])
        sheet.set_row(row, _LINE * lines(text, _PER_LINE) + 5)
    sheet.hide_gridlines(2)
    sheet.protect("", PROTECTION)
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.6)
    sheet.set_footer(FOOTER, {"margin": 0.3})
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, len(paragraphs), 1)
