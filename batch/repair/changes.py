"""What a cell is to hold once the rows are to come out: a number, or between which two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property

from batch.checks.engine.fields import Slot
from batch.model.form import State
from batch.repair.clusters import Setting
from batch.repair.linear import SCALE, Cell
from batch.repair.prices import is_rate
from batch.repair.problem import MovingPart, Problem
from batch.repair.slips import point_or_sign, slip
from batch.repair.sums import base_of, unit_of

#: decimals people type, by unit; points are typed with one at most
_PLACES = {"万元": 2, "百元": 2, "千元": 2, "元": 2, "亿元": 4, "人": 0, "分": 1}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell with what it should hold: a number, or one between two; neither: only the unit knows."""

    cell: Cell
    #: in the unit of the cell
    number: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    #: the slip of typing that explains it
    slip: str = ""
    #: number of the row whose tie gives the value once the other changes are made; -1 for none
    follows: int = -1

    @property
    def is_exact(self) -> bool:
        """Whether one value is known, or follows."""
        return self.number is not None or self.follows >= 0

    @property
    def is_bounded(self) -> bool:
        """Whether it is known to lie between two values, or on one side of one; above 0 says nothing."""
        return self.number is None and (bool(self.low) or self.high is not None)


class Ranges:
    """Between which values the cells of a solution may lie, by rows with their tolerances or without."""

    def __init__(self, problem: Problem, parts: Sequence[MovingPart]) -> None:
        """`parts`: what changes with the cells."""
        self._problem, self._parts = problem, parts

    @cached_property
    def are_possible(self) -> bool:
        """Whether there are such values, as with their tolerances for every solution. Raises TooLarge."""
        return all(self._problem.system(part) is not None for part in self._parts)

    def of(self, cell: Cell, unit: str) -> tuple[Fraction | None, Fraction | None]:
        """The least and the greatest value of a cell in its unit; None where there is none. Raises TooLarge.

        Only what is asked for is worked out.
        """
        bit = self._problem.cells.bit[cell]
        for part in self._parts:
            if bit & part.moving:
                least, most = self._problem.bounds(part, bit)
                return _in_unit(least, unit), _in_unit(most, unit)
        return None, None


def change_of(setting: Setting, cell: Cell, numbers: Sequence[int], exact: Ranges, within: Ranges) -> Change:
    """What a cell of a solution comes to, `numbers` being the rows that count then."""
    slot = setting.compiled.slots[cell]
    if slot.field.type in ("text", "tick") or "in-label" in slot.value.notes:
        return Change(cell)
    for tie in numbers:
        if cell == setting.problem.rows[tie].result:
            return Change(cell, follows=tie)
    unit = unit_of(slot)
    places = _PLACES.get(unit, max(slot.value.places, 2))
    sharp_least, sharp_most = exact.of(cell, unit) if exact.are_possible else (None, None)
    number: Decimal | None = None
    typed = slot.value.number if slot.value.state is State.FILLED else None
    if sharp_least is not None and sharp_least == sharp_most:
        number = _typed(sharp_least, max(places, slot.value.places))
    else:
        least, most = within.of(cell, unit)
        if least is not None and most is not None:
            number = _only_one(least, most, places)
        if number is None and typed is not None:
            number = _only_slip(slot, least, most, places)
        low, high = (sharp_least, sharp_most) if exact.are_possible else (least, most)
    if number is None:
        return Change(cell, None, _inside(low, places, up=True), _inside(high, places, up=False))
    told = "" if typed is None or is_rate(slot) else slip(typed, number, max(places, slot.value.places))
    if not told and typed is not None and slot.field.type == "count":
        told = _miscounted(setting, cell, number, numbers)
    return Change(cell, number, slip=told)


def _miscounted(setting: Setting, cell: Cell, number: Decimal, numbers: Sequence[int]) -> str:
    """The words for a head count that a rate typed elsewhere names: hardly any rate but the right one leads
    to a whole number. Not 100 %, which people type without counting."""
    beside = {one for tie in numbers for one in setting.problem.rows[tie].cells} - {cell}
    others = [setting.compiled.slots.get(one) for one in beside]
    counts = {slot.value.number for slot in others if slot and slot.field.type == "count"}
    return "人数写错" if counts and number not in counts else ""


def _only_slip(slot: Slot, low: Fraction | None, high: Fraction | None, places: int) -> Decimal | None:
    """The one number between the limits that a moved point or a wrong sign made into what was typed."""
    typed = slot.value.number or Decimal(0)
    fitting = [
        number
        for number in point_or_sign(typed, unit_of(slot))
        if (low is None or number >= low)
        and (high is None or number <= high)
        and number == number.quantize(Decimal(1).scaleb(-places))
    ]
    # a sign too many is the slip itself; without a limit any other is a guess
    return fitting[0] if len(fitting) == 1 and (high is not None or typed < 0) else None


def _in_unit(limit: Fraction | None, unit: str) -> Fraction | None:
    return None if limit is None else limit / SCALE / base_of(unit)


def _typed(limit: Fraction | None, places: int) -> Decimal | None:
    if limit is None:
        return None
    number = Decimal(limit.numerator) / Decimal(limit.denominator)
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _inside(limit: Fraction | None, places: int, *, up: bool) -> Decimal | None:
    """A limit in so many decimals that still keeps it."""
    if limit is None:
        return None
    number = -((-limit * 10**places) // 1) if up else (limit * 10**places) // 1
    return Decimal(int(number)).scaleb(-places)


def _only_one(low: Fraction, high: Fraction, places: int) -> Decimal | None:
    """The one number of so many decimals between two limits; None when there are several, or none."""
    first, last = -((-low * 10**places) // 1), (high * 10**places) // 1
    return Decimal(int(first)).scaleb(-places) if first == last else None
