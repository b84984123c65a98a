"""Which units to look at on the spot: those with most money, those with most risk, and some by lot."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import nsmallest
from math import ceil

from batch.checks.amount import show
from batch.outputs.facts import UnitFacts

AMOUNT, RISK, LOT = "金额大", "风险高", "随机"


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many units each way chooses, and what makes risk."""

    #: of all units, rounded up, for each of the three ways
    share: Decimal = Decimal("0.05")
    #: but no fewer than these
    least: int = 2
    #: points of risk for an open 错误, an open 核实, a point without evidence
    per_error: Decimal = Decimal(3)
    per_warning: Decimal = Decimal(1)
    per_doubtful: Decimal = Decimal(1)

    def risk(self, unit: UnitFacts) -> Decimal:
        """The unit's points of risk."""
        doubtful = unit.doubtful or Decimal(0)
        return self.per_error * unit.errors + self.per_warning * unit.warnings + self.per_doubtful * doubtful

    def number(self, units: int) -> int:
        """How many units each way chooses of so many."""
        return min(units, max(self.least, ceil(self.share * units)))


SAMPLING = Sampling()


@dataclass(slots=True)
class Chosen:
    """One unit to look at."""

    unit: UnitFacts
    #: the ways that chose it
    ways: list[str]
    reasons: list[str]
    risk: Decimal


def choose(units: Sequence[UnitFacts], sampling: Sampling, seed: str) -> list[Chosen]:
    """The units to look at: by amount, by risk, then by lot among the rest.

    The lot depends on the seed and on the units' names and codes alone, so everybody can draw it again.
    """
    wanted = sampling.number(len(units))
    chosen: dict[str, Chosen] = {}

    def take(unit: UnitFacts, way: str, reason: str) -> None:
        entry = chosen.setdefault(unit.unit, Chosen(unit, [], [], sampling.risk(unit)))
        entry.ways.append(way)
        entry.reasons.append(reason)

    amounts = nsmallest(
        wanted, (u for u in units if u.total_spent), lambda u: (-(u.total_spent or 0), u.code, u.unit)
    )
    for place, unit in enumerate(amounts, 1):
        take(unit, AMOUNT, f"整体支出决算{show(unit.total_spent or Decimal(0), '万元')}万元，第{place}位")
    risky = nsmallest(
        wanted, (u for u in units if sampling.risk(u)), lambda u: (-sampling.risk(u), u.code, u.unit)
    )
    for place, unit in enumerate(risky, 1):
        take(unit, RISK, f"风险分{sampling.risk(unit).normalize():f}，第{place}位")
    rest = sorted((u.code, u.unit, n) for n, u in enumerate(units) if u.unit not in chosen)
    # a text as the seed: the same numbers on every machine and version
    lot = random.Random(seed)  # noqa: S311 - a lot that can be drawn again, no secret
    for _, _, n in lot.sample(rest, min(wanted, len(rest))):
        take(units[n], LOT, "在其余单位中抽取")
    return list(chosen.values())
