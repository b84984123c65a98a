"""首页: one printed page that is read in a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from batch.checks.amount import round_half_up, show
from batch.outputs import sheets_details, sheets_findings, sheets_monitoring, sheets_projects, sheets_units
from batch.outputs.charts import blocks, draw
from batch.outputs.sheet import Rollup, internal
from batch.outputs.style import LINE, PADDING, clean
from batch.outputs.summary import Share, Summary, sentences
from batch.workbook.textwidth import lines

NAME = "首页"
#: the page is a grid of equal columns
_COLUMNS, _WIDTH = 12, 11.5
#: columns of one tile
_TILE = 2
#: the charts: (kind, first column, columns), and their height in rows
_CHARTS = (("stacked", 0, 5), ("doughnut", 5, 3), ("clustered", 8, 4))
_CHART_ROWS, _CHART_ROW = 11, 15.0
_TOP = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its name above and a remark below."""

    name: str
    value: str
    note: str = ""
    style: str = ""
    link: str = ""


def write(rollup: Rollup) -> None:
    """Add 首页."""
    sheet = rollup.add_sheet(NAME, "1F2A44")
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    sheet.set_first_sheet()
    sheet.activate()
    page = _Page(rollup, sheet)
    page.title()
    page.tiles(_upper(rollup.summary))
    page.tiles(_lower(rollup))
    page.sentences(sentences(rollup.summary, rollup.unprocessed))
    page.charts()
    page.lists()
    page.links()
    sheet.print_area(0, 0, page.row - 1, _COLUMNS - 1)


def _upper(summary: Summary) -> list[Tile]:
    units, left_out = summary.units, summary.unprocessed
    return [
        Tile("已报户数", f"{units}户", f"另有{left_out}个文件未处理" if left_out else "没有未处理的文件",
             link=internal(sheets_units.NAME)),
        *(
            Tile(status, f"{count}户", _share(count, units), f"ink {status}")
            for status, count in ((s, summary.statuses[s]) for s in ("通过", "待说明", "退回"))
        ),
        Tile("自评平均分（简单平均）", _score(summary.score_mean), "按各单位填报总分"),
        Tile("自评平均分（加权）", _score(summary.score_weighted), "按整体支出决算加权"),
    ]  # fmt: skip


def _lower(rollup: Rollup) -> list[Tile]:
    summary, before = rollup.summary, rollup.head.previous
    counts = (("错误", summary.errors), ("核实", summary.warnings), ("提示", summary.hints))
    meaning = ("须改正", "须改正或说明", "供参考")
    changes = [_change(count, before[n]) if before else meaning[n] for n, (_, count) in enumerate(counts)]
    money, official, covered = summary.total, summary.official, summary.coverage
    return [
        *(
            Tile(word, f"{count}项", changes[n], f"ink {word}", internal(sheets_findings.NAME))
            for n, (word, count) in enumerate(counts)
        ),
        Tile(
            "整体支出决算（万元）",
            _money(summary.total_spent),
            _noted("预算调整率", money.growth, money),
        ),
        Tile(
            "自评项目支出（万元）",
            _money(summary.evaluated),
            _noted("占项目支出决算", covered.rate, covered),
            link=internal(sheets_projects.NAME),
        ),
        Tile(
            "三公经费决算（万元）",
            _money(summary.official_spent),
            _noted("为预算的", official.rate, official),
        ),
    ]  # fmt: skip


