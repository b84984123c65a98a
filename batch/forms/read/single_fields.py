"""Find single fields by their labels: after the colon, to the right, or below."""

from __future__ import annotations

from batch.forms.locate.match_notes import Notes
from batch.forms.locate.view import LabelText, View
from batch.forms.locate.years import drop_year
from batch.forms.read.cell_value import read_value
from batch.forms.spec.label_matching import STEPS
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import split_entries, squeeze
from batch.forms.spec.spec import Field, FormSpec, PackForms
from batch.model.book import MAX_COL, MAX_ROW, Cell, column_letters
from batch.model.form import Deviation, State, Table, Value

#: how many blank rows may stand between a label and the value below it
_GAP = 3


def read_entries(view: View, spec: FormSpec, table: Table, pack: PackForms) -> None:
    """Read the form's single fields into `table.fields` by name."""
    todo = {f.name: f for f in spec.entries}
    telling = [cell for cell, meaning in view.telling if meaning.printed or meaning.colon]
    best = _best_steps(view, spec, telling)
    for cell in telling:
        words = None if (cell.row, cell.col) in view.used else view.words(cell)
        if words is None:
            continue
        hit = spec.entry_labels.find(*words)
        if hit and hit[0] in todo and hit[1] == best[hit[0]]:
            field = todo.pop(hit[0])
            text = LabelText(cell, view.area(cell.row, cell.col), *words)
            notes = Notes()
            notes.label(text, field, hit[1])
            notes.hold(view, table)
            value = _beside(view, text, field, spec, pack, table)
            if value.is_blank:
                # 实施单位（盖章）： above, to be stamped on paper, may stand once more with its name below
                todo[field.name] = field
                value = table.fields.get(field.name, value)
            table.fields[field.name] = value
        elif not hit:
            _inline(view, cell, spec, todo, best, table)
    # long texts are no labels, but may hold one: 填报单位：… followed by whatever else
    for cell in telling:
        if todo and not view.is_used(cell):
            _inline(view, cell, spec, todo, best, table)
    for field in todo.values():
        if field.required and not field.may_lack and field.name not in table.fields:
            table.bends.append(Deviation("F014", view.sheet.name, "", "", field.label, "missing"))


def _best_steps(view: View, spec: FormSpec, telling: list[Cell]) -> dict[str, str]:
    """For each field the best match of its label on the sheet: a weaker match elsewhere is something else."""
    found: dict[str, set[str]] = {}
    for cell in telling:
        words = None if view.is_used(cell) else view.words(cell)
        hits = [spec.entry_labels.find(*words)] if words else []
        if not any(hits):
            lefts = [left for left, _ in split_entries(cell.raw)]
            hits = [_named_before_colon(left, spec) for left in lefts]
        for hit in filter(None, hits):
            found.setdefault(hit[0], set()).add(hit[1])
    return {name: min(steps, key=STEPS.index) for name, steps in found.items()}


def _named_before_colon(left: str, spec: FormSpec) -> tuple[str, str] | None:
    """The field that the text before a colon names; a year may stand before it: 2020年度 评价单位名称：…"""
    words = drop_year(left)
    return spec.entry_labels.find(squeeze(words), normalise(words))


def _inline(
    view: View, cell: Cell, spec: FormSpec, todo: dict[str, Field], best: dict[str, str], table: Table
) -> None:
    """A label and its value in one cell: 填报单位：某某局; also several of them."""
    for left, value in split_entries(cell.raw):
        hit = _named_before_colon(left, spec)
        if not hit or hit[0] not in todo or hit[1] != best[hit[0]]:
            continue
        field = todo.pop(hit[0])
        view.take(cell)
        part = cell._replace(raw=value)
        if value.strip():
            table.fields[field.name] = read_value(part, field.type, view.sheet.name, cell.ref)
        else:
            table.fields.setdefault(field.name, Value(State.BLANK, sheet=view.sheet.name, ref=cell.ref))
            todo[field.name] = field


def _beside(
    view: View, text: LabelText, field: Field, spec: FormSpec, pack: PackForms, table: Table
) -> Value:
    find = _below if field.place == "below" else _right
    cell, ref = find(view, text, spec, pack)
    if cell is None and find is _below:
        # label and answer side by side
        cell, beside = _right(view, text, spec, pack)
        ref = beside if cell else ref
    view.take(cell)
    return read_value(cell, field.type, view.sheet.name, ref, table.money_unit or spec.money)


def _right(view: View, text: LabelText, spec: FormSpec, pack: PackForms) -> tuple[Cell | None, str]:
    """The first filled cell to the right that is not itself a label; else where it should be."""
    row, start = text.area.top, text.area.right + 1
    ref = _ref_at(view, row, start)
    for cell in view.rows.get(row, []):
        if cell.col < start:
            continue
        if view.is_used(cell) or _is_label(view, cell, spec, pack):
            break
        return cell, cell.ref
    return None, ref


def _ref_at(view: View, row: int, col: int) -> str:
    """The address of a place, the last one on the sheet behind a label that is merged to its end."""
    area = view.area(min(row, MAX_ROW), min(col, MAX_COL))
    return f"{column_letters(area.left)}{area.top}"


def _is_label(view: View, cell: Cell, spec: FormSpec, pack: PackForms) -> bool:
    """Whether the cell holds a printed part of the form rather than a value."""
    words = view.words(cell) if view.meaning(cell) else None
    if words is None:
        return False
    known = spec.entry_labels.find(*words) is not None or words[1] in pack.decor
    return known or words[1].startswith(("单位:", "金额单位"))


def _below(view: View, text: LabelText, spec: FormSpec, pack: PackForms) -> tuple[Cell | None, str]:
    """The cell below, over blank rows if some were put in; else where it should be."""
    top, col = text.area.bottom + 1, text.area.left
    ref = _ref_at(view, top, col)
    row = next((r for r in range(top, top + _GAP) if r in view.rows), top)
    for c in range(col, text.area.right + 1):
        cell = view.cell(row, c)
        if cell is None or cell.row != row or view.is_used(cell) or _is_label(view, cell, spec, pack):
            continue
        return cell, cell.ref
    return None, ref
