"""A form drawn as the template draws it, holding the sums of all units: 基础数据汇总表."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from batch.config.expression import Binary, Name, names, parse_expression
from batch.figures.shown_figures import SumSheet
from batch.forms.template.drawn_form import DrawnLayout
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.sheet import TemplateFormats, draw_form
from batch.model.text_width import lines
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.form_sums import FormSums
from batch.workbook.style import LINE, PADDING

#: what stands beside the form, and how wide its columns are
_CHECKED, _CHECK_WIDTH = "与单位总表合计核对", 11


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    return "" if content.forms else "没有表样"


def write(rollup: Rollup, shown: SumSheet) -> None:
    """Add the sheet of a form's sums."""
    assert rollup.forms is not None
    sheet = rollup.page(shown.sheet, "2F5597")
    layout = lay_out(rollup.forms.forms[shown.form], rollup.forms, rollup.head.year)
    _retitle(layout)
    types = {name: slot.field.type for name, slot in layout.slots.items()}
    sums = FormSums(shown.form, types, _rates(layout))
    for unit in rollup.facts:
        sums.add(unit.unit, unit.summed)
    numbers = sums.by_field | {
        name: rate for name in sums.rates if (rate := sums.rate(name)) is not None and name in layout.slots
    }
    filled: dict[str, str | Decimal] = {
        name: number for name, number in numbers.items() if layout.slots[name].is_input
    }
    said = {layout.spec.unit_field: f"全部已报单位（{sums.units}户）", **shown.fill}
    filled |= {name: text for name, text in said.items() if name in layout.slots}
    page = _InRows(sheet, {layout.slots[n].area[:2]: number for n, number in numbers.items()})
    draw_form(page, _Plain(rollup.book), layout, rollup.forms, filled)
    same = _same(rollup, shown.form)
    _checks(page, rollup, layout, {name: same[name] for name in numbers if name in same})
    page.flush()
    _notes(sheet, rollup, layout, sums, checked=bool(same))
    sheet.fit_to_pages(1, 1)
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(0, 1)


def _rates(layout: DrawnLayout) -> dict[str, tuple[str, str]]:
    """By field of the form that is one number divided by another, the two."""
    found = {}
    for name, slot in layout.slots.items():
        formula = slot.field.formula if slot.field.type == "percent" else ""
        node = parse_expression(formula) if formula else None
        if not (isinstance(node, Binary) and node.op == "/"):
            continue
        # of a grid, the formula of a column is about its own row, that of a row about its own column
        row, _, column = name.rpartition(".")
        own = {
            part: next(
                (one for one in (f"{row}.{part}", f"{part}.{column}", part) if one in layout.slots), ""
            )
            for part in names(node)
        }
        if isinstance(node.left, Name) and isinstance(node.right, Name) and all(own.values()):
            found[name] = own[node.left.text], own[node.right.text]
    return found


def _same(rollup: Rollup, form: str) -> dict[str, str]:
    """By field of the form, the name of the same total on 单位总表."""
    figures = rollup.head.figures
    nodes = {**figures.unit.figures, **figures.shown.own}
    fields = ((nodes.get(column.figure), column.name) for column in figures.shown.columns if column.name)
    said = ((node.text.partition("."), name) for node, name in fields if isinstance(node, Name))
    return {field: name for (head, _, field), name in said if head == form}


class _Plain(TemplateFormats):
    """The template's formats without the tints of cells to fill in: nothing is filled in here."""

    def __call__(self, **properties: Any) -> Any:
        """The format with these properties, without fill; sums are long enough for separators."""
        kept = {k: v for k, v in properties.items() if k not in ("bg_color", "locked")}
        if kept.get("num_format") == "0.00":
            kept["num_format"] = "#,##0.00"
        return super().__call__(**kept)


