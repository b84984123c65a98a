"""首页: one printed page that is read in a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from batch.checks.engine.amount import round_half_up, show
from batch.model.status import SEVERITY_WORDS, UNIT_STATUSES
from batch.model.text_width import lines
from batch.outbox.paths import LISTS
from batch.rollup.parts.charts import blocks, draw
from batch.rollup.parts.context import Rollup, external, internal
from batch.rollup.parts.summary import Category, Share
from batch.rollup.parts.summary_sentences import summary_sentences
from batch.rollup.sheets import (
    categories as sheets_categories,
)
from batch.rollup.sheets import (
    findings as sheets_findings,
)
from batch.rollup.sheets import (
    missing as sheets_missing,
)
from batch.rollup.sheets import (
    projects as sheets_projects,
)
from batch.rollup.sheets import (
    ranking as sheets_ranking,
)
from batch.rollup.sheets import (
    spending as sheets_spending,
)
from batch.rollup.sheets import (
    units as sheets_units,
)
from batch.workbook.style import LINE, PADDING, clean

NAME = "首页"
#: the page is a grid of equal columns
_COLUMNS, _WIDTH = 12, 11.5
#: columns of one tile
_TILE = 2
#: the charts: (kind, first column, columns), and their height in rows
_CHARTS = (("stacked", 0, 4), ("doughnut", 4, 2), ("doughnut", 6, 2), ("clustered", 8, 4))
_CHART_ROWS, _CHART_ROW = 11, 15.0
_TOP = 5
#: grades that count as good: 优良率
_GOOD = ("优", "良")
#: sheets named in one row at the foot of the page
_NAMED = 6


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
    sheet = rollup.page(NAME, "1F2A44")
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    sheet.set_first_sheet()
    sheet.activate()
    page = _Page(rollup, sheet)
    page.title()
    page.tiles(_upper(rollup))
    page.tiles(_lower(rollup))
    page.sentences(summary_sentences(rollup.summary, rollup.unprocessed))
    page.charts()
    page.lists()
    page.links()
    sheet.print_area(0, 0, page.row - 1, _COLUMNS - 1)


def _upper(rollup: Rollup) -> list[Tile]:
    summary = rollup.summary
    units, left_out = summary.units, summary.unprocessed
    files = f"另有{left_out}个文件未处理" if left_out else "没有未处理的文件"
    ranking, whole = internal(sheets_ranking.NAME), internal(sheets_units.NAME)
    by_number, by_amount = summary.grade_share(_GOOD)
    good = f"按金额{show(by_amount, '%')}" if by_amount is not None else "已评等次的单位"
    weighted = f"按支出加权{_score(summary.score_weighted)}"
    return [
        _reported(rollup, files),
        *(
            Tile(status, f"{count}户", _share(count, units), f"ink {status}", whole)
            for status, count in ((s, summary.statuses[s]) for s in reversed(UNIT_STATUSES))
        ),
        Tile("自评平均分", _score(summary.score_mean), weighted, link=whole),
        Tile("优良率", show(by_number, "%") if by_number is not None else "—",
             good if by_number is not None else "还没有已评等次的单位", link=ranking),
    ]  # fmt: skip


def _reported(rollup: Rollup, files: str) -> Tile:
    """Who has reported: of how many, where there is a roster."""
    units, link = rollup.summary.units, internal(sheets_missing.NAME)
    stand = rollup.turnout
    if stand is None:
        return Tile("已报户数", f"{units}户", files, link=link)
    counts = stand.counts
    outside = counts.pop("名册外", 0)
    note = f"名册外{outside}户；{files}" if outside else files
    return Tile(f"{'／'.join(counts)}（户）", "／".join(map(str, counts.values())), note, link=link)


def _lower(rollup: Rollup) -> list[Tile]:
    summary, before = rollup.summary, rollup.head.previous
    counts = tuple(zip(SEVERITY_WORDS, (summary.errors, summary.warnings, summary.hints), strict=True))
    meaning = ("须改正", "须改正或说明", "供参考")
    changes = [_change(count, before[n]) if before else meaning[n] for n, (_, count) in enumerate(counts)]
    money, official, covered = summary.total, summary.official, summary.coverage
    return [
        *(
            Tile(word, f"{count}项", changes[n], f"ink {word}", rollup.link(sheets_findings.NAME))
            for n, (word, count) in enumerate(counts)
        ),
        Tile(
            "整体支出决算（万元）",
            _money(summary.total_spent),
            _noted("预算调整率", money.growth, money),
            link=internal(sheets_spending.ADJUSTED),
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
            link=internal(sheets_spending.OFFICIAL),
        ),
    ]


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
            f"批次：{head.batch}　　数据截止：{head.cutoff}　　年度：{head.year}年（按{head.year_from}）　　"
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
                text = getattr(tile, part)
                self._across(row, first, first + _TILE - 1, text, self.look.of(text, *names))
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
        """Charts side by side; a sentence where there is nothing to draw."""
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
        self.sheet.write_url(
            row,
            0,
            self.rollup.link(sheets_categories.NAME),
            self.look("section"),
            "问题最多的几类（点此看全部）",
        )
        self._across(row, 6, 11, "需要关注的几户", self.look("section"))
        row = self._next(17)
        head = self.look("head", "boxed")
        self._across(row, 0, 1, "类别（涉及户数）", head)
        for column, text in enumerate(SEVERITY_WORDS, 2):
            self.sheet.write_string(row, column, text, head)
        self._across(row, 6, 7, "单位", head)
        self._across(row, 8, 8, "状态", head)
        self._across(row, 9, 11, "原因", head)
        for number in range(max(len(categories), len(notable), 1)):
            texts = [("", 1)]
            if number < len(notable):
                texts += [(notable[number].reason, 3), (notable[number].unit, 2)]
            if number < len(categories):
                texts.append((_named(categories[number]), 2))
            height = max(lines(text, int(span * _WIDTH) - 2) for text, span in texts) * LINE + PADDING
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
        self._across(row, 0, 1, _named(category), look.of(category.name, "wrap", "boxed"))
        for column, count in enumerate((category.errors, category.warnings, category.hints), 2):
            self.sheet.write_number(row, column, count, look("count", "boxed", "center"))

    def _notable(self, row: int, number: int) -> None:
        unit, look = self.rollup.summary.look_at[number], self.look
        self._across(row, 6, 7, unit.unit, look.of(unit.unit, "wrap", "boxed"))
        # not the name: a link does not wrap in LibreOffice
        target = internal(sheets_units.NAME, f"B{sheets_units.FIRST_ROW + unit.place}")
        self.sheet.write_url(row, 8, target, look("center", "boxed", unit.status, "link"), unit.status)
        self._across(row, 9, 11, unit.reason, look.of(unit.reason, "wrap", "boxed"))

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


def _named(category: Category) -> str:
    return f"{category.name}（{category.units}户）"


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
