"""Write the XML of a sheet we add: text only, printable on A4, with links into the unit's own sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from batch.model.book import Area, column_letters, parse_area
from batch.model.markup import FORMULA_SIGNS, ExtraSheet, Text
from batch.model.text_width import lines
from batch.workbook.annotate.stylesheet import STYLES, Looks
from batch.workbook.package.splice import escape, escape_all, escape_cell

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: what a cell can hold; Excel refuses the file when there is more
_MAX_TEXT = 32_767
_MAX_HEIGHT = 409.0
#: characters of a list to pick from, its commas included
_MAX_LIST = 255
_DEFAULT_WIDTH = 8.43
_SIZE = 10.5  # points of the font of most cells; a column's width counts its half-width characters
_LINE = 14.0
_PADDING = 4.0
_ALWAYS_FITS = 4  # characters that need no second line in any column worth having


def quoted_sheet_name(name: str) -> str:
    """A sheet's name as it stands in a reference: 张三's → '张三''s'."""
    return "'" + name.replace("'", "''") + "'"


def worksheet(
    sheet: ExtraSheet, namespace: str, looks: Looks, names: Mapping[str, str] | None = None
) -> bytes:
    """The worksheet part for a sheet.

    `looks` are those of its workbook. `names`: the final names of added sheets by the names asked for, so
    that links among them work.
    """
    names = names or {}
    merges = [parse_area(ref) for ref in sheet.merges]
    rows = _with_blanks(sheet, merges)
    fit = _Fit(sheet, merges)
    letters = [column_letters(column) for column in range(1, max(map(len, rows), default=0) + 1)]
    # a results sheet has well over a thousand cells: all texts are escaped in one go, and what depends on
    # the style is asked once for each
    texts = iter(escape_all(_fitting([cell.text for row in rows for cell in row if cell]), escape_cell))
    openings: dict[tuple[str, bool], tuple[str, str]] = {}
    tabs: dict[str, str] = {}
    pieces: list[str] = []
    links: list[str] = []
    for at, cells in enumerate(rows, 1):
        number = str(at)
        pieces.append(f'<row r="{number}" {fit.height(at, cells)}{_row_outline(sheet, at)}>')
        for letter, cell in zip(letters, cells, strict=False):
            if cell is None:
                continue
            text = next(texts)
            look = cell.style, text[:1] in FORMULA_SIGNS
            opening = openings.get(look)
            if opening is None:
                opening = openings[look] = _openings(looks.cells[look])
            if text:
                pieces.append(f'<c r="{letter}{number}{opening[0]}{text}</t></is></c>')
            else:
                pieces.append(f'<c r="{letter}{number}{opening[1]}')
            if cell.link:
                tab, place = cell.link
                if tab not in tabs:
                    tabs[tab] = escape(quoted_sheet_name(names.get(tab, tab)))
                links.append(f'<hyperlink ref="{letter}{number}" location="{tabs[tab]}!{escape(place)}"/>')
        pieces.append("</row>")
    outline = '<outlinePr summaryBelow="0"/>' if sheet.folded else ""
    levels = ' outlineLevelRow="1"' if sheet.folded else ""
    return "".join(
        [
            f'{_HEAD}<worksheet xmlns="{namespace}"><sheetPr>{outline}<pageSetUpPr fitToPage="1"/></sheetPr>',
            f'{_view(sheet)}<sheetFormatPr defaultRowHeight="15"{levels}/>{_columns(sheet)}<sheetData>',
            *pieces,
            f"</sheetData>{_behind(sheet, ''.join(links))}</worksheet>",
        ]
    ).encode()


def _openings(style: int) -> tuple[str, str]:
    """The start tag behind a cell's address, for a cell with text and for one without."""
    return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">', f'" s="{style}"/>'


def _fitting(texts: list[str]) -> list[str]:
    """The texts, cut to what cells can hold."""
    too_long = max(map(len, texts), default=0) > _MAX_TEXT
    return [text[:_MAX_TEXT] for text in texts] if too_long else texts


def _with_blanks(sheet: ExtraSheet, merges: list[Area]) -> list[list[Text | None]]:
    """The sheet's rows, with blank cells that need a style: those covered by a merged area carry its
    border, and input cells have a colour."""
    rows = [list(row) for row in sheet.rows]
    for area in merges:
        first = rows[area.top - 1] if area.top <= len(rows) else []
        anchor = first[area.left - 1] if area.left <= len(first) else None
        if anchor:
            for row in rows[area.top - 1 : area.bottom]:
                row += [None] * (area.right - len(row))
                covered = row[area.left - 1 : area.right]
                if not all(covered):
                    blank = Text("", anchor.style)
                    row[area.left - 1 : area.right] = [cell or blank for cell in covered]
    if sheet.unlocked:
        typed = parse_area(sheet.unlocked)
        rows += [[] for _ in range(typed.bottom - len(rows))]
        for row in rows[typed.top - 1 : typed.bottom]:
            row += [None] * (typed.right - len(row))
            for at in range(typed.left - 1, typed.right):
                cell = row[at] or Text()
                row[at] = cell if cell.style == "input" else Text(cell.text, "input", cell.link)
    return rows


