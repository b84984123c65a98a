"""The value of a stored cell, the same for the fast and the slow reader."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from batch.model.book import PICTURE, Area, Cell, Kind, Span
from batch.workbook.read.format_code import is_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from batch.model.limits import Budget

_NUMBER = re.compile(r"[-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]+)?")
#: functions whose result is a picture: WPS's, and Excel 365's
_PICTURES = re.compile(r"(?:_xlfn\.|_xlws\.)*(?:DISPIMG|IMAGE)\(", re.IGNORECASE)
#: what WPS's leaves behind as text
_LEFT_BEHIND = re.compile(r'=(?:_xlfn\.)?DISPIMG\("[^"]*", *\d+\)')
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: what XML cannot hold, and so no output of ours
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CellContext:
    """What cells refer to elsewhere in the workbook: shared strings, number formats."""

    #: shared strings by their index in digits, as cells state it
    strings: dict[str, str]
    #: number format codes by style index in digits; "" stands for cells without a style
    formats: dict[str, str]
    date1904: bool
    budget: Budget
    #: whether rich values, which newer Excel keeps beside #VALUE!, are errors and no pictures
    rich_errors: bool = False


class Contents(NamedTuple):
    """Everything found on one sheet."""

    cells: dict[tuple[int, int], Cell]
    merges: tuple[Area, ...]
    hidden_rows: AbstractSet[int]
    hidden_cols: AbstractSet[tuple[int, int]]


def make_cell(
    context: CellContext,
    place: tuple[int, int],
    kind: str,
    style: str,
    text: str | None,
    formula: str | None,
) -> Cell | None:
    """A cell from its place (row, column), its t and s attributes, the text of v or is (None when there is
    neither) and its formula.

    None for a blank cell. A value that does not fit its type costs only this cell: a broken number is kept as
    text, an index of a missing shared string as an error that names the index.
    """
    row, col = place
    format_code = context.formats.get(style, "General")
    if formula is not None and _PICTURES.match(formula):
        return Cell(row, col, Kind.TEXT, PICTURE, format_code)
    if text is None or (not text.strip() and kind not in ("str", "inlineStr")):
        return None if formula is None else Cell(row, col, Kind.UNCACHED, "", format_code, formula)
    if kind in ("str", "inlineStr"):
        meaning, raw = Kind.TEXT, unescaped(text)
    elif kind == "s":
        index = text.strip()
        shared = context.strings.get(index.lstrip("0") or "0")
        meaning, raw = (Kind.ERROR, index) if shared is None else (Kind.TEXT, shared)
    elif kind == "b":
        meaning, raw = Kind.BOOL, "FALSE" if text.strip() in ("0", "false") else "TRUE"
    elif kind == "e":
        meaning, raw = Kind.ERROR, text.strip()
    elif kind == "d":
        meaning, raw = _date(text.strip(), context.date1904)
        if meaning is Kind.NUMBER and not is_date(format_code):
            format_code = "yyyy-mm-dd"
    else:
        raw = text.strip()
        meaning = Kind.NUMBER if is_number(raw) else Kind.TEXT
    if not raw and formula is None:
        return None
    return Cell(row, col, meaning, raw, format_code, formula)


def without_pictures(text: str) -> str:
    """A text; `PICTURE` where it is what a picture in a cell leaves behind."""
    return PICTURE if _LEFT_BEHIND.fullmatch(text) else text


def is_number(text: str) -> bool:
    """Whether a text is a number a spreadsheet can hold: plain digits, within the range of a double."""
    return bool(_NUMBER.fullmatch(text)) and math.isfinite(float(text))


def unescaped(text: str) -> str:
    """A stored text with _x000D_ and the like resolved (ECMA-376 part 1, 22.9.2.19).

    Escapes of control characters are left out: Excel shows nothing of them, and no output can hold them.
    """
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(_character, text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _character(match: re.Match[str]) -> str:
    sign = chr(int(match[1], 16))
    return "" if _FORBIDDEN.match(sign) else sign


def _date(text: str, date1904: bool) -> tuple[Kind, str]:
    """An ISO 8601 date (t="d", strict files) as the serial number other files store."""
    try:
        moment = datetime.fromisoformat(text if "-" in text else f"1899-12-31T{text.lstrip('T')}")
    except ValueError:
        return Kind.TEXT, text
    # a workbook knows no time zones
    passed = moment.replace(tzinfo=None) - datetime(1899, 12, 31)  # noqa: DTZ001
    if date1904 and "-" in text:
        passed -= timedelta(days=1461)
    elif passed.days >= 60:
        passed += timedelta(days=1)  # Excel counts a 29 February 1900
    seconds = passed.seconds + passed.microseconds / 1_000_000
    return Kind.NUMBER, f"{passed.days + seconds / 86_400:.15g}"


def spans(pairs: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Runs of rows or columns, joined where they touch or overlap, in order."""
    joined: list[Span] = []
    for first, last in sorted(pairs):
        if joined and first <= joined[-1].last + 1:
            joined[-1] = Span(joined[-1].first, max(joined[-1].last, last))
        else:
            joined.append(Span(first, last))
    return tuple(joined)
