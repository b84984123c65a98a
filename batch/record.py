"""What the ledger keeps of a batch once its outputs are in place.

What it keeps of findings and values is made by the workers, unit by unit, together with the lines of
findings.jsonl: they have both at hand then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain

import msgspec

from batch.exports import finding_lines
from batch.forms.spec.labels import squeeze
from batch.model.reference import Accepted
from batch.model.review import Finding
from batch.model.status import CLEAN, EXPLAINED, WAIVED
from batch.model.unit_facts import DetailRow
from batch.rollup.parts.changes import figures_text
from batch.rollup.parts.long_rows import UnitRows
from batch.store.cache import remember_claims
from batch.store.decisions import accept, packed_fields, remember_explanations, remember_rulings
from batch.store.history import BatchRecord, FindingRecord, FindingRow, SubmissionRecord, record
from batch.store.spool import Kept
from batch.unit.inbox_work import Reviewed
from batch.unit.review_bundle import Claim

#: lines of findings.jsonl, the findings' rows in the ledger, and the values when they are accepted
_TOLD = msgspec.msgpack.Decoder(tuple[bytes, list[FindingRow], bytes])


def told(batch: str, unit: UnitRows) -> bytes:
    """What findings.jsonl and the ledger are told of one unit in `batch`, packed."""
    lines = finding_lines(unit.findings, unit.first_seen, batch)
    rows = [_told(finding).row for finding in unit.findings]
    values = packed_fields(accepted(unit.details)) if unit.status == CLEAN else b""
    return msgspec.msgpack.encode((lines, rows, values))


def lines_of(units: Mapping[str, Kept]) -> Iterator[bytes]:
    """The lines of findings.jsonl, units by their names, of what was `told` of each."""
    for _, kept in sorted(units.items()):
        yield _TOLD.decode(kept.read())[0]


def record_batch(
    ledger: sqlite3.Connection, batch: BatchRecord, shift: Reviewed, units: Mapping[str, Kept]
) -> None:
    """Record a batch: what was found, sent, said and accepted. Inside a transaction.

    `units`: what was `told` of each, those included that sent nothing.
    """
    findings = chain.from_iterable(_TOLD.decode(kept.read())[1] for kept in units.values())
    record(ledger, batch, findings, _submissions(shift))
    named = ((name, sha, shift.claims.get(name, Claim().text)) for name, sha in shift.digests.items() if sha)
    remember_claims(ledger, named)
    for review, facts in zip(shift.reviews, shift.facts, strict=True):
        key = squeeze(review.unit)
        remember_explanations(ledger, key, review.explanations, batch.id)
        remember_rulings(ledger, key, review.rulings, batch.id)
        if facts.status == CLEAN:
            _, _, values = _TOLD.decode(units[review.unit].read())
            accept(ledger, key, batch.id, batch.year, review.grade, values)


def accepted(details: Iterable[DetailRow]) -> tuple[Accepted, ...]:
    """A unit's filled values as the next year refers to them."""
    return tuple(map(_accepted, details))


def _accepted(row: DetailRow) -> Accepted:
    name = f"{row.row}.{row.column}" if row.row else row.column
    number = row.value if isinstance(row.value, Decimal) else None
    return Accepted(row.form, row.project, name, row.raw, number, "%" if row.is_rate else row.money_unit)


def _told(finding: Finding) -> FindingRecord:
    told = {
        "check": finding.check,
        "severity": finding.severity.value,
        "form": finding.form,
        "place": f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet,
        "message": finding.message,
    }
    if finding.answer in (EXPLAINED, WAIVED):
        told["answer"] = finding.answer
    return FindingRecord(finding.key, finding.unit, told)


def _submissions(shift: Reviewed) -> Iterator[SubmissionRecord]:
    for facts in shift.facts:
        files = tuple((name, shift.digests.get(name, "")) for name in facts.files)
        yield SubmissionRecord(facts.unit, facts.code, facts.status, files, figures_text(facts))