class _Page:
    """Writes the page row by row, top down: rows once written are gone from memory."""

    def __init__(self, rollup: Rollup, sheet: Any) -> None:
        self.rollup, self.sheet, self.look = rollup, sheet, rollup.look
        self.row = 0

    def _next(self, height: float) -> int:
        self.sheet.set_row(self.row, height)
        self.row += 1
        return self.row - 1

    def _across(self, row: int, first: int, last: int, text: str, style: Any) -> None:
        if first == last:
            self.sheet.write_string(row, first, clean(text), style)
        else:
            self.sheet.merge_range(row, first, row, last, clean(text), style)

    def title(self) -> None:
        head = self.rollup.head
        self._across(
            self._next(36), 0, _COLUMNS - 1, f"{head.year}年度部门整体支出绩效自评汇总", self.look("cover")
        )
        line = (
            f"批次：{head.batch}　　数据截止：{head.cutoff}　　"
            f"规则：{head.pack}（{head.version}）　　金额单位：万元"
        )
        self._across(self._next(LINE + PADDING), 0, _COLUMNS - 1, line, self.look("line", "center"))
        self._next(5)

    def tiles(self, tiles: Sequence[Tile]) -> None:
        rows = (self._next(17), self._next(27), self._next(16))
        styles = ("tile name", "tile", "tile note")
        for row, part, style in zip(rows, ("name", "value", "note"), styles, strict=True):
            for number, tile in enumerate(tiles):
                names = [style, tile.style] if tile.style and part == "value" else [style]
                first = number * _TILE
                self._across(row, first, first + _TILE - 1, getattr(tile, part), self.look(*names))
                if tile.link and part == "name":
                    self.sheet.write_url(row, first, tile.link, self.look(*names, "link"), tile.name)
        self._next(5)

    def sentences(self, texts: Sequence[str]) -> None:
        width = int(_COLUMNS * _WIDTH * 0.95)
        for text in texts:
            shown = f"● {text}"
            height = lines(shown, width) * 16 + 2
            self._across(self._next(height), 0, _COLUMNS - 1, shown, self.look("sentence"))
        self._next(5)

    def charts(self) -> None:
        """Three charts side by side; a sentence where there is nothing to draw."""
        top = self.row
        drawn = [bool(block.rows) for block in blocks(self.rollup.summary)]
        rows = _CHART_ROWS if any(drawn) else 2
        for number in range(rows):
            row = self._next(_CHART_ROW)
            if number == rows // 2:
                for (_, first, columns), block in zip(_CHARTS, blocks(self.rollup.summary), strict=True):
                    if not block.rows:
                        self._across(row, first, first + columns - 1, block.nothing, self.look("empty"))
        for number, (kind, first, columns) in enumerate(_CHARTS):
            if drawn[number]:
                chart = draw(self.rollup, kind, number)
                chart.set_size({"width": columns * _pixels(_WIDTH) - 8, "height": rows * 20 - 6})
                title = blocks(self.rollup.summary)[number].title
                place = {"x_offset": 4, "y_offset": 3, "object_position": 1, "description": title}
                self.sheet.insert_chart(top, first, chart, place)
        self._next(5)

    def lists(self) -> None:
        """Left the commonest problems, right the units to look at first."""
        summary = self.rollup.summary
        categories, notable = summary.categories[:_TOP], summary.look_at[:_TOP]
        row = self._next(19)
        self._across(row, 0, 4, "问题最多的几类", self.look("section"))
        self._across(row, 6, 11, "需要关注的几户", self.look("section"))
        row = self._next(17)
        head = self.look("head", "boxed")
        self._across(row, 0, 1, "类别（涉及户数）", head)
        for column, text in enumerate(("错误", "核实", "提示"), 2):
            self.sheet.write_string(row, column, text, head)
        self._across(row, 6, 7, "单位", head)
        self._across(row, 8, 8, "状态", head)
        self._across(row, 9, 11, "原因", head)
        for number in range(max(len(categories), len(notable), 1)):
            reason = notable[number].reason if number < len(notable) else ""
            height = max(LINE, lines(reason, int(3 * _WIDTH)) * LINE) + PADDING
            row = self._next(height)
            if number < len(categories):
                self._category(row, number)
            elif number == 0:
                self._across(row, 0, 4, blocks(summary)[0].nothing, self.look("empty", "boxed"))
            if number < len(notable):
                self._notable(row, number)
            elif number == 0:
                self._across(
                    row,
                    6,
                    11,
                    "没有需要改正或说明的单位" if summary.units else blocks(summary)[0].nothing,
                    self.look("empty", "boxed"),
                )
        self._next(5)

    def _category(self, row: int, number: int) -> None:
        category, look = self.rollup.summary.categories[number], self.look
        name = f"{category.name}（{category.units}户）"
        self._across(row, 0, 1, name, look("wrap", "boxed"))
        for column, count in enumerate((category.errors, category.warnings, category.hints), 2):
            self.sheet.write_number(row, column, count, look("count", "boxed", "center"))

    def _notable(self, row: int, number: int) -> None:
        unit, look = self.rollup.summary.look_at[number], self.look
        self._across(row, 6, 7, "", look("wrap", "boxed", "link"))
        target = internal(sheets_units.NAME, f"B{sheets_units.FIRST_ROW + unit.place}")
        self.sheet.write_url(row, 6, target, look("wrap", "boxed", "link"), clean(unit.unit))
        self.sheet.write_string(row, 8, unit.status, look("center", "boxed", unit.status))
        self._across(row, 9, 11, unit.reason, look("wrap", "boxed"))

    def links(self) -> None:
        """Where the details are."""
        row = self._next(LINE + PADDING)
        self._across(row, 0, 1, "详细内容见：", self.look("line", "right"))
        sheets = (sheets_units, sheets_projects, sheets_monitoring, sheets_findings, sheets_details)
        for number, module in enumerate(sheets):
            first = 2 + number * _TILE
            style = self.look("center", "link")
            self._across(row, first, first + 1, module.NAME, style)
            self.sheet.write_url(row, first, internal(module.NAME), style, module.NAME)


def _pixels(width: float) -> int:
    return int(width * 7 + 5)


def _share(part: int, whole: int) -> str:
    return f"占{show(Decimal(part) / whole, '%')}" if whole else "—"


def _change(now: int, before: int) -> str:
    if now == before:
        return "与上批次相同"
    return f"比上批次{'增加' if now > before else '减少'}{abs(now - before)}项"


def _score(score: Decimal | None) -> str:
    return f"{round_half_up(score, 2)}分" if score is not None else "—"


def _money(amount: Decimal | None) -> str:
    return f"{round_half_up(amount, 2):,}" if amount is not None else "—"


def _noted(words: str, rate: Decimal | None, figures: Share) -> str:
    missing = f"（{figures.missing}户缺数）" if figures.missing else ""
    return f"{words}{show(rate, '%')}{missing}" if rate is not None else "没有可比的数"
