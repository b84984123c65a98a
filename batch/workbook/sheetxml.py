"""The XML of a sheet we add: text only, printable on A4, with links into the unit's own sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from batch.model.book import Area, column_letters, parse_area
from batch.model.markup import ExtraSheet, Text
from batch.workbook.stylesheet import STYLES
from batch.workbook.textwidth import lines
from batch.workbook.xmlsplice import escape, escape_cell

__all__ = ["STYLES", "quoted", "worksheet"]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: what a cell can hold; Excel refuses the file when there is more
_MAX_TEXT = 32_767
_MAX_HEIGHT = 409.0
_DEFAULT_WIDTH = 8.43
_SIZE = 10.5  # points of the font of most cells; a column's width counts its half-width characters
_LINE = 14.0
_PADDING = 4.0
_ALWAYS_FITS = 4  # characters that need no second line in any column worth having


def quoted(name: str) -> str:
    """A sheet's name as it stands in a reference: 张三's → '张三''s'."""
    return "'" + name.replace("'", "''") + "'"


def worksheet(
    sheet: ExtraSheet, namespace: str, style: Callable[[str], int], names: Mapping[str, str] | None = None
) -> bytes:
    """The worksheet part for a sheet.

    `style` gives the number of a style by its name. `names`: what added sheets are really called,
    by the name they were asked for under, so that links among them arrive.
    """
    names = names or {}
    typed = parse_area(sheet.unlocked) if sheet.unlocked else None
    merges = [parse_area(ref) for ref in sheet.merges]
    merged: dict[int, list[Area]] = {}
    for area in merges:
        for number in range(area.top, area.bottom + 1):
            merged.setdefault(number, []).append(area)
    # a results sheet has well over a thousand cells: what is asked for each is asked here, once for a style
    openings: dict[str, str] = {}
    letters = [column_letters(column) for column in range(1, max(map(len, sheet.rows), default=0) + 1)]
    links: list[str] = []
    rows = []
    fit = _Fit(sheet)
    for number in range(1, max(len(sheet.rows), typed.bottom if typed else 0) + 1):
        given = sheet.rows[number - 1] if number <= len(sheet.rows) else []
        across = merged.get(number, [])
        looks = _looks(sheet, number, given, across, typed)
        letters += [column_letters(column) for column in range(len(letters) + 1, len(looks) + 1)]
        cells = []
        for letter, look, cell in zip_longest(letters[: len(looks)], looks, given):
            if look is None:
                continue
            opening = openings.get(look)
            if opening is None:
                opening = openings[look] = f'" s="{style(look)}"'
            if cell is None or not cell.text:
                cells.append(f'<c r="{letter}{number}{opening}/>')
            else:
                cells.append(
                    f'<c r="{letter}{number}{opening} t="inlineStr"><is><t xml:space="preserve">'
                    f"{escape_cell(cell.text[:_MAX_TEXT])}</t></is></c>"
                )
            if cell and cell.link:
                target = f"{quoted(names.get(cell.link[0], cell.link[0]))}!{cell.link[1]}"
                links.append(f'<hyperlink ref="{letter}{number}" location="{escape(target)}"/>')
        rows.append(f'<row r="{number}" {fit.height(number, across)}>{"".join(cells)}</row>')
    return (
        f'{_HEAD}<worksheet xmlns="{namespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>{_view(sheet)}'
        f'<sheetFormatPr defaultRowHeight="15"/>{_columns(sheet)}<sheetData>{"".join(rows)}</sheetData>'
        f"{_behind(sheet, merges, links)}</worksheet>"
    ).encode()


def _looks(
    sheet: ExtraSheet, row: int, given: Sequence[Text | None], merges: list[Area], typed: Area | None
) -> list[str | None]:
    """The style of each cell of a row, also of those that are not given; None for no cell."""
    looks = [cell.style if cell else None for cell in given]
    if merges or typed:
        width = max(len(given), typed.right if typed else 0, *(area.right for area in merges))
        looks += [None] * (width - len(given))
        for at, look in enumerate(looks):
            if look is None:
                looks[at] = _covered(sheet, (row, at + 1), merges)
    if typed and typed.top <= row <= typed.bottom:
        looks[typed.left - 1 : typed.right] = ["input"] * (typed.right - typed.left + 1)
    return looks


def _covered(sheet: ExtraSheet, place: tuple[int, int], merges: list[Area]) -> str | None:
    """The style of a cell that is not given: covered cells of a merged area carry its border."""
    for area in merges:
        if area.covers(place) and area.top <= len(sheet.rows) and area.left <= len(sheet.rows[area.top - 1]):
            anchor = sheet.rows[area.top - 1][area.left - 1]
            return anchor.style if anchor else None
    return None


class _Fit:
    """The heights of a sheet's rows."""

    def __init__(self, sheet: ExtraSheet) -> None:
        self._sheet = sheet
        #: characters of a line and points of its height, by style and columns
        self._rooms: dict[tuple[str, int, int], tuple[int, float]] = {}

    def height(self, row: int, merges: list[Area]) -> str:
        """The height asked for, else what the row's longest text needs."""
        sheet = self._sheet
        if row in sheet.heights:
            return f'ht="{min(sheet.heights[row], _MAX_HEIGHT):g}" customHeight="1"'
        needed = _LINE + _PADDING
        for column, cell in enumerate(sheet.rows[row - 1] if row <= len(sheet.rows) else [], 1):
            if cell is None or (len(cell.text) < _ALWAYS_FITS and "\n" not in cell.text):
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
        return int(width * _SIZE / size) - 1, _LINE * size / _SIZE


def _view(sheet: ExtraSheet) -> str:
    above = sheet.header_row - 1
    if above < 1:
        return '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews>'
    first = f"A{sheet.header_row}"
    return (
        '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{above}" topLeftCell="{first}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{first}" sqref="{first}"/></sheetView></sheetViews>'
    )


def _columns(sheet: ExtraSheet) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, 1)
    )
    return f"<cols>{columns}</cols>" if columns else ""


def _behind(sheet: ExtraSheet, merges: list[Area], links: list[str]) -> str:
    parts = []
    if sheet.unlocked:
        parts.append(
            '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" sort="0" '
            'autoFilter="0"/>'
        )
    if sheet.filter:
        parts.append(f'<autoFilter ref="{parse_area(sheet.filter).ref}"/>')
    if merges:
        cells = "".join(f'<mergeCell ref="{area.ref}"/>' for area in merges)
        parts.append(f'<mergeCells count="{len(merges)}">{cells}</mergeCells>')
    if links:
        parts.append(f"<hyperlinks>{''.join(links)}</hyperlinks>")
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
