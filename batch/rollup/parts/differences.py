"""Arithmetic of the spending sheets; a missing number gives None, never 0."""

from __future__ import annotations

from decimal import Decimal

from batch.model.unit_facts import Number


def over(spent: Number, budget: Number) -> Number:
    """The excess over the budget: 0 when it was kept, None when one of the two is missing."""
    return None if spent is None or budget is None else max(spent - budget, Decimal(0))


def difference(now: Number, before: Number) -> Number:
    """now − before; None without both numbers."""
    return None if now is None or before is None else now - before


def growth(now: Number, before: Number) -> Number:
    """now ÷ before − 1; None without both numbers or from 0."""
    return now / before - 1 if now is not None and before else None


def rate(part: Number, whole: Number) -> Number:
    """part ÷ whole; None without both numbers or of 0."""
    return part / whole if part is not None and whole else None
