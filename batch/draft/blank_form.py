"""A county's blank workbook as a proposal: every form on its sheets, named, typed and drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from batch.draft.blank_page import BlankPage, Box, page_of
from batch.draft.draft_words import draft_words
from batch.draft.known_forms import known_forms
from batch.draft.parts import LABEL, is_title
from batch.draft.proposal import DraftForm, PackProposal
from batch.draft.roles import parts_of
from batch.draft.typed_form import form_of
from batch.forms.locate.years import period_in, year_in
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze
from batch.model.book import Book, Kind, Sheet, parse_area
from batch.workbook.read.sheet_design import InputRule, SheetDesign


def propose(book: Book, designs: dict[str, SheetDesign], year: int) -> PackProposal:
    """The proposal for a blank workbook; `year` where it names none."""
    texts = [cell.raw for sheet in book.sheets for cell in sheet.cells.values() if cell.kind is Kind.TEXT]
    short = [text for text in texts if len(text) <= LABEL]
    year = max((named for text in short if (named := year_in(text))), default=year)
    period = next((months for text in short if (months := period_in(text))), (1, 12))
    proposal = PackProposal("", year, period)
    for page in _pages(book, designs, year):
        parts = parts_of(page)
        if not (parts.entries or parts.grids or parts.lists):
            proposal.left.append((page.name, "没有要填的格，不当作报表"))
            continue
        form = form_of(page, parts, len(proposal.forms) + 1)
        if form.title in (other.title for other in proposal.forms):
            proposal.left.append((page.name, f"又是一张“{form.title}”，只起草了前面的一张"))
            continue
        _set_apart(form, proposal.forms)
        proposal.forms.append(form)
    proposal.title = re.sub(r"\{[^{}]*\}", "", proposal.forms[0].title) if proposal.forms else book.name
    return proposal


def _pages(book: Book, designs: dict[str, SheetDesign], year: int) -> Iterator[BlankPage]:
    """Every form of the workbook: a sheet, or the part of one from a title to the next."""
    guides = known_forms().guides
    for sheet in book.sheets:
        if sheet.state != "visible" or any(word in squeeze(sheet.name) for word in guides):
            continue
        design = designs.get(sheet.name, SheetDesign())
        page = page_of(sheet, replace(design, rules=_spelt_out(design.rules, sheet, book)), year)
        if page is None:
            continue
        titles = [box for box in page.texts() if is_title(box) and _heads(page, box.area.top)]
        # 采购明细 below a form's title is the head of a block
        starts = [b.area.top for n, b in enumerate(titles) if not n or _begins_form(b)]
        if len(starts) < 2:
            yield page
            continue
        starts[0] = page.area.top
        for first, following in zip(starts, [*starts[1:], page.area.bottom + 1], strict=True):
            yield page.rows(first, following - 1)


def _spelt_out(rules: list[InputRule], sheet: Sheet, book: Book) -> list[InputRule]:
    """Drop-downs whose words stand in cells, with these words."""
    sheets = {other.name: other for other in book.sheets}
    found = []
    for rule in rules:
        named, _, ref = rule.source.rpartition("!")
        source = sheets.get(named.strip("'").replace("''", "'")) if named else sheet
        try:
            area = parse_area(ref.replace("$", ""))
        except ValueError:
            area = None
        if rule.kind == "list" and area is not None and source is not None:
            words = [cell.raw for place, cell in sorted(source.cells.items()) if area.covers(place)]
            rule = replace(rule, source=f'"{",".join(words)}"')
        found.append(rule)
    return found


def _heads(page: BlankPage, row: int) -> bool:
    """Whether a row is the head of a form: one text over its whole width."""
    boxes = [box for box in page.row(row) if box.text]
    return (
        len(boxes) == 1 and boxes[0].area.right - boxes[0].area.left + 1 >= page.area.right - page.area.left
    )


def _begins_form(box: Box) -> bool:
    """Whether a text below another form may be the title of one more."""
    words = re.sub(r"\([^()]*\)$", "", normalise(box.text))
    return words.endswith(draft_words().further_title_ends)


def _set_apart(form: DraftForm, others: list[DraftForm]) -> None:
    """No two forms have one name, and no two drawings one sheet."""
    keys = {other.key for other in others}
    number, key = 2, form.key
    while form.key in keys:
        form.key, form.known = f"{key}{number}", ""
        number += 1
    sheets = {other.drawing.sheet for other in others}
    if form.drawing.sheet in sheets:
        form.drawing = replace(form.drawing, sheet=form.key[:31])
