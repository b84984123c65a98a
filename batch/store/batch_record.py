"""What is recorded of a batch in the ledger, once its outputs are in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from batch.forms.spec.labels import squeeze
from batch.model.reference import Accepted
from batch.model.review import Finding
from batch.model.reviewed import Reviewed
from batch.model.status import CLEAN, EXPLAINED, IN_FORCE, MISSING, UNREADABLE, WAIVED
from batch.model.unit_facts import DetailRow, UnitFacts
from batch.store.claims import remember_claims
from batch.store.decisions import accept, remember_explanations, remember_rulings
from batch.store.history import BatchRecord, FindingRecord, SubmissionRecord, record

#: figures that are kept to compare batches, and where they stand in the facts
FIGURES = {
    "整体支出决算": "total_spent",
    "整体支出年初预算": "total_budget",
    "项目支出决算": "project_spent",
    "三公经费决算": "official_spent",
    "自评得分": "score",
}


def record_batch(ledger: sqlite3.Connection, batch: BatchRecord, reviewed: Reviewed) -> None:
    """Record a batch: what was found, sent, said and accepted. Inside a transaction."""
    findings = (_finding(finding).row for finding in reviewed.all_findings)
    record(ledger, batch, findings, _submissions(reviewed))
    files = reviewed.digests.items()
    remember_claims(ledger, ((name, sha, reviewed.claims[name]) for name, sha in files if sha))
    for review, facts, details in zip(reviewed.reviews, reviewed.facts, reviewed.details, strict=True):
        key = squeeze(review.unit)
        remember_explanations(ledger, key, review.explanations, batch.id)
        remember_rulings(ledger, key, review.rulings, batch.id)
        if facts.status == CLEAN:
            accept(ledger, key, batch.id, batch.year, review.grade, details.next_year)


def accepted(details: Iterable[DetailRow]) -> tuple[Accepted, ...]:
    """A unit's filled values as the next year refers to them."""
    return tuple(map(_accepted, details))


def _accepted(row: DetailRow) -> Accepted:
    name = f"{row.row}.{row.column}" if row.row else row.column
    return Accepted(row.form, row.project, name, row.raw, row.number, "%" if row.is_rate else row.money_unit)


def _finding(finding: Finding) -> FindingRecord:
    told = {
        "check": finding.check,
        "severity": finding.severity.value,
        "form": finding.form,
        "place": f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet,
        "message": finding.message,
    }
    if finding.answer in (EXPLAINED, WAIVED, MISSING):
        told["answer"] = finding.answer
    if finding.status != IN_FORCE:
        told["status"] = finding.status
    return FindingRecord(finding.key, finding.unit, told)


def _submissions(reviewed: Reviewed) -> Iterator[SubmissionRecord]:
    for facts in reviewed.facts:
        files = tuple((name, reviewed.digests.get(name, "")) for name in facts.files)
        yield SubmissionRecord(facts.unit, facts.code, facts.status, files, _figures_text(facts))
    for unread in reviewed.turnout.unreadable if reviewed.turnout else ():
        files = tuple((name, reviewed.digests.get(name, "")) for name, _ in unread.files)
        yield SubmissionRecord(unread.unit.name, unread.unit.code, UNREADABLE, files, {})


def _figures_text(facts: UnitFacts) -> dict[str, str]:
    """A unit's main figures as text, those it has."""
    values = {name: getattr(facts, key) for name, key in FIGURES.items()}
    return {name: f"{value:f}" for name, value in values.items() if value is not None}
