"""Read every official form in a workbook, region by region; every cell is either explained or reported."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from batch.forms.locate.form_layout import layout_of
from batch.forms.locate.layout_key import layout_key_of
from batch.forms.locate.meaning import LABEL_LENGTH
from batch.forms.locate.regions import Region, find_regions
from batch.forms.locate.view import LabelText, View
from batch.forms.locate.years import year_in
from batch.forms.read.grid import read_grid
from batch.forms.read.lists import RowReading, read_list
from batch.forms.read.other_sheets import other_sheet
from batch.forms.read.single_fields import read_entries
from batch.forms.spec.labels import NEAR, money_unit_in, near
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.book import Book, Cell, Kind, column_letters
from batch.model.form import Deviation, OtherSheet, Table
from batch.workbook.read.display import display_text


@dataclass(slots=True)
class Reading:
    """Everything read from one workbook."""

    tables: list[Table] = field(default_factory=list)
    other_sheets: list[OtherSheet] = field(default_factory=list)


def read_forms(book: Book, pack: PackForms, file: str) -> Reading:
    """Recognise the pack's forms in `book`; `file` is the path relative to the inbox, for the findings."""
    reading = Reading()
    for sheet in book.sheets:
        regions, nearest = find_regions(sheet, pack)
        if not regions and sheet.cells:
            reading.other_sheets.append(other_sheet(sheet, nearest, pack, file))
        if len(regions) > 1:
            names = "、".join(r.spec.key for r in regions)
            first = regions[0].title
            bend = Deviation(
                "F029", sheet.name, first.ref if first else "", names, str(len(regions)), "stacked"
            )
        else:
            bend = None
        for region in regions:
            table = read_region(region, pack, file)
            if bend and region is regions[0]:
                table.bends.append(bend)
            reading.tables.append(table)
    return reading


def read_region(region: Region, pack: PackForms, file: str, *, keep_empty: bool = False) -> Table:
    """Read one form. `keep_empty` keeps indicator rows that hold nothing yet (for the template)."""
    spec, sheet = region.spec, region.sheet
    view = region.view or View(sheet, (region.first, region.last), region.year, pack, region.ordered)
    title = region.title
    table = Table(
        form=spec.key,
        file=file,
        sheet=sheet.name,
        title=title.raw.strip() if title else "",
        title_ref=title.ref if title else "",
        year=region.year if _states_year(region, view) else None,
        rows=(region.first, region.last),
        project_field=spec.project_field,
    )
    view.take(title)
    layout = layout_of(layout_key_of(view, spec, region.year), pack)
    table.money_unit, table.money_evidence = layout.money_unit, layout.money_evidence
    for grid, place in zip(spec.grids, layout.grids, strict=True):
        read_grid(view, place, grid, table, pack, table.money_unit or spec.money)
    reading = RowReading(pack.rows, table.money_unit or spec.money, keep_empty)
    for ls, listed in zip(spec.lists, layout.lists, strict=True):
        read_list(view, listed, ls, table, reading)
    read_entries(view, layout.entries, spec, table, pack)
    _drop_scored_in_list(table, spec)
    _name_nearest(view, table)
    missing = [bend for bend in table.bends if bend.check == "F014"]
    if missing and not _is_ours(table, spec, missing):
        table.bends = [replace(bend, check="F034") if bend.check == "F014" else bend for bend in table.bends]
    _leftovers(view, table, pack, spec)
    _hidden(view, table)
    return table


def _hidden(view: View, table: Table) -> None:
    """Filled cells in hidden rows, columns or sheets: they were read, and the unit is asked about them."""
    sheet = view.sheet
    if sheet.state != "visible":
        table.bends.append(Deviation("F016", sheet.name, "", f"表页“{sheet.name}”", "", "hidden-sheet"))
    for spans, index, word in ((sheet.hidden_rows, 0, "行"), (sheet.hidden_cols, 1, "列")):
        for span in spans:
            inside = sorted(place for place in view.used if span.first <= place[index] <= span.last)
            if inside:
                cell = sheet.cells[inside[0]]
                number = str(inside[0][0]) if word == "行" else column_letters(inside[0][1])
                found = f"表页“{sheet.name}”第{number}{word}"
                table.bends.append(Deviation("F016", sheet.name, cell.ref, found, "", f"hidden-{word}"))


