"""What the bureau's clerk noted about units, beside the rulings: reminders and spot checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.model.day_words import day_in_words
from batch.model.record import record
from batch.model.reference import Ruling


@record(frozen=True, slots=True)
class Reminder:
    """One call or letter to a unit that was to be reminded. Texts are as the clerk wrote them."""

    unit: str
    #: "2021-03-20" where it is a day
    when: str
    how: str = ""
    said: str = ""
    by: str = ""

    @property
    def text(self) -> str:
        """In one line: 2021年3月20日电话：明天报（张三）."""
        what = "：".join(filter(None, (day_in_words(self.when) + self.how, self.said)))
        return what + (f"（{self.by}）" if self.by else "")


@record(frozen=True, slots=True)
class SpotCheck:
    """What a spot check of a unit, or of one of its projects, came to."""

    unit: str
    #: the unit itself, by the pack's word (整体), or the project's name
    project: str
    score: Decimal | None
    opinion: str = ""
    by: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class ClerkNotes:
    """All of it, with the rulings that hold."""

    #: by the unit's name without blanks, in the order of their days
    reminders: Mapping[str, Sequence[Reminder]] = field(default_factory=dict)
    spot_checks: Mapping[str, Sequence[SpotCheck]] = field(default_factory=dict)
    #: those of the roster first: the last one about a finding counts
    rulings: Mapping[str, Sequence[Ruling]] = field(default_factory=dict)
