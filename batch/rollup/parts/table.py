"""The table that most sheets of the roll-up are: columns as data, rows written as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic

from batch.model.book import column_letters
from batch.model.text_width import lines
from batch.rollup.parts.columns import Column, Row
from batch.rollup.parts.context import Rollup, StreamedRows
from batch.rollup.parts.number_widths import NumberWidths
from batch.rollup.parts.row_xml import Numbers, RowText, numbered
from batch.rollup.parts.small_table import Cell, SmallTable, write_block
from batch.rollup.parts.totals import Adding, Sums, adding, formula
from batch.workbook.style import LINE, PADDING, SIZE, clean

#: how much of a table printed on two pages is sure to stand on the first
_FIRST_PAGE = 0.45
#: Excel opens no sheet with more links, and no longer link
_MAX_LINKS, MAX_LINK = 65_530, 2_079
#: rows that belong to no part
_OTHERS = "其余单位"


@dataclass(slots=True)
class SheetTable(Generic[Row]):
    """A sheet that is one table: title, unit line, header, rows, totals, notes, smaller tables below."""

    rollup: Rollup
    sheet: Any
    title: str
    columns: Sequence[Column[Row]]
    #: what stands at the right above the table
    unit_line: str = "单位：万元"
    #: columns that stay in view
    frozen: int = 2
    #: what stands in place of rows
    empty: str = "没有数据"
    #: totals are values, and a line below adds the rows up once more; else totals are live formulas
    checked: bool = False
    #: what the rows are also added up by, below the total, with a title: 主管部门
    part: Callable[[Row], str] | None = None
    part_title: str = ""
    #: printed over several pages, these many columns on each of them: titles and notes stand behind them
    repeated: int = 0
    _adding: tuple[Adding, ...] = ()
    _numbers: NumberWidths = field(default_factory=NumberWidths)

    def write(self, rows: Iterable[Row], notes: Sequence[str] = (), blocks: Iterable[SmallTable] = ()) -> int:
        """Write the sheet top down; returns the number of rows."""
        self._adding = adding([c.total for c in self.columns], [c.key for c in self.columns])
        first = self._head()
        sums, parts = Sums(self._adding), dict[str, Sums]()
        totalled, count = any(column.total for column in self.columns), 0
        values_of = [column.value for column in self.columns]
        most_links = _MAX_LINKS if any(column.link for column in self.columns) else 0
        text = RowText(self.columns, Numbers(self.rollup.look))

        def spelt() -> Iterator[bytes]:
            nonlocal count
            for count, item in enumerate(rows, 1):
                values = [value(item) for value in values_of]
                if totalled:
                    sums.add(values)
                if self.part is not None:
                    parts.setdefault(self.part(item), Sums(self._adding)).add(values)
                self._numbers.note_row(values)
                linked = count <= most_links and self._link(first + count - 1, item, values)
                yield numbered(text.spell(item, values, linked=linked), first + count - 1)

        self.sheet.write_rows(first, spelt())
        self.rollup.rows[self.sheet.get_name()] = count
        below = self._below_rows(first, count)
        if count:
            self._add_bars(first, below - 1)
            if totalled:
                below = self._totals(below, first, sums, parts)
        self._numbers.widen(self.sheet, self.columns)
        for row, note in enumerate(notes, below):
            self.note(row, note)
        below += len(notes)
        for block in blocks:
            below = write_block(self.sheet, self.rollup.look, below + 1, block, self._widths())
        return count

    def stream(self, table: str, rows: Iterable[bytes], count: int) -> None:
        """Write the sheet but for its rows, `count` of them, which are put in when the workbook is done.

        They are spelt already, but for their numbers. `table`: the first sheet of the table, where this one
        goes on with it. Columns must be wide enough for all numbers.
        """
        first = self._head()
        self._below_rows(first, count)
        self.rollup.rows[table] += count
        if count:
            self.sheet.reach(first + count - 1, len(self.columns) - 1)
            self.rollup.streamed[self.sheet.get_name()] = StreamedRows(table, rows, first)

    def _link(self, row: int, item: Row, values: Sequence[Cell]) -> bool:
        """Make the text of the column with links one, where it leads anywhere."""
        # no row has more than one
        number, link_of = next((n, c.link) for n, c in enumerate(self.columns) if c.link is not None)
        value = values[number]
        text = clean(value) if isinstance(value, str) else ""
        link = link_of(item) if text else ""
        if not link or len(link) > MAX_LINK:
            return False
        self.sheet.link(row, number, link, text)
        return True

    def _below_rows(self, first: int, count: int) -> int:
        """The row below so many rows, or below a sentence where there are none."""
        if not count:
            self._wide(first, self.empty, self.rollup.look("empty", "boxed"))
            self.sheet.set_row(first, 2 * LINE)
        else:
            # codes and what was filled in as text are meant to be text
            self.sheet.ignore_errors({"number_stored_as_text": self._area(first, first + count - 1)})
        # nobody filters a sentence
        self.sheet.autofilter(first - 1, 0, first + count - 1, len(self.columns) - 1)
        return first + max(count, 1)

    def _area(self, first: int, last: int) -> str:
        return f"A{first + 1}:{column_letters(len(self.columns))}{last + 1}"

    def note(self, row: int, text: str) -> None:
        """A line of explanation over the whole width."""
        first, last = self._across()
        width = int(sum(self._widths()[first : last + 1]) * SIZE / 9)
        self.sheet.set_row(row, lines(text, width) * LINE + PADDING)
        self._wide(row, text, self.rollup.look("note"))

    def _across(self) -> tuple[int, int]:
        """First and last column of titles and notes: the whole width, or what is sure to be on page one."""
        widths = self._widths()
        if not self.repeated:
            return 0, len(widths) - 1
        room = sum(widths) * _FIRST_PAGE
        last = next(n for n in range(len(widths)) if sum(widths[: n + 1]) > room) - 1
        return self.repeated, last

    def _widths(self) -> list[float]:
        return [column.width for column in self.columns]

    def _head(self) -> int:
        """Title, unit line and header; returns the first row of data."""
        look, sheet, head = self.rollup.look, self.sheet, self.rollup.head
        for number, width in enumerate(self._widths()):
            sheet.set_column(number, number, width)
        sheet.set_row(0, 30)
        self._wide(0, self.title, look("title"))
        self._unit_line(f"批次：{head.batch}　数据截止：{head.cutoff}")
        row = 2
        if any(column.group for column in self.columns):
            self._groups(row)
            row += 1
        needed = max(lines(column.title, int(column.width) - 1) for column in self.columns)
        sheet.set_row(row, needed * LINE + 2 * PADDING)
        for number, column in enumerate(self.columns):
            style = look("head", "boxed", "below") if row > 2 and not column.group else look("head", "boxed")
            sheet.write_string(row, number, clean(column.title), style)
        sheet.freeze_panes(row + 1, self.frozen)
        sheet.repeat_rows(0, row)
        return row + 1

    def _unit_line(self, left: str) -> None:
        """Batch and cutoff at the left, the unit of money at the right."""
        look, last = self.rollup.look, len(self.columns) - 1
        if self.repeated:
            self.sheet.set_row(1, LINE + PADDING)
            self._wide(1, f"{left}　{self.unit_line}", look("line"))
            self.sheet.write_string(1, last, self.unit_line, look("line", "right"))
            return
        width, split = 0.0, last
        while split > 1 and width < len(self.unit_line) * 2 + 2:
            width += self.columns[split].width
            split -= 1
        self.sheet.set_row(1, LINE + PADDING)
        self.sheet.merge_range(1, 0, 1, split, clean(left), look("line"))
        if split + 1 < last:
            self.sheet.merge_range(1, split + 1, 1, last, self.unit_line, look("line", "right"))
        else:
            self.sheet.write_string(1, last, self.unit_line, look("line", "right"))

    def _groups(self, row: int) -> None:
        look = self.rollup.look
        numbered = list(enumerate(self.columns))
        for group, members in groupby(numbered, key=lambda pair: pair[1].group):
            places = [number for number, _ in members]
            if not group:
                for number in places:
                    self.sheet.write_blank(row, number, None, look("group", "boxed", "above"))
            elif len(places) == 1:
                self.sheet.write_string(row, places[0], group, look("group", "boxed"))
            else:
                self.sheet.merge_range(row, places[0], row, places[-1], group, look("group", "boxed"))

    def _add_bars(self, first: int, last: int) -> None:
        for number, column in enumerate(self.columns):
            if column.bar:
                # no bar for nothing: the first rule ends the matter for such a cell
                none = {"type": "cell", "criteria": "==", "value": 0, "stop_if_true": True}
                self.sheet.conditional_format(first, number, last, number, none)
                # bars as Excel 2007 had them: every program shows those
                rule = {"type": "data_bar", "bar_color": f"#{column.bar}", "min_type": "num", "min_value": 0}
                self.sheet.conditional_format(first, number, last, number, rule)

    def _totals(self, row: int, first: int, sums: Sums, parts: dict[str, Sums]) -> int:
        """合计 with its check, and the parts it is made of; returns the next free row."""
        total = row
        self._total(total, "合计", sums, "total", (first + 1, total))
        self._name_totals(total)
        row += 1
        if self.checked:
            self._check(row, "逐行相加核对", (first + 1, total), total)
            row += 1
        if any(name for name in parts):
            self._wide(row, self.part_title, self.rollup.look("part title"))
            row += 1
            top = row
            for name in sorted(parts, key=lambda name: (not name, -parts[name].rows, name)):
                self._total(row, f"{name or _OTHERS}（{parts[name].rows}户）", parts[name], "part", None)
                row += 1
            self._check(row, "小计相加核对", (top + 1, row), total)
            row += 1
        return row

    def _label_column(self) -> int:
        return next(n for n, column in enumerate(self.columns) if column.kind in ("text", "wrap"))

    def _total(self, row: int, label: str, sums: Sums, style: str, live: tuple[int, int] | None) -> None:
        """A line of totals: values, or live formulas with the values we worked out, so that all show them."""
        at = self._label_column()
        needed = self.columns[at].lines(label)
        self.sheet.set_row(row, needed * LINE + (PADDING if style == "part" else 2 * PADDING))
        for number, column in enumerate(self.columns):
            look = self.rollup.look(column.kind, "boxed", style)
            value = sums.value(number) if column.total else None
            if number == at:
                named = self.rollup.look.of(label, "wrap" if style == "part" else "center", "boxed", style)
                self.sheet.write_string(row, number, clean(label), named)
            elif value is None:
                self.sheet.write_blank(row, number, None, look)
            else:
                self._numbers.note(number, value)
                if live is None or self.checked:
                    self.sheet.write_number(row, number, float(value), look)
                else:
                    text = formula(self._adding[number], number, *live)
                    self.sheet.write_formula(row, number, text, look, float(value))

    def _check(self, row: int, label: str, rows: tuple[int, int], total: int) -> None:
        """What the lines above add up to, minus the total: a tick where nothing is left."""
        look = self.rollup.look
        self.sheet.set_row(row, LINE + PADDING)
        at = self._label_column()
        for number, column in enumerate(self.columns):
            letters = column_letters(number + 1)
            if number == at:
                self.sheet.write_string(row, number, label, look("center", "boxed", "check"))
            elif column.total == "sum":
                text = f"=ROUND(SUM({letters}{rows[0]}:{letters}{rows[1]})-{letters}{total + 1},2)"
                self.sheet.write_formula(row, number, text, look("boxed", "check"), 0)
            else:
                self.sheet.write_blank(row, number, None, look("boxed", "check"))

    def _name_totals(self, row: int) -> None:
        for number, column in enumerate(self.columns):
            if column.name:
                place = f"'{self.sheet.get_name()}'!${column_letters(number + 1)}${row + 1}"
                self.rollup.book.define_name(f"合计_{column.name}", f"={place}")

    def _wide(self, row: int, text: str, style: Any) -> None:
        first, last = self._across()
        self.sheet.merge_range(row, first, row, last, clean(text), style)
