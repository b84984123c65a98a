"""One blank form as a form of the pack: its parts named, typed and drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from batch.draft.blank_page import BlankPage, Box, drawing_of
from batch.draft.draft_words import draft_words
from batch.draft.drafted_scoring import is_scored
from batch.draft.field_maker import FieldMaker, identifier, may_be_blank, ref_of
from batch.draft.field_types import choices_of, type_of
from batch.draft.known_forms import known_fields, known_forms
from batch.draft.parts import EntryPart, FormParts, GridPart
from batch.draft.proposal import DraftDrawing, DraftField, DraftForm, DraftGrid
from batch.draft.typed_list import add_lists
from batch.forms.locate.years import drop_year
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import FormSpec, Grid

_WORDS = draft_words()
#: width of a column and height of a row that say none
_WIDTH, _HEIGHT = 12.0, 21.0


def form_of(page: BlankPage, parts: FormParts, number: int) -> DraftForm:
    """The form on a page; `number` sets its ids apart from those of other forms."""
    title = _plain(parts.title.text) if parts.title else page.name
    labels = [
        *(entry.label for entry in parts.entries),
        *(
            text
            for grid in parts.grids
            for text in (*(r.text for r in grid.rows), *(t for t, _ in grid.columns))
        ),
    ]
    headings = [text for part in parts.lists for text, _ in part.columns]
    known = known_forms().like(title, labels, headings)
    form = DraftForm(
        id=f"表{number}",
        key=known.key if known else _key(title, page.name),
        title=title,
        drawing=_drawing(page, parts.title),
        lists=[],
        money=parts.money or (known.money if known else "万元"),
        known=known.key if known else "",
    )
    maker = FieldMaker(page, form, known)
    _add_entries(maker, parts.entries)
    for grid in parts.grids:
        _add_grid(maker, grid)
    add_lists(maker, parts.lists)
    _roles(form, known)
    form.scored = known is None and is_scored(form)
    if known:
        form.prefilled = dict(known.known)
        form.named = {name: list(spellings) for name, spellings in known.indicators.items()}
    form.decor = list(dict.fromkeys(words for box in parts.decor if (words := normalise(box.text))))
    form.notes = [box.text for box in parts.notes]
    form.formulas = {ref_of(box): box.formula for box in page.boxes.values() if box.formula}
    form.unnamed = [ref_of(box) for box in parts.unnamed]
    return form


def _plain(text: str) -> str:
    """A title without its year."""
    return drop_year(text.replace("{本年}", "").replace("{上年}", "")).translate(str.maketrans("()", "（）"))


def _key(title: str, sheet: str) -> str:
    """What a form is called: the sheet's name where it is a short one of its own, else its title."""
    name = re.sub(r"^[附件表\d.、\-—\s（()）一二三四五六七八九十]+", "", sheet)
    is_own = 2 <= len(name) <= 12 and not name.lower().startswith("sheet")
    return identifier(name if is_own else title, "表")


def _drawing(page: BlankPage, title: Box | None) -> DraftDrawing:
    area, design = page.area, page.design
    heights = {
        str(row - area.top + 1): design.heights[row]
        for row in range(area.top, area.bottom + 1)
        if abs(design.heights.get(row, _HEIGHT) - _HEIGHT) > 1
    }
    widths = [round(design.widths.get(col, _WIDTH), 1) for col in range(area.left, area.right + 1)]
    return DraftDrawing(page.name, drawing_of(page, title), widths, heights, design.landscape)


def _add_entries(maker: FieldMaker, parts: Sequence[EntryPart]) -> None:
    form, spec = maker.form, maker.known
    labels = [part.label for part in parts]
    known = maker.hits(labels, spec.entry_labels if spec else None, spec.entries if spec else ())
    taken: set[str] = set()
    for n, (part, field) in enumerate(zip(parts, known, strict=True)):
        draft = maker.field(f"{form.id}项{n + 1}", part.label, field, taken)
        draft.place = part.place
        draft.type = type_of(maker.page, field, part.label, [part.box], "text")
        draft.choices = choices_of(maker.page, [part.box])
        draft.required = field.required if field else not may_be_blank(part.label)
        form.entries.append(draft)
        form.cells[ref_of(part.box)] = draft.id


