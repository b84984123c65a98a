"""Convert one cell to a value of the type its field expects; the typed text is kept."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from batch.forms.read.days import DAY, day_number, day_of_serial, parse_day
from batch.forms.read.quantities import fits
from batch.forms.read.values import Parsed, debris, parse_number, parse_percent, parse_tick, parse_value
from batch.forms.spec.labels import REMEMBERED, heading_weight, squeeze
from batch.model.book import ERROR, NUMBER, TEXT, UNCACHED, Cell
from batch.model.form import BLANK, FILLED, State, Value
from batch.workbook.read.display import display_text, printed

MONEY_UNITS = {
    "元": Decimal("0.0001"),
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "亿元": Decimal(10000),
}
#: a rate typed as a bare number above this is meant in percent: 86.67 is 86.67 %, not 8667 %
BARE_PERCENT = Decimal("1.5")

_PARSERS = {
    "money": parse_number,
    "count": parse_number,
    "number": parse_number,
    "score": parse_number,
    "tick": parse_tick,
    "date": parse_day,
}
#: what binary arithmetic leaves of 0.3-0.1-0.2 is less, and so is no sum in any unit of money
_TRACE = Decimal("1e-9")
#: a number as most formats print it
_EVERYDAY = re.compile(r"-?([\d,]*+(?:\.\d*+)?)")
_QUANTITIES = ("money", "count", "number", "score")
#: typed as they are
_TEXTS = ("text", "choice")
_UNITS = {"count": "人", "score": "分", "percent": "%"}


def read_value(cell: Cell | None, kind: str, sheet: str, ref: str, money_unit: str = "万元") -> Value:
    """Read a cell as `kind`, see batch.forms.spec.keys.FieldType.

    `ref` is its address, and the one to name when there is none. Numbers keep the unit they were given in;
    percentages are fractions. Text where a number is wanted ends as UNREADABLE, never as a guess.
    """
    # a unit has hundreds of values: given in order here and below, since by name each takes twice as long
    if cell is None:
        return Value(BLANK, "", None, 0, "", "", None, "", (), sheet, ref)
    _, _, stored, raw, code, formula = cell
    if stored is TEXT:
        said = _from_text(raw, kind, money_unit)
    elif stored is NUMBER and kind not in _TEXTS:
        said = _from_number(raw, code, kind, money_unit)
    elif stored is ERROR:
        said = _nothing(State.ERROR, raw)
    elif stored is UNCACHED:
        said = _nothing(State.UNCACHED, "")
    else:
        said = _from_text(display_text(cell), kind, money_unit)
    value = Value(*said, sheet, ref, formula)
    # the file held no result: the unit is told that we worked it out (F017)
    return replace(value, notes=(*value.notes, "recalculated")) if formula and cell.recalculated else value


#: what a value says, wherever it stands: its attributes from `state` to `notes`
_Said = tuple[State, str, Decimal | None, int, str, str, Decimal | None, str, tuple[str, ...]]


def _nothing(state: State, raw: str) -> _Said:
    return state, raw, None, 0, "", "", None, "", ()


# the same numbers stand in many cells
@lru_cache(maxsize=8192)
def _from_number(stored: str, format_code: str, kind: str, money_unit: str) -> _Said:
    raw, exact, places, dated, in_percent = printed(stored, format_code)
    if not fits(exact):
        # a format shows a trace as 0
        raw = printed(stored, "General").text
        return State.UNREADABLE, raw, None, 0, "", "", None, "text", ("out-of-range",)
    if not raw.strip():
        # what a format does not show, nothing or all, is filled in as much as what it shows
        raw, exact, places, dated, in_percent = printed(stored, "General")
    if kind == "date":
        day = day_of_serial(exact) if dated else day_number(raw)
        if day is None:
            return State.UNREADABLE, raw, None, 0, DAY, "", None, "text", ()
        return FILLED, raw, day, 0, DAY, "", None, "day", ()
    if dated:
        state = FILLED if kind == "value" else State.UNREADABLE
        return state, raw, None, 0, "", "", None, "date", ("date",)
    notes: tuple[str, ...] = ()
    unit = money_unit if kind == "money" else _UNITS.get(kind, "")
    if kind in _QUANTITIES:
        if in_percent and kind == "score" and abs(exact) <= 1:
            # 15 % of all points are 15 of 100
            exact, places = exact.scaleb(2), max(places, 0)
        elif in_percent:
            # nobody means a sum or a count in per cent
            notes, places = ("percent-format",), printed(stored, "General").places
        elif not _shows(exact, raw, kind, money_unit):
            told = f"{raw.strip()}（实际存的是{exact:f}）"
            return State.UNREADABLE, told, None, 0, unit, "", None, "text", ("scaled-format",)
        exact = _without_traces(exact)
    elif in_percent:
        unit = "%"
    elif kind == "percent":
        exact, places, notes = _bare_percent(exact, places)
    return FILLED, raw, exact, places, unit, "", None, "percent" if unit == "%" else "number", notes


def _without_traces(exact: Decimal) -> Decimal:
    """The number a sum came to, without what its arithmetic added: 10.0000000000001 is 10."""
    if exact % _TRACE == 0:
        return exact
    whole = exact.quantize(_TRACE)
    return whole.quantize(Decimal(1)) if whole % 1 == 0 else whole.normalize()


def _shows(exact: Decimal, text: str, kind: str, money_unit: str) -> bool:
    """Whether the stored number of an amount or count is the one its format displays.

    It is not where the format adds thousands or decimals of its own, or another unit of money: then either
    number may be meant.
    """
    everyday = _EVERYDAY.fullmatch(text)
    if everyday:
        digits = everyday[1].replace(",", "")
        seen, decimals, unit = Decimal(digits if digits.strip(".") else 0), len(digits.partition(".")[2]), ""
    else:
        read = _PARSERS[kind](text)
        if read.kind != "number" or read.number is None:
            return True
        seen, decimals = abs(read.number), read.places
        unit = "" if "currency-sign" in read.notes else read.unit
    own = MONEY_UNITS[money_unit]
    factor = MONEY_UNITS.get(unit, own) if kind == "money" else own
    # a format rounds
    return abs(seen * factor - abs(exact) * own) <= Decimal(1).scaleb(-decimals) * factor


def _bare_percent(value: Decimal, places: int) -> tuple[Decimal, int, tuple[str, ...]]:
    """A rate without a percent sign: (fraction, decimals of the percentage, notes)."""
    if abs(value) > BARE_PERCENT:
        return value / 100, places, ("percent-guessed",)
    return value, max(places - 2, 0), ()


def _from_text(raw: str, kind: str, money_unit: str) -> _Said:
    # a text that begins with an ideograph, as nearly all do, says something
    if not "\u4e00" <= raw[:1] <= "\u9fff" and not squeeze(raw.strip()[:REMEMBERED]):
        return _nothing(BLANK, raw)
    if kind in _TEXTS:
        return FILLED, raw, None, 0, "", "", None, "text", ("debris",) if debris(raw) else ()
    if kind == "value":
        parsed = parse_value(raw)
    elif kind == "percent" or (kind == "score" and raw.rstrip().endswith(("%", "％"))):
        parsed = parse_percent(raw)
    else:
        parsed = _PARSERS[kind](raw)
    value, places, notes = parsed.number, parsed.places, parsed.notes
    if kind in _QUANTITIES and parsed.kind == "number":
        notes = (*notes, "text-number") if "text-number" not in notes else notes
    unit = parsed.unit
    if kind == "score" and parsed.kind == "percent" and value is not None and not parsed.op:
        return FILLED, raw, value.scaleb(2), places, "分", "", None, "number", ("text-number", *notes)
    if kind == "percent" and parsed.kind == "number" and value is not None:
        value, places, extra = _bare_percent(value, places)
        unit, notes = "%", (*notes, *extra)
    elif kind == "money":
        own = parsed.unit in MONEY_UNITS and "currency-sign" not in notes
        unit = parsed.unit if own else money_unit
        notes = (*notes, "own-unit") if own and "own-unit" not in notes else notes
    elif kind in _UNITS and not unit:
        unit = _UNITS[kind]
    state = _state(parsed, kind)
    return state, raw, value, places, unit, parsed.op, parsed.upper, parsed.kind, notes


def _state(parsed: Parsed, kind: str) -> State:
    if parsed.kind == "blank":
        return BLANK
    if parsed.kind == "placeholder":
        return State.PLACEHOLDER
    if kind == "value" or parsed.number is not None or (kind == "date" and parsed.kind == "date"):
        return FILLED
    return State.UNREADABLE


def points_in_label(sheet: str, cell: Cell) -> Value:
    """The points that a heading carries as their value, blank where it carries none."""
    points = heading_weight(cell.raw)
    if points is None:
        return Value(State.BLANK, sheet=sheet, ref=cell.ref)
    raw, ref = cell.raw.strip(), cell.ref
    return Value(FILLED, raw, points, 0, "分", "", None, "number", ("in-label",), sheet, ref)
