"""Where a form's drawing and its rows, columns and entries do not fit each other."""

from __future__ import annotations

from collections.abc import Container, Iterator

from batch.config.entries import RulebookError
from batch.config.schema import Located, nearest
from batch.config.toml_text import Where
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import FormSpec
from batch.forms.template.drawn_form import TemplateSlot
from batch.model.book import parse_ref
from batch.model.form import Table

#: of what is missing so many are named
_NAMED = 6


def mismatches(spec: FormSpec, table: Table) -> Iterator[Located]:
    """What the drawing lacks, and what stands in it without being a label; `table`: the drawing as read."""
    wheres = dict(_labels(spec))
    missing = [bend.expected for bend in table.bends if bend.check in ("F014", "F034")]
    missing += [e.label for e in spec.entries if e.name not in table.fields and not e.may_lack]
    blocks = {ls.name: ls.columns for ls in spec.lists}
    blocks |= {grid.name: grid.columns for grid in spec.grids}
    # a grid is told with its columns
    grids = {f"{grid.name}（{'、'.join(c.label for c in grid.columns)}）": grid.name for grid in spec.grids}
    missing = [grids.get(name, name) for name in missing]
    inherited = [name for name in missing if name in wheres and _is_inherited(spec, wheres[name])]
    if inherited:
        yield from _of_parent(spec, inherited).mistakes
        if not blocks.keys().isdisjoint(inherited):
            return
    for name in (name for name in missing if name not in inherited):
        where = wheres.get(name, ("template", "rows"))
        if name in blocks:
            listed = "、".join(column.label for column in blocks[name] if not column.may_lack)
            said = f"模板图样里找不到“{name}”的表头，要有一行写着各栏的名称：{listed}"
        else:
            near = nearest(name, [text for row in spec.drawing.rows for text in row if len(text) > 1])
            meant = f"，是不是图样里的“{near}”？" if near else "；"
            said = f"模板图样里没有“{name}”{meant}表上没有的，写 absent = true"
        yield from spec.drawing.error(said, *where).mistakes
    if not blocks.keys().isdisjoint(missing):
        # what follows from a heading that was not found is not told as well
        return
    for bend in table.bends:
        if bend.check == "F015":
            row = parse_ref(bend.ref)[0]
            near = nearest(bend.found, wheres)
            meant = f"，是不是“{near}”？" if near else "；"
            said = f"模板图样里的“{bend.found}”不是本表的行名、栏名{meant}"
            if near == bend.found:
                said = f"模板图样里的“{near}”印了不止一处，这一处没有要填的格；"
            advice = "只是分块标题的，写进 pack.toml 的 decor；表尾的注，开头的字写进 notes"
            yield from spec.drawing.error(f"{said}{advice}", "template", "rows", row - 1).mistakes


def lost_totals(spec: FormSpec, slots: Container[str]) -> Iterator[Located]:
    """Columns of lists that say how they are added up, where no row for it is drawn."""
    for number, ls in enumerate(spec.lists):
        lost = [n for n, column in enumerate(ls.columns) if column.total]
        if lost and not any(f"总分.{ls.columns[n].name}" in slots for n in lost):
            said = f"“{ls.name}”写了 total，图样里却认不出合计行：合计行的字要写进 pack.toml 的 totals"
            place = (*_list_place(spec, number), "column", lost[0], "total")
            yield from spec.drawing.error(said, *place).mistakes


def unrecognised(spec: FormSpec) -> RulebookError:
    """Why a drawing is not known as that of its form."""
    drawn = {normalise(text) for row in spec.drawing.rows for text in row}
    blocks = {grid.name for grid in spec.grids} | {ls.name for ls in spec.lists}
    lost = [
        label
        for label, where in _labels(spec)
        if label not in blocks and normalise(label) not in drawn and _is_inherited(spec, where)
    ]
    if lost:
        return _of_parent(spec, lost)
    said = "模板图样（rows）认不出是这张表，请核对标题和行名、栏名，标题写 {标题}"
    return spec.drawing.error(said)


def _of_parent(spec: FormSpec, names: list[str]) -> RulebookError:
    """A pack's own drawing of a form that inherits more than was meant."""
    named = "、".join(names[:_NAMED]) + (f"等{len(names)}项" if len(names) > _NAMED else "")
    said = f"图样里没有从上级包继承来的“{named}”：整张表换掉的，在 pack.toml 里写 remove = "
    said += f'["forms.{spec.key}"]；只是没有这几项的，逐项写 absent = true'
    return spec.drawing.error(said)


def _is_inherited(spec: FormSpec, where: Where) -> bool:
    """Whether what stands there is written in another file than the drawing."""
    ((file, _, _),) = spec.drawing.error("", *where).mistakes
    ((own, _, _),) = spec.drawing.error("").mistakes
    return file != own


def formula_place(spec: FormSpec, slot: TemplateSlot) -> Where:
    """Where the formula of a computed field is written in its form's file."""
    row, _, name = slot.name.rpartition(".")
    if slot.part == "entry":
        return "entry", [entry.name for entry in spec.entries].index(slot.name), "formula"
    if slot.part == "total":
        number = next(n for n, ls in enumerate(spec.lists) if ls.name == spec.list_with[name].name)
        column = [one.name for one in spec.lists[number].columns].index(name)
        return (*_list_place(spec, number), "column", column, "total")
    for number, grid in enumerate(spec.grids):
        if slot.name in grid.formulas:
            return "grid", number, "formulas", slot.name
        columns, rows = [c.name for c in grid.columns], [r.name for r in grid.rows]
        if name in columns and row in rows:
            if slot.field.formula:
                return "grid", number, "column", columns.index(name), "formula"
            return "grid", number, "row", rows.index(row), "formula"
    return "template", "rows"


def _list_place(spec: FormSpec, number: int) -> Where:
    return ("list", number) if len(spec.lists) > 1 else ("list",)


def _labels(spec: FormSpec) -> Iterator[tuple[str, Where]]:
    """The labels of a form with the place of each in its file."""
    yield from ((entry.label, ("entry", n)) for n, entry in enumerate(spec.entries))
    for n, grid in enumerate(spec.grids):
        yield grid.name, ("grid", n)
        yield from ((row.label, ("grid", n, "row", m)) for m, row in enumerate(grid.rows))
        yield from ((column.label, ("grid", n, "column", m)) for m, column in enumerate(grid.columns))
    for number, ls in enumerate(spec.lists):
        at = _list_place(spec, number)
        yield ls.name, at
        yield from ((column.label, (*at, "column", n)) for n, column in enumerate(ls.columns))
