"""The values formulas calculate with (numbers, texts, truth values, errors), and Excel's conversions among
them.

Files store doubles; Excel shows and compares 15 digits of them. Here numbers are decimals of 34 digits while
formulas are evaluated, and 15 digits wherever Excel rounds: in comparisons, in ROUND, as text and as the
result. So 0.1+0.2 is 0.3 and 1/3*3 is 1, as in Excel. Where it is not certain what Excel does (dates typed as
text, the order of Chinese texts), `Unsupported` is raised and the cell stays without a result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Final

#: no traps: what overflows becomes infinite, and `checked` makes the error value of it
EXACT: Final = Context(prec=34, traps=[])
_FIFTEEN: Final = Context(prec=15, rounding=ROUND_HALF_UP, traps=[])

_LARGEST: Final = Decimal("1.7976931348623158E+308")
#: doubles end there; smaller is 0
_SMALLEST: Final = -307
#: a sum this many digits below its largest term is what rounding left of 0
_NOISE: Final = 14
#: rounding to more digits than a double has places changes nothing
_MAX_PLACES: Final = 330
#: characters a cell holds
_MAX_TEXT: Final = 32_767

_NUMBER = re.compile(
    r"""
    [ ]*+
    ([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})++(?:\.[0-9]*+)?|[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][-+]?[0-9]{1,3})?)
    [ ]*+(%?)[ ]*+
    """,
    re.VERBOSE,
)
_DIGIT = re.compile(r"\d")

ERRORS: Final = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


@dataclass(frozen=True, slots=True)
class Error:
    """An error value as it stands in a cell, "#DIV/0!" and the like."""

    code: str


#: what a cell can hold and a formula result in
Value = Decimal | str | bool | Error
#: None is a blank cell: 0 in arithmetic, "" in texts
Operand = Decimal | str | bool | None


class Fault(Exception):  # noqa: N818 - Excel's word is "error value"; for it this is how it travels
    """Raised for an error value, where Excel propagates it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.error = Error(code)


class Unsupported(Exception):  # noqa: N818 - it names the state of a formula
    """A formula that is not worked out here. The text says why, for developers."""


def as_number(value: Operand) -> Decimal:
    """A value converted to a number for arithmetic. Raises Fault #VALUE! for words, Unsupported for
    "1月6日"."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    if value is None:
        return Decimal(0)
    found = _NUMBER.fullmatch(value)
    if found:
        number = _FIFTEEN.create_decimal(found[1].replace(",", ""))
        if number.copy_abs() > _LARGEST:
            raise Unsupported("a number too large")
        return number.scaleb(-2) if found[2] else number
    if _DIGIT.search(value):
        raise Unsupported("a text that may be a date or an amount")
    raise Fault("#VALUE!")


def as_text(value: Operand) -> str:
    """A value converted to text for `&`. Raises Unsupported for numbers Excel may write with an exponent."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if value is None or isinstance(value, str):
        return value or ""
    number = fifteen(value)
    if number and not -5 < number.adjusted() < 15:
        raise Unsupported("a number too large or small to be sure of its text")
    return raw_of(number)


def as_truth(value: Operand) -> bool:
    """A value converted to a condition. Raises Fault #VALUE! for words but TRUE and FALSE, Unsupported for
    "5"."""
    if isinstance(value, str):
        if value.upper() not in ("TRUE", "FALSE"):
            as_number(value)
            raise Unsupported("a number typed as text as a condition")
        return value.upper() == "TRUE"
    return bool(value)


def raw_of(number: Decimal) -> str:
    """The 15 digits of a number as a file stores them."""
    number = fifteen(number)
    if not number:
        return "0"
    return f"{number:f}" if -10 < number.adjusted() < 21 else f"{number:E}"


def fifteen(number: Decimal) -> Decimal:
    """A number as Excel shows it: 15 digits, no trailing zeros."""
    return number.normalize(_FIFTEEN)


def stored_number(raw: str) -> Decimal:
    """The number behind the digits of a file.

    Excel writes 17 digits, 0.28000000000000003 for 0.28; the shortest digits of the same double are meant.
    """
    return Decimal(repr(float(raw)))


def checked(number: Decimal) -> Decimal:
    """A number within Excel's range. Raises Fault #NUM! for larger ones; smaller ones become 0."""
    if not number.is_finite() or number.copy_abs() > _LARGEST:
        raise Fault("#NUM!")
    return number if number.adjusted() >= _SMALLEST else Decimal(0)


def joined(first: str, second: str) -> str:
    """Two texts concatenated. Raises Fault #VALUE! for more than a cell holds."""
    if len(first) + len(second) > _MAX_TEXT:
        raise Fault("#VALUE!")
    return first + second


def added(numbers: list[Decimal]) -> Decimal:
    """The sum, 0 where only rounding noise is left, as in Excel for 1.1-1-0.1."""
    total = largest = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
        if number.copy_abs() > largest:
            largest = number.copy_abs()
    if total and total.adjusted() < largest.adjusted() - _NOISE:
        return Decimal(0)
    return checked(total)


def divided(number: Decimal, by: Decimal) -> Decimal:
    """The quotient. Raises Fault #DIV/0!."""
    if not by:
        raise Fault("#DIV/0!")
    return checked(EXACT.divide(number, by))


def multiplied(numbers: list[Decimal]) -> Decimal:
    """The product; 1 of none."""
    product = Decimal(1)
    for number in numbers:
        product = checked(EXACT.multiply(product, number))
    return product


def raised(base: Decimal, exponent: Decimal) -> Decimal:
    """A power. Raises Fault #NUM! for 0^0, #DIV/0! for 0^-1, Unsupported for roots of negative numbers."""
    if not base and exponent <= 0:
        raise Fault("#DIV/0!" if exponent else "#NUM!")
    if base < 0 and exponent != EXACT.to_integral_value(exponent):
        raise Unsupported("a root of a negative number")
    return checked(EXACT.power(base, exponent))


def rounded(number: Decimal, places: Decimal, rounding: str) -> Decimal:
    """A number rounded to places after (negative: before) the point, as its 15 digits show it."""
    number = fifteen(number)
    exponent = number.as_tuple().exponent
    wanted = -int(max(min(places.to_integral_value(ROUND_DOWN), Decimal(_MAX_PLACES)), Decimal(-_MAX_PLACES)))
    if not isinstance(exponent, int) or exponent >= wanted:
        return number
    return checked(number.quantize(Decimal(1).scaleb(wanted), rounding, EXACT))


def compare_values(first: Operand, second: Operand) -> int | None:
    """-1, 0 or 1; None for two different texts, whose order depends on the machine's language.

    Numbers sort before texts, texts before truth values; a blank cell equals 0, "" and FALSE.
    """
    if first is None:
        first = _blank_like(second)
    if second is None:
        second = _blank_like(first)
    ranks = _rank(first), _rank(second)
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if isinstance(first, str) and isinstance(second, str):
        return 0 if first.lower() == second.lower() else None
    left, right = fifteen(as_number(first)), fifteen(as_number(second))
    return (left > right) - (left < right)


def _blank_like(other: Operand) -> Decimal | str | bool:
    if isinstance(other, bool):
        return False
    return "" if isinstance(other, str) else Decimal(0)


def _rank(value: Operand) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0
