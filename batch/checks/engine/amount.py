"""Arithmetic on filled-in numbers that never forgets where they came from.

An Amount carries its unit, its printed precision, the values it was made of and its arithmetic as text
("13÷15"); a Missing carries the reason why there is no number. Money in 元 and 万元 meets in 万元.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from batch.forms.read.cell_value import MONEY_UNITS
from batch.forms.read.days import DAY
from batch.forms.spec.labels import remembered
from batch.model.form import FILLED, PLACEHOLDER, State, Value
from batch.model.record import record

#: factor to 万元
MONEY = MONEY_UNITS
_CENT = Decimal("0.01")
_ZERO = Decimal(0)
#: kinds of values that are numbers
_NUMBERS = frozenset({"number", "percent", "tick", "day"})

_REASONS = {
    State.BLANK: "未填写",
    State.PLACEHOLDER: "填的是“无”一类的占位符",
    State.ERROR: "是公式错误值",
    State.UNCACHED: "是未保存结果的公式",
    State.UNREADABLE: "不是数字",
}


@record(frozen=True, slots=True)
class Amount:
    """A number with its history."""

    value: Decimal
    unit: str = ""
    #: decimals as printed; for percentages those of the percent text
    places: int = 0
    sources: tuple[Value, ...] = ()
    #: the arithmetic in numbers
    text: str = ""
    #: whether `text` must stand in brackets inside a product
    compound: bool = False


@record(frozen=True, slots=True)
class Missing:
    """No number, and why."""

    reason: str
    #: nothing was typed at all: sums pass over it
    blank: bool = False
    sources: tuple[Value, ...] = ()


Result = Amount | Missing


def number_of(value: Value) -> Decimal | None:
    """The number of the amount a field holds, None where `of_value` says that it holds none."""
    if value.state is not FILLED:
        return _ZERO if value.state is PLACEHOLDER else None
    return None if value.op or value.upper is not None or value.kind not in _NUMBERS else value.number


def of_value(value: Value, name: str) -> Result:
    """The amount a field holds. A placeholder counts as 0; a bound or range is no exact number."""
    if value.state is PLACEHOLDER:
        return Amount(_ZERO, value.unit, 0, (value,), nothing_of(value.unit))
    if value.state is not FILLED:
        return Missing(f"“{name}”{_REASONS[value.state]}", value.state is State.BLANK, (value,))
    if value.number is None or value.kind not in _NUMBERS:
        return Missing(f"“{name}”填的“{value.raw.strip()}”不是数字", sources=(value,))
    if value.op or value.upper is not None:
        return Missing(f"“{name}”填的“{value.raw.strip()}”是范围，不是确切数", sources=(value,))
    return Amount(value.number, value.unit, value.places, (value,), as_told(value))


def as_filled(value: Value) -> str:
    """The value as its unit wrote it, on one line; a weight read from a label is its number."""
    if value.notes and value.number is not None:
        if "in-label" in value.notes:
            return f"{value.number.normalize():f}"
        if "percent-format" in value.notes:
            # what the format prints is another number than everything is worked out with
            return f"{value.number:f}"
    if value.kind == "number" and not value.places and value.number is not None and value.number % 1:
        # a format may hide what is behind the point, and then the arithmetic looks wrong
        return f"{value.number.normalize():f}"
    return _one_line(value.said)


# a dozen checks ask the same value
@remembered
def _one_line(text: str) -> str:
    return " ".join(text.split()) or "空"


def as_told(value: Value) -> str:
    """The value in a sentence: a sum of money as `told_sum` prints it, anything else as its unit wrote it."""
    if value.unit not in MONEY or value.number is None or value.op or value.upper is not None:
        return as_filled(value)
    return told_sum(round_half_up(value.number, value.places) if value.places else value.number)


# the same sums stand in many cells
@lru_cache(maxsize=4096)
def told_sum(number: Decimal) -> str:
    """A sum of money with thousands separators and two decimals; more where it has more."""
    rounded = round_half_up(number, 2)
    return f"{rounded if rounded == number else number.normalize():,f}"


def nothing_of(unit: str) -> str:
    """A nought in arithmetic, printed like the other numbers of its unit."""
    return told_sum(Decimal(0)) if unit in MONEY else "0"


def literal(number: Decimal) -> Amount:
    """A number written in the rule itself."""
    return Amount(number, "", 0, (), f"{number.normalize():f}")


def add(left: Result, right: Result, sign: int = 1) -> Result:
    """left + right, or left − right with sign −1. In a sum blanks are passed over, if something is there."""
    if isinstance(left, Missing):
        if isinstance(right, Missing):
            if left.blank and right.blank:
                return Missing(left.reason, True, left.sources + right.sources)
            return left if not left.blank else right
        return right if left.blank and sign > 0 else left
    if isinstance(right, Missing):
        return left if right.blank and sign > 0 else right
    a, b, unit = same_unit(left, right)
    operator = "+" if sign > 0 else "−"
    tail = f"({right.text})" if sign < 0 and right.compound else right.text
    return Amount(
        a + b if sign > 0 else a - b,
        unit,
        max(left.places, right.places),
        left.sources + right.sources,
        f"{left.text}{operator}{tail}",
        compound=True,
    )


def add_up(parts: Sequence[Result], of: str) -> Result:
    """The sum of amounts, as `add` adds two of them; `of`: what there is none of where all are blank."""
    broken = next((part for part in parts if isinstance(part, Missing) and not part.blank), None)
    if broken is not None:
        return broken
    amounts = [part for part in parts if isinstance(part, Amount)]
    if len(amounts) < 2:
        blanks = tuple(value for part in parts for value in part.sources)
        return amounts[0] if amounts else Missing(of, True, blanks)
    value, unit = amounts[0].value, amounts[0].unit
    for part in amounts[1:]:
        if part.unit == unit:
            value += part.value
        else:
            left, right, unit = same_unit(Amount(value, unit), part)
            value = left + right
    return Amount(
        value,
        unit,
        max([part.places for part in amounts]),
        tuple([source for part in amounts for source in part.sources]),
        "+".join([part.text for part in amounts]),
        compound=True,
    )


def multiply(left: Result, right: Result) -> Result:
    """left × right; a percentage times a unit keeps the unit, and so many times a sum of money is money."""
    if isinstance(left, Missing):
        return left
    if isinstance(right, Missing):
        return right
    of_right = left.unit in ("%", "") or (right.unit in MONEY and left.unit not in MONEY)
    unit = right.unit if of_right else left.unit
    return Amount(
        left.value * right.value,
        unit,
        2,
        left.sources + right.sources,
        f"{_bracketed(left)}×{_bracketed(right)}",
    )


def divide(left: Result, right: Result) -> Result:
    """left ÷ right: money by a number is money, anything else a rate."""
    if isinstance(left, Missing):
        return left
    if isinstance(right, Missing):
        return right
    a, b, _ = same_unit(left, right)
    if b == 0:
        return Missing(f"除数{right.text}为0，无法计算", sources=right.sources)
    over, under = _bracketed(left), _bracketed(right)
    if left.unit != right.unit and left.unit in MONEY and right.unit in MONEY:
        # 3,567,000.00÷356.70 alone would not read as 100 %
        over, under = f"{over}{left.unit}", f"{under}{right.unit}"
    unit = left.unit if left.unit in MONEY and right.unit not in MONEY else "%"
    return Amount(a / b, unit, 2, left.sources + right.sources, f"{over}÷{under}")


def same_unit(left: Amount, right: Amount) -> tuple[Decimal, Decimal, str]:
    """Both numbers in one unit. 元 meets 万元 in 万元; other units are taken as they are."""
    if left.unit != right.unit and left.unit in MONEY and right.unit in MONEY:
        return left.value * MONEY[left.unit], right.value * MONEY[right.unit], "万元"
    return left.value, right.value, left.unit or right.unit


def in_wan(number: Amount, beside: Amount) -> Amount:
    """A number written in a rule, as money where it stands beside money of another unit than 万元."""
    if number.unit or number.sources or not number.value or beside.unit not in MONEY or beside.unit == "万元":
        return number
    return Amount(number.value, "万元", number.places, (), f"{number.text}万元")


#: sums of whatever a form can hold have fewer digits
_WIDE = Context(prec=99)


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round as people do: 0.005 → 0.01."""
    step = _CENT if places == 2 else Decimal(1).scaleb(-places)
    return value.quantize(step, rounding=ROUND_HALF_UP, context=_WIDE)


def _bracketed(amount: Amount) -> str:
    return f"({amount.text})" if amount.compound else amount.text


# differences are mostly nothing, points a few numbers: seven of ten were shown in the same unit before
@lru_cache(maxsize=4096)
def show(value: Decimal, unit: str, *, signed: bool = False) -> str:
    """A number in a message: percentages and money with two decimals, the rest without idle zeros."""
    rounded = round_half_up(value * 100 if unit == "%" else value, 2)
    # nothing has no sign, and a trace of something is nothing in print
    rounded = rounded or abs(rounded)
    plus = "+" if signed and rounded > 0 else ""
    if unit == "%":
        return f"{plus}{rounded:,}%"
    if unit in MONEY:
        return f"{plus}{rounded:,}"
    return f"{plus}{rounded.normalize():f}"


def show_amount(result: Result) -> str:
    """An amount as text: as told when it is one value, computed otherwise."""
    if isinstance(result, Missing):
        return "空" if result.blank else "—"
    if len(result.sources) == 1 and not result.compound and "×" not in result.text and "÷" not in result.text:
        return result.text
    if result.unit == DAY and not result.compound:
        return result.text
    return show(result.value, result.unit)
