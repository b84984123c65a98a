"""Which units to look at on the spot: those with most money, those with most risk, and some by lot."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import nsmallest
from math import ceil

from batch.checks.engine.amount import show
from batch.figures.shown_figures import ShownLine
from batch.model.unit_facts import Number, UnitFacts

AMOUNT, RISK, LOT = "金额大", "风险高", "随机"


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many units each way chooses, and what makes risk."""

    #: of all units, rounded up, for each of the three ways
    share: Decimal = Decimal("0.05")
    #: but no fewer than these
    least: int = 2
    #: points of risk for a cause that is 错误, one that is 核实, a point without evidence
    per_error: Decimal = Decimal(3)
    per_warning: Decimal = Decimal(1)
    per_doubtful: Decimal = Decimal(1)

    def risk(self, unit: UnitFacts) -> Decimal:
        """The unit's points of risk."""
        doubtful = unit.doubtful or Decimal(0)
        causes = self.per_error * unit.cause_errors + self.per_warning * unit.cause_warnings
        return causes + self.per_doubtful * doubtful

    def number(self, units: int) -> int:
        """How many units each way chooses of so many."""
        return min(units, max(self.least, ceil(self.share * units)))


SAMPLING = Sampling()


@dataclass(slots=True)
class Chosen:
    """One unit to look at, and what is said of it: a tenth of all units are too many to keep them whole."""

    unit: str
    department: str
    outlay: Number
    errors: int
    warnings: int
    score: Number
    risk: Decimal
    #: the ways that chose it
    ways: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def choose(units: Sequence[UnitFacts], sampling: Sampling, seed: str, main: ShownLine | None) -> list[Chosen]:
    """The units to look at: by amount, which is the outlay of `main`, by risk, then by lot among the
    rest.

    The lot depends on the seed and on the units' names and codes alone, so everybody can draw it again.
    """
    wanted = sampling.number(len(units))
    outlay, called = (main.spent, main.outlay) if main else ("", "")
    chosen: dict[str, Chosen] = {}

    def take(place: int, way: str, reason: str) -> None:
        unit = units[place]
        told = unit.department, unit.figure(outlay), unit.errors, unit.warnings, unit.score
        entry = chosen.setdefault(unit.unit, Chosen(unit.unit, *told, sampling.risk(unit)))
        entry.ways.append(way)
        entry.reasons.append(reason)

    def most(number: Callable[[UnitFacts], Number]) -> Iterator[tuple[int, int, Decimal]]:
        """The units with most of something: rank, place among all, how much."""
        having = ((-n, u.code, u.unit, place) for place, u in enumerate(units) if (n := number(u)))
        for rank, (negated, _, _, place) in enumerate(nsmallest(wanted, having), 1):
            yield rank, place, -negated

    for rank, place, amount in most(lambda unit: unit.figure(outlay)):
        take(place, AMOUNT, f"{called}{show(amount, '万元')}万元，第{rank}位")
    for rank, place, points in most(sampling.risk):
        take(place, RISK, f"风险分{points.normalize():f}，第{rank}位")
    rest = sorted((u.code, u.unit, n) for n, u in enumerate(units) if u.unit not in chosen)
    # a text as the seed: the same numbers on every machine and version
    lot = random.Random(seed)  # noqa: S311 - a lot that can be drawn again, no secret
    for _, _, n in lot.sample(rest, min(wanted, len(rest))):
        take(n, LOT, "在其余单位中抽取")
    return list(chosen.values())