class _InRows:
    """A worksheet for `draw_form`: keeps the cells until all are known and then writes them row by row.

    Computed cells get the sums of what the units filled in instead of the form's formulas: a sum of the sums
    would hide what does not add up.
    """

    def __init__(self, sheet: Any, numbers: Mapping[tuple[int, int], Decimal]) -> None:
        self._sheet, self._numbers = sheet, numbers
        self._cells: dict[tuple[int, int], tuple[Any, Any]] = {}
        self._merges: list[list[int]] = []

    def write_string(self, row: int, col: int, text: str, look: Any) -> None:
        """Keep a text."""
        self._cells[row, col] = (text, look)

    def write_number(self, row: int, col: int, number: Decimal, look: Any) -> None:
        """Keep a number."""
        self._cells[row, col] = (number, look)

    def write_blank(self, row: int, col: int, _: None, look: Any) -> None:
        """Keep an empty cell with its look."""
        self._cells[row, col] = (None, look)

    def write_formula(self, row: int, col: int, _: str, look: Any, __: Any) -> None:
        """What the form computes becomes the sum of the units."""
        self._cells[row, col] = (self._numbers.get((row + 1, col + 1)), look)

    def write_check(self, row: int, col: int, formula: str, look: Any) -> None:
        """Keep a formula of ours that comes to 0."""
        self._cells[row, col] = (_Formula(formula), look)

    def merge_range(self, top: int, left: int, bottom: int, right: int, _: str, look: Any) -> None:
        """Keep an area of cells that look like one."""
        self._merges.append([top, left, bottom, right])
        for row in range(top, bottom + 1):
            for col in range(left, right + 1):
                self._cells.setdefault((row, col), (None, look))

    def set_column(self, first: int, last: int, width: float) -> None:
        """Widths are known at once."""
        self._sheet.set_column(first, last, width)

    def set_row(self, row: int, height: float) -> None:
        """So are heights."""
        self._sheet.set_row(row, height)

    def __getattr__(self, name: str) -> Any:
        # protection, validations and print set-up of the template: nothing of it is for a roll-up
        return lambda *_, **__: None

    def flush(self) -> None:
        """Write all cells, top down, then merge."""
        for (row, col), (content, look) in sorted(self._cells.items(), key=lambda item: item[0]):
            if isinstance(content, _Formula):
                self._sheet.write_formula(row, col, content, look, 0)
            elif isinstance(content, Decimal):
                self._sheet.write_number(row, col, float(content), look)
            elif content:
                self._sheet.write_string(row, col, content, look)
            else:
                self._sheet.write_blank(row, col, None, look)
        # merge_range would write the cells once more: before they are written it would leave the rows between
        # behind, and afterwards it refuses rows that are out of reach; there is no other way to merge them
        self._sheet.merge += self._merges


class _Formula(str):
    """A formula of ours among the cells kept."""

    __slots__ = ()


def _retitle(layout: DrawnLayout) -> None:
    title = layout.sheet.cells[layout.title]
    text = title.raw.removesuffix("表") + "汇总表"
    layout.sheet.cells[layout.title] = title._replace(raw=text)


def _checks(page: _InRows, rollup: Rollup, layout: DrawnLayout, same: Mapping[str, str]) -> None:
    """Beside the form, for every total of 单位总表 too: by how much they differ, a tick for not at all."""
    if not same:
        return
    look = rollup.look
    gap = layout.columns
    page.set_column(gap, gap, 2)
    page.set_column(gap + 1, 2 * layout.columns - 1, _CHECK_WIDTH)
    page.write_string(0, gap + 1, _CHECKED, look("line"))
    for name, total in same.items():
        if rollup.facts:
            area = layout.slots[name].area
            cell = layout.slots[name].ref
            place = (area.top - 1, gap + area.left - 1)
            page.write_check(*place, f"=ROUND({cell}-合计_{total},2)", look("boxed", "check"))


def _notes(sheet: Any, rollup: Rollup, layout: DrawnLayout, sums: FormSums, *, checked: bool) -> None:
    head, form = rollup.head, sums.form
    rates = "".join(
        f"，{name}按{under}、{over}都有数的单位计算" for name, (over, under) in sums.rates.items()
    )
    if len(sums.rates) > 1:
        rates = "，各比率按分子、分母都有数的单位计算"
    intro = (
        f"批次：{head.batch}　数据截止：{head.cutoff}　"
        f"本表为{sums.units}户{form}逐格相加之和，单位：万元；"
        f"空格、填错或无法读取的不计入{rates}。各栏为填报数相加，"
        "不按表内公式重算，合计与分项不等的见清单.xlsx的“问题清单”。"
        f"{'右侧✓表示与“单位总表”合计一致。' if checked else ''}"
    )
    notes = [intro]
    if sums.missing:
        named = "、".join(sums.missing[:10]) + ("等" if len(sums.missing) > 10 else "")
        notes.append(f"没有{form}、未计入的{len(sums.missing)}户：{named}。")
    below = "、".join(f"“{row.name}”" for grid in layout.spec.grids for row in grid.rows if row.open)
    if sums.itemised and below:
        notes.append(f"有{sums.itemised}户在{below}下另列了行，这些行已含在{below}合计中，没有对应的栏。")
    width = int(sum(layout.spec.drawing.widths) * 1.05)
    for row, note in enumerate(notes, layout.rows):
        sheet.set_row(row, lines(note, width) * LINE + PADDING)
        sheet.merge_range(row, 0, row, layout.columns - 1, note, rollup.look("note"))
