"""The worksheet functions that take any number of arguments, and those of one value.

Excel treats literals unlike references: SUM("5",TRUE) is 6, but texts and truth values in a range are
ignored. An `Argument` says which of the two it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Final, NamedTuple

from batch.model.book import Cell, Kind
from batch.workbook.formulas.formula_values import (
    Error,
    Fault,
    Operand,
    Unsupported,
    Value,
    added,
    as_number,
    as_text,
    as_truth,
    divided,
    multiplied,
    raw_of,
    rounded,
)
from batch.workbook.read.display import display_text

#: the formats TEXT is worked out for: 0, 0.00, #,##0.00, 0%, 0.00%
_TEXT_FORMAT = re.compile(r"(?:#,##)?0(?:\.0{1,15})?%?")


class Argument(NamedTuple):
    """One argument: a value, or the cells in a range that are not blank, in any order."""

    referred: bool
    values: list[Value]


def _numbers(arguments: Iterable[Argument]) -> Iterator[Decimal]:
    """The numbers in arguments. Raises Fault for the first error value."""
    for argument in arguments:
        _pass_errors_on(argument.values)
        for value in argument.values:
            if isinstance(value, Decimal):
                yield value
            elif not argument.referred and not isinstance(value, Error):
                yield as_number(value)


def _pass_errors_on(values: Iterable[Value]) -> None:
    """Raise Fault for the error value among the values, Unsupported when it is uncertain which comes
    first."""
    codes = {value.code for value in values if isinstance(value, Error)}
    if len(codes) > 1:
        raise Unsupported("a range with different error values")
    for code in codes:
        raise Fault(code)


def _average(arguments: list[Argument]) -> Decimal:
    numbers = list(_numbers(arguments))
    return divided(added(numbers), Decimal(len(numbers)))


def _product(arguments: list[Argument]) -> Decimal:
    numbers = list(_numbers(arguments))
    return multiplied(numbers) if numbers else Decimal(0)


def _count(arguments: list[Argument]) -> Decimal:
    """COUNT: numbers; of what is written into the function also texts that are numbers, and truth values."""
    count = 0
    for argument in arguments:
        for value in argument.values:
            if isinstance(value, Error):
                continue
            if argument.referred:
                count += isinstance(value, Decimal)
            else:
                try:
                    as_number(value)
                except Fault:
                    continue
                count += 1
    return Decimal(count)


def _count_all(arguments: list[Argument]) -> Decimal:
    return Decimal(sum(len(argument.values) for argument in arguments))


def _truths(arguments: list[Argument]) -> list[bool]:
    truths = []
    for argument in arguments:
        _pass_errors_on(argument.values)
        truths += [
            as_truth(value)
            for value in argument.values
            if not isinstance(value, Error) and not (argument.referred and isinstance(value, str))
        ]
    if not truths:
        raise Fault("#VALUE!")
    return truths


AGGREGATES: Final[dict[str, Callable[[list[Argument]], Value]]] = {
    "AND": lambda arguments: all(_truths(arguments)),
    "AVERAGE": _average,
    "COUNT": _count,
    "COUNTA": _count_all,
    "MAX": lambda arguments: max(_numbers(arguments), default=Decimal(0)),
    "MIN": lambda arguments: min(_numbers(arguments), default=Decimal(0)),
    "OR": lambda arguments: any(_truths(arguments)),
    "PRODUCT": _product,
    "SUM": lambda arguments: added(list(_numbers(arguments))),
}


def _text(value: Operand, pattern: str) -> str:
    """TEXT with the formats of amounts and rates. Raises Unsupported for all others."""
    if not _TEXT_FORMAT.fullmatch(pattern):
        raise Unsupported("TEXT with such a format")
    if isinstance(value, bool):
        return as_text(value)
    if isinstance(value, str):
        try:
            value = as_number(value)
        except Fault:
            return as_text(value)
    return display_text(Cell(1, 1, Kind.NUMBER, raw_of(as_number(value)), pattern))


#: functions that take the values of all their arguments, error values passing through
PLAIN: Final[dict[str, Callable[[list[Operand]], Value]]] = {
    "ABS": lambda values: as_number(values[0]).copy_abs(),
    "INT": lambda values: rounded(as_number(values[0]), Decimal(0), ROUND_FLOOR),
    # texts and blanks count as 0, whatever number they spell
    "N": lambda values: as_number(values[0]) if isinstance(values[0], (Decimal, bool)) else Decimal(0),
    "NOT": lambda values: not as_truth(values[0]),
    "ROUND": lambda values: rounded(as_number(values[0]), as_number(values[1]), ROUND_HALF_UP),
    "ROUNDDOWN": lambda values: rounded(as_number(values[0]), as_number(values[1]), ROUND_DOWN),
    "ROUNDUP": lambda values: rounded(as_number(values[0]), as_number(values[1]), ROUND_UP),
    "TEXT": lambda values: _text(values[0], as_text(values[1])),
}


#: a condition that a text is some word; wildcards, numbers and orders are not worked out
_CONDITION = re.compile(r"(?P<sign>=|<>)?+(?P<word>[^*?~<>=]*+)")


def condition(value: Operand) -> Callable[[Value | None], bool]:
    """A condition of COUNTIFS and SUMIFS: that a cell says a word, or does not, or is not blank.

    Raises Unsupported for any other.
    """
    found = _CONDITION.fullmatch(value) if isinstance(value, str) else None
    if found is None or re.search(r"\d", found["word"]) or not (found["word"] or found["sign"] == "<>"):
        raise Unsupported("a condition that is no word")
    word, is_other = found["word"].lower(), found["sign"] == "<>"
    if not word:
        return _is_something
    return lambda cell: (isinstance(cell, str) and cell.lower() == word) is not is_other


def _is_something(cell: Value | None) -> bool:
    if cell == "":
        raise Unsupported("whether an empty text is blank")
    return cell is not None


def sum_of_products(ranges: list[dict[tuple[int, int], Value]]) -> Decimal:
    """SUMPRODUCT of ranges of one shape: values by their place in the range.

    Blanks, texts and truth values count as 0. Raises Fault for the first error value in any of them.
    """
    for values in ranges:
        _pass_errors_on(values.values())
    products = []
    for place in ranges[0]:
        factors = [values.get(place) for values in ranges]
        numbers = [factor for factor in factors if isinstance(factor, Decimal)]
        if len(numbers) == len(factors):
            products.append(multiplied(numbers))
    return added(products)