def _states_year(region: Region, view: View) -> bool:
    """Whether the form itself says which year it is for: in its title or the lines below, or in its labels.

    What somebody filled in does not: a project may be called after any year.
    """
    if region.title is not None and year_in(region.title.raw) == region.year:
        return True
    spellings = region.spec.spellings
    head = region.title.row if region.title is not None else 0
    told = [(cell.row, view.words(cell)) for cell, meaning in view.telling if meaning.printed]
    labels = [(row, words[0]) for row, words in told if words and not spellings.isdisjoint(words)]
    first = min((row for row, _ in labels), default=head)
    return any("{本年}" in squeezed for _, squeezed in labels) or any(
        "{本年}" in text.squeezed and (head < text.cell.row < first or _is_year(text))
        for text in view.all_texts()
    )


def _is_year(text: LabelText) -> bool:
    """Whether a text is nothing but a year: （2021年度）."""
    return not text.squeezed.replace("{本年}", "").strip("()[]:年度份")


def _drop_scored_in_list(table: Table, spec: FormSpec) -> None:
    """A grid lacks no points where its rate is scored as an indicator of the list: 预算执行率（10分）."""
    for grid in spec.grids:
        scores = {column.label for column in grid.columns if column.type == "score"}
        if not any(bend.check == "F014" and bend.expected in scores for bend in table.bends):
            continue
        rates = {column.name for column in grid.columns if column.type == "percent"}
        labels = {text for item in table.items for text in item.path}
        if any((hit := grid.column_labels.find(text, text)) and hit[0] in rates for text in labels):
            table.bends = [b for b in table.bends if b.check != "F014" or b.expected not in scores]


def _name_nearest(view: View, table: Table) -> None:
    """Beside what is missing, name the text left over that is most like it: asked about, never used."""
    for number, bend in enumerate(table.bends):
        if bend.check != "F014" or bend.found:
            continue
        left = [text for text in view.all_texts() if not view.is_used(text.cell)]
        share, text = max(
            ((near(text.normal, bend.expected), text) for text in left),
            key=lambda pair: pair[0],
            default=(0.0, None),
        )
        if text is not None and share >= NEAR:
            view.take(text.cell)
            found = " ".join(text.cell.raw.split())
            table.bends[number] = replace(bend, ref=text.cell.ref, found=found, step="near")


#: from this share on of our labels, as we print them, a form is ours and misses what is not there
_OURS = Fraction(17, 20)


def _is_ours(table: Table, spec: FormSpec, missing: list[Deviation]) -> bool:
    """Whether the print is our template's, so that a row that is not there was taken out."""
    wanted = sum(len(set(labels.exact.values()) - labels.spare) for labels in spec.label_sets)
    whole = {grid.name: len(grid.rows) + len(grid.columns) for grid in spec.grids}
    whole |= {ls.name: len(ls.columns) for ls in spec.lists}
    lacking = sum(whole.get(bend.expected.partition("（")[0], 1) for bend in missing)
    others = sum(bend.step in ("loose", "alias") for bend in table.bends)
    return wanted - lacking - others >= _OURS * wanted


def _leftovers(view: View, table: Table, pack: PackForms, spec: FormSpec) -> None:
    """Report every cell that was not explained, except titles and notes."""
    in_notes, used = False, view.used
    covered: list[Cell] = []
    for row, cells in view.rows.items():
        for cell in cells:
            if (row, cell.col) in used:
                in_notes = False
                continue
            if cell.kind is Kind.TEXT:
                words = normalise(cell.raw)
                in_notes = in_notes or words.startswith(pack.notes)
                if not words or in_notes or _is_furniture(view, cell, pack, spec):
                    continue
            if view.covers(cell):
                covered.append(cell)
            else:
                table.bends.append(Deviation("F015", view.sheet.name, cell.ref, _begun(cell), "", "extra"))
    if covered:
        first, count = covered[0], str(len(covered))
        table.bends.append(Deviation("F043", view.sheet.name, first.ref, _begun(first), count, "covered"))


def _begun(cell: Cell) -> str:
    """The beginning of a cell's text, as messages quote it."""
    return display_text(cell).strip()[:LABEL_LENGTH] or cell.raw


def _is_furniture(view: View, cell: Cell, pack: PackForms, spec: FormSpec) -> bool:
    """Whether a text is a printed part without value: block title, unit line, number of the annex."""
    words, label = normalise(cell.raw), view.words(cell)
    if words in pack.decor or (label is not None and label[1] in pack.decor):
        return True
    if any(words == title or words.endswith(title) for title in spec.titles):
        return True
    if money_unit_in(cell.raw):
        return True
    return words.startswith(("附表", "附件")) and len(words) < 12
