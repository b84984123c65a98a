"""Turn one cell into a value of the type its field expects, keeping what was typed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from batch.forms.values import Parsed, debris, parse_number, parse_percent, parse_tick, parse_value
from batch.model.book import ERROR, NUMBER, UNCACHED, Cell
from batch.model.form import BLANK, FILLED, State, Value
from batch.workbook.shown import printed, shown

MONEY_UNITS = {"元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "亿元": Decimal(10000)}
#: a rate typed as a bare number above this is meant in percent: 86.67 is 86.67 %, not 8667 %
BARE_PERCENT = Decimal("1.5")

_PARSERS = {"money": parse_number, "count": parse_number, "score": parse_number, "tick": parse_tick}
_UNITS = {"count": "人", "score": "分", "percent": "%"}


def read_value(cell: Cell | None, kind: str, sheet: str, ref: str, money_unit: str = "万元") -> Value:
    """Read a cell as `kind` (text, money, count, percent, score, value or tick).

    `ref` is the address to name when the cell is blank. Numbers keep the unit they were given in;
    percentages are fractions. Text where a number is wanted ends as UNREADABLE, never as a guess.
    """
    # a unit has hundreds of values: given in order here and below, since by name each takes twice as long
    if cell is None:
        return Value(BLANK, "", None, 0, "", "", None, "", (), sheet, ref)
    value = _read(cell, kind, sheet, money_unit)
    # the file held no result: the unit is told that we worked it out (F017)
    return replace(value, notes=(*value.notes, "recalculated")) if cell.recalculated else value


def _read(cell: Cell, kind: str, sheet: str, money_unit: str) -> Value:
    if cell.kind is ERROR:
        return Value(State.ERROR, cell.raw, sheet=sheet, ref=cell.ref, formula=cell.formula)
    if cell.kind is UNCACHED:
        return Value(State.UNCACHED, sheet=sheet, ref=cell.ref, formula=cell.formula)
    if cell.kind is NUMBER and kind != "text":
        return _from_number(cell, kind, sheet, money_unit)
    raw = shown(cell)
    if not raw.strip():
        return Value(BLANK, raw, sheet=sheet, ref=cell.ref, formula=cell.formula)
    if kind == "text":
        notes = ("debris",) if debris(raw) else ()
        return Value(FILLED, raw, None, 0, "", "", None, "text", notes, sheet, cell.ref, cell.formula)
    return _from_text(cell, raw, kind, sheet, money_unit)


def _from_number(cell: Cell, kind: str, sheet: str, money_unit: str) -> Value:
    raw, exact, places, dated, in_percent = printed(cell)
    if not raw.strip():
        return Value(BLANK, raw, sheet=sheet, ref=cell.ref, formula=cell.formula)
    if dated:
        state = FILLED if kind == "value" else State.UNREADABLE
        return Value(
            state, raw, kind="date", notes=("date",), sheet=sheet, ref=cell.ref, formula=cell.formula
        )
    notes: tuple[str, ...] = ()
    unit = money_unit if kind == "money" else _UNITS.get(kind, "")
    if in_percent:
        unit = "%"
    elif kind == "percent":
        exact, places, notes = _bare_percent(exact, places)
    read = "percent" if unit == "%" else "number"
    return Value(FILLED, raw, exact, places, unit, "", None, read, notes, sheet, cell.ref, cell.formula)


def _bare_percent(value: Decimal, places: int) -> tuple[Decimal, int, tuple[str, ...]]:
    """A rate without a percent sign: (fraction, decimals of the percentage, notes)."""
    if abs(value) > BARE_PERCENT:
        return value / 100, places, ("percent-guessed",)
    return value, max(places - 2, 0), ()


def _from_text(cell: Cell, raw: str, kind: str, sheet: str, money_unit: str) -> Value:
    if kind == "value":
        parsed = parse_value(raw)
    elif kind == "percent":
        parsed = parse_percent(raw)
    else:
        parsed = _PARSERS[kind](raw)
    value, places, notes = parsed.number, parsed.places, parsed.notes
    if kind in ("money", "count", "score") and parsed.kind == "number":
        notes = (*notes, "text-number") if "text-number" not in notes else notes
    unit = parsed.unit
    if kind == "percent" and parsed.kind == "number" and value is not None:
        value, places, extra = _bare_percent(value, places)
        unit, notes = "%", (*notes, *extra)
    elif kind == "money":
        unit = parsed.unit if parsed.unit in MONEY_UNITS else money_unit
        notes = (*notes, "own-unit") if parsed.unit in MONEY_UNITS and "own-unit" not in notes else notes
    elif kind in _UNITS and not unit:
        unit = _UNITS[kind]
    return Value(
        _state(parsed, kind),
        raw,
        value,
        places,
        unit,
        parsed.op,
        parsed.upper,
        parsed.kind,
        notes,
        sheet,
        cell.ref,
        cell.formula,
    )


def _state(parsed: Parsed, kind: str) -> State:
    if parsed.kind == "blank":
        return BLANK
    if parsed.kind == "placeholder":
        return State.PLACEHOLDER
    if kind == "value" or parsed.number is not None:
        return FILLED
    return State.UNREADABLE
