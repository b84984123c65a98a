"""One blank form as a form of the pack: its parts named, typed and drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from batch.draft.blank_page import BlankPage, Box, drawing_of
from batch.draft.draft_words import draft_words
from batch.draft.field_types import choices_of, list_type_of, type_of
from batch.draft.known_forms import known_fields, known_forms
from batch.draft.parts import EntryPart, FormParts, GridPart, ListPart, is_number, plain_label
from batch.draft.proposal import DraftDrawing, DraftField, DraftForm, DraftGrid, DraftList
from batch.forms.locate.years import drop_year
from batch.forms.spec.label_matching import Labels
from batch.forms.spec.labels import heading_weight
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import Field, FormSpec, Grid
from batch.model.book import column_letters

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
        *(text for text, _ in (parts.indicators.columns if parts.indicators else ())),
    ]
    known = known_forms().like(title, labels)
    form = DraftForm(
        id=f"表{number}",
        key=known.key if known else _key(title, page.name),
        title=title,
        drawing=_drawing(page, parts.title),
        money=parts.money or (known.money if known else "万元"),
        known=known.key if known else "",
    )
    builder = _Builder(page, form, known)
    builder.entries(parts.entries)
    for grid in parts.grids:
        builder.grid(grid)
    if parts.indicators:
        builder.indicators(parts.indicators)
    _roles(form, known)
    form.decor = list(dict.fromkeys(words for box in parts.decor if (words := normalise(box.text))))
    form.notes = [box.text[:8] for box in parts.notes[:1]]
    form.formulas = {_ref(box): box.formula for box in page.boxes.values() if box.formula}
    form.unnamed = [_ref(box) for box in parts.unnamed]
    return form


def _plain(text: str) -> str:
    """A title without its year."""
    return drop_year(text.replace("{本年}", "").replace("{上年}", "")).translate(str.maketrans("()", "（）"))


def _key(title: str, sheet: str) -> str:
    """What a form is called: the sheet's name where it is a short one of its own, else its title."""
    name = re.sub(r"^[附件表\d.、\-—\s（()）一二三四五六七八九十]+", "", sheet)
    is_own = 2 <= len(name) <= 12 and not name.lower().startswith("sheet")
    return identifier(name if is_own else title, "表")


def identifier(text: str, spare: str) -> str:
    """A text as a name that ties can use: its words without signs; `spare` where nothing is left."""
    words = re.sub(r"\W", "", plain_label(text))
    if not words:
        return spare
    return f"{spare}{words}" if words[0].isdigit() else words


def _ref(box: Box) -> str:
    return f"{column_letters(box.area.left)}{box.area.top}"


def _drawing(page: BlankPage, title: Box | None) -> DraftDrawing:
    area, design = page.area, page.design
    heights = {
        str(row - area.top + 1): design.heights[row]
        for row in range(area.top, area.bottom + 1)
        if abs(design.heights.get(row, _HEIGHT) - _HEIGHT) > 1
    }
    widths = [round(design.widths.get(col, _WIDTH), 1) for col in range(area.left, area.right + 1)]
    return DraftDrawing(page.name, drawing_of(page, title), widths, heights, design.landscape)


