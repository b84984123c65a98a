"""One form drawn on a worksheet: labels, input cells by kind, formulas, protection and print set-up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import money_unit_in
from batch.forms.spec.spec import PackForms
from batch.forms.template.cell_formulas import TemplateFormulas
from batch.forms.template.drawn_form import NUMBER_TYPES, DrawnLayout, TemplateSlot
from batch.forms.template.input_rules import add_validations, is_open_part
from batch.forms.template.row_heights import HEIGHT, row_heights, title_height
from batch.model.book import Area

BODY, HEAD = "宋体", "黑体"
SIZE: Final = 10.5
#: rows higher than this hold sentences
TALL: Final = 36.0
#: a column no wider than this writes its label downwards
NARROW: Final = 6.0

INPUT, COMPUTED = "FFFDF3", "F2F2F2"

#: everything a unit needs for filling in stays allowed; there is no password
PROTECTION: Final = {
    "objects": True,
    "scenarios": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
}
FOOTER: Final = f'&C&"{BODY},常规"&9第 &P 页，共 &N 页'
_A4: Final = 9

_BASE: Final[dict[str, Any]] = {
    "font_name": BODY,
    "font_size": SIZE,
    "font_charset": 134,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
    "border": 1,
}
_TITLE: Final = {"font_name": HEAD, "border": 0}
#: size of a title as printed, and the largest that fits its row; characters across A4 upright and lying
_TITLE_SIZE, _TITLE_LARGEST, _ACROSS = 18, 22, {False: 100, True: 150}
_KINDS: Final[dict[str, dict[str, Any]]] = {
    "count": {"num_format": "0"},
    "percent": {"num_format": "0.00%"},
    "date": {"num_format": "yyyy-mm-dd"},
    # “1-6” and “7*24” stay as typed
    "value": {"num_format": "@"},
    "tick": {"num_format": "@"},
}
_MONEY: Final = {"元": "#,##0.00", "万元": "0.00"}


class TemplateFormats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        """The format with these properties over those every cell has."""
        merged = {**_BASE, **properties}
        key = tuple(sorted(merged.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(merged)
        return self._made[key]


class _NoText(str):
    """An empty text as a formula's result: for a plain "" xlsxwriter stores that nothing was computed."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def draw_form(
    sheet: Any,
    formats: TemplateFormats,
    layout: DrawnLayout,
    pack: PackForms,
    fill: Mapping[str, str | Decimal],
    locked: Collection[str] = (),
) -> None:
    """Draw a form on an empty worksheet; `fill` by the names of the slots, numbers as Decimal.

    What stands in the slots of `locked` cannot be typed over. Among them may be computed ones: such a cell
    keeps its formula as long as that comes to the number it is filled with. Raises ValueError for a name the
    form does not have or does not let people fill in, and for text where it wants a number.
    """
    slots = {(s.area.top, s.area.left): s for s in layout.slots.values()}
    contents = {slot.ref: _content(slot, fill) for slot in slots.values()}
    open_for_it = {
        slot.name for slot in slots.values() if slot.is_input or (slot.computed and slot.name in locked)
    }
    unknown = (set(fill) | set(locked)) - open_for_it
    if unknown:
        raise ValueError(f"{layout.spec.key}没有这些可填的栏：{'、'.join(sorted(unknown))}")
    fixed = _fixed(layout, contents)
    given = {ref: content for ref, content in contents.items() if content is not None}
    formulas = TemplateFormulas({r: c for r, c in layout.computed().items() if r not in fixed}, given)
    upright: dict[tuple[int, int], float] = {}
    for place, area in layout.areas.items():
        slot = slots.get(place)
        if slot is None:
            drawn = layout.sheet.cells.get(place)
            text = drawn.raw if drawn else ""
            look = _label_look(layout, area, text, pack)
            if place == layout.title:
                upright[place] = title_height(look["font_size"])
            elif "rotation" in look:
                upright[place] = 0
            _write(sheet, area, text or None, formats(**look))
        elif slot.computed and slot.ref not in fixed:
            styled = formats(**_slot_look(layout, slot, locked))
            _merge(sheet, area, styled)
            value = formulas.value(slot.ref)
            shown = _NoText() if value is None else float(value)
            sheet.write_formula(place[0] - 1, place[1] - 1, f"={formulas.text(slot.ref)}", styled, shown)
        else:
            _write(sheet, area, contents[slot.ref], formats(**_slot_look(layout, slot, locked)))
    add_validations(sheet, layout, pack, locked)
    _set_up(sheet, layout, row_heights(layout, upright))


