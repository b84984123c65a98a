"""The charts of 首页 and the hidden sheet their numbers stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from batch.model.status import SEVERITY_WORDS
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.summary import Summary
from batch.workbook.style import BODY, CHART, GREY, HEAD, INK, clean

NAME = "图表数据"
#: of the longest bar or the whole ring, the least part that has room for a number
_SHORTEST = 0.05
#: fewer units than this are not drawn
_FEW = 3
#: how many bars a chart has room for, and how much of a name beside them
_BARS, _LABEL = 5, 18


@dataclass(frozen=True, slots=True)
class ChartData:
    """The numbers of one chart: a name and some figures a row. Empty rows: there is nothing to draw."""

    title: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float, ...]], ...]
    #: what stands in place of the chart
    nothing: str


def blocks(summary: Summary, *, monitored: bool) -> tuple[ChartData, ...]:
    """问题分类, and where projects are monitored 执行进度, 风险金额; none of too few units to compare."""
    if summary.units < _FEW:
        return ()
    # 提示 are no headline
    categories = [
        (_short(c.name), (float(c.errors), float(c.warnings)))
        for c in summary.categories[:_BARS]
        if c.errors or c.warnings
    ]
    problems = ChartData("问题分类（项）", SEVERITY_WORDS[:2], tuple(categories), "没有错误，也没有要核实的")
    if not monitored:
        return (problems,)
    lights = [(light, (float(count),)) for light, count in summary.lights.items()]
    risks = [(_short(r.unit), (float(r.amount),)) for r in summary.riskiest[:_BARS]]
    behind = "没有红灯、黄灯项目" if summary.lights else "没有执行监控表"
    return (
        problems,
        ChartData("执行进度（项目个数）", ("项目",), tuple(lights), "没有执行监控表"),
        ChartData("红灯、黄灯项目没有执行的预算（万元）", ("未执行预算",), tuple(risks), behind),
    )


def nothing(content: RollupContent) -> str:
    """Why there are no charts."""
    return f"不到{_FEW}户，没有可以比较的" if len(content.facts) < _FEW else ""


def write_data(rollup: Rollup) -> None:
    """Add the hidden sheet with the charts' numbers."""
    sheet = rollup.page(NAME, "BFBFBF")
    sheet.hide()
    sheet.set_column(0, 0, 28)
    look = rollup.look
    row = 0
    for block in blocks(rollup.summary, monitored=rollup.monitors):
        for column, text in enumerate((block.title, *block.series)):
            sheet.write_string(row, column, text, look("head", "boxed"))
        for number, (name, figures) in enumerate(block.rows, row + 1):
            sheet.write_string(number, 0, name, look.of(name, "text", "boxed"))
            for column, figure in enumerate(figures, 1):
                sheet.write_number(number, column, figure, look("plain", "boxed"))
        row += len(block.rows) + 2


def draw(rollup: Rollup, kind: str, number: int) -> Any:
    """The chart of block `number`, 0-based, as "stacked" or "clustered" bars or as a "doughnut"."""
    every = blocks(rollup.summary, monitored=rollup.monitors)
    block = every[number]
    first = sum(len(b.rows) + 2 for b in every[:number]) + 1
    last = first + len(block.rows) - 1
    if kind == "doughnut":
        chart = rollup.book.add_chart({"type": "doughnut"})
        chart.set_hole_size(55)
        chart.set_legend({"position": "bottom", "font": _font(9)})
    else:
        shape = {"type": "bar", "subtype": "stacked"} if kind == "stacked" else {"type": "bar"}
        chart = rollup.book.add_chart(shape)
        single = len(block.series) == 1
        chart.set_legend({"none": True} if single else {"position": "bottom", "font": _font(9)})
        # the first row on top, every name shown; each bar carries its number, so that axis is not needed
        line = {"color": f"#{GREY}"}
        chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _font(9), "line": line})
        lowest = min(figure for _, figures in block.rows for figure in figures)
        # bars that do not begin at 0 would exaggerate every difference
        start = {} if lowest < 0 else {"min": 0}
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **start})
    names = [name for name, _ in block.rows]
    longest = max(sum(figures) for _, figures in block.rows)
    for column, series in enumerate(block.series, 1):
        figures = [values[column - 1] for _, values in block.rows]
        chart.add_series(_series(kind, series, names, figures, (first, last, column), longest))
    size = 10 if kind == "doughnut" else 11
    chart.set_title({"name": block.title, "name_font": _font(size, HEAD), "overlay": False})
    chart.set_chartarea({"border": {"color": "#D9D9D9"}})
    return chart


def _series(
    kind: str,
    name: str,
    names: Sequence[str],
    figures: Sequence[float],
    place: tuple[int, int, int],
    longest: float,
) -> dict[str, Any]:
    first, last, column = place
    series: dict[str, Any] = {
        "name": name,
        "categories": [NAME, first, 0, last, 0],
        "values": [NAME, first, column, last, column],
        # the cache: the sheet is written row by row and cannot be asked again
        "categories_data": list(names),
        "values_data": list(figures),
    }
    if kind == "doughnut":
        series["points"] = [{"fill": {"color": f"#{CHART.get(name, GREY)}"}} for name in names]
        shortest = max(1, round(sum(figures) * _SHORTEST))
        font = _font(10, colour="FFFFFF", bold=True)
        series["data_labels"] = {"value": True, "num_format": f"[>={shortest}]0;;", "font": font}
    else:
        series["fill"] = {"color": f"#{CHART[name]}"}
        series["gap"] = 55
        if kind == "clustered":
            series["overlap"] = 0
            series["data_labels"] = {"value": True, "num_format": "#,##0", "font": _font(8)}
        else:
            # a part too short for its number goes without
            shortest = max(1, round(longest * _SHORTEST))
            series["data_labels"] = {"value": True, "num_format": f"[>={shortest}]0;;", "font": _font(8)}
    return series


def _font(size: int, name: str = BODY, colour: str = INK, *, bold: bool = False) -> dict[str, Any]:
    return {"name": name, "size": size, "color": f"#{colour}", "bold": bold}


def _short(name: str) -> str:
    text = " ".join(clean(name).split())
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"
