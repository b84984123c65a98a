"""The cost of changing a cell: the more certain a figure, the higher. Values from the pack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from batch.checks.engine.fields import Slot


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in thousandths of a plain figure."""

    #: a blank that has to be filled in
    blank: int = 1
    #: a 核实 left to be explained
    explain: int = 250
    #: a rate that follows from other figures
    rate: int = 400
    #: a reason that is not there
    reason: int = 500
    figure: int = 1000
    #: a figure that no other tie confirms
    loose: int = 700
    #: a figure that is doubtful by itself: below 0, or typed where its row holds formulas
    doubtful: int = 300
    #: the formula of a cell, which would be typed over; points printed in a heading
    printed: int = 1500
    #: a figure confirmed by last year's or the written report
    confirmed: int = 3000
    #: how much cheaper a change is that undoes a slip of typing
    slip: int = 300
    #: another way that costs at most so much more is a choice
    margin: int = 350
    #: nothing is proposed that costs more
    most: int = 12000

    def of(self, slot: Slot, standing: Standing) -> int:
        """The price of one cell."""
        if standing is Standing.MISSING:
            return self.blank
        if slot.field.type == "text":
            return self.reason
        if standing is Standing.CONFIRMED:
            return self.confirmed
        if "in-label" in slot.value.notes or standing is Standing.FOLLOWS:
            return self.printed
        if standing is Standing.DOUBTFUL:
            return self.doubtful
        if is_rate(slot):
            return self.rate
        # a head count is known to everybody, whether another tie confirms it or not
        is_loose = standing is Standing.LOOSE and slot.field.type != "count"
        return self.loose if is_loose else self.figure


class Standing(Enum):
    """How well a cell is backed by other sources than the ties that are violated."""

    MISSING = "必填而未填"
    FOLLOWS = "由公式算出"
    DOUBTFUL = "本身可疑"
    LOOSE = "没有别的勾稽"
    TIED = "另有勾稽相符"
    CONFIRMED = "另有来源证实"


def is_rate(slot: Slot) -> bool:
    """Whether a cell holds a rate, typed with its sign or without."""
    return slot.field.type == "percent" or slot.value.kind == "percent"
