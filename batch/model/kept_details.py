"""What is kept of the hundreds of values a unit filled in."""

from __future__ import annotations

from batch.model.record import record


@record(frozen=True, slots=True)
class KeptDetails:
    """A unit's filled values, prepared for all that is made of them."""

    count: int
    #: their rows on 明细数据, spelt but for their numbers, packed
    rows: bytes
    #: as the next year refers to them, packed
    next_year: bytes
