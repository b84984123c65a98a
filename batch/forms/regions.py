"""Which forms stand on a sheet, and from which row to which: by title and by the labels below it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from batch.forms.labels import label as normalise
from batch.forms.labels import remembered, squeeze
from batch.forms.spec import FormSpec, PackForms
from batch.forms.view import LABEL_LENGTH, Text, View
from batch.forms.years import drop_year, year_in
from batch.model.book import TEXT, Cell, Sheet

#: a title counts when at least this share of the form's labels stands below it
TITLED = 0.4
#: without a title more of them must be there
UNTITLED = 0.6
#: what people put around a title: 附件3：…（盖章）
_AROUND = 25
_YEAR = re.compile(r"(20\d\d)年")


@dataclass(frozen=True, slots=True)
class Region:
    """A form on a sheet. `title` is None when only the labels gave it away."""

    spec: FormSpec
    sheet: Sheet
    first: int
    last: int
    title: Cell | None
    year: int
    #: its rows as already looked at, when they were: nothing is used up in it yet
    view: View | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The form a sheet resembles most without being recognised: for the message that says so."""

    form: str
    share: float
    sheet: str


def find_regions(sheet: Sheet, pack: PackForms) -> tuple[list[Region], Nearest | None]:
    """Every form on the sheet from the top down, and the nearest miss when there is none."""
    if not sheet.cells:
        return [], None
    last_row = max(row for row, _ in sheet.cells)
    whole = View(sheet, 1, last_row, pack.year)
    texts = [t for row in whole.texts.values() for t in row]
    candidates = _titles(sheet, pack)
    confirmed: list[tuple[Cell, FormSpec]] = []
    for n, (cell, spec) in enumerate(candidates):
        below = candidates[n + 1][0].row - 1 if n + 1 < len(candidates) else last_row
        if _share(texts, cell.row, max(below, cell.row), spec) >= TITLED:
            confirmed.append((cell, spec))
    regions = []
    for n, (cell, spec) in enumerate(confirmed):
        first = 1 if n == 0 else cell.row
        last = confirmed[n + 1][0].row - 1 if n + 1 < len(confirmed) else last_row
        year = _year(sheet, first, last, cell, pack)
        # most sheets hold one form of the batch's year
        seen = whole if (first, last, year) == (1, last_row, pack.year) else None
        regions.append(Region(spec, sheet, first, last, cell, year, seen))
    if regions:
        return regions, None
    shares = [(_share(texts, 1, last_row, spec), key) for key, spec in pack.forms.items()]
    share, key = max(shares, key=lambda pair: pair[0])
    if share >= UNTITLED:
        year = _year(sheet, 1, last_row, None, pack)
        return [Region(pack.forms[key], sheet, 1, last_row, None, year)], None
    return [], Nearest(key, share, sheet.name) if share else None


def _titles(sheet: Sheet, pack: PackForms) -> list[tuple[Cell, FormSpec]]:
    found = []
    signs = pack.title_signs
    for cell in sheet.cells.values():
        if cell.kind is TEXT and 5 < len(cell.raw) <= 2 * LABEL_LENGTH:
            # most texts need no second look
            spec = _titled(cell.raw, pack) if all(map(squeeze(cell.raw).__contains__, signs)) else None
            if spec:
                found.append((cell, spec))
    return sorted(found, key=lambda pair: (pair[0].row, pair[0].col))


@remembered
def _title_words(text: str) -> str:
    return normalise(drop_year(squeeze(text)))


def _titled(text: str, pack: PackForms) -> FormSpec | None:
    """The form whose title this text is, give or take a year, a number and a unit's name."""
    words = _title_words(text)
    best: tuple[int, FormSpec] | None = None
    for title, spec in pack.titles:
        fits = title in words and len(words) - len(title) <= _AROUND and not words.endswith("。")
        if fits and (best is None or len(title) > best[0]):
            best = (len(title), spec)
    return best[1] if best else None


def _share(texts: list[Text], first: int, last: int, spec: FormSpec) -> float:
    """The share of the form's labels that stand in these rows."""
    known = spec.spellings
    here = {
        (t.squeezed, t.normal)
        for t in texts
        if first <= t.cell.row <= last and (t.squeezed in known or t.normal in known)
    }
    sets = spec.label_sets
    found = sum(len({hit[0] for words in here if (hit := labels.find(*words))}) for labels in sets)
    return found / sum(len(labels.exact) for labels in sets)


def _year(sheet: Sheet, first: int, last: int, title: Cell | None, pack: PackForms) -> int:
    """The year of a form: its title's, else the latest its short labels name, else the batch's."""
    if title is not None:
        year = year_in(title.raw)
        if year:
            return year
    years = [
        int(match)
        for (row, _), cell in sheet.cells.items()
        if first <= row <= last and cell.kind is TEXT and len(cell.raw) <= LABEL_LENGTH // 2
        for match in _YEAR.findall(squeeze(cell.raw))
    ]
    return max(years, default=pack.year)
