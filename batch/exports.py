"""Exports for programs: findings.jsonl and results.json. Field names and their order are fixed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from batch.checks.engine.amount import round_half_up
from batch.model.briefing import Briefing
from batch.model.cause import Cause, Correction
from batch.model.review import Finding, Findings, Review, kinds, list_order
from batch.model.status import (
    EXPLAINED,
    MISSING,
    ON_TRIAL,
    UNIT_STATUSES,
    WAIVED,
    Severity,
    Verdict,
    status_of,
)
from batch.model.turnout import Turnout

#: characters at which some readers break a line; JSON may write them escaped
_BREAKS = re.compile("[\x85\u2028\u2029]")
#: of a unit in results.json, what it has to do
CAUSES = "causes"
_ANSWERS = {EXPLAINED: "explained", WAIVED: "waived", MISSING: "missing"}


def finding_record(finding: Finding, first_seen: str) -> dict[str, Any]:
    """One finding as a line of findings.jsonl; `first_seen` is the batch that found it first.

    `status` is "open"; "trial" for a check that is still on trial and does not count; "explained" or
    "waived" for what was answered; "missing" for a unit that sent nothing, which is counted as such. An
    explanation that has expired or was refused leaves it open.
    """
    return {
        "unit": finding.unit,
        "file": finding.file,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "related": [list(place) for place in finding.related],
        "check": finding.check,
        "title": finding.title,
        "severity": finding.severity.code,
        "form": finding.form,
        "field": finding.field,
        "message": finding.message,
        "fix": finding.fix,
        "filled": finding.filled,
        "expected": finding.expected,
        "difference": finding.difference,
        "category": finding.category,
        "status": "trial" if finding.status == ON_TRIAL else _ANSWERS.get(finding.answer, "open"),
        "first_seen": first_seen,
        "fingerprint": finding.fingerprint,
        "cause": finding.cause,
    }


def cause_record(cause: Cause) -> dict[str, Any]:
    """One thing to do, as results.json has it: `changes` for what is certain, `options` for a choice."""
    record: dict[str, Any] = {
        "id": cause.id,
        "sure": cause.sure.value,
        "text": cause.text,
        "severity": cause.severity.code,
        "cells": [list(place) for place in cause.cells],
    }
    if cause.changes:
        record["changes"] = [_change(change) for change in cause.changes]
    if cause.options:
        record["options"] = [[_change(change) for change in option] for option in cause.options]
    return record | {
        "clears": {"errors": cause.errors, "warnings": cause.warnings, "hints": cause.hints},
        "amount": _json_number(cause.amount),
    }


def _change(change: Correction) -> dict[str, str]:
    return {
        "file": change.file,
        "sheet": change.sheet,
        "cell": change.cell,
        "from": change.was,
        "to": change.to,
    }


def unit_record(review: Review) -> dict[str, Any]:
    """One unit of results.json but for its causes. Outcomes are counted per check: its worst place decides.

    `self_score` is the declared total; `recomputed_score` the unit's own scores of all indicators added up
    again. Neither is replaced by what the pack's rules give: not every indicator can be scored by rule, so
    that is shown beside them, indicator by indicator.
    """
    counts = review.counts()
    return {
        "unit": review.unit,
        "code": review.code,
        "status": status_of(counts),
        "files": list(review.files),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "hints": counts[Severity.HINT],
        "outcomes": _outcomes(review),
        "self_score": _json_number(review.self_score),
        "recomputed_score": _json_number(review.recomputed_score),
        "doubtful_points": _json_number(review.doubtful_points),
        "grade": review.grade,
    }


def results(
    batch: Mapping[str, Any],
    reviews: Sequence[Review],
    unprocessed: Iterable[tuple[str, str]],
    owners: Mapping[str, str] = MappingProxyType({}),
    turnout: Turnout | None = None,
) -> dict[str, Any]:
    """What results.json says but for causes: batch facts as given, totals, units, files left out.

    `reviews`: by code and name. `owners`: by file left out, its unit. `turnout`: how the units of the roster
    stand; without a roster there are no such totals.
    """
    units: list[dict[str, Any]] = []
    explained = 0
    for review in reviews:
        units.append(unit_record(review))
        explained += sum(f.answer == EXPLAINED for f in kinds(review.findings))
    left_out = [
        {"file": file, "reason": reason, "unit": owners.get(file, "")} for file, reason in sorted(unprocessed)
    ]
    statuses = Counter(unit["status"] for unit in units)
    totals: dict[str, Any] = {
        "units": len(units),
        "statuses": {status: statuses[status] for status in reversed(UNIT_STATUSES)},
        **{name: sum(unit[name] for unit in units) for name in ("errors", "warnings", "hints")},
        "explained": explained,
        "outcomes": {v.code: sum(unit["outcomes"][v.code] for unit in units) for v in Verdict},
        "unprocessed": len(left_out),
    }
    if turnout is not None:
        totals |= _turnout_totals(turnout)
    return {"batch": dict(batch), "totals": totals, "units": units, "unprocessed": left_out}


def _turnout_totals(turnout: Turnout) -> dict[str, Any]:
    """due = reported + unreadable + missing; `outside`: reported, not in the roster."""
    return {
        "due": turnout.due,
        "reported": turnout.reported,
        "unreadable": len(turnout.unreadable),
        "missing": len(turnout.missing),
        "outside": turnout.outside,
        "unreadable_units": [
            {"unit": unread.unit.name, "code": unread.unit.code, "files": [file for file, _ in unread.files]}
            for unread in turnout.unreadable
        ],
        "missing_units": [{"unit": unit.name, "code": unit.code} for unit in turnout.missing],
    }


def briefing_record(briefing: Briefing) -> dict[str, Any]:
    """What leadership is told first, in the words of 首页; money in 万元."""
    return {
        "conclusion": briefing.conclusion,
        "outlay": briefing.outlay,
        "decisions": [
            {"text": d.text, "units": d.units, "amount": _json_number(d.amount), "proposal": d.proposal}
            for d in briefing.decisions
        ],
        "money": [
            {"text": c.text, "units": c.units, "amount": _json_number(c.amount), "apart": c.apart}
            for c in briefing.concerns
        ],
        "asked": _json_number(briefing.asked),
        "further": briefing.further,
        "calls": [
            {
                "unit": c.unit,
                "status": c.status,
                "influence": _json_number(c.influence),
                "total": c.total,
                "text": c.text,
            }
            for c in briefing.calls
        ],
    }


def write_findings(path: Path, findings: Findings, first_seen: Mapping[str, str], batch: str) -> None:
    """Write findings.jsonl: one object a line, units by their names.

    `first_seen`: by a finding's key, the batch it was first seen in; what is not there is new in `batch`.
    """
    with path.open("wb") as file:
        for unit in sorted(findings.by_unit):
            for finding in sorted(findings.by_unit[unit], key=list_order):
                record = finding_record(finding, first_seen.get(finding.key, batch))
                file.write(_encoded(json.dumps(record, ensure_ascii=False)) + b"\n")


def write_results(path: Path, content: Mapping[str, Any], reviews: Iterable[Review]) -> None:
    """Write results.json: `content` as `results` made it of `reviews`, each unit with its causes."""
    records = (
        unit | {CAUSES: [cause_record(cause) for cause in review.causes]}
        for unit, review in zip(content["units"], reviews, strict=True)
    )
    with path.open("wb") as file:
        # unit by unit: the causes of a county fill more memory than all else it has
        for piece in _pieces(content, records):
            file.write(_encoded(piece))


def without_causes(said: dict[str, Any]) -> dict[str, Any]:
    """An object of results.json as `results` made it."""
    said.pop(CAUSES, None)
    return said


def _pieces(content: Mapping[str, Any], units: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The text of results.json, indented as `json.dumps` does it by 1."""
    before = "{\n "
    for key, value in content.items():
        yield f"{before}{_spelt(key)}: "
        if key == "units" and value:
            before = "[\n  "
            for unit in units:
                yield before + _spelt(unit, 2)
                before = ",\n  "
            yield "\n ]"
        else:
            yield _spelt(value, 1)
        before = ",\n "
    yield "\n}\n"


def _spelt(value: Any, steps: int = 0) -> str:
    """A value as JSON that stands so many steps from the margin."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\n" + " " * steps)


def _encoded(text: str) -> bytes:
    # half of a surrogate pair, which no UTF-8 can hold, becomes a JSON escape
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode("utf-8", "backslashreplace")


def _outcomes(review: Review) -> dict[str, int]:
    ended = Counter(review.verdicts.values())
    return {verdict.code: ended[verdict] for verdict in Verdict}


def _json_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    rounded = round_half_up(value, 2)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
