"""Which forms are on a sheet and in which rows, by title and by the labels below it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from batch.forms.locate.meaning import LABEL_LENGTH
from batch.forms.locate.side_by_side import bands_of
from batch.forms.locate.titles import sheet_title
from batch.forms.locate.view import View, words_in
from batch.forms.locate.years import year_in
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.book import TEXT, Cell, Sheet

#: a title counts when at least this share of the form's labels stands below it
TITLED = 0.4
#: without a title more of them must be there
UNTITLED = 0.6
#: a form has some hundred labels: what more of them come to is not kept
_LONGEST_KNOWN = 1000
#: years of which one is the form's
_SEVERAL = 2
#: not the day a form was filled in: 填报日期：2021年3月15日, 2021年 月 日
_YEAR = re.compile(r"(20\d\d)年(?!\d{0,2}月(?:\d{0,2}[日号])?$)")

#: (row, (squeezed, normalised)) of a text that may be a label
_Label = tuple[int, tuple[str, str]]
_ROW = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Region:
    """A form on a sheet. `title` is None when it was recognised by its labels only."""

    spec: FormSpec
    sheet: Sheet
    first: int
    last: int
    title: Cell | None
    year: int
    #: its rows as already looked at, when they were: nothing is used up in it yet
    view: View | None = None
    #: all cells of the sheet by row and column
    ordered: Sequence[Cell] | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The form a sheet without recognised form resembles most, for the message that says so."""

    form: str
    share: float
    sheet: str


def find_regions(sheet: Sheet, pack: PackForms) -> tuple[list[Region], Nearest | None]:
    """Every form on the sheet from the top down, and the nearest miss when there is none."""
    if not sheet.cells:
        return [], None
    ordered = sorted(sheet.cells.values())
    last_row = ordered[-1].row
    whole = View(sheet, (1, last_row), pack.year, pack, ordered)
    words = words_in(pack.year)
    #: the texts that may be labels of a form of the batch's year
    labels = tuple([(cell.row, words(cell.raw)) for cell, meaning in whole.telling if meaning.printed])
    candidates = [(cell, meaning.title) for cell, meaning in whole.telling if meaning.title]
    bands = [find_regions(band, pack)[0] for band in bands_of(sheet, [cell for cell, _ in candidates])]
    if bands and all(bands):
        return [region for band in bands for region in band], None
    confirmed: list[tuple[Cell, FormSpec]] = []
    for n, (cell, spec) in enumerate(candidates):
        below = candidates[n + 1][0].row - 1 if n + 1 < len(candidates) else last_row
        below = max(below, cell.row)
        if _share(labels, cell.row, below, spec, pack) < TITLED:
            continue
        if confirmed and confirmed[-1][1] is spec:
            above = _named(labels, confirmed[-1][0].row, cell.row - 1, spec)
            if above.isdisjoint(_named(labels, cell.row, below, spec)):
                # its title is printed again above the rest of it
                continue
        confirmed.append((cell, spec))
    regions = []
    for n, (cell, spec) in enumerate(confirmed):
        first = 1 if n == 0 else cell.row
        last = confirmed[n + 1][0].row - 1 if n + 1 < len(confirmed) else last_row
        for top, end in _stretches(labels, first, last, spec, pack):
            title = cell if top == first else None
            year = _year(sheet, top, end, title, spec, pack)
            # most sheets hold one form of the batch's year
            seen = whole if (top, end, year) == (1, last_row, pack.year) else None
            regions.append(Region(spec, sheet, top, end, title, year, seen, whole.ordered))
    if regions:
        return regions, None
    # what calls itself something else is not taken for a form because of the labels it shares with it
    called = squeeze(sheet_title(sheet) or sheet.name)
    shares = [
        (_share(labels, 1, last_row, spec, pack), key)
        for key, spec in pack.forms.items()
        if not any(word in called for word in spec.not_titles)
    ]
    share, key = max(shares, key=lambda pair: pair[0], default=(0.0, ""))
    if share >= UNTITLED:
        year = _year(sheet, 1, last_row, None, pack.forms[key], pack)
        return [Region(pack.forms[key], sheet, 1, last_row, None, year)], None
    return [], Nearest(key, share, sheet.name) if share else None


def _stretches(
    labels: tuple[_Label, ...], first: int, last: int, spec: FormSpec, pack: PackForms
) -> list[tuple[int, int]]:
    """The rows of each form below one title: the next project may follow without a title of its own."""
    named = [row for row, words in labels if first <= row <= last and _is_project(spec, words)]
    tops = [first]
    for number, row in enumerate(named[1:], 2):
        end = named[number] - 1 if number < len(named) else last
        parts = (tops[-1], row - 1), (row, end)
        if all(_share(labels, *rows, spec, pack) >= UNTITLED for rows in parts):
            tops.append(row)
    return list(zip(tops, [*(top - 1 for top in tops[1:]), last], strict=True))


def _is_project(spec: FormSpec, words: tuple[str, str]) -> bool:
    hit = spec.entry_labels.find(*words)
    return hit is not None and hit[0] == spec.project_field


def _share(labels: tuple[_Label, ...], first: int, last: int, spec: FormSpec, pack: PackForms) -> float:
    """The share of the form's labels that stand in these rows."""
    below = labels[bisect_left(labels, first, key=_ROW) : bisect_right(labels, last, key=_ROW)]
    kept = _share_known if len(below) <= _LONGEST_KNOWN else _share_known.__wrapped__
    return kept(below, spec.key, pack)


@lru_cache(maxsize=32)
def _share_known(labels: tuple[_Label, ...], key: str, pack: PackForms) -> float:
    spec = pack.forms[key]
    here = {words for _, words in labels}
    sets = spec.label_sets
    found = wanted = 0
    for own in sets:
        names = {hit[0] for words in here if (hit := own.find(*words))}
        found += len(names)
        wanted += len(names | set(own.exact.values()) - own.spare)
    return found / wanted


def _named(labels: tuple[_Label, ...], first: int, last: int, spec: FormSpec) -> set[str]:
    """The entries and the rows of grids that stand in these rows, but for the unit's name."""
    own = (spec.entry_labels, *(grid.row_labels for grid in spec.grids))
    inside = [words for row, words in labels if first <= row <= last]
    return {hit[0] for words in inside for one in own if (hit := one.find(*words))} - {spec.unit_field}


def _year(sheet: Sheet, first: int, last: int, title: Cell | None, spec: FormSpec, pack: PackForms) -> int:
    """The year of a form: that of its title, else the one most of its labels are of, else the batch's.

    Of several years the latest counts: 2019年决算数 and 2020年决算数 are of the form of 2020.
    """
    if title is not None:
        year = year_in(title.raw)
        if year:
            return year
    texts = [
        cell.raw
        for (row, _), cell in sheet.cells.items()
        if first <= row <= last and cell.kind is TEXT and len(cell.raw) <= LABEL_LENGTH // 2
    ]
    years = {int(match) for raw in texts if "年" in raw for match in _YEAR.findall(squeeze(raw))}
    if len(years) < _SEVERAL:
        return max(years, default=pack.year)
    dated = [raw for raw in texts if _YEAR.search(squeeze(raw))]
    known = {year: sum(map(_is_known(year, spec), dated)) for year in years}
    return max(years, key=lambda year: (known[year], year))


def _is_known(year: int, spec: FormSpec) -> Callable[[str], bool]:
    words = words_in(year)
    return lambda raw: not spec.spellings.isdisjoint(words(raw))
