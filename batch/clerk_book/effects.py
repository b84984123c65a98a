"""Rulings that have no effect on a batch, told with the reason and the cell they were written in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from batch.checks.engine.rulings import NoEffect, no_effect
from batch.model.reference import GivenRuling
from batch.model.review import Findings
from batch.model.status import Severity
from batch.roster.problems import RosterProblem
from batch.roster.roster import name_key

#: where results.json has them
RULINGS = "rulings_without_effect"
#: a ruling without effect, and the reason
IdleRuling = tuple[GivenRuling, NoEffect]


def without_effect(
    rulings: Iterable[GivenRuling], findings: Findings, day: str, checks: Collection[str]
) -> list[IdleRuling]:
    """The rulings that have no effect, each with the reason.

    `findings` are those of the batch, `day` is its day, `checks` are the ids of the catalogue.
    """
    names = {name_key(unit): unit for unit in findings.by_unit}
    idle: list[IdleRuling] = []
    for given in rulings:
        unit = names.get(name_key(given.unit))
        if unit is None:
            why: NoEffect | None = NoEffect(
                f"这一批里没有{given.unit}的报表，暂时用不上。", "单位写错了的请改，不用的请删去这一行。"
            )
        else:
            why = no_effect(given.ruling, given.unit, findings.by_unit[unit], day, checks)
        if why is not None:
            idle.append((given, why))
    return idle


def problems_of(idle: Iterable[IdleRuling]) -> tuple[RosterProblem, ...]:
    """The same as mistakes by their cells; what is settled on a line of 经办台账 is told there only."""
    return tuple(
        RosterProblem(
            Severity.ERROR if why.is_wrong else Severity.HINT,
            given.file,
            given.sheet,
            given.cell,
            why.message,
            why.fix,
        )
        for given, why in idle
        if why.is_wrong or not given.ruling.codes
    )


def problem_record(problem: RosterProblem) -> dict[str, Any]:
    """A problem as results.json has it."""
    return asdict(problem) | {"severity": problem.severity.code}


def problem_of(record: Mapping[str, Any]) -> RosterProblem:
    """The problem in a record of results.json."""
    severity = next(one for one in Severity if one.code == record["severity"])
    return RosterProblem(
        severity, record["file"], record["sheet"], record["cell"], record["message"], record["fix"]
    )
