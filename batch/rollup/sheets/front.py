"""首页: one printed page that is read in a minute."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from batch.checks.engine.amount import round_half_up, show
from batch.model.briefing import Decision, PhoneCall
from batch.model.day_words import day_in_words
from batch.model.status import ABSENT, CLEAN, Severity
from batch.model.text_width import lines
from batch.outbox.paths import LISTS
from batch.rollup.parts.charts import blocks, draw
from batch.rollup.parts.context import Rollup, external, internal
from batch.rollup.parts.small_table import Cell
from batch.rollup.parts.summary import MoneyLine
from batch.rollup.sheets import (
    missing as sheets_missing,
)
from batch.rollup.sheets import (
    units as sheets_units,
)
from batch.rollup.sheets.front_tiles import Tile, tiles_of
from batch.workbook.style import LINE, PADDING, clean

NAME = "首页"
#: the page is a grid of equal columns
_COLUMNS, _WIDTH = 12, 13
#: columns of one tile
_TILE = 2
#: the charts: (kind, first column, columns), and their height in rows; one stands alone
_ALONE = (("stacked", 0, _COLUMNS),)
_CHARTS = (("stacked", 0, 5), ("doughnut", 5, 2), ("clustered", 7, 5))
_CHART_ROWS, _CHART_ROW = 9, 15.0
#: sheets named in one row at the foot of the page
_NAMED = 6
#: the tables: heading and columns of each of their cells
_DECISIONS = (("请您定", 5), ("户数", 1), ("金额（万元）", 2), ("建议", 4))
_MONEY = (
    ("金额单位：万元", 2),
    ("本年决算", 2),
    ("年初预算", 2),
    ("比预算", 1),
    ("上年决算（填报数）", 2),
    ("比上年", 1),
    ("未改的错误可能影响", 2),
)
#: the same where there is nothing to set the sums beside
_SUMS = (("金额单位：万元", 4), ("合计", 3), ("有数的户数", 2), ("未改的错误可能影响", 3))
_CALLS = (("先打给谁", 3), ("状态", 1), ("最多影响哪项合计（万元）", 2), ("先说这一句", 6))


def write(rollup: Rollup) -> None:
    """Add 首页."""
    sheet = rollup.page(NAME, "1F2A44")
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    sheet.set_first_sheet()
    sheet.activate()
    page = _Page(rollup, sheet)
    page.title()
    page.decisions()
    page.tiles(tiles_of(rollup))
    if rollup.facts:
        page.money()
        page.calls()
        page.charts()
    page.links()
    sheet.print_area(0, 0, page.row - 1, _COLUMNS - 1)


class _Page:
    """Writes the page row by row, top down: rows once written are gone from memory."""

    def __init__(self, rollup: Rollup, sheet: Any) -> None:
        self.rollup, self.sheet, self.look = rollup, sheet, rollup.look
        self.row = 0

    def _next(self, height: float) -> int:
        self.sheet.set_row(self.row, height)
        self.row += 1
        return self.row - 1

    def _across(self, row: int, first: int, last: int, value: Cell, style: Any) -> None:
        """One cell over some columns."""
        if first != last:
            self.sheet.merge_range(row, first, row, last, "", style)
        if isinstance(value, Decimal | int):
            self.sheet.write_number(row, first, float(value), style)
        else:
            self.sheet.write_string(row, first, clean(value or ""), style)

    def title(self) -> None:
        """What it is, the conclusion, and what is different from the batch before."""
        head, briefing = self.rollup.head, self.rollup.briefing
        last = _COLUMNS - 1
        self._across(self._next(34), 0, last, head.title("汇总"), self.look("cover"))
        line = (
            f"批次：{head.batch}　　数据截止：{head.cutoff}　　年度：{head.year}年（按{head.year_from}）　　"
            f"规则：{head.pack}（{head.version}）"
        )
        self._across(self._next(LINE + PADDING), 0, last, line, self.look("line", "center"))
        height = lines(briefing.conclusion, int(_COLUMNS * _WIDTH * 0.65)) * 22 + 8
        self._across(self._next(height), 0, last, briefing.conclusion, self.look("conclusion"))
        if self.rollup.facts:
            self._across(self._next(LINE + PADDING), 0, last, _open(self.rollup), self.look("line", "center"))
        self._next(5)

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Six figures side by side."""
        rows = (self._next(17), self._next(27), self._next(16))
        styles = ("tile name", "tile", "tile note")
        for row, part, style in zip(rows, ("name", "value", "note"), styles, strict=True):
            for number, tile in enumerate(tiles):
                names = [style, tile.style] if tile.style and part == "value" else [style]
                first = number * _TILE
                text = getattr(tile, part)
                self._across(row, first, first + _TILE - 1, text, self.look.of(text, *names))
                if tile.link and part == "name":
                    self.sheet.write_url(row, first, tile.link, self.look(*names, "link"), tile.name)
        self._next(5)

    def decisions(self) -> None:
        """What is to be decided, with a proposal; what more there is to ask, and what all of it comes to."""
        briefing = self.rollup.briefing
        self._head(_DECISIONS)
        for decision in briefing.decisions:
            self._decision(decision)
        if not briefing.decisions:
            self._across(self._next(LINE + PADDING), 0, _COLUMNS - 1, "没有", self.look("empty", "boxed"))
        if briefing.further:
            self._note(briefing.further)
        self._next(5)

    def _decision(self, decision: Decision) -> None:
        texts = (decision.text, f"{decision.units}户", decision.amount, decision.proposal)
        row = self._line(_DECISIONS, texts, ("wrap", "center", "money", "wrap"))
        place = self.rollup.to(decision.sheet or sheets_missing.NAME)
        if place:
            self.sheet.write_url(row, 5, place, self.look("center", "boxed", "link"), texts[1])

    def money(self) -> None:
        """The sums of all units beside the budget and last year's, and how much of them is unsure."""
        summary = self.rollup.summary
        if not summary.lines:
            return
        if not any(line.shown.compared for line in summary.lines):
            self._sums(summary.lines)
            return
        self._head(_MONEY)
        kinds = ("center", "money", "money", "rate", "money", "rate", "unsure")
        for line in summary.lines:
            unsure = self.rollup.briefing.unsure.get(line.shown.spent)
            values = (
                line.shown.name, line.spent, line.budget, line.kept.growth, line.before,
                line.grown.growth, unsure,
            )  # fmt: skip
            self._line(_MONEY, values, kinds)
        told = [_gap(line) for line in summary.lines if line.shown.budget and line.kept.missing]
        if self.rollup.head.figures.project.form and summary.coverage.rate is not None:
            covered = (
                f"项目支出决算已自评{_money(summary.evaluated)}万元，占{show(summary.coverage.rate, '%')}"
            )
            told.insert(0, covered)
        if told:
            self._note("；".join(told) + "。")
        self._next(5)

    def _sums(self, lines: Sequence[MoneyLine]) -> None:
        """Sums without anything beside them."""
        self._head(_SUMS)
        for line in lines:
            unsure = self.rollup.briefing.unsure.get(line.shown.spent)
            values = (line.shown.name, line.spent, f"{line.units}户", unsure)
            self._line(_SUMS, values, ("center", "money", "center", "unsure"))
        self._next(5)

    def calls(self) -> None:
        """Units to ring up, those first that change the sums above the most."""
        self._head(_CALLS)
        for call in self.rollup.briefing.calls:
            self._call(call)
        if not self.rollup.briefing.calls:
            text = "没有要打的：没有未改的错误"
            self._across(self._next(LINE + PADDING), 0, _COLUMNS - 1, text, self.look("empty", "boxed"))
        self._next(5)

    def _call(self, call: PhoneCall) -> None:
        row = self._line(
            _CALLS,
            (call.unit, call.status, _influence(call), call.text),
            ("wrap", call.status, "wrap", "wrap"),
        )
        # not the name: a link does not wrap in LibreOffice
        target = internal(sheets_units.NAME, f"B{sheets_units.FIRST_ROW + call.place}")
        self.sheet.write_url(row, 3, target, self.look("center", "boxed", call.status, "link"), call.status)

    def _head(self, cells: Sequence[tuple[str, int]]) -> None:
        row, first = self._next(19), 0
        for title, span in cells:
            self._across(row, first, first + span - 1, title, self.look("head", "boxed"))
            first += span

    def _line(self, cells: Sequence[tuple[str, int]], values: Sequence[Cell], kinds: Sequence[str]) -> int:
        """One row of a table, as high as its texts need."""
        texts = [(v, span) for v, (_, span) in zip(values, cells, strict=True) if isinstance(v, str)]
        needed = max(lines(clean(text), int(span * _WIDTH) - 2) for text, span in texts)
        row, first = self._next(needed * LINE + PADDING), 0
        for value, (_, span), kind in zip(values, cells, kinds, strict=True):
            text = clean(value) if isinstance(value, str) else ""
            shown, style = (value, kind) if value is not None else ("—", "center")
            self._across(row, first, first + span - 1, shown, self.look.of(text, style, "boxed"))
            first += span
        return row

    def _note(self, text: str) -> None:
        height = lines(text, int(_COLUMNS * _WIDTH * 1.05)) * LINE + PADDING
        self._across(self._next(height), 0, _COLUMNS - 1, text, self.look("note"))

    def charts(self) -> None:
        """Charts side by side where there is something to compare."""
        every = blocks(self.rollup.summary, monitored=self.rollup.monitors)
        if not any(block.rows for block in every):
            return
        top, places = self.row, _CHARTS if len(every) > 1 else _ALONE
        for number in range(_CHART_ROWS):
            row = self._next(_CHART_ROW)
            if number == _CHART_ROWS // 2:
                for (_, first, columns), block in zip(places, every, strict=True):
                    if not block.rows:
                        self._across(row, first, first + columns - 1, block.nothing, self.look("empty"))
        for number, ((kind, first, columns), block) in enumerate(zip(places, every, strict=True)):
            if block.rows:
                chart = draw(self.rollup, kind, number)
                chart.set_size({"width": columns * _pixels(_WIDTH) - 8, "height": _CHART_ROWS * 20 - 6})
                place = {"x_offset": 4, "y_offset": 3, "object_position": 1, "description": block.title}
                self.sheet.insert_chart(top, first, chart, place)
        self._next(5)

    def links(self) -> None:
        """Where the details are: every sheet of the workbook, and the lists."""
        places = {name: internal(name) for name in self.rollup.contents} | {LISTS: external(LISTS)}
        style = self.look("center", "link")
        for number, (name, place) in enumerate(places.items()):
            if number % _NAMED == 0:
                row = self._next(LINE + PADDING)
            first = number % _NAMED * _TILE
            self._across(row, first, first + 1, name, style)
            self.sheet.write_url(row, first, place, style, name)
        if self.rollup.nothing:
            self._next(2)
            absent = (f"{name}（{why}）" for name, why in self.rollup.nothing.items())
            self._note(f"没有的表：{'、'.join(absent)}。")