def _content(slot: TemplateSlot, fill: Mapping[str, str | Decimal]) -> str | Decimal | None:
    content = fill.get(slot.name, slot.preset)
    if content is not None and (slot.field.type in NUMBER_TYPES) != isinstance(content, Decimal):
        raise ValueError(f"“{slot.name}”不能填“{content}”")
    return content


def _fixed(layout: DrawnLayout, contents: Mapping[str, str | Decimal | None]) -> set[str]:
    """The computed cells that are filled with another number than their formulas come to."""
    computed = layout.computed()
    given = {ref: content for ref, content in contents.items() if content is not None}
    formulas = TemplateFormulas(computed, {r: v for r, v in given.items() if r not in computed})
    return {ref for ref in computed if ref in given and formulas.value(ref) != given[ref]}


def _merge(sheet: Any, area: Area, look: Any) -> None:
    if (area.top, area.left) != (area.bottom, area.right):
        sheet.merge_range(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, "", look)


def _write(sheet: Any, area: Area, content: str | Decimal | None, look: Any) -> None:
    """Text is written as text whatever it looks like, so a name can never become a formula."""
    _merge(sheet, area, look)
    row, col = area.top - 1, area.left - 1
    if isinstance(content, Decimal):
        sheet.write_number(row, col, content, look)
    elif content:
        # xlsxwriter takes a text in these two tags for the XML of a rich string
        text = f"{content} " if content.startswith("<r>") and content.endswith("</r>") else content
        sheet.write_string(row, col, text, look)
    else:
        sheet.write_blank(row, col, None, look)


def _label_look(layout: DrawnLayout, area: Area, text: str, pack: PackForms) -> dict[str, Any]:
    """How a printed part of the form looks."""
    place = (area.top, area.left)
    if place == layout.title:
        shrunk = sum(layout.spec.drawing.widths) / _ACROSS[layout.spec.drawing.landscape]
        return {**_TITLE, "font_size": min(round(_TITLE_SIZE * max(shrunk, 1)), _TITLE_LARGEST)}
    row = layout.row_labels.get(place)
    if row is not None:
        # the parts of an open row may be named by the unit, and so may rows it inserts among them
        named = {"locked": False} if is_open_part(layout, row) else {}
        return {"align": "left", "indent": row.indent, **named}
    whole_width = area.left == 1 and area.right == layout.columns
    if whole_width and normalise(text) not in pack.decor:
        return {"align": "left", "font_size": 9.5}
    if money_unit_in(text) and text.startswith("单位"):
        return {"align": "right"}
    if text.endswith(("：", ":")):
        return {"align": "left"}
    width = sum(layout.spec.drawing.widths[area.left - 1 : area.right])
    if width <= NARROW and area.bottom - area.top >= len(text) > 1:
        # xlsxwriter's 270 stands for one character below the other
        return {"rotation": 270, "text_wrap": False}
    return {}


def _slot_look(layout: DrawnLayout, slot: TemplateSlot, locked: Collection[str]) -> dict[str, Any]:
    """How a field looks: what people fill in is tinted and open, what is computed is grey and locked."""
    kind = slot.field.type
    look = dict(_KINDS.get(kind, {}))
    if kind == "money":
        look["num_format"] = _MONEY.get(layout.spec.money, "#,##0.00")
    if kind == "text" and _is_prose(layout, slot):
        look["align"] = "left"
    if slot.computed or slot.name in locked:
        look["bg_color"] = COMPUTED
    elif slot.is_input:
        look |= {"bg_color": INPUT, "locked": False}
    return look


def _is_prose(layout: DrawnLayout, slot: TemplateSlot) -> bool:
    """Whether a text is for sentences, or stands behind a label with a colon; a name is centred."""
    if slot.part == "item":
        return slot.field.name not in layout.spec.list_with[slot.field.name].levels[:-1]
    label = layout.sheet.cells.get((slot.area.top, slot.area.left - 1))
    before = label.raw if label else ""
    tall = layout.spec.drawing.heights.get(slot.area.top, HEIGHT) > TALL
    return tall or before.endswith(("：", ":"))


def _set_up(sheet: Any, layout: DrawnLayout, heights: Mapping[int, float]) -> None:
    """Column widths, row heights, protection and how it prints: A4, one page wide."""
    drawing = layout.spec.drawing
    for col, width in enumerate(drawing.widths):
        sheet.set_column(col, col, width)
    for row, height in heights.items():
        sheet.set_row(row - 1, height)
    sheet.hide_gridlines(2)
    sheet.protect("", PROTECTION)
    sheet.set_paper(_A4)
    if drawing.landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer(FOOTER, {"margin": 0.3})
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, layout.rows - 1, layout.columns - 1)
    if layout.header:
        sheet.repeat_rows(layout.header[0] - 1, layout.header[1] - 1)