def _add_grid(maker: FieldMaker, part: GridPart) -> None:
    form = maker.form
    number = len(form.grids)
    labels = [row.text for row in part.rows]
    grid = _known_grid(maker.known, labels)
    start = f"{form.id}格{number + 1}"
    rows = maker.hits(labels, grid.row_labels if grid else None, grid.rows if grid else ())
    heads = [text for text, _ in part.columns]
    columns = maker.hits(heads, grid.column_labels if grid else None, grid.columns if grid else ())
    name = grid.name if grid else identifier(part.heading, f"表格{number + 1}")
    taken = {field.name for other in form.grids for field in other.rows}
    draft = DraftGrid(start, name, [], [])
    for n, (box, field) in enumerate(zip(part.rows, rows, strict=True)):
        row = maker.field(f"{start}行{n + 1}", box.text, field, taken)
        row.indent, row.open = box.indent, n in part.open or bool(field and field.open)
        draft.rows.append(row)
    taken = set()
    for n, ((text, _), field) in enumerate(zip(part.columns, columns, strict=True)):
        column = maker.field(f"{start}栏{n + 1}", text, field, taken)
        boxes = [box for (_, col), box in part.boxes.items() if col == n]
        column.type = type_of(maker.page, field, text, boxes, "money")
        column.choices = choices_of(maker.page, boxes)
        column.required = field.required if field else column.type != "text"
        column.last_year = field.last_year if field else ""
        draft.columns.append(column)
    for n, rows_with in enumerate(_rows_with_cells(part, draft.columns)):
        if len(rows_with) < len(part.rows):
            draft.columns[n].only = [draft.rows[row].id for row in rows_with]
    for (row_number, col), box in part.boxes.items():
        only = draft.columns[col].only
        if only and draft.rows[row_number].id not in only:
            continue
        form.cells[ref_of(box)] = f"{draft.rows[row_number].id}.{draft.columns[col].id}"
    form.grids.append(draft)


def _known_grid(known: FormSpec | None, labels: Sequence[str]) -> Grid | None:
    """The grid of the known form that has most of these rows."""
    best: Grid | None = None
    most = 0
    for grid in known.grids if known else ():
        found = sum(hit is not None for hit in known_fields(labels, grid.row_labels, grid.rows))
        if found > most:
            best, most = grid, found
    return best


def _rows_with_cells(part: GridPart, columns: Sequence[DraftField]) -> list[list[int]]:
    """Of each column, the rows that have a cell in it.

    Where points are printed in some rows, only these are given points.
    """
    cells = [[row for row in range(len(part.rows)) if (row, n) in part.boxes] for n in range(len(columns))]
    printed = [[row for row in rows if part.boxes[row, n].text] for n, rows in enumerate(cells)]
    scored = next((rows for n, rows in enumerate(printed) if rows and columns[n].type == "score"), None)
    return [
        scored if scored is not None and column.type == "score" else rows
        for column, rows in zip(columns, cells, strict=True)
    ]


def _roles(form: DraftForm, known: FormSpec | None) -> None:
    """Which entry names the unit, and whether there is one form a project."""
    by_name = {entry.name: entry.id for entry in form.entries}
    if known and known.unit_field in by_name:
        form.unit_field = by_name[known.unit_field]
    else:
        for word in _WORDS.unit_names:
            for entry in form.entries:
                if not form.unit_field and word in normalise(entry.label):
                    form.unit_field = entry.id
    is_project = any(word in normalise(e.label) for e in form.entries for word in _WORDS.project_names)
    form.per = known.per if known else "项目" if is_project else "单位"
    for entry in form.entries:
        if entry.id == form.unit_field:
            entry.answer, entry.required, entry.type = False, True, "text"
