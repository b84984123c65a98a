"""Run the checks that compare the units of a batch: their input, their findings, and what they come to."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from batch.checks.engine.across import ACROSS, KEYS, LOOKS, SEEN, AcrossResult, Batch, Cells, by_key
from batch.checks.engine.across_ties import looked_at, tie_results
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import (
    NotApplicable,
    Site,
    Unchecked,
    Violation,
    finding_of,
    outcome_of,
    violated,
)
from batch.model.reference import RosterUnit
from batch.model.review import Finding, Outcome
from batch.model.status import SWITCHED_OFF
from batch.model.turnout import Turnout
from batch.model.unit_facts import UnitFacts


@dataclass(slots=True)
class Compared:
    """What the checks across units say about one unit."""

    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _keep(check: Check, result: AcrossResult, results: dict[str, Compared]) -> None:
    """Put what a check says of a unit among the unit's outcomes and findings."""
    unit, said = result
    # a unit that sent nothing has results too
    compared = results.setdefault(unit.unit, Compared())
    if not isinstance(said, Violation):
        compared.outcomes.append(_shared(outcome_of(check, said)))
        return
    cell, related = said.value, tuple(said.related)
    site = Site(
        unit=unit.unit,
        file=cell.file if cell else next(iter(unit.files), ""),
        sheet=cell.sheet if cell else "",
        cell=(cell.cell or None) if cell else None,
        form=cell.form if cell else check.form,
        project=cell.project if cell else "",
        shown="",
        related=tuple(dict.fromkeys((c.sheet, c.cell) for c in related if c.cell)),
        contents=tuple(c.raw.strip() for c in ((cell, *related) if cell else related)),
    )
    compared.findings.append(finding_of(check, said, site))
    compared.outcomes.append(_shared(violated(check, said, site.form, site.shown)))


@lru_cache(1024)
def _shared(outcome: Outcome) -> Outcome:
    """The same object for all units with the same outcome."""
    return outcome


def run_across(
    units: Sequence[UnitFacts],
    catalogue: Mapping[str, Check],
    roster: Sequence[RosterUnit] = (),
    turnout: Turnout | None = None,
    troubles: list[str] | None = None,
) -> dict[str, Compared]:
    """Every check across units that is not switched off; the results by unit.

    `roster`: who must report, `turnout`: how they stand; a unit that is missing has its results under its
    name too. `units` have different names; their order decides which of several equals is named in a message.
    A check that fails by a mistake of ours is 无法检查 where it came to nothing, and `troubles` is told why.
    """
    wrong = troubles if troubles is not None else []
    failed: dict[str, set[str]] = {}
    forms: dict[str, frozenset[str]] = {}
    checks = [check for check in catalogue.values() if check.each == "批次" and check.status != SWITCHED_OFF]
    seen = {check.id: SEEN.get(check.id, list)() for check in checks}
    for unit in units:
        cells, present = by_key(unit), _forms(unit.places)
        for check in checks:
            if (check.ties or check.id in LOOKS) and present.issuperset(check.needs):
                try:
                    seen[check.id].append(_looked_at(check, unit, cells))
                except Exception:  # noqa: BLE001 - what one unit does to one check is nobody else's loss
                    failed.setdefault(check.id, set()).add(unit.unit)
                    wrong.append(traceback.format_exc())
        forms[unit.unit] = present
    results = {unit.unit: Compared() for unit in units}
    for check in checks:
        have = [unit for unit in units if forms[unit.unit].issuperset(check.needs)]
        batch = Batch(check, have, roster, turnout, seen.pop(check.id))
        try:
            for result in tie_results(batch) if check.ties else ACROSS[check.id](batch):
                _keep(check, result, results)
        except Exception:  # noqa: BLE001 - the other checks are done all the same
            failed[check.id] = {unit.unit for unit in have}
            wrong.append(traceback.format_exc())
        for unit in units:
            if not any(outcome.check == check.id for outcome in results[unit.unit].outcomes):
                is_failed = unit.unit in failed.get(check.id, ())
                _keep(check, (unit, _nothing(check, forms[unit.unit], is_failed=is_failed)), results)
    return results


def _looked_at(check: Check, unit: UnitFacts, cells: Cells) -> Any:
    """What a check makes of one unit's cells."""
    if check.ties:
        return looked_at(check, cells)
    return LOOKS[check.id](check, unit, {key: cells[key] for key in KEYS[check.id] if key in cells})


def _nothing(check: Check, forms: frozenset[str], *, is_failed: bool) -> NotApplicable | Unchecked:
    """Why a check said nothing of a unit with these forms."""
    if is_failed:
        return Unchecked("", "程序出错，已记入日志")
    absent = [form for form in check.needs if form not in forms]
    return NotApplicable("", f"没有{'、'.join(absent)}" if absent else "没有这类内容")


@lru_cache(1024)
def _forms(places: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The forms at some places, the same object for all units that have the same."""
    return frozenset(form for form, _ in places)
