"""What leadership is told first about a batch: how it stands, what to decide, the money, whom to ring up."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Concern:
    """One kind of money to ask about, over all units that have it. In 万元."""

    #: the pack's name of it, and what it is in words
    name: str
    text: str
    #: what is proposed to do about it; "" for nothing to decide
    proposal: str
    units: int
    amount: Decimal
    #: no outlay, so it is not added to the others
    apart: bool = False
    #: the sheet of 汇总.xlsx that lists the units
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide, with a proposal; no amount where it is not about money."""

    text: str
    units: int
    amount: Decimal | None
    proposal: str
    #: of the concern it is about, and the sheet that lists the units; "" for the round itself
    concern: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """A unit to ring up, with the one sentence to say."""

    unit: str
    status: str
    #: by how much it may change a total of all units, in 万元; None where it changes none
    influence: Decimal | None
    #: which total that is: 政府采购预算
    total: str
    text: str
    #: among the units, from 0
    place: int


def influence_in_words(amount: Decimal | float | None, total: str) -> str:
    """By how much a unit may change a total of all units; "" where it changes none."""
    return "" if amount is None else f"{total}合计最多差{amount:,.2f}万元。"


@dataclass(frozen=True, slots=True)
class Briefing:
    """The batch in a minute."""

    conclusion: str = ""
    #: what all units spent, and their budget, in a sentence
    outlay: str = ""
    decisions: tuple[Decision, ...] = ()
    #: all kinds, also those that nothing is to be decided about
    concerns: tuple[Concern, ...] = ()
    #: of the outlay among them, a unit's largest only: no money is counted twice
    asked: Decimal = Decimal(0)
    #: the money that no decision names, and what all outlay comes to, in a sentence
    further: str = ""
    calls: tuple[PhoneCall, ...] = ()
    #: by figure of UnitFacts, by how much 错误 that are open may change its total
    unsure: Mapping[str, Decimal] = field(default_factory=dict)
    #: by unit, the figures that they may change
    doubted: Mapping[str, Set[str]] = field(default_factory=dict)