def _influence(call: PhoneCall) -> str | None:
    """Which total a unit may change, and by how much: it need not be one of the lines above."""
    return None if call.influence is None else f"{call.total}±{round_half_up(call.influence, 2):,}"


def _open(rollup: Rollup) -> str:
    """What is found and open, and what is different from the batch before."""
    summary, changes, before = rollup.summary, rollup.changes, rollup.head.previous
    told = f"{Severity.ERROR.value}{summary.errors}项，{Severity.WARNING.value}{summary.warnings}项"
    if changes.before is None or before is None:
        return told
    come = sum(unit.before in ABSENT and unit.now not in ABSENT for unit in changes.units)
    passed = sum(unit.now == CLEAN and unit.before not in (CLEAN, *ABSENT) for unit in changes.units)
    errors = summary.errors - before[0]
    parts = [
        f"新报{come}户" if come else "",
        f"{passed}户转为{CLEAN}" if passed else "",
        f"错误{'增加' if errors > 0 else '减少'}{abs(errors)}项" if errors else "错误数没有变",
    ]
    return f"{told}；比上批次（{day_in_words(changes.cutoff)}）{'，'.join(filter(None, parts))}"


def _gap(line: MoneyLine) -> str:
    return f"{line.shown.name}有{line.kept.missing}户缺数，不算在比率里"


def _pixels(width: float) -> int:
    return int(width * 7 + 5)


def _money(amount: Decimal | None) -> str:
    return f"{round_half_up(amount, 2):,}" if amount is not None else "—"
