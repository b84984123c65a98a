"""Sheets without a recognised form: the form they resemble, and whether they hold data."""

from __future__ import annotations

from batch.forms.locate.regions import Nearest
from batch.forms.locate.titles import filled_rows, sheet_title
from batch.forms.locate.years import drop_year
from batch.forms.read.values import is_figure, says_nothing
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import near, squeeze
from batch.forms.spec.spec import PackForms
from batch.model.book import Sheet
from batch.model.form import OtherSheet

#: from this likeness on two titles may mean the same form
_LIKE = 0.6
#: and with this share of a form's labels a sheet is like it
_SHARED = 0.25
#: so many cells in a row are part of a table
_WIDE = 3
#: rows that make a sheet one with data: wide ones with figures, any with figures, wide ones of words; a cover
#: has a code, a date and a telephone number
_WIDE_FIGURES, _FIGURES, _WORDS = 2, 4, 4


def other_sheet(sheet: Sheet, by_labels: Nearest | None, pack: PackForms, file: str) -> OtherSheet:
    """What can be said of a sheet without a form; `by_labels`: the form whose labels it has most of."""
    title = sheet_title(sheet)
    words = normalise(drop_year(squeeze(title)))
    alike = {
        spec.key: max(near(words, known) for known in spec.titles) for spec in pack.forms.values() if words
    }
    nearest = max(alike, key=lambda key: alike[key], default="")
    has_data = not _is_guide(sheet, words, pack) and _has_data(sheet)
    if nearest and alike[nearest] >= _LIKE:
        return OtherSheet(file, sheet.name, title, nearest, "title", alike[nearest], has_data)
    if by_labels is not None and by_labels.share >= _SHARED:
        return OtherSheet(file, sheet.name, title, by_labels.form, "labels", by_labels.share, has_data)
    return OtherSheet(file, sheet.name, title, has_data=has_data)


def _is_guide(sheet: Sheet, title: str, pack: PackForms) -> bool:
    """A cover, instructions or a list to choose from, by its name or title."""
    name = normalise(sheet.name)
    return any(word in name or word in title for word in pack.guides)


def _has_data(sheet: Sheet) -> bool:
    """Whether people filled in a table: figures beside words, or rows of several words.

    What only programs can show (veryHidden) is nobody's; words on a hidden sheet are lists to choose from.
    """
    if sheet.state == "veryHidden":
        return False
    figures = wide_figures = wide = 0
    for cells in filled_rows(sheet):
        # what stands first in a row is its name or its number; sums of nothing are 0
        beside = [cell for cell in cells[1:] if cell.formula is None and not says_nothing(cell.raw)]
        is_wide, has_figure = len(beside) >= _WIDE - 1, any(is_figure(cell.raw) for cell in beside)
        figures, wide, wide_figures = (
            figures + has_figure,
            wide + is_wide,
            wide_figures + (has_figure and is_wide),
        )
    if wide_figures >= _WIDE_FIGURES or figures >= _FIGURES:
        return True
    return wide >= _WORDS and sheet.state == "visible"