class _Builder:
    """Names and types the parts of one form."""

    def __init__(self, page: BlankPage, form: DraftForm, known: FormSpec | None) -> None:
        self._page = page
        self._form = form
        self._known = known
        self._used: set[str] = set()

    def entries(self, parts: Sequence[EntryPart]) -> None:
        known = self._hits(
            [part.label for part in parts],
            self._known.entry_labels if self._known else None,
            self._known.entries if self._known else (),
        )
        for n, (part, field) in enumerate(zip(parts, known, strict=True)):
            draft = self._field(f"{self._form.id}项{n + 1}", part.label, field, self._used)
            draft.place = part.place
            draft.type = field.type if field else type_of(self._page, part.label, [part.box], "text")
            draft.choices = choices_of(self._page, [part.box])
            draft.required = field.required if field else not _may_be_blank(part.label)
            self._form.entries.append(draft)
            self._form.cells[_ref(part.box)] = draft.id

    def grid(self, part: GridPart) -> None:
        number = len(self._form.grids)
        labels = [row.text for row in part.rows]
        grid = self._known_grid(labels)
        start = f"{self._form.id}格{number + 1}"
        rows = self._hits(labels, grid.row_labels if grid else None, grid.rows if grid else ())
        heads = [text for text, _ in part.columns]
        columns = self._hits(heads, grid.column_labels if grid else None, grid.columns if grid else ())
        name = grid.name if grid else identifier(part.heading, f"表格{number + 1}")
        taken = {field.name for other in self._form.grids for field in other.rows}
        draft = DraftGrid(start, name, [], [])
        for n, (box, field) in enumerate(zip(part.rows, rows, strict=True)):
            row = self._field(f"{start}行{n + 1}", box.text, field, taken)
            row.indent, row.open = box.indent, n in part.open or bool(field and field.open)
            draft.rows.append(row)
        taken = set()
        for n, ((text, _), field) in enumerate(zip(part.columns, columns, strict=True)):
            column = self._field(f"{start}栏{n + 1}", text, field, taken)
            boxes = [box for (_, col), box in part.boxes.items() if col == n]
            column.type = field.type if field else type_of(self._page, text, boxes, "money")
            column.choices = choices_of(self._page, boxes)
            column.required = field.required if field else column.type != "text"
            draft.columns.append(column)
        for n, rows_with in enumerate(_rows_with_cells(part, draft.columns)):
            if len(rows_with) < len(part.rows):
                draft.columns[n].only = [draft.rows[row].id for row in rows_with]
        for (row_number, col), box in part.boxes.items():
            only = draft.columns[col].only
            if only and draft.rows[row_number].id not in only:
                continue
            self._form.cells[_ref(box)] = f"{draft.rows[row_number].id}.{draft.columns[col].id}"
        self._form.grids.append(draft)

    def indicators(self, part: ListPart) -> None:
        spec = self._known.list if self._known else None
        heads = [text for text, _ in part.columns]
        known = self._hits(heads, spec.labels if spec else None, spec.columns if spec else ())
        start = f"{self._form.id}指标"
        listed = DraftList(start, spec.name if spec else identifier(part.heading, "指标"), [], [])
        taken: set[str] = set()
        for n, ((text, head), field) in enumerate(zip(part.columns, known, strict=True)):
            column = self._field(f"{start}{n + 1}", text, field, taken)
            boxes = [row[n] for row in part.rows]
            column.type = (
                "text"
                if n in part.levels
                else (field.type if field else list_type_of(self._page, text, boxes))
            )
            column.choices = choices_of(self._page, boxes)
            column.group = _shared_heading(self._page, head)
            printed = sum(not box.is_blank for box in boxes)
            column.answer = field.answer if field else not printed and n not in part.levels
            column.required = field.required if field else not printed and not _may_be_blank(text)
            listed.columns.append(column)
            for box in boxes:
                if box.is_blank:
                    self._form.cells.setdefault(_ref(box), column.id)
                elif is_number(box.text):
                    self._form.figures[_ref(box)] = column.id
        listed.levels = [listed.columns[n].id for n in part.levels]
        listed.in_labels = any(
            heading_weight(row[n].text) is not None for row in part.rows for n in part.levels if row[n].text
        )
        listed.has_total = bool(part.total)
        self._form.indicators = listed
        _level_points(listed, part)
        _columns_of(listed, part)
        if spec:
            by_name = {column.name: column.id for column in listed.columns}
            listed.sign, listed.measure = (
                by_name.get(spec.beside.sign, ""),
                by_name.get(spec.beside.measure, ""),
            )
        for n, column in enumerate(listed.columns):
            if part.total and part.total[n].is_blank and column.type == "score":
                self._form.cells[_ref(part.total[n])] = f"总分.{column.id}"

    def _known_grid(self, labels: Sequence[str]) -> Grid | None:
        """The grid of the known form that has most of these rows."""
        best: Grid | None = None
        most = 0
        for grid in self._known.grids if self._known else ():
            found = sum(hit is not None for hit in known_fields(labels, grid.row_labels, grid.rows))
            if found > most:
                best, most = grid, found
        return best

    def _hits(
        self, labels: Sequence[str], known: Labels | None, fields: Sequence[Field]
    ) -> list[Field | None]:
        return known_fields(labels, known, fields) if known else [None] * len(labels)

    def _field(self, key: str, label: str, known: Field | None, taken: set[str]) -> DraftField:
        name = known.name if known else identifier(label, "栏")
        again = name
        number = 2
        while again in taken:
            again, number = f"{name}{number}", number + 1
        taken.add(again)
        draft = DraftField(key, label.strip(), again)
        if known:
            draft.aliases = [alias for alias in (known.label, *known.aliases) if alias != draft.label]
            draft.answer, draft.required = known.answer, known.required
        return draft


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


def _shared_heading(page: BlankPage, heading: Box) -> str:
    """The heading above a column's own that spans others too."""
    above = page.at(heading.area.top - 1, heading.area.left)
    is_shared = above is not None and above.area.right > above.area.left
    return above.text if above is not None and is_shared else ""


def _may_be_blank(label: str) -> bool:
    return any(word in label for word in _WORDS.may_be_blank)


def _level_points(listed: DraftList, part: ListPart) -> None:
    """Columns of points behind each level, all under one heading: each is called after its level."""
    behind = [n + 1 for n in part.levels if n + 1 < len(listed.columns) and n + 1 not in part.levels]
    headings = {normalise(part.columns[n][0]) for n in behind}
    if len(behind) < 2 or len(headings) > 1 or any(listed.columns[n].type != "score" for n in behind):
        return
    for n in behind:
        level = listed.columns[n - 1]
        is_last = n == behind[-1]
        column = listed.columns[n]
        column.label = _WORDS.list.points if is_last else f"{normalise(level.label)}{_WORDS.list.points}"
        column.name = identifier(column.label, "栏")
        column.answer, column.required, column.aliases = False, False, []
    listed.level_points = [listed.columns[n].id for n in behind]
    for other in listed.columns:
        # the score kept its name apart from the columns of points
        if other.id not in listed.level_points and normalise(other.label) in headings:
            other.name = identifier(other.label, "栏")


def _columns_of(listed: DraftList, part: ListPart) -> None:
    """Which columns hold the points of a row, of a heading, and what the unit gives itself."""
    own = [(n, c) for n, c in enumerate(listed.columns) if c.type == "score"]
    scores = [(n, c) for n, c in own if c.id not in listed.level_points]
    if listed.level_points:
        listed.points = listed.level_points[-1]
    for n, column in scores:
        label = normalise(column.label)
        if any(word in label for word in _WORDS.list.score):
            listed.score = listed.score or column.id
        elif _runs_along(part, n):
            listed.group_weight = listed.group_weight or column.id
        elif any(word in label for word in _WORDS.list.weight):
            listed.points = listed.points or column.id


def _runs_along(part: ListPart, number: int) -> bool:
    """Whether a column's boxes run along those of the 一级 headings: it states their points."""
    first = part.levels[0]
    spans = {(row[first].area.top, row[first].area.bottom) for row in part.rows}
    own = {(row[number].area.top, row[number].area.bottom) for row in part.rows}
    return own == spans and len(spans) < len(part.rows)


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
