"""The ways people bend the official sheets, as functions from a book to a book.

Every one keeps what was filled in and changes where or how it stands.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from batch.model.book import Area, Book, Cell, Kind, Sheet, Span

Bend = Callable[[Book, random.Random], Book]


def _with(book: Book, sheets: list[Sheet]) -> Book:
    return replace(book, sheets=sheets)


def moved(sheet: Sheet, down: Callable[[int], int], right: Callable[[int], int]) -> Sheet:
    """The sheet with every row and column taken elsewhere; both functions must keep the order."""
    cells = {
        (down(c.row), right(c.col)): c._replace(row=down(c.row), col=right(c.col))
        for c in sheet.cells.values()
    }
    merges = tuple(Area(down(a.top), right(a.left), down(a.bottom), right(a.right)) for a in sheet.merges)
    rows = tuple(Span(down(s.first), down(s.last)) for s in sheet.hidden_rows)
    columns = tuple(Span(right(s.first), right(s.last)) for s in sheet.hidden_cols)
    return replace(sheet, cells=cells, merges=merges, hidden_rows=rows, hidden_cols=columns)


def blank_rows(book: Book, rng: random.Random) -> Book:
    """Blank rows put in anywhere, also on top."""

    def bend(sheet: Sheet) -> Sheet:
        at = sorted(rng.sample(range(1, 30), 3))
        return moved(sheet, lambda row: row + sum(1 for a in at if a <= row), lambda col: col)

    return _with(book, [bend(sheet) for sheet in book.sheets])


def blank_columns(book: Book, rng: random.Random) -> Book:
    """Blank columns put in anywhere, also on the left."""

    def bend(sheet: Sheet) -> Sheet:
        at = sorted(rng.sample(range(1, 9), 2))
        return moved(sheet, lambda row: row, lambda col: col + sum(1 for a in at if a <= col))

    return _with(book, [bend(sheet) for sheet in book.sheets])


def sheets_renamed(book: Book, _: random.Random) -> Book:
    """Sheet1, Sheet2, … as new workbooks have them."""
    return _with(book, [replace(sheet, name=f"Sheet{n}") for n, sheet in enumerate(book.sheets, 1)])


def sheets_reordered(book: Book, rng: random.Random) -> Book:
    """The forms in another order."""
    return _with(book, rng.sample(book.sheets, len(book.sheets)))


def unmerged(book: Book, _: random.Random) -> Book:
    """Merged areas taken apart: only the first cell keeps its text."""
    return _with(book, [replace(sheet, merges=()) for sheet in book.sheets])


_NOISE: list[Callable[[str], str]] = [
    lambda text: " " + text + "  ",
    lambda text: text + "\u3000",
    lambda text: text[:2] + "\n" + text[2:],
    lambda text: text.replace("（", "(").replace("）", ")"),
    lambda text: text.replace("(", "（").replace(")", "）"),
    lambda text: text[:1] + "\u00a0" + text[1:],
    lambda text: text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789%"}),
]


def noisy_labels(book: Book, rng: random.Random) -> Book:
    """Blanks, line feeds, full-width signs and other brackets in the printed texts."""

    def bend(cell: Cell) -> Cell:
        printed = cell.kind is Kind.TEXT and len(cell.raw) <= 20 and cell.raw[:1].isalpha()
        if not printed or any(c.isdigit() for c in cell.raw[:1]) or rng.random() < 0.4:
            return cell
        return cell._replace(raw=rng.choice(_NOISE)(cell.raw))

    return _with(
        book, [replace(s, cells={place: bend(cell) for place, cell in s.cells.items()}) for s in book.sheets]
    )


def stacked(book: Book, _: random.Random) -> Book:
    """All forms one below the other on a single sheet."""
    cells: dict[tuple[int, int], Cell] = {}
    merges: list[Area] = []
    top = 0
    for sheet in book.sheets:
        lower = moved(sheet, lambda row, top=top: row + top, lambda col: col)  # type: ignore[misc]
        cells |= lower.cells
        merges += lower.merges
        top = max(row for row, _ in lower.cells) + 2
    return _with(book, [Sheet("Sheet1", cells=cells, merges=tuple(merges))])


def instructions_added(book: Book, _: random.Random) -> Book:
    """A sheet of instructions in front and scraps behind."""
    lines = [
        "填表说明",
        "一、本表由各预算单位填报，金额单位为万元。",
        "二、部门整体支出绩效自评表由财务负责人审核后报送。",
    ]
    notes = Sheet("说明", cells={(n, 1): Cell(n, 1, Kind.TEXT, line) for n, line in enumerate(lines, 1)})
    scraps = Sheet(
        "Sheet5", cells={(3, 2): Cell(3, 2, Kind.NUMBER, "42"), (4, 2): Cell(4, 2, Kind.TEXT, "差值")}
    )
    return _with(book, [notes, *book.sheets, scraps])


def header_repeated(book: Book, _: random.Random) -> Book:
    """The list header printed again after a page break."""

    def bend(sheet: Sheet) -> Sheet:
        header = next((c.row for c in sheet.cells.values() if c.raw == "三级指标"), None)
        if header is None:
            return sheet
        below = next(c.row for c in sheet.cells.values() if c.raw.startswith("效益指标"))
        lower = moved(sheet, lambda row: row + (1 if row >= below else 0), lambda col: col)
        for cell in sheet.cells.values():
            if cell.row == header and cell.raw in (
                "一级指标",
                "二级指标",
                "三级指标",
                "年度指标值",
                "分值",
                "得分",
            ):
                lower.cells[below, cell.col] = cell._replace(row=below)
        return lower

    return _with(book, [bend(sheet) for sheet in book.sheets])


def official_synonyms(book: Book, _: random.Random) -> Book:
    """The same rows and columns under the other names in use."""
    other = {
        "项目支出名称": "项目名称",
        "其中：当年财政拨款": "其中：本年财政拨款",
        "实际完成值": "全年完成值",
        "偏差原因分析及改进措施": "未完成原因分析",
        "3、公务接待": "3、公务接待费",
        "2、出国经费": "2、因公出国（境）费",
        "1、公务用车购置和维护经费": "1、公务用车购置及运行维护费",
        "三公经费": "“三公”经费",
        "填报单位：浏阳市数据资源中心": "单位名称：浏阳市数据资源中心",
    }

    def bend(cell: Cell) -> Cell:
        new = other.get(cell.raw.strip()) if cell.kind is Kind.TEXT else None
        return cell._replace(raw=new) if new else cell

    return _with(
        book, [replace(s, cells={place: bend(cell) for place, cell in s.cells.items()}) for s in book.sheets]
    )


def footnotes_added(book: Book, _: random.Random) -> Book:
    """Signatures, dates and notes below each form."""

    def bend(sheet: Sheet) -> Sheet:
        bottom = max(row for row, _ in sheet.cells)
        lines = ["注：1.本表由单位财务部门填报。", "2.金额保留两位小数。"]
        notes = {(bottom + n, 1): Cell(bottom + n, 1, Kind.TEXT, line) for n, line in enumerate(lines, 1)}
        return replace(sheet, cells={**sheet.cells, **notes})

    return _with(book, [bend(sheet) for sheet in book.sheets])


def numbers_as_text(book: Book, _: random.Random) -> Book:
    """Numbers typed into text cells, with thousands separators."""

    def bend(cell: Cell) -> Cell:
        if cell.kind is not Kind.NUMBER:
            return cell
        return cell._replace(kind=Kind.TEXT, raw=f"{float(cell.raw):,.2f} ")

    return _with(
        book, [replace(s, cells={place: bend(cell) for place, cell in s.cells.items()}) for s in book.sheets]
    )


BENDS: dict[str, Bend] = {
    f.__name__: f
    for f in (
        blank_rows,
        blank_columns,
        sheets_renamed,
        sheets_reordered,
        unmerged,
        noisy_labels,
        stacked,
        instructions_added,
        header_repeated,
        official_synonyms,
        footnotes_added,
        numbers_as_text,
    )
}
