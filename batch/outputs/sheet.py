"""What every sheet of the roll-up gets to work with, and the table that most of them are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any, Generic, TypeVar

from batch.model.book import column_letters
from batch.model.review import Finding
from batch.outputs.facts import UnitFacts
from batch.outputs.inforce import RuleRow
from batch.outputs.style import LINE, MAX_HEIGHT, PADDING, SIZE, Look, clean, looks_like_formula
from batch.outputs.summary import Summary, share, total
from batch.workbook.textwidth import lines

Row = TypeVar("Row")
#: Excel opens no sheet with more links, and no longer link
MAX_LINKS, MAX_LINK = 65_530, 2_079
A4 = 9
#: font of the footer
_SMALL = '&"宋体,常规"&8'


@dataclass(frozen=True, slots=True)
class RollupHead:
    """What the roll-up says about the batch, all given by the caller: the workbook repeats exactly."""

    year: int
    batch: str
    #: until when submissions were taken, as text
    cutoff: str
    pack: str
    version: str
    #: months the monitoring form covers, e.g. (1, 6)
    period: tuple[int, int] = (1, 6)
    #: errors, warnings and hints of the batch before, for the change since
    previous: tuple[int, int, int] | None = None
    #: traffic lights: progress of the money by progress of the year
    red_below: Decimal = Decimal("0.6")
    green_from: Decimal = Decimal("0.8")


@dataclass(slots=True)
class Rollup:
    """The workbook being written and everything it is made from."""

    book: Any
    look: Look
    facts: Sequence[UnitFacts]
    findings: Sequence[Finding]
    unprocessed: Sequence[tuple[str, str]]
    head: RollupHead
    summary: Summary
    first_seen: Mapping[str, str]
    #: by unit and file, where the annotated copy lies relative to the outbox
    copies: Mapping[tuple[str, str], str]
    rules: Sequence[RuleRow] = ()

    def link_to_copy(self, unit: str, file: str, sheet: str, cell: str = "A1") -> str:
        """A link to a cell of the annotated copy; "" when there is no copy."""
        path = self.copies.get((unit, file))
        return external(path, sheet, cell) if path else ""

    def add_sheet(self, name: str, colour: str) -> Any:
        """A new sheet behind the others, A4 landscape and one page wide, pages numbered."""
        sheet = self.book.add_worksheet(name)
        sheet.set_tab_color(f"#{colour}")
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
        sheet.center_horizontally()
        cutoff = clean(self.head.cutoff).replace("&", "&&")[:80]
        parts = (f"&L{_SMALL}{name}", f"&C{_SMALL}第 &P 页，共 &N 页", f"&R{_SMALL}数据截止：{cutoff}")
        sheet.set_footer("".join(parts))
        sheet.hide_gridlines(2)
        sheet.set_default_row(LINE + PADDING)
        return sheet


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate in the total row: Σ over ÷ Σ under of the rows that have both; minus 1 for a growth rate."""

    over: str
    under: str
    growth: bool = False


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table."""

    title: str
    #: in half-width characters
    width: float
    #: text, wrap, center, count, money, rate, score or plain
    kind: str
    value: Callable[[Row], Decimal | int | str | None]
    #: what columns standing together have above them
    group: str = ""
    #: "sum", "mean" or a Ratio of two other columns by key
    total: str | Ratio = ""
    #: the name a Ratio knows the column by
    key: str = ""
    #: name of a style on top of the kind's
    mark: Callable[[Row], str] | None = None
    link: Callable[[Row], str] | None = None


@dataclass(slots=True)
class Table(Generic[Row]):
    """A sheet that is one table: title, unit line, header, rows, totals, notes."""

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
    #: whether every row is given a height, or only those with texts of several lines
    every_height: bool = True
    #: numbers written so far, for the totals
    _numbers: list[list[Decimal | None]] = field(default_factory=list)
    #: least and greatest number by column
    _extremes: dict[int, list[Decimal | int]] = field(default_factory=dict)
    _links: int = 0

    def write(self, rows: Iterable[Row], notes: Sequence[str] = ()) -> int:
        """Write the sheet top down; returns the number of rows."""
        first = self._head()
        totalled = any(column.total for column in self.columns)
        count = 0
        for count, row in enumerate(rows, 1):
            self._row(first + count - 1, row, keep=totalled)
        below = first + max(count, 1)
        if not count:
            self._wide(first, self.empty, self.rollup.look("empty", "boxed"))
            self.sheet.set_row(first, 2 * LINE)
        elif totalled:
            self._total(below, first)
            below += 1
        self._widen()
        self.sheet.autofilter(first - 1, 0, max(first + count - 1, first - 1), len(self.columns) - 1)
        for number, note in enumerate(notes):
            self.note(below + number, note)
        return count

    def note(self, row: int, text: str) -> None:
        """A line of explanation over the whole width."""
        width = int(sum(column.width for column in self.columns) * SIZE / 9)
        self.sheet.set_row(row, lines(text, width) * LINE + PADDING)
        self._wide(row, text, self.rollup.look("note"))

    def _head(self) -> int:
        """Title, unit line and header; returns the first row of data."""
        look, sheet, head = self.rollup.look, self.sheet, self.rollup.head
        for number, column in enumerate(self.columns):
            sheet.set_column(number, number, column.width)
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
            sheet.write_string(row, number, column.title, style)
        sheet.freeze_panes(row + 1, self.frozen)
        sheet.repeat_rows(0, row)
        return row + 1

    def _unit_line(self, left: str) -> None:
        """Batch and cutoff at the left, the unit of money at the right."""
        look, last = self.rollup.look, len(self.columns) - 1
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

    def _row(self, row: int, item: Row, *, keep: bool) -> None:
        values = [column.value(item) for column in self.columns]
        if keep:
            self._numbers.append([_decimal(value) for value in values])
        needed = 1
        for number, (column, value) in enumerate(zip(self.columns, values, strict=True)):
            mark = column.mark(item) if column.mark else ""
            names = (column.kind, "boxed", mark) if mark else (column.kind, "boxed")
            if value is None or value == "":
                self.sheet.write_blank(row, number, None, self.rollup.look(*names))
            elif isinstance(value, str):
                text = clean(value)
                if column.kind in ("wrap", "plain"):
                    needed = max(needed, _lines(text, int(column.width) - 2))
                self._text(row, number, text, names, column.link(item) if column.link else "")
            else:
                self._note_extremes(number, value)
                self.sheet.write_number(row, number, float(value), self.rollup.look(*names))
        if self.every_height or needed > 1:
            self.sheet.set_row(row, min(needed * LINE + PADDING, MAX_HEIGHT))

    def _note_extremes(self, number: int, value: Decimal | int) -> None:
        extremes = self._extremes.setdefault(number, [value, value])
        if value < extremes[0]:
            extremes[0] = value
        elif value > extremes[1]:
            extremes[1] = value

    def _widen(self) -> None:
        """Columns with numbers wider than planned: no number may end as ####."""
        for number, extremes in self._extremes.items():
            column = self.columns[number]
            needed = max(len(_printed(value, column.kind)) for value in extremes) + 2
            if needed > column.width:
                self.sheet.set_column(number, number, needed)

    def _text(self, row: int, number: int, text: str, names: tuple[str, ...], link: str) -> None:
        if looks_like_formula(text):
            names = (*names, "quoted")
        if link and self._links < MAX_LINKS and len(link) <= MAX_LINK:
            self._links += 1
            self.sheet.write_url(row, number, link, self.rollup.look(*names, "link"), text)
        else:
            self.sheet.write_string(row, number, text, self.rollup.look(*names))

    def _total(self, row: int, first: int) -> None:
        """合计: live formulas with the values we worked out, so that every program shows them."""
        look, keys = self.rollup.look, {column.key: n for n, column in enumerate(self.columns) if column.key}
        labelled = False
        self.sheet.set_row(row, LINE + 2 * PADDING)
        for number, column in enumerate(self.columns):
            style = look(column.kind, "boxed", "total")
            value, formula = self._total_of(column, number, first, row, keys)
            if value is not None:
                self._note_extremes(number, value)
                self.sheet.write_formula(row, number, formula, style, float(value))
            elif column.kind in ("text", "wrap") and not labelled:
                self.sheet.write_string(row, number, "合计", look("center", "boxed", "total"))
                labelled = True
            else:
                self.sheet.write_blank(row, number, None, style)

    def _total_of(
        self, column: Column[Row], number: int, first: int, row: int, keys: Mapping[str, int]
    ) -> tuple[Decimal | None, str]:
        def cells(at: int) -> str:
            return f"{column_letters(at + 1)}{first + 1}:{column_letters(at + 1)}{row}"

        if isinstance(column.total, Ratio):
            over, under = keys[column.total.over], keys[column.total.under]
            pairs = [(r[over], r[under]) for r in self._numbers]
            sums = share(pairs)
            value = sums.growth if column.total.growth else sums.rate
            both = f"ISNUMBER({cells(over)})*ISNUMBER({cells(under)})"
            formula = f"=SUMPRODUCT({both},{cells(over)})/SUMPRODUCT({both},{cells(under)})"
            return value, f"{formula}-1" if column.total.growth else formula
        present = [r[number] for r in self._numbers if r[number] is not None]
        added = total(present) if column.total else None
        if column.total == "mean" and added is not None:
            return added / len(present), f"=AVERAGE({cells(number)})"
        return added, f"=SUM({cells(number)})"

    def _wide(self, row: int, text: str, style: Any) -> None:
        self.sheet.merge_range(row, 0, row, len(self.columns) - 1, clean(text), style)


def _decimal(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None or isinstance(value, str) else Decimal(value)


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column; quick for the many that are short."""
    return 1 if 2 * len(text) <= width and "\n" not in text else lines(text, width)


def _printed(value: Decimal | int, kind: str) -> str:
    """A number as its column shows it."""
    if kind == "rate":
        return f"{value * 100:.2f}%"
    return f"{value:,.0f}" if kind == "count" else f"{value:,.2f}"


def internal(sheet: str, cell: str = "A1") -> str:
    """A link to a place in the same workbook."""
    return f"internal:{_quoted(sheet)}!{cell}"


def external(path: str, sheet: str = "", cell: str = "A1") -> str:
    """A link to a cell of another file, its path relative to this workbook."""
    anchor = f"#{_quoted(sheet)}!{cell}" if sheet else ""
    return f"external:{path.translate(_ESCAPES)}{anchor}"


#: what a link's path may not hold as it is; "#" would begin the anchor
_ESCAPES = {ord(c): f"%{ord(c):02x}" for c in '%# "<>[]^`{}'}


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
