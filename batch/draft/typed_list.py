"""The lists of a blank form, of indicators or plain: columns named and typed, and the part each plays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from batch.draft.blank_page import BlankPage, Box
from batch.draft.draft_words import draft_words
from batch.draft.field_maker import FieldMaker, identifier, may_be_blank, ref_of
from batch.draft.field_types import choices_of, list_type_of, type_of
from batch.draft.numbering import taken_apart
from batch.draft.parts import ListPart, is_number, topic_of
from batch.draft.proposal import AMOUNTS, DraftField, DraftForm, DraftList
from batch.forms.spec.labels import heading_weight
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import Field

_WORDS = draft_words()


def add_lists(maker: FieldMaker, parts: Sequence[ListPart]) -> None:
    """Put the lists into the form. No two of their columns have one name."""
    printed = Counter(name for part in parts for name in {identifier(text, "栏") for text, _ in part.columns})
    taken: set[str] = set()
    for part in parts:
        _add_list(maker, part, {name for name, times in printed.items() if times > 1}, taken)


def _add_list(maker: FieldMaker, part: ListPart, shared: set[str], taken: set[str]) -> None:
    """Put a list into the form; what another list has too is called after its own: 处置数量."""
    form, number = maker.form, len(maker.form.lists)
    same = [other for other in form.lists if bool(other.levels) is bool(part.levels)]
    known_lists = maker.known.lists if maker.known else ()
    specs = [one for one in known_lists if (len(one.levels) > 1) is bool(part.levels)]
    spec = next(iter(specs[len(same) :]), None)
    heads = [text for text, _ in part.columns]
    known = maker.hits(heads, spec.labels if spec else None, spec.columns if spec else ())
    listed = DraftList(f"{form.id}指标", spec.name if spec else _called(form, part), [], [])
    if number:
        listed.id = f"{form.id}明细{number + 1}栏"
    for n, field in enumerate(known):
        before = topic_of(listed.name) if identifier(heads[n], "栏") in shared else ""
        column = maker.field(f"{listed.id}{n + 1}", heads[n], field, taken, before)
        _describe(maker.page, column, field, part, listed)
        listed.columns.append(column)
    listed.levels = [listed.columns[n].id for n in part.levels]
    headings = [row[n].text for row in part.rows for n in part.levels]
    listed.in_labels = any(heading_weight(text) is not None for text in headings if text)
    listed.total = part.total_label
    form.lists.append(listed)
    _level_points(listed, part)
    if part.levels:
        _points(listed, part)
    if spec:
        by_name = {column.name: column.id for column in listed.columns}
        listed.sign = by_name.get(spec.beside.sign, "")
        listed.measure = by_name.get(spec.beside.measure, "")
    _note_cells(form, listed, part)


def _called(form: DraftForm, part: ListPart) -> str:
    """What a list is called: as its heading, and as no other list of the form."""
    name = again = identifier(part.heading, "明细")
    number = 2
    while again in {other.name for other in form.lists}:
        again, number = f"{name}{number}", number + 1
    return again


def _describe(
    page: BlankPage, column: DraftField, known: Field | None, part: ListPart, listed: DraftList
) -> None:
    """The type of the next column of the list and whether it is always filled in."""
    number = len(listed.columns)
    label, heading = part.columns[number]
    boxes = [row[number] for row in part.rows]
    if number in part.levels:
        column.type = "text"
    elif part.levels and not known:
        column.type = list_type_of(page, label, boxes)
    else:
        column.type = type_of(page, known, label, boxes, _usual_type(listed, label))
    column.choices = choices_of(page, boxes)
    column.group = _shared_heading(page, heading)
    if known is None:
        is_printed = any(not box.is_blank for box in boxes)
        column.answer = not is_printed and number not in part.levels
        column.required = not is_printed and not may_be_blank(label)


def _usual_type(listed: DraftList, label: str) -> str:
    """The type of a column whose own words say none: that of the column it is 其中 of, else text."""
    if not taken_apart(label).is_part:
        return "text"
    wholes = (column for column in reversed(listed.columns) if not taken_apart(column.label).is_part)
    return next((column.type for column in wholes), "text")


def _shared_heading(page: BlankPage, heading: Box) -> str:
    """The heading above a column's own that spans others too."""
    above = page.at(heading.area.top - 1, heading.area.left)
    is_shared = above is not None and above.area.right > above.area.left
    return above.text if above is not None and is_shared else ""


def _note_cells(form: DraftForm, listed: DraftList, part: ListPart) -> None:
    """The addresses to fill in, those of printed points, and those of the 总分 row."""
    for n, column in enumerate(listed.columns):
        for row in part.rows:
            if row[n].is_blank:
                form.cells.setdefault(ref_of(row[n]), column.id)
            elif is_number(row[n].text):
                form.figures[ref_of(row[n])] = column.id
        is_added = column.type in (*AMOUNTS, "score") and not normalise(column.label).endswith(
            _WORDS.list.prices
        )
        if part.total and part.total[n].is_blank and is_added:
            form.cells[ref_of(part.total[n])] = f"总分.{column.id}"


def _level_points(listed: DraftList, part: ListPart) -> None:
    """Columns of points behind each level, all under one heading: each is called after its level."""
    behind = [n + 1 for n in part.levels if n + 1 < len(listed.columns) and n + 1 not in part.levels]
    headings = {normalise(part.columns[n][0]) for n in behind}
    if len(behind) < 2 or len(headings) > 1 or any(listed.columns[n].type != "score" for n in behind):
        return
    for n in behind:
        level, column = listed.columns[n - 1], listed.columns[n]
        is_last = n == behind[-1]
        column.label = _WORDS.list.points if is_last else f"{normalise(level.label)}{_WORDS.list.points}"
        column.name = identifier(column.label, "栏")
        column.answer, column.required, column.aliases = False, False, []
    listed.level_points = [listed.columns[n].id for n in behind]
    for other in listed.columns:
        # the score kept its name apart from the columns of points
        if other.id not in listed.level_points and normalise(other.label) in headings:
            other.name = identifier(other.label, "栏")


def _points(listed: DraftList, part: ListPart) -> None:
    """Which columns hold the points of a row, of a heading, and what the unit gives itself."""
    if listed.level_points:
        listed.points = listed.level_points[-1]
    for n, column in enumerate(listed.columns):
        if column.type != "score" or column.id in listed.level_points:
            continue
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
