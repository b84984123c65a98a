"""What the last batch of an outbox found, as the ledger has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from batch.model.review import Finding, Review
from batch.store.ledger import open_ledger
from batch.store.units import UnitStore


def reviews_of(outbox: Path) -> list[Review]:
    """The units of the batch, by code and name."""
    with open_ledger(outbox / ".jixiao") as ledger:
        store = UnitStore(ledger)
        reviews = map(store.review, store.placed())
        return [replace(review, findings=list(review.findings)) for review in reviews]


def findings_of(outbox: Path) -> list[Finding]:
    """The findings about all of them."""
    return [finding for review in reviews_of(outbox) for finding in review.findings]
