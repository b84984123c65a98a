"""The value of one cell of an OpenDocument spreadsheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from batch.model.book import Cell, Kind
from batch.workbook.legacy.csv import ERRORS
from batch.workbook.read.cells import CellContext, is_number, make_cell

if TYPE_CHECKING:
    from batch.workbook.package.xml_walk import Attrs

_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
#: attributes with which LibreOffice tells errors from texts
_EXTENSIONS: Final = (
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type",
    "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0 value-type",
)
_CALC_ERROR = re.compile(r"(?:Err|错误):[0-9]{3}")
_DURATION = re.compile(r"(-?)P(?:([0-9]+)D)?T?(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?")


def stored_cell(
    context: CellContext, row: int, col: int, attrs: Attrs, lines: list[str], formula: str | None
) -> Cell | None:
    """A cell from the attributes of its element, its paragraphs and its formula; None for a blank one.

    The context holds the number format under "".
    """
    kind = attrs.get(f"{_OFFICE}value-type", "")
    shown = "\n".join(lines)
    code = context.formats[""]
    is_error = any(attrs.get(name) == "error" for name in _EXTENSIONS)
    if is_error or (formula is not None and (shown in ERRORS or _CALC_ERROR.fullmatch(shown))):
        return Cell(row, col, Kind.ERROR, shown or "#N/A", code, formula)
    if kind == "boolean" or (kind == "float" and formula is not None and shown in ("TRUE", "FALSE")):
        # LibreOffice stores calculated truth values as 1 and 0
        truth = attrs.get(f"{_OFFICE}boolean-value", shown).upper()
        return Cell(row, col, Kind.BOOL, "TRUE" if truth == "TRUE" else "FALSE", code, formula)
    if kind in ("float", "percentage", "currency"):
        raw = attrs.get(f"{_OFFICE}value", "").strip()
        return Cell(row, col, Kind.NUMBER if is_number(raw) else Kind.TEXT, raw or shown, code, formula)
    if kind == "date":
        return make_cell(context, (row, col), "d", "", attrs.get(f"{_OFFICE}date-value", shown), formula)
    if kind == "time":
        days = _days(attrs.get(f"{_OFFICE}time-value", ""))
        return Cell(row, col, Kind.NUMBER if days else Kind.TEXT, days or shown, code, formula)
    if not kind and not lines:
        return None if formula is None else Cell(row, col, Kind.UNCACHED, "", code, formula)
    text = attrs.get(f"{_OFFICE}string-value", shown)
    context.budget.check_text(len(text))
    return Cell(row, col, Kind.TEXT, text, code, formula) if text or formula is not None else None


def _days(duration: str) -> str:
    """A duration such as PT12H30M00S in days, as a workbook stores it; "" when invalid."""
    found = _DURATION.fullmatch(duration[:100])
    if not found or not any(found.groups()[1:]):
        return ""
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    total = days + (hours * 3600 + minutes * 60 + seconds) / 86_400
    return f"{found[1]}{total:.15g}"
