"""What the ledger keeps of a batch once its outputs are in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from batch.checks.answers import EXPLAINED, WAIVED
from batch.forms.labels import squeeze
from batch.ledger.cache import remember_claims
from batch.ledger.history import BatchRecord, FindingRecord, SubmissionRecord, record
from batch.ledger.memory import accept, remember_explanations, remember_rulings
from batch.model.reference import Accepted, LastYear
from batch.outputs.changes import figures_text
from batch.outputs.details import DetailRow
from batch.outputs.facts import UnitFacts
from batch.shift import Shift
from batch.work import Claim


def record_batch(ledger: sqlite3.Connection, batch: BatchRecord, shift: Shift) -> None:
    """Record a batch: what was found, sent, said and accepted. Inside a transaction."""
    record(ledger, batch, _findings(shift), _submissions(shift))
    named = ((name, sha, shift.claims.get(name, Claim().text)) for name, sha in shift.digests.items() if sha)
    remember_claims(ledger, named)
    for unit in shift.units:
        review, key = unit.review, squeeze(unit.review.unit)
        remember_explanations(ledger, key, review.explanations, batch.id)
        remember_rulings(ledger, key, review.rulings, batch.id)
        if review.status == "通过":
            accept(ledger, key, batch.id, accepted(unit.facts, batch.year, review.grade))


def accepted(facts: UnitFacts, year: int, grade: str) -> LastYear:
    """A unit's filled values as the next year refers to them."""
    return LastYear(year, tuple(_accepted(row) for row in facts.details), grade)


def _accepted(row: DetailRow) -> Accepted:
    name = f"{row.row}.{row.column}" if row.row else row.column
    number = row.value if isinstance(row.value, Decimal) else None
    return Accepted(row.form, row.project, name, row.raw, number, "%" if row.is_rate else row.money_unit)


def _findings(shift: Shift) -> Iterator[FindingRecord]:
    of_units = (finding for unit in shift.units for finding in unit.review.findings)
    for finding in chain(of_units, shift.others):
        told = {
            "check": finding.check,
            "severity": finding.severity.value,
            "form": finding.form,
            "place": f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet,
            "message": finding.message,
        }
        if finding.answer in (EXPLAINED, WAIVED):
            told["answer"] = finding.answer
        yield FindingRecord(finding.key, finding.unit, told)


def _submissions(shift: Shift) -> Iterator[SubmissionRecord]:
    for unit in shift.units:
        review = unit.review
        files = tuple((name, shift.digests.get(name, "")) for name in review.files)
        yield SubmissionRecord(review.unit, review.code, review.status, files, figures_text(unit.facts))
