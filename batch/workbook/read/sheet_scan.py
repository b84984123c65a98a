"""The fast worksheet reader: sheets as Excel, WPS, LibreOffice, openpyxl and XlsxWriter write them.

One regular expression takes rows and cells in a single pass. It either accounts for every character of
sheetData or gives None, so that a sheet is never half read; `sheet_parse` then reads it instead.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from batch.model.book import MAX_COL, MAX_ROW, Area, Cell, Kind, column_number
from batch.workbook.package.plain_xml import tagged_content
from batch.workbook.package.splice import unescape
from batch.workbook.read.cells import Contents, make_cell, unescaped
from batch.workbook.read.formula_text import SharedFormulas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batch.workbook.read.cells import CellContext

# Quantifiers are possessive (++, *+) so that a sheet made to backtrack costs no more than another.
_ATTRS = r"""((?:\ [A-Za-z0-9:]++="[^"<>]*+")*+)\ ?+"""
_PLACE = r"""\ r="[A-Z]{1,3}+[0-9]{1,7}+"(?:\ s="[0-9]++")?+(?:\ t="[A-Za-z]++")?+"""
_BLANK = rf"""<c{_PLACE}\ ?+(?:/>|></c>)"""
_TOKEN = re.compile(
    rf"""
    <c\ r="([A-Z]{{1,3}}+)([0-9]{{1,7}}+)"(?:\ s="([0-9]++)")?+(?:\ t="([A-Za-z]++)")?+
      (?:\ [cv]m="[0-9]++")*+>
      (?:<f{_ATTRS}(?:/>|>([^<]*+)</f>))?+
      (?:<v(?:\ xml:space="preserve")?+>
           (?:(-?+[0-9]{{1,300}}+(?:\.[0-9]++)?+)</v>|([^<]++)</v>|(</v>))
        |(<v\ ?+/>|<is><t(?:\ xml:space="preserve")?+></t></is>)
        |<is><t(?:\ xml:space="preserve")?+>([^<]++)</t></is>
      )?+</c>(?:{_BLANK})*+
    |(?:</row>)?+<row\ r="([0-9]{{1,7}}+)"{_ATTRS}(?:/>|>(?:{_BLANK})*+)
    |</row>$
    |(.++)
    """,
    re.VERBOSE | re.DOTALL,
)
_DATA = re.compile(r"<sheetData(?: ?/>|>)")
#: what belongs into sheetData and nowhere else
_STRAY = re.compile(r"<(?:c|row)[\s/>]")
_ATTRIBUTE = re.compile(r'([A-Za-z0-9:]+)="([^"]*)"')
_COLUMN = re.compile(rf"<col{_ATTRS}/>", re.VERBOSE)
_MERGE = re.compile(r'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?" ?/>')
#: characters of sheetData taken at a time
_BLOCK = 256 * 1024
#: characters around the rows of a sheet up to which what they say is kept
_LONGEST_FRAME = 16 * 1024
#: types whose value is what it says: a number, or the index of a shared string
_PLAIN_KINDS = ("s", "", "n")
_HIDDEN = re.compile(r' hidden="(?:1|true)"')


def scan_sheet(data: bytes, context: CellContext) -> Contents | None:
    """Read one worksheet, exactly as `sheet_parse` would; None when it is not of the usual shape.

    Raises Unreadable beyond the budget.
    """
    content = tagged_content(data, "worksheet")
    if content is None or content.count("<sheetData") != 1:
        return None
    data_tag = _DATA.search(content)
    if data_tag is None:
        return None
    head, rest = content[: data_tag.start()], content[data_tag.end() :]
    rows, _, tail = ("", "", rest) if data_tag[0].endswith("/>") else rest.partition("</sheetData>")
    if ' vm="' in rows:
        # rich values of newer Excel
        return None
    known = len(head) + len(tail) <= _LONGEST_FRAME
    frame = _frame(head, tail) if known else _frame.__wrapped__(head, tail)
    if frame is None:
        return None
    context.budget.spend_tags(data.count(b"<"))
    found = _rows(rows, context)
    if found is None:
        return None
    cells, hidden_rows = found
    context.budget.spend_cells(len(cells) + len(frame.merges) + len(frame.hidden_cols))
    return Contents(cells, frame.merges, hidden_rows, frame.hidden_cols)


class _Frame(NamedTuple):
    """The parts of a worksheet outside sheetData."""

    merges: tuple[Area, ...]
    hidden_cols: frozenset[tuple[int, int]]


# units fill in the same sheets, and to take one's frame apart takes 60 µs
@lru_cache(maxsize=32)
def _frame(head: str, tail: str) -> _Frame | None:
    # comments and the like: among the rows the tokens account for every tag
    if any(sign in text for sign in ("<!", "<?") for text in (head, tail)):
        return None
    hidden_cols, merges = _columns(head), _merges(tail)
    if hidden_cols is None or merges is None or _STRAY.search(head) or _STRAY.search(tail):
        return None
    return _Frame(tuple(merges), frozenset(hidden_cols))


def _rows(rows: str, context: CellContext) -> tuple[dict[tuple[int, int], Cell], set[int]] | None:
    cells: dict[tuple[int, int], Cell] = {}
    hidden: set[int] = set()
    shared = SharedFormulas(context.budget)
    strings, formats = context.strings, context.formats
    # a Cell is a tuple: building it as one halves the cost of the hottest line of a batch
    new = tuple.__new__
    number, words = Kind.NUMBER, Kind.TEXT
    row, row_digits = 0, ""
    for (
        letters,
        digits,
        style,
        kind,
        formula_attrs,
        formula_text,
        plain,
        other,
        emptied,
        empty,
        inline,
        row_number,
        row_attrs,
        unexpected,
    ) in _tokens(rows):
        if letters:
            if digits != row_digits:
                row, row_digits = int(digits), digits
            col = column_number(letters)
            if col > MAX_COL or not 1 <= row <= MAX_ROW:
                continue
            format_code = formats.get(style, "General")
            formula = None
            if formula_attrs or formula_text:
                attrs = dict(_ATTRIBUTE.findall(formula_attrs))
                formula = shared.text(row, col, attrs, unescape(formula_text))
            if plain and kind in _PLAIN_KINDS:
                if kind != "s":
                    cells[row, col] = new(Cell, (row, col, number, plain, format_code, formula))
                    continue
                raw = strings.get(plain)
                if raw:
                    cells[row, col] = new(Cell, (row, col, words, raw, format_code, formula))
                    continue
            if inline and kind == "inlineStr" and formula is None:
                raw = unescaped(unescape(inline))
                context.budget.check_text(len(raw))
                cells[row, col] = new(Cell, (row, col, words, raw, format_code, None))
                continue
            stored = plain or other or inline or emptied or empty
            value = unescape(plain or other or inline) if stored else None
            cell = make_cell(context, (row, col), kind or "n", style, value, formula)
            if cell:
                context.budget.check_text(len(cell.raw))
                cells[row, col] = cell
        elif row_number:
            if ' hidden="' in row_attrs and _HIDDEN.search(row_attrs) and 1 <= int(row_number) <= MAX_ROW:
                hidden.add(int(row_number))
        elif unexpected:
            return None
    return cells, hidden


def _tokens(rows: str) -> Iterator[tuple[str, ...]]:
    """The groups of every match, one block of rows at a time: all at once would take ten times the sheet's
    memory."""
    # a chain, because a generator of tokens takes 60 ns for each
    return chain.from_iterable(_TOKEN.findall(rows, *block) for block in _blocks(rows))


def _blocks(rows: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(rows):
        end = rows.find("</row>", start + _BLOCK)
        end = len(rows) if end < 0 else end + 6
        yield start, end
        start = end


def _columns(head: str) -> set[tuple[int, int]] | None:
    found = _COLUMN.findall(head)
    if len(found) != head.count("<col") - head.count("<cols"):
        return None
    hidden = set()
    for attrs in found:
        if ' hidden="' in attrs and _HIDDEN.search(attrs):
            facts = dict(_ATTRIBUTE.findall(attrs))
            first, last = facts.get("min", ""), facts.get("max", "")
            if not (first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6):
                return None
            if max(1, int(first)) <= min(MAX_COL, int(last)):
                hidden.add((max(1, int(first)), min(MAX_COL, int(last))))
    return hidden


def _merges(tail: str) -> list[Area] | None:
    found = _MERGE.findall(tail)
    if len(found) != tail.count("<mergeCell") - tail.count("<mergeCells"):
        return None
    merges = []
    for left_letters, top_digits, right_letters, bottom_digits in found:
        top, left = int(top_digits), column_number(left_letters)
        bottom, right = (int(bottom_digits), column_number(right_letters)) if right_letters else (top, left)
        if top > bottom:
            top, bottom = bottom, top
        if left > right:
            left, right = right, left
        if top >= 1 and bottom <= MAX_ROW and right <= MAX_COL:
            merges.append(Area(top, left, bottom, right))
    return merges