class _Fit:
    """Computes the heights of a sheet's rows."""

    def __init__(self, sheet: ExtraSheet, merges: list[Area]) -> None:
        self._sheet = sheet
        self._merged: dict[int, list[Area]] = {}
        for area in merges:
            for row in range(area.top, area.bottom + 1):
                if row not in sheet.heights:
                    self._merged.setdefault(row, []).append(area)
        #: characters of a line and points of its height, by style and columns
        self._rooms: dict[tuple[str, int, int], tuple[int, float]] = {}

    def height(self, row: int, cells: Sequence[Text | None]) -> str:
        """The height asked for, else what the row's longest text needs."""
        given = self._sheet.heights.get(row)
        if given is not None:
            return f'ht="{min(given, _MAX_HEIGHT):g}" customHeight="1"'
        needed = _LINE + _PADDING
        merges = self._merged.get(row)
        for column, cell in enumerate(cells, 1):
            if (
                cell is None
                or not STYLES[cell.style].wrap
                or (len(cell.text) < _ALWAYS_FITS and "\n" not in cell.text)
            ):
                continue
            left = right = column
            if merges:
                area = next((a for a in merges if a.covers((row, column))), Area(row, column, row, column))
                if area.top != area.bottom:
                    continue
                left, right = area.left, area.right
            room = self._rooms.get((cell.style, left, right))
            if room is None:
                room = self._rooms[cell.style, left, right] = self._room(cell.style, left, right)
            needed = max(needed, lines(cell.text, room[0]) * room[1] + _PADDING)
        # not "customHeight": Excel and WPS fit the row anew when somebody types in it
        return f'ht="{min(needed, _MAX_HEIGHT):g}"'

    def _room(self, style: str, left: int, right: int) -> tuple[int, float]:
        width = sum(self._sheet.widths[left - 1 : right]) or _DEFAULT_WIDTH
        size = float(STYLES[style].size)
        # an indent is as wide as two characters
        return int(width * _SIZE / size) - 1 - 2 * STYLES[style].indent, _LINE * size / _SIZE


def _view(sheet: ExtraSheet) -> str:
    if sheet.heading_row != 1:
        return '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
    return (
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
    )


def _row_outline(sheet: ExtraSheet, row: int) -> str:
    """What a row says of being folded away, or of rows folded away below it."""
    if not sheet.folded:
        return ""
    first, last = sheet.folded
    if row == first - 1:
        return ' collapsed="1"'
    return ' hidden="1" outlineLevel="1"' if first <= row <= last else ""


def _validations(sheet: ExtraSheet) -> str:
    """Lists to pick from. A list is written in one text of limited length: choices beyond are left out."""
    parts = []
    for ref, choices in sheet.choices.items():
        kept, room = [], _MAX_LIST
        for choice in choices:
            # a comma ends a choice
            text = choice.replace(",", "，").replace('"', "”")
            room -= len(text) + 1
            if room < 0:
                break
            kept.append(text)
        if kept:
            parts.append(
                '<dataValidation type="list" allowBlank="1" showErrorMessage="0" '
                f'sqref="{ref}"><formula1>"{escape(",".join(kept))}"</formula1></dataValidation>'
            )
    return f'<dataValidations count="{len(parts)}">{"".join(parts)}</dataValidations>' if parts else ""


def _columns(sheet: ExtraSheet) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, 1)
    )
    return f"<cols>{columns}</cols>" if columns else ""


def _behind(sheet: ExtraSheet, links: str) -> str:
    parts = []
    if sheet.unlocked:
        parts.append(
            '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" sort="0" '
            'autoFilter="0"/>'
        )
    if sheet.filter:
        parts.append(f'<autoFilter ref="{parse_area(sheet.filter).ref}"/>')
    if sheet.merges:
        cells = '"/><mergeCell ref="'.join(sheet.merges)
        parts.append(f'<mergeCells count="{len(sheet.merges)}"><mergeCell ref="{cells}"/></mergeCells>')
    parts.append(_validations(sheet))
    if links:
        parts.append(f"<hyperlinks>{links}</hyperlinks>")
    orientation = "landscape" if sheet.landscape else "portrait"
    last = max((len(row) for row in sheet.rows), default=1) or 1
    everything = Area(1, 1, max(1, len(sheet.rows)), last).ref
    parts.append(
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="{orientation}" fitToHeight="{int(sheet.one_page)}"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>"
        # amounts stand here as text, exactly as filled: no green corners
        f'<ignoredErrors><ignoredError sqref="{everything}" numberStoredAsText="1"/></ignoredErrors>'
    )
    return "".join(parts)
