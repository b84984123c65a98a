"""The accepted figures of a unit's last year, for 与上年对比."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from batch.checks.engine.amount import MONEY
from batch.model.form import Submission
from batch.model.unit_facts import LastFacts


def last_facts(submission: Submission, rules: Mapping[str, tuple[str, str]]) -> LastFacts | None:
    """The figures of the unit's last year, by name those of `rules`; None when nothing is known of it."""
    known = submission.reference.last_year if submission.reference else None
    if known is None:
        return None
    fields = {
        (f.form, f.field): f.number * MONEY.get(f.unit, Decimal(1))
        for f in known.fields
        if f.number is not None and not f.project
    }
    return LastFacts(**{name: fields.get(place) for name, place in rules.items()}, grade=known.grade)
