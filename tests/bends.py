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


#: headings of other counties: letters and formulas that refer to them, seal words, other separators
_REMARKS = {
    "年度指标值": "年度指标值\n（A）",
    "实际完成值": "实际完成值【B】",
    "分值": "分值（分）",
    "年初预算数": "A年初预算数",
    "全年预算数": "全年预算数（②）",
    "全年执行数": "全年执行数\n（③）",
    "执行率": "执行率=③/②",
    "主管部门": "主管部门（盖章）",
    "实施单位": "实施单位\n（盖 章）：",
    "偏差原因分析及改进措施": "偏差原因分析、改进措施",
    "编制数": "编制数（人）",
    "2020年实际在职人数": "2020年末实际在职人数",
    "业务工作专项": "业务工作专项（一个项目一行）",
}


def remarks_added(book: Book, _: random.Random) -> Book:
    """Letters, formulas and seal words around the labels."""

    def bend(cell: Cell) -> Cell:
        return cell._replace(raw=_REMARKS.get(cell.raw.strip(), cell.raw))

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
        remarks_added,
        stacked,
        instructions_added,
        header_repeated,
        official_synonyms,
        footnotes_added,
        numbers_as_text,
    )
}


Texts = dict[int, str | int]


def _cells(row: int, texts: Texts) -> dict[tuple[int, int], Cell]:
    return {
        (row, col): Cell(row, col, Kind.TEXT if isinstance(text, str) else Kind.NUMBER, str(text))
        for col, text in texts.items()
    }


def _edited(book: Book, name: str, edit: Callable[[Sheet], Sheet]) -> Book:
    return _with(book, [edit(sheet) if sheet.name == name else sheet for sheet in book.sheets])


def _row_added(sheet: Sheet, at: int, texts: Texts) -> Sheet:
    lower = moved(sheet, lambda row: row + (row >= at), lambda col: col)
    return replace(lower, cells={**lower.cells, **_cells(at, texts)})


def _row_gone(sheet: Sheet, gone: int) -> Sheet:
    rest = replace(sheet, cells={place: cell for place, cell in sheet.cells.items() if place[0] != gone})
    # areas that ended in the row now end above it
    return moved(rest, lambda row: row - (row >= gone), lambda col: col)


def _column_added(sheet: Sheet, at: int, texts: dict[int, str]) -> Sheet:
    wider = moved(sheet, lambda row: row, lambda col: col + (col >= at))
    added = {(row, at): Cell(row, at, Kind.TEXT, text) for row, text in texts.items()}
    return replace(wider, cells={**wider.cells, **added})


def _texts_replaced(sheet: Sheet, old: str, new: str) -> Sheet:
    cells = {
        place: cell._replace(raw=cell.raw.replace(old, new)) if cell.kind is Kind.TEXT else cell
        for place, cell in sheet.cells.items()
    }
    return replace(sheet, cells=cells)


BASIC, PROJECT = "基础数据表", "项目支出自评表"
#: what other provinces' project forms have beside ours
OTHER_COLUMNS = {"指标性质": "正向指标", "度量单位": "百分比", "得分计算方法": "按比例计分"}


def other_provinces_columns(book: Book, _: random.Random) -> Book:
    """指标性质 and 度量单位 before 年度指标值, 得分计算方法 before 分值, filled in."""

    def edit(sheet: Sheet) -> Sheet:
        for at, name in zip((5, 6, 9), OTHER_COLUMNS, strict=True):
            texts = dict.fromkeys(range(12, 21), OTHER_COLUMNS[name])
            sheet = _column_added(sheet, at, {11: name, **texts})
        return sheet

    return _edited(book, PROJECT, edit)


def subtotals(book: Book, _: random.Random) -> Book:
    """小计 below the parts of 项目支出 and between two groups of indicators."""
    book = _edited(book, BASIC, lambda s: _row_added(s, 15, {1: "小计", 2: 400, 3: 403, 4: 403}))
    return _edited(book, PROJECT, lambda s: _row_added(s, 16, {2: "小计", 7: 50, 8: 50}))


def totals_between(book: Book, rng: random.Random) -> Book:
    """The same rows called 合计, as the last row of the indicators is called too."""
    book = subtotals(book, rng)
    book = _edited(book, BASIC, lambda s: _texts_replaced(s, "小计", "合计"))
    return _edited(book, PROJECT, lambda s: _texts_replaced(s, "小计", "合计"))


def _second_project(sheet: Sheet) -> Sheet:
    return _texts_replaced(
        sheet, "全市政务网络（政务外网和党政工作专网）链路租赁经费", "数据中心机房运行维护经费"
    )


def a_sheet_a_project(book: Book, _: random.Random) -> Book:
    """A second project's form on a sheet of its own."""
    sheet = next(s for s in book.sheets if s.name == PROJECT)
    return _with(book, [*book.sheets, replace(_second_project(sheet), name="项目2")])


def projects_stacked(book: Book, _: random.Random) -> Book:
    """A second project's form below the first."""

    def edit(sheet: Sheet) -> Sheet:
        down = max(row for row, _ in sheet.cells) + 2
        lower = moved(_second_project(sheet), lambda row: row + down, lambda col: col)
        return replace(sheet, cells={**sheet.cells, **lower.cells}, merges=(*sheet.merges, *lower.merges))

    return _edited(book, PROJECT, edit)


def a_row_a_project(book: Book, _: random.Random) -> Book:
    """100 of 项目支出 in a row of its own below the two printed ones."""

    def edit(sheet: Sheet) -> Sheet:
        cells = dict(sheet.cells)
        for col, rest in ((2, "300"), (3, "303"), (4, "303")):
            cells[13, col] = cells[13, col]._replace(kind=Kind.NUMBER, raw=rest)
        return _row_added(replace(sheet, cells=cells), 15, {1: "3、数据中心建设", 2: 100, 3: 100, 4: 100})

    return _edited(book, BASIC, edit)


def indicator_deleted(book: Book, _: random.Random) -> Book:
    """The row of 生态效益指标 taken out."""
    return _edited(book, PROJECT, lambda sheet: _row_gone(sheet, 18))


def row_deleted(book: Book, _: random.Random) -> Book:
    """The row of 公用经费 taken out."""
    return _edited(book, BASIC, lambda sheet: _row_gone(sheet, 15))


def label_misspelt(book: Book, _: random.Random) -> Book:
    """One wrong character in a label."""
    return _edited(book, BASIC, lambda sheet: _texts_replaced(sheet, "公用经费", "公用经弗"))


def title_deleted(book: Book, _: random.Random) -> Book:
    """Every form without its title."""

    def edit(sheet: Sheet) -> Sheet:
        return replace(sheet, cells={place: cell for place, cell in sheet.cells.items() if place[0] != 1})

    return _with(book, [edit(sheet) for sheet in book.sheets])


def last_years_form(book: Book, _: random.Random) -> Book:
    """基础数据表 with the headers of the year before."""

    def edit(sheet: Sheet) -> Sheet:
        return _texts_replaced(_texts_replaced(sheet, "2019年", "2018年"), "2020年", "2019年")

    return _edited(book, BASIC, edit)


#: bends that change what is found; made for the corrected submission with its rows where they are printed
LAYOUTS: dict[str, Bend] = {
    f.__name__: f
    for f in (
        other_provinces_columns,
        subtotals,
        totals_between,
        a_sheet_a_project,
        projects_stacked,
        a_row_a_project,
        indicator_deleted,
        row_deleted,
        label_misspelt,
        title_deleted,
        last_years_form,
    )
}
